package duck

import (
	"fmt"
	"math"
	"unicode/utf8"
	"unsafe"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	duckdb "github.com/duckdb/duckdb-go/v2/mapping"
)

// span is a run of array rows and the vector row where it goes.
type span struct{ from, n, to int }

// writeArray copies rows of an array into a writable vector whose type is SQLType of the array's, or, for the types that
// only a table may have (TIME, HUGEINT, …), the type that ArrowType maps there. Nested arrays are copied with their children.
func writeArray(v duckdb.Vector, t *Type, arr arrow.Array, s span) error {
	if arr.NullN() > 0 || arr.DataType().ID() == arrow.NULL {
		writeNulls(v, arr, s)
	}
	switch a := arr.(type) {
	case *array.Null:
		return nil
	case *array.Boolean:
		dst := target[bool](v, s)
		for i := range dst {
			dst[i] = a.Value(s.from + i)
		}
	case *array.Int8:
		copy(target[int8](v, s), a.Int8Values()[s.from:])
	case *array.Int16:
		copy(target[int16](v, s), a.Int16Values()[s.from:])
	case *array.Int32:
		copy(target[int32](v, s), a.Int32Values()[s.from:])
	case *array.Int64:
		copy(target[int64](v, s), a.Int64Values()[s.from:])
	case *array.Uint8:
		copy(target[uint8](v, s), a.Uint8Values()[s.from:])
	case *array.Uint16:
		copy(target[uint16](v, s), a.Uint16Values()[s.from:])
	case *array.Uint32:
		copy(target[uint32](v, s), a.Uint32Values()[s.from:])
	case *array.Uint64:
		copy(target[uint64](v, s), a.Uint64Values()[s.from:])
	case *array.Float32:
		copy(target[float32](v, s), a.Float32Values()[s.from:])
	case *array.Float64:
		copy(target[float64](v, s), a.Float64Values()[s.from:])
	case *array.Date32:
		copy(target[arrow.Date32](v, s), a.Date32Values()[s.from:])
	case *array.Time64:
		copy(target[arrow.Time64](v, s), a.Time64Values()[s.from:])
	case *array.Date64:
		return writeDate64(target[int64](v, s), a, s)
	case *array.Timestamp:
		return writeTimestamp(target[int64](v, s), t, a, s)
	case *array.String:
		return writeStrings(v, a, s)
	case *array.Binary:
		for i := range s.n {
			if a.IsValid(s.from + i) {
				duckdb.VectorAssignStringElementLen(v, duckdb.IdxT(s.to+i), a.Value(s.from+i))
			}
		}
	case *array.Decimal128:
		writeDecimals(v, t, a, s)
	case *array.MonthDayNanoInterval:
		dst := target[IntervalValue](v, s)
		for i := range dst {
			x := a.Value(s.from + i)
			dst[i] = IntervalValue{Months: x.Months, Days: x.Days, Micros: x.Nanoseconds / 1000}
		}
	default:
		return writeNested(v, t, arr, s)
	}
	return nil
}

func writeNested(v duckdb.Vector, t *Type, arr arrow.Array, s span) error {
	switch a := arr.(type) {
	case *array.Map: // before List: a Map is one
		entry := &Type{Kind: Struct, Fields: []Field{{"key", t.Key}, {"value", t.Elem}}}
		return writeList(v, entry, a.List, s)
	case *array.List:
		return writeList(v, t.Elem, a, s)
	case *array.Struct:
		for i, f := range t.Fields {
			if err := writeArray(duckdb.StructVectorGetChild(v, duckdb.IdxT(i)), f.Type, a.Field(i), s); err != nil {
				return fmt.Errorf("field %s: %w", f.Name, err)
			}
			// A null struct has null members, whatever the array's children hold.
			if a.NullN() > 0 {
				writeNulls(duckdb.StructVectorGetChild(v, duckdb.IdxT(i)), a, s)
			}
		}
		return nil
	}
	return fmt.Errorf("the Arrow type %s cannot be imported", arr.DataType())
}

// target is the vector's memory for a span of fixed-width values.
func target[T any](v duckdb.Vector, s span) []T {
	return unsafe.Slice((*T)(duckdb.VectorGetData(v)), s.to+s.n)[s.to:]
}

func writeNulls(v duckdb.Vector, arr arrow.Array, s span) {
	duckdb.VectorEnsureValidityWritable(v)
	mask := unsafe.Slice((*uint64)(duckdb.VectorGetValidity(v)), (s.to+s.n+63)/64)
	all := arr.DataType().ID() == arrow.NULL // such an array has no bitmap
	for i := range s.n {
		if all || arr.IsNull(s.from+i) {
			row := s.to + i
			mask[row/64] &^= 1 << (row % 64)
		}
	}
}

