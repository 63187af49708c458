package block

import (
	"encoding/binary"
	"errors"
)

// Positions ("slots") of the fields that we read, from Arrow's Message.fbs and Schema.fbs.
const (
	messageVersion    = 0
	messageHeaderType = 1
	messageHeader     = 2
	messageBodyLength = 3

	headerSchema      = 1
	headerRecordBatch = 3

	schemaEndianness = 0
	schemaFields     = 1
	schemaMetadata   = 2

	fieldName       = 0
	fieldTypeType   = 2
	fieldType       = 3
	fieldDictionary = 4
	fieldChildren   = 5
	fieldMetadata   = 6

	timestampTimezone = 1

	keyValueKey   = 0
	keyValueValue = 1

	batchLength      = 0
	batchNodes       = 1
	batchBuffers     = 2
	batchCompression = 3
)

var errFlatbuffer = errors.New("metadata is not a well-formed flatbuffer")

// flatbuffer reads the metadata of a message with every access checked. After a bad access, failed is set and all
// reads give zero, so that a caller may read a whole structure and ask once.
type flatbuffer struct {
	b      []byte
	failed bool
}

func (f *flatbuffer) bytes(at, n int) []byte {
	if f.failed || at < 0 || n < 0 || at > len(f.b)-n {
		f.failed = true
		return make([]byte, 8) // as much as any caller looks at
	}
	return f.b[at : at+n]
}

func (f *flatbuffer) u8(at int) uint8   { return f.bytes(at, 1)[0] }
func (f *flatbuffer) u16(at int) uint16 { return binary.LittleEndian.Uint16(f.bytes(at, 2)) }
func (f *flatbuffer) u32(at int) uint32 { return binary.LittleEndian.Uint32(f.bytes(at, 4)) }
func (f *flatbuffer) i64(at int) int64  { return int64(binary.LittleEndian.Uint64(f.bytes(at, 8))) }

// follow is the target of the unsigned forward offset stored at a position.
func (f *flatbuffer) follow(at int) int { return at + int(f.u32(at)) }

// table is a flatbuffer table: a position that points back to the vtable with the positions of its fields.
type table struct {
	f   *flatbuffer
	pos int
}

// slot is the position of a field, 0 when the field is absent.
func (t table) slot(i int) int {
	vtable := t.pos - int(int32(t.f.u32(t.pos)))
	size := int(t.f.u16(vtable))
	if 4+2*i >= size {
		return 0
	}
	off := int(t.f.u16(vtable + 4 + 2*i))
	if off == 0 {
		return 0
	}
	return t.pos + off
}

// child is a table that a field refers to.
func (t table) child(i int) (table, bool) {
	at := t.slot(i)
	if at == 0 {
		return table{}, false
	}
	return table{t.f, t.f.follow(at)}, !t.f.failed
}

// vector is the position of the first element and the number of elements of size bytes; all of them are inside.
func (t table) vector(i, size int) (pos, n int) {
	at := t.slot(i)
	if at == 0 {
		return 0, 0
	}
	at = t.f.follow(at)
	n = int(t.f.u32(at))
	if n > len(t.f.b)/size {
		t.f.failed = true
		return 0, 0
	}
	t.f.bytes(at+4, n*size)
	if t.f.failed {
		return 0, 0
	}
	return at + 4, n
}

func (t table) u8(i int) uint8 {
	if at := t.slot(i); at != 0 {
		return t.f.u8(at)
	}
	return 0
}

func (t table) u16(i int) uint16 {
	if at := t.slot(i); at != 0 {
		return t.f.u16(at)
	}
	return 0
}

func (t table) i64(i int) int64 {
	if at := t.slot(i); at != 0 {
		return t.f.i64(at)
	}
	return 0
}

// openMessage is the message table of a piece of metadata.
func openMessage(meta []byte) (table, error) {
	f := &flatbuffer{b: meta}
	t := table{f, f.follow(0)}
	t.slot(messageVersion)
	if f.failed {
		return t, errFlatbuffer
	}
	return t, nil
}

// setVersion overwrites the version of a message in place.
func setVersion(meta []byte, version uint16) error {
	t, err := openMessage(meta)
	if err != nil {
		return err
	}
	at := t.slot(messageVersion)
	if at == 0 || at+2 > len(meta) {
		return errFlatbuffer
	}
	binary.LittleEndian.PutUint16(meta[at:], version)
	return nil
}
