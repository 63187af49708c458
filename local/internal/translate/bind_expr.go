package translate

import (
	"strings"
	"unicode/utf8"

	"athena-timestream/local/internal/sqlparse"
)

// maxCost bounds what nested macros grow to.
const maxCost = 1 << 18

// expr binds one expression. What equals a GROUP BY expression counts as grouped, whatever it is made of.
func (b *binder) expr(e sqlparse.Expr, s *scope) value {
	if b.err != nil {
		return null
	}
	v := b.bind(e, s)
	if v.cost++; v.cost > maxCost {
		return b.fail(e.Pos(), "statement is too large: functions nest too deep")
	}
	if s.query().keys[v.sql] {
		v.free = nil
	}
	return v
}

func (b *binder) exprs(list []sqlparse.Expr, s *scope) []value {
	out := make([]value, len(list))
	for i, e := range list {
		out[i] = b.expr(e, s)
	}
	return out
}

func (b *binder) bind(e sqlparse.Expr, s *scope) value {
	switch e := e.(type) {
	case *sqlparse.Name:
		return b.name(s, e)
	case *sqlparse.Field:
		return b.rowField(b.expr(e.X, s), e.Name)
	case *sqlparse.StringLit, *sqlparse.BinaryLit, *sqlparse.NumberLit, *sqlparse.BoolLit, *sqlparse.NullLit,
		*sqlparse.TypedLit, *sqlparse.IntervalLit:
		return b.literal(e)
	case *sqlparse.Unary:
		return b.unary(e, s)
	case *sqlparse.Binary:
		side := b.expr
		if isComparison(e.Op) {
			side = b.comparand
		}
		return b.binary(e, side(e.Left, s), side(e.Right, s))
	case *sqlparse.Logical:
		return b.logical(e, s)
	case *sqlparse.Between:
		return b.between(e, s)
	case *sqlparse.In:
		return b.in(e, s)
	case *sqlparse.Like:
		return b.like(e, s)
	case *sqlparse.IsNull:
		x := b.expr(e.X, s)
		return value{sql: "(" + x.sql + " IS " + notWord(e.Not) + "NULL)", typ: Type{Kind: Boolean}}.with(x)
	case *sqlparse.IsDistinct:
		x, y := b.commonPair(e.Pos(), "IS DISTINCT FROM", b.comparand(e.Left, s), b.comparand(e.Right, s))
		return value{sql: "(" + x.sql + " IS " + notWord(e.Not) + "DISTINCT FROM " + y.sql + ")", typ: Type{Kind: Boolean}}.with(x, y)
	case *sqlparse.Quantified:
		return b.quantified(e, s)
	case *sqlparse.Exists:
		out, free := b.subquery(e.Query, s)
		return value{sql: "EXISTS (" + out.sql + ")", typ: Type{Kind: Boolean}, free: free}
	case *sqlparse.Subquery:
		out, free := b.columnQuery(e.Query, s)
		return value{sql: "(" + out.sql + ")", typ: out.fields[0].typ, nan: out.fields[0].nan, free: free}
	}
	return b.bindForm(e, s)
}

// bindForm binds what looks like a function or a constructor.
func (b *binder) bindForm(e sqlparse.Expr, s *scope) value {
	switch e := e.(type) {
	case *sqlparse.Case:
		return b.caseExpr(e, s)
	case *sqlparse.Cast:
		t, ok := b.typeOf(e.Type)
		if !ok {
			return null
		}
		return b.limitText(b.cast(b.expr(e.X, s), t, e.Try, e.Pos()), e.Type)
	case *sqlparse.Extract:
		return b.extract(e, s)
	case *sqlparse.Call:
		return b.call(e, s)
	case *sqlparse.Array:
		return b.array(e, s)
	case *sqlparse.Row:
		return b.row(b.exprs(e.Items, s))
	case *sqlparse.Subscript:
		return b.subscript(e, b.expr(e.X, s), b.expr(e.Index, s))
	case *sqlparse.AtTimeZone:
		return b.atTimeZone(e, s)
	case *sqlparse.Param:
		return b.parameter(e)
	case *sqlparse.Lambda:
		return b.fail(e.Pos(), "Lambda expression is not allowed here")
	}
	return b.unsupported(e.Pos(), "this expression")
}

func notWord(not bool) string {
	if not {
		return "NOT "
	}
	return ""
}

// subquery binds a query inside an expression; free are the columns of the query around it that it uses.
func (b *binder) subquery(q *sqlparse.Query, s *scope) (output, []use) {
	outer := b.captured
	b.captured = nil
	out := b.query(q, s)
	met := b.captured
	b.captured = outer
	var free []use
	own := s.query()
	for _, u := range met {
		switch {
		case u.scope != own:
			b.captured = append(b.captured, u)
		case !own.keys[u.sql]:
			free = append(free, u)
		}
	}
	return out, free
}

// columnQuery binds a subquery that must have one column.
func (b *binder) columnQuery(q *sqlparse.Query, s *scope) (output, []use) {
	out, free := b.subquery(q, s)
	if len(out.fields) != 1 {
		b.fail(q.Pos(), "Multiple columns returned by subquery are not yet supported. Found %d", len(out.fields))
		out.fields = []outField{{}}
	}
	return out, free
}

