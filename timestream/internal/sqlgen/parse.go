package sqlgen

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"athena-timestream/federation/redact"
)

// Statement is one SQL statement written by somebody else.
type Statement struct {
	SQL     string // the text from its first token to its last, without a closing semicolon
	Keyword string // the first word in upper case, leading parentheses skipped
}

// ReturnsRows says that the statement is a query, which can stand in parentheses.
func (s Statement) ReturnsRows() bool { return slices.Contains([]string{"SELECT", "WITH"}, s.Keyword) }

// ReadOnly says that the statement reads rows or metadata. The service's only other statement is UNLOAD, which writes
// to S3.
func (s Statement) ReadOnly() bool {
	return s.ReturnsRows() || slices.Contains([]string{"SHOW", "DESCRIBE"}, s.Keyword)
}

// Parse takes the text apart as far as strings, quoted names and comments go: no word inside them counts. It fails on
// an empty text, on more than one statement, on a string, name or comment without an end, and on parentheses that do not
// match: what it returns can stand in parentheses and does not reach beyond them.
func Parse(text string) (Statement, error) {
	s := scanner{text: text}
	st := Statement{}
	begin, end, ended, open := -1, 0, false, 0
	for {
		tok, err := s.next()
		if err != nil {
			return Statement{}, err
		}
		switch {
		case tok.text == "" && begin < 0:
			return Statement{}, errors.New("the statement is empty")
		case tok.text == "" && open > 0:
			return Statement{}, fmt.Errorf("the statement ends with %d parentheses open", open)
		case tok.text == "":
			st.SQL = text[begin:end]
			return st, nil
		case tok.text == ";":
			ended = begin >= 0
			continue
		case ended:
			return Statement{}, redact.Errorf("there is more than one statement: remove %q and what follows, or the semicolon before it", redact.Data(tok.text))
		case begin < 0:
			begin = tok.at
		}
		if open += parenthesis(tok.text); open < 0 {
			return Statement{}, fmt.Errorf("the parenthesis at byte %d closes none", tok.at)
		}
		if st.Keyword == "" && tok.text != "(" {
			st.Keyword = strings.ToUpper(tok.text)
		}
		end = tok.at + len(tok.text)
	}
}

func parenthesis(token string) int {
	switch token {
	case "(":
		return 1
	case ")":
		return -1
	}
	return 0
}

type token struct {
	text string // empty at the end
	at   int
}

// scanner cuts SQL into words, quoted things and single characters, and passes over blanks and comments.
type scanner struct {
	text string
	at   int
}

func (s *scanner) next() (token, error) {
	if err := s.skip(); err != nil {
		return token{}, err
	}
	start := s.at
	if start == len(s.text) {
		return token{at: start}, nil
	}
	r, size := utf8.DecodeRuneInString(s.text[start:])
	switch {
	case r == '\'' || r == '"':
		if err := s.quoted(byte(r)); err != nil {
			return token{}, err
		}
	case wordRune(r):
		rest := strings.TrimLeftFunc(s.text[start:], wordRune)
		s.at = len(s.text) - len(rest)
	default:
		s.at += size
	}
	return token{s.text[start:s.at], start}, nil
}

func wordRune(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

func (s *scanner) skip() error {
	for {
		s.at = len(s.text) - len(strings.TrimLeftFunc(s.text[s.at:], unicode.IsSpace))
		rest := s.text[s.at:]
		switch {
		case strings.HasPrefix(rest, "--"):
			line := strings.IndexAny(rest, "\r\n")
			if line < 0 {
				line = len(rest)
			}
			s.at += line
		case strings.HasPrefix(rest, "/*"):
			end := strings.Index(rest[2:], "*/")
			if end < 0 {
				return fmt.Errorf("the comment at byte %d has no end", s.at)
			}
			s.at += end + 4
		default:
			return nil
		}
	}
}

// quoted passes over a string or a quoted name; a doubled quote inside stands for one.
func (s *scanner) quoted(quote byte) error {
	for i := s.at + 1; i < len(s.text); i++ {
		if s.text[i] != quote {
			continue
		}
		if i+1 < len(s.text) && s.text[i+1] == quote {
			i++
			continue
		}
		s.at = i + 1
		return nil
	}
	return fmt.Errorf("the quote %c at byte %d has no end", quote, s.at)
}
