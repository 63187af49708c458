package parquet

import (
	"athena-timestream/federation/block"
	"athena-timestream/timestream/internal/page"
	"athena-timestream/timestream/internal/tstype"
)

// binder makes the cells of a file's columns and collects the leaves they read.
type binder struct {
	unpacker *unpacker
	leaves   []*leaf
	at       []int // position of each leaf among the file's
}

// column makes the cell of one binding.
func (b *binder) column(root *node, want page.Binding) (cell, error) {
	var found *node
	for _, n := range root.children {
		if n.name != want.Name {
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
func (b *binder) cell(n *node, want tstype.Type, col block.Column, outer uint8) (cell, error) {
	switch {
	case n.element.repetition == repeated && outer < n.definition: // a list with nothing around it, as nobody writes them any more
		return nil, nil
	case n.isLeaf():
		return b.leafCell(n, want.Kind, col, outer), nil
	case want.Kind == tstype.Row:
		return b.structCell(n, want.Fields, col, outer)
	case want.Elem != nil && n.isList():
		return b.listCell(n, want, col, outer)
	}
	return nil, nil
}

func (b *binder) leafCell(n *node, want tstype.Kind, col block.Column, outer uint8) cell {
	l := &leaf{node: n, unpacker: b.unpacker}
	value := valueOf(l, want, col)
	if value == nil {
		return nil
	}
	b.leaves = append(b.leaves, l)
	b.at = append(b.at, n.leaves[0])
	return &leafCell{leaf: l, least: outer, col: col, value: value}
}

// valueOf is nil if the leaf holds something else than what is wanted. Numbers that are declared otherwise than the
// service has them are read as declared, as package page does.
func valueOf(l *leaf, want tstype.Kind, col block.Column) func() error {
	number := l.physical == int32Type || l.physical == int64Type
	switch col := col.(type) {
	case *block.StringColumn:
		if want == tstype.Varchar && l.physical == byteArrayType && (l.annotation == text || l.annotation == none) {
			return textValue(l, col)
		}
	case *block.BoolColumn:
		if want == tstype.Boolean && l.physical == booleanType {
			return booleanValue(l, col)
		}
	case *block.Float64Column:
		if want == tstype.Double && l.physical == doubleType {
			return doubleValue(l, col)
		}
		if want == tstype.Double && number && l.annotation == none {
			return wholeAsDouble(l, col)
		}
	case *block.Int32Column:
		if want == tstype.Integer && number && l.annotation == none || want == tstype.Date && l.physical == int32Type && l.annotation == date {
			return integerValue(l, col)
		}
	case *block.Int64Column:
		if want == tstype.Bigint && number && l.annotation == none {
			return bigintValue(l, col)
		}
		if want == tstype.Timestamp {
			return timestampOf(l, col)
		}
	}
	return nil
}

func timestampOf(l *leaf, col *block.Int64Column) func() error {
	switch {
	case l.physical == int96Type:
		return int96Value(l, col)
	case l.physical == int64Type && l.annotation == nanos:
		return instantValue(l, col, nsPerMilli)
	case l.physical == int64Type && l.annotation == micros:
		return instantValue(l, col, microsPerMil)
	case l.physical == int64Type && l.annotation == millis:
		return instantValue(l, col, 1)
	}
	return nil
}

func (b *binder) structCell(n *node, want []tstype.Field, col block.Column, outer uint8) (cell, error) {
	to, ok := col.(*block.StructColumn)
	if !ok || len(want) != len(n.children) || to.NumFields() != len(want) || len(want) == 0 {
		return nil, nil
	}
	c := &structCell{group: group{outer: outer}, definition: n.definition, col: to}
	first := len(b.leaves)
	for i, child := range n.children {
		f, err := b.cell(child, want[i].Type, to.Field(i), n.definition)
		if f == nil || err != nil {
			return nil, err
		}
		c.fields = append(c.fields, f)
	}
	c.leaves = b.leaves[first:len(b.leaves):len(b.leaves)]
	return c, nil
}

func (b *binder) listCell(n *node, want tstype.Type, col block.Column, outer uint8) (cell, error) {
	to, ok := col.(*block.ListColumn)
	if !ok {
		return nil, nil
	}
	entry := n.children[0]
	c := &listCell{group: group{outer: outer}, definition: n.definition, repetition: entry.repetition, col: to}
	first := len(b.leaves)
	elem, err := b.cell(n.elem(), elemOf(want), to.Elem(), entry.definition)
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
