package duck

import (
	"fmt"
	"strconv"
	"strings"

	duckdb "github.com/duckdb/duckdb-go/v2/mapping"
)

// Kind is the outermost shape of a DuckDB type.
type Kind uint8

// The kinds that a result may have, each with the Go type of its values in [Rows.Values]. Null is nil for every kind.
const (
	Invalid     Kind = iota
	Null             // always nil
	Boolean          // bool
	TinyInt          // int64
	SmallInt         // int64
	Integer          // int64
	BigInt           // int64
	UTinyInt         // uint64
	USmallInt        // uint64
	UInteger         // uint64
	UBigInt          // uint64
	HugeInt          // *big.Int
	UHugeInt         // *big.Int
	Float            // float32
	Double           // float64
	Decimal          // decimal128.Num, unscaled; the scale is in the Type
	Varchar          // string; enumerations too
	Blob             // []byte
	UUID             // string, canonical form
	Date             // int64, days since 1970-01-01
	Time             // int64, microseconds of the day
	TimeNS           // int64, nanoseconds of the day
	TimestampS       // int64, seconds since 1970-01-01
	TimestampMS      // int64, milliseconds
	Timestamp        // int64, microseconds
	TimestampNS      // int64, nanoseconds
	TimestampTZ      // int64, microseconds of the instant
	Interval         // IntervalValue
	List             // []any; fixed-size arrays too
	Struct           // []any by position
	Map              // []MapEntry in stored order
)

// Type is a DuckDB type with its parts.
type Type struct {
	Kind         Kind
	Width, Scale int     // Decimal only
	Elem         *Type   // List: element. Map: value
	Key          *Type   // Map only
	Fields       []Field // Struct only

	size int // fixed-size array length; 0 for a true list
	phys duckdb.Type
}

// Field is one member of a struct.
type Field struct {
	Name string // "" in an unnamed row
	Type *Type
}

// ColumnType describes one result column.
type ColumnType struct {
	Name string
	Text string // the type as DuckDB writes it, e.g. TIMESTAMP_NS or DECIMAL(10,2)[]
	Type *Type
}

// MapEntry is one entry of a map value.
type MapEntry struct{ Key, Value any }

// IntervalValue is DuckDB's interval: three parts that do not convert into each other.
type IntervalValue struct {
	Months, Days int32
	Micros       int64
}

var flatKinds = map[duckdb.Type]struct {
	kind Kind
	text string
}{
	duckdb.TypeSQLNull:     {Null, `"NULL"`},
	duckdb.TypeBoolean:     {Boolean, "BOOLEAN"},
	duckdb.TypeTinyInt:     {TinyInt, "TINYINT"},
	duckdb.TypeSmallInt:    {SmallInt, "SMALLINT"},
	duckdb.TypeInteger:     {Integer, "INTEGER"},
	duckdb.TypeBigInt:      {BigInt, "BIGINT"},
	duckdb.TypeUTinyInt:    {UTinyInt, "UTINYINT"},
	duckdb.TypeUSmallInt:   {USmallInt, "USMALLINT"},
	duckdb.TypeUInteger:    {UInteger, "UINTEGER"},
	duckdb.TypeUBigInt:     {UBigInt, "UBIGINT"},
	duckdb.TypeHugeInt:     {HugeInt, "HUGEINT"},
	duckdb.TypeUHugeInt:    {UHugeInt, "UHUGEINT"},
	duckdb.TypeFloat:       {Float, "FLOAT"},
	duckdb.TypeDouble:      {Double, "DOUBLE"},
	duckdb.TypeVarchar:     {Varchar, "VARCHAR"},
	duckdb.TypeBlob:        {Blob, "BLOB"},
	duckdb.TypeUUID:        {UUID, "UUID"},
	duckdb.TypeDate:        {Date, "DATE"},
	duckdb.TypeTime:        {Time, "TIME"},
	duckdb.TypeTimeNS:      {TimeNS, "TIME_NS"},
	duckdb.TypeTimestampS:  {TimestampS, "TIMESTAMP_S"},
	duckdb.TypeTimestampMS: {TimestampMS, "TIMESTAMP_MS"},
	duckdb.TypeTimestamp:   {Timestamp, "TIMESTAMP"},
	duckdb.TypeTimestampNS: {TimestampNS, "TIMESTAMP_NS"},
	duckdb.TypeTimestampTZ: {TimestampTZ, "TIMESTAMP WITH TIME ZONE"},
	duckdb.TypeInterval:    {Interval, "INTERVAL"},
}

