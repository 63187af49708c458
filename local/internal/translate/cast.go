package translate

import (
	"fmt"
	"strings"

	"athena-timestream/local/internal/sqlparse"
)

// scalarTypes are the type names of CAST, with their other spellings.
var scalarTypes = map[string]Kind{
	"varchar": Varchar, "double": Double, "boolean": Boolean, "bigint": Bigint, "integer": Integer, "int": Integer,
	"timestamp": Timestamp, "date": Date, "time": Time, "interval day to second": IntervalDaySecond,
	"interval year to month": IntervalYearMonth, "varbinary": Varbinary, "real": Real, "smallint": Smallint,
	"tinyint": Tinyint, "unknown": Unknown, "timestamp with time zone": TimestampTZ,
}

// typeOf finds the type of a name as written in CAST.
func (b *binder) typeOf(n *sqlparse.TypeName) (Type, bool) {
	var args []Type
	for _, a := range n.Args {
		t, ok := b.typeOf(a)
		if !ok {
			return t, false
		}
		args = append(args, t)
	}
	switch {
	case n.Name == "array" && len(args) == 1:
		return arrayOf(args[0]), true
	case n.Name == "timeseries" && len(args) == 1:
		return timeSeriesOf(args[0]), true
	case n.Name == "map" && len(args) == 2:
		return Type{Kind: Map, Key: &args[0], Elem: &args[1]}, true
	case n.Name == "row" && len(args) > 0:
		t := Type{Kind: Row}
		for i, a := range args {
			t.Fields = append(t.Fields, Field{n.Fields[i].Name, a})
		}
		return t, true
	case n.Name == "decimal":
		t := Type{Kind: Decimal, Precision: 38}
		for i, p := range []*int{&t.Precision, &t.Scale} {
			if i < len(n.Params) {
				*p = n.Params[i]
			}
		}
		if t.Precision >= 1 && t.Precision <= 38 && t.Scale <= t.Precision && len(n.Params) <= 2 {
			return t, true
		}
	default:
		if k, ok := scalarTypes[n.Name]; ok && len(args) == 0 {
			return Type{Kind: k}, true
		}
	}
	b.fail(n.Pos(), "Unknown type: %s", n)
	return Type{}, false
}

// limitText cuts text to the length of varchar(n).
func (b *binder) limitText(v value, n *sqlparse.TypeName) value {
	if v.typ.Kind == Varchar && len(n.Params) == 1 {
		return value{sql: fmt.Sprintf("substr(%s, 1, %d)", v.sql, n.Params[0]), typ: v.typ}.with(v)
	}
	return v
}

