package athena

import (
	"math"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/predicate"
)

// rangesOf gives the values of a type for which "value o k" is true. k is not
// null. The error is a leftOut.
func rangesOf(t arrow.DataType, o operator, k constant) ([]predicate.Range, error) {
	if n, ok := integersOf(t); ok {
		at, err := n.place(t, k)
		if err != nil {
			return nil, err
		}
		return n.ranges(o, at), nil
	}
	switch t.ID() {
	case arrow.FLOAT32, arrow.FLOAT64:
		return floatRanges(t, o, k)
	case arrow.STRING:
		return stringRanges(o, k)
	case arrow.BINARY:
		if k.kind == bytesConstant {
			return valueRanges(o, k.bytes), nil
		}
	case arrow.BOOL:
		if k.kind == boolConstant {
			return boolRanges(o, k.boolean), nil
		}
	case arrow.TIMESTAMP:
		return nil, leaveOut("value sets tell equal instants of different time zones apart, SQL does not")
	default:
		return nil, leaveOut("a %s column is compared by the engine only", sqlType(t))
	}
	return nil, mismatch(t, k)
}

func mismatch(t arrow.DataType, k constant) error {
	return leaveOut("a %s column is compared with a %s", sqlType(t), k.kind)
}

func isFloat(t arrow.DataType) bool { return t.ID() == arrow.FLOAT32 || t.ID() == arrow.FLOAT64 }

// valueRanges are the ranges for a constant of the column's own type.
func valueRanges(o operator, v predicate.Value) []predicate.Range {
	switch o {
	case equal:
		return []predicate.Range{predicate.Point(v)}
	case less:
		return []predicate.Range{predicate.LessThan(v)}
	case lessOrEqual:
		return []predicate.Range{predicate.AtMost(v)}
	case greater:
		return []predicate.Range{predicate.GreaterThan(v)}
	case greaterOrEqual:
		return []predicate.Range{predicate.AtLeast(v)}
	default:
		return []predicate.Range{predicate.LessThan(v), predicate.GreaterThan(v)}
	}
}

// boolRanges lists the values one by one, which reads better than what is below
// or above one of two.
func boolRanges(o operator, k bool) []predicate.Range {
	var ranges []predicate.Range
	number := map[bool]int{true: 1}
	for _, v := range []bool{false, true} {
		if o.holds(number[v] - number[k]) {
			ranges = append(ranges, predicate.Point(v))
		}
	}
	return ranges
}

// stringRanges leaves out orderings against text with characters from U+E000
// on: value sets order UTF-16 code units, SQL orders code points, and only
// there do the two differ.
func stringRanges(o operator, k constant) ([]predicate.Range, error) {
	if k.kind != textConstant {
		return nil, mismatch(arrow.BinaryTypes.String, k)
	}
	if o.ordering() {
		for _, r := range k.text {
			if r >= 0xE000 {
				return nil, leaveOut("value sets order characters such as %q differently", r)
			}
		}
	}
	return valueRanges(o, k.text), nil
}

// floatRanges compares floats: both zeros are equal in SQL and two values in a
// value set. A real is compared only with what a real can hold.
func floatRanges(t arrow.DataType, o operator, k constant) ([]predicate.Range, error) {
	f, ok := k.asFloat()
	switch {
	case !ok:
		return nil, mismatch(t, k)
	case math.IsNaN(f):
		return nil, leaveOut("NaN compares differently in value sets")
	case t.ID() == arrow.FLOAT32 && float64(float32(f)) != f:
		return nil, leaveOut("no real can hold %v exactly", f)
	}
	low, high := f, f
	if f == 0 {
		low, high = math.Copysign(0, -1), 0
	}
	value := func(f float64) predicate.Value {
		if t.ID() == arrow.FLOAT32 {
			return float32(f)
		}
		return f
	}
	switch o {
	case equal:
		return []predicate.Range{{
			Low:  predicate.Marker{Value: value(low), Bound: predicate.Exactly},
			High: predicate.Marker{Value: value(high), Bound: predicate.Exactly},
		}}, nil
	case less, greaterOrEqual:
		return valueRanges(o, value(low)), nil
	case lessOrEqual, greater:
		return valueRanges(o, value(high)), nil
	default:
		return []predicate.Range{predicate.LessThan(value(low)), predicate.GreaterThan(value(high))}, nil
	}
}
