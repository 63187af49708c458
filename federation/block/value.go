package block

import (
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"

	"athena-timestream/federation/redact"
)

// MapEntry is one entry of a map value. It is the same type as predicate.MapEntry, which this package does not see:
// both are names of one unnamed struct.
type MapEntry = struct{ Key, Value any }

// AppendValue appends one Go value, nil for null, to a column: the slow path, for constants, small tables and tests.
// It takes what ValueAt gives, and for integers any Go integer type that fits; float32 and float64 are not
// converted. A time.Time is no value: a date is days since 1970-01-01, a timestamp (Date64) milliseconds,
// time.Time.UnixMilli. After an error the column is as before.
func AppendValue(c Column, v any) error {
	n := c.Len()
	if err := appendValue(c, v); err != nil {
		c.Truncate(n)
		return fmt.Errorf("append value: %w", err)
	}
	return nil
}

func appendValue(c Column, v any) error {
	if v == nil {
		c.AppendNull()
		return nil
	}
	switch c := c.(type) {
	case *BoolColumn:
		return appendAs(v, c.Append)
	case *Int8Column:
		return appendInt(v, math.MinInt8, math.MaxInt8, func(i int64) { c.Append(int8(i)) })
	case *Int16Column:
		return appendInt(v, math.MinInt16, math.MaxInt16, func(i int64) { c.Append(int16(i)) })
	case *Int32Column:
		return appendInt(v, math.MinInt32, math.MaxInt32, func(i int64) { c.Append(int32(i)) })
	case *Int64Column:
		return appendInt(v, math.MinInt64, math.MaxInt64, c.Append)
	case *Uint8Column:
		return appendUint(v, math.MaxUint8, func(i uint64) { c.Append(uint8(i)) })
	case *Uint16Column:
		return appendUint(v, math.MaxUint16, func(i uint64) { c.Append(uint16(i)) })
	case *Uint32Column:
		return appendUint(v, math.MaxUint32, func(i uint64) { c.Append(uint32(i)) })
	case *Uint64Column:
		return appendUint(v, math.MaxUint64, c.Append)
	case *Float32Column:
		return appendAs(v, c.Append)
	case *Float64Column:
		return appendAs(v, c.Append)
	case *DecimalColumn:
		return appendAs[decimal128.Num](v, c.Append)
	case *StringColumn:
		return appendAs(v, c.Append)
	case *BinaryColumn:
		return appendAs(v, c.Append)
	case *ListColumn:
		return appendList(c, v)
	case *StructColumn:
		return appendStruct(c, v)
	case *MapColumn:
		return appendMap(c, v)
	}
	return fmt.Errorf("%T is not a column of this package", c)
}

func appendAs[T any](v any, add func(T)) error {
	t, ok := v.(T)
	if !ok {
		return fmt.Errorf("a column of %T does not take a %T", t, v)
	}
	add(t)
	return nil
}

func notInteger(v any) error {
	if _, ok := v.(time.Time); ok {
		return errors.New("a time.Time is no value: give days since 1970-01-01 to a date column, milliseconds (UnixMilli) to a timestamp column")
	}
	return fmt.Errorf("an integer column does not take a %T", v)
}

func appendInt(v any, low, high int64, add func(int64)) error {
	i, u, ok := integer(v)
	switch {
	case !ok:
		return notInteger(v)
	case u > math.MaxInt64 || i < low || i > high:
		return redact.Errorf("%d is outside the column's %d to %d", redact.Data(v), low, high)
	}
	add(i)
	return nil
}

func appendUint(v any, high uint64, add func(uint64)) error {
	i, u, ok := integer(v)
	switch {
	case !ok:
		return fmt.Errorf("an integer column does not take a %T", v)
	case i < 0 && u == 0 || u > high:
		return redact.Errorf("%d is outside the column's 0 to %d", redact.Data(v), high)
	}
	add(u)
	return nil
}

