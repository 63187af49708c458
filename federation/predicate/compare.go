package predicate

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/decimal"
)

// Compare orders two non-null values of type t: negative if a sorts before b, zero if they are equal.
//
// The order is the Java SDK's. Numbers, dates and booleans sort as usual, but -0.0 sorts before 0.0, and NaN equals NaN
// and sorts above all. Strings sort by UTF-16 code units, so U+1F600 before U+FFFF. Binary sorts by unsigned bytes.
// Milliseconds with a zone sort by instant, then by local time, then by the zone's name: one instant in two zones is
// two values. Where Java's order is arbitrary (lists, structs, maps) the order is by elements, null first; maps compare
// by their entries whatever their order. Types with no order and values that are not of type t are errors.
func Compare(t arrow.DataType, a, b Value) (int, error) {
	compare, err := orderOf(t)
	if err != nil {
		return 0, err
	}
	for _, v := range []Value{a, b} {
		if err := CheckValue(t, v); err != nil {
			return 0, fmt.Errorf("compare values of %s: %w", t, err)
		}
	}
	return compare(a, b), nil
}

// orderOf gives the order of a type's values. The order panics on values that CheckValue refuses.
func orderOf(t arrow.DataType) (order, error) {
	switch t := t.(type) {
	case *arrow.TimestampType:
		if t.Unit != arrow.Millisecond || t.TimeZone == "" {
			return nil, fmt.Errorf("values of %s cannot be compared: only timestamps of milliseconds with a zone can", t)
		}
		return ordered(comparePacked), nil
	case *arrow.ListType:
		elem, err := orderOf(t.Elem())
		if err != nil {
			return nil, err
		}
		return lists(elem), nil
	case *arrow.StructType:
		return structs(t)
	case *arrow.MapType:
		return maps(t)
	}
	return scalarOrder(t)
}

func scalarOrder(t arrow.DataType) (order, error) {
	switch t.ID() {
	case arrow.NULL: // the element type of a list whose type came without children
		return func(a, b Value) int { return 0 }, nil
	case arrow.BOOL:
		return ordered(compareBool), nil
	case arrow.INT8, arrow.INT16, arrow.INT32, arrow.INT64, arrow.DATE32, arrow.DATE64:
		return ordered(cmp.Compare[int64]), nil
	case arrow.UINT8, arrow.UINT16, arrow.UINT32, arrow.UINT64:
		return ordered(cmp.Compare[uint64]), nil
	case arrow.FLOAT32:
		return ordered(func(a, b float32) int { return compareFloat(float64(a), float64(b)) }), nil
	case arrow.FLOAT64:
		return ordered(compareFloat), nil
	case arrow.STRING:
		return ordered(compareUTF16), nil
	case arrow.BINARY:
		return ordered(bytes.Compare), nil
	case arrow.DECIMAL128:
		return ordered(decimal.Decimal128.Cmp), nil
	}
	return nil, fmt.Errorf("values of type %s cannot be compared", t)
}

// ordered lifts an order of a Go type to one of values.
func ordered[T any](compare func(a, b T) int) order {
	return func(a, b Value) int { return compare(a.(T), b.(T)) }
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// compareFloat is Java's Double.compare.
func compareFloat(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return cmp.Compare(javaBits(a), javaBits(b))
}

// javaBits is Java's doubleToLongBits: every NaN has the same bits. As signed integers, bits of equal or unordered
// numbers sort as Java wants: -0.0 below 0.0, NaN above infinity.
func javaBits(f float64) int64 {
	if f != f {
		return 0x7ff8000000000000
	}
	return int64(math.Float64bits(f))
}

// compareUTF16 compares as if both strings were encoded in UTF-16. Bytes of UTF-8 sort by code point, which is the same
// order but for U+E000 to U+FFFF (first byte 0xEE or 0xEF): in UTF-16 these sort above the surrogate pairs that stand
// for U+10000 and up (first byte 0xF0 to 0xF4).
func compareUTF16(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if x, y := a[i], b[i]; x != y {
			if x >= 0xEE && y >= 0xEE && (x >= 0xF0) != (y >= 0xF0) {
				x, y = y, x
			}
			return cmp.Compare(x, y)
		}
	}
	return cmp.Compare(len(a), len(b))
}

// nullsFirst extends an order to nulls, for elements of nested values.
func (o order) nullsFirst(a, b Value) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return -1
	case b == nil:
		return 1
	}
	return o(a, b)
}

func lists(elem order) order {
	return func(a, b Value) int { return slices.CompareFunc(a.([]Value), b.([]Value), elem.nullsFirst) }
}

func structs(t *arrow.StructType) (order, error) {
	fields := make([]order, t.NumFields())
	for i := range fields {
		o, err := orderOf(t.Field(i).Type)
		if err != nil {
			return nil, err
		}
		fields[i] = o
	}
	return func(a, b Value) int {
		x, y := a.([]Value), b.([]Value)
		for i, o := range fields {
			if c := o.nullsFirst(x[i], y[i]); c != 0 {
				return c
			}
		}
		return 0
	}, nil
}

func maps(t *arrow.MapType) (order, error) {
	key, err := orderOf(t.KeyType())
	if err != nil {
		return nil, err
	}
	item, err := orderOf(t.ItemType())
	if err != nil {
		return nil, err
	}
	entry := func(a, b MapEntry) int {
		return cmp.Or(key(a.Key, b.Key), item.nullsFirst(a.Value, b.Value))
	}
	sorted := func(v Value) []MapEntry { return slices.SortedFunc(slices.Values(v.([]MapEntry)), entry) }
	return func(a, b Value) int { return slices.CompareFunc(sorted(a), sorted(b), entry) }, nil
}

// identical reports whether two values of one type have the same form. It needs no type, and may call two maps
// different that Compare calls equal.
func identical(a, b Value) bool {
	switch a := a.(type) {
	case []byte:
		b, ok := b.([]byte)
		return ok && bytes.Equal(a, b)
	case float64:
		b, ok := b.(float64)
		return ok && compareFloat(a, b) == 0
	case float32:
		b, ok := b.(float32)
		return ok && compareFloat(float64(a), float64(b)) == 0
	case string:
		b, ok := b.(string)
		return ok && strings.Compare(a, b) == 0
	case []Value:
		b, ok := b.([]Value)
		return ok && slices.EqualFunc(a, b, identical)
	case []MapEntry:
		b, ok := b.([]MapEntry)
		return ok && slices.EqualFunc(a, b, func(x, y MapEntry) bool {
			return identical(x.Key, y.Key) && identical(x.Value, y.Value)
		})
	}
	return a == b
}
