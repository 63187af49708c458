package translate

import (
	"strings"

	"athena-timestream/local/internal/sqlparse"
)

func (b *binder) unary(e *sqlparse.Unary, s *scope) value {
	if e.Op == "NOT" {
		x := b.expr(e.X, s)
		if x.typ.Kind != Boolean && x.typ.Kind != Unknown {
			return b.fail(e.X.Pos(), "Value of logical NOT expression must evaluate to a boolean (actual: %s)", x.typ)
		}
		x = b.coerce(x, Type{Kind: Boolean}, e.Pos())
		return value{sql: "(NOT " + x.sql + ")", typ: x.typ}.with(x)
	}
	if n, ok := e.X.(*sqlparse.NumberLit); ok && e.Op == "-" {
		return b.number(n, "-")
	}
	x := b.expr(e.X, s)
	if !isNumeric(x.typ) && x.typ.Kind != IntervalDaySecond && x.typ.Kind != IntervalYearMonth && x.typ.Kind != Unknown {
		return b.fail(e.Pos(), "'%s' cannot be applied to %s", e.Op, x.typ)
	}
	if e.Op == "+" {
		return x
	}
	return value{sql: "(- " + x.sql + ")", typ: x.typ, nan: x.nan}.with(x) // "--" would begin a comment
}

// binary binds arithmetic, comparison and concatenation.
func (b *binder) binary(e *sqlparse.Binary, l, r value) value {
	switch {
	case isComparison(e.Op):
		return b.compare(e.Pos(), e.Op, l, r)
	case e.Op == "||":
		return b.concat(e, l, r)
	}
	if v, ok := b.intervalArithmetic(e, l, r); ok {
		return v.with(l, r)
	}
	if l.typ.Kind == Unknown && r.typ.Kind == Unknown {
		return null
	}
	if !isNumeric(l.typ) && l.typ.Kind != Unknown || !isNumeric(r.typ) && r.typ.Kind != Unknown {
		return b.notApplicable(e.Pos(), e.Op, l, r)
	}
	return b.numeric(e, l, r)
}

func isComparison(op string) bool {
	switch op {
	case "=", "<>", "<", "<=", ">", ">=":
		return true
	}
	return false
}

func (b *binder) notApplicable(pos Pos, op string, l, r value) value {
	return b.fail(pos, "'%s' cannot be applied to %s, %s", op, l.typ, r.typ)
}

// numeric computes in the common type of both sides. Integers divide without fraction, and division by zero is an error.
func (b *binder) numeric(e *sqlparse.Binary, l, r value) value {
	t, _ := b.common(l.typ, r.typ)
	divides := e.Op == "/" || e.Op == "%"
	if t.Kind == Decimal {
		if divides {
			t = Type{Kind: Double}
		} else {
			return b.decimal(e, l, r)
		}
	}
	l, r = b.coerce(l, t, e.Pos()), b.coerce(r, t, e.Pos())
	if !divides || t.Kind == Double || t.Kind == Real {
		return value{sql: "(" + l.sql + " " + e.Op + " " + r.sql + ")", typ: t, nan: divides}.with(l, r)
	}
	if n, ok := e.Right.(*sqlparse.NumberLit); ok && strings.Trim(n.Text, "0") != "" {
		op := map[string]string{"/": "//", "%": "%"}[e.Op]
		return value{sql: "(" + l.sql + " " + op + " " + r.sql + ")", typ: t}.with(l, r)
	}
	macro := map[string]string{"/": "ts_div", "%": "ts_mod"}[e.Op]
	sql := macro + "(" + l.sql + ", " + r.sql + ")"
	if t.Kind != Bigint {
		sql = "CAST(" + sql + " AS " + t.Physical() + ")"
	}
	return value{sql: sql, typ: t}.with(l, r).repeated()
}

// decimal keeps the precision rules of Trino for + - *.
func (b *binder) decimal(e *sqlparse.Binary, l, r value) value {
	lt, rt := asDecimal(l.typ), asDecimal(r.typ)
	l, r = b.coerce(l, lt, e.Pos()), b.coerce(r, rt, e.Pos())
	t := Type{Kind: Decimal, Scale: max(lt.Scale, rt.Scale)}
	t.Precision = min(38, max(lt.Precision-lt.Scale, rt.Precision-rt.Scale)+t.Scale+1)
	if e.Op == "*" {
		t.Precision, t.Scale = min(38, lt.Precision+rt.Precision), min(38, lt.Scale+rt.Scale)
	}
	return value{sql: "CAST((" + l.sql + " " + e.Op + " " + r.sql + ") AS " + t.Physical() + ")", typ: t}.with(l, r)
}

