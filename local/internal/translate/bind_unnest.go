package translate

import (
	"strings"

	"athena-timestream/local/internal/sqlparse"
)

// unnest turns lists into rows, side by side, shorter ones padded with nulls. Rows and points of time series become columns.
func (b *binder) unnest(u *sqlparse.Unnest, outer *scope, left []field) *fromItem {
	rel := b.fresh("r")
	s, imports := b.imported(outer, left)
	var inner, outerCols, lengths []string
	var fields []outField
	column := func(sql, name string, t Type) {
		outerCols = append(outerCols, sql+" AS "+columnName(len(fields)))
		fields = append(fields, outField{name, t, true})
	}
	for _, a := range u.Args {
		v := b.plain(a, s, "UNNEST")
		item := b.fresh("u")
		inner = append(inner, "unnest("+v.sql+") AS "+item)
		lengths = append(lengths, "coalesce(len("+v.sql+"), 0)")
		switch {
		case v.typ.Kind == TimeSeries || v.typ.Kind == Array && v.typ.Elem.Kind == Row:
			for i, f := range pointFields(v.typ) {
				column("struct_extract("+rel+"."+item+", "+quoteText(f.physical(i))+")", f.Name, f.Type)
			}
		case v.typ.Kind == Array:
			column(rel+"."+item, "", *v.typ.Elem)
		case v.typ.Kind == Map:
			b.unsupported(a.Pos(), "UNNEST of a map")
		default:
			b.fail(a.Pos(), "Cannot unnest type: %s", v.typ)
		}
	}
	if u.Ordinality {
		item := b.fresh("u")
		inner = append(inner, "unnest(range(1, greatest("+strings.Join(lengths, ", ")+") + 1)) AS "+item)
		column(rel+"."+item, "", Type{Kind: Bigint})
	}
	sql := "SELECT " + strings.Join(outerCols, ", ") + " FROM (SELECT " + strings.Join(inner, ", ") + imports() + ") AS " + rel
	return b.outputItem(fields, "LATERAL ("+sql+")", nil)
}

// imported is a scope over the columns to the left, brought into a relation of their own: DuckDB's lambdas see no columns of
// an outer query. The returned function writes that relation once all uses are known.
func (b *binder) imported(outer *scope, left []field) (*scope, func() string) {
	rel := b.fresh("r")
	s := &scope{parent: outer, fields: make([]field, len(left))}
	used := make([]bool, len(left))
	for i, f := range left {
		f.sql, f.seen = rel+"."+columnName(i), &used[i]
		s.fields[i] = f
	}
	return s, func() string {
		var cols []string
		for i := range left {
			if used[i] {
				cols = append(cols, left[i].value().sql+" AS "+columnName(i))
			}
		}
		if cols == nil {
			return ""
		}
		return " FROM (SELECT " + strings.Join(cols, ", ") + ") AS " + rel
	}
}

// pointFields are the columns of an element: of a row its fields, of a time series time and value.
func pointFields(t Type) []Field {
	if t.Kind == TimeSeries {
		return []Field{{"time", Type{Kind: Timestamp}}, {"value", *t.Elem}}
	}
	return t.Elem.Fields
}

// elementType is the type of one element of an array or time series, as lambdas see it.
func elementType(t Type) Type {
	if t.Kind == TimeSeries {
		return Type{Kind: Row, Fields: pointFields(t)}
	}
	return *t.Elem
}