// integer is a Go integer as int64 and as uint64; u is 0 for a negative one, and i wraps for one above int64.
func integer(v any) (i int64, u uint64, ok bool) {
	switch v := v.(type) {
	case int:
		i = int64(v)
	case int8:
		i = int64(v)
	case int16:
		i = int64(v)
	case int32:
		i = int64(v)
	case int64:
		i = v
	case uint8:
		i = int64(v)
	case uint16:
		i = int64(v)
	case uint32:
		i = int64(v)
	case uint64:
		return int64(v), v, true
	default:
		return 0, 0, false
	}
	return i, uint64(max(i, 0)), true
}

func appendList(c *ListColumn, v any) error {
	elems, ok := v.([]any)
	if !ok {
		return fmt.Errorf("a list column takes []any, not a %T", v)
	}
	c.Append()
	for i, elem := range elems {
		if err := appendValue(c.elem, elem); err != nil {
			return fmt.Errorf("element %d: %w", i, err)
		}
	}
	return nil
}

func appendStruct(c *StructColumn, v any) error {
	values, ok := v.([]any)
	if !ok || len(values) != len(c.fields) {
		return fmt.Errorf("a struct column of %d fields takes []any of that length, not a %T of %d", len(c.fields), v, len(values))
	}
	c.Append()
	for i, field := range c.fields {
		if err := appendValue(field, values[i]); err != nil {
			return fmt.Errorf("field %q: %w", c.typ.Field(i).Name, err)
		}
	}
	return nil
}

func appendMap(c *MapColumn, v any) error {
	entries, ok := v.([]MapEntry)
	if !ok {
		return fmt.Errorf("a map column takes []MapEntry, not a %T", v)
	}
	c.Append()
	for i, entry := range entries {
		if entry.Key == nil {
			return errors.New("a map key must not be null")
		}
		if err := appendValue(c.key, entry.Key); err != nil {
			return fmt.Errorf("key %d: %w", i, err)
		}
		if err := appendValue(c.value, entry.Value); err != nil {
			return fmt.Errorf("value %d: %w", i, err)
		}
	}
	return nil
}

// ValueAt is one cell as a Go value, nil for null: bool; int64 for signed integers, dates and timestamps; uint64 for
// unsigned integers; float32; float64; string; []byte; decimal128.Num; []any for a list, and for a struct by
// position; []MapEntry for a map. Text and bytes borrow the array's memory. It is nil too for types that cannot be
// exchanged, and panics, as arrow-go does, when row is outside the array.
func ValueAt(a arrow.Array, row int) any {
	if a.IsNull(row) {
		return nil
	}
	switch a := a.(type) {
	case *array.Boolean:
		return a.Value(row)
	case *array.Int8:
		return int64(a.Value(row))
	case *array.Int16:
		return int64(a.Value(row))
	case *array.Int32:
		return int64(a.Value(row))
	case *array.Int64:
		return a.Value(row)
	case *array.Date32:
		return int64(a.Value(row))
	case *array.Date64:
		return int64(a.Value(row))
	case *array.Timestamp:
		return int64(a.Value(row))
	case *array.Uint8:
		return uint64(a.Value(row))
	case *array.Uint16:
		return uint64(a.Value(row))
	case *array.Uint32:
		return uint64(a.Value(row))
	case *array.Uint64:
		return a.Value(row)
	case *array.Float32:
		return a.Value(row)
	case *array.Float64:
		return a.Value(row)
	case *array.Decimal128:
		return a.Value(row)
	case *array.String:
		return a.Value(row)
	case *array.Binary:
		return a.Value(row)
	case *array.Struct:
		values := make([]any, a.NumField())
		for i := range values {
			values[i] = ValueAt(a.Field(i), row)
		}
		return values
	case *array.Map:
		return mapAt(a, row)
	case array.ListLike:
		start, end := a.ValueOffsets(row)
		elems := make([]any, 0, end-start)
		for i := start; i < end; i++ {
			elems = append(elems, ValueAt(a.ListValues(), int(i)))
		}
		return elems
	}
	return nil
}

func mapAt(a *array.Map, row int) []MapEntry {
	start, end := a.ValueOffsets(row)
	entries := make([]MapEntry, 0, end-start)
	for i := int(start); i < int(end); i++ {
		entries = append(entries, MapEntry{ValueAt(a.Keys(), i), ValueAt(a.Items(), i)})
	}
	return entries
}
