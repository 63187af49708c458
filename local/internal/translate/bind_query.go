package translate

import (
	"strconv"
	"strings"

	"athena-timestream/local/internal/sqlparse"
)

// query binds a query inside a scope; its own names are bound in new scopes below it.
func (b *binder) query(q *sqlparse.Query, outer *scope) output {
	with := ""
	if len(q.With) > 0 {
		outer = &scope{parent: outer, ctes: map[string]*cte{}}
		with = b.with(q, outer)
	}
	var out output
	if s, ok := q.Body.(*sqlparse.Select); ok {
		out = b.selectBody(s, q.OrderBy, outer)
	} else {
		out = b.body(q.Body, outer)
		out = b.sortOutput(out, q, outer)
	}
	out.sql = with + out.sql + b.limit(q)
	return out
}

// with binds the CTEs into scope s and returns the WITH clause.
func (b *binder) with(q *sqlparse.Query, s *scope) string {
	var parts []string
	for _, c := range q.With {
		key := b.foldKey(c.Name.Name)
		if s.ctes[key] != nil {
			b.fail(c.Pos(), "WITH query name '%s' specified more than once", c.Name.Name)
		}
		out := b.query(c.Query, s)
		out.fields = b.rename(out.fields, c.Columns, c.Name)
		name := b.fresh("w")
		s.ctes[key] = &cte{name, out}
		parts = append(parts, name+" AS ("+out.sql+")")
	}
	return "WITH " + strings.Join(parts, ", ") + " "
}

// rename applies an alias list to the columns of the relation called name.
func (b *binder) rename(fields []outField, names []sqlparse.Ident, name sqlparse.Ident) []outField {
	if len(names) == 0 {
		return fields
	}
	if len(names) != len(fields) {
		b.fail(name.Pos(), "Column alias list has %d entries but '%s' has %d columns available",
			len(names), name.Name, len(fields))
		return fields
	}
	out := make([]outField, len(fields))
	for i, f := range fields {
		f.name = names[i].Name
		out[i] = f
	}
	return out
}

// body binds everything that is not a plain SELECT.
func (b *binder) body(body sqlparse.Body, outer *scope) output {
	switch body := body.(type) {
	case *sqlparse.Select:
		return b.selectBody(body, nil, outer)
	case *sqlparse.Query:
		return b.query(body, outer)
	case *sqlparse.Values:
		return b.values(body, outer)
	case *sqlparse.SetOp:
		return b.setOp(body, outer)
	}
	b.unsupported(body.Pos(), "this form of query")
	return output{}
}

// sortOutput orders a set operation, VALUES, or a query in parentheses by its own columns.
func (b *binder) sortOutput(out output, q *sqlparse.Query, outer *scope) output {
	rel := b.fresh("r")
	if len(q.OrderBy) == 0 {
		if _, values := q.Body.(*sqlparse.Values); !values {
			out.sql = "SELECT * FROM (" + out.sql + ") AS " + rel
		}
		return out
	}
	s := &scope{parent: outer}
	items := make([]value, len(out.fields))
	for i, f := range out.fields {
		items[i] = value{sql: rel + "." + columnName(i), typ: f.typ, nan: f.nan}
		s.fields = append(s.fields, field{name: f.name, typ: f.typ, sql: items[i].sql, nan: f.nan})
	}
	order, _ := b.orderBy(q.OrderBy, s, items, false)
	out.sql = "SELECT * FROM (" + out.sql + ") AS " + rel + order
	return out
}

func (b *binder) limit(q *sqlparse.Query) string {
	sql := ""
	if q.Limit != nil {
		sql += " LIMIT " + b.rowCount(q.Limit)
	}
	if q.Offset != nil {
		sql += " OFFSET " + b.rowCount(q.Offset)
	}
	return sql
}

