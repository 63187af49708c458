package duck

import (
	"fmt"
	"math/big"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// Record reads up to limit rows into a record batch, or nil after the last row. The caller releases it.
func (r *Rows) Record(limit int) (arrow.RecordBatch, error) {
	schema, err := r.Schema()
	if err != nil {
		return nil, err
	}
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer b.Release()
	n := 0
	for ; n < limit && r.Next(); n++ {
		for i, v := range r.Values() {
			if err := appendValue(b.Field(i), v); err != nil {
				return nil, fmt.Errorf("column %s: %w", r.columns[i].Name, err)
			}
		}
	}
	if r.err != nil || n == 0 {
		return nil, r.err
	}
	return b.NewRecordBatch(), nil
}

// Schema is the Arrow schema of the result.
func (r *Rows) Schema() (*arrow.Schema, error) {
	fields := make([]arrow.Field, len(r.columns))
	for i, c := range r.columns {
		t, err := c.Type.ArrowType()
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", c.Name, err)
		}
		fields[i] = arrow.Field{Name: c.Name, Type: t, Nullable: true}
	}
	return arrow.NewSchema(fields, nil), nil
}

// appendValue appends a value as [Rows.Values] gives it; integers of other widths are taken too.
func appendValue(b array.Builder, v any) error {
	if v == nil {
		b.AppendNull()
		return nil
	}
	ok := false
	switch b := b.(type) {
	case *array.NullBuilder:
	case *array.BooleanBuilder:
		ok = with(v, b.Append)
	case *array.Float32Builder:
		ok = with(v, b.Append)
	case *array.Float64Builder:
		ok = with(v, b.Append)
	case *array.StringBuilder:
		ok = with(v, b.Append)
	case *array.BinaryBuilder:
		ok = with(v, b.Append)
	case *array.Decimal128Builder:
		ok = with(v, b.Append) || with(v, func(x *big.Int) { b.Append(decimal128.FromBigInt(x)) })
	case *array.MonthDayNanoIntervalBuilder:
		ok = with(v, func(x IntervalValue) {
			b.Append(arrow.MonthDayNanoInterval{Months: x.Months, Days: x.Days, Nanoseconds: x.Micros * 1000})
		})
	case *array.Uint8Builder, *array.Uint16Builder, *array.Uint32Builder, *array.Uint64Builder:
		var n uint64
		if n, ok = unsigned(v); ok {
			appendUnsigned(b, n)
		}
	case *array.ListBuilder, *array.MapBuilder, *array.StructBuilder:
		return appendNested(b, v)
	default:
		var n int64
		if n, ok = signed(v); ok {
			ok = appendSigned(b, n)
		}
	}
	if !ok {
		return fmt.Errorf("a %T does not fit %s", v, b.Type())
	}
	return nil
}

func with[T any](v any, f func(T)) bool {
	x, ok := v.(T)
	if ok {
		f(x)
	}
	return ok
}

func signed(v any) (int64, bool) {
	switch n := v.(type) {
	case int64:
		return n, true
	case int:
		return int64(n), true
	case int32:
		return int64(n), true
	}
	return 0, false
}

func unsigned(v any) (uint64, bool) {
	switch n := v.(type) {
	case uint64:
		return n, true
	case uint:
		return uint64(n), true
	case uint32:
		return uint64(n), true
	}
	return 0, false
}

func appendUnsigned(b array.Builder, n uint64) {
	switch b := b.(type) {
	case *array.Uint8Builder:
		b.Append(uint8(n))
	case *array.Uint16Builder:
		b.Append(uint16(n))
	case *array.Uint32Builder:
		b.Append(uint32(n))
	case *array.Uint64Builder:
		b.Append(n)
	}
}

func appendSigned(b array.Builder, n int64) bool {
	switch b := b.(type) {
	case *array.Int8Builder:
		b.Append(int8(n))
	case *array.Int16Builder:
		b.Append(int16(n))
	case *array.Int32Builder:
		b.Append(int32(n))
	case *array.Int64Builder:
		b.Append(n)
	case *array.Date32Builder:
		b.Append(arrow.Date32(n))
	case *array.Time64Builder:
		b.Append(arrow.Time64(n))
	case *array.TimestampBuilder:
		b.Append(arrow.Timestamp(n))
	default:
		return false
	}
	return true
}

func appendNested(b array.Builder, v any) error {
	switch b := b.(type) {
	case *array.MapBuilder:
		entries, ok := v.([]MapEntry)
		if !ok {
			return fmt.Errorf("a %T is not a map", v)
		}
		b.Append(true)
		for _, e := range entries {
			if err := appendValue(b.KeyBuilder(), e.Key); err != nil {
				return err
			}
			if err := appendValue(b.ItemBuilder(), e.Value); err != nil {
				return err
			}
		}
	case *array.ListBuilder:
		values, ok := v.([]any)
		if !ok {
			return fmt.Errorf("a %T is not a list", v)
		}
		b.Append(true)
		for _, x := range values {
			if err := appendValue(b.ValueBuilder(), x); err != nil {
				return err
			}
		}
	case *array.StructBuilder:
		values, ok := v.([]any)
		if !ok || len(values) != b.NumField() {
			return fmt.Errorf("a %T is not a struct of %d fields", v, b.NumField())
		}
		b.Append(true)
		for i, x := range values {
			if err := appendValue(b.FieldBuilder(i), x); err != nil {
				return err
			}
		}
	}
	return nil
}
