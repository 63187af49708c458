package golden

import (
	"encoding/hex"
	"fmt"
	"math"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/decimal"

	"athena-timestream/federation/predicate"
)

// Value is the neutral form of a value.
func Value(t arrow.DataType, v predicate.Value) any {
	if v == nil {
		return nil
	}
	switch t := t.(type) {
	case *arrow.Int64Type, *arrow.Uint64Type:
		return fmt.Sprint(v)
	case *arrow.Float32Type:
		return map[string]any{"bits": fmt.Sprintf("%08x", math.Float32bits(v.(float32)))}
	case *arrow.Float64Type:
		return map[string]any{"bits": fmt.Sprintf("%016x", math.Float64bits(v.(float64)))}
	case *arrow.BinaryType:
		return map[string]any{"hex": hex.EncodeToString(v.([]byte))}
	case *arrow.Decimal128Type:
		return v.(decimal.Decimal128).ToString(t.Scale)
	case *arrow.Date32Type:
		return map[string]any{"days": v, "iso": javaDate(time.Unix(v.(int64)*86400, 0).UTC())}
	case *arrow.Date64Type:
		return map[string]any{"millis": fmt.Sprint(v), "iso": javaDateTime(time.UnixMilli(v.(int64)).UTC())}
	case *arrow.TimestampType:
		if t.Unit == arrow.Millisecond && t.TimeZone != "" {
			return packed(v.(int64))
		}
		return map[string]any{"raw": fmt.Sprint(v)}
	case *arrow.ListType:
		list := []any{}
		for _, e := range v.([]any) {
			list = append(list, Value(t.Elem(), e))
		}
		return list
	case *arrow.StructType:
		o := map[string]any{}
		for i, e := range v.([]any) {
			o[t.Field(i).Name] = Value(t.Field(i).Type, e)
		}
		return o
	case *arrow.MapType:
		list := []any{}
		for _, e := range v.([]predicate.MapEntry) {
			list = append(list, []any{Value(t.KeyType(), e.Key), Value(t.ItemType(), e.Value)})
		}
		return list
	}
	return v
}

func packed(v int64) any {
	millis, key := predicate.Unpack(v)
	o := map[string]any{"packed": fmt.Sprint(v), "millis": fmt.Sprint(millis), "zoneKey": key, "zone": nil}
	if t, err := predicate.ZonedTime(v); err == nil {
		o["zone"], _ = predicate.ZoneName(key)
		o["local"] = javaDateTime(t)
	}
	return o
}

// javaDate is Java's LocalDate.toString.
func javaDate(t time.Time) string {
	y := t.Year()
	year := fmt.Sprintf("%04d", y)
	switch {
	case y < 0:
		year = fmt.Sprintf("-%04d", -y)
	case y > 9999:
		year = fmt.Sprintf("+%d", y)
	}
	return year + t.Format("-01-02")
}

// javaDateTime is Java's LocalDateTime.toString.
func javaDateTime(t time.Time) string {
	s := javaDate(t) + t.Format("T15:04")
	if t.Second() != 0 || t.Nanosecond() != 0 {
		s += t.Format(":05")
	}
	if t.Nanosecond() != 0 {
		s += t.Format(".000")
	}
	return s
}
