package sqlgen

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"unicode/utf8"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/predicate"
	"athena-timestream/federation/substrait"
)

// functions are the functions of Athena's expressions that have an equal in Timestream's SQL.
var functions = map[string]substrait.Function{
	predicate.And: substrait.And, predicate.Or: substrait.Or, predicate.Not: substrait.Not, predicate.IsNull: substrait.IsNull,
	predicate.Equal: substrait.Equal, predicate.NotEqual: substrait.NotEqual, predicate.IsDistinctFrom: substrait.IsDistinctFrom,
	predicate.Less: substrait.Less, predicate.LessOrEqual: substrait.LessOrEqual,
	predicate.Greater: substrait.Greater, predicate.GreaterOrEqual: substrait.GreaterOrEqual,
	predicate.LikePattern: substrait.Like, predicate.NullIf: substrait.NullIf,
	predicate.Add: substrait.Add, predicate.Subtract: substrait.Subtract, predicate.Multiply: substrait.Multiply,
	predicate.Divide: substrait.Divide, predicate.Modulus: substrait.Modulus, predicate.Negate: substrait.Negate,
}

// Functions lists the functions of expressions that may be pushed down, as on the wire.
func Functions() []string {
	return append(slices.Sorted(maps.Keys(functions)), predicate.In, predicate.Array)
}

// expressionOf puts one of Athena's expressions into the form of query plans, which has exact SQL. It fails where the
// two sides might not agree on a row, or where only Timestream might fail: Athena has the expression anyway.
func expressionOf(e predicate.Expression) (substrait.Expression, error) {
	switch e := e.(type) {
	case predicate.Variable:
		return substrait.Column{Name: e.Name, Type: planType(e.Type)}, nil
	case predicate.Constant:
		if len(e.Values) != 1 {
			return nil, errors.New("a list outside of IN")
		}
		return constantOf(e.Type, e.Values[0])
	case predicate.Call:
		return callOf(e)
	default:
		return nil, fmt.Errorf("an expression of type %T", e)
	}
}

func callOf(c predicate.Call) (substrait.Expression, error) {
	if c.Function == predicate.In {
		return inOf(c)
	}
	f, known := functions[c.Function]
	if !known {
		return nil, fmt.Errorf("function %s has no equal in Timestream's SQL", c.Function)
	}
	args, err := expressionsOf(c.Args)
	if err != nil {
		return nil, err
	}
	option := ""
	if f == substrait.Like && len(args) == 3 {
		escape, _ := args[2].(substrait.Literal)
		option, _ = escape.Value.(string)
		if args = args[:2]; utf8.RuneCountInString(option) != 1 {
			return nil, errors.New("LIKE with an escape that is not one character")
		}
	}
	if err := agreed(f, args); err != nil {
		return nil, err
	}
	return substrait.Apply(f, option, args...)
}

