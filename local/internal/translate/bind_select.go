package translate

import (
	"strconv"
	"strings"

	"athena-timestream/local/internal/sqlparse"
)

// selection is one SELECT while it is being bound.
type selection struct {
	items   []value
	fields  []outField
	keys    []value
	grouped bool
}

// selectBody binds a SELECT together with the ORDER BY that belongs to it.
func (b *binder) selectBody(n *sqlparse.Select, order []*sqlparse.SortItem, outer *scope) output {
	s := &scope{parent: outer, windows: map[string]*sqlparse.Window{}}
	from := b.from(n, s)
	for _, w := range n.Windows {
		s.windows[b.foldKey(w.Name.Name)] = w.Window
	}
	where := ""
	if n.Where != nil {
		where = " WHERE " + b.condition(n.Where, s, "WHERE clause").sql
	}
	sel := &selection{}
	b.groupKeys(n, s, sel)
	b.items(n, s, sel)
	having := ""
	if n.Having != nil {
		h := b.boolean(n.Having, s, "HAVING clause")
		if h.window != nil {
			b.fail(h.window.Pos(), "HAVING clause cannot contain window functions or row pattern measures")
		}
		sel.grouped = true
		having = " HAVING " + h.sql
		defer b.checkGrouped(sel, s, h)
	}
	b.aliases(sel, s)
	sorted, sortValues := b.orderBy(order, s, sel.items, n.Distinct)
	s.aliases = nil
	for _, v := range append(sortValues, sel.items...) {
		sel.grouped = sel.grouped || v.agg != nil
	}
	b.checkGrouped(sel, s, append(append([]value{}, sel.items...), sortValues...)...)

	var sql strings.Builder
	sql.WriteString("SELECT ")
	if n.Distinct {
		sql.WriteString("DISTINCT ")
	}
	for i, v := range sel.items {
		if i > 0 {
			sql.WriteString(", ")
		}
		sql.WriteString(v.exact() + " AS " + columnName(i))
	}
	sql.WriteString(from() + where + groupBy(sel) + having + sorted)
	return output{sql.String(), sel.fields}
}

// from binds the FROM clause into s. The text is made when all uses of columns are known.
func (b *binder) from(n *sqlparse.Select, s *scope) func() string {
	if len(n.From) == 0 {
		return func() string { return "" }
	}
	var item *fromItem
	for _, r := range n.From {
		var left []field
		if item != nil {
			left = item.fields
		}
		next := b.relation(r, s.parent, left)
		if item == nil {
			item = next
			continue
		}
		item = crossJoin(item, next)
	}
	s.fields = item.fields
	return func() string { return " FROM " + item.render() }
}

// condition binds a boolean without aggregates and window functions.
func (b *binder) condition(e sqlparse.Expr, s *scope, clause string) value {
	v := b.boolean(e, s, clause)
	b.forbidAggregates(v, clause)
	return v
}

func (b *binder) boolean(e sqlparse.Expr, s *scope, clause string) value {
	v := b.expr(e, s)
	if v.typ.Kind != Boolean && v.typ.Kind != Unknown {
		return b.fail(e.Pos(), "%s must evaluate to a boolean: actual type %s", clause, v.typ)
	}
	return b.coerce(v, Type{Kind: Boolean}, e.Pos())
}

func (b *binder) forbidAggregates(v value, clause string) {
	for _, e := range []sqlparse.Expr{v.agg, v.window} {
		if e != nil {
			b.fail(e.Pos(), "%s cannot contain aggregations, window functions or grouping operations: [%s]", clause, e)
		}
	}
}

// plain binds an expression without aggregates and window functions.
func (b *binder) plain(e sqlparse.Expr, s *scope, clause string) value {
	v := b.expr(e, s)
	b.forbidAggregates(v, clause)
	return v
}

