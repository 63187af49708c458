package athena

import (
	"slices"
	"strings"

	"athena-timestream/local/internal/sqlparse"
)

// level is one SELECT with what its FROM clause offers.
type level struct {
	parent  *level // the SELECT around it, whose columns it may mention
	query   *sqlparse.Query
	sel     *sqlparse.Select
	sources []*source
	joins   []*sqlparse.Join
}

// source is one item of a FROM clause, below its joins.
type source struct {
	qualifiers [][]string // the names by which its columns may be qualified, in parts
	scan       *scan      // a connector table,
	derived    *derived   // or a query, or else something without known columns
	columns    []string   // new column names, if it was given any
	hops       []hop      // the joins above it, outermost first
}

// hop is one join on the way down to a source.
type hop struct {
	join  *sqlparse.Join
	right bool // the source is in the join's right side
}

// optional reports whether the join fills the source's side with nulls where
// nothing matches.
func (h hop) optional() bool {
	switch h.join.Kind {
	case "LEFT":
		return h.right
	case "RIGHT":
		return !h.right
	case "FULL":
		return true
	}
	return false
}

// filteredByOn reports whether the join's condition decides which rows of the
// source's side come through, with nothing put in their place.
func (h hop) filteredByOn() bool {
	switch h.join.Kind {
	case "LEFT":
		return h.right
	case "RIGHT":
		return !h.right
	case "FULL":
		return false
	}
	return true
}

// derived is the result of a query in FROM or WITH.
type derived struct {
	level   *level       // of a query that is one SELECT; nil for others
	table   *commonTable // the WITH query it is; nil for a subquery
	outputs []output
	unknown bool // the outputs could not be told
}

// output is one column of a derived result.
type output struct {
	name   string
	column *sqlparse.Name // a column as it is, under the output's name
	source *source        // or column index of a source, through a star
	index  int
}

// commonTable is one query of a WITH clause.
type commonTable struct {
	name     string
	result   *derived
	mentions int
	owner    *commonTable // the WITH query whose query it belongs to
}

// names lists the source's columns in lower case; nil if they are not known.
func (s *source) names() []string {
	switch {
	case s.columns != nil:
		return s.columns
	case s.scan != nil:
		var names []string
		for _, f := range s.scan.table.Schema.Fields() {
			names = append(names, strings.ToLower(f.Name))
		}
		return names
	case s.derived != nil && !s.derived.unknown:
		names := make([]string, 0, len(s.derived.outputs))
		for _, o := range s.derived.outputs {
			names = append(names, o.name)
		}
		return names
	}
	return nil
}

// demand marks a column of the source as mentioned.
func (s *source) demand(column int) {
	switch {
	case s.scan != nil:
		if column < len(s.scan.used) {
			s.scan.demand(column)
		}
	case s.derived != nil && column < len(s.derived.outputs):
		if o := s.derived.outputs[column]; o.source != nil {
			o.source.demand(o.index)
		}
	}
}

func (s *source) demandAll() {
	for i := range s.names() {
		s.demand(i)
	}
}

// match is one reading of a name: column index of a source, and perhaps a field
// inside it.
type match struct {
	source *source
	index  int
	field  bool
}

// resolve gives every reading of a name at one level.
func (l *level) resolve(parts []sqlparse.Ident) []match {
	names := make([]string, len(parts))
	for i, p := range parts {
		names[i] = strings.ToLower(p.Name)
	}
	var found []match
	for _, s := range l.sources {
		columns := s.names()
		for i, column := range columns {
			for _, qualifier := range append([][]string{nil}, s.qualifiers...) {
				n := len(qualifier)
				if len(names) > n && slices.Equal(names[:n], qualifier) && names[n] == column {
					found = append(found, match{s, i, len(names) > n+1})
				}
			}
		}
	}
	return found
}

// demand marks what a name mentions, at the nearest level that knows it. A name
// that no level knows may be understood by the translator in another way, so it
// counts as any column.
func (l *level) demand(name *sqlparse.Name) {
	for at := l; at != nil; at = at.parent {
		found := at.resolve(name.Parts)
		for _, m := range found {
			m.source.demand(m.index)
		}
		if len(found) > 0 || at.gives(name) {
			return
		}
	}
	for ; l != nil; l = l.parent {
		for _, s := range l.sources {
			s.demandAll()
		}
	}
}

// gives reports whether a name is that of one of the level's outputs, as in ORDER BY.
func (l *level) gives(name *sqlparse.Name) bool {
	return l.sel != nil && len(name.Parts) == 1 && slices.ContainsFunc(l.sel.Items, func(i *sqlparse.SelectItem) bool {
		return i.Alias != nil && strings.EqualFold(i.Alias.Name, name.Parts[0].Name)
	})
}

// merged reports whether a column name stands for the columns of both sides of a
// join of this level.
func (l *level) merged(name string) bool {
	for _, j := range l.joins {
		if j.Natural || slices.ContainsFunc(j.Using, func(u sqlparse.Ident) bool { return strings.EqualFold(u.Name, name) }) {
			return true
		}
	}
	return false
}

// passes reports whether a filter on the level's result may be applied to its
// rows instead: every row of the result comes from one row of its FROM clause,
// whatever the other rows are.
func (l *level) passes() bool {
	q, s := l.query, l.sel
	windows := slices.ContainsFunc(s.Items, func(i *sqlparse.SelectItem) bool {
		return i.Expr != nil && contains(i.Expr, isWindow)
	})
	return q != nil && q.Limit == nil && q.Offset == nil && !s.Distinct && s.GroupBy == nil && s.Having == nil && !windows
}

func isWindow(e sqlparse.Expr) bool {
	c, ok := e.(*sqlparse.Call)
	return ok && c.Over != nil
}

// column follows a match down to a connector table's column, through queries
// that pass filters on. The sources on the way are given outermost first.
func (m match) column() (columnRef, []*source, bool) {
	way := []*source{m.source}
	for {
		s := m.source
		switch {
		case m.field:
			return columnRef{}, nil, false
		case s.scan != nil:
			return columnRef{s.scan, m.index}, way, m.index < len(s.scan.used)
		case s.derived == nil || s.derived.level == nil || m.index >= len(s.derived.outputs):
			return columnRef{}, nil, false
		case s.derived.table != nil && s.derived.table.mentions != 1:
			return columnRef{}, nil, false // a filter of one mention is not one of the other
		}
		inner := s.derived.level
		if !inner.passes() {
			return columnRef{}, nil, false
		}
		next, ok := inner.origin(s.derived.outputs[m.index])
		if !ok {
			return columnRef{}, nil, false
		}
		m = next
		way = append(way, m.source)
	}
}

// origin is the column of the level's sources that an output is.
func (l *level) origin(o output) (match, bool) {
	switch {
	case o.source != nil:
		return match{source: o.source, index: o.index}, true
	case o.column != nil:
		return l.single(o.column)
	}
	return match{}, false
}

// single resolves a name that has exactly one reading, which is one column.
func (l *level) single(name *sqlparse.Name) (match, bool) {
	found := l.resolve(name.Parts)
	if len(found) != 1 || len(name.Parts) == 1 && l.merged(name.Parts[0].Name) {
		return match{}, false
	}
	return found[0], true
}
