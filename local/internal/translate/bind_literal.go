package translate

import (
	"encoding/hex"
	"math"
	"strconv"
	"strings"
	"time"

	"athena-timestream/local/internal/sqlparse"
)

func itoa(n int) string { return strconv.Itoa(n) }

func (b *binder) literal(e sqlparse.Expr) value {
	switch e := e.(type) {
	case *sqlparse.StringLit:
		return value{sql: quoteText(e.Value), typ: Type{Kind: Varchar}, text: &e.Value}
	case *sqlparse.BinaryLit:
		return value{sql: "from_hex('" + hex.EncodeToString(e.Value) + "')", typ: Type{Kind: Varbinary}}
	case *sqlparse.NumberLit:
		return b.number(e, "")
	case *sqlparse.BoolLit:
		return value{sql: strconv.FormatBool(e.Value), typ: Type{Kind: Boolean}}
	case *sqlparse.TypedLit:
		return b.typedLiteral(e)
	case *sqlparse.IntervalLit:
		return b.interval(e)
	}
	return null
}

// number binds a number with its sign, which matters for the least bigint. Decimals are doubles in both dialects.
func (b *binder) number(e *sqlparse.NumberLit, sign string) value {
	if e.Kind != sqlparse.Integer {
		f, err := strconv.ParseFloat(sign+e.Text, 64)
		if err != nil {
			return b.fail(e.Pos(), "Invalid numeric literal: %s", e.Text)
		}
		return value{sql: doubleText(f), typ: Type{Kind: Double}}
	}
	n, err := strconv.ParseInt(sign+e.Text, 10, 64)
	if err != nil {
		return b.fail(e.Pos(), "Invalid numeric literal: %s", e.Text)
	}
	if n > math.MaxInt32 || n < math.MinInt32 {
		return value{sql: bigintText(n), typ: Type{Kind: Bigint}}
	}
	return value{sql: strconv.FormatInt(n, 10), typ: Type{Kind: Integer}}
}

func bigintText(n int64) string { return "CAST(" + strconv.FormatInt(n, 10) + " AS BIGINT)" }

// doubleText writes a DOUBLE literal: DuckDB takes a number for one when it has an exponent.
func doubleText(f float64) string {
	switch {
	case math.IsInf(f, 1):
		return "CAST('inf' AS DOUBLE)"
	case math.IsInf(f, -1):
		return "CAST('-inf' AS DOUBLE)"
	}
	return strconv.FormatFloat(f, 'e', -1, 64)
}

func (b *binder) typedLiteral(e *sqlparse.TypedLit) value {
	switch e.Type {
	case "timestamp":
		return b.timestampLiteral(e)
	case "date":
		if t, err := time.Parse("2006-1-2", strings.TrimSpace(e.Value)); err == nil && b.d.TrinoFunctions {
			return value{sql: "DATE '" + t.Format(time.DateOnly) + "'", typ: Type{Kind: Date}}
		}
		ns, ok := parseTimestamp(strings.TrimSpace(e.Value))
		if !ok || ns%nsPerDay != 0 || strings.ContainsAny(e.Value, ":T") {
			return b.fail(e.Pos(), "'%s' is not a valid date literal", e.Value)
		}
		return value{sql: "DATE '" + formatTimestamp(ns)[:10] + "'", typ: Type{Kind: Date}}
	case "time":
		ns, ok := parseTime(e.Value)
		if !ok {
			return b.fail(e.Pos(), "'%s' is not a valid time literal", e.Value)
		}
		return value{sql: bigintText(ns), typ: Type{Kind: Time}}
	}
	name := &sqlparse.TypeName{At: e.At, Name: e.Type}
	if e.Type == "decimal" {
		whole, frac, _ := strings.Cut(strings.TrimLeft(e.Value, "+-"), ".")
		name.Params = []int{max(len(whole)+len(frac), 1), len(frac)}
	}
	t, ok := b.typeOf(name)
	if !ok {
		return null
	}
	return b.cast(value{sql: quoteText(e.Value), typ: Type{Kind: Varchar}, text: &e.Value}, t, false, e.Pos())
}