// groupKeys binds GROUP BY. A number is a position in the select list; names are columns, never aliases.
func (b *binder) groupKeys(n *sqlparse.Select, s *scope, sel *selection) {
	if n.GroupBy == nil {
		return
	}
	sel.grouped = true
	keys := map[string]bool{}
	for _, e := range n.GroupBy.Items {
		e = b.groupItem(n, e)
		v := b.plain(e, s, "GROUP BY clause")
		sel.keys = append(sel.keys, v)
		keys[v.sql] = true
	}
	s.keys = keys
}

func (b *binder) groupItem(n *sqlparse.Select, e sqlparse.Expr) sqlparse.Expr {
	num, ok := e.(*sqlparse.NumberLit)
	if !ok || num.Kind != sqlparse.Integer {
		return e
	}
	i, err := strconv.Atoi(num.Text)
	if err != nil || i < 1 || i > len(n.Items) {
		b.fail(e.Pos(), "GROUP BY position %s is not in select list", num.Text)
		return e
	}
	item := n.Items[i-1].Expr
	for _, it := range n.Items[:i] {
		if it.Expr == nil {
			b.unsupported(e.Pos(), "GROUP BY position after a star")
			return e
		}
	}
	return item
}

func groupBy(sel *selection) string {
	if len(sel.keys) == 0 {
		return ""
	}
	parts := make([]string, len(sel.keys))
	for i, k := range sel.keys {
		parts[i] = notOrdinal(k)
	}
	return " GROUP BY " + strings.Join(parts, ", ")
}

// items binds the select list and expands stars.
func (b *binder) items(n *sqlparse.Select, s *scope, sel *selection) {
	for _, it := range n.Items {
		if it.Expr == nil {
			b.star(it, s, sel)
			continue
		}
		v := b.expr(it.Expr, s)
		if v.typ.Kind == Unknown {
			v.sql = "CAST(NULL AS INTEGER)"
		}
		name := impliedName(it.Expr)
		if it.Alias != nil {
			name = it.Alias.Name
		}
		sel.items = append(sel.items, v)
		sel.fields = append(sel.fields, outField{name, v.typ, v.nan})
	}
}

// impliedName is the name of a column without alias: that of the column or field it shows.
func impliedName(e sqlparse.Expr) string {
	switch e := e.(type) {
	case *sqlparse.Name:
		return e.Parts[len(e.Parts)-1].Name
	case *sqlparse.Field:
		return e.Name.Name
	}
	return ""
}

func (b *binder) star(it *sqlparse.SelectItem, s *scope, sel *selection) {
	var qualifier []string
	for _, q := range it.Qualifier {
		qualifier = append(qualifier, q.Name)
	}
	found := false
	for i := range s.fields {
		f := &s.fields[i]
		if !b.inRelation(f, qualifier) {
			continue
		}
		found = true
		v := f.value()
		if !s.keys[v.sql] {
			v.free = []use{{s, v.sql, f.name, it.Pos()}}
		}
		sel.items = append(sel.items, v)
		sel.fields = append(sel.fields, outField{f.name, f.typ, f.nan})
	}
	switch {
	case found:
	case len(qualifier) > 0:
		b.fail(it.Pos(), "Table '%s' not found", strings.Join(qualifier, "."))
	default:
		b.fail(it.Pos(), "SELECT * not allowed in queries without FROM clause")
	}
}

func (b *binder) aliases(sel *selection, s *scope) {
	s.aliases = map[string][]value{}
	for i, f := range sel.fields {
		if f.name != "" {
			key := b.foldKey(f.name)
			s.aliases[key] = append(s.aliases[key], sel.items[i])
		}
	}
}

// checkGrouped refuses columns that are neither grouped nor aggregated.
func (b *binder) checkGrouped(sel *selection, s *scope, values ...value) {
	if !sel.grouped {
		return
	}
	for _, v := range values {
		for _, u := range v.free {
			if u.scope == s && !s.keys[u.sql] {
				b.fail(u.pos, "'%s' must be an aggregate expression or appear in GROUP BY clause", u.name)
			}
		}
	}
}
