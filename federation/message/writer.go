package message

import (
	"encoding/base64"
	"strconv"
	"strings"
	"unicode/utf8"
)

// writer appends JSON without white space. It puts the commas; its caller keeps the nesting right.
type writer struct {
	buf   []byte
	comma bool // the next name or value follows another one
}

func (w *writer) separate() {
	if w.comma {
		w.buf = append(w.buf, ',')
	}
	w.comma = true
}

func (w *writer) open(c byte) {
	w.separate()
	w.buf = append(w.buf, c)
	w.comma = false
}

func (w *writer) close(c byte) {
	w.buf = append(w.buf, c)
	w.comma = true
}

// name begins a member; one value must follow.
func (w *writer) name(s string) {
	w.text(s)
	w.buf = append(w.buf, ':')
	w.comma = false
}

func (w *writer) raw(s string) {
	w.separate()
	w.buf = append(w.buf, s...)
}

func (w *writer) null() { w.raw("null") }

func (w *writer) integer(n int64) {
	w.separate()
	w.buf = strconv.AppendInt(w.buf, n, 10)
}

func (w *writer) boolean(b bool) {
	w.separate()
	w.buf = strconv.AppendBool(w.buf, b)
}

func (w *writer) base64(b []byte) {
	w.separate()
	w.buf = append(w.buf, '"')
	w.buf = base64.StdEncoding.AppendEncode(w.buf, b)
	w.buf = append(w.buf, '"')
}

// text writes a string with the escapes that JSON demands and no others. Bytes that are not UTF-8 become U+FFFD.
func (w *writer) text(s string) {
	const hex = "0123456789abcdef"
	w.separate()
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	w.buf = append(w.buf, '"')
	start := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		w.buf = append(w.buf, s[start:i]...)
		start = i + 1
		switch c {
		case '"', '\\':
			w.buf = append(w.buf, '\\', c)
		case '\n':
			w.buf = append(w.buf, '\\', 'n')
		case '\r':
			w.buf = append(w.buf, '\\', 'r')
		case '\t':
			w.buf = append(w.buf, '\\', 't')
		default:
			w.buf = append(w.buf, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	w.buf = append(w.buf, s[start:]...)
	w.buf = append(w.buf, '"')
}
