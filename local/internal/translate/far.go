package translate

import (
	"math"
	"strings"
	"time"

	"athena-timestream/local/internal/sqlparse"
)

// FarTimestamp is a timestamp literal of Athena that nanoseconds in 64 bits cannot hold, as people write them for "never". They
// are compared like the end of what can be held that is next to them: no stored time lies there.
func FarTimestamp(e sqlparse.Expr) (t time.Time, ok bool) {
	lit, isTyped := e.(*sqlparse.TypedLit)
	if !isTyped || lit.Type != "timestamp" {
		return t, false
	}
	text := strings.TrimSpace(lit.Value)
	loc := time.UTC
	if i := strings.LastIndexByte(text, ' '); i >= 0 {
		if zone, ok := parseZone(text[i+1:]); ok {
			text, loc = strings.TrimSpace(text[:i]), zone
		}
	}
	for _, layout := range []string{"2006-1-2", "2006-1-2 15:4", "2006-1-2 15:4:5"} { // a fraction is read without being in it
		if t, err := time.ParseInLocation(layout, text, loc); err == nil {
			return t, isFar(t)
		}
	}
	return t, false
}

func isFar(t time.Time) bool {
	ns, ok := addSeconds(t.Unix(), int64(t.Nanosecond()))
	return !ok || ns < earliest || ns > latest
}

// comparand binds one side of a comparison, where far timestamps are allowed, and the service's last nanosecond, which DuckDB
// takes for infinity but orders rightly.
func (b *binder) comparand(e sqlparse.Expr, s *scope) value {
	if lit, ok := e.(*sqlparse.TypedLit); ok && lit.Type == "timestamp" {
		if ns, ok := parseTimestamp(lit.Value); ok && ns == math.MaxInt64 {
			return value{sql: "TIMESTAMP_NS 'infinity'", typ: Type{Kind: Timestamp}}
		}
	}
	if t, ok := FarTimestamp(e); ok && b.d.TrinoFunctions {
		return nearest(t)
	}
	return b.expr(e, s)
}

func nearest(t time.Time) value {
	ns := int64(math.MaxInt64)
	if t.Year() < 1970 {
		ns = math.MinInt64
	}
	return value{sql: timestampText(ns), typ: Type{Kind: Timestamp}}
}

// near makes a timestamp of a date literal that is compared with one, if it is far.
func near(v, partner value) value {
	text, isLiteral := strings.CutPrefix(v.sql, "DATE '")
	if !isLiteral || !isTimestamp(partner.typ) {
		return v
	}
	if t, err := time.Parse("2006-01-02'", text); err == nil && isFar(t) {
		return nearest(t)
	}
	return v
}