func (b *binder) timestampLiteral(e *sqlparse.TypedLit) value {
	if b.d.ZonedNow {
		if ns, ok := parseZoned(e.Value); ok {
			return value{sql: timestampText(ns), typ: Type{Kind: TimestampTZ}}
		}
	}
	return b.timestampOf(e.Value, e.Pos())
}

// nsPerUnit are the fixed units; months and years have no fixed length.
var nsPerUnit = map[string]int64{
	"nanosecond": 1, "microsecond": 1e3, "millisecond": 1e6, "second": 1e9, "minute": 60e9, "hour": 3600e9,
	"day": nsPerDay, "week": 7 * nsPerDay,
}

var monthsPerUnit = map[string]int64{"month": 1, "quarter": 3, "year": 12}

const nsPerDay = 86400e9

func (b *binder) interval(e *sqlparse.IntervalLit) value {
	n, months, ok := intervalValue(e)
	if !ok {
		return b.fail(e.Pos(), "'%s' is not a valid interval literal", e.Value)
	}
	if e.Negative {
		n = -n
	}
	if !months {
		return value{sql: bigintText(n), typ: Type{Kind: IntervalDaySecond}}
	}
	if n > math.MaxInt32 || n < math.MinInt32 {
		return b.fail(e.Pos(), "'%s' is not a valid interval literal", e.Value)
	}
	return value{sql: "CAST(" + strconv.FormatInt(n, 10) + " AS INTEGER)", typ: Type{Kind: IntervalYearMonth}}
}

// intervalValue computes nanoseconds or months, without the sign of the literal.
func intervalValue(e *sqlparse.IntervalLit) (n int64, months, ok bool) {
	if per, found := monthsPerUnit[e.Unit]; found {
		return yearMonths(e, per)
	}
	per := nsPerUnit[e.Unit]
	if e.To != "" {
		n, ok = dayTimeNs(e.Value, e.Unit, e.To)
		return n, false, ok
	}
	n, ok = scaled(e.Value, per)
	return n, false, ok
}

// scaled multiplies a decimal number by ns, exactly; more digits than nanoseconds are refused.
func scaled(text string, per int64) (int64, bool) {
	negative := strings.HasPrefix(text, "-")
	whole, frac, _ := strings.Cut(strings.TrimLeft(text, "+-"), ".")
	w, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || w > math.MaxInt64/per {
		return 0, false
	}
	n := w * per
	for _, d := range frac {
		if d < '0' || d > '9' || per%10 != 0 {
			return 0, false
		}
		per /= 10
		n += int64(d-'0') * per
	}
	if negative {
		n = -n
	}
	return n, n >= 0 || negative
}

func yearMonths(e *sqlparse.IntervalLit, per int64) (int64, bool, bool) {
	first, second, both := strings.Cut(strings.TrimLeft(e.Value, "+-"), "-")
	n, err := strconv.ParseInt(first, 10, 32)
	if err != nil || both != (e.To != "") {
		return 0, true, false
	}
	n *= per
	if both {
		m, err := strconv.ParseInt(second, 10, 32)
		if err != nil || m > 11 || e.Unit != "year" || e.To != "month" {
			return 0, true, false
		}
		n += m
	}
	if strings.HasPrefix(e.Value, "-") {
		n = -n
	}
	return n, true, true
}

// dayTimeNs reads '1 02:03:04.5' DAY TO SECOND and its shorter forms.
func dayTimeNs(text, from, to string) (int64, bool) {
	units := []string{"day", "hour", "minute", "second"}
	parts := strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == ':' })
	var n int64
	i := 0
	for started, u := false, 0; u < len(units); u++ {
		started = started || units[u] == from
		if !started {
			continue
		}
		if i >= len(parts) {
			return 0, false
		}
		part, ok := scaled(parts[i], nsPerUnit[units[u]])
		if !ok || part < 0 {
			return 0, false
		}
		n += part
		i++
		if units[u] == to {
			return n, i == len(parts)
		}
	}
	return 0, false
}
