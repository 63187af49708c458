package predicate

import (
	"fmt"
	"math"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/decimal"

	"athena-timestream/federation/redact"
)

// Value is one constant of a column's type. Nil is null. The dynamic type follows from the Arrow type:
//
//	Bool                        bool
//	Int8 to Int64               int64
//	Uint8 to Uint64             uint64
//	Date32                      int64, days since 1970-01-01
//	Date64                      int64, milliseconds since 1970-01-01 with any time of day
//	Timestamp                   int64: milliseconds with a zone are packed (see [Unpack]), others raw
//	Float32, Float64            float32, float64
//	String, Binary              string, []byte
//	Decimal128                  decimal128.Num, of the type's scale
//	List                        []Value
//	Struct                      []Value, by position
//	Map                         []MapEntry
//
// A []byte or slice inside a Value is shared, not copied: do not change it afterwards.
type Value = any

// MapEntry is one entry of a Map value. It is an alias of an unnamed type so that package block can build it without
// importing this package.
type MapEntry = struct{ Key, Value any }

// CheckValue reports why v is not a non-null value of type t, or nil if it is one.
func CheckValue(t arrow.DataType, v Value) error {
	switch t := t.(type) {
	case *arrow.ListType:
		return checkElements(t, v, func(int) arrow.DataType { return t.Elem() })
	case *arrow.StructType:
		if s, ok := v.([]Value); ok && len(s) != t.NumFields() {
			return fmt.Errorf("a value of %s needs %d members, not %d", t, t.NumFields(), len(s))
		}
		return checkElements(t, v, func(i int) arrow.DataType { return t.Field(i).Type })
	case *arrow.MapType:
		return checkEntries(t, v)
	}
	return checkScalar(t, v)
}

func checkScalar(t arrow.DataType, v Value) error {
	ok := false
	switch t.ID() {
	case arrow.BOOL:
		_, ok = v.(bool)
	case arrow.INT8, arrow.INT16, arrow.INT32, arrow.DATE32:
		return checkInt(t, v)
	case arrow.INT64, arrow.DATE64, arrow.TIMESTAMP:
		_, ok = v.(int64)
	case arrow.UINT8, arrow.UINT16, arrow.UINT32, arrow.UINT64:
		return checkUint(t, v)
	case arrow.FLOAT32:
		_, ok = v.(float32)
	case arrow.FLOAT64:
		_, ok = v.(float64)
	case arrow.STRING:
		_, ok = v.(string)
	case arrow.BINARY:
		_, ok = v.([]byte)
	case arrow.DECIMAL128:
		_, ok = v.(decimal.Decimal128)
	default:
		return fmt.Errorf("type %s has no constants", t)
	}
	if !ok {
		return mismatch(t, v)
	}
	return nil
}

func mismatch(t arrow.DataType, v Value) error {
	return fmt.Errorf("a Go %T is not a value of type %s", v, t)
}

func checkInt(t arrow.DataType, v Value) error {
	n, ok := v.(int64)
	if !ok {
		return mismatch(t, v)
	}
	bits := t.(arrow.FixedWidthDataType).BitWidth()
	if limit := int64(1) << (bits - 1); n < -limit || n >= limit {
		return redact.Errorf("%d does not fit into %s", redact.Data(n), t)
	}
	return nil
}

func checkUint(t arrow.DataType, v Value) error {
	n, ok := v.(uint64)
	if !ok {
		return mismatch(t, v)
	}
	bits := t.(arrow.FixedWidthDataType).BitWidth()
	if n > math.MaxUint64>>(64-bits) {
		return redact.Errorf("%d does not fit into %s", redact.Data(n), t)
	}
	return nil
}

func checkElements(t arrow.DataType, v Value, elem func(int) arrow.DataType) error {
	s, ok := v.([]Value)
	if !ok {
		return mismatch(t, v)
	}
	for i, e := range s {
		if e == nil {
			continue
		}
		if err := CheckValue(elem(i), e); err != nil {
			return err
		}
	}
	return nil
}

func checkEntries(t *arrow.MapType, v Value) error {
	entries, ok := v.([]MapEntry)
	if !ok {
		return mismatch(t, v)
	}
	for _, e := range entries {
		if err := CheckValue(t.KeyType(), e.Key); err != nil {
			return err
		}
		if e.Value == nil {
			continue
		}
		if err := CheckValue(t.ItemType(), e.Value); err != nil {
			return err
		}
	}
	return nil
}
