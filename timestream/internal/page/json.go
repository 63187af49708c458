package page

import (
	"encoding/binary"
	"math/bits"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// The functions of this file read JSON in b from position i and return the position behind what they read, or odd.
// b ends with slack zero bytes. They accept exactly what encoding/json accepts, less what is not worth the trouble
// here; the SDK reads whatever they refuse.
const (
	odd      = -1
	slack    = 64 // more than the longest literal or look-ahead
	maxDepth = 200
)

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// space skips white space.
func space(b []byte, i int) int {
	if b[i] > ' ' {
		return i
	}
	return spaces(b, i)
}

func spaces(b []byte, i int) int {
	for b[i] == ' ' || b[i] == '\n' || b[i] == '\t' || b[i] == '\r' {
		i++
	}
	return i
}

// after reads one structural byte with white space on both sides of it.
func after(b []byte, i int, c byte) int {
	if i = space(b, i); b[i] != c {
		return odd
	}
	return space(b, i+1)
}

// plain is the position of the first byte of a string that is a quote, a backslash, a control or not ASCII.
func plain(b []byte, i int) int {
	for i+8 <= len(b) {
		u := binary.LittleEndian.Uint64(b[i:])
		q, s := u^(ones*'"'), u^(ones*'\\')
		// A borrow can only raise false marks above a true one, and the lowest mark is the one taken.
		m := ((q-ones)&^q | (s-ones)&^s | (u-ones*' ')&^u | u) & highs
		if m != 0 {
			return i + bits.TrailingZeros64(m)>>3
		}
		i += 8
	}
	return len(b) - 1 // a zero byte of the slack: a control
}

// text reads the rest of a string whose opening quote is behind i. The bytes are those of b if they are the string's
// own, else they are in buf, which comes back to be kept for the next time.
func text(b []byte, i int, buf []byte) (s, newBuf []byte, next int) {
	j := plain(b, i)
	if b[j] == '"' {
		return b[i:j], buf, j + 1
	}
	for b[j] >= utf8.RuneSelf {
		for b[j] >= utf8.RuneSelf {
			j++
		}
		j = plain(b, j)
	}
	if b[j] == '"' && utf8.Valid(b[i:j]) {
		return b[i:j], buf, j + 1
	}
	buf, next = unescape(b, i, buf[:0])
	return buf, buf, next
}

// unescape is text for strings that hold escapes or bytes that are not UTF-8; the latter become U+FFFD, as do halves
// of surrogate pairs.
func unescape(b []byte, i int, buf []byte) ([]byte, int) {
	for {
		j := plain(b, i)
		buf = append(buf, b[i:j]...)
		switch c := b[j]; {
		case c == '"':
			return buf, j + 1
		case c == '\\':
			buf, i = escape(b, j+1, buf)
			if i == odd {
				return buf, odd
			}
		case c >= utf8.RuneSelf:
			r, n := utf8.DecodeRune(b[j:])
			buf, i = utf8.AppendRune(buf, r), j+n
		default:
			return buf, odd
		}
	}
}

func escape(b []byte, i int, buf []byte) ([]byte, int) {
	switch c := b[i]; c {
	case '"', '\\', '/':
		return append(buf, c), i + 1
	case 'b':
		return append(buf, '\b'), i + 1
	case 'f':
		return append(buf, '\f'), i + 1
	case 'n':
		return append(buf, '\n'), i + 1
	case 'r':
		return append(buf, '\r'), i + 1
	case 't':
		return append(buf, '\t'), i + 1
	case 'u':
		return unicodeEscape(b, i+1, buf)
	default:
		return buf, odd
	}
}

func unicodeEscape(b []byte, i int, buf []byte) ([]byte, int) {
	r := hex4(b, i)
	if r < 0 {
		return buf, odd
	}
	i += 4
	if !utf16.IsSurrogate(r) {
		return utf8.AppendRune(buf, r), i
	}
	if b[i] == '\\' && b[i+1] == 'u' {
		if pair := utf16.DecodeRune(r, hex4(b, i+2)); pair != utf8.RuneError {
			return utf8.AppendRune(buf, pair), i + 6
		}
	}
	return utf8.AppendRune(buf, utf8.RuneError), i
}

func hex4(b []byte, i int) rune {
	var r rune
	for _, c := range b[i : i+4] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return -1
		}
		r = r<<4 | rune(c)
	}
	return r
}

// number skips a JSON number.
func number(b []byte, i int) int {
	if b[i] == '-' {
		i++
	}
	switch {
	case b[i] == '0':
		i++
	case isDigit(b[i]):
		i = digits(b, i)
	default:
		return odd
	}
	if b[i] == '.' {
		if i++; !isDigit(b[i]) {
			return odd
		}
		i = digits(b, i)
	}
	if b[i]|0x20 == 'e' {
		if i++; b[i] == '+' || b[i] == '-' {
			i++
		}
		if !isDigit(b[i]) {
			return odd
		}
		i = digits(b, i)
	}
	return i
}

func isDigit(c byte) bool { return c-'0' <= 9 }

func digits(b []byte, i int) int {
	for isDigit(b[i]) {
		i++
	}
	return i
}

// null skips the word null.
func null(b []byte, i int) int { return word(b, i, "null") }

func word(b []byte, i int, w string) int {
	if string(b[i:i+len(w)]) != w {
		return odd
	}
	return i + len(w)
}

// skip passes over any value.
func skip(b []byte, i, depth int) int {
	switch b[i] {
	case '"':
		return skipString(b, i+1)
	case '{', '[':
		return skipMembers(b, i, depth+1)
	case 'n':
		return null(b, i)
	case 't':
		return word(b, i, "true")
	case 'f':
		return word(b, i, "false")
	default:
		return number(b, i)
	}
}

func skipMembers(b []byte, i, depth int) int {
	if depth > maxDepth {
		return odd
	}
	object, end := b[i] == '{', b[i]+2 // '}' and ']' are two behind their openers
	if i = space(b, i+1); b[i] == end {
		return i + 1
	}
	for {
		if object {
			if b[i] != '"' {
				return odd
			}
			if i = skipString(b, i+1); i == odd {
				return odd
			}
			if i = after(b, i, ':'); i == odd {
				return odd
			}
		}
		if i = skip(b, i, depth); i == odd {
			return odd
		}
		switch i = space(b, i); b[i] {
		case end:
			return i + 1
		case ',':
			i = space(b, i+1)
		default:
			return odd
		}
	}
}

func skipString(b []byte, i int) int {
	for {
		switch j := plain(b, i); {
		case b[j] == '"':
			return j + 1
		case b[j] >= utf8.RuneSelf:
			i = j + 1
		case b[j] != '\\':
			return odd
		case b[j+1] == 'u':
			if hex4(b, j+2) < 0 {
				return odd
			}
			i = j + 6
		case strings.IndexByte(`"\/bfnrt`, b[j+1]) >= 0:
			i = j + 2
		default:
			return odd
		}
	}
}
