package block

import (
	"errors"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
)

// Builder is a record batch under construction: one column of plain Go buffers for each field of a schema. It is
// filled by appending one value to every Column a row, in any order; it is not safe for concurrent use.
type Builder struct {
	schema  *arrow.Schema
	columns []Column
	rows    int // of a schema without columns
	metaLen int // of the IPC metadata, the same for every batch with rows
	bound   bound
}

// bound gives an upper bound of the body's size that is cheaper than the size: rows × the fixed part, whatever bytes
// there are, and the exact size of nested columns.
type bound struct {
	base, rowBits int64
	bytes         []*bytesColumn
	nested        []Column
}

// NewBuilder makes an empty Builder. The error names a column whose type the protocol cannot carry as rows: what
// DecodeRecords does not read.
func NewBuilder(s *arrow.Schema) (*Builder, error) {
	if s == nil {
		return nil, errors.New("new builder: there is no schema")
	}
	b := &Builder{schema: s, columns: make([]Column, s.NumFields())}
	for i, field := range s.Fields() {
		err := supported(field.Type, 0)
		if err == nil {
			b.columns[i], err = newColumn(field.Type)
		}
		if err != nil {
			return nil, fmt.Errorf("new builder: column %q: %w", field.Name, err)
		}
		b.bound.add(field.Type, b.columns[i])
	}
	return b, b.measure()
}

// add takes in one column: its values, one bit for validity, and padding (64 bytes of a bitmap without values, 8 of
// other buffers).
func (b *bound) add(t arrow.DataType, c Column) {
	b.base += 64 + 4 + 8 + 8
	b.rowBits++
	switch c := c.(type) {
	case *StringColumn:
		b.bytes = append(b.bytes, &c.bytesColumn)
		b.rowBits += 32
	case *BinaryColumn:
		b.bytes = append(b.bytes, &c.bytesColumn)
		b.rowBits += 32
	case *ListColumn, *MapColumn, *StructColumn:
		b.nested = append(b.nested, c)
	default:
		b.rowBits += int64(t.(arrow.FixedWidthDataType).BitWidth())
	}
}

// of is the bound for the first n rows.
func (b *bound) of(n int) int64 {
	size := b.base + (int64(n)*b.rowBits+7)/8
	for _, c := range b.bytes {
		size += int64(len(c.bytes))
	}
	for _, c := range b.nested {
		size += c.bodySize(n)
	}
	return size
}

// measure learns the length of the metadata from a batch of one row of nulls: its nodes and buffers are structs of
// fixed size, and their number follows from the schema.
func (b *Builder) measure() error {
	b.AppendEmptyRow()
	for _, c := range b.columns {
		c.AppendNull()
	}
	defer b.Reset()
	r, err := b.Record()
	if err != nil {
		return err
	}
	p, err := payload(r)
	if err != nil {
		return err
	}
	defer p.Release()
	meta := p.Meta()
	defer meta.Release()
	b.metaLen = meta.Len()
	return nil
}

// Schema is the schema given to NewBuilder.
func (b *Builder) Schema() *arrow.Schema { return b.schema }

// NumColumns is the number of top-level columns.
func (b *Builder) NumColumns() int { return len(b.columns) }

// Column is top-level column i. The pointer stays valid for the life of the Builder.
func (b *Builder) Column(i int) Column { return b.columns[i] }

// AppendEmptyRow counts one row of a schema without columns; with columns, rows are seen in them and it does
// nothing. spill.Writer calls it.
func (b *Builder) AppendEmptyRow() {
	if len(b.columns) == 0 {
		b.rows++
	}
}

// Rows is the number of whole rows: the length of the shortest column.
func (b *Builder) Rows() int {
	if len(b.columns) == 0 {
		return b.rows
	}
	n := b.columns[0].Len()
	for _, c := range b.columns[1:] {
		n = min(n, c.Len())
	}
	return n
}

// EncodedSize is exactly what AppendRecords would add for the whole rows so far; 0 without rows. Its cost depends
// on the number of columns only.
func (b *Builder) EncodedSize(f Framing) int64 { return b.EncodedSizeOf(b.Rows(), f) }

// EncodedSizeOf is EncodedSize for the first n rows (all whole rows, if there are fewer). Its cost may grow with the
// rows left out.
func (b *Builder) EncodedSizeOf(n int, f Framing) int64 {
	if n <= 0 {
		return 0
	}
	size := int64(f.headLen(b.metaLen))
	for _, c := range b.columns {
		size += c.bodySize(n)
	}
	return size
}

// Within says whether EncodedSizeOf(n, f) is at most limit. As long as the rows are far from the limit it costs much
// less: it is made to be asked after each row.
func (b *Builder) Within(n int, limit int64, f Framing) bool {
	return int64(f.headLen(b.metaLen))+b.bound.of(n) <= limit || b.EncodedSizeOf(n, f) <= limit
}

// ColumnSize is the share of column i in EncodedSize.
func (b *Builder) ColumnSize(i int) int64 { return b.columns[i].bodySize(b.Rows()) }

// DataSize is Java's accounting of the whole rows so far: docs/protocol.md, chapter 10.
func (b *Builder) DataSize() int64 {
	n, size := b.Rows(), int64(0)
	if n == 0 {
		return 0
	}
	for _, c := range b.columns {
		size += c.dataSize(n)
	}
	return size
}

// Truncate drops rows from the end, and partial ones with them, until rows are left.
func (b *Builder) Truncate(rows int) {
	b.rows = min(b.rows, max(rows, 0))
	for _, c := range b.columns {
		c.Truncate(rows)
	}
}

// Drop removes the first rows (at most all whole ones); what follows moves to the front.
func (b *Builder) Drop(rows int) {
	rows = min(rows, b.Rows())
	if rows <= 0 {
		return
	}
	b.rows = max(b.rows-rows, 0)
	for _, c := range b.columns {
		c.drop(rows)
	}
}

// Reset drops all rows and keeps the buffers' capacity.
func (b *Builder) Reset() { b.Truncate(0) }

// Record is the rows as a record batch. It borrows the Builder's buffers: it is valid until the next append,
// Truncate, Drop or Reset, and need not be released. A column that has fewer or more values than the others, or an
// incomplete nested value, is an error that names it.
func (b *Builder) Record() (arrow.RecordBatch, error) { return b.Head(b.Rows()) }

// Head is Record for the first n rows only, the others complete too.
func (b *Builder) Head(n int) (r arrow.RecordBatch, err error) {
	rows := b.Rows()
	if n < 0 || n > rows {
		return nil, fmt.Errorf("build records: %d rows asked for, %d are there", n, rows)
	}
	defer caught(&err)
	cols := make([]arrow.Array, len(b.columns))
	for i, c := range b.columns {
		name := b.schema.Field(i).Name
		if c.Len() != rows {
			return nil, fmt.Errorf("build records: column %q has %d values, another one %d; append one to each column a row",
				name, c.Len(), rows)
		}
		data, err := c.data(n)
		if err != nil {
			return nil, fmt.Errorf("build records: column %q: %w", name, err)
		}
		cols[i] = array.MakeFromData(data)
	}
	return array.NewRecordBatch(b.schema, cols, int64(n)), nil
}
