package translate

import (
	"math/big"
	"strings"
	"time"

	"athena-timestream/local/internal/sqlparse"
)

// now is the statement's time in its several forms.
func (b *binder) now(c *sqlparse.Call, _ *scope) value {
	if len(c.Args) > 0 {
		return b.fail(c.Pos(), "Unexpected number of arguments (%d) for function %s", len(c.Args), callName(c))
	}
	ns := b.nowNs()
	switch callName(c) {
	case "current_date":
		return value{sql: "DATE '" + formatTimestamp(ns)[:10] + "'", typ: Type{Kind: Date}}
	case "current_time", "localtime":
		return value{sql: bigintText(ns % nsPerDay), typ: Type{Kind: Time}}
	}
	t := Type{Kind: Timestamp}
	if b.d.ZonedNow && callName(c) != "localtimestamp" {
		t.Kind = TimestampTZ
	}
	return value{sql: timestampText(ns), typ: t}
}

func (b *binder) nowNs() int64 {
	t := b.o.Now
	if b.d.FractionDigits == 3 {
		t = t.Truncate(time.Millisecond)
	}
	return t.UnixNano()
}

// ago is now minus an interval.
func (b *binder) ago(c *sqlparse.Call, s *scope) value {
	if !b.d.SeriesFunctions {
		return b.fail(c.Pos(), "Function ago not registered")
	}
	args, ok := b.arguments(c, s, 1, 1)
	if !ok {
		return null
	}
	if !isInterval(args[0].typ) {
		return b.fail(c.Pos(), "Unexpected parameters (%s) for function ago. Expected: ago(interval)", args[0].typ)
	}
	now := value{sql: timestampText(b.nowNs()), typ: Type{Kind: Timestamp}}
	return b.binary(&sqlparse.Binary{At: c.At, Op: "-"}, now, args[0])
}

// extractFields are the fields of EXTRACT; each is also a function.
var extractFields = names("year", "quarter", "month", "week", "day", "day_of_month", "day_of_week", "dow", "day_of_year", "doy",
	"year_of_week", "yow", "hour", "minute", "second", "millisecond", "nanosecond")

func names(list ...string) map[string]bool {
	set := make(map[string]bool, len(list))
	for _, n := range list {
		set[n] = true
	}
	return set
}

func (b *binder) extract(e *sqlparse.Extract, s *scope) value {
	forms := b.scalarForms(e.Field)
	if !extractFields[e.Field] || forms == nil {
		return b.fail(e.Pos(), "Invalid EXTRACT field: %s", strings.ToUpper(e.Field))
	}
	c := &sqlparse.Call{At: e.At, Name: []sqlparse.Ident{{At: e.At, Name: e.Field}}}
	return b.scalar(c, forms, []value{b.expr(e.X, s)})
}

// atTimeZone shifts nothing: instants are held in UTC, and UTC is the one zone that can be shown.
func (b *binder) atTimeZone(e *sqlparse.AtTimeZone, s *scope) value {
	x, zone := b.expr(e.X, s), b.expr(e.Zone, s)
	if !isTimestamp(x.typ) {
		return b.fail(e.Pos(), "Type of value must be a time or timestamp with or without time zone (actual %s)", x.typ)
	}
	if zone.text == nil || !strings.EqualFold(*zone.text, "UTC") {
		return b.unsupported(e.Pos(), "a time zone other than 'UTC'")
	}
	return value{sql: x.sql, typ: Type{Kind: TimestampTZ}}.with(x)
}

// unitCall binds the n arguments of date_trunc and its kin, of which the first is a unit.
func (b *binder) unitCall(c *sqlparse.Call, s *scope, n int) (string, []value, bool) {
	args, ok := b.arguments(c, s, n, n)
	if !ok {
		return "", nil, false
	}
	unit, ok := b.unitArgument(c, args[0])
	return unit, args, ok
}

// unitArgument reads the literal unit of date_trunc and its kin.
func (b *binder) unitArgument(c *sqlparse.Call, v value) (string, bool) {
	if v.text == nil {
		b.unsupported(c.Args[0].Pos(), "a unit of "+callName(c)+" that is not a literal")
		return "", false
	}
	unit := strings.ToLower(*v.text)
	if nsPerUnit[unit] == 0 && monthsPerUnit[unit] == 0 || len(unit) > 6 && b.d.FractionDigits == 3 && unit != "quarter" && unit != "millisecond" {
		b.fail(c.Pos(), "'%s' is not a valid TIMESTAMP field", *v.text)
		return "", false
	}
	return unit, true
}

// pointArgument takes a timestamp, date or time, and text where the dialect coerces it.
func (b *binder) pointArgument(c *sqlparse.Call, v value) (value, bool) {
	if b.d.TextIsTimestamp && v.typ.Kind == Varchar || v.typ.Kind == Unknown {
		v = b.coerce(v, Type{Kind: Timestamp}, c.Pos())
	}
	if !isPoint(v.typ) {
		b.fail(c.Pos(), "Unexpected parameters (%s) for function %s", v.typ, callName(c))
		return v, false
	}
	return v, b.err == nil
}

