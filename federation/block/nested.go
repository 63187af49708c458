package block

import (
	"errors"
	"fmt"
	"math"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

func newNested(t arrow.DataType) (Column, error) {
	switch t := t.(type) {
	case *arrow.ListType:
		elem, err := newColumn(t.Elem())
		return &ListColumn{typ: t, elem: elem}, err
	case *arrow.MapType:
		key, err := newColumn(t.KeyType())
		if err != nil {
			return nil, err
		}
		value, err := newColumn(t.ItemType())
		return &MapColumn{typ: t, key: key, value: value}, err
	case *arrow.StructType:
		c := &StructColumn{typ: t, fields: make([]Column, t.NumFields())}
		for i, field := range t.Fields() {
			var err error
			if c.fields[i], err = newColumn(field.Type); err != nil {
				return nil, err
			}
		}
		return c, nil
	}
	return nil, fmt.Errorf("type %s cannot be exchanged", t)
}

// spans are the positions at which the values of a list or map start among its elements.
type spans struct {
	starts []int32
	valid  validity
}

// Len is the number of lists or maps, nulls included.
func (s *spans) Len() int { return len(s.starts) }

func (s *spans) append(at int, valid bool) {
	if !valid || s.valid.nulls != 0 {
		s.valid.append(len(s.starts), valid)
	}
	s.starts = append(s.starts, int32(at))
}

// end is the number of elements in the first n values, of elems in all.
func (s *spans) end(n, elems int) int {
	switch {
	case n == 0:
		return 0
	case n < len(s.starts):
		return int(s.starts[n])
	}
	return elems
}

func (s *spans) truncate(n int) {
	if n < len(s.starts) {
		s.valid.truncate(n, len(s.starts))
		s.starts = s.starts[:n]
	}
}

func (s *spans) drop(n, elems int) {
	s.valid.drop(n, len(s.starts))
	s.starts = shift(s.starts, n, int32(elems))
}

func (s *spans) bodySize(n int) int64 {
	if n == 0 {
		return 0
	}
	return s.valid.bodySize(n, len(s.starts)) + ceil8(4*(int64(n)+1))
}

func (s *spans) dataSize(n int) int64 {
	return int64(bitsToBytes(n)) + 4*(int64(n)+1)
}

// buffers borrows the validity and offset buffers of the first n values.
func (s *spans) buffers(n, elems int) ([]*memory.Buffer, int, error) {
	switch {
	case elems > math.MaxInt32:
		return nil, 0, errors.New("more than 2^31 elements in one block; cut the block earlier")
	case elems > 0 && (len(s.starts) == 0 || s.starts[0] != 0):
		return nil, 0, errors.New("elements were appended before the first list or map was begun")
	}
	valid, nulls := s.valid.buffer(n, len(s.starts))
	offsets := append(s.starts, int32(elems))[:n+1] // the extra one lives in spare capacity until the next append
	return []*memory.Buffer{valid, offsetBuffer(offsets)}, nulls, nil
}

// ListColumn holds lists.
type ListColumn struct {
	typ *arrow.ListType
	spans
	elem Column
}

// Append begins a new list that is not null. Its elements are what is appended to Elem before the next Append.
func (c *ListColumn) Append() { c.append(c.elem.Len(), true) }

// AppendNull appends a null list.
func (c *ListColumn) AppendNull() { c.append(c.elem.Len(), false) }

// Elem is the column of the elements of all lists, one after the other.
func (c *ListColumn) Elem() Column { return c.elem }

// Truncate keeps the first n lists and their elements.
func (c *ListColumn) Truncate(n int) {
	n = min(max(n, 0), c.Len())
	c.elem.Truncate(c.end(n, c.elem.Len()))
	c.truncate(n)
}

func (c *ListColumn) drop(n int) {
	n = min(n, c.Len())
	elems := c.end(n, c.elem.Len())
	c.spans.drop(n, elems)
	c.elem.drop(elems)
}

func (c *ListColumn) bodySize(n int) int64 {
	n = min(n, c.Len())
	return c.spans.bodySize(n) + c.elem.bodySize(c.end(n, c.elem.Len()))
}

func (c *ListColumn) dataSize(n int) int64 {
	if n == 0 {
		return 0
	}
	return c.spans.dataSize(n) + c.elem.dataSize(c.end(n, c.elem.Len()))
}

func (c *ListColumn) data(n int) (arrow.ArrayData, error) {
	bufs, nulls, err := c.buffers(n, c.elem.Len())
	if err != nil {
		return nil, err
	}
	elems, err := c.elem.data(c.end(n, c.elem.Len()))
	if err != nil {
		return nil, fmt.Errorf("list element: %w", err)
	}
	return array.NewData(c.typ, n, bufs, []arrow.ArrayData{elems}, nulls, 0), nil
}

// MapColumn holds maps.
type MapColumn struct {
	typ *arrow.MapType
	spans
	key, value Column
}

// Append begins a new map that is not null. Its entries are what is appended, pair by pair, to Key and Value before
// the next Append. Keys must not be null.
func (c *MapColumn) Append() { c.append(c.key.Len(), true) }

// AppendNull appends a null map.
func (c *MapColumn) AppendNull() { c.append(c.key.Len(), false) }

// Key is the column of the keys of all maps.
func (c *MapColumn) Key() Column { return c.key }

// Value is the column of the values of all maps.
func (c *MapColumn) Value() Column { return c.value }

// Truncate keeps the first n maps and their entries.
func (c *MapColumn) Truncate(n int) {
	n = min(max(n, 0), c.Len())
	entries := c.end(n, min(c.key.Len(), c.value.Len()))
	c.key.Truncate(entries)
	c.value.Truncate(entries)
	c.truncate(n)
}

func (c *MapColumn) drop(n int) {
	n = min(n, c.Len())
	entries := c.end(n, c.key.Len())
	c.spans.drop(n, entries)
	c.key.drop(entries)
	c.value.drop(entries)
}

func (c *MapColumn) bodySize(n int) int64 {
	n = min(n, c.Len())
	entries := c.end(n, c.key.Len())
	return c.spans.bodySize(n) + c.key.bodySize(entries) + c.value.bodySize(entries)
}

func (c *MapColumn) dataSize(n int) int64 {
	if n == 0 {
		return 0
	}
	entries := c.end(n, c.key.Len())
	if entries == 0 {
		return c.spans.dataSize(n)
	}
	return c.spans.dataSize(n) + int64(bitsToBytes(entries)) + c.key.dataSize(entries) + c.value.dataSize(entries)
}

func (c *MapColumn) data(n int) (arrow.ArrayData, error) {
	if k, v := c.key.Len(), c.value.Len(); k != v {
		return nil, fmt.Errorf("map has %d keys and %d values", k, v)
	}
	bufs, nulls, err := c.buffers(n, c.key.Len())
	if err != nil {
		return nil, err
	}
	entries := c.end(n, c.key.Len())
	keys, err := c.key.data(entries)
	if err != nil {
		return nil, fmt.Errorf("map key: %w", err)
	}
	if keys.NullN() != 0 {
		return nil, errors.New("map has a null key")
	}
	values, err := c.value.data(entries)
	if err != nil {
		return nil, fmt.Errorf("map value: %w", err)
	}
	pairs := array.NewData(c.typ.Elem(), entries, []*memory.Buffer{nil}, []arrow.ArrayData{keys, values}, 0, 0)
	return array.NewData(c.typ, n, bufs, []arrow.ArrayData{pairs}, nulls, 0), nil
}
