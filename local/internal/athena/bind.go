package athena

import (
	"strings"

	"athena-timestream/local/internal/sqlparse"
)

// binder walks a statement once: it finds the connector tables, what each SELECT
// sees, and which columns are mentioned. Table functions are replaced by table
// names, so that later stages see tables only.
type binder struct {
	// open finds a connector table by the identifiers written for it.
	open func(*sqlparse.TableRef) (*scan, error)
	// call finds the table that a table function stands for.
	call func(*sqlparse.TableFunction) (*scan, error)

	scans  []*scan
	levels []*level
	owner  *commonTable // the WITH query being bound
}

// scope is what table names and column names may mean besides the catalog's.
type scope struct {
	tables *tableScope
	parent *level
	// lazy: the query's star stands for the columns that are asked of it later.
	lazy bool
}

// tableScope is a chain of WITH queries, the nearest first.
type tableScope struct {
	table *commonTable
	next  *tableScope
}

func (s *tableScope) find(name string) *commonTable {
	for ; s != nil; s = s.next {
		if s.table.name == name {
			return s.table
		}
	}
	return nil
}

// bindQuery binds a query and says what comes out of it.
func (b *binder) bindQuery(q *sqlparse.Query, in scope) (*derived, error) {
	for _, c := range q.With {
		table := &commonTable{name: strings.ToLower(c.Name.Name), owner: b.owner}
		b.owner = table
		result, err := b.bindQuery(c.Query, scope{tables: in.tables, parent: in.parent, lazy: len(c.Columns) == 0})
		b.owner = table.owner
		if err != nil {
			return nil, err
		}
		result.table = table
		table.result = result.renamed(c.Columns)
		in.tables = &tableScope{table, in.tables}
	}
	if sel, ok := q.Body.(*sqlparse.Select); ok {
		return b.bindSelect(sel, q, in)
	}
	in.lazy = false
	result, err := b.bindBody(q.Body, in)
	if err != nil {
		return nil, err
	}
	result.level = nil // what surrounds the body is not looked at
	own := &level{parent: in.parent, query: q, sources: []*source{{derived: result}}}
	return result, b.bindTail(q, own, in)
}

func (b *binder) bindBody(body sqlparse.Body, in scope) (*derived, error) {
	switch body := body.(type) {
	case *sqlparse.Query:
		return b.bindQuery(body, in)
	case *sqlparse.Select:
		return b.bindSelect(body, nil, in)
	case *sqlparse.SetOp:
		result, err := b.bindBody(body.Left, in)
		if err != nil {
			return nil, err
		}
		if _, err := b.bindBody(body.Right, in); err != nil {
			return nil, err
		}
		return result.plain(), nil
	case *sqlparse.Values:
		outer := &level{parent: in.parent}
		return &derived{unknown: true}, b.bindExprs(outer, in, body.Rows...)
	}
	return &derived{unknown: true}, nil
}

// bindTail binds ORDER BY, OFFSET and LIMIT.
func (b *binder) bindTail(q *sqlparse.Query, l *level, in scope) error {
	keys := []sqlparse.Expr{}
	sortKeys(q.OrderBy, func(e sqlparse.Expr) { keys = append(keys, e) })
	return b.bindExprs(l, in, append(keys, q.Offset, q.Limit)...)
}

// bindSelect binds one SELECT; q is the query whose whole body it is, or nil.
func (b *binder) bindSelect(sel *sqlparse.Select, q *sqlparse.Query, in scope) (*derived, error) {
	l := &level{parent: in.parent, query: q, sel: sel}
	b.levels = append(b.levels, l)
	inside := scope{tables: in.tables, parent: l}
	for i, r := range sel.From {
		bound, err := b.bindRelation(l, r, nil, inside)
		if err != nil {
			return nil, err
		}
		sel.From[i] = bound
	}
	if err := b.bindJoins(l, inside); err != nil {
		return nil, err
	}
	exprs := []sqlparse.Expr{sel.Where, sel.Having}
	for _, item := range sel.Items {
		exprs = append(exprs, item.Expr)
	}
	if sel.GroupBy != nil {
		exprs = append(exprs, sel.GroupBy.Items...)
	}
	for _, w := range sel.Windows {
		window(w.Window, func(e sqlparse.Expr) { exprs = append(exprs, e) })
	}
	if err := b.bindExprs(l, inside, exprs...); err != nil {
		return nil, err
	}
	result := l.outputs(in.lazy && !sel.Distinct)
	if q == nil {
		return result, nil
	}
	return result, b.bindTail(q, l, inside)
}

// bindJoins binds the conditions of a level's joins, once all its sources are known.
func (b *binder) bindJoins(l *level, in scope) error {
	for _, j := range l.joins {
		if err := b.bindExprs(l, in, j.On); err != nil {
			return err
		}
		for _, u := range j.Using {
			l.demand(&sqlparse.Name{Parts: []sqlparse.Ident{u}})
		}
		if j.Natural {
			for _, s := range l.sources {
				s.demandAll()
			}
		}
	}
	return nil
}