func (b *binder) dateTrunc(c *sqlparse.Call, s *scope) value {
	unit, args, ok := b.unitCall(c, s, 2)
	if !ok {
		return null
	}
	x, ok := b.pointArgument(c, args[1])
	if !ok {
		return null
	}
	ns := nsPerUnit[unit]
	out := value{typ: x.typ}
	switch {
	case x.typ.Kind == Date && (ns == 0 || ns >= nsPerDay):
		out.sql = "CAST(date_trunc('" + unit + "', " + x.sql + ") AS DATE)"
	case x.typ.Kind == Time && ns > 0 && ns < nsPerDay:
		out.sql = "(" + x.sql + " - " + x.sql + " % " + bigintText(ns) + ")"
	case isTimestamp(x.typ) && ns > 0 && unit != "week":
		out.sql = "ts_bin(" + x.sql + ", " + bigintText(ns) + ")"
	case isTimestamp(x.typ):
		out.sql = "CAST(date_trunc('" + unit + "', ts_micros(" + x.sql + ")) AS TIMESTAMP_NS)"
	default:
		return b.fail(c.Pos(), "'%s' is not a valid %s field", unit, strings.ToUpper(x.typ.String()))
	}
	return out.with(x)
}

func (b *binder) dateAdd(c *sqlparse.Call, s *scope) value {
	unit, args, ok := b.unitCall(c, s, 3)
	if !ok {
		return null
	}
	if args[1].typ.Kind != Integer && args[1].typ.Kind != Bigint {
		return b.fail(c.Pos(), "Unexpected parameters (varchar, %s, %s) for function date_add", args[1].typ, args[2].typ)
	}
	x, ok := b.pointArgument(c, args[2])
	if !ok {
		return null
	}
	n := b.coerce(args[1], Type{Kind: Bigint}, c.Pos())
	ns, months := nsPerUnit[unit], monthsPerUnit[unit]
	step := value{sql: "(" + n.sql + " * " + bigintText(ns) + ")", typ: Type{Kind: IntervalDaySecond}}
	if months > 0 {
		step = value{sql: "CAST(" + n.sql + " * " + itoa(int(months)) + " AS INTEGER)", typ: Type{Kind: IntervalYearMonth}}
	}
	return b.binary(&sqlparse.Binary{At: c.At, Op: "+"}, x, step.with(n))
}

// dateDiff counts the complete units between two points in time.
func (b *binder) dateDiff(c *sqlparse.Call, s *scope) value {
	unit, args, ok := b.unitCall(c, s, 3)
	if !ok {
		return null
	}
	x, ok1 := b.pointArgument(c, args[1])
	y, ok2 := b.pointArgument(c, args[2])
	if !ok1 || !ok2 {
		return null
	}
	x, y = b.commonPair(c.Pos(), "date_diff", x, y)
	out := value{typ: Type{Kind: Bigint}}
	nsX, nsY := "epoch_ns("+x.sql+")", "epoch_ns("+y.sql+")"
	if x.typ.Kind == Time {
		nsX, nsY = x.sql, y.sql
	}
	switch months := monthsPerUnit[unit]; {
	case months == 0:
		out.sql = "((" + nsY + " - " + nsX + ") // " + bigintText(nsPerUnit[unit]) + ")"
	case x.typ.Kind == Time:
		return b.fail(c.Pos(), "'%s' is not a valid TIME field", unit)
	default:
		x, y = b.coerce(x, Type{Kind: Timestamp}, c.Pos()), b.coerce(y, Type{Kind: Timestamp}, c.Pos())
		out.sql = "(ts_months_between(" + x.sql + ", " + y.sql + ") // " + itoa(int(months)) + ")"
	}
	return out.with(x, y)
}

// parseDuration reads 42.8ms, 3.81 d, 5minute; a literal at once, so that a bad one fails at its place.
func (b *binder) parseDuration(c *sqlparse.Call, s *scope) value {
	args, ok := b.arguments(c, s, 1, 1)
	if !ok {
		return null
	}
	if args[0].typ.Kind != Varchar && args[0].typ.Kind != Unknown {
		return b.fail(c.Pos(), "Unexpected parameters (%s) for function parse_duration. Expected: parse_duration(varchar)", args[0].typ)
	}
	t := Type{Kind: IntervalDaySecond}
	if args[0].text == nil {
		x := b.coerce(args[0], Type{Kind: Varchar}, c.Pos())
		return value{sql: "ts_parse_duration(" + x.sql + ")", typ: t}.with(x)
	}
	ns, ok := durationNs(*args[0].text)
	if !ok {
		return b.fail(c.Pos(), "duration is not a valid data duration string: %s", *args[0].text)
	}
	return value{sql: bigintText(ns), typ: t}
}

var durationUnits = map[string]int64{
	"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9, "m": 60e9, "h": 3600e9, "d": nsPerDay, "nanosecond": 1, "microsecond": 1e3,
	"millisecond": 1e6, "second": 1e9, "minute": 60e9, "hour": 3600e9, "day": nsPerDay,
}

// durationNs rounds to whole nanoseconds.
func durationNs(s string) (int64, bool) {
	s = strings.TrimSpace(s)
	digits := len(s) - len(strings.TrimLeft(s, "0123456789."))
	per, ok := durationUnits[strings.TrimSpace(s[digits:])]
	r, isNumber := new(big.Rat).SetString(s[:digits])
	if !ok || !isNumber {
		return 0, false
	}
	r.Mul(r, new(big.Rat).SetInt64(per)).Add(r, big.NewRat(1, 2))
	n := new(big.Int).Quo(r.Num(), r.Denom())
	return n.Int64(), n.IsInt64()
}
