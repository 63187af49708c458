package block

import (
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// StructColumn holds structs.
type StructColumn struct {
	typ    *arrow.StructType
	n      int
	valid  validity
	fields []Column
}

// Len is the number of structs, nulls included, whether or not their fields have been appended.
func (c *StructColumn) Len() int { return c.n }

// Append begins a new struct that is not null; append one value to each Field, before or after.
func (c *StructColumn) Append() {
	if c.valid.nulls != 0 {
		c.valid.append(c.n, true)
	}
	c.n++
}

// AppendNull appends a null struct, and a null to every field.
func (c *StructColumn) AppendNull() {
	c.valid.append(c.n, false)
	c.n++
	for _, field := range c.fields {
		field.AppendNull()
	}
}

// NumFields is the number of fields.
func (c *StructColumn) NumFields() int { return len(c.fields) }

// Field is the column of field i.
func (c *StructColumn) Field(i int) Column { return c.fields[i] }

// Truncate keeps the first n structs and their fields.
func (c *StructColumn) Truncate(n int) {
	n = min(max(n, 0), c.n)
	c.valid.truncate(n, c.n)
	c.n = n
	for _, field := range c.fields {
		field.Truncate(n)
	}
}

func (c *StructColumn) drop(n int) {
	n = min(n, c.n)
	c.valid.drop(n, c.n)
	c.n -= n
	for _, field := range c.fields {
		field.drop(n)
	}
}

func (c *StructColumn) bodySize(n int) int64 {
	n = min(n, c.n)
	size := c.valid.bodySize(n, c.n)
	for _, field := range c.fields {
		size += field.bodySize(n)
	}
	return size
}

func (c *StructColumn) dataSize(n int) int64 {
	size := int64(bitsToBytes(n))
	for _, field := range c.fields {
		size += field.dataSize(min(n, field.Len()))
	}
	return size
}

func (c *StructColumn) data(n int) (arrow.ArrayData, error) {
	children := make([]arrow.ArrayData, len(c.fields))
	for i, field := range c.fields {
		name := c.typ.Field(i).Name
		if field.Len() != c.n {
			return nil, fmt.Errorf("field %q has %d values for %d structs", name, field.Len(), c.n)
		}
		var err error
		if children[i], err = field.data(n); err != nil {
			return nil, fmt.Errorf("field %q: %w", name, err)
		}
	}
	valid, nulls := c.valid.buffer(n, c.n)
	return array.NewData(c.typ, n, []*memory.Buffer{valid}, children, nulls, 0), nil
}