// asDecimal is the decimal that holds every value of an integer type.
func asDecimal(t Type) Type {
	switch t.Kind {
	case Decimal:
		return t
	case Bigint:
		return Type{Kind: Decimal, Precision: 19}
	}
	return Type{Kind: Decimal, Precision: 10}
}

// intervalArithmetic is everything with a timestamp, date, time or interval on one side; all of it in integers, since
// DuckDB's own operators round to microseconds.
func (b *binder) intervalArithmetic(e *sqlparse.Binary, l, r value) (value, bool) {
	if !isTemporal(l.typ) && !isTemporal(r.typ) {
		return null, false
	}
	if b.d.TextIsTimestamp {
		l, r = b.textAsTimestamp(l, r, e), b.textAsTimestamp(r, l, e)
	}
	if e.Op == "+" && !isPoint(l.typ) && isPoint(r.typ) {
		l, r = r, l
	}
	if t, ok := b.common(l.typ, r.typ); ok && isPoint(l.typ) && isPoint(r.typ) {
		l, r = b.coerce(l, t, e.Pos()), b.coerce(r, t, e.Pos())
	}
	lk, rk := l.typ.Kind, r.typ.Kind
	signed := r.sql
	if e.Op == "-" {
		signed = "- " + r.sql
	}
	additive := e.Op == "+" || e.Op == "-"
	switch {
	case isPoint(l.typ) && lk == rk && e.Op == "-":
		return b.difference(l, r), true
	case additive && isTimestamp(l.typ) && rk == IntervalDaySecond:
		return b.instant("epoch_ns("+l.sql+") "+e.Op+" "+r.sql, l.typ), true
	case additive && isTimestamp(l.typ) && rk == IntervalYearMonth:
		return b.instant("epoch_ns(ts_add_months("+l.sql+", "+signed+"))", l.typ), true
	case additive && lk == Date && rk == IntervalYearMonth:
		return b.day("CAST("+l.sql+" + to_months("+signed+") AS DATE)", l.typ), true
	case additive && lk == Date && rk == IntervalDaySecond:
		return b.day("ts_date_add("+l.sql+", "+signed+")", l.typ), true
	case additive && lk == Time && rk == IntervalDaySecond:
		return value{sql: "ts_floor_mod(" + l.sql + " " + e.Op + " " + r.sql + ", 86400000000000)", typ: l.typ}, true
	case additive && lk == rk && (lk == IntervalDaySecond || lk == IntervalYearMonth):
		return value{sql: "(" + l.sql + " " + e.Op + " " + r.sql + ")", typ: l.typ}, true
	case e.Op == "*" && isNumeric(l.typ) && isInterval(r.typ):
		return b.scaleInterval(e, r, l), true
	case (e.Op == "*" || e.Op == "/") && isInterval(l.typ) && isNumeric(r.typ):
		return b.scaleInterval(e, l, r), true
	}
	return b.notApplicable(e.Pos(), e.Op, l, r), true
}

// instant is the timestamp of a computed count of nanoseconds.
func (b *binder) instant(ns string, t Type) value {
	if b.d.Since1970 {
		return value{sql: "ts_since_1970(" + ns + ")", typ: t}
	}
	return value{sql: "make_timestamp_ns(" + ns + ")", typ: t}
}

// day is a computed date.
func (b *binder) day(sql string, t Type) value {
	if b.d.Since1970 {
		sql = "ts_day_since_1970(" + sql + ")"
	}
	return value{sql: sql, typ: t}
}

// textAsTimestamp coerces a varchar whose partner is a timestamp.
func (b *binder) textAsTimestamp(v, partner value, e *sqlparse.Binary) value {
	if v.typ.Kind == Varchar && partner.typ.Kind == Timestamp {
		return b.coerce(v, Type{Kind: Timestamp}, e.Pos())
	}
	return v
}

func (b *binder) difference(l, r value) value {
	t := Type{Kind: IntervalDaySecond}
	if l.typ.Kind == Time {
		return value{sql: "(" + l.sql + " - " + r.sql + ")", typ: t}
	}
	return value{sql: "(epoch_ns(" + l.sql + ") - epoch_ns(" + r.sql + "))", typ: t}
}

// scaleInterval multiplies or divides an interval by a number; fractions of the smallest unit are rounded away.
func (b *binder) scaleInterval(e *sqlparse.Binary, i, n value) value {
	if n.typ.Kind == Double || n.typ.Kind == Real || e.Op == "/" {
		n = b.coerce(n, Type{Kind: Double}, e.Pos())
		return value{sql: "CAST(round(" + i.sql + " " + e.Op + " " + n.sql + ") AS " + i.typ.Physical() + ")", typ: i.typ}
	}
	return value{sql: "CAST(" + i.sql + " * " + n.sql + " AS " + i.typ.Physical() + ")", typ: i.typ}
}

