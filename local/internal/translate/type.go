package translate

import (
	"strconv"
	"strings"
)

// Kind is the family of a type.
type Kind uint8

// The kinds of Timestream, then those that only Athena has. The comment is the physical type in DuckDB.
const (
	Unknown           Kind = iota // INTEGER, always null: the type of a bare NULL
	Varchar                       // VARCHAR
	Double                        // DOUBLE
	Boolean                       // BOOLEAN
	Bigint                        // BIGINT
	Integer                       // INTEGER
	Timestamp                     // TIMESTAMP_NS
	Date                          // DATE
	Time                          // BIGINT, nanoseconds of the day
	IntervalDaySecond             // BIGINT, nanoseconds
	IntervalYearMonth             // INTEGER, months
	Array                         // LIST of Elem
	Row                           // STRUCT; a nameless field is f1, f2, … by position
	TimeSeries                    // LIST(STRUCT("time" TIMESTAMP_NS, "value" Elem))
	Real                          // FLOAT
	Smallint                      // SMALLINT
	Tinyint                       // TINYINT
	Decimal                       // DECIMAL(Precision, Scale)
	Varbinary                     // BLOB
	Map                           // MAP(Key, Elem)
	TimestampTZ                   // TIMESTAMP_NS, the instant in UTC
)

// Type is the type of a column or an expression.
type Type struct {
	Kind             Kind
	Elem             *Type   // of Array, TimeSeries (its value), Map (its value)
	Key              *Type   // of Map
	Fields           []Field // of Row
	Precision, Scale int     // of Decimal
}

// Field is one field of a Row. Name may be empty.
type Field struct {
	Name string
	Type Type
}

// kinds holds the service's name and DuckDB's type of each scalar kind.
var kinds = map[Kind]struct{ name, physical string }{
	Unknown:           {"unknown", "INTEGER"},
	Varchar:           {"varchar", "VARCHAR"},
	Double:            {"double", "DOUBLE"},
	Boolean:           {"boolean", "BOOLEAN"},
	Bigint:            {"bigint", "BIGINT"},
	Integer:           {"integer", "INTEGER"},
	Timestamp:         {"timestamp", "TIMESTAMP_NS"},
	Date:              {"date", "DATE"},
	Time:              {"time", "BIGINT"},
	IntervalDaySecond: {"interval day to second", "BIGINT"},
	IntervalYearMonth: {"interval year to month", "INTEGER"},
	Real:              {"real", "FLOAT"},
	Smallint:          {"smallint", "SMALLINT"},
	Tinyint:           {"tinyint", "TINYINT"},
	Varbinary:         {"varbinary", "BLOB"},
	TimestampTZ:       {"timestamp with time zone", "TIMESTAMP_NS"},
}

// String is the service's name of the type, as its messages and typeof write it.
func (t Type) String() string {
	switch t.Kind {
	case Array:
		return "array(" + t.Elem.String() + ")"
	case TimeSeries:
		return "timeseries(" + t.Elem.String() + ")"
	case Map:
		return "map(" + t.Key.String() + ", " + t.Elem.String() + ")"
	case Decimal:
		return "decimal(" + strconv.Itoa(t.Precision) + "," + strconv.Itoa(t.Scale) + ")"
	case Row:
		parts := make([]string, len(t.Fields))
		for i, f := range t.Fields {
			parts[i] = strings.TrimPrefix(f.Name+" "+f.Type.String(), " ")
		}
		return "row(" + strings.Join(parts, ", ") + ")"
	}
	return kinds[t.Kind].name
}

// Physical is the DuckDB type that holds values of the type.
func (t Type) Physical() string {
	switch t.Kind {
	case Array:
		return t.Elem.Physical() + "[]"
	case TimeSeries:
		return `STRUCT("time" TIMESTAMP_NS, "value" ` + t.Elem.Physical() + ")[]"
	case Map:
		return "MAP(" + t.Key.Physical() + ", " + t.Elem.Physical() + ")"
	case Decimal:
		return "DECIMAL(" + strconv.Itoa(t.Precision) + "," + strconv.Itoa(t.Scale) + ")"
	case Row:
		parts := make([]string, len(t.Fields))
		for i, f := range t.Fields {
			parts[i] = quoteName(f.physical(i)) + " " + f.Type.Physical()
		}
		return "STRUCT(" + strings.Join(parts, ", ") + ")"
	}
	return kinds[t.Kind].physical
}

// physical is the name of the field in DuckDB's STRUCT.
func (f Field) physical(i int) string {
	if f.Name == "" {
		return "f" + strconv.Itoa(i+1)
	}
	return f.Name
}

// Equal compares types; names of row fields count.
func (t Type) Equal(u Type) bool {
	if t.Kind != u.Kind || t.Precision != u.Precision || t.Scale != u.Scale || len(t.Fields) != len(u.Fields) {
		return false
	}
	for i := range t.Fields {
		if t.Fields[i].Name != u.Fields[i].Name || !t.Fields[i].Type.Equal(u.Fields[i].Type) {
			return false
		}
	}
	return equalPointers(t.Elem, u.Elem) && equalPointers(t.Key, u.Key)
}

func equalPointers(a, b *Type) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Equal(*b)
}

func arrayOf(t Type) Type      { return Type{Kind: Array, Elem: &t} }
func timeSeriesOf(t Type) Type { return Type{Kind: TimeSeries, Elem: &t} }

func quoteName(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// quoteText writes a varchar constant. DuckDB reads SQL as a C string, which ends at a NUL character.
func quoteText(s string) string {
	quoted := "'" + strings.ReplaceAll(s, "'", "''") + "'"
	if strings.Contains(s, "\x00") {
		quoted = "(" + strings.ReplaceAll(quoted, "\x00", "' || chr(0) || '") + ")"
	}
	return quoted
}
