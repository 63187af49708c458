package sqlgen

import (
	"errors"
	"fmt"
	"strings"

	"athena-timestream/federation/substrait"
)

// planWriter writes the expressions of a query plan. Unlike constraints, which Athena applies again, a plan's filter has
// to be written exactly or not at all: null is null, and a timestamp is the millisecond that Athena sees of it.
type planWriter struct {
	column func(name string) Column
	// untouched says that timestamps are not to be cut to milliseconds: the service fails on results of date_trunc before
	// 1970 ("Date / time functions" of the developer guide), which only a plan's filter may do, for want of another way.
	untouched bool
}

// condition writes a boolean expression, in parentheses where it needs them. Some expressions are written twice; the
// bound keeps those inside of each other from growing without end.
func (w planWriter) condition(e substrait.Expression) (string, error) {
	sql, err := w.unbounded(e)
	if err == nil && len(sql) > conditionBudget {
		err = errors.New(tooLong)
	}
	return sql, err
}

func (w planWriter) unbounded(e substrait.Expression) (string, error) {
	call, ok := e.(substrait.Call)
	if !ok {
		return w.value(e)
	}
	switch call.Function {
	case substrait.And:
		return w.junction(" AND ", call.Args)
	case substrait.Or:
		return w.junction(" OR ", call.Args)
	case substrait.Not:
		sql, err := w.condition(call.Args[0])
		return "(NOT " + sql + ")", err
	case substrait.Equal, substrait.NotEqual, substrait.Less, substrait.LessOrEqual, substrait.Greater, substrait.GreaterOrEqual:
		return w.compare(call.Function, call.Args[0], call.Args[1])
	case substrait.IsNull:
		sql, err := w.nullable(call.Args[0])
		return "(" + sql + " IS NULL)", err
	case substrait.IsTrue:
		sql, err := w.condition(call.Args[0])
		return "COALESCE(" + sql + ", false)", err
	case substrait.IsFalse:
		sql, err := w.condition(call.Args[0])
		return "(NOT COALESCE(" + sql + ", true))", err
	case substrait.IsDistinctFrom:
		return w.distinct(call.Args[0], call.Args[1])
	case substrait.Like:
		return w.like(call)
	case substrait.StartsWith:
		return w.startsWith(call.Args[0], call.Args[1])
	default:
		return w.value(e)
	}
}

// conjuncts are what has to hold together.
func conjuncts(filter substrait.Expression) []substrait.Expression {
	if c, ok := filter.(substrait.Call); ok && c.Function == substrait.And {
		return c.Args
	}
	return []substrait.Expression{filter}
}

// terms are conditions that hold together.
func (w planWriter) terms(filter substrait.Expression) ([]string, error) {
	all := conjuncts(filter)
	terms := make([]string, len(all))
	for i, e := range all {
		var err error
		if terms[i], err = w.condition(e); err != nil {
			return nil, err
		}
	}
	return terms, nil
}

// junction joins conditions; the equalities of an OR with one column become one IN.
func (w planWriter) junction(operator string, args []substrait.Expression) (string, error) {
	type list struct {
		id   string         // of the column
		kind substrait.Kind // of the constants: beside a double, an IN compares integers as doubles
	}
	var terms []string
	lists, places := map[list][]string{}, map[list]int{} // the constants, and where in terms they go
	for _, a := range args {
		sql, err := w.condition(a)
		if err != nil {
			return "", err
		}
		id, kind, constant := w.equality(a, sql)
		if operator != " OR " || constant == "" {
			terms = append(terms, sql)
			continue
		}
		l := list{id, kind}
		if lists[l] = append(lists[l], constant); len(lists[l]) == 1 {
			places[l] = len(terms)
			terms = append(terms, sql)
		}
	}
	for l, constants := range lists {
		if len(constants) > 1 {
			terms[places[l]] = "(" + l.id + " IN (" + strings.Join(constants, ", ") + "))"
		}
	}
	if len(terms) == 1 {
		return terms[0], nil
	}
	return "(" + strings.Join(terms, operator) + ")", nil
}

