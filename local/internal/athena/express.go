package athena

import (
	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/predicate"
	"athena-timestream/local/internal/sqlparse"
)

// express sends a conjunct that is no value set as an expression, if it is about
// one table and the connector declares all its functions. It reports whether it did.
func (p *planner) express(l *level, e sqlparse.Expr, on *sqlparse.Join) bool {
	scans := l.mentioned(e)
	if len(p.offers.functions) == 0 || len(scans) != 1 || len(scans[0].passthrough) > 0 {
		return false
	}
	if err := l.reaches(scans[0], on, false); err != nil {
		return false
	}
	x := &expresser{level: l, planner: p}
	out, ok := x.condition(e)
	if ok {
		scans[0].exprs = append(scans[0].exprs, out)
	}
	return ok
}

// expresser writes conditions with the functions that a connector declares.
// Operands have one type: where SQL would convert one, it gives up.
type expresser struct {
	level   *level
	planner *planner
}

// call builds a boolean call if the function is declared.
func (x *expresser) call(function string, args ...predicate.Expression) (predicate.Expression, bool) {
	return predicate.Call{Type: arrow.FixedWidthTypes.Boolean, Function: function, Args: args}, x.planner.offers.functions[function]
}

func (x *expresser) condition(e sqlparse.Expr) (predicate.Expression, bool) {
	switch e := e.(type) {
	case *sqlparse.Logical:
		return x.logical(e)
	case *sqlparse.Unary:
		if e.Op != "NOT" {
			return nil, false
		}
		inner, ok := x.condition(e.X)
		return x.not(inner, ok)
	case *sqlparse.Name:
		v, ok := x.variable(e)
		return v, ok && v.DataType().ID() == arrow.BOOL
	case *sqlparse.Binary:
		return x.comparison(e.Op, e.Left, e.Right)
	case *sqlparse.IsDistinct:
		left, right, ok := x.operands(e.Left, e.Right)
		if !ok {
			return nil, false
		}
		out, ok := x.call(predicate.IsDistinctFrom, left, right)
		return x.notIf(e.Not, out, ok)
	case *sqlparse.IsNull:
		v, ok := x.operand(e.X)
		if !ok {
			return nil, false
		}
		out, ok := x.call(predicate.IsNull, v)
		return x.notIf(e.Not, out, ok)
	case *sqlparse.Like:
		out, ok := x.like(e)
		return x.notIf(e.Not, out, ok)
	case *sqlparse.Between:
		out, ok := x.between(e)
		return x.notIf(e.Not, out, ok)
	case *sqlparse.In:
		out, ok := x.in(e)
		return x.notIf(e.Not, out, ok)
	}
	return nil, false
}

func (x *expresser) not(e predicate.Expression, ok bool) (predicate.Expression, bool) {
	if !ok {
		return nil, false
	}
	return x.call(predicate.Not, e)
}

func (x *expresser) notIf(not bool, e predicate.Expression, ok bool) (predicate.Expression, bool) {
	if not {
		return x.not(e, ok)
	}
	return e, ok
}

func (x *expresser) logical(e *sqlparse.Logical) (predicate.Expression, bool) {
	var args []predicate.Expression
	for _, t := range e.Terms {
		arg, ok := x.condition(t)
		if !ok {
			return nil, false
		}
		args = append(args, arg)
	}
	if e.Op == "AND" {
		return x.call(predicate.And, args...)
	}
	return x.call(predicate.Or, args...)
}

var comparisonFunctions = map[string]string{
	"=": predicate.Equal, "<>": predicate.NotEqual, "<": predicate.Less, "<=": predicate.LessOrEqual,
	">": predicate.Greater, ">=": predicate.GreaterOrEqual,
}

func (x *expresser) comparison(op string, left, right sqlparse.Expr) (predicate.Expression, bool) {
	function, ok := comparisonFunctions[op]
	if !ok {
		return nil, false
	}
	a, b, ok := x.operands(left, right)
	if !ok || comparisons[op].ordering() && !sameOrder(a.DataType()) {
		return nil, false
	}
	return x.call(function, a, b)
}

func (x *expresser) between(e *sqlparse.Between) (predicate.Expression, bool) {
	low, ok := x.comparison(">=", e.X, e.Low)
	if !ok {
		return nil, false
	}
	high, ok := x.comparison("<=", e.X, e.High)
	if !ok {
		return nil, false
	}
	return x.call(predicate.And, low, high)
}

