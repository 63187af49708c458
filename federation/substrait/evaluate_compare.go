package substrait

import (
	"cmp"
	"math"
	"math/big"
	"strings"
)

// comparison is =, <>, <, <=, > or >=.
func comparison(e Call, args []evaluation) (evaluation, error) {
	compare := comparer(e.Args[0].DataType(), e.Args[1].DataType())
	holds := func(c int) bool { return c == 0 }
	switch e.Function {
	case NotEqual:
		holds = func(c int) bool { return c != 0 }
	case Less:
		holds = func(c int) bool { return c < 0 }
	case LessOrEqual:
		holds = func(c int) bool { return c <= 0 }
	case Greater:
		holds = func(c int) bool { return c > 0 }
	case GreaterOrEqual:
		holds = func(c int) bool { return c >= 0 }
	}
	return strictly(args, func(v []any) (any, error) {
		c, ordered := compare(v[0], v[1])
		if !ordered { // beside NaN nothing holds but <>
			return e.Function == NotEqual, nil
		}
		return holds(c), nil
	}), nil
}

// distinction is IS DISTINCT FROM, for which nulls are equal, and so are NaNs.
func distinction(e Call, args []evaluation) (evaluation, error) {
	compare := comparer(e.Args[0].DataType(), e.Args[1].DataType())
	return func(row []any) (any, error) {
		a, err := args[0](row)
		if err != nil {
			return nil, err
		}
		b, err := args[1](row)
		if err != nil {
			return nil, err
		}
		if a == nil || b == nil {
			return (a == nil) != (b == nil), nil
		}
		c, ordered := compare(a, b)
		if !ordered {
			return !isNaN(a) || !isNaN(b), nil
		}
		return c != 0, nil
	}, nil
}

func isNaN(v any) bool {
	f, ok := v.(float64)
	return ok && math.IsNaN(f)
}

// comparer compares values of two types that compare, see compares. What it returns says false beside NaN.
func comparer(a, b Type) func(x, y any) (c int, ordered bool) {
	either := func(k Kind) bool { return a.Kind == k || b.Kind == k }
	switch {
	case either(Float):
		return func(x, y any) (int, bool) {
			f, g := float(x), float(y)
			switch {
			case f < g:
				return -1, true
			case f > g:
				return 1, true
			}
			return 0, f == g
		}
	case either(Decimal):
		return func(x, y any) (int, bool) { return rational(x).Cmp(rational(y)), true }
	case either(Timestamp):
		return func(x, y any) (int, bool) {
			m, n := momentOfValue(x), momentOfValue(y)
			return cmp.Or(cmp.Compare(m.Seconds, n.Seconds), cmp.Compare(m.Picos, n.Picos)), true
		}
	case either(Text):
		return func(x, y any) (int, bool) { s, t := x.(string), y.(string); return strings.Compare(s, t), true }
	case either(Bool):
		return func(x, y any) (int, bool) {
			if x == y {
				return 0, true
			}
			return 1, true // booleans are only equal or not
		}
	default: // integers, dates, or a null beside anything, whose value is never seen
		return func(x, y any) (int, bool) { n, m := x.(int64), y.(int64); return cmp.Compare(n, m), true }
	}
}

// float is a number as a double, the nearest one.
func float(v any) float64 {
	switch v := v.(type) {
	case int64:
		return float64(v)
	case *big.Rat:
		f, _ := v.Float64()
		return f
	default:
		return v.(float64)
	}
}

func rational(v any) *big.Rat {
	if n, is := v.(int64); is {
		return new(big.Rat).SetInt64(n)
	}
	return v.(*big.Rat)
}

// momentOfValue is a timestamp, or a date's midnight.
func momentOfValue(v any) Moment {
	if day, is := v.(int64); is {
		return Moment{Seconds: day * secondsPerDay}
	}
	return v.(Moment)
}
