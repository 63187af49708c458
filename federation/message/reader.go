package message

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// reader hands out the tokens of one JSON value, with one token of look-ahead.
//
// It stands on encoding/json: requests are small and large answers are read only by the engine's side, so that the
// speed of another library would not pay for the dependency.
type reader struct {
	dec    *json.Decoder
	token  json.Token
	err    error
	peeked bool
}

func newReader(b []byte) *reader {
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	return &reader{dec: dec}
}

// peek gives the next token without taking it: a json.Delim, string (a name or a value), json.Number, bool, or nil.
func (r *reader) peek() (json.Token, error) {
	if !r.peeked {
		r.token, r.err = r.dec.Token()
		if errors.Is(r.err, io.EOF) {
			r.err = io.ErrUnexpectedEOF
		}
		if r.err != nil {
			r.err = fmt.Errorf("not valid JSON near byte %d: %w", r.dec.InputOffset(), r.err)
		}
		r.peeked = true
	}
	return r.token, r.err
}

// take gives the next token.
func (r *reader) take() (json.Token, error) {
	token, err := r.peek()
	if err == nil {
		r.peeked = false
	}
	return token, err
}

// skipRest reads up to and with the end of the object that is open, and on to the end of the input.
func (r *reader) skipRest() error {
	for depth := 1; depth > 0; {
		token, err := r.take()
		if err != nil {
			return err
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
	}
	if _, err := r.dec.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("more data after the message, at byte %d", r.dec.InputOffset())
	}
	return nil
}

// describe names a token in an error message.
// kindOf names a token where a value was due. It does not show it: it may be a key.
func kindOf(token json.Token) string {
	switch token.(type) {
	case string:
		return "a string"
	case json.Number:
		return "a number"
	}
	return describe(token)
}

func describe(token json.Token) string {
	switch t := token.(type) {
	case nil:
		return "null"
	case json.Delim:
		return fmt.Sprintf("%q", t.String())
	case string:
		if len(t) > 40 {
			t = t[:40] + "…"
		}
		return fmt.Sprintf("%q", t)
	}
	return fmt.Sprint(token)
}
