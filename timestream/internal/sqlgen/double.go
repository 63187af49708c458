package sqlgen

import (
	"cmp"
	"math"

	"athena-timestream/federation/predicate"
)

// doubles are ordered in a set as Java orders them: -Infinity … -0.0, 0.0 … +Infinity, NaN. SQL knows one zero, has no
// literal for the others, and compares NaN as false.
type doubles struct {
	nan bool // the column may hold NaN: it is computed. Neither NaN nor infinities can be written to a table.
}

const (
	oneZero = "SQL does not tell -0.0 from 0.0"
	apart   = "SQL has no bound between -0.0 and 0.0"
	noNaN   = "SQL cannot name NaN"
)

func (doubles) splits() bool { return false }

func (doubles) literal(v predicate.Value) (Literal, bool) {
	f, ok := v.(float64)
	if !ok || f == 0 || math.IsNaN(f) || math.IsInf(f, 0) {
		return Literal{}, false
	}
	return Double(f), true
}

func (d doubles) interval(id operand, r predicate.Range) piece {
	low, high := math.Inf(-1), math.NaN()
	lowIn, highIn := true, true // an open range is one that ends at the outermost values
	if !r.Low.Unbounded() {
		f, ok := r.Low.Value.(float64)
		if !ok {
			return anything(foreign)
		}
		low, lowIn = f, r.Low.Bound == predicate.Exactly
	}
	if !r.High.Unbounded() {
		f, ok := r.High.Value.(float64)
		if !ok {
			return anything(foreign)
		}
		high, highIn = f, r.High.Bound == predicate.Exactly
	}
	if math.IsNaN(low) || math.IsInf(low, 1) && !lowIn {
		return d.onlyNaN(lowIn || !math.IsNaN(low), high, highIn)
	}
	if math.IsInf(high, -1) && !highIn {
		return never
	}
	from, lowReason := lowEdge(low, lowIn)
	if math.IsNaN(high) && highIn {
		return d.openAbove(id, from, lowReason)
	}
	to, highReason := d.highEdge(high, highIn)
	return between(id, from, to, weightier(lowReason, highReason))
}

// onlyNaN is for ranges that hold NaN at most.
func (d doubles) onlyNaN(below bool, high float64, highIn bool) piece {
	if !d.nan || !below || !math.IsNaN(high) || !highIn {
		return never
	}
	return anything(noNaN)
}

// openAbove is for ranges that reach to NaN and hold it. Where NaN can be, the bound is said by what it is not, since
// every comparison with NaN is false.
func (d doubles) openAbove(id operand, from *edge, reason string) piece {
	if from == nil || !d.nan {
		return between(id, from, nil, reason)
	}
	inverse := map[string]string{">": "<=", ">=": "<"}[from.op]
	return piece{sql: "NOT (" + id.String() + " " + inverse + " " + from.lit.String() + ")", reason: reason}
}

func lowEdge(f float64, in bool) (*edge, string) {
	switch {
	case math.IsInf(f, -1) && in:
		return nil, ""
	case math.IsInf(f, -1):
		return &edge{">=", Double(-math.MaxFloat64)}, ""
	case math.IsInf(f, 1):
		return &edge{">", Double(math.MaxFloat64)}, ""
	case f != 0:
		return &edge{inclusive(">", in), Double(f)}, ""
	case in == math.Signbit(f): // from -0.0 on, or above 0.0
		return &edge{inclusive(">", in), Double(0)}, ""
	default:
		return &edge{">=", Double(0)}, atZero(in)
	}
}

// highEdge is for all ends but an inclusive NaN and an exclusive -Infinity.
func (d doubles) highEdge(f float64, in bool) (*edge, string) {
	switch {
	case math.IsNaN(f), math.IsInf(f, 1) && in: // everything but NaN
		if d.nan {
			return nil, noNaN
		}
		return nil, ""
	case math.IsInf(f, 1):
		return &edge{"<=", Double(math.MaxFloat64)}, ""
	case math.IsInf(f, -1):
		return &edge{"<", Double(-math.MaxFloat64)}, ""
	case f != 0:
		return &edge{inclusive("<", in), Double(f)}, ""
	case in != math.Signbit(f): // up to 0.0, or below -0.0
		return &edge{inclusive("<", in), Double(0)}, ""
	default:
		return &edge{"<=", Double(0)}, atZero(in)
	}
}

// atZero is why an end at a zero was said wider. As an inclusive one SQL, and so Athena, takes it just as it was said.
func atZero(in bool) string {
	if in {
		return oneZero
	}
	return apart
}

// weightier is the reason of two that tells of more rows.
func weightier(a, b string) string {
	if a == oneZero {
		a, b = b, a
	}
	return cmp.Or(a, b)
}

func inclusive(op string, in bool) string {
	if in {
		return op + "="
	}
	return op
}
