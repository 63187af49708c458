package substrait

import (
	"errors"
	"fmt"
	"slices"
)

// Program is an expression made ready to be evaluated on rows, as the engine would. It is safe for concurrent use.
type Program struct {
	columns []Column
	value   evaluation
}

// evaluation gives the value of an expression for a row: nil for null, else as in Literal.
type evaluation func(row []any) (any, error)

// Compile makes a Program of an expression. It fails where the engine's answer is not known for sure.
func Compile(e Expression) (*Program, error) {
	var c compiler
	value, err := c.expression(e)
	if err != nil {
		return nil, err
	}
	return &Program{columns: c.columns, value: value}, nil
}

// Columns are the columns that the expression depends on, each once. The slice is the Program's own.
func (p *Program) Columns() []Column { return p.columns }

// Value is the expression's value for a row: nil for null, else as in [Literal]. The row has the values of Columns, in
// that order and form; of a column of kind Other only whether it is nil matters. An error is an overflow, a division by
// zero, or a text that is not plainly a number. The engine would end the query with the first two, and with most such texts.
func (p *Program) Value(row []any) (any, error) { return p.value(row) }

// compiler collects the columns.
type compiler struct{ columns []Column }

func (c *compiler) expression(e Expression) (evaluation, error) {
	switch e := e.(type) {
	case Literal:
		if e.Type.Kind == interval {
			return nil, errors.New("an interval has no value of its own")
		}
		return func([]any) (any, error) { return e.Value, nil }, nil
	case Column:
		if e.Type.Kind == Other || e.Type.Kind == Decimal {
			return nil, fmt.Errorf("column %s is of type %s: only IS NULL can be asked of it", e.Name, e.Type)
		}
		return c.column(e), nil
	case Cast:
		return c.cast(e)
	case Case:
		return c.caseOf(e)
	case Call:
		return c.call(e)
	default:
		return nil, fmt.Errorf("expressions of type %T are not supported", e)
	}
}

func (c *compiler) column(e Column) evaluation {
	at := slices.Index(c.columns, e)
	if at < 0 {
		at = len(c.columns)
		c.columns = append(c.columns, e)
	}
	return func(row []any) (any, error) { return row[at], nil }
}

func (c *compiler) expressions(es []Expression) ([]evaluation, error) {
	out := make([]evaluation, len(es))
	for i, e := range es {
		var err error
		if out[i], err = c.expression(e); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (c *compiler) caseOf(e Case) (evaluation, error) {
	when, err := c.expressions(e.When)
	if err != nil {
		return nil, err
	}
	then, err := c.expressions(e.Then)
	if err != nil {
		return nil, err
	}
	otherwise, err := c.expression(e.Else)
	return func(row []any) (any, error) {
		for i, condition := range when {
			holds, err := condition(row)
			if err != nil {
				return nil, err
			}
			if holds == true {
				return then[i](row)
			}
		}
		return otherwise(row)
	}, err
}

func (c *compiler) call(e Call) (evaluation, error) {
	switch e.Function {
	case IsNull:
		return c.isNull(e.Args[0])
	case And:
		return c.junction(e, false)
	case Or:
		return c.junction(e, true)
	}
	args, err := c.expressions(e.Args)
	if err != nil {
		return nil, err
	}
	switch e.Function {
	case Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual:
		return comparison(e, args)
	case IsDistinctFrom:
		return distinction(e, args)
	case IsTrue, IsFalse:
		return func(row []any) (any, error) {
			v, err := args[0](row)
			return v == (e.Function == IsTrue), err
		}, nil
	case Coalesce:
		return coalesced(args), nil
	}
	f, err := functionOf(e)
	if err != nil {
		return nil, fmt.Errorf("function %q: %w", e.Function, err)
	}
	return strictly(args, f), nil
}

// strictly gives null for nulls.
func strictly(args []evaluation, f func(values []any) (any, error)) evaluation {
	return func(row []any) (any, error) {
		values := make([]any, len(args))
		for i, a := range args {
			var err error
			if values[i], err = a(row); err != nil || values[i] == nil {
				return nil, err
			}
		}
		return f(values)
	}
}

func (c *compiler) isNull(e Expression) (evaluation, error) {
	if column, is := e.(Column); is {
		value := c.column(column) // of any type
		return func(row []any) (any, error) { v, err := value(row); return v == nil, err }, nil
	}
	value, err := c.expression(e)
	return func(row []any) (any, error) { v, err := value(row); return v == nil, err }, err
}

func coalesced(args []evaluation) evaluation {
	return func(row []any) (any, error) {
		for _, a := range args {
			if v, err := a(row); v != nil || err != nil {
				return v, err
			}
		}
		return nil, nil
	}
}

// junction is AND or, with absorbing true, OR. An argument that decides lets no other fail: the engine promises no order.
func (c *compiler) junction(e Call, absorbing bool) (evaluation, error) {
	args := e.Args
	var terms []evaluation
	if absorbing {
		lists, rest := equalities(args)
		for _, l := range lists {
			terms = append(terms, l.membership(c.column(l.column)))
		}
		args = rest
	}
	more, err := c.expressions(args)
	if err != nil {
		return nil, err
	}
	terms = append(terms, more...)
	return func(row []any) (any, error) {
		var result any = !absorbing
		var failed error
		for _, t := range terms {
			switch v, err := t(row); {
			case err != nil:
				failed = err
			case v == absorbing:
				return absorbing, nil
			case v == nil:
				result = nil
			}
		}
		return result, failed
	}, nil
}

// list is "column IN (values)", with a set for what may be a hundred thousand constants.
type list struct {
	column Column
	values map[any]bool
}

// equalities takes the comparisons of a column with a constant of its own type out of the arguments of an OR.
func equalities(args []Expression) (lists []*list, rest []Expression) {
	byColumn := map[Column]*list{}
	for _, a := range args {
		column, constant, ok := equality(a)
		if !ok {
			rest = append(rest, a)
			continue
		}
		l := byColumn[column]
		if l == nil {
			l = &list{column, map[any]bool{}}
			byColumn[column], lists = l, append(lists, l)
		}
		l.values[constant] = true
	}
	return lists, rest
}

func equality(e Expression) (column Column, constant any, ok bool) {
	call, is := e.(Call)
	if !is || call.Function != Equal {
		return Column{}, nil, false
	}
	for i, a := range call.Args {
		column, first := a.(Column)
		l, second := call.Args[1-i].(Literal)
		if !first || !second || l.Value == nil || l.Type.Kind != column.Type.Kind {
			continue
		}
		switch column.Type.Kind {
		case Int, Text, Date, Timestamp: // the value is the key; of doubles there are two zeros
			return column, l.Value, true
		}
	}
	return Column{}, nil, false
}

func (l *list) membership(value evaluation) evaluation {
	return func(row []any) (any, error) {
		v, err := value(row)
		if v == nil || err != nil {
			return nil, err
		}
		return l.values[v], nil
	}
}