func (x *expresser) like(e *sqlparse.Like) (predicate.Expression, bool) {
	text, ok := x.operand(e.X)
	if !ok || text.DataType().ID() != arrow.STRING || !isConstant(e.Pattern) {
		return nil, false
	}
	pattern, ok := x.constant(e.Pattern, text.DataType())
	if !ok {
		return nil, false
	}
	if e.Escape == nil {
		return x.call(predicate.LikePattern, text, pattern)
	}
	if !isConstant(e.Escape) {
		return nil, false
	}
	escape, ok := x.constant(e.Escape, text.DataType())
	if !ok {
		return nil, false
	}
	return x.call(predicate.LikePattern, text, pattern, escape)
}

func (x *expresser) in(e *sqlparse.In) (predicate.Expression, bool) {
	v, ok := x.operand(e.X)
	if !ok || e.Query != nil || !x.planner.offers.functions[predicate.Array] {
		return nil, false
	}
	var items []predicate.Expression
	var kind constantKind
	for n, i := range e.List {
		if !isConstant(i) {
			return nil, false
		}
		ks, err := x.planner.constants(i)
		if err != nil || n > 0 && ks[0].kind != kind {
			return nil, false // SQL compares all of a list as one type
		}
		kind = ks[0].kind
		item, ok := x.constant(i, v.DataType())
		if !ok {
			return nil, false
		}
		items = append(items, item)
	}
	return x.call(predicate.In, v, predicate.Call{Type: arrow.ListOf(v.DataType()), Function: predicate.Array, Args: items})
}

// operands builds two operands of the same type, at least one with a column.
func (x *expresser) operands(left, right sqlparse.Expr) (a, b predicate.Expression, ok bool) {
	switch {
	case isConstant(left) && isConstant(right):
		return nil, nil, false
	case isConstant(left):
		if b, ok = x.operand(right); ok {
			a, ok = x.constant(left, b.DataType())
		}
	case isConstant(right):
		if a, ok = x.operand(left); ok {
			b, ok = x.constant(right, a.DataType())
		}
	default:
		if a, ok = x.operand(left); ok {
			b, ok = x.operand(right)
		}
	}
	return a, b, ok && arrow.TypeEqual(a.DataType(), b.DataType())
}

var arithmetic = map[string]string{
	"+": predicate.Add, "-": predicate.Subtract, "*": predicate.Multiply, "/": predicate.Divide, "%": predicate.Modulus,
}

// operand builds a value with a column in it: the column, or arithmetic of
// bigints or of doubles, whose result has the same type.
func (x *expresser) operand(e sqlparse.Expr) (predicate.Expression, bool) {
	switch e := e.(type) {
	case *sqlparse.Name:
		return x.variable(e)
	case *sqlparse.Binary:
		function := arithmetic[e.Op]
		if !x.planner.offers.functions[function] {
			return nil, false
		}
		a, b, ok := x.operands(e.Left, e.Right)
		if !ok || a.DataType().ID() != arrow.INT64 && a.DataType().ID() != arrow.FLOAT64 {
			return nil, false
		}
		return predicate.Call{Type: a.DataType(), Function: function, Args: []predicate.Expression{a, b}}, true
	}
	return nil, false
}

func (x *expresser) variable(n *sqlparse.Name) (predicate.Expression, bool) {
	c, _, err := x.level.columnOf(n)
	if err != nil || !comparable(c.dataType()) {
		return nil, false
	}
	return predicate.Variable{Name: c.name(), Type: c.dataType()}, true
}

func comparable(t arrow.DataType) bool {
	return sameOrder(t) || t.ID() == arrow.STRING || t.ID() == arrow.BINARY
}

// constant builds a constant of a type that has exactly its value.
func (x *expresser) constant(e sqlparse.Expr, t arrow.DataType) (predicate.Expression, bool) {
	ks, err := x.planner.constants(e)
	if err != nil || ks[0].kind == nullConstant {
		return nil, false
	}
	if f, ok := ks[0].asFloat(); ok && t.ID() == arrow.FLOAT64 && f == 0 {
		return predicate.Constant{Type: t, Values: []predicate.Value{0.0}}, true
	}
	ranges, err := rangesOf(t, equal, ks[0])
	if err != nil || len(ranges) != 1 || !ranges[0].IsPoint() {
		return nil, false
	}
	return predicate.Constant{Type: t, Values: []predicate.Value{ranges[0].Low.Value}}, true
}
