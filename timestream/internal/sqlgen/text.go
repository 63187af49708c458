package sqlgen

import (
	"strings"
	"unicode/utf8"

	"athena-timestream/federation/predicate"
)

// texts are compared by UTF-16 code units in a set and by UTF-8 bytes in the service. A first difference between two
// texts is judged alike by both unless both characters lie above U+D7FF, and a bound without such characters never
// meets that case.
type texts struct{}

const (
	firstUnsafe = 0xD800 // surrogates in UTF-16; U+E000 and above in text
	reordered   = "text above U+D7FF sorts differently in Timestream"
)

func (texts) splits() bool { return false }

func (texts) literal(v predicate.Value) (Literal, bool) {
	s, ok := v.(string)
	if !ok || !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
		return Literal{}, false
	}
	return Text(s), true
}

func (texts) interval(id operand, r predicate.Range) piece {
	if r.IsPoint() { // of a text that has no literal
		return anything(unwritable)
	}
	var low, high *edge
	reason := ""
	if !r.Low.Unbounded() {
		s, ok := r.Low.Value.(string)
		if !ok {
			return anything(foreign)
		}
		if prefix := safePrefix(s); prefix == s {
			low = &edge{lowOp(r.Low), Text(s)}
		} else {
			reason = reordered
			low = atLeast(prefix)
		}
	}
	if !r.High.Unbounded() {
		s, ok := r.High.Value.(string)
		if !ok {
			return anything(foreign)
		}
		if prefix := safePrefix(s); prefix == s {
			high = &edge{highOp(r.High), Text(s)}
		} else {
			reason = reordered
			high = belowNext(prefix)
		}
	}
	return between(id, low, high, reason)
}

// safePrefix is s up to the first character that is unsafe as part of a bound or cannot be written.
func safePrefix(s string) string {
	for i, r := range s {
		if r == 0 || r >= firstUnsafe { // a broken byte reads as U+FFFD
			return s[:i]
		}
	}
	return s
}

// atLeast bounds from below all texts above one that begins with the prefix.
func atLeast(prefix string) *edge {
	if prefix == "" {
		return nil
	}
	return &edge{">=", Text(prefix)}
}

// belowNext bounds from above all texts below one that begins with the prefix: they are less than the prefix with its
// last character raised by one.
func belowNext(prefix string) *edge {
	for prefix != "" {
		r, size := utf8.DecodeLastRuneInString(prefix)
		prefix = prefix[:len(prefix)-size]
		if r+1 < firstUnsafe {
			return &edge{"<", Text(prefix + string(r+1))}
		}
	}
	return nil
}