// bindExprs marks the columns that expressions mention and binds the queries in them.
func (b *binder) bindExprs(l *level, in scope, exprs ...sqlparse.Expr) error {
	var failure error
	params := map[string]bool{} // of the lambdas met so far
	var visit func(sqlparse.Expr)
	visit = func(e sqlparse.Expr) {
		switch e := e.(type) {
		case *sqlparse.Name:
			if first := strings.ToLower(e.Parts[0].Name); !params[first] || len(l.resolve(e.Parts)) > 0 {
				l.demand(e)
			}
			return
		case *sqlparse.Lambda:
			for _, p := range lowerNames(e.Params) {
				params[p] = true
			}
		}
		_, exists := e.(*sqlparse.Exists)
		children(e, visit, func(q *sqlparse.Query) {
			if failure == nil {
				_, failure = b.bindQuery(q, scope{tables: in.tables, parent: l, lazy: exists})
			}
		})
	}
	for _, e := range exprs {
		if e != nil && failure == nil {
			visit(e)
		}
	}
	return failure
}

// bindRelation adds the sources of one relation to the level and returns what
// stands for the relation from now on.
func (b *binder) bindRelation(l *level, r sqlparse.Relation, hops []hop, in scope) (sqlparse.Relation, error) {
	switch r := r.(type) {
	case *sqlparse.Join:
		return r, b.bindJoin(l, r, hops, in)
	case *sqlparse.Aliased:
		before := len(l.sources)
		inner, err := b.bindRelation(l, r.Relation, hops, in)
		if err != nil {
			return nil, err
		}
		r.Relation = inner
		l.rename(before, r)
		return r, nil
	case *sqlparse.SubqueryRef:
		inside := scope{tables: in.tables, parent: l.parent, lazy: true}
		if r.Lateral {
			inside.parent = l
		}
		result, err := b.bindQuery(r.Query, inside)
		l.sources = append(l.sources, &source{derived: result, hops: hops})
		return r, err
	case *sqlparse.Unnest:
		l.sources = append(l.sources, &source{hops: hops})
		return r, b.bindExprs(l, in, r.Args...)
	case *sqlparse.TableFunction:
		s, err := b.call(r)
		if err != nil {
			return nil, err
		}
		b.add(l, s, hops, nil)
		return &sqlparse.TableRef{At: r.At, Name: []sqlparse.Ident{{At: r.At, Name: s.name, Quoted: true}}}, nil
	case *sqlparse.TableRef:
		return r, b.bindTable(l, r, hops, in)
	}
	return r, nil
}

func (b *binder) bindJoin(l *level, j *sqlparse.Join, hops []hop, in scope) error {
	left, err := b.bindRelation(l, j.Left, append(hops[:len(hops):len(hops)], hop{j, false}), in)
	if err != nil {
		return err
	}
	right, err := b.bindRelation(l, j.Right, append(hops[:len(hops):len(hops)], hop{j, true}), in)
	j.Left, j.Right = left, right
	l.joins = append(l.joins, j)
	return err
}

func (b *binder) bindTable(l *level, r *sqlparse.TableRef, hops []hop, in scope) error {
	names := make([]string, len(r.Name))
	for i, p := range r.Name {
		names[i] = strings.ToLower(p.Name)
	}
	if len(names) == 1 {
		if c := in.tables.find(names[0]); c != nil {
			c.mentions++
			l.sources = append(l.sources, &source{qualifiers: [][]string{names}, derived: c.result, hops: hops})
			return nil
		}
	}
	s, err := b.open(r)
	if err != nil {
		return err
	}
	b.add(l, s, hops, names)
	return nil
}

// add puts a connector table among the level's sources. It may be qualified by
// its name with or without what stands before it.
func (b *binder) add(l *level, s *scan, hops []hop, names []string) {
	s.owner = b.owner
	b.scans = append(b.scans, s)
	from := &source{scan: s, hops: hops}
	for i := range names {
		from.qualifiers = append(from.qualifiers, names[i:])
	}
	if len(names) == 1 { // the database was the default one
		from.qualifiers = append(from.qualifiers, strings.Split(strings.ToLower(s.title), "."))
	}
	l.sources = append(l.sources, from)
}

// rename gives an alias to the sources from index first on; column names too, if
// there is one source. With new names every column counts as mentioned, because
// names are given by position.
func (l *level) rename(first int, a *sqlparse.Aliased) {
	for _, s := range l.sources[first:] {
		s.qualifiers = [][]string{{strings.ToLower(a.Alias.Name)}}
		if len(a.Columns) > 0 {
			s.demandAll()
			s.columns = lowerNames(a.Columns)
		}
	}
}

func lowerNames(idents []sqlparse.Ident) []string {
	names := make([]string, len(idents))
	for i, c := range idents {
		names[i] = strings.ToLower(c.Name)
	}
	return names
}