// casts hold the casts that DuckDB would do otherwise than the services. $1 is the value, CAST becomes TRY_CAST on demand.
// Guard macros (ts_…_text) replace bad input by a message that the cast then fails on.
var casts = map[[2]Kind]string{
	{Varchar, Bigint}:            "CAST(ts_integer_text($1, 'BIGINT') AS BIGINT)",
	{Varchar, Integer}:           "CAST(ts_integer_text($1, 'INT') AS INTEGER)",
	{Varchar, Smallint}:          "CAST(ts_integer_text($1, 'SMALLINT') AS SMALLINT)",
	{Varchar, Tinyint}:           "CAST(ts_integer_text($1, 'TINYINT') AS TINYINT)",
	{Varchar, Boolean}:           "CAST(ts_boolean_text($1) AS BOOLEAN)",
	{Varchar, Double}:            "CAST(ts_double_from($1, 'DOUBLE') AS DOUBLE)",
	{Varchar, Real}:              "CAST(ts_double_from($1, 'REAL') AS FLOAT)",
	{Varchar, Timestamp}:         "CAST(ts_timestamp_from($1) AS TIMESTAMP_NS)",
	{Varchar, TimestampTZ}:       "CAST(ts_timestamp_from($1) AS TIMESTAMP_NS)",
	{Varchar, Date}:              "CAST(ts_date_from($1) AS DATE)",
	{Varchar, Time}:              "epoch_ns(CAST(ts_timestamp_from('1970-01-01 ' || $1) AS TIMESTAMP_NS))",
	{Varchar, Varbinary}:         "encode($1)",
	{Double, Bigint}:             "CAST(round($1) AS BIGINT)",
	{Double, Integer}:            "CAST(round($1) AS INTEGER)",
	{Double, Smallint}:           "CAST(round($1) AS SMALLINT)",
	{Double, Tinyint}:            "CAST(round($1) AS TINYINT)",
	{Double, Varchar}:            "ts_double_text($1)",
	{Double, Boolean}:            "($1 <> 0)",
	{Real, Bigint}:               "CAST(round($1) AS BIGINT)",
	{Real, Integer}:              "CAST(round($1) AS INTEGER)",
	{Decimal, Bigint}:            "CAST(round($1) AS BIGINT)",
	{Decimal, Integer}:           "CAST(round($1) AS INTEGER)",
	{Decimal, Varchar}:           "CAST($1 AS VARCHAR)",
	{Bigint, Boolean}:            "($1 <> 0)",
	{Integer, Boolean}:           "($1 <> 0)",
	{Bigint, Varchar}:            "CAST($1 AS VARCHAR)",
	{Integer, Varchar}:           "CAST($1 AS VARCHAR)",
	{Smallint, Varchar}:          "CAST($1 AS VARCHAR)",
	{Tinyint, Varchar}:           "CAST($1 AS VARCHAR)",
	{Boolean, Varchar}:           "CAST($1 AS VARCHAR)",
	{Boolean, Bigint}:            "CAST($1 AS BIGINT)",
	{Boolean, Integer}:           "CAST($1 AS INTEGER)",
	{Boolean, Double}:            "CAST($1 AS DOUBLE)",
	{Timestamp, Date}:            "ts_date($1)",
	{Timestamp, Time}:            "ts_floor_mod(epoch_ns($1), 86400000000000)",
	{TimestampTZ, Date}:          "ts_date($1)",
	{TimestampTZ, Time}:          "ts_floor_mod(epoch_ns($1), 86400000000000)",
	{Date, Varchar}:              "strftime($1, '%Y-%m-%d')",
	{Time, Varchar}:              "ts_time_text($1)",
	{IntervalDaySecond, Varchar}: "ts_interval_text($1)",
	{IntervalYearMonth, Varchar}: "ts_months_text($1)",
}

// cast converts as CAST does, or as TRY_CAST.
func (b *binder) cast(v value, to Type, try bool, pos Pos) value {
	from := v.typ
	template := casts[[2]Kind{from.Kind, to.Kind}]
	switch {
	case from.Kind == Timestamp && to.Kind == Varchar:
		template = map[int]string{9: "ts_timestamp_text($1)", 3: "strftime($1, '%Y-%m-%d %H:%M:%S.%g')"}[b.d.FractionDigits]
	case (from.Kind == Time || from.Kind == IntervalDaySecond) && to.Kind == Varchar && b.d.FractionDigits == 3:
		template = "left(" + template + ", -6)" // without micro- and nanoseconds
	case from.Kind == TimestampTZ && to.Kind == Varchar:
		template = "strftime($1, '%Y-%m-%d %H:%M:%S.%g UTC')"
	case from.Kind == Varchar && to.Kind == Timestamp && v.text != nil && !try && b.d.TextIsTimestamp:
		return b.textToTimestamp(v, pos)
	case from.Equal(to), from.Kind == Unknown, from.Kind == Date && isTimestamp(to), isTimestamp(from) && isTimestamp(to):
		return b.coerce(v, to, pos)
	case from.Kind == Array && to.Kind == Array, from.Kind == Row && to.Kind == Row && len(from.Fields) == len(to.Fields):
		sql := b.convert(v.sql, from, to, pos, func(x value, t Type, p Pos) value { return b.cast(x, t, try, p) })
		return v.retype(sql, to)
	case template == "" && isNumeric(from) && isNumeric(to), from.Kind == Varchar && to.Kind == Decimal:
		template = "CAST($1 AS " + to.Physical() + ")"
	}
	if template == "" {
		return b.fail(pos, "Cannot cast %s to %s", from, to)
	}
	if try {
		template = strings.ReplaceAll(template, "CAST(", "TRY_CAST(")
	}
	v.nan = v.nan || from.Kind == Varchar
	out := v.retype(strings.ReplaceAll(template, "$1", v.sql), to)
	if strings.Contains(template, "ts_") {
		out = out.repeated()
	}
	return out
}
