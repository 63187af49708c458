package unload

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"

	"athena-timestream/local/internal/translate"
	"athena-timestream/local/internal/tswire"
)

// csvEncoder writes rows as CSV, compressed or not.
type csvEncoder struct {
	delimiter, escape byte
	special           [128]bool // characters that put a value into quotes
	texts             []tswire.Text
	lines, raw        []byte
	out               io.Writer
	gzip              *gzip.Writer // nil: not compressed
	file              *bufio.Writer
	written           *counter
}

// counter counts what arrives in a file.
type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.n += int64(n)
	return n, err
}

// linesBytes is how much goes into the compressor at once: with many files open, it has to come back to its memory each time.
const linesBytes = 32 << 10

func newCSVEncoder(w io.Writer, p *Plan) (*csvEncoder, error) {
	e := &csvEncoder{delimiter: p.delimiter, escape: p.escape, written: &counter{w: w}}
	e.file = bufio.NewWriterSize(e.written, 32<<10)
	e.out = e.file
	if p.gzip {
		e.gzip = gzip.NewWriter(e.file)
		e.out = e.gzip
	}
	for _, c := range []byte{p.delimiter, p.escape, quote, '\n', '\r'} {
		e.special[c] = true
	}
	for _, c := range p.columns[:p.stored] {
		if text := tswire.Scalar(c.Type.Kind); text != nil {
			e.texts = append(e.texts, text)
		} else {
			e.texts = append(e.texts, jsonText(c.Type))
		}
	}
	if p.header {
		return e, e.writeHeader(p.columns[:p.stored])
	}
	return e, nil
}

func (e *csvEncoder) writeHeader(columns []translate.Column) error {
	for i, c := range columns {
		e.field(i, []byte(c.Name))
	}
	return e.endLine()
}

func (e *csvEncoder) add(row []any) error {
	for i, v := range row {
		e.raw = e.raw[:0]
		if v != nil {
			var err error
			if e.raw, err = e.texts[i](e.raw, v); err != nil {
				return fmt.Errorf("column %d: %w", i+1, err)
			}
		}
		e.field(i, e.raw)
	}
	return e.endLine()
}

func (e *csvEncoder) field(i int, text []byte) {
	if i > 0 {
		e.lines = append(e.lines, e.delimiter)
	}
	if !bytes.ContainsFunc(text, func(r rune) bool { return r < 0x80 && e.special[r] }) {
		e.lines = append(e.lines, text...)
		return
	}
	e.lines = append(e.lines, quote)
	for _, c := range text {
		if c == quote || c == e.escape {
			e.lines = append(e.lines, e.escape)
		}
		e.lines = append(e.lines, c)
	}
	e.lines = append(e.lines, quote)
}

func (e *csvEncoder) endLine() error {
	if e.lines = append(e.lines, '\n'); len(e.lines) < linesBytes {
		return nil
	}
	return e.hand()
}

// hand gives the lines to the compressor.
func (e *csvEncoder) hand() error {
	_, err := e.out.Write(e.lines)
	e.lines = e.lines[:0]
	return err
}

func (e *csvEncoder) size() int64 { return e.written.n + int64(e.file.Buffered()+len(e.lines)) }

// held is 0: what is buffered is a constant.
func (e *csvEncoder) held() int64 { return 0 }

func (e *csvEncoder) flush() error { return nil }

func (e *csvEncoder) close() error {
	err := e.hand()
	if e.gzip != nil {
		err = errors.Join(err, e.gzip.Close())
	}
	return errors.Join(err, e.file.Flush())
}
