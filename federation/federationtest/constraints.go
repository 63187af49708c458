package federationtest

import (
	"context"
	"fmt"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/predicate"
)

// checkConstraints reads each column under every kind of value set, built around
// values that occur in it. What the engine's own filter leaves of the answer must
// be what it leaves of all rows.
func checkConstraints(ctx context.Context, s *session) error {
	return s.each(func(t *table) error {
		for i, f := range t.Schema.Fields() {
			sets, err := valueSets(f.Type, occurring(f.Type, t.rows, i))
			if err != nil {
				return fmt.Errorf("column %q: %w", f.Name, err)
			}
			for _, set := range sets {
				if err := s.checkWhere(ctx, t, predicate.Column{Name: f.Name, Set: set.set}); err != nil {
					return fmt.Errorf("%q %s: %w", f.Name, set.name, err)
				}
			}
		}
		return nil
	})
}

// checkConjunction constrains neighbouring columns at once.
func checkConjunction(ctx context.Context, s *session) error {
	return s.each(func(t *table) error {
		for i := range t.Schema.NumFields() - 1 {
			a, b := t.Schema.Field(i), t.Schema.Field(i+1)
			first, err := valueSets(a.Type, occurring(a.Type, t.rows, i))
			if err != nil {
				return err
			}
			second, err := valueSets(b.Type, occurring(b.Type, t.rows, i+1))
			if err != nil {
				return err
			}
			x, y := first[i%len(first)], second[(2*i+1)%len(second)]
			err = s.checkWhere(ctx, t, predicate.Column{Name: a.Name, Set: x.set}, predicate.Column{Name: b.Name, Set: y.set})
			if err != nil {
				return fmt.Errorf("%q %s and %q %s: %w", a.Name, x.name, b.Name, y.name, err)
			}
		}
		return nil
	})
}

func (s *session) checkWhere(ctx context.Context, t *table, columns ...predicate.Column) error {
	where := predicate.Unconstrained()
	where.Summary = columns
	rows, err := s.read(ctx, s.client(), t, t.Schema, where)
	if err != nil {
		return err
	}
	if extra := difference(rows, t.rows); len(extra) > 0 {
		return fmt.Errorf("a row came that is not in the table: %s", extra[0])
	}
	return same(filter(rows, t.Schema, where), filter(t.rows, t.Schema, where))
}

// occurring picks the least, a middle and the greatest value of a column, fewer
// if there are fewer; for types without an order, the first.
func occurring(t arrow.DataType, rows []row, column int) []any {
	var values []any
	for _, r := range rows {
		if r[column] != nil {
			values = append(values, r[column])
		}
	}
	if len(values) == 0 {
		return nil
	}
	if !ordered(t) {
		return values[:1]
	}
	slices.SortFunc(values, func(a, b any) int {
		order, _ := predicate.Compare(t, a, b) // values of the column's type have an order
		return order
	})
	values = slices.CompactFunc(values, func(a, b any) bool {
		order, _ := predicate.Compare(t, a, b)
		return order == 0
	})
	if len(values) <= 3 {
		return values
	}
	return []any{values[0], values[len(values)/2], values[len(values)-1]}
}

func ordered(t arrow.DataType) bool {
	switch t.ID() {
	case arrow.LIST, arrow.STRUCT, arrow.MAP:
		return false
	}
	return true
}

// namedSet is a value set with a name for messages.
type namedSet struct {
	name string
	set  predicate.ValueSet
}

// valueSets are the sets that an engine can send for a column in which the
// values occur, in order.
func valueSets(t arrow.DataType, values []any) ([]namedSet, error) {
	b := &setBuilder{t: t}
	b.add("all", predicate.All(t))
	b.add("none", predicate.None(t))
	b.add("is null", predicate.OnlyNull(t))
	b.add("is not null", predicate.NotNull(t))
	for _, all := range []bool{false, true} {
		for _, null := range []bool{false, true} {
			b.add(fmt.Sprintf("all %v, null %v", all, null), predicate.NewAllOrNoneValueSet(t, all, null))
		}
	}
	if len(values) > 0 {
		b.equatable(values)
		if ordered(t) {
			b.sorted(values)
		}
	}
	return b.sets, b.err
}

// setBuilder gathers sets and keeps the first error.
type setBuilder struct {
	t    arrow.DataType
	sets []namedSet
	err  error
}

func (b *setBuilder) add(name string, set predicate.ValueSet) {
	b.sets = append(b.sets, namedSet{name, set})
}

func (b *setBuilder) equatable(values []any) {
	for _, white := range []bool{false, true} {
		for _, null := range []bool{false, true} {
			set, err := predicate.NewEquatableValueSet(b.t, white, null, values...)
			b.added(fmt.Sprintf("in %v (white list %v, null %v)", values, white, null), set, err)
			set, err = predicate.NewEquatableValueSet(b.t, white, null)
			b.added(fmt.Sprintf("in nothing (white list %v, null %v)", white, null), set, err)
		}
	}
}

func (b *setBuilder) sorted(values []any) {
	low, high := values[0], values[len(values)-1]
	middle := values[len(values)/2]
	var points []predicate.Range
	for _, v := range values {
		points = append(points, predicate.Point(v))
	}
	for _, null := range []bool{false, true} {
		b.ranges("in the values", null, points...)
		b.ranges("= the middle", null, predicate.Point(middle))
		b.ranges("< the middle", null, predicate.LessThan(middle))
		b.ranges("<= the middle", null, predicate.AtMost(middle))
		b.ranges("> the middle", null, predicate.GreaterThan(middle))
		b.ranges(">= the middle", null, predicate.AtLeast(middle))
		b.ranges("<> the middle", null, predicate.LessThan(middle), predicate.GreaterThan(middle))
		b.ranges("between the ends", null, predicate.Range{Low: predicate.Point(low).Low, High: predicate.Point(high).High})
		b.ranges("< the least", null, predicate.LessThan(low))
		b.ranges("> the greatest", null, predicate.GreaterThan(high))
		b.ranges("the ends and beyond", null, predicate.AtMost(low), predicate.AtLeast(high))
	}
	if len(values) > 1 {
		b.ranges("inside the ends", false, predicate.Range{Low: predicate.GreaterThan(low).Low, High: predicate.LessThan(high).High})
		b.ranges("the least or above the middle", false, predicate.Point(low), predicate.GreaterThan(middle))
	}
}

func (b *setBuilder) ranges(name string, null bool, ranges ...predicate.Range) {
	set, err := predicate.NewSortedRangeSet(b.t, null, ranges...)
	if null {
		name += " or null"
	}
	b.added(name, set, err)
}

func (b *setBuilder) added(name string, set predicate.ValueSet, err error) {
	if err != nil {
		if b.err == nil {
			b.err = fmt.Errorf("build the set %q: %w", name, err)
		}
		return
	}
	b.add(name, set)
}