func (b *binder) logical(e *sqlparse.Logical, s *scope) value {
	v := value{typ: Type{Kind: Boolean}}
	parts := make([]string, len(e.Terms))
	for i, t := range e.Terms {
		x := b.expr(t, s)
		if x.typ.Kind != Boolean && x.typ.Kind != Unknown {
			return b.fail(t.Pos(), "Logical expression term must evaluate to a boolean (actual: %s)", x.typ)
		}
		x = b.coerce(x, Type{Kind: Boolean}, t.Pos())
		parts[i] = x.sql
		v = v.with(x)
	}
	v.sql = "(" + strings.Join(parts, " "+e.Op+" ") + ")"
	return v
}

func (b *binder) in(e *sqlparse.In, s *scope) value {
	x := b.expr(e.X, s)
	if e.Query != nil {
		out, free := b.columnQuery(e.Query, s)
		t, ok := b.common(x.typ, out.fields[0].typ)
		if !ok {
			return b.fail(e.Pos(), "value and result of subquery must be of the same type for IN expression: %s vs %s", x.typ, out.fields[0].typ)
		}
		sql := b.coerceOutput(out, []outField{{typ: t}}, e.Pos())
		x = b.coerce(x, t, e.Pos())
		sql = "(" + x.sql + " IN (" + sql + "))"
		if x.nan && out.fields[0].nan {
			sql = "(" + sql + " AND NOT isnan(" + x.sql + "))"
		}
		if e.Not {
			sql = "(NOT " + sql + ")"
		}
		v := value{sql: sql, typ: Type{Kind: Boolean}}.with(x)
		v.free = append(v.free, free...)
		return v
	}
	list := make([]value, len(e.List))
	for i, item := range e.List {
		list[i] = near(b.comparand(item, s), x)
	}
	t := x.typ
	for i, item := range list {
		c, ok := b.common(t, item.typ)
		if !ok {
			return b.fail(e.List[i].Pos(), "IN value and list items must be the same type: %s", t)
		}
		t = c
	}
	for i := range list {
		list[i] = b.coerce(list[i], t, e.Pos())
	}
	x = b.coerce(x, t, e.Pos())
	sql := "(" + x.sql + " IN (" + joinSQL(list) + "))"
	if x.nan {
		sql = nanIn(sql, x, e.List, list)
	}
	if e.Not {
		sql = "(NOT " + sql + ")"
	}
	return value{sql: sql, typ: Type{Kind: Boolean}}.with(x).with(list...)
}

// nanIn corrects IN, in which DuckDB finds NaN: NaN IN (…) is null when an item is null, else false.
func nanIn(sql string, x value, list []sqlparse.Expr, items []value) string {
	var nulls []string
	for i, item := range items {
		if _, literal := list[i].(*sqlparse.NumberLit); !literal {
			nulls = append(nulls, item.sql+" IS NULL")
		}
	}
	if nulls == nil {
		return "(" + sql + " AND NOT isnan(" + x.sql + "))"
	}
	return "CASE WHEN NOT isnan(" + x.sql + ") THEN " + sql + " WHEN " + strings.Join(nulls, " OR ") + " THEN NULL WHEN isnan(" +
		x.sql + ") THEN false END"
}

func (b *binder) like(e *sqlparse.Like, s *scope) value {
	x, p := b.expr(e.X, s), b.expr(e.Pattern, s)
	parts := []value{x, p}
	if e.Escape != nil {
		parts = append(parts, b.expr(e.Escape, s))
	}
	if e.Escape != nil && !b.escapes(p, parts[2], e.Pos()) {
		return null
	}
	words := []string{" " + notWord(e.Not) + "LIKE ", " ESCAPE "}
	sql := ""
	for i, v := range parts {
		if v.typ.Kind != Varchar && v.typ.Kind != Unknown {
			return b.fail(e.Pos(), "Left side of LIKE expression must evaluate to a varchar (actual: %s)", v.typ)
		}
		if i > 0 {
			sql += words[i-1]
		}
		sql += b.coerce(v, Type{Kind: Varchar}, e.Pos()).sql
	}
	return value{sql: "(" + sql + ")", typ: Type{Kind: Boolean}}.with(parts...)
}

// escapes checks what is literal of a pattern and its escape character; DuckDB lets anything be escaped.
func (b *binder) escapes(pattern, escape value, pos Pos) bool {
	if escape.text == nil {
		return true
	}
	if utf8.RuneCountInString(*escape.text) != 1 {
		b.fail(pos, "Escape string must be a single character")
		return false
	}
	if pattern.text == nil {
		return true
	}
	rest := *pattern.text
	for {
		_, after, found := strings.Cut(rest, *escape.text)
		if !found {
			return true
		}
		if after == "" || !strings.ContainsAny(after[:1], "%_") && !strings.HasPrefix(after, *escape.text) {
			b.fail(pos, "Escape character must be followed by '%%', '_' or the escape character itself")
			return false
		}
		_, size := utf8.DecodeRuneInString(after)
		rest = after[size:]
	}
}

func (b *binder) quantified(e *sqlparse.Quantified, s *scope) value {
	x := b.expr(e.Left, s)
	out, free := b.columnQuery(e.Query, s)
	t, ok := b.common(x.typ, out.fields[0].typ)
	if !ok {
		return b.fail(e.Pos(), "'%s' cannot be applied to %s, %s", e.Op, x.typ, out.fields[0].typ)
	}
	sql := b.coerceOutput(out, []outField{{typ: t}}, e.Pos())
	x = b.coerce(x, t, e.Pos())
	v := value{sql: "(" + x.sql + " " + e.Op + " " + e.Quantifier + " (" + sql + "))", typ: Type{Kind: Boolean}}.with(x)
	v.free = append(v.free, free...)
	return v
}
