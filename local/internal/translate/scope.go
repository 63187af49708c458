package translate

import (
	"strings"

	"athena-timestream/local/internal/sqlparse"
)

// scope is what names mean in one query, or in the body of a lambda.
type scope struct {
	parent  *scope
	fields  []field
	ctes    map[string]*cte
	params  map[string]value            // of a lambda; such a scope has nothing else
	aliases map[string][]value          // of the select list, while ORDER BY is bound
	keys    map[string]bool             // the SQL of the GROUP BY expressions
	windows map[string]*sqlparse.Window // of the WINDOW clause
}

// cte is a named query; name is what it is called in DuckDB.
type cte struct {
	name string
	out  output
}

// field is one column of the FROM clause.
type field struct {
	rel  []string // the name of its relation, longest form; empty: none
	name string   // empty: cannot be named
	typ  Type
	sql  string
	nan  bool
	seen *bool // told when the column is used; nil: nobody asks
}

// query is the scope of the query around a lambda body.
func (s *scope) query() *scope {
	for s.params != nil {
		s = s.parent
	}
	return s
}

func (s *scope) cte(b *binder, name string) *cte {
	for ; s != nil; s = s.parent {
		if c := s.ctes[b.foldKey(name)]; c != nil {
			return c
		}
	}
	return nil
}

// foldKey is a name as a map key.
func (b *binder) foldKey(name string) string {
	if b.d.FoldNames {
		return strings.ToLower(name)
	}
	return name
}

func (f *field) value() value {
	if f.seen != nil {
		*f.seen = true
	}
	return value{sql: f.sql, typ: f.typ, nan: f.nan}.with()
}

// inRelation tells whether a qualifier names the field's relation: a suffix of db.table.
func (b *binder) inRelation(f *field, qualifier []string) bool {
	if len(qualifier) > len(f.rel) {
		return false
	}
	tail := f.rel[len(f.rel)-len(qualifier):]
	for i := range qualifier {
		if !b.same(qualifier[i], tail[i]) {
			return false
		}
	}
	return true
}

// name binds a dotted name: the innermost scope wins; within one, the longest qualifier.
func (b *binder) name(s *scope, n *sqlparse.Name) value {
	parts := make([]string, len(n.Parts))
	for i, p := range n.Parts {
		parts[i] = p.Name
	}
	start := s.query()
	for at := s; at != nil; at = at.parent {
		v, used, found := b.lookup(at, n, parts)
		if !found {
			continue
		}
		if at.params != nil || used == 0 {
			return b.fieldPath(v, n, used)
		}
		u := use{at, v.sql, strings.Join(parts[:used], "."), n.Pos()}
		switch {
		case at != start && s.params != nil:
			return b.unsupported(n.Pos(), "column "+u.name+" of an outer query inside a lambda") // DuckDB does not find it
		case at != start:
			b.captured = append(b.captured, u)
		case !at.keys[v.sql]:
			v.free = []use{u}
		}
		return b.fieldPath(v, n, used)
	}
	return b.fail(n.Pos(), "Column '%s' does not exist", strings.Join(parts, "."))
}

// lookup tries one scope. used counts the parts that were taken; zero stands for an alias of the select list.
func (b *binder) lookup(s *scope, n *sqlparse.Name, parts []string) (v value, used int, found bool) {
	if p, ok := s.params[b.foldKey(parts[0])]; ok {
		return p, 1, true
	}
	if vs := s.aliases[b.foldKey(parts[0])]; len(parts) == 1 && len(vs) > 0 {
		for _, other := range vs[1:] {
			if other.sql != vs[0].sql {
				return b.fail(n.Pos(), "Column '%s' is ambiguous", parts[0]), 0, true
			}
		}
		return vs[0], 0, true
	}
	for k := len(parts) - 1; k >= 0; k-- {
		var hit *field
		for i := range s.fields {
			f := &s.fields[i]
			if f.name == "" || !b.same(f.name, parts[k]) || !b.inRelation(f, parts[:k]) {
				continue
			}
			if hit != nil {
				return b.fail(n.Pos(), "Column '%s' is ambiguous", strings.Join(parts[:k+1], ".")), 0, true
			}
			hit = f
		}
		if hit != nil {
			return hit.value(), k + 1, true
		}
	}
	return null, 0, false
}

// fieldPath follows the parts of a name that are row fields.
func (b *binder) fieldPath(v value, n *sqlparse.Name, used int) value {
	if used == 0 {
		return v
	}
	for _, p := range n.Parts[used:] {
		v = b.rowField(v, p)
	}
	return v
}

// rowField takes one field of a row, or time and value of a point of a time series (whose points are rows too).
func (b *binder) rowField(v value, name sqlparse.Ident) value {
	for i, f := range v.typ.Fields {
		if v.typ.Kind == Row && b.same(f.Name, name.Name) {
			return value{
				sql: "struct_extract(" + v.sql + ", " + quoteText(f.physical(i)) + ")", typ: f.Type, nan: true,
			}.with(v)
		}
	}
	return b.fail(name.Pos(), "Expression %s is not of type ROW or has no field '%s'", v.typ, name.Name)
}
