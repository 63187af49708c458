package sqlgen

import (
	"math"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/predicate"
)

// piece is a condition on one column that accepts at least the non-null values it was made for, and no null.
type piece struct {
	sql    string // empty: see never; otherwise every non-null value is accepted
	never  bool   // accepts nothing
	and    bool   // sql has AND at its top, so it needs parentheses beside an OR
	reason string // why the piece accepts more than it should; empty if it is exact
}

var never = piece{never: true}

// anything accepts every non-null value, for want of better.
func anything(reason string) piece { return piece{reason: reason} }

// family is how values of some Arrow types are written.
type family interface {
	// literal is the constant c for which "column = c" accepts exactly v; false if there is none.
	literal(v predicate.Value) (Literal, bool)
	// interval is the condition for a range, points included.
	interval(id operand, r predicate.Range) piece
	// splits says that a hole in the values is better told by the ranges around it than by "<>".
	splits() bool
}

// familyOf finds the family of a type. nan tells whether a double column may hold NaN. Types without a family are not
// pushed down.
func familyOf(t arrow.DataType, nan bool) (family, bool) {
	switch t.ID() {
	case arrow.STRING:
		return texts{}, true
	case arrow.INT8, arrow.INT16, arrow.INT32, arrow.INT64:
		return integers{}, true
	case arrow.FLOAT64:
		return doubles{nan: nan}, true
	case arrow.BOOL:
		return booleans{}, true
	case arrow.DATE32:
		return dates{}, true
	case arrow.DATE64:
		return timestamps{}, true
	default:
		return nil, false
	}
}

// edge is one end of a range in SQL's terms; a nil edge is no bound.
type edge struct {
	op  string // "<", "<=", ">" or ">="
	lit Literal
}

func (e *edge) on(id operand) string { return id.String() + " " + e.op + " " + e.lit.String() }

// between joins the two ends. Both nil: everything.
func between(id operand, low, high *edge, reason string) piece {
	switch {
	case low == nil && high == nil:
		return anything(reason)
	case high == nil:
		return piece{sql: low.on(id), reason: reason}
	case low == nil:
		return piece{sql: high.on(id), reason: reason}
	case low.op == ">=" && high.op == "<=" && low.lit == high.lit:
		return piece{sql: id.String() + " = " + low.lit.String(), reason: reason}
	default:
		return piece{sql: low.on(id) + " AND " + high.on(id), and: true, reason: reason}
	}
}

func lowOp(m predicate.Marker) string {
	if m.Bound == predicate.Exactly {
		return ">="
	}
	return ">"
}

func highOp(m predicate.Marker) string {
	if m.Bound == predicate.Exactly {
		return "<="
	}
	return "<"
}

// foreign is the reason for a value that is not of the Go type that its set's type demands.
const foreign = "a constant is not of the column's type"

// booleans has two values; which of them a range holds is all there is to say.
type booleans struct{}

func (booleans) splits() bool { return false }

func (booleans) literal(v predicate.Value) (Literal, bool) {
	b, ok := v.(bool)
	return Boolean(b), ok
}

func (booleans) interval(id operand, r predicate.Range) piece {
	low, high := false, true
	if !r.Low.Unbounded() {
		b, ok := r.Low.Value.(bool)
		if !ok {
			return anything(foreign)
		}
		if r.Low.Bound == predicate.Above && b {
			return never
		}
		low = b || r.Low.Bound == predicate.Above
	}
	if !r.High.Unbounded() {
		b, ok := r.High.Value.(bool)
		if !ok {
			return anything(foreign)
		}
		if r.High.Bound == predicate.Below && !b {
			return never
		}
		high = b && r.High.Bound == predicate.Exactly
	}
	switch {
	case low == high:
		return piece{sql: id.String() + " = " + Boolean(low).String()}
	case low: // above its own high end
		return never
	default:
		return anything("")
	}
}

// integers are written as they are, but for the least one, which has no literal.
type integers struct{}

func (integers) splits() bool { return false }

func (integers) literal(v predicate.Value) (Literal, bool) {
	n, ok := v.(int64)
	return Bigint(n), ok && n != math.MinInt64
}

func (integers) interval(id operand, r predicate.Range) piece {
	low, high, ok := ends(r)
	if !ok {
		return anything(foreign)
	}
	var from, to *edge
	switch {
	case low == nil, *low == math.MinInt64 && r.Low.Bound == predicate.Exactly:
	case *low == math.MinInt64:
		from = &edge{">=", Bigint(math.MinInt64 + 1)}
	default:
		from = &edge{lowOp(r.Low), Bigint(*low)}
	}
	switch {
	case high == nil:
	case *high == math.MinInt64 && r.High.Bound == predicate.Below:
		return never
	case *high == math.MinInt64:
		to = &edge{"<", Bigint(math.MinInt64 + 1)}
	default:
		to = &edge{highOp(r.High), Bigint(*high)}
	}
	return between(id, from, to, "")
}

// ends are the bounds of a range over int64 values, nil where it has none. False: a bound is no int64.
func ends(r predicate.Range) (low, high *int64, ok bool) {
	if !r.Low.Unbounded() {
		n, is := r.Low.Value.(int64)
		if !is {
			return nil, nil, false
		}
		low = &n
	}
	if !r.High.Unbounded() {
		n, is := r.High.Value.(int64)
		if !is {
			return nil, nil, false
		}
		high = &n
	}
	return low, high, true
}