// writeStrings checks the text: DuckDB turns invalid UTF-8 into null without a word.
func writeStrings(v duckdb.Vector, a *array.String, s span) error {
	for i := range s.n {
		if a.IsNull(s.from + i) {
			continue
		}
		x := a.Value(s.from + i)
		if !utf8.ValidString(x) {
			return fmt.Errorf("row %d is not valid UTF-8", s.from+i)
		}
		duckdb.VectorAssignStringElement(v, duckdb.IdxT(s.to+i), x)
	}
	return nil
}

const nanosPerMilli = 1_000_000

// writeDate64 turns milliseconds into nanoseconds.
func writeDate64(dst []int64, a *array.Date64, s span) error {
	for i := range dst {
		if a.IsNull(s.from + i) {
			continue
		}
		ms := int64(a.Value(s.from + i))
		if ms > math.MaxInt64/nanosPerMilli || ms < math.MinInt64/nanosPerMilli {
			return fmt.Errorf("row %d: the time %d ms is outside of the years 1677 to 2262", s.from+i, ms)
		}
		dst[i] = ms * nanosPerMilli
	}
	return nil
}

// writeTimestamp copies timestamps. Those of a zone become nanoseconds of the instant, unless the column is a zoned one of
// the same unit: milliseconds with a zone are in Athena's packed form, the instant shifted left by 12 bits above a zone key.
func writeTimestamp(dst []int64, to *Type, a *array.Timestamp, s span) error {
	t, ok := a.DataType().(*arrow.TimestampType)
	scale, shift := int64(1), 0
	if ok && t.TimeZone != "" && to.Kind != TimestampTZ {
		scale = unitNanos[t.Unit]
		if t.Unit == arrow.Millisecond {
			shift = 12
		}
	}
	for i := range dst {
		if a.IsNull(s.from + i) {
			continue
		}
		x := int64(a.Value(s.from+i)) >> shift
		if x > math.MaxInt64/scale || x < math.MinInt64/scale {
			return fmt.Errorf("row %d: the time %d %s is outside of the years 1677 to 2262", s.from+i, x, t.Unit)
		}
		dst[i] = x * scale
	}
	return nil
}

var unitNanos = map[arrow.TimeUnit]int64{
	arrow.Second: 1e9, arrow.Millisecond: nanosPerMilli, arrow.Microsecond: 1e3, arrow.Nanosecond: 1,
}

func writeDecimals(v duckdb.Vector, t *Type, a *array.Decimal128, s span) {
	put := func(i int, x decimal128.Num) { target[huge](v, s)[i] = huge{low: x.LowBits(), high: x.HighBits()} }
	switch t.phys {
	case duckdb.TypeSmallInt:
		put = func(i int, x decimal128.Num) { target[int16](v, s)[i] = int16(x.LowBits()) }
	case duckdb.TypeInteger:
		put = func(i int, x decimal128.Num) { target[int32](v, s)[i] = int32(x.LowBits()) }
	case duckdb.TypeBigInt:
		put = func(i int, x decimal128.Num) { target[int64](v, s)[i] = int64(x.LowBits()) }
	}
	for i := range s.n {
		put(i, a.Value(s.from+i))
	}
}

// writeList appends the elements behind those that the vector's child holds already. Null lists take part: what their
// ranges hold is copied and never seen.
func writeList(v duckdb.Vector, elem *Type, a *array.List, s span) error {
	if s.n == 0 {
		return nil
	}
	first, _ := a.ValueOffsets(s.from)
	_, end := a.ValueOffsets(s.from + s.n - 1)
	base := int(duckdb.ListVectorGetSize(v))
	total := base + int(end-first)
	if duckdb.ListVectorReserve(v, duckdb.IdxT(total)) == duckdb.StateError ||
		duckdb.ListVectorSetSize(v, duckdb.IdxT(total)) == duckdb.StateError {
		return fmt.Errorf("no memory for %d list elements", total)
	}
	entries := target[listEntry](v, s)
	for i := range entries {
		from, to := a.ValueOffsets(s.from + i)
		entries[i] = listEntry{offset: uint64(base) + uint64(from-first), length: uint64(to - from)}
	}
	return writeArray(duckdb.ListVectorGetChild(v), elem, a.ListValues(), span{from: int(first), n: int(end - first), to: base})
}
