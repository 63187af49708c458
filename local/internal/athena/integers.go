package athena

import (
	"math"
	"math/big"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/decimal128"

	"athena-timestream/federation/predicate"
)

// integers describes a type whose values are whole multiples of a unit.
type integers struct {
	low, high *big.Int
	unit      *big.Rat // one step, in the constant's own measure: 1, 10^-scale, or nanoseconds
	time      bool
	value     func(*big.Int) predicate.Value
}

func integersOf(t arrow.DataType) (integers, bool) {
	signed := func(bits uint, unit int64, time bool) (integers, bool) {
		high := new(big.Int).Lsh(big.NewInt(1), bits-1)
		low := new(big.Int).Neg(high)
		return integers{
			low: low, high: high.Sub(high, big.NewInt(1)), unit: big.NewRat(unit, 1), time: time,
			value: func(n *big.Int) predicate.Value { return n.Int64() },
		}, true
	}
	switch t := t.(type) {
	case *arrow.Int8Type:
		return signed(8, 1, false)
	case *arrow.Int16Type:
		return signed(16, 1, false)
	case *arrow.Int32Type:
		return signed(32, 1, false)
	case *arrow.Int64Type:
		return signed(64, 1, false)
	case *arrow.Date32Type:
		return signed(32, 86_400_000_000_000, true)
	case *arrow.Date64Type:
		return signed(64, 1_000_000, true)
	case *arrow.Decimal128Type:
		high := new(big.Int).Sub(powerOfTen(t.Precision), big.NewInt(1))
		return integers{
			low: new(big.Int).Neg(high), high: high,
			unit:  new(big.Rat).SetFrac(big.NewInt(1), powerOfTen(t.Scale)),
			value: func(n *big.Int) predicate.Value { return decimal128.FromBigInt(n) },
		}, true
	}
	return integers{}, false
}

func powerOfTen(n int32) *big.Int {
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
}

// place gives a constant's place on the type's scale, in steps. A double's place
// is only known where no integer of the type is rounded on its way to a double,
// which is how SQL compares the two.
func (n integers) place(t arrow.DataType, k constant) (*big.Rat, error) {
	switch {
	case k.kind == timeConstant && n.time, k.kind == numberConstant && !n.time:
		return new(big.Rat).Quo(k.number, n.unit), nil
	case t.ID() == arrow.DECIMAL128 || n.time:
		return nil, mismatch(t, k)
	case k.kind != doubleConstant && k.kind != realConstant:
		return nil, mismatch(t, k)
	case math.IsNaN(k.float):
		return nil, leaveOut("NaN compares differently in value sets")
	}
	if math.IsInf(k.float, 0) {
		beyond := new(big.Int).Lsh(n.high, 2)
		if k.float < 0 {
			beyond.Neg(beyond)
		}
		return new(big.Rat).SetInt(beyond), nil
	}
	digits := 53
	if k.kind == realConstant {
		digits = 24
	}
	size := math.Abs(k.float)
	if bits := n.high.BitLen(); bits > digits && size >= math.Ldexp(1, digits) && size <= math.Ldexp(1, bits+1) {
		return nil, leaveOut("%v is so large that a %s near it is rounded in the comparison", k.float, sqlType(t))
	}
	return new(big.Rat).SetFloat64(k.float), nil
}

// ranges are the whole steps s for which "s o at" is true.
func (n integers) ranges(o operator, at *big.Rat) []predicate.Range {
	floor := new(big.Int).Div(at.Num(), at.Denom()) // Euclidean: the denominator is positive
	everything := []predicate.Range{predicate.Everything()}
	switch {
	case floor.Cmp(n.high) > 0 || (floor.Cmp(n.high) == 0 && !at.IsInt()): // above all values
		if o == notEqual || o == less || o == lessOrEqual {
			return everything
		}
		return nil
	case floor.Cmp(n.low) < 0: // below all values
		if o == notEqual || o == greater || o == greaterOrEqual {
			return everything
		}
		return nil
	case at.IsInt():
		atEnd := (o == less && floor.Cmp(n.low) == 0) || (o == greater && floor.Cmp(n.high) == 0)
		if atEnd {
			return nil
		}
		return valueRanges(o, n.value(floor))
	}
	switch o { // between two values
	case equal:
		return nil
	case notEqual:
		return everything
	case less, lessOrEqual:
		return valueRanges(lessOrEqual, n.value(floor))
	default:
		return valueRanges(greaterOrEqual, n.value(floor.Add(floor, big.NewInt(1))))
	}
}
