package substrait

import (
	"cmp"
	"errors"
	"strings"
)

// fold works out what is known of a call without a row, and expresses functions by simpler ones.
func fold(c Call) (Expression, error) {
	switch c.Function {
	case And:
		return junction(c, True, False)
	case Or:
		return junction(c, False, True)
	case Not:
		return foldNot(c)
	case IsNull:
		return foldIsNull(c)
	case isNotNull:
		return negated(IsNull, c)
	case isNotTrue:
		return negated(IsTrue, c)
	case isNotFalse:
		return negated(IsFalse, c)
	case isNotDistinctFrom:
		return negated(IsDistinctFrom, c)
	case IsDistinctFrom:
		return foldDistinct(c)
	case between:
		return foldBetween(c)
	case NullIf:
		return foldNullIf(c)
	case Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual:
		return foldComparison(c)
	case IsTrue, IsFalse:
		return foldTruth(c)
	case Coalesce:
		return foldCoalesce(c)
	case Add, Subtract:
		return foldMoment(c)
	default:
		return strict(c)
	}
}

// strict functions of a null are null.
func strict(c Call) (Expression, error) {
	for _, a := range c.Args {
		if isNull(a) {
			return Literal{Type: c.Type}, nil
		}
	}
	return c, nil
}

// junction drops the constants of And and Or that change nothing, and flattens what is nested.
func junction(c Call, neutral, absorbing Literal) (Expression, error) {
	var args []Expression
	for _, a := range c.Args {
		if inner, ok := a.(Call); ok && inner.Function == c.Function {
			args = append(args, inner.Args...)
			continue
		}
		switch l, _ := a.(Literal); {
		case l.Value == absorbing.Value && l.Value != nil:
			return absorbing, nil
		case l.Value == neutral.Value && l.Value != nil:
		case isNull(a):
			args = append(args, Null)
		default:
			args = append(args, a)
		}
	}
	switch len(args) {
	case 0:
		return neutral, nil
	case 1:
		return args[0], nil
	}
	c.Args, c.nodes = args, sizes(args...)
	return c, nil
}

func foldNot(c Call) (Expression, error) {
	switch a := c.Args[0].(type) {
	case Literal:
		if b, ok := a.Value.(bool); ok {
			return Literal{Type: c.Type, Value: !b}, nil
		}
		return Null, nil
	case Call:
		if a.Function == Not {
			return a.Args[0], nil
		}
	}
	return c, nil
}

// negated is for functions that are the opposite of another.
func negated(f Function, c Call) (Expression, error) {
	e, err := Apply(f, "", c.Args...)
	if err != nil {
		return nil, err
	}
	return Apply(Not, "", e)
}

func foldTruth(c Call) (Expression, error) {
	if l, ok := c.Args[0].(Literal); ok {
		return Literal{Type: c.Type, Value: l.Value == (c.Function == IsTrue)}, nil
	}
	return c, nil
}

// foldCoalesce ends at the first constant and leaves no call of a single value, which SQL has not.
func foldCoalesce(c Call) (Expression, error) {
	var args []Expression
	for _, a := range nullsOf(c.Type, c.Args) {
		if isNull(a) {
			continue
		}
		if args = append(args, a); isLiteral(a) {
			break
		}
	}
	switch len(args) {
	case 0:
		return Literal{Type: c.Type}, nil
	case 1:
		return args[0], nil
	}
	c.Args, c.nodes = args, sizes(args...)
	return c, nil
}

func foldIsNull(c Call) (Expression, error) {
	if l, ok := c.Args[0].(Literal); ok {
		return Literal{Type: c.Type, Value: l.Value == nil}, nil
	}
	return c, nil
}

// foldDistinct leaves no null constant to IsDistinctFrom.
func foldDistinct(c Call) (Expression, error) {
	for i, a := range c.Args {
		if isNull(a) {
			return Apply(isNotNull, "", c.Args[1-i])
		}
	}
	return c, nil
}

func foldBetween(c Call) (Expression, error) {
	low, err := Apply(GreaterOrEqual, "", c.Args[0], c.Args[1])
	if err != nil {
		return nil, err
	}
	high, err := Apply(LessOrEqual, "", c.Args[0], c.Args[2])
	if err != nil {
		return nil, err
	}
	return Apply(And, "", low, high)
}

func foldNullIf(c Call) (Expression, error) {
	same, err := Apply(Equal, "", c.Args...)
	if err != nil {
		return nil, err
	}
	return Case{
		When: []Expression{same}, Then: []Expression{Literal{Type: c.Type}}, Else: c.Args[0], Type: c.Type,
		nodes: sizes(same, c.Args[0]) + 1,
	}, nil
}

// foldMoment moves a constant point of time by an interval; other sums wait for their rows.
func foldMoment(c Call) (Expression, error) {
	if len(c.Args) != 2 || c.Args[1].DataType().Kind != interval {
		return strict(c)
	}
	at, ok := c.Args[0].(Literal)
	by, constant := c.Args[1].(Literal)
	if !ok || !constant {
		return nil, errors.New("an interval is added to constants only")
	}
	if at.Value == nil || by.Value == nil {
		return Literal{Type: c.Type}, nil
	}
	m, d := at.Value.(Moment), by.Value.(duration)
	if c.Function == Subtract {
		d = duration{-d.months, -d.seconds, -d.picos}
	}
	moved, err := m.add(d)
	return Literal{Type: c.Type, Value: moved}, err
}

// foldComparison knows the order of two constants.
func foldComparison(c Call) (Expression, error) {
	a, first := c.Args[0].(Literal)
	b, second := c.Args[1].(Literal)
	if !first || !second || a.Value == nil || b.Value == nil {
		return strict(c)
	}
	order, known := compareValues(a.Value, b.Value)
	if !known {
		return c, nil
	}
	holds := map[Function]bool{
		Equal: order == 0, NotEqual: order != 0, Less: order < 0, LessOrEqual: order <= 0, Greater: order > 0, GreaterOrEqual: order >= 0,
	}
	return Literal{Type: c.Type, Value: holds[c.Function]}, nil
}

func compareValues(a, b any) (order int, known bool) {
	switch x := a.(type) {
	case string:
		if y, ok := b.(string); ok {
			return strings.Compare(x, y), true
		}
	case int64:
		if y, ok := b.(int64); ok {
			return cmp.Compare(x, y), true
		}
	case bool:
		if y, ok := b.(bool); ok && x == y {
			return 0, true
		}
		return 1, true // booleans are only equal or not
	}
	return 0, false
}
