package translate

import (
	"strings"

	"athena-timestream/local/internal/sqlparse"
)

func (b *binder) caseExpr(e *sqlparse.Case, s *scope) value {
	var operand value
	var conds, results []value
	if e.Operand != nil {
		operand = b.expr(e.Operand, s)
	}
	for _, w := range e.Whens {
		if e.Operand == nil {
			conds = append(conds, b.boolean(w.Cond, s, "CASE WHEN clause"))
		} else {
			conds = append(conds, b.compare(w.Cond.Pos(), "=", operand, b.expr(w.Cond, s)))
		}
		results = append(results, b.expr(w.Result, s))
	}
	if e.Else != nil {
		results = append(results, b.expr(e.Else, s))
	}
	results, t := b.unify(e.Pos(), "All CASE results", results)
	var sql strings.Builder
	sql.WriteString("CASE")
	for i, c := range conds {
		sql.WriteString(" WHEN " + c.sql + " THEN " + results[i].sql)
	}
	if e.Else != nil {
		sql.WriteString(" ELSE " + results[len(conds)].sql)
	}
	sql.WriteString(" END")
	return value{sql: sql.String(), typ: t}.with(conds...).with(results...)
}

// unify coerces values to their common type.
func (b *binder) unify(pos Pos, what string, list []value) ([]value, Type) {
	t := Type{Kind: Unknown}
	for _, v := range list {
		c, ok := b.common(t, v.typ)
		if !ok {
			b.fail(pos, "%s must be the same type or coercible to a common type: %s vs %s", what, t, v.typ)
			return list, t
		}
		t = c
	}
	out := make([]value, len(list))
	for i, v := range list {
		out[i] = b.coerce(v, t, pos)
	}
	return out, t
}

func (b *binder) array(e *sqlparse.Array, s *scope) value {
	items, t := b.unify(e.Pos(), "All ARRAY elements", b.exprs(e.Items, s))
	for i := range items {
		if t.Kind == Unknown {
			items[i].sql = "CAST(NULL AS INTEGER)" // DuckDB's list_zip fails over a list of untyped nulls
		}
	}
	v := value{sql: "CAST([" + joinSQL(items) + "] AS " + arrayOf(t).Physical() + ")", typ: arrayOf(t)}
	return v.with(items...)
}

// row makes a row with nameless fields.
func (b *binder) row(items []value) value {
	t := Type{Kind: Row}
	parts := make([]string, len(items))
	for i, v := range items {
		if v.typ.Kind == Unknown {
			v.sql = "CAST(NULL AS INTEGER)"
		}
		f := Field{Type: v.typ}
		t.Fields = append(t.Fields, f)
		parts[i] = quoteName(f.physical(i)) + " := " + v.sql
	}
	return value{sql: "struct_pack(" + strings.Join(parts, ", ") + ")", typ: t}.with(items...)
}

func (b *binder) subscript(e *sqlparse.Subscript, x, i value) value {
	switch x.typ.Kind {
	case Array:
		i = b.coerce(i, Type{Kind: Bigint}, e.Pos())
		return value{sql: "ts_subscript(" + x.sql + ", " + i.sql + ")", typ: *x.typ.Elem, nan: true}.with(x, i).repeated()
	case Map:
		i = b.coerce(i, *x.typ.Key, e.Pos())
		return value{sql: "map_extract_value(" + x.sql + ", " + i.sql + ")", typ: *x.typ.Elem, nan: true}.with(x, i)
	case Row:
		n, ok := e.Index.(*sqlparse.NumberLit)
		for k, f := range x.typ.Fields {
			if ok && n.Text == itoa(k+1) {
				return value{sql: "struct_extract(" + x.sql + ", " + quoteText(f.physical(k)) + ")", typ: f.Type, nan: true}.with(x)
			}
		}
	}
	return b.fail(e.Pos(), "Cannot use %s for subscript of %s", i.typ, x.typ)
}
