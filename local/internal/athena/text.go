package athena

import (
	"encoding/hex"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow/decimal128"

	"athena-timestream/local/internal/duck"
	"athena-timestream/local/internal/translate"
)

// Decimal is a decimal number as text, with all the digits of its scale: "1.50".
type Decimal string

// Months is an interval year to month.
type Months int64

// MapEntry is one entry of a map value.
type MapEntry struct{ Key, Value any }

// goValue turns a value as DuckDB gives it into the Go type that Rows promises.
func goValue(t translate.Type, v any) any {
	switch v := v.(type) {
	case nil:
		return nil
	case int64:
		return goInteger(t, v)
	case decimal128.Num:
		return Decimal(v.ToString(int32(t.Scale)))
	case []any:
		return goList(t, v)
	case []duck.MapEntry:
		out := make([]MapEntry, len(v))
		for i, e := range v {
			out[i] = MapEntry{goValue(*t.Key, e.Key), goValue(*t.Elem, e.Value)}
		}
		return out
	}
	return v
}

func goInteger(t translate.Type, v int64) any {
	switch t.Kind {
	case translate.Timestamp, translate.TimestampTZ:
		return time.Unix(0, v).UTC()
	case translate.Date:
		return time.Unix(v*86400, 0).UTC()
	case translate.Time, translate.IntervalDaySecond:
		return time.Duration(v)
	case translate.IntervalYearMonth:
		return Months(v)
	}
	return v
}

func goList(t translate.Type, v []any) any {
	out := make([]any, len(v))
	for i, x := range v {
		if t.Kind == translate.Row {
			out[i] = goValue(t.Fields[i].Type, x)
		} else {
			out[i] = goValue(elementType(t), x)
		}
	}
	return out
}

// elementType is the type of an array's or a time series' elements.
func elementType(t translate.Type) translate.Type {
	if t.Kind != translate.TimeSeries {
		return *t.Elem
	}
	return translate.Type{Kind: translate.Row, Fields: []translate.Field{
		{Name: "time", Type: translate.Type{Kind: translate.Timestamp}}, {Name: "value", Type: *t.Elem},
	}}
}

// fieldName is the name of a row's field, which may have none of its own.
func fieldName(f translate.Field, i int) string {
	if f.Name == "" {
		return "field" + strconv.Itoa(i)
	}
	return f.Name
}

// Text writes a value of the column as Athena does in its CSV results. Null is
// empty at the top and "null" inside another value.
func (c Column) Text(v any) string {
	if v == nil {
		return ""
	}
	return text(c.sql, v)
}

func text(t translate.Type, v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case float64:
		return javaFloat(v, 64)
	case float32:
		return javaFloat(float64(v), 32)
	case []byte:
		return hexBytes(v)
	case time.Time:
		return timeText(t, v)
	case time.Duration:
		return durationAsText(t, v)
	case Months:
		sign := ""
		if v < 0 {
			sign, v = "-", -v
		}
		return fmt.Sprintf("%s%d-%d", sign, v/12, v%12)
	case []any:
		return listAsText(t, v)
	case []MapEntry:
		parts := make([]string, len(v))
		for i, e := range v {
			parts[i] = text(*t.Key, e.Key) + "=" + text(*t.Elem, e.Value)
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return fmt.Sprint(v)
}

func listAsText(t translate.Type, v []any) string {
	parts := make([]string, len(v))
	for i, x := range v {
		if t.Kind == translate.Row {
			parts[i] = fieldName(t.Fields[i], i) + "=" + text(t.Fields[i].Type, x)
		} else {
			parts[i] = text(elementType(t), x)
		}
	}
	if t.Kind == translate.Row {
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

func timeText(t translate.Type, v time.Time) string {
	switch t.Kind {
	case translate.Date:
		return v.Format("2006-01-02")
	case translate.TimestampTZ:
		return v.Format("2006-01-02 15:04:05.000") + " UTC"
	}
	return v.Format("2006-01-02 15:04:05.000")
}

func durationAsText(t translate.Type, v time.Duration) string {
	sign := ""
	if v < 0 {
		sign, v = "-", -v
	}
	clock := fmt.Sprintf("%02d:%02d:%02d.%03d", v/time.Hour%24, v/time.Minute%60, v/time.Second%60, v/time.Millisecond%1000)
	if t.Kind == translate.Time {
		return clock
	}
	return fmt.Sprintf("%s%d %s", sign, v/(24*time.Hour), clock)
}

func hexBytes(b []byte) string {
	parts := make([]string, len(b))
	for i := range b {
		parts[i] = hex.EncodeToString(b[i : i+1])
	}
	return strings.Join(parts, " ")
}

// javaFloat writes a number as Java's Double.toString: 1.0, 1.0E10, NaN.
func javaFloat(f float64, bits int) string {
	switch a := math.Abs(f); {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	case a == 0 || a >= 1e-3 && a < 1e7:
		s := strconv.FormatFloat(f, 'f', -1, bits)
		if !strings.Contains(s, ".") {
			s += ".0"
		}
		return s
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'e', -1, bits), "e")
	if !strings.Contains(mantissa, ".") {
		mantissa += ".0"
	}
	n, _ := strconv.Atoi(exponent)
	return mantissa + "E" + strconv.Itoa(n)
}
