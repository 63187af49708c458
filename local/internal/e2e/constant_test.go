package e2e_test

import (
	"cmp"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"
)

// constant is a constant of a column's type or of one that compares with it.
type constant struct {
	sql   string
	value any // as a column's, besides instant with nanoseconds and *big.Rat for decimals
}

func (d drawer) value(f field) any {
	if len(f.seen) > 0 && d.IntN(3) > 0 {
		return pick(d.Rand, f.seen)
	}
	return randomValue(d.Rand, f.kind)
}

func (d drawer) constant(f field) constant {
	if d.IntN(25) == 0 {
		return constant{"NULL", nil}
	}
	switch v := d.value(f).(type) {
	case string:
		return constant{quote(v), v}
	case bool:
		return constant{strconv.FormatBool(v), v}
	case float64:
		return d.number(v)
	case int64:
		return d.integer(v)
	case instant:
		return d.moment(v)
	case day:
		if d.IntN(4) == 0 {
			return d.moment(v.instant())
		}
		v = min(v+day(d.IntN(3)-1), lateNanos/86_400_000_000_000)
		return constant{"DATE '" + time.Unix(0, int64(v.instant())).UTC().Format(time.DateOnly) + "'", v.instant()}
	}
	panic("a column of an unknown kind")
}

func (d drawer) number(v float64) constant {
	if n := int64(v); d.IntN(4) == 0 && v == float64(n) && n < 1<<53 && n > -1<<53 {
		return constant{strconv.FormatInt(n, 10), float64(n)}
	}
	return constant{strconv.FormatFloat(v, 'E', -1, 64), v}
}

func (d drawer) integer(v int64) constant {
	switch d.IntN(6) {
	case 0: // a decimal beside it
		half := big.NewRat(v%1_000_000*2+1, 2)
		return constant{half.FloatString(1), half}
	case 1: // a double: the column is compared as a double
		f := float64(v)
		return constant{strconv.FormatFloat(f, 'E', -1, 64), f}
	}
	return constant{strconv.FormatInt(v, 10), v}
}

func (d drawer) moment(v instant) constant {
	v = instant(min(v.millis()+pick(d.Rand, []int64{0, 0, -1, 1}), lateNanos/1_000_000)) * 1e6
	at := time.Unix(0, int64(v)).UTC()
	switch d.IntN(8) {
	case 0:
		day := at.Truncate(24 * time.Hour)
		return constant{"DATE '" + day.Format(time.DateOnly) + "'", instant(day.UnixNano())}
	case 1:
		return constant{"TIMESTAMP '" + at.Format("2006-01-02 15:04:05.000") + "001'", v + 1000}
	}
	return constant{"TIMESTAMP '" + at.Format("2006-01-02 15:04:05.000") + "'", v}
}

func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// compared compares a column's value with a constant.
func compared(v any, op string, k any) truth {
	if v == nil || k == nil {
		return unknown
	}
	if f, ok := v.(float64); ok && math.IsNaN(f) { // constants never are
		return isTrue(op == "<>")
	}
	return isTrue(operators[op](order(v, k)))
}

func order(v, k any) int {
	switch v := v.(type) {
	case string:
		return strings.Compare(v, k.(string))
	case bool:
		return slices.Index([]bool{false, true}, v) - slices.Index([]bool{false, true}, k.(bool))
	case float64:
		if n, ok := k.(int64); ok {
			k = float64(n)
		}
		return cmp.Compare(v, k.(float64)) // both zeros are equal
	case instant:
		return cmp.Compare(v.millis()*1e6, int64(k.(instant)))
	case day:
		return cmp.Compare(v.instant(), k.(instant))
	case int64:
		switch k := k.(type) {
		case int64:
			return cmp.Compare(v, k)
		case float64:
			return cmp.Compare(float64(v), k)
		case *big.Rat:
			return new(big.Rat).SetInt64(v).Cmp(k)
		}
	}
	panic(fmt.Sprintf("%T is compared with %T", v, k))
}
