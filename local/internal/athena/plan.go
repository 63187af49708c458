package athena

import (
	"fmt"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/predicate"
	"athena-timestream/local/internal/sqlparse"
)

// planner decides what each scan of a bound statement is asked for.
type planner struct {
	levels    []*level
	constants func(...sqlparse.Expr) ([]constant, error)
	offers    offers
}

func (p *planner) plan() {
	for _, l := range p.levels {
		exact := p.filter(l, l.sel.Where, nil)
		for _, j := range l.joins {
			p.filter(l, j.On, j)
		}
		p.limit(l, exact)
	}
}

// filter pushes the conjuncts of a condition down: of WHERE, or of a join's ON.
// It reports whether the scans' constraints say all that the condition says.
func (p *planner) filter(l *level, condition sqlparse.Expr, on *sqlparse.Join) bool {
	exact := true
	for _, c := range conjuncts(condition) {
		exact = p.conjunct(l, c, on) && exact
	}
	return exact
}

func (p *planner) conjunct(l *level, e sqlparse.Expr, on *sqlparse.Join) bool {
	exact := true
	var why string
	for _, side := range l.sides(e) {
		j := judge{level: l, constants: p.constants, side: side}
		rows := j.verdict(e).yes
		if rows.empty {
			l.discard(on)
			return true
		}
		if !rows.exact {
			exact, why = false, j.why
			if len(rows.sets) > 0 {
				why = "sent wider, " + why
			}
		}
		for _, c := range sortedColumns(rows) {
			if err := l.push(c, rows.sets[c], on); err != nil {
				exact, why = false, reasonOf(err)
			}
		}
	}
	if !exact && !p.express(l, e, on) {
		l.note(e, why)
	}
	return exact
}

// sides lists the sources for which a conjunct is judged one by one: those that
// USING makes a column of one name of, where all joins are inner ones. The column
// has the same value in all of them. Other conjuncts are judged once, for nil.
func (l *level) sides(e sqlparse.Expr) []*source {
	var sides []*source
	contains(e, func(e sqlparse.Expr) bool {
		name, ok := e.(*sqlparse.Name)
		if !ok || len(name.Parts) != 1 || !l.merged(name.Parts[0].Name) || !l.innerOnly() {
			return false
		}
		found := l.resolve(name.Parts)
		for _, m := range found {
			if sameColumnTypes(m, found[0]) && !slices.Contains(sides, m.source) {
				sides = append(sides, m.source)
			}
		}
		return false
	})
	if sides == nil {
		return []*source{nil}
	}
	return sides
}

func (l *level) innerOnly() bool {
	return !slices.ContainsFunc(l.joins, func(j *sqlparse.Join) bool { return j.Kind != "INNER" && j.Kind != "CROSS" })
}

func sameColumnTypes(a, b match) bool {
	x, _, ok := a.column()
	y, _, also := b.column()
	return ok && also && arrow.TypeEqual(x.dataType(), y.dataType())
}

// discard marks the level's own tables as not worth reading when no row passes WHERE.
func (l *level) discard(on *sqlparse.Join) {
	if on != nil {
		return
	}
	for _, s := range l.sources {
		if s.scan != nil {
			s.scan.nothing = true
		}
	}
}

func sortedColumns(r region) []columnRef {
	var columns []columnRef
	for c := range r.sets {
		columns = append(columns, c)
	}
	slices.SortFunc(columns, func(a, b columnRef) int {
		if a.scan != b.scan {
			return strings.Compare(a.scan.name, b.scan.name)
		}
		return a.index - b.index
	})
	return columns
}

// push adds a set to a scan's constraints if rows outside of the set cannot
// matter for the level's result. The error is a leftOut.
func (l *level) push(c columnRef, set predicate.ValueSet, on *sqlparse.Join) error {
	if err := l.reaches(c.scan, on, !set.NullAllowed()); err != nil {
		return err
	}
	if err := c.scan.constrain(c.index, set); err != nil {
		return leaveOut("%v", err)
	}
	return nil
}

// reaches reports, with the reason as an error, whether a condition of WHERE (on
// is nil) or of a join may drop rows of a scan. A condition that rejects nulls
// may do so even below a join that fills in nulls: the filled-in rows fail too.
func (l *level) reaches(s *scan, on *sqlparse.Join, rejectsNulls bool) error {
	way := l.wayTo(s)
	hops := way[0].hops
	if on != nil {
		at := slices.IndexFunc(hops, func(h hop) bool { return h.join == on })
		if at < 0 {
			return leaveOut("its table is not joined here")
		}
		if !hops[at].filteredByOn() {
			return leaveOut("the outer join keeps rows that fail it")
		}
		hops = hops[at+1:]
	}
	for _, inner := range way[1:] {
		hops = append(hops[:len(hops):len(hops)], inner.hops...)
	}
	if !rejectsNulls && slices.ContainsFunc(hops, hop.optional) {
		return leaveOut("it is true for rows that an outer join fills with nulls")
	}
	return nil
}

// wayTo lists the sources from the level down to a scan; nil if it is not below.
func (l *level) wayTo(s *scan) []*source {
	for _, from := range l.sources {
		if from.scan == s {
			return []*source{from}
		}
		if from.derived == nil || from.derived.level == nil {
			continue
		}
		if way := from.derived.level.wayTo(s); way != nil {
			return append([]*source{from}, way...)
		}
	}
	return nil
}

// note tells the tables that a conjunct mentions why it was not pushed down. That
// a join is not needs no telling.
func (l *level) note(e sqlparse.Expr, why string) {
	scans := l.mentioned(e)
	if len(scans) > 1 && why == twoColumns {
		return
	}
	for _, s := range scans {
		s.note(fmt.Sprintf("%s: %s", e, why))
	}
}

// mentioned lists the connector tables whose columns an expression mentions.
func (l *level) mentioned(e sqlparse.Expr) []*scan {
	var scans []*scan
	contains(e, func(e sqlparse.Expr) bool {
		name, ok := e.(*sqlparse.Name)
		if !ok {
			return false
		}
		for _, m := range l.resolve(name.Parts) {
			m.field = false
			if c, _, ok := m.column(); ok && !slices.Contains(scans, c.scan) {
				scans = append(scans, c.scan)
			}
		}
		return false
	})
	return scans
}