func expressionsOf(es []predicate.Expression) ([]substrait.Expression, error) {
	out := make([]substrait.Expression, len(es))
	for i, e := range es {
		var err error
		if out[i], err = expressionOf(e); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// inOf is equal to one of the values, which come as an array of expressions or as one constant with several values.
func inOf(c predicate.Call) (substrait.Expression, error) {
	if len(c.Args) != 2 {
		return nil, fmt.Errorf("IN with %d arguments", len(c.Args))
	}
	value, err := expressionOf(c.Args[0])
	if err != nil {
		return nil, err
	}
	var options []substrait.Expression
	switch list := c.Args[1].(type) {
	case predicate.Constant:
		for _, v := range list.Values {
			option, err := constantOf(list.Type, v)
			if err != nil {
				return nil, err
			}
			options = append(options, option)
		}
	case predicate.Call:
		if list.Function != predicate.Array {
			return nil, fmt.Errorf("IN of what %s returns", list.Function)
		}
		if options, err = expressionsOf(list.Args); err != nil {
			return nil, err
		}
	default:
		return nil, errors.New("IN of a column")
	}
	for i, option := range options {
		if err := agreed(substrait.Equal, []substrait.Expression{value, option}); err != nil {
			return nil, err
		}
		if options[i], err = substrait.Apply(substrait.Equal, "", value, option); err != nil {
			return nil, err
		}
	}
	return substrait.Apply(substrait.Or, "", options...)
}

// truncated is the reason for what would need date_trunc: the service fails on results before 1970 ("Date / time
// functions" of the developer guide).
const truncated = "times before 1970 cannot be cut to Athena's milliseconds"

// agreed holds back what Timestream may order differently, or may fail on where Athena does not: for Athena another
// condition can keep a row away from an integer that overflows or from a division by zero.
func agreed(f substrait.Function, args []substrait.Expression) error {
	switch f {
	case substrait.Add, substrait.Subtract, substrait.Multiply, substrait.Divide, substrait.Modulus, substrait.Negate:
		for _, a := range args {
			if a.DataType().Kind != substrait.Float {
				return errors.New("arithmetic of integers may overflow")
			}
		}
	case substrait.Less, substrait.LessOrEqual, substrait.Greater, substrait.GreaterOrEqual:
		safe := false
		for _, a := range args {
			l, _ := a.(substrait.Literal)
			s, text := l.Value.(string)
			safe = safe || a.DataType().Kind != substrait.Text || text && safePrefix(s) == s
		}
		if !safe {
			return errors.New(reordered)
		}
	}
	return nil
}

// planType is an Arrow type as plans have it; Other for those of which only IS NULL is asked.
func planType(t arrow.DataType) substrait.Type {
	switch t.ID() {
	case arrow.BOOL:
		return substrait.Type{Kind: substrait.Bool}
	case arrow.INT32, arrow.INT64:
		return substrait.Type{Kind: substrait.Int, Bits: t.(arrow.FixedWidthDataType).BitWidth()}
	case arrow.FLOAT64:
		return substrait.Type{Kind: substrait.Float, Bits: 64}
	case arrow.STRING:
		return substrait.Type{Kind: substrait.Text}
	case arrow.DATE32:
		return substrait.Type{Kind: substrait.Date}
	case arrow.DATE64:
		return substrait.Type{Kind: substrait.Timestamp, Precision: 3}
	default:
		return substrait.Type{}
	}
}

// Planned says whether a query plan may give a column of one type, as Athena sees it, the other. A plan that takes a
// double for an integer would be written as another filter than it is.
func Planned(t arrow.DataType, plan substrait.Type) bool { return planType(t).Kind == plan.Kind }

// Unplanned is the Arrow type in which a column that a plan gives a type is read; nil for kinds that are not read.
func Unplanned(plan substrait.Type) arrow.DataType {
	switch plan.Kind {
	case substrait.Bool:
		return arrow.FixedWidthTypes.Boolean
	case substrait.Int:
		return arrow.PrimitiveTypes.Int64
	case substrait.Float:
		return arrow.PrimitiveTypes.Float64
	case substrait.Text:
		return arrow.BinaryTypes.String
	case substrait.Date:
		return arrow.FixedWidthTypes.Date32
	case substrait.Timestamp:
		return arrow.FixedWidthTypes.Date64
	default:
		return nil
	}
}

func constantOf(t arrow.DataType, v predicate.Value) (substrait.Expression, error) {
	typ := planType(t)
	if typ.Kind == substrait.Other {
		return nil, fmt.Errorf("a constant of type %s", t)
	}
	l := substrait.Literal{Type: typ, Value: v}
	switch v := v.(type) {
	case int64:
		if typ.Kind == substrait.Timestamp {
			l.Value = substrait.MomentOfMillis(v)
		}
	case nil, bool, float64, string:
	default:
		return nil, fmt.Errorf("a constant of type %T", v)
	}
	return l, nil
}

// offered is what of Athena's expressions, order and limit can be pushed down. All of it is applied again.
func (q Query) offered(c *predicate.Constraints, budget int) planned {
	w := q.planWriter()
	w.untouched = true
	out := planned{limit: predicate.NoLimit}
	if c.HasLimit() {
		out.limit = c.Limit
		out.none = c.Limit == 0
	}
	for _, e := range c.Expressions {
		terms, none, err := w.offer(e)
		length := 0
		for _, t := range terms {
			length += len(t)
		}
		if err == nil && length > budget {
			err = errors.New(tooLong)
		}
		if err != nil {
			out.left = append(out.left, err.Error())
			out.blocked = "an expression is left to Athena: " + err.Error()
			continue
		}
		budget -= length
		out.none = out.none || none
		out.where = append(out.where, terms...)
	}
	if len(c.OrderBy) > 0 {
		var err error
		if out.order, err = q.sorted(w, c.OrderBy); err != nil {
			out.blocked = "the rows are to be sorted first: " + err.Error()
		}
	}
	return out
}

func (w planWriter) offer(e predicate.Expression) (terms []string, none bool, err error) {
	x, err := expressionOf(e)
	if err != nil {
		return nil, false, err
	}
	if l, constant := x.(substrait.Literal); constant {
		return nil, l.Value != true, nil
	}
	if t := x.DataType(); t.Kind != substrait.Bool {
		return nil, false, fmt.Errorf("a condition of type %s", t)
	}
	terms, err = w.terms(x)
	return terms, false, err
}

// sorted writes an order that Athena and Timestream have in common: not of texts.
func (q Query) sorted(w planWriter, by []predicate.OrderBy) (string, error) {
	keys := make([]substrait.SortKey, len(by))
	for i, o := range by {
		c := w.column(o.Column)
		if c.Type == nil {
			return "", fmt.Errorf("column %s is not among those read", o.Column)
		}
		t := planType(c.Type)
		switch t.Kind {
		case substrait.Other:
			return "", fmt.Errorf("column %s is of type %s", o.Column, c.Type)
		case substrait.Timestamp:
			if i < len(by)-1 { // of the last key, what is below a millisecond does no harm
				return "", fmt.Errorf("column %s: %s", o.Column, truncated)
			}
		}
		keys[i] = substrait.SortKey{
			Key:        substrait.Column{Name: o.Column, Type: t},
			Descending: o.Direction == predicate.DescNullsFirst || o.Direction == predicate.DescNullsLast,
			NullsFirst: o.Direction == predicate.AscNullsFirst || o.Direction == predicate.DescNullsFirst,
		}
	}
	return w.order(keys)
}
