package translate

import (
	"athena-timestream/local/internal/sqlparse"
)

// lambda binds a lambda's body over parameters of known types and returns DuckDB's parameter names with it.
func (b *binder) lambda(e sqlparse.Expr, s *scope, params ...value) ([]string, value, bool) {
	l, ok := e.(*sqlparse.Lambda)
	if !ok || len(l.Params) != len(params) {
		b.fail(e.Pos(), "Expected a lambda expression with %d parameters", len(params))
		return nil, null, false
	}
	inner := &scope{parent: s, params: map[string]value{}}
	names := make([]string, len(params))
	for i, p := range params {
		names[i] = b.fresh("l")
		if p.sql == "" {
			p.sql = names[i]
		}
		inner.params[b.foldKey(l.Params[i].Name)] = p
	}
	body := b.expr(l.Body, inner)
	b.forbidAggregates(body, "Lambda expression")
	return names, body, b.err == nil
}

// series binds the first argument of filter and its kin: an array or a time series.
func (b *binder) series(c *sqlparse.Call, s *scope, n int) (value, bool) {
	if len(c.Args) != n {
		b.fail(c.Pos(), "Unexpected number of arguments (%d) for function %s", len(c.Args), callName(c))
		return null, false
	}
	v := b.expr(c.Args[0], s)
	if v.typ.Kind != Array && v.typ.Kind != TimeSeries {
		b.fail(c.Pos(), "Unexpected parameters (%s) for function %s", v.typ, callName(c))
		return null, false
	}
	return v, b.err == nil
}

func (b *binder) filter(c *sqlparse.Call, s *scope) value {
	list, ok := b.series(c, s, 2)
	if !ok {
		return null
	}
	names, body, ok := b.lambda(c.Args[1], s, value{typ: elementType(list.typ), nan: true})
	if !ok {
		return null
	}
	if body.typ.Kind != Boolean && body.typ.Kind != Unknown {
		return b.fail(c.Args[1].Pos(), "Expected lambda to return boolean, but it returns %s", body.typ)
	}
	body = b.coerce(body, Type{Kind: Boolean}, c.Pos())
	sql := "list_filter(" + list.sql + ", lambda " + names[0] + ": coalesce(" + body.sql + ", false))"
	return value{sql: sql, typ: list.typ}.with(list, body)
}

func (b *binder) transform(c *sqlparse.Call, s *scope) value {
	list, ok := b.series(c, s, 2)
	if !ok {
		return null
	}
	names, body, ok := b.lambda(c.Args[1], s, value{typ: elementType(list.typ), nan: true})
	if !ok {
		return null
	}
	sql := "list_transform(" + list.sql + ", lambda " + names[0] + ": " + body.sql + ")"
	return value{sql: sql, typ: arrayOf(body.typ)}.with(list, body)
}

// zipWith combines two arrays, element by element; the shorter one is padded with nulls.
func (b *binder) zipWith(c *sqlparse.Call, s *scope) value {
	if len(c.Args) != 3 {
		return b.fail(c.Pos(), "Unexpected number of arguments (%d) for function zip_with", len(c.Args))
	}
	x, y := b.expr(c.Args[0], s), b.expr(c.Args[1], s)
	if x.typ.Kind != Array || y.typ.Kind != Array {
		return b.fail(c.Pos(), "Unexpected parameters (%s, %s) for function zip_with", x.typ, y.typ)
	}
	pair := b.fresh("l")
	_, body, ok := b.lambda(c.Args[2], s, value{sql: pair + "[1]", typ: *x.typ.Elem, nan: true}, value{sql: pair + "[2]", typ: *y.typ.Elem, nan: true})
	if !ok {
		return null
	}
	sql := "list_transform(list_zip(" + x.sql + ", " + y.sql + "), lambda " + pair + ": " + body.sql + ")"
	return value{sql: "CASE WHEN " + x.sql + " IS NOT NULL AND " + y.sql + " IS NOT NULL THEN " + sql + " END", typ: arrayOf(body.typ)}.with(x, y, body).repeated()
}

// match1 is any_match, all_match and none_match, with the three-valued logic of OR and AND.
func (b *binder) match1(c *sqlparse.Call, s *scope) value {
	if !b.d.TrinoFunctions {
		return b.fail(c.Pos(), "Function %s not registered", callName(c))
	}
	list, ok := b.series(c, s, 2)
	if !ok {
		return null
	}
	names, body, ok := b.lambda(c.Args[1], s, value{typ: elementType(list.typ), nan: true})
	if !ok {
		return null
	}
	body = b.coerce(body, Type{Kind: Boolean}, c.Args[1].Pos())
	verdicts := "list_transform(" + list.sql + ", lambda " + names[0] + ": " + body.sql + ")"
	return value{sql: "ts_" + callName(c) + "(" + verdicts + ")", typ: Type{Kind: Boolean}}.with(list, body)
}

// reduce folds a list. DuckDB folds elements of one type only, so state and elements share a struct of both.
func (b *binder) reduce(c *sqlparse.Call, s *scope) value {
	list, ok := b.series(c, s, 4)
	if !ok {
		return null
	}
	state := b.expr(c.Args[1], s)
	elem := elementType(list.typ)
	acc, x := b.fresh("l"), b.fresh("l")
	_, step, ok := b.lambda(c.Args[2], s, value{sql: acc + ".s", typ: state.typ, nan: true}, value{sql: x + ".x", typ: elem, nan: true})
	if !ok {
		return null
	}
	if !b.coercible(step.typ, state.typ) {
		return b.fail(c.Args[2].Pos(), "Expected lambda to return %s, but it returns %s", state.typ, step.typ)
	}
	step = b.coerce(step, state.typ, c.Pos())
	start := state.sql
	if state.typ.Kind == Unknown {
		start, step.sql = "CAST(NULL AS INTEGER)", "CAST(NULL AS INTEGER)"
	}
	none := func(t Type) string { return "CAST(NULL AS " + t.Physical() + ")" }
	pair := func(s, x string) string { return "struct_pack(s := " + s + ", x := " + x + ")" }
	e := b.fresh("l")
	items := "list_transform(" + list.sql + ", lambda " + e + ": " + pair(none(state.typ), e) + ")"
	folded := "list_reduce(list_prepend(" + pair(start, none(elem)) + ", " + items + "), lambda " + acc + ", " + x + ": " +
		pair(step.sql, none(elem)) + ").s"
	_, out, ok := b.lambda(c.Args[3], s, value{sql: folded, typ: state.typ, nan: true})
	if !ok {
		return null
	}
	sql := "CASE WHEN " + list.sql + " IS NOT NULL THEN " + out.sql + " END"
	return value{sql: sql, typ: out.typ}.with(list, state, step, out).repeated()
}
