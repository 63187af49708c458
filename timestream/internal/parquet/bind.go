package parquet

import (
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"

	"athena-timestream/federation/block"
	"athena-timestream/timestream/internal/page"
	"athena-timestream/timestream/internal/tstype"
)

// binder makes the cells of a file's columns and collects the leaves they read.
type binder struct {
	leaves []*leaf
}

// column makes the cell of one binding.
func (b *binder) column(root *parquet.Column, want page.Binding) (cell, error) {
	var found *parquet.Column
	for _, n := range root.Columns() {
		if n.Name() != want.Name {
			continue
		}
		if found != nil {
			return nil, unsupported("it has two columns %q", want.Name)
		}
		found = n
	}
	if found == nil {
		return nil, unsupported("it has no column %q", want.Name)
	}
	c, err := b.cell(found, want.Type, want.Column, 0)
	if err != nil {
		return nil, err
	}
	if c == nil {
		return nil, unsupported("its column %q is not what %s is written as", want.Name, want.Type)
	}
	return c, nil
}

// cell makes the cell for values of a node that are wanted as a type. outer is the definition level of the nearest group
// around it. No cell and no error is a misfit.
func (b *binder) cell(n *parquet.Column, want tstype.Type, col block.Column, outer uint8) (cell, error) {
	switch {
	case n.Repeated() && int(outer) < n.MaxDefinitionLevel(): // a list with nothing around it, as nobody writes them any more
		return nil, nil
	case n.Leaf():
		return b.leafCell(n, want.Kind, col, outer), nil
	case want.Kind == tstype.Row:
		return b.structCell(n, want.Fields, col, outer)
	case want.Elem != nil && isList(n):
		return b.listCell(n, want, col, outer)
	}
	return nil, nil
}

func (b *binder) leafCell(n *parquet.Column, want tstype.Kind, col block.Column, outer uint8) cell {
	l := newLeaf(n)
	value := valueOf(l, want, col)
	if value == nil {
		return nil
	}
	b.leaves = append(b.leaves, l)
	return &leafCell{leaf: l, least: outer, col: col, value: value}
}

// valueOf is nil if the leaf holds something else than what is wanted. Numbers that are declared otherwise than the
// service has them are read as declared, as package page does.
func valueOf(l *leaf, want tstype.Kind, col block.Column) func() error {
	kind, means := l.column.Type().Kind(), meaning(l.column)
	number := means == anything && (kind == parquet.Int32 || kind == parquet.Int64)
	switch col := col.(type) {
	case *block.StringColumn:
		if want == tstype.Varchar && kind == parquet.ByteArray && (means == text || means == anything) {
			return textValue(l, col)
		}
	case *block.BoolColumn:
		if want == tstype.Boolean && kind == parquet.Boolean {
			return booleanValue(l, col)
		}
	case *block.Float64Column:
		if want == tstype.Double && kind == parquet.Double {
			return doubleValue(l, col)
		}
		if want == tstype.Double && number {
			return wholeAsDouble(l, col)
		}
	case *block.Int32Column:
		if want == tstype.Integer && number || want == tstype.Date && kind == parquet.Int32 && means == date {
			return integerValue(l, col)
		}
	case *block.Int64Column:
		if want == tstype.Bigint && number {
			return bigintValue(l, col)
		}
		if want == tstype.Timestamp && kind == parquet.Int96 {
			return int96Value(l, col)
		}
		if want == tstype.Timestamp && kind == parquet.Int64 && perMilli[means] > 0 {
			return instantValue(l, col, perMilli[means])
		}
	}
	return nil
}

// meant is what a physical type stands for.
type meant uint8

const (
	anything meant = iota // it is said nowhere, or a number is a number
	text
	date
	millis
	micros
	nanos
	other // something that no column of Timestream has
)

// perMilli is how many of a unit a millisecond has.
var perMilli = [...]int64{millis: 1, micros: 1_000, nanos: nsPerMilli, other: 0}

func meaning(c *parquet.Column) meant {
	logical := c.Type().LogicalType()
	if logical == nil {
		return anything
	}
	switch t := logical.Value.(type) {
	case *format.StringType, *format.EnumType, *format.JsonType:
		return text
	case *format.DateType:
		return date
	case *format.IntType:
		if t.IsSigned {
			return anything
		}
	case *format.TimestampType:
		switch t.Unit.Value.(type) {
		case *format.MilliSeconds:
			return millis
		case *format.MicroSeconds:
			return micros
		case *format.NanoSeconds:
			return nanos
		}
	}
	return other
}

func (b *binder) structCell(n *parquet.Column, want []tstype.Field, col block.Column, outer uint8) (cell, error) {
	to, ok := col.(*block.StructColumn)
	if !ok || len(want) != len(n.Columns()) || to.NumFields() != len(want) || len(want) == 0 {
		return nil, nil
	}
	c := &structCell{group: group{outer: outer}, definition: uint8(n.MaxDefinitionLevel()), col: to}
	first := len(b.leaves)
	for i, child := range n.Columns() {
		f, err := b.cell(child, want[i].Type, to.Field(i), c.definition)
		if f == nil || err != nil {
			return nil, err
		}
		c.fields = append(c.fields, f)
	}
	c.leaves = b.leaves[first:len(b.leaves):len(b.leaves)]
	return c, nil
}

func (b *binder) listCell(n *parquet.Column, want tstype.Type, col block.Column, outer uint8) (cell, error) {
	to, ok := col.(*block.ListColumn)
	if !ok {
		return nil, nil
	}
	entry := n.Columns()[0]
	c := &listCell{group: group{outer: outer}, definition: uint8(n.MaxDefinitionLevel()), repetition: uint8(entry.MaxRepetitionLevel()), col: to}
	first := len(b.leaves)
	elem, err := b.cell(elemColumn(n), elemOf(want), to.Elem(), uint8(entry.MaxDefinitionLevel()))
	if elem == nil || err != nil {
		return nil, err
	}
	c.elem = elem
	c.leaves = b.leaves[first:len(b.leaves):len(b.leaves)]
	return c, nil
}

// elemOf is the element of an array, or the point of a time series.
func elemOf(t tstype.Type) tstype.Type {
	if t.Kind == tstype.Array {
		return *t.Elem
	}
	return tstype.Type{Kind: tstype.Row, Fields: []tstype.Field{
		{Type: tstype.Type{Kind: tstype.Timestamp}}, {Type: *t.Elem},
	}}
}

// isList says that the node is a group around one repeated node, as all forms of a list are.
func isList(n *parquet.Column) bool {
	return !n.Leaf() && len(n.Columns()) == 1 && n.Columns()[0].Repeated()
}

// elemColumn is the element of a list. The repeated node is the element itself if it is a leaf, has several members, or is
// called as old writers call it; else it holds the element ("Backward-compatibility rules" of Parquet's LogicalTypes.md).
func elemColumn(n *parquet.Column) *parquet.Column {
	entry := n.Columns()[0]
	if entry.Leaf() || len(entry.Columns()) != 1 || entry.Name() == "array" || entry.Name() == n.Name()+"_tuple" {
		return entry
	}
	return entry.Columns()[0]
}
