package block

import (
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// DecodeRecords reads the IPC record batch message b, of either framing, as rows of schema s; columns are matched by
// position, as Java does. Empty bytes are zero rows: nil, nil. The batch does not refer to b.
//
// Nothing about the message is trusted: counts, lengths, offsets and null counts are checked against s and the
// bytes, so that every cell of the result can be read. Text is not checked to be UTF-8. A struct without fields, a
// compressed body and types outside chapter 5 of docs/protocol.md (unsigned integers are let in) are errors.
func DecodeRecords(s *arrow.Schema, b []byte) (rec arrow.RecordBatch, err error) {
	if len(b) == 0 {
		return nil, nil
	}
	if s == nil {
		return nil, fmt.Errorf("decode records: there is no schema")
	}
	defer caught(&err)
	l, rows, err := newLoader(b)
	if err != nil {
		return nil, fmt.Errorf("decode records: %w", err)
	}
	cols := make([]arrow.Array, s.NumFields())
	for i, field := range s.Fields() {
		if err := supported(field.Type, 0); err != nil {
			return nil, fmt.Errorf("decode records: column %q: %w", field.Name, err)
		}
		data, err := l.load(field.Type, rows)
		if err != nil {
			return nil, fmt.Errorf("decode records: column %q: %w", field.Name, err)
		}
		cols[i] = array.MakeFromData(data)
	}
	if l.node != l.nodes || l.buf != l.bufs {
		return nil, fmt.Errorf("decode records: message describes %d columns and %d buffers, the schema %d and %d",
			l.nodes, l.bufs, l.node, l.buf)
	}
	return array.NewRecordBatch(s, cols, int64(rows)), nil
}

// loader hands out the nodes and buffers of one record batch message in order.
type loader struct {
	f               *flatbuffer
	body            []byte
	left            int // bytes of the body that no buffer has taken
	nodesAt, bufsAt int
	nodes, bufs     int
	node, buf       int // next
}

// maxRows bounds the rows of a batch, which Java counts in an int32.
const maxRows = 1<<31 - 1

func newLoader(b []byte) (*loader, int, error) {
	meta, rest, err := splitMessage(b)
	if err != nil {
		return nil, 0, err
	}
	msg, err := openMessage(meta)
	if err != nil {
		return nil, 0, err
	}
	if got := msg.u8(messageHeaderType); got != headerRecordBatch {
		return nil, 0, fmt.Errorf("message holds header type %d, not a record batch (%d)", got, headerRecordBatch)
	}
	batch, ok := msg.child(messageHeader)
	if !ok {
		return nil, 0, errFlatbuffer
	}
	if _, ok := batch.child(batchCompression); ok {
		return nil, 0, fmt.Errorf("body is compressed, which the protocol does not have")
	}
	rows, size := batch.i64(batchLength), msg.i64(messageBodyLength)
	l := &loader{f: msg.f}
	l.nodesAt, l.nodes = batch.vector(batchNodes, 16)
	l.bufsAt, l.bufs = batch.vector(batchBuffers, 16)
	switch {
	case msg.f.failed:
		return nil, 0, errFlatbuffer
	case rows < 0 || rows > maxRows:
		return nil, 0, fmt.Errorf("message announces %d rows", rows)
	case size < 0 || size > int64(len(rest)):
		return nil, 0, fmt.Errorf("message announces a body of %d bytes, %d are there", size, len(rest))
	}
	l.body = append(make([]byte, 0, ceil8(size)), rest[:size]...) // our own, and aligned to 8 bytes
	l.left = len(l.body)
	return l, int(rows), nil
}

// load reads the array of a type; want is its length, or -1 where the parent does not fix it.
func (l *loader) load(t arrow.DataType, want int) (arrow.ArrayData, error) {
	n, nulls, err := l.nextNode(want)
	if err != nil {
		return nil, err
	}
	valid, err := l.validity(n, nulls)
	if err != nil {
		return nil, err
	}
	switch t := t.(type) {
	case *arrow.StringType, *arrow.BinaryType:
		return l.loadBytes(t, n, nulls, valid)
	case *arrow.ListType:
		return l.loadList(t, t.Elem(), n, nulls, valid)
	case *arrow.MapType:
		data, err := l.loadList(t, t.Elem(), n, nulls, valid)
		if err != nil {
			return nil, err
		}
		if entries := data.Children()[0]; entries.NullN() != 0 || entries.Children()[0].NullN() != 0 {
			return nil, fmt.Errorf("map has null entries or null keys")
		}
		return data, nil
	case *arrow.StructType:
		children := make([]arrow.ArrayData, t.NumFields())
		for i, field := range t.Fields() {
			if children[i], err = l.load(field.Type, n); err != nil {
				return nil, fmt.Errorf("%q: %w", field.Name, err)
			}
		}
		return array.NewData(t, n, []*memory.Buffer{valid}, children, nulls, 0), nil
	case arrow.FixedWidthDataType:
		values, err := l.nextBuffer(bitsToBytes(n * t.BitWidth()))
		if err != nil {
			return nil, err
		}
		return array.NewData(t, n, []*memory.Buffer{valid, memory.NewBufferBytes(values)}, nil, nulls, 0), nil
	}
	return nil, fmt.Errorf("type %s cannot be exchanged", t)
}

func (l *loader) loadBytes(t arrow.DataType, n, nulls int, valid *memory.Buffer) (arrow.ArrayData, error) {
	offsets, end, err := l.offsets(n)
	if err != nil {
		return nil, err
	}
	data, err := l.nextBuffer(end)
	if err != nil {
		return nil, err
	}
	return array.NewData(t, n, []*memory.Buffer{valid, offsets, memory.NewBufferBytes(data)}, nil, nulls, 0), nil
}

func (l *loader) loadList(t, elem arrow.DataType, n, nulls int, valid *memory.Buffer) (arrow.ArrayData, error) {
	offsets, end, err := l.offsets(n)
	if err != nil {
		return nil, err
	}
	child, err := l.load(elem, -1)
	if err != nil {
		return nil, err
	}
	if end > child.Len() {
		return nil, fmt.Errorf("list offsets reach %d, beyond its %d elements", end, child.Len())
	}
	return array.NewData(t, n, []*memory.Buffer{valid, offsets}, []arrow.ArrayData{child}, nulls, 0), nil
}

// nextNode is the length and null count of the next array.
func (l *loader) nextNode(want int) (n, nulls int, err error) {
	if l.node >= l.nodes {
		return 0, 0, fmt.Errorf("message describes only %d columns, nested ones included", l.nodes)
	}
	at := l.nodesAt + 16*l.node
	length, null := l.f.i64(at), l.f.i64(at+8)
	l.node++
	switch {
	case length < 0 || length > maxRows:
		return 0, 0, fmt.Errorf("length %d is out of range", length)
	case want >= 0 && length != int64(want):
		return 0, 0, fmt.Errorf("length %d differs from the %d rows around it", length, want)
	case null < 0 || null > length:
		return 0, 0, fmt.Errorf("null count %d is out of range for length %d", null, length)
	}
	return int(length), int(null), nil
}

// nextBuffer is the next buffer, which must hold at least need bytes; longer ones are cut to need. Buffers do not share
// bytes: a few of them could stand for any number of columns otherwise.
func (l *loader) nextBuffer(need int) ([]byte, error) {
	if l.buf >= l.bufs {
		return nil, fmt.Errorf("message describes only %d buffers", l.bufs)
	}
	at := l.bufsAt + 16*l.buf
	off, size := l.f.i64(at), l.f.i64(at+8)
	l.buf++
	switch {
	case size < 0 || off < 0 || size > int64(len(l.body)) || off > int64(len(l.body))-size:
		return nil, fmt.Errorf("buffer of %d bytes at %d is outside the body of %d bytes", size, off, len(l.body))
	case size < int64(need):
		return nil, fmt.Errorf("buffer of %d bytes is too short, %d are needed", size, need)
	case need == 0:
		return nil, nil
	case off%8 != 0:
		return nil, fmt.Errorf("buffer at %d is not aligned to 8 bytes", off)
	}
	if l.left -= need; l.left < 0 {
		return nil, fmt.Errorf("buffers hold more than the body of %d bytes: they overlap", len(l.body))
	}
	return l.body[off : off+int64(need) : off+int64(need)], nil
}

// validity is the null bitmap, nil without nulls. The announced null count decides, as in Java and arrow-go, and
// must agree with the bitmap.
func (l *loader) validity(n, nulls int) (*memory.Buffer, error) {
	if nulls == 0 {
		_, err := l.nextBuffer(0)
		return nil, err
	}
	b, err := l.nextBuffer(bitsToBytes(n))
	if err != nil {
		return nil, fmt.Errorf("validity: %w", err)
	}
	if zero := n - countOnes(b, 0, n); zero != nulls {
		return nil, fmt.Errorf("null count is %d, the validity bitmap has %d nulls", nulls, zero)
	}
	return memory.NewBufferBytes(b), nil
}

// offsets is the offset buffer of n values and its last offset. With n = 0 the buffer may have any length: Java
// writes none at all.
func (l *loader) offsets(n int) (*memory.Buffer, int, error) {
	if n == 0 {
		_, err := l.nextBuffer(0)
		return nil, 0, err
	}
	b, err := l.nextBuffer(4 * (n + 1))
	if err != nil {
		return nil, 0, fmt.Errorf("offsets: %w", err)
	}
	last := int32(0)
	for i, off := range arrow.GetData[int32](b) {
		if off < last {
			return nil, 0, fmt.Errorf("offset %d is %d, below its predecessor %d", i, off, last)
		}
		last = off
	}
	return memory.NewBufferBytes(b), int(last), nil
}
