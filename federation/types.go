package federation

import (
	"github.com/apache/arrow-go/v18/arrow"
)

// CheckSchema refuses, as OperationNotSupported, the first column of a type
// that Athena cannot read, at any depth. Athena's list: Bool, signed ints,
// Float32 and 64, Decimal128, String, Binary, Date32 (date), Date64
// (timestamp), zoned Timestamp of milli- or microseconds, Struct, List, Map.
func CheckSchema(s *arrow.Schema) error {
	for _, f := range s.Fields() {
		if bad := unsupported(f.Type); bad != nil {
			return Errorf(OperationNotSupported, "column %q has type %v, which Athena cannot read: choose another type for it", f.Name, bad)
		}
	}
	return nil
}

// unsupported is the first part of t that Athena cannot read, nil if none.
func unsupported(t arrow.DataType) arrow.DataType {
	switch t := t.(type) {
	case *arrow.BooleanType, *arrow.Int8Type, *arrow.Int16Type, *arrow.Int32Type, *arrow.Int64Type,
		*arrow.Float32Type, *arrow.Float64Type, *arrow.Decimal128Type,
		*arrow.StringType, *arrow.BinaryType, *arrow.Date32Type, *arrow.Date64Type:
		return nil
	case *arrow.TimestampType:
		if t.TimeZone != "" && (t.Unit == arrow.Millisecond || t.Unit == arrow.Microsecond) {
			return nil
		}
	case *arrow.ListType:
		return unsupported(t.Elem())
	case *arrow.MapType:
		if bad := unsupported(t.KeyType()); bad != nil {
			return bad
		}
		return unsupported(t.ItemType())
	case *arrow.StructType:
		for _, f := range t.Fields() {
			if bad := unsupported(f.Type); bad != nil {
				return bad
			}
		}
		return nil
	}
	return t
}
