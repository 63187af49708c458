package translate

import (
	"errors"
	"strings"

	"athena-timestream/local/internal/sqlparse"
)

// fromItem is a bound relation. render is called once all uses of its columns are known.
type fromItem struct {
	fields []field
	render func() string
	joined bool // several relations: needs parentheses on the right side of a join
}

// right renders the right side of a join. The left side stays bare: DuckDB finds no lateral columns through parentheses.
func (i *fromItem) right() string {
	if i.joined {
		return "(" + i.render() + ")"
	}
	return i.render()
}

func crossJoin(l, r *fromItem) *fromItem {
	fields := append(append([]field{}, l.fields...), r.fields...)
	return &fromItem{fields, func() string { return l.render() + " CROSS JOIN " + r.right() }, true}
}

// relation binds one relation. left are the columns that LATERAL and UNNEST may see.
func (b *binder) relation(r sqlparse.Relation, outer *scope, left []field) *fromItem {
	switch r := r.(type) {
	case *sqlparse.TableRef:
		return b.tableRef(r, outer)
	case *sqlparse.SubqueryRef:
		return b.subqueryRef(r, outer, left)
	case *sqlparse.Aliased:
		return b.aliased(r, outer, left)
	case *sqlparse.Join:
		return b.join(r, outer, left)
	case *sqlparse.Unnest:
		return b.unnest(r, outer, left)
	case *sqlparse.TableFunction:
		if c, ok := b.o.Catalog.(FunctionCatalog); ok {
			t, err := c.ResolveFunction(r)
			return b.tableItem(t, err, r.Pos(), identNames(r.Name))
		}
		b.unsupported(r.Pos(), "a table function")
	}
	return &fromItem{render: func() string { return "" }}
}

func identNames(ids []sqlparse.Ident) []string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = id.Name
	}
	return names
}

func (b *binder) tableRef(r *sqlparse.TableRef, outer *scope) *fromItem {
	name := identNames(r.Name)
	if len(name) == 1 {
		if c := outer.cte(b, name[0]); c != nil {
			return b.outputItem(c.out.fields, c.name, name)
		}
	}
	if b.o.Catalog == nil {
		b.fail(r.Pos(), "Table '%s' does not exist", strings.Join(name, "."))
		return b.outputItem(nil, "", name)
	}
	t, err := b.o.Catalog.Resolve(name, r.Pos())
	return b.tableItem(t, err, r.Pos(), name)
}

// tableItem wraps a catalog's table so that its columns are c0, c1, … by position; only those in use are listed.
func (b *binder) tableItem(t *Table, err error, pos Pos, name []string) *fromItem {
	if err == nil && t == nil {
		err = errors.New("the catalog returned no table for " + strings.Join(name, "."))
	}
	if err != nil {
		if b.err == nil {
			b.err = err
		}
		return b.outputItem(nil, "", name)
	}
	u := &table{TableUse{Name: name, Table: t}, make([]bool, len(t.Columns))}
	b.tables = append(b.tables, u)
	rel := b.fresh("r")
	item := &fromItem{render: func() string {
		var cols []string
		for i, c := range t.Columns {
			if u.seen[i] {
				cols = append(cols, c.SQL+" AS "+columnName(i))
			}
		}
		if len(cols) == 0 {
			cols = []string{"1 AS c"}
		}
		return "(SELECT " + strings.Join(cols, ", ") + " FROM " + t.From + ") AS " + rel
	}}
	for i, c := range t.Columns {
		item.fields = append(item.fields, field{
			rel: name, name: c.Name, typ: c.Type, sql: rel + "." + columnName(i), nan: b.d.FoldNames, seen: &u.seen[i],
		})
	}
	return item
}

// outputItem is a relation over a bound query's columns; from is the text before AS.
func (b *binder) outputItem(fields []outField, from string, name []string) *fromItem {
	rel := b.fresh("r")
	item := &fromItem{render: func() string { return from + " AS " + rel }}
	for i, f := range fields {
		item.fields = append(item.fields, field{
			rel: name, name: f.name, typ: f.typ, sql: rel + "." + columnName(i), nan: f.nan,
		})
	}
	return item
}