var kindTexts = func() map[Kind]string {
	m := make(map[Kind]string, len(flatKinds))
	for _, f := range flatKinds {
		m[f.kind] = f.text
	}
	return m
}()

// String writes the type as DuckDB does.
func (t *Type) String() string {
	switch t.Kind {
	case Decimal:
		return fmt.Sprintf("DECIMAL(%d,%d)", t.Width, t.Scale)
	case List:
		if t.size > 0 {
			return t.Elem.String() + "[" + strconv.Itoa(t.size) + "]"
		}
		return t.Elem.String() + "[]"
	case Map:
		return "MAP(" + t.Key.String() + ", " + t.Elem.String() + ")"
	case Struct:
		parts := make([]string, len(t.Fields))
		for i, f := range t.Fields {
			parts[i] = f.Type.String()
			if f.Name != "" {
				parts[i] = QuoteIdent(f.Name) + " " + parts[i]
			}
		}
		return "STRUCT(" + strings.Join(parts, ", ") + ")"
	}
	return kindTexts[t.Kind]
}

// typeOf reads a logical type and does not keep it.
func typeOf(lt duckdb.LogicalType) (*Type, error) {
	id := duckdb.GetTypeId(lt)
	if f, ok := flatKinds[id]; ok {
		return &Type{Kind: f.kind, phys: id}, nil
	}
	switch id {
	case duckdb.TypeEnum:
		return nil, fmt.Errorf("enum values cannot be read: cast them to VARCHAR")
	case duckdb.TypeDecimal:
		return &Type{
			Kind: Decimal, Width: int(duckdb.DecimalWidth(lt)), Scale: int(duckdb.DecimalScale(lt)),
			phys: duckdb.DecimalInternalType(lt),
		}, nil
	case duckdb.TypeList:
		elem, err := ownedType(duckdb.ListTypeChildType(lt))
		return &Type{Kind: List, Elem: elem, phys: id}, err
	case duckdb.TypeArray:
		elem, err := ownedType(duckdb.ArrayTypeChildType(lt))
		return &Type{Kind: List, Elem: elem, size: int(duckdb.ArrayTypeArraySize(lt)), phys: id}, err
	case duckdb.TypeMap:
		key, err := ownedType(duckdb.MapTypeKeyType(lt))
		if err != nil {
			return nil, err
		}
		elem, err := ownedType(duckdb.MapTypeValueType(lt))
		return &Type{Kind: Map, Key: key, Elem: elem, phys: id}, err
	case duckdb.TypeStruct:
		return structType(lt)
	}
	return nil, fmt.Errorf("values of DuckDB type number %d cannot be read: cast them to another type", id)
}

func structType(lt duckdb.LogicalType) (*Type, error) {
	t := &Type{Kind: Struct, phys: duckdb.TypeStruct}
	for i := range duckdb.StructTypeChildCount(lt) {
		ft, err := ownedType(duckdb.StructTypeChildType(lt, i))
		if err != nil {
			return nil, err
		}
		t.Fields = append(t.Fields, Field{Name: duckdb.StructTypeChildName(lt, i), Type: ft})
	}
	return t, nil
}

// ownedType is typeOf for a logical type that must be destroyed afterwards.
func ownedType(lt duckdb.LogicalType) (*Type, error) {
	defer duckdb.DestroyLogicalType(&lt)
	return typeOf(lt)
}

// QuoteIdent writes name as a quoted SQL identifier.
func QuoteIdent(name string) string {
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}
