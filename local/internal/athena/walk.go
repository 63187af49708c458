package athena

import "athena-timestream/local/internal/sqlparse"

// children calls visit for each expression directly below e, and for each query
// directly below it.
func children(e sqlparse.Expr, visit func(sqlparse.Expr), query func(*sqlparse.Query)) {
	each := func(list ...sqlparse.Expr) {
		for _, x := range list {
			if x != nil {
				visit(x)
			}
		}
	}
	switch e := e.(type) {
	case *sqlparse.Field:
		each(e.X)
	case *sqlparse.Unary:
		each(e.X)
	case *sqlparse.Binary:
		each(e.Left, e.Right)
	case *sqlparse.Logical:
		each(e.Terms...)
	case *sqlparse.Between:
		each(e.X, e.Low, e.High)
	case *sqlparse.In:
		each(e.X)
		each(e.List...)
		if e.Query != nil {
			query(e.Query)
		}
	case *sqlparse.Like:
		each(e.X, e.Pattern, e.Escape)
	case *sqlparse.IsNull:
		each(e.X)
	case *sqlparse.IsDistinct:
		each(e.Left, e.Right)
	case *sqlparse.Quantified:
		each(e.Left)
		query(e.Query)
	case *sqlparse.Exists:
		query(e.Query)
	case *sqlparse.Subquery:
		query(e.Query)
	case *sqlparse.Case:
		each(e.Operand)
		for _, w := range e.Whens {
			each(w.Cond, w.Result)
		}
		each(e.Else)
	case *sqlparse.Cast:
		each(e.X)
	case *sqlparse.Extract:
		each(e.X)
	case *sqlparse.Call:
		each(e.Args...)
		sortKeys(e.OrderBy, visit)
		each(e.Filter)
		window(e.Over, visit)
	case *sqlparse.Lambda:
		each(e.Body)
	case *sqlparse.Array:
		each(e.Items...)
	case *sqlparse.Row:
		each(e.Items...)
	case *sqlparse.Subscript:
		each(e.X, e.Index)
	case *sqlparse.AtTimeZone:
		each(e.X, e.Zone)
	}
}

func sortKeys(items []*sqlparse.SortItem, visit func(sqlparse.Expr)) {
	for _, s := range items {
		visit(s.Expr)
	}
}

func window(w *sqlparse.Window, visit func(sqlparse.Expr)) {
	if w == nil {
		return
	}
	for _, x := range w.PartitionBy {
		visit(x)
	}
	sortKeys(w.OrderBy, visit)
	if w.Frame == nil {
		return
	}
	if w.Frame.Start.Offset != nil {
		visit(w.Frame.Start.Offset)
	}
	if w.Frame.End != nil && w.Frame.End.Offset != nil {
		visit(w.Frame.End.Offset)
	}
}

// contains reports whether is holds for e or an expression inside it, without
// looking into queries.
func contains(e sqlparse.Expr, is func(sqlparse.Expr) bool) bool {
	found := is(e)
	children(e, func(x sqlparse.Expr) { found = found || contains(x, is) }, func(*sqlparse.Query) {})
	return found
}

// isConstant reports whether an expression has one value for the whole
// statement: no columns, no queries, no chance.
func isConstant(e sqlparse.Expr) bool {
	return !contains(e, func(e sqlparse.Expr) bool {
		switch e := e.(type) {
		case *sqlparse.Name, *sqlparse.Lambda, *sqlparse.Param, *sqlparse.Subquery, *sqlparse.Exists, *sqlparse.Quantified:
			return true
		case *sqlparse.In:
			return e.Query != nil
		case *sqlparse.Call:
			return e.Over != nil || e.Star || e.Filter != nil || !steady(e)
		}
		return false
	})
}

// conjuncts splits a condition at its ANDs; nil has none.
func conjuncts(e sqlparse.Expr) []sqlparse.Expr {
	if e == nil {
		return nil
	}
	l, ok := e.(*sqlparse.Logical)
	if !ok || l.Op != "AND" {
		return []sqlparse.Expr{e}
	}
	var all []sqlparse.Expr
	for _, t := range l.Terms {
		all = append(all, conjuncts(t)...)
	}
	return all
}