func (b *binder) subqueryRef(r *sqlparse.SubqueryRef, outer *scope, left []field) *fromItem {
	if !r.Lateral {
		return b.queryItem(b.query(r.Query, outer), "")
	}
	return b.queryItem(b.query(r.Query, &scope{parent: outer, fields: left}), "LATERAL ")
}

func (b *binder) queryItem(out output, prefix string) *fromItem {
	return b.outputItem(out.fields, prefix+"("+out.sql+")", nil)
}

func (b *binder) aliased(a *sqlparse.Aliased, outer *scope, left []field) *fromItem {
	item := b.relation(a.Relation, outer, left)
	if b.err != nil {
		return item
	}
	if len(a.Columns) > 0 && len(a.Columns) != len(item.fields) {
		b.fail(a.Pos(), "Column alias list has %d entries but '%s' has %d columns available",
			len(a.Columns), a.Alias.Name, len(item.fields))
		return item
	}
	fields := make([]field, len(item.fields))
	for i, f := range item.fields {
		f.rel = []string{a.Alias.Name}
		if len(a.Columns) > 0 {
			f.name = a.Columns[i].Name
		}
		fields[i] = f
	}
	return &fromItem{fields, item.render, item.joined}
}

func (b *binder) join(j *sqlparse.Join, outer *scope, left []field) *fromItem {
	l := b.relation(j.Left, outer, left)
	r := b.relation(j.Right, outer, append(append([]field{}, left...), l.fields...))
	switch {
	case j.Kind == "CROSS":
		return crossJoin(l, r)
	case j.Natural:
		b.unsupported(j.Pos(), "NATURAL JOIN")
		return l
	case len(j.Using) > 0:
		return b.joinUsing(j, l, r)
	}
	s := &scope{parent: outer, fields: append(append([]field{}, l.fields...), r.fields...)}
	on := b.condition(j.On, s, "JOIN clause")
	return &fromItem{s.fields, joinText(j.Kind, l, r, on.sql), true}
}

func joinText(kind string, l, r *fromItem, on string) func() string {
	return func() string { return l.render() + " " + kind + " JOIN " + r.right() + " ON " + on }
}

// joinUsing joins by equal names. The named columns come first, once, then the rest of both sides.
func (b *binder) joinUsing(j *sqlparse.Join, l, r *fromItem) *fromItem {
	var fields []field
	var on []string
	taken := map[*field]bool{}
	for _, id := range j.Using {
		lf, rf := b.usingSide(l, id, "left"), b.usingSide(r, id, "right")
		if lf == nil || rf == nil {
			return l
		}
		taken[lf], taken[rf] = true, true
		t, ok := b.common(lf.typ, rf.typ)
		if !ok {
			b.fail(id.Pos(), "'=' cannot be applied to %s, %s", lf.typ, rf.typ)
		}
		lv, rv := b.coerce(lf.value(), t, id.Pos()), b.coerce(rf.value(), t, id.Pos())
		on = append(on, compareText("=", lv, rv))
		merged := map[string]string{"RIGHT": rv.sql, "FULL": "COALESCE(" + lv.sql + ", " + rv.sql + ")"}[j.Kind]
		if merged == "" {
			merged = lv.sql
		}
		fields = append(fields, field{name: id.Name, typ: t, sql: merged, nan: lf.nan || rf.nan})
	}
	for _, side := range []*fromItem{l, r} {
		for i := range side.fields {
			if !taken[&side.fields[i]] {
				fields = append(fields, side.fields[i])
			}
		}
	}
	return &fromItem{fields, joinText(j.Kind, l, r, strings.Join(on, " AND ")), true}
}

func (b *binder) usingSide(item *fromItem, id sqlparse.Ident, side string) *field {
	var hit *field
	for i := range item.fields {
		if b.same(item.fields[i].name, id.Name) {
			if hit != nil {
				b.fail(id.Pos(), "Column '%s' is ambiguous", id.Name)
				return nil
			}
			hit = &item.fields[i]
		}
	}
	if hit == nil {
		b.fail(id.Pos(), "Column '%s' is missing from %s side of join", id.Name, side)
	}
	return hit
}
