package block

import (
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// Column is one column under construction: a *BoolColumn, *FixedColumn (under the names below), *StringColumn,
// *BinaryColumn, *ListColumn, *StructColumn or *MapColumn. A caller asserts the type once, keeps the pointer for
// the life of the Builder and calls its Append for each value. No append allocates once the buffers have grown.
type Column interface {
	// Len is the number of values, nulls included.
	Len() int
	// AppendNull appends one null, to the fields of a struct too.
	AppendNull()
	// Truncate drops values from the end until n are left, elements of nested values with them; with n ≥ Len it
	// only drops what a nested column holds beyond its last whole value.
	Truncate(n int)

	// drop removes the first n values (or all, if fewer).
	drop(n int)
	// bodySize is the exact size of the IPC body buffers of the first n values (or all, if fewer).
	bodySize(n int) int64
	// dataSize is Java's accounting of the first n values.
	dataSize(n int) int64
	// data borrows the first n values. An error says what is incomplete.
	data(n int) (arrow.ArrayData, error)
}

// The fixed-width columns.
type (
	Int8Column    = FixedColumn[int8]
	Int16Column   = FixedColumn[int16]
	Int32Column   = FixedColumn[int32] // Int32, and Date32 as days since 1970-01-01
	Int64Column   = FixedColumn[int64] // Int64, Date64 as milliseconds with time of day, Timestamp raw or packed
	Uint8Column   = FixedColumn[uint8]
	Uint16Column  = FixedColumn[uint16]
	Uint32Column  = FixedColumn[uint32]
	Uint64Column  = FixedColumn[uint64]
	Float32Column = FixedColumn[float32]
	Float64Column = FixedColumn[float64]
	DecimalColumn = FixedColumn[decimal128.Num] // unscaled values
)

// newColumn makes the empty column of a type; supported has been asked before.
func newColumn(t arrow.DataType) (Column, error) {
	switch t := t.(type) {
	case *arrow.BooleanType:
		return &BoolColumn{}, nil
	case *arrow.Int8Type:
		return newFixed[int8](t), nil
	case *arrow.Int16Type:
		return newFixed[int16](t), nil
	case *arrow.Int32Type, *arrow.Date32Type:
		return newFixed[int32](t), nil
	case *arrow.Int64Type, *arrow.Date64Type, *arrow.TimestampType:
		return newFixed[int64](t), nil
	case *arrow.Uint8Type:
		return newFixed[uint8](t), nil
	case *arrow.Uint16Type:
		return newFixed[uint16](t), nil
	case *arrow.Uint32Type:
		return newFixed[uint32](t), nil
	case *arrow.Uint64Type:
		return newFixed[uint64](t), nil
	case *arrow.Float32Type:
		return newFixed[float32](t), nil
	case *arrow.Float64Type:
		return newFixed[float64](t), nil
	case *arrow.Decimal128Type:
		return newFixed[decimal128.Num](t), nil
	case *arrow.StringType:
		return &StringColumn{bytesColumn{typ: t, offsets: []int32{0}}}, nil
	case *arrow.BinaryType:
		return &BinaryColumn{bytesColumn{typ: t, offsets: []int32{0}}}, nil
	}
	return newNested(t)
}

// FixedColumn holds values of a fixed width.
type FixedColumn[T arrow.FixedWidthType] struct {
	typ    arrow.DataType
	width  int // bytes
	values []T
	valid  validity
}

func newFixed[T arrow.FixedWidthType](t arrow.DataType) *FixedColumn[T] {
	return &FixedColumn[T]{typ: t, width: len(arrow.GetBytes(make([]T, 1)))}
}

// Len is the number of values.
func (c *FixedColumn[T]) Len() int { return len(c.values) }

// Append appends a value.
func (c *FixedColumn[T]) Append(v T) {
	if c.valid.nulls != 0 {
		c.valid.append(len(c.values), true)
	}
	c.values = append(c.values, v)
}

// AppendNull appends a null.
func (c *FixedColumn[T]) AppendNull() {
	c.valid.append(len(c.values), false)
	var zero T
	c.values = append(c.values, zero)
}

// Truncate keeps the first n values.
func (c *FixedColumn[T]) Truncate(n int) {
	if n = max(n, 0); n < len(c.values) {
		c.valid.truncate(n, len(c.values))
		c.values = c.values[:n]
	}
}

func (c *FixedColumn[T]) drop(n int) {
	n = min(n, len(c.values))
	c.valid.drop(n, len(c.values))
	c.values = c.values[:copy(c.values, c.values[n:])]
}

func (c *FixedColumn[T]) bodySize(n int) int64 {
	n = min(n, len(c.values))
	return c.valid.bodySize(n, len(c.values)) + ceil8(int64(n)*int64(c.width))
}

func (c *FixedColumn[T]) dataSize(n int) int64 {
	return int64(bitsToBytes(n)) + int64(n)*int64(c.width)
}

func (c *FixedColumn[T]) data(n int) (arrow.ArrayData, error) {
	valid, nulls := c.valid.buffer(n, len(c.values))
	values := memory.NewBufferBytes(arrow.GetBytes(c.values[:n]))
	return array.NewData(c.typ, n, []*memory.Buffer{valid, values}, nil, nulls, 0), nil
}

// BoolColumn holds booleans.
type BoolColumn struct {
	n     int
	bits  []byte
	valid validity
}

// Len is the number of values.
func (c *BoolColumn) Len() int { return c.n }

// Append appends a value.
func (c *BoolColumn) Append(v bool) {
	if c.valid.nulls != 0 {
		c.valid.append(c.n, true)
	}
	c.bits = appendBit(c.bits, c.n, v)
	c.n++
}

// AppendNull appends a null.
func (c *BoolColumn) AppendNull() {
	c.valid.append(c.n, false)
	c.bits = appendBit(c.bits, c.n, false)
	c.n++
}

// Truncate keeps the first n values.
func (c *BoolColumn) Truncate(n int) {
	if n = max(n, 0); n < c.n {
		c.valid.truncate(n, c.n)
		c.bits, c.n = truncateBits(c.bits, n), n
	}
}

func (c *BoolColumn) drop(n int) {
	n = min(n, c.n)
	c.valid.drop(n, c.n)
	c.bits, c.n = dropBits(c.bits, n, c.n), c.n-n
}

func (c *BoolColumn) bodySize(n int) int64 {
	n = min(n, c.n)
	return c.valid.bodySize(n, c.n) + ceil8(int64(bitsToBytes(n)))
}

func (c *BoolColumn) dataSize(n int) int64 { return 2 * int64(bitsToBytes(n)) }

func (c *BoolColumn) data(n int) (arrow.ArrayData, error) {
	valid, nulls := c.valid.buffer(n, c.n)
	values := memory.NewBufferBytes(firstBits(c.bits, n))
	return array.NewData(arrow.FixedWidthTypes.Boolean, n, []*memory.Buffer{valid, values}, nil, nulls, 0), nil
}
