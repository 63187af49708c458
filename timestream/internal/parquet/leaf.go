package parquet

import (
	"encoding/binary"
	"unicode/utf8"
)

// leaf reads the values of one column chunk, page after page.
type leaf struct {
	*node
	unpacker *unpacker

	codec   int64
	pages   []byte // those not yet read
	left    int64  // values not yet read, those of the page included
	reps    []uint8
	defs    []uint8
	n, next int // values of the page, and how many of them are taken

	// The page's values that are not null. raw has those that are stored plainly, from at on; positions has those that
	// stand in the dictionary, or a 0 or 1 for each boolean.
	raw       []byte
	at        int
	positions []uint32
	taken     int
	indexed   bool

	dictionary []byte
	entries    []span // of a dictionary of texts
	unpacked   []byte // memory of the page
	kept       []byte // memory of the dictionary
	numbers    []uint32
}

type span struct{ from, to uint32 }

// begin goes to the chunk of a row group.
func (l *leaf) begin(file []byte, c chunk, rows int64) error {
	if c.elsewhere || c.isSecret {
		return unsupported("its column %q is encrypted or in another file", l.name)
	}
	if l.repetition == 0 && c.values != rows || c.values < 0 {
		return corrupt("column %q has %d values in %d rows", l.name, c.values, rows)
	}
	from := c.data
	if c.dictionary > 0 {
		from = min(from, c.dictionary)
	}
	size := int64(len(file))
	if from < int64(len(magic)) || from > size || c.size < 0 || c.size > size-from {
		return corrupt("column %q is said to lie outside of it", l.name)
	}
	if c.codec != uncompressed && c.codec != gzipped {
		return unsupported("column %q is compressed by method %d", l.name, c.codec)
	}
	l.codec, l.pages, l.left = c.codec, file[from:from+c.size], c.values
	l.n, l.next, l.dictionary, l.entries = 0, 0, nil, l.entries[:0]
	return nil
}

// end checks that nothing is left.
func (l *leaf) end() error {
	if l.left != 0 {
		return corrupt("column %q has %d values more than rows", l.name, l.left)
	}
	return nil
}

// peek is the levels of the next value; ok is false behind the last one.
func (l *leaf) peek() (repetition, definition uint8, ok bool, err error) {
	for l.next == l.n {
		if l.left == 0 {
			return 0, 0, false, nil
		}
		if err := l.page(); err != nil {
			return 0, 0, false, err
		}
	}
	if l.repetition > 0 {
		repetition = l.reps[l.next]
	}
	definition = l.definition
	if definition > 0 {
		definition = l.defs[l.next]
	}
	return repetition, definition, true, nil
}

// take goes on to the next value, which must come at the given repetition and be defined up to least.
func (l *leaf) take(repetition, least uint8) (definition uint8, err error) {
	r, d, ok, err := l.peek()
	if err != nil {
		return 0, err
	}
	if !ok || r != repetition || d < least {
		return 0, corrupt("the levels of column %q do not fit its rows", l.name)
	}
	l.next++
	l.left--
	return d, nil
}

// widths are the bytes of a plain value by physical type; of a text the least.
var widths = [...]int{int32Type: 4, int64Type: 8, int96Type: 12, doubleType: 8, byteArrayType: 4}

// fixed borrows the next value of a type with a fixed width. It must be there: the levels say so, and readValues has
// counted.
func (l *leaf) fixed(width int) []byte {
	if l.indexed {
		at := int(l.positions[l.taken]) * width
		l.taken++
		return l.dictionary[at : at+width]
	}
	at := l.at
	l.at += width
	return l.raw[at : at+width]
}

// boolean is the next boolean.
func (l *leaf) boolean() bool {
	v := l.positions[l.taken]
	l.taken++
	return v != 0
}

// text borrows the next text.
func (l *leaf) text() ([]byte, error) {
	if l.indexed {
		s := l.entries[l.positions[l.taken]]
		l.taken++
		return l.dictionary[s.from:s.to], nil
	}
	text, ok := textAt(l.raw, l.at)
	if !ok {
		return nil, corrupt("a page of column %q ends within a text", l.name)
	}
	if !utf8.Valid(text) {
		return nil, l.notText()
	}
	l.at += 4 + len(text)
	return text, nil
}

func (l *leaf) notText() error { return corrupt("a text in column %q is not UTF-8", l.name) }

// textAt reads bytes with their length, of four bytes, in front of them.
func textAt(b []byte, at int) ([]byte, bool) {
	if len(b)-at < 4 {
		return nil, false
	}
	n := binary.LittleEndian.Uint32(b[at:])
	if uint64(n) > uint64(len(b)-at-4) {
		return nil, false
	}
	return b[at+4 : at+4+int(n)], true
}

// sized is memory for n values, their old ones if there is room.
func sized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}
