package parquet

import "encoding/binary"

// thrift reads Thrift's compact protocol. The first fault sticks and makes all later reads return nothing. No list is
// believed that is longer than the bytes that are left.
type thrift struct {
	b     []byte
	depth int
	err   error
}

// The types of the compact protocol.
const (
	thriftTrue   = 1
	thriftFalse  = 2
	thriftByte   = 3
	thriftI16    = 4
	thriftI32    = 5
	thriftI64    = 6
	thriftDouble = 7
	thriftBinary = 8
	thriftList   = 9
	thriftSet    = 10
	thriftMap    = 11
	thriftStruct = 12
	thriftUUID   = 13
)

// maxNesting bounds structs in structs; Parquet's own need six.
const maxNesting = 32

func (t *thrift) fail() {
	if t.err == nil {
		t.err = errShort
	}
	t.b = nil
}

func (t *thrift) byte() byte {
	if len(t.b) == 0 {
		t.fail()
		return 0
	}
	c := t.b[0]
	t.b = t.b[1:]
	return c
}

func (t *thrift) uvarint() uint64 {
	v, n := binary.Uvarint(t.b)
	if n <= 0 {
		t.fail()
		return 0
	}
	t.b = t.b[n:]
	return v
}

// int reads an integer of 16, 32 or 64 bits.
func (t *thrift) int() int64 {
	v := t.uvarint()
	return int64(v>>1) ^ -int64(v&1)
}

// bytes borrows a text or binary.
func (t *thrift) bytes() []byte {
	n := t.uvarint()
	if n > uint64(len(t.b)) {
		t.fail()
		return nil
	}
	v := t.b[:n]
	t.b = t.b[n:]
	return v
}

// fields calls f with the id and type of each field of a struct; f reads the value or calls skip.
func (t *thrift) fields(f func(id int64, typ byte)) {
	if t.depth++; t.depth > maxNesting {
		t.fail()
	}
	id := int64(0)
	for t.err == nil {
		head := t.byte()
		if head == 0 {
			break
		}
		if delta := int64(head >> 4); delta != 0 {
			id += delta
		} else {
			id = t.int()
		}
		if t.err == nil {
			f(id, head&15)
		}
	}
	t.depth--
}

// list calls f for each element.
func (t *thrift) list(f func(typ byte)) {
	head := t.byte()
	n := uint64(head >> 4)
	if n == 15 {
		n = t.uvarint()
	}
	if n > uint64(len(t.b)) { // an element has a byte at least
		t.fail()
		return
	}
	for ; n > 0 && t.err == nil; n-- {
		f(head & 15)
	}
}

// skip passes over a value; booleans of fields have none.
func (t *thrift) skip(typ byte) {
	switch typ {
	case thriftTrue, thriftFalse:
	case thriftByte:
		t.byte()
	case thriftI16, thriftI32, thriftI64:
		t.uvarint()
	case thriftDouble:
		t.drop(8)
	case thriftUUID:
		t.drop(16)
	case thriftBinary:
		t.bytes()
	case thriftList, thriftSet:
		t.nested(func() { t.list(t.skipElement) })
	case thriftMap:
		t.nested(t.skipMap)
	case thriftStruct:
		t.fields(func(_ int64, typ byte) { t.skip(typ) })
	default:
		t.fail()
	}
}

// skipElement is skip for an element of a list or map, where a boolean has a byte.
func (t *thrift) skipElement(typ byte) {
	if typ == thriftTrue || typ == thriftFalse {
		typ = thriftByte
	}
	t.skip(typ)
}

func (t *thrift) skipMap() {
	n := t.uvarint()
	if n == 0 {
		return
	}
	types := t.byte()
	if n > uint64(len(t.b)) {
		t.fail()
	}
	for ; n > 0 && t.err == nil; n-- {
		t.skipElement(types >> 4)
		t.skipElement(types & 15)
	}
}

func (t *thrift) nested(f func()) {
	if t.depth++; t.depth > maxNesting {
		t.fail()
	} else {
		f()
	}
	t.depth--
}

func (t *thrift) drop(n int) {
	if n > len(t.b) {
		t.fail()
		return
	}
	t.b = t.b[n:]
}