// equality takes "(column = constant)" apart. No constant: it is something else.
func (w planWriter) equality(e substrait.Expression, sql string) (id string, kind substrait.Kind, constant string) {
	call, is := e.(substrait.Call)
	if !is || call.Function != substrait.Equal {
		return "", 0, ""
	}
	for _, a := range call.Args {
		switch a := a.(type) {
		case substrait.Column:
			id = w.column(a.Name).operand().String()
		case substrait.Literal:
			kind = a.Type.Kind
		}
	}
	rest, ok := strings.CutPrefix(sql, "("+id+" = ")
	if !ok || id == "" || kind == substrait.Other {
		return "", 0, ""
	}
	return id, kind, strings.TrimSuffix(rest, ")")
}

// distinct is IS DISTINCT FROM: NaN is not distinct from itself, everything else differs if it is not equal.
func (w planWriter) distinct(a, b substrait.Expression) (string, error) {
	if a.DataType().Kind == substrait.Float || b.DataType().Kind == substrait.Float {
		return w.binary(a, " IS DISTINCT FROM ", b)
	}
	equal, err := w.compare(substrait.Equal, a, b)
	if err != nil {
		return "", err
	}
	_, constant := a.(substrait.Literal)
	if _, other := b.(substrait.Literal); constant || other { // which no null is
		return "(NOT COALESCE(" + equal + ", false))", nil
	}
	first, err := w.nullable(a)
	if err != nil {
		return "", err
	}
	second, err := w.nullable(b)
	return "(NOT COALESCE(" + equal + ", " + first + " IS NULL AND " + second + " IS NULL))", err
}

func (w planWriter) like(c substrait.Call) (string, error) {
	sql, err := w.binary(c.Args[0], " LIKE ", c.Args[1])
	if err != nil || c.Option == "" {
		return sql, err
	}
	escape, err := w.value(substrait.Literal{Type: substrait.Type{Kind: substrait.Text}, Value: c.Option})
	return strings.TrimSuffix(sql, ")") + " ESCAPE " + escape + ")", err
}

func (w planWriter) startsWith(text, prefix substrait.Expression) (string, error) {
	sql, err := w.value(text)
	if err != nil {
		return "", err
	}
	start, err := w.value(prefix)
	if err != nil {
		return "", err
	}
	p, ok := prefix.(substrait.Literal).Value.(string)
	if !ok {
		return "", errors.New("the prefix of starts_with is no text")
	}
	return fmt.Sprintf("(substr(%s, 1, %d) = %s)", sql, len([]rune(p)), start), nil
}

func (w planWriter) binary(a substrait.Expression, operator string, b substrait.Expression) (string, error) {
	left, err := w.value(a)
	if err != nil {
		return "", err
	}
	right, err := w.value(b)
	return "(" + left + operator + right + ")", err
}

// nullable is the text of which IS NULL is asked: of columns of any type.
func (w planWriter) nullable(e substrait.Expression) (string, error) {
	if c, ok := e.(substrait.Column); ok {
		return w.column(c.Name).operand().String(), nil
	}
	return w.value(e)
}

// order writes the keys of an ORDER BY. Only the last key may tell more than Athena sees, the nanoseconds of a time.
func (w planWriter) order(keys []substrait.SortKey) (string, error) {
	w.untouched = true
	var terms []string
	for i, k := range keys {
		if _, constant := k.Key.(substrait.Literal); constant {
			continue // says nothing, and a number would be the place of a column
		}
		sql, err := w.key(k.Key, i == len(keys)-1)
		if err != nil {
			return "", err
		}
		direction, nulls := " ASC", " NULLS LAST"
		if k.Descending {
			direction = " DESC"
		}
		if k.NullsFirst {
			nulls = " NULLS FIRST"
		}
		terms = append(terms, sql+direction+nulls)
	}
	return strings.Join(terms, ", "), nil
}

func (w planWriter) key(e substrait.Expression, last bool) (string, error) {
	c, column := e.(substrait.Column)
	switch kind := e.DataType().Kind; {
	case column && kind == substrait.Text:
		return "", fmt.Errorf("column %s: %s", c.Name, reordered)
	case kind == substrait.Text:
		return "", errors.New(reordered)
	case column && last && kind == substrait.Timestamp:
		return w.uncut(c)
	}
	return w.condition(e)
}
