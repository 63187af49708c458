package translate

import (
	"regexp"
	"strconv"
	"strings"

	"athena-timestream/local/internal/sqlparse"
)

// orderBy binds ORDER BY over a select list. A number is a position; a name is an alias first.
func (b *binder) orderBy(list []*sqlparse.SortItem, s *scope, items []value, distinct bool) (string, []value) {
	if len(list) == 0 {
		return "", nil
	}
	parts := make([]string, len(list))
	values := make([]value, len(list))
	for i, o := range list {
		v, position := b.sortKey(o, s, items)
		values[i] = v
		if distinct && position == 0 {
			b.fail(o.Pos(), "For SELECT DISTINCT, ORDER BY expressions must appear in select list")
		}
		text := notOrdinal(v)
		if position > 0 {
			text = strconv.Itoa(position)
		}
		parts[i] = text + sortSuffix(o)
	}
	return " ORDER BY " + strings.Join(parts, ", "), values
}

// sortKey binds one sort expression and finds its position in the select list, if it has one.
func (b *binder) sortKey(o *sqlparse.SortItem, s *scope, items []value) (value, int) {
	if num, ok := o.Expr.(*sqlparse.NumberLit); ok && num.Kind == sqlparse.Integer {
		i, err := strconv.Atoi(num.Text)
		if err != nil || i < 1 || i > len(items) {
			return b.fail(o.Pos(), "ORDER BY position %s is not in select list", num.Text), 0
		}
		return items[i-1], i
	}
	v := b.expr(o.Expr, s)
	for i, it := range items {
		if it.sql == v.sql {
			return v, i + 1
		}
	}
	return v, 0
}

// sortSuffix writes direction and place of nulls, always both: last is the services' default either way.
func sortSuffix(o *sqlparse.SortItem) string {
	sql := " ASC"
	if o.Desc {
		sql = " DESC"
	}
	if o.Nulls == sqlparse.NullsFirst {
		return sql + " NULLS FIRST"
	}
	return sql + " NULLS LAST"
}

// constant is the text of a literal, which DuckDB takes for a position or refuses as a key.
var constant = regexp.MustCompile(`^(-?[0-9][0-9.e+-]*|(TIMESTAMP_NS |DATE )?'([^']|'')*'|true|false|NULL)$`)

// notOrdinal keeps a constant from being read as a position.
func notOrdinal(v value) string {
	if constant.MatchString(v.sql) {
		return "CAST(" + v.sql + " AS " + v.typ.Physical() + ")"
	}
	return v.sql
}
