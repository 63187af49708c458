package translate

import (
	"strings"
	"time"
)

// ladder orders the numbers: a lower one is coerced to a higher one.
var ladder = map[Kind]int{Tinyint: 1, Smallint: 2, Integer: 3, Bigint: 4, Decimal: 5, Real: 6, Double: 7}

func isNumeric(t Type) bool   { return ladder[t.Kind] > 0 }
func isTimestamp(t Type) bool { return t.Kind == Timestamp || t.Kind == TimestampTZ }
func isPoint(t Type) bool     { return isTimestamp(t) || t.Kind == Date || t.Kind == Time }
func isInterval(t Type) bool  { return t.Kind == IntervalDaySecond || t.Kind == IntervalYearMonth }
func isTemporal(t Type) bool  { return isPoint(t) || isInterval(t) }

// common is the type both types are coerced to when they meet.
func (b *binder) common(x, y Type) (Type, bool) {
	if x.Equal(y) {
		return x, true
	}
	if b.coercible(x, y) {
		return y, true
	}
	if b.coercible(y, x) {
		return x, true
	}
	switch {
	case x.Kind == Decimal && isNumeric(y) || y.Kind == Decimal && isNumeric(x):
		dx, dy := asDecimal(x), asDecimal(y)
		t := Type{Kind: Decimal, Scale: max(dx.Scale, dy.Scale)}
		t.Precision = min(38, max(dx.Precision-dx.Scale, dy.Precision-dy.Scale)+t.Scale)
		return t, true
	case x.Kind == Array && y.Kind == Array, x.Kind == TimeSeries && y.Kind == TimeSeries:
		t, ok := b.common(*x.Elem, *y.Elem)
		return Type{Kind: x.Kind, Elem: &t}, ok
	case x.Kind == Row && y.Kind == Row && len(x.Fields) == len(y.Fields):
		return b.commonRow(x, y)
	}
	return x, false
}

func (b *binder) commonRow(x, y Type) (Type, bool) {
	t := Type{Kind: Row}
	for i, f := range x.Fields {
		c, ok := b.common(f.Type, y.Fields[i].Type)
		if !ok {
			return x, false
		}
		name := f.Name
		if name != y.Fields[i].Name {
			name = ""
		}
		t.Fields = append(t.Fields, Field{name, c})
	}
	return t, true
}

// coercible tells whether a value of one type is silently taken for the other.
func (b *binder) coercible(from, to Type) bool {
	switch {
	case from.Kind == Unknown || from.Equal(to):
		return true
	case isNumeric(from) && isNumeric(to):
		return from.Kind != Decimal && to.Kind != Decimal && ladder[from.Kind] < ladder[to.Kind] ||
			from.Kind == Decimal && ladder[to.Kind] > ladder[Decimal]
	case from.Kind == Date:
		return isTimestamp(to)
	case from.Kind == Timestamp:
		return to.Kind == TimestampTZ
	case from.Kind == Varchar:
		return b.d.TextIsTimestamp && to.Kind == Timestamp
	case from.Kind == Array && to.Kind == Array, from.Kind == TimeSeries && to.Kind == TimeSeries:
		return b.coercible(*from.Elem, *to.Elem)
	}
	return false
}

// coerce converts a value to a type that common or coercible has found; others are an error of the statement.
func (b *binder) coerce(v value, to Type, pos Pos) value {
	switch {
	case v.typ.Equal(to):
		return v
	case v.typ.Kind == Unknown:
		b.learn(v, to)
		out := value{sql: "CAST(NULL AS " + to.Physical() + ")", typ: to}
		return out.with(v)
	case isNumeric(v.typ) && isNumeric(to), v.typ.Kind == Date && isTimestamp(to):
		return v.retype("CAST("+v.sql+" AS "+to.Physical()+")", to)
	case isTimestamp(v.typ) && isTimestamp(to):
		return v.retype(v.sql, to)
	case v.typ.Kind == Varchar && to.Kind == Timestamp && b.d.TextIsTimestamp:
		return b.textToTimestamp(v, pos)
	case v.typ.Kind == Array && to.Kind == Array, v.typ.Kind == TimeSeries && to.Kind == TimeSeries, v.typ.Kind == Row && to.Kind == Row:
		return v.retype(b.convert(v.sql, v.typ, to, pos, b.coerce), to)
	}
	return b.fail(pos, "Expected %s, but %s found", to, v.typ)
}

// retype keeps what the value contains under new text and type.
func (v value) retype(sql string, t Type) value {
	return value{sql: sql, typ: t, nan: v.nan}.with(v)
}

// textToTimestamp reads literals here and now, so that bad ones fail at their place.
func (b *binder) textToTimestamp(v value, pos Pos) value {
	if v.text == nil {
		return v.retype("CAST(ts_timestamp_from("+v.sql+") AS TIMESTAMP_NS)", Type{Kind: Timestamp}).repeated()
	}
	return b.timestampOf(*v.text, pos)
}

// timestampOf is the timestamp that a literal's text means.
func (b *binder) timestampOf(text string, pos Pos) value {
	ns, ok := parseTimestamp(text)
	if !ok || ns < earliest || ns > latest {
		return b.badTimestamp(pos, text)
	}
	return value{sql: timestampText(ns), typ: Type{Kind: Timestamp}}
}

// convert rebuilds a list or a struct, part by part.
func (b *binder) convert(sql string, from, to Type, pos Pos, part func(value, Type, Pos) value) string {
	switch {
	case from.Equal(to):
		return sql
	case from.Kind == Row:
		fields := make([]string, len(to.Fields))
		for i, f := range to.Fields {
			x := value{sql: "struct_extract(" + sql + ", " + quoteText(from.Fields[i].physical(i)) + ")", typ: from.Fields[i].Type}
			fields[i] = quoteName(f.physical(i)) + " := " + part(x, f.Type, pos).sql
		}
		return "CASE WHEN " + sql + " IS NULL THEN NULL ELSE struct_pack(" + strings.Join(fields, ", ") + ") END"
	}
	x := b.fresh("l")
	elem := part(value{sql: x, typ: elementType(from)}, elementType(to), pos).sql
	return "list_transform(" + sql + ", lambda " + x + ": " + elem + ")"
}

// badTimestamp tells text that is no timestamp from a timestamp that nanoseconds in 64 bits cannot hold.
func (b *binder) badTimestamp(pos Pos, text string) value {
	day, _, _ := cutAny(strings.TrimSpace(text), " T")
	if _, err := time.Parse("2006-01-02", day); err == nil && (day < "1677-09-22" || day > "2262-04-10") {
		return b.fail(pos, "timestamp '%s' is out of range: from 1677-09-21 00:12:44 to 2262-04-11 23:47:16.854775806", text)
	}
	return b.fail(pos, "'%s' is not a valid timestamp literal", text)
}