func (b *binder) concat(e *sqlparse.Binary, l, r value) value {
	lt, rt := l.typ, r.typ
	switch {
	case lt.Kind == Array || rt.Kind == Array:
		if lt.Kind == Array && rt.Kind != Array && rt.Kind != Unknown {
			r = value{sql: "[" + r.sql + "]", typ: arrayOf(rt)}.with(r)
		} else if rt.Kind == Array && lt.Kind != Array && lt.Kind != Unknown {
			l = value{sql: "[" + l.sql + "]", typ: arrayOf(lt)}.with(l)
		}
		t, ok := b.common(l.typ, r.typ)
		if !ok {
			return b.notApplicable(e.Pos(), e.Op, l, r)
		}
		l, r = b.coerce(l, t, e.Pos()), b.coerce(r, t, e.Pos())
		return value{sql: "ts_list_concat(" + l.sql + ", " + r.sql + ")", typ: t}.with(l, r)
	case lt.Kind == Varbinary && rt.Kind == Varbinary:
	case (lt.Kind == Varchar || lt.Kind == Unknown) && (rt.Kind == Varchar || rt.Kind == Unknown):
		l, r = b.coerce(l, Type{Kind: Varchar}, e.Pos()), b.coerce(r, Type{Kind: Varchar}, e.Pos())
	default:
		return b.notApplicable(e.Pos(), e.Op, l, r)
	}
	return value{sql: "(" + l.sql + " || " + r.sql + ")", typ: l.typ}.with(l, r)
}

// commonPair coerces both sides of a comparison to one type.
func (b *binder) commonPair(pos Pos, op string, l, r value) (value, value) {
	t, ok := b.common(l.typ, r.typ)
	if !ok || !comparable(t, op) {
		b.notApplicable(pos, op, l, r)
		return l, r
	}
	return b.coerce(l, t, pos), b.coerce(r, t, pos)
}

// comparable tells whether values of the type can be compared; rows and maps have no order.
func comparable(t Type, op string) bool {
	switch t.Kind {
	case TimeSeries:
		return false
	case Map, Row:
		return op == "=" || op == "<>" || op == "IS DISTINCT FROM"
	}
	return true
}

func (b *binder) compare(pos Pos, op string, l, r value) value {
	l, r = b.commonPair(pos, op, near(l, r), near(r, l))
	if hasParts(l.typ) && (op == "=" || op == "<>") {
		sql := "(" + nestedEqual(l.sql, r.sql, l.typ, 0) + ")"
		if op == "<>" {
			sql = "(NOT " + sql + ")"
		}
		return value{sql: sql, typ: Type{Kind: Boolean}}.with(l, r).repeated()
	}
	return value{sql: compareText(op, l, r), typ: Type{Kind: Boolean}}.with(l, r)
}

// compareText writes a comparison. DuckDB takes NaN for the greatest number and equal to itself; the services, for neither. A
// null on the other side must still make null, and the plain comparison stays a term of its own, for joins to hash.
func compareText(op string, l, r value) string {
	sql := "(" + l.sql + " " + op + " " + r.sql + ")"
	suspect, other := l, r
	if op == "<" || op == "<=" {
		suspect, other = r, l
	}
	if !suspect.nan || (op == "=" || op == "<>") && !other.nan {
		return sql
	}
	if op == "<>" {
		return "(" + sql + " OR (isnan(" + suspect.sql + ") AND " + other.sql + " IS NOT NULL))"
	}
	return "(" + sql + " AND (NOT isnan(" + suspect.sql + ") OR " + other.sql + " IS NULL))"
}

func (b *binder) between(e *sqlparse.Between, s *scope) value {
	x, low, high := b.expr(e.X, s), b.comparand(e.Low, s), b.comparand(e.High, s)
	low, high = near(low, x), near(high, x)
	t := x.typ
	for _, v := range []value{low, high} {
		c, ok := b.common(t, v.typ)
		if !ok || !comparable(c, "<") {
			return b.fail(e.Pos(), "Cannot check if %s is BETWEEN %s and %s", x.typ, low.typ, high.typ)
		}
		t = c
	}
	x, low, high = b.coerce(x, t, e.Pos()), b.coerce(low, t, e.Pos()), b.coerce(high, t, e.Pos())
	sql := "(" + x.sql + " BETWEEN " + low.sql + " AND " + high.sql + ")"
	if x.nan || low.nan || high.nan {
		sql = "(" + compareText(">=", x, low) + " AND " + compareText("<=", x, high) + ")"
	}
	if e.Not {
		sql = "(NOT " + sql + ")"
	}
	return value{sql: sql, typ: Type{Kind: Boolean}}.with(x, low, high)
}
