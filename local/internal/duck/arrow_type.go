package duck

import (
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
)

// ArrowType is the Arrow type that holds t's values without loss; HUGEINT and UUID, which Arrow lacks, become
// decimal(38,0) and text.
func (t *Type) ArrowType() (arrow.DataType, error) {
	if a, ok := arrowTypes[t.Kind]; ok {
		return a, nil
	}
	switch t.Kind {
	case Decimal:
		return &arrow.Decimal128Type{Precision: int32(t.Width), Scale: int32(t.Scale)}, nil
	case List:
		elem, err := t.Elem.ArrowType()
		if err != nil {
			return nil, err
		}
		return arrow.ListOf(elem), nil
	case Map:
		key, err := t.Key.ArrowType()
		if err != nil {
			return nil, err
		}
		value, err := t.Elem.ArrowType()
		if err != nil {
			return nil, err
		}
		return arrow.MapOf(key, value), nil
	case Struct:
		fields := make([]arrow.Field, len(t.Fields))
		for i, f := range t.Fields {
			a, err := f.Type.ArrowType()
			if err != nil {
				return nil, err
			}
			fields[i] = arrow.Field{Name: f.Name, Type: a, Nullable: true}
		}
		return arrow.StructOf(fields...), nil
	}
	return nil, fmt.Errorf("no Arrow type holds %s: cast the column", t)
}

var arrowTypes = map[Kind]arrow.DataType{
	Null:        arrow.Null,
	Boolean:     arrow.FixedWidthTypes.Boolean,
	TinyInt:     arrow.PrimitiveTypes.Int8,
	SmallInt:    arrow.PrimitiveTypes.Int16,
	Integer:     arrow.PrimitiveTypes.Int32,
	BigInt:      arrow.PrimitiveTypes.Int64,
	UTinyInt:    arrow.PrimitiveTypes.Uint8,
	USmallInt:   arrow.PrimitiveTypes.Uint16,
	UInteger:    arrow.PrimitiveTypes.Uint32,
	UBigInt:     arrow.PrimitiveTypes.Uint64,
	HugeInt:     &arrow.Decimal128Type{Precision: 38},
	Float:       arrow.PrimitiveTypes.Float32,
	Double:      arrow.PrimitiveTypes.Float64,
	Varchar:     arrow.BinaryTypes.String,
	Blob:        arrow.BinaryTypes.Binary,
	UUID:        arrow.BinaryTypes.String,
	Date:        arrow.FixedWidthTypes.Date32,
	Time:        arrow.FixedWidthTypes.Time64us,
	TimeNS:      arrow.FixedWidthTypes.Time64ns,
	TimestampS:  &arrow.TimestampType{Unit: arrow.Second},
	TimestampMS: &arrow.TimestampType{Unit: arrow.Millisecond},
	Timestamp:   &arrow.TimestampType{Unit: arrow.Microsecond},
	TimestampNS: &arrow.TimestampType{Unit: arrow.Nanosecond},
	TimestampTZ: &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"},
	Interval:    arrow.FixedWidthTypes.MonthDayNanoInterval,
}

// SQLType is the DuckDB type that [DB.ImportArrow] gives a column of the Arrow type. Athena's two odd types become what
// they mean: Date64, milliseconds with a time of day, is TIMESTAMP_NS; a timestamp with a zone is TIMESTAMP WITH TIME
// ZONE, its zone is dropped.
func SQLType(t arrow.DataType) (string, error) {
	switch t := t.(type) {
	case *arrow.Decimal128Type:
		return fmt.Sprintf("DECIMAL(%d,%d)", t.Precision, t.Scale), nil
	case *arrow.TimestampType:
		if t.TimeZone != "" {
			return "TIMESTAMP_NS", nil
		}
		return map[arrow.TimeUnit]string{
			arrow.Second: "TIMESTAMP_S", arrow.Millisecond: "TIMESTAMP_MS",
			arrow.Microsecond: "TIMESTAMP", arrow.Nanosecond: "TIMESTAMP_NS",
		}[t.Unit], nil
	case *arrow.MapType:
		return mapSQLType(t)
	case *arrow.ListType:
		elem, err := SQLType(t.Elem())
		return elem + "[]", err
	case *arrow.StructType:
		return structSQLType(t)
	}
	if s, ok := sqlTypes[t.ID()]; ok {
		return s, nil
	}
	return "", fmt.Errorf("the Arrow type %s has no DuckDB type", t)
}

var sqlTypes = map[arrow.Type]string{
	arrow.NULL:    "INTEGER",
	arrow.BOOL:    "BOOLEAN",
	arrow.INT8:    "TINYINT",
	arrow.INT16:   "SMALLINT",
	arrow.INT32:   "INTEGER",
	arrow.INT64:   "BIGINT",
	arrow.UINT8:   "UTINYINT",
	arrow.UINT16:  "USMALLINT",
	arrow.UINT32:  "UINTEGER",
	arrow.UINT64:  "UBIGINT",
	arrow.FLOAT32: "FLOAT",
	arrow.FLOAT64: "DOUBLE",
	arrow.STRING:  "VARCHAR",
	arrow.BINARY:  "BLOB",
	arrow.DATE32:  "DATE",
	arrow.DATE64:  "TIMESTAMP_NS",
}

func mapSQLType(t *arrow.MapType) (string, error) {
	key, err := SQLType(t.KeyType())
	if err != nil {
		return "", err
	}
	value, err := SQLType(t.ItemType())
	return "MAP(" + key + ", " + value + ")", err
}

func structSQLType(t *arrow.StructType) (string, error) {
	s := "STRUCT("
	for i, f := range t.Fields() {
		ft, err := SQLType(f.Type)
		if err != nil {
			return "", err
		}
		if i > 0 {
			s += ", "
		}
		s += QuoteIdent(f.Name) + " " + ft
	}
	return s + ")", nil
}
