package athena

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"athena-timestream/federation/predicate"
	"athena-timestream/local/internal/sqlparse"
)

// limit pushes LIMIT down, with ORDER BY if there is one, where every row that
// the connector counts is a row of the result.
func (p *planner) limit(l *level, exact bool) {
	q := l.query
	if q == nil || q.Limit == nil {
		return
	}
	s, err := p.limitable(l, exact)
	if err != nil {
		for _, from := range l.sources {
			if from.scan != nil {
				from.scan.note(fmt.Sprintf("LIMIT %s: %s", q.Limit, reasonOf(err)))
			}
		}
		return
	}
	n, ok := q.Limit.(*sqlparse.NumberLit)
	if !ok || n.Kind != sqlparse.Integer {
		s.note("LIMIT is no plain number")
		return
	}
	limit, err := strconv.ParseInt(n.Text, 10, 32)
	if err != nil {
		s.note("LIMIT " + n.Text + ": the number is too large")
		return
	}
	order, err := p.order(l, s)
	if err != nil {
		s.note(fmt.Sprintf("LIMIT %s with ORDER BY: %s", n.Text, reasonOf(err)))
		return
	}
	s.limit, s.orderBy = limit, order
}

// limitable finds the one table of a level whose LIMIT can be the table's.
func (p *planner) limitable(l *level, exact bool) (*scan, error) {
	q, sel := l.query, l.sel
	switch {
	case len(sel.From) != 1 || len(l.sources) != 1 || l.sources[0].scan == nil:
		return nil, leaveOut("the SELECT reads more than one connector table")
	case len(l.sources[0].scan.passthrough) > 0:
		return nil, leaveOut("the table is a passthrough query")
	case q.Offset != nil:
		return nil, leaveOut("OFFSET is left to the engine")
	case sel.Distinct || sel.GroupBy != nil || sel.Having != nil || !l.plainItems():
		return nil, leaveOut("rows of the table are not rows of the result")
	case !exact:
		return nil, leaveOut("the engine filters further")
	case len(q.OrderBy) == 0 && !p.offers.limit:
		return nil, leaveOut("the connector does not offer it")
	case len(q.OrderBy) > 0 && !p.offers.topN:
		return nil, leaveOut("the connector does not offer it together with ORDER BY")
	}
	return l.sources[0].scan, nil
}

// plainItems reports whether a SELECT without GROUP BY gives one row for each
// row. It does if a column stands in it as it is: SQL allows none beside an
// aggregate then. Else it must hold no function at all.
func (l *level) plainItems() bool {
	bare, calls, windows := false, false, false
	for _, i := range l.sel.Items {
		if i.Expr == nil {
			bare = true
			continue
		}
		name, isName := i.Expr.(*sqlparse.Name)
		bare = bare || isName && len(l.resolve(name.Parts)) > 0
		windows = windows || contains(i.Expr, isWindow)
		calls = calls || contains(i.Expr, func(e sqlparse.Expr) bool { _, ok := e.(*sqlparse.Call); return ok })
	}
	return !windows && (bare || !calls)
}

// order turns ORDER BY into sort keys; every key must be a column.
func (p *planner) order(l *level, s *scan) ([]predicate.OrderBy, error) {
	var keys []predicate.OrderBy
	for _, item := range l.query.OrderBy {
		c, err := l.sortColumn(item.Expr)
		if err != nil {
			return nil, err
		}
		if !sameOrder(c.dataType()) {
			return nil, leaveOut("sources may order %s in another way", sqlType(c.dataType()))
		}
		direction := predicate.AscNullsLast // Trino's default is nulls last either way
		switch {
		case item.Desc && item.Nulls == sqlparse.NullsFirst:
			direction = predicate.DescNullsFirst
		case item.Desc:
			direction = predicate.DescNullsLast
		case item.Nulls == sqlparse.NullsFirst:
			direction = predicate.AscNullsFirst
		}
		keys = append(keys, predicate.OrderBy{Column: s.field(c.index).Name, Direction: direction})
	}
	return keys, nil
}

// sortColumn finds the column that a sort key stands for: an item of the select
// list by its place or name, or else a column.
func (l *level) sortColumn(e sqlparse.Expr) (columnRef, error) {
	items := l.sel.Items
	if n, ok := e.(*sqlparse.NumberLit); ok {
		stars := slices.ContainsFunc(items, func(i *sqlparse.SelectItem) bool { return i.Expr == nil })
		place, err := strconv.Atoi(n.Text)
		if err != nil || stars || place < 1 || place > len(items) {
			return columnRef{}, leaveOut("the place %s is not looked up", n.Text)
		}
		e = items[place-1].Expr
	} else if name, ok := e.(*sqlparse.Name); ok && len(name.Parts) == 1 {
		for i, item := range items {
			if item.Alias != nil && itemOutput(item, i).name == strings.ToLower(name.Parts[0].Name) {
				e = item.Expr
				break
			}
		}
	}
	name, ok := e.(*sqlparse.Name)
	if !ok {
		return columnRef{}, leaveOut("%s is computed", e)
	}
	c, _, err := l.columnOf(name)
	return c, err
}
