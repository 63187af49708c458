package unload

import (
	"fmt"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"

	"athena-timestream/local/internal/translate"
	"athena-timestream/local/internal/tswire"
)

// shredder takes rows apart into Parquet's columns with their levels.
type shredder struct {
	root    *group
	columns []shred
	leaves  []*leaf
	bytes   int64 // of the current row
}

// leaf is a Parquet column with values that were not yet written.
type leaf struct {
	values []parquet.Value
	page   int64 // bytes since the last page, more or less
	index  int
}

// levels says where a value stands: whether it begins a row or goes on in a list, and how much of its path is not null.
type levels struct{ repetition, definition int }

// shred appends a value, which may be null, to its leaves.
type shred func(v any, at levels) error

func newShredder(columns []translate.Column) *shredder {
	s := &shredder{root: &group{}}
	for _, c := range columns {
		node, put := s.bind(c.Type, 0)
		s.root.append(c.Name, node)
		s.columns = append(s.columns, put)
	}
	return s
}

// add appends a row and says how many bytes it has, more or less.
func (s *shredder) add(row []any) (int64, error) {
	s.bytes = 0
	for i, v := range row {
		if err := s.columns[i](v, levels{}); err != nil {
			return 0, fmt.Errorf("column %d: %w", i+1, err)
		}
	}
	return s.bytes, nil
}

// bind makes the optional node of a type that lies below so many lists.
func (s *shredder) bind(t translate.Type, lists int) (parquet.Node, shred) {
	var node parquet.Node
	var put shred
	switch t.Kind {
	case translate.Array:
		node, put = s.bindList(*t.Elem, lists)
	case translate.TimeSeries:
		node, put = s.bindList(point(t), lists)
	case translate.Row:
		node, put = s.bindRow(t.Fields, lists)
	default:
		node, put = s.bindLeaf(t)
	}
	return parquet.Optional(node), put
}

func (s *shredder) bindRow(fields []translate.Field, lists int) (parquet.Node, shred) {
	g, puts := &group{}, make([]shred, len(fields))
	for i, f := range fields {
		var node parquet.Node
		node, puts[i] = s.bind(f.Type, lists)
		g.append(fieldName(f, i), node)
	}
	return g, func(v any, at levels) error {
		values, ok := v.([]any)
		if v != nil && (!ok || len(values) != len(puts)) {
			return fmt.Errorf("a value of type %T came where a row of %d fields was announced", v, len(puts))
		}
		if v != nil {
			at.definition++
		}
		for i, put := range puts {
			var x any
			if v != nil {
				x = values[i]
			}
			if err := put(x, at); err != nil {
				return err
			}
		}
		return nil
	}
}

func (s *shredder) bindList(elem translate.Type, lists int) (parquet.Node, shred) {
	node, put := s.bind(elem, lists+1)
	return parquet.List(node), func(v any, at levels) error {
		values, ok := v.([]any)
		if v != nil && !ok {
			return fmt.Errorf("a value of type %T came where a list was announced", v)
		}
		if v != nil {
			at.definition++
		}
		if len(values) == 0 {
			return put(nil, at)
		}
		at.definition++
		for _, x := range values {
			if err := put(x, at); err != nil {
				return err
			}
			at.repetition = lists + 1
		}
		return nil
	}
}

func (s *shredder) bindLeaf(t translate.Type) (parquet.Node, shred) {
	l := &leaf{index: len(s.leaves)}
	s.leaves = append(s.leaves, l)
	node, value := leafOf(t)
	return node, func(v any, at levels) error {
		x := parquet.NullValue()
		if v != nil {
			var err error
			if x, err = value(v); err != nil {
				return err
			}
			at.definition++
		}
		n := int64(8)
		if x.Kind() == parquet.ByteArray {
			n += int64(len(x.ByteArray()))
		}
		s.bytes += n
		l.page += n
		l.values = append(l.values, x.Level(at.repetition, at.definition, l.index))
		return nil
	}
}

// leafOf gives Parquet's type and values of a scalar type. What Parquet has no type for is written as text.
func leafOf(t translate.Type) (parquet.Node, func(v any) (parquet.Value, error)) {
	switch t.Kind {
	case translate.Double:
		return parquet.Leaf(parquet.DoubleType), typed(parquet.DoubleValue)
	case translate.Boolean:
		return parquet.Leaf(parquet.BooleanType), typed(parquet.BooleanValue)
	case translate.Bigint:
		return parquet.Leaf(parquet.Int64Type), typed(parquet.Int64Value)
	case translate.Integer:
		return parquet.Leaf(parquet.Int32Type), typed(int32Value)
	case translate.Date:
		return parquet.Date(), typed(int32Value)
	case translate.Timestamp:
		return parquet.Leaf(parquet.Int96Type), typed(int96Value)
	}
	text := tswire.Scalar(t.Kind)
	return parquet.Encoded(parquet.String(), &parquet.RLEDictionary), func(v any) (parquet.Value, error) {
		if s, ok := v.(string); ok {
			return parquet.ValueOf(s), nil
		}
		b, err := text(nil, v)
		return parquet.ByteArrayValue(b), err
	}
}

func typed[T any](value func(T) parquet.Value) func(any) (parquet.Value, error) {
	return func(v any) (parquet.Value, error) {
		x, ok := v.(T)
		if !ok {
			return parquet.Value{}, fmt.Errorf("a value of type %T came where %T was announced", v, x)
		}
		return value(x), nil
	}
}

func int32Value(n int64) parquet.Value { return parquet.Int32Value(int32(n)) }

// julianEpoch is 1970-01-01 in INT96's count of days.
const (
	julianEpoch = 2440588
	nanosPerDay = 86400 * 1_000_000_000
)

// int96Value writes nanoseconds since 1970 as INT96: nanoseconds of the day, then the Julian day.
func int96Value(ns int64) parquet.Value {
	days, rest := ns/nanosPerDay, ns%nanosPerDay
	if rest < 0 {
		days, rest = days-1, rest+nanosPerDay
	}
	return parquet.Int96Value(deprecated.Int96{uint32(rest), uint32(rest >> 32), uint32(days + julianEpoch)})
}