func (b *binder) rowCount(e sqlparse.Expr) string {
	n, ok := e.(*sqlparse.NumberLit)
	if !ok {
		b.unsupported(e.Pos(), "a parameter as the row count")
		return "0"
	}
	v, err := strconv.ParseInt(n.Text, 10, 64)
	if err != nil {
		b.fail(e.Pos(), "Invalid limit: %s", n.Text)
	}
	return strconv.FormatInt(v, 10)
}

func (b *binder) values(v *sqlparse.Values, outer *scope) output {
	s := &scope{parent: outer}
	rows := make([][]value, len(v.Rows))
	var types []Type
	for i, r := range v.Rows {
		cells := []sqlparse.Expr{r}
		if row, ok := r.(*sqlparse.Row); ok {
			cells = row.Items
		}
		for _, c := range cells {
			rows[i] = append(rows[i], b.plain(c, s, "VALUES"))
		}
		types = b.commonColumns(r.Pos(), "Values rows have", types, rows[i], i == 0)
		if b.err != nil {
			return output{}
		}
	}
	lines := make([]string, len(rows))
	for i, r := range rows {
		for k := range r {
			r[k] = b.coerce(r[k], types[k], v.Pos())
		}
		lines[i] = "(" + joinSQL(r) + ")"
	}
	out := output{}
	names := make([]string, len(types))
	for k, t := range types {
		names[k] = columnName(k)
		out.fields = append(out.fields, outField{typ: t, nan: true})
	}
	out.sql = "SELECT * FROM (VALUES " + strings.Join(lines, ", ") + ") AS " + b.fresh("r") + "(" + strings.Join(names, ", ") + ")"
	return out
}

// commonColumns widens the column types so far by one more row.
func (b *binder) commonColumns(pos Pos, what string, types []Type, row []value, first bool) []Type {
	if !first && len(types) != len(row) {
		b.fail(pos, "%s different number of fields: %d, %d", what, len(types), len(row))
		return types
	}
	out := make([]Type, len(row))
	for i, v := range row {
		if first {
			out[i] = v.typ
			continue
		}
		t, ok := b.common(types[i], v.typ)
		if !ok {
			b.fail(pos, "%s mismatched types: %s, %s", what, types[i], v.typ)
		}
		out[i] = t
	}
	return out
}

func (b *binder) setOp(op *sqlparse.SetOp, outer *scope) output {
	left, right := b.body(op.Left, outer), b.body(op.Right, outer)
	if b.err != nil {
		return left
	}
	if len(left.fields) != len(right.fields) {
		b.fail(op.Pos(), "%s query has different number of fields: %d, %d", op.Op, len(left.fields), len(right.fields))
		return left
	}
	out := output{fields: make([]outField, len(left.fields))}
	for i, f := range left.fields {
		t, ok := b.common(f.typ, right.fields[i].typ)
		if !ok {
			b.fail(op.Pos(), "column %d in %s query has incompatible types: %s, %s", i+1, op.Op, f.typ, right.fields[i].typ)
		}
		out.fields[i] = outField{f.name, t, f.nan || right.fields[i].nan}
	}
	all := ""
	if op.All {
		all = " ALL"
	}
	out.sql = "(" + b.coerceOutput(left, out.fields, op.Pos()) + ") " + op.Op + all + " (" + b.coerceOutput(right, out.fields, op.Pos()) + ")"
	return out
}

// coerceOutput gives a query the column types of a set operation.
func (b *binder) coerceOutput(o output, want []outField, pos Pos) string {
	rel, differs := b.fresh("r"), false
	items := make([]string, len(want))
	for i, w := range want {
		v := value{sql: rel + "." + columnName(i), typ: o.fields[i].typ}
		differs = differs || !v.typ.Equal(w.typ)
		items[i] = b.coerce(v, w.typ, pos).sql + " AS " + columnName(i)
	}
	if !differs {
		return o.sql
	}
	return "SELECT " + strings.Join(items, ", ") + " FROM (" + o.sql + ") AS " + rel
}

func joinSQL(list []value) string {
	parts := make([]string, len(list))
	for i, v := range list {
		parts[i] = v.sql
	}
	return strings.Join(parts, ", ")
}
