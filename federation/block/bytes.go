package block

import (
	"errors"
	"math"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// bytesColumn holds values of a variable width.
type bytesColumn struct {
	typ     arrow.DataType
	offsets []int32 // one more than values
	bytes   []byte
	valid   validity
	tooLong bool
}

// StringColumn holds text. What is appended should be UTF-8; it is not checked.
type StringColumn struct{ bytesColumn }

// BinaryColumn holds byte strings.
type BinaryColumn struct{ bytesColumn }

// Append appends a text.
func (c *StringColumn) Append(s string) {
	if len(s) > math.MaxInt32-len(c.bytes) {
		c.overflow()
		return
	}
	c.bytes = append(c.bytes, s...)
	c.end()
}

// AppendBytes appends a text given as bytes, which are copied.
func (c *StringColumn) AppendBytes(b []byte) { c.appendBytes(b) }

// Append appends a value, which is copied.
func (c *BinaryColumn) Append(b []byte) { c.appendBytes(b) }

// Len is the number of values.
func (c *bytesColumn) Len() int { return len(c.offsets) - 1 }

func (c *bytesColumn) appendBytes(b []byte) {
	if len(b) > math.MaxInt32-len(c.bytes) {
		c.overflow()
		return
	}
	c.bytes = append(c.bytes, b...)
	c.end()
}

// end closes the value whose bytes have just been appended.
func (c *bytesColumn) end() {
	if c.valid.nulls != 0 {
		c.valid.append(len(c.offsets)-1, true)
	}
	c.offsets = append(c.offsets, int32(len(c.bytes)))
}

// overflow stands in for a value that 32-bit offsets cannot reach; data reports it.
func (c *bytesColumn) overflow() {
	c.AppendNull()
	c.tooLong = true
}

// AppendNull appends a null.
func (c *bytesColumn) AppendNull() {
	c.valid.append(len(c.offsets)-1, false)
	c.offsets = append(c.offsets, int32(len(c.bytes)))
}

// Truncate keeps the first n values.
func (c *bytesColumn) Truncate(n int) {
	if n = max(n, 0); n < c.Len() {
		c.valid.truncate(n, c.Len())
		c.offsets = c.offsets[:n+1]
		c.bytes = c.bytes[:c.offsets[n]]
		c.tooLong = c.tooLong && n > 0
	}
}

func (c *bytesColumn) drop(n int) {
	n = min(n, c.Len())
	c.valid.drop(n, c.Len())
	base := c.offsets[n]
	c.bytes = c.bytes[:copy(c.bytes, c.bytes[base:])]
	c.offsets = shift(c.offsets, n, base)
}

func (c *bytesColumn) bodySize(n int) int64 {
	if n = min(n, c.Len()); n == 0 {
		return 0
	}
	return c.valid.bodySize(n, c.Len()) + ceil8(4*(int64(n)+1)) + ceil8(int64(c.offsets[n]))
}

func (c *bytesColumn) dataSize(n int) int64 {
	if n == 0 {
		return 0
	}
	return int64(bitsToBytes(n)) + 4*(int64(n)+1) + int64(c.offsets[n])
}

func (c *bytesColumn) data(n int) (arrow.ArrayData, error) {
	if c.tooLong {
		return nil, errors.New("more than 2 GiB of text or bytes in one block; cut the block earlier")
	}
	valid, nulls := c.valid.buffer(n, c.Len())
	bufs := []*memory.Buffer{valid, offsetBuffer(c.offsets[:n+1]), memory.NewBufferBytes(c.bytes[:c.offsets[n]])}
	return array.NewData(c.typ, n, bufs, nil, nulls, 0), nil
}

// offsetBuffer is the buffer of offsets, nil for no values, as Java writes it.
func offsetBuffer(offsets []int32) *memory.Buffer {
	if len(offsets) <= 1 {
		return nil
	}
	return memory.NewBufferBytes(arrow.GetBytes(offsets))
}

// shift drops the first n offsets and takes base from the others.
func shift(offsets []int32, n int, base int32) []int32 {
	offsets = offsets[:copy(offsets, offsets[n:])]
	for i := range offsets {
		offsets[i] -= base
	}
	return offsets
}
