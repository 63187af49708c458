// Package tstype names the types of Amazon Timestream for LiveAnalytics and says how Athena sees each of them.
//
// A type is met in three spellings: the ColumnInfo of a query's answer, the lower-case text in DESCRIBE's second
// column, and the Arrow field that Athena is told about. The Arrow forms are those of the Java connector, so that a
// catalog can change from one to the other without a change of any query:
//
//	varchar, time, both intervals, unknown   Utf8
//	double                                   Float64
//	boolean                                  Bool
//	bigint                                   Int64
//	int, integer                             Int32
//	timestamp                                Date64: milliseconds since 1970 UTC, any time of the day
//	date                                     Date32
//	array of T                               List of T, the child named by the element or "item"
//	row(a T, U)                              Struct, a member without a name is "field_<position>"
//	timeseries of T                          List of "item" Struct{time Date64, value T}
//
// Every field is nullable. A type unknown to this package is read as text rather than refused.
package tstype

import (
	"strconv"
	"strings"
)

// Kind is the outermost constructor of a type. The zero Kind is Varchar, the type that can show every scalar.
type Kind uint8

// The kinds of Timestream: eleven scalars, then the three that have parts.
const (
	Varchar Kind = iota
	Double
	Boolean
	Bigint
	Integer
	Timestamp
	Date
	Time
	IntervalDaySecond
	IntervalYearMonth
	Unknown
	Array
	Row
	TimeSeries
)

var kindNames = [...]string{
	"varchar", "double", "boolean", "bigint", "integer", "timestamp", "date", "time",
	"interval_day_to_second", "interval_year_to_month", "unknown", "array", "row", "timeseries",
}

// String is the name that ColumnInfo uses, in lower case.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "kind(" + strconv.Itoa(int(k)) + ")"
}

// Scalar says whether values of the kind travel as one text.
func (k Kind) Scalar() bool { return k <= Unknown }

// Type is one type with its parts. It is a value: copies may share Elem and Fields, which nobody changes.
type Type struct {
	Kind Kind
	// Elem is the element of an Array and the value of a TimeSeries, nil otherwise.
	Elem *Type
	// ElemName is the name the service gave to Elem, mostly empty.
	ElemName string
	// Fields are the members of a Row by position, nil otherwise.
	Fields []Field
}

// Field is one member of a row. Name may be empty: SQL's row(1, 2) has no names.
type Field struct {
	Name string
	Type Type
}

// String writes the type as Timestream's documents do, for messages: "array(row(a bigint, varchar))".
func (t Type) String() string {
	switch t.Kind {
	case Array, TimeSeries:
		if t.Elem == nil {
			return t.Kind.String()
		}
		return t.Kind.String() + "(" + t.Elem.String() + ")"
	case Row:
		parts := make([]string, len(t.Fields))
		for i, f := range t.Fields {
			parts[i] = strings.TrimLeft(f.Name+" "+f.Type.String(), " ")
		}
		return "row(" + strings.Join(parts, ", ") + ")"
	default:
		return t.Kind.String()
	}
}

// Parse reads a type as DESCRIBE writes it, in any case and with blanks around it. Only scalars can be stored in
// a table, so only scalars have such a text. For any other text it returns varchar and false: the caller shows the
// column as text and warns.
func Parse(text string) (Type, bool) {
	k, ok := scalars[strings.ToLower(strings.TrimSpace(text))]
	return Type{Kind: k}, ok
}

// scalars holds every spelling of a scalar: ColumnInfo's in lower case, DESCRIBE's, and SQL's.
var scalars = map[string]Kind{
	"varchar":                Varchar,
	"double":                 Double,
	"boolean":                Boolean,
	"bigint":                 Bigint,
	"int":                    Integer,
	"integer":                Integer,
	"timestamp":              Timestamp,
	"date":                   Date,
	"time":                   Time,
	"interval_day_to_second": IntervalDaySecond,
	"interval day to second": IntervalDaySecond,
	"interval_year_to_month": IntervalYearMonth,
	"interval year to month": IntervalYearMonth,
	"unknown":                Unknown,
}
