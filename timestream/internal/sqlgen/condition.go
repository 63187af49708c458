package sqlgen

import (
	"fmt"
	"strings"

	"athena-timestream/federation/predicate"
)

// condition is what SQL says about one column.
type condition struct {
	sql    string // empty: nothing is said
	never  bool   // no row can match
	or     bool   // sql has OR at its top
	reason string // why the condition accepts more than the set; empty if it says exactly the set
	span   string // a shorter condition that accepts more, empty if there is none
}

// enclosed is the SQL as it can stand beside an AND.
func (c condition) enclosed() string {
	if c.or {
		return "(" + c.sql + ")"
	}
	return c.sql
}

// conditionOn writes the set of values that Athena wants of a column.
func conditionOn(c Column, set predicate.ValueSet, nan bool) (condition, error) {
	if set.IsAll() {
		return condition{}, nil
	}
	if set.IsNone() {
		return condition{never: true}, nil
	}
	w := writer{id: c.operand(), null: set.NullAllowed()}
	known := false
	if w.family, known = familyOf(set.DataType(), nan); !known || c.Shown {
		w.family = nil
	}
	if c.Nanos {
		w.id, w.family = operand(Identifier(c.Name).String()), nanoseconds{}
	}
	switch set := set.(type) {
	case *predicate.SortedRangeSet:
		return w.ranges(set.Ranges()), nil
	case *predicate.EquatableValueSet:
		return w.values(set)
	case *predicate.AllOrNoneValueSet:
		return w.allOrNone(set.AllValues()), nil
	default:
		return condition{}, fmt.Errorf("column %s: no SQL for a set of values of type %T", c.Name, set)
	}
}

// writer writes one column's condition.
type writer struct {
	id     operand
	family family // nil: no constant can be compared with the column
	null   bool   // null is wanted too
}

const (
	unpushed   = "no constant can be compared with columns of this type"
	unwritable = "a constant cannot be written in SQL"
)

func (w writer) allOrNone(all bool) condition {
	if all {
		return w.join(anything(""))
	}
	return w.join()
}

// ranges writes a sorted set. Its outermost ends give the span.
func (w writer) ranges(rs []predicate.Range) condition {
	if len(rs) == 0 || len(rs) == 1 && rs[0].Low.Unbounded() && rs[0].High.Unbounded() {
		return w.allOrNone(len(rs) > 0)
	}
	if w.family == nil {
		return w.join(anything(unpushed))
	}
	if holes, ok := holes(rs); ok && !w.family.splits() {
		return w.except(holes)
	}
	var points []predicate.Value
	var pieces []piece
	for _, r := range rs {
		if r.IsPoint() {
			points = append(points, r.Low.Value)
		} else {
			pieces = append(pieces, w.family.interval(w.id, r))
		}
	}
	c := w.join(append(pieces, w.oneOf(points)...)...)
	if len(rs) > 1 && !c.never {
		outer := predicate.Range{Low: rs[0].Low, High: rs[len(rs)-1].High}
		c.span = w.join(w.family.interval(w.id, outer)).sql
	}
	return c
}

// values writes a white or black list.
func (w writer) values(set *predicate.EquatableValueSet) (condition, error) {
	values := set.Values()
	if len(values) == 0 {
		return w.allOrNone(!set.WhiteList()), nil
	}
	switch {
	case w.family == nil:
		return w.join(anything(unpushed)), nil
	case set.WhiteList():
		return w.join(w.oneOf(values)...), nil
	case w.family.splits():
		rest, err := around(set)
		if err != nil {
			return condition{}, fmt.Errorf("column %s: %w", string(w.id), err)
		}
		return w.ranges(rest), nil
	default:
		return w.except(values), nil
	}
}

// around are the ranges that a black list leaves.
func around(set *predicate.EquatableValueSet) ([]predicate.Range, error) {
	points := make([]predicate.Range, len(set.Values()))
	for i, v := range set.Values() {
		points[i] = predicate.Point(v)
	}
	listed, err := predicate.NewSortedRangeSet(set.DataType(), !set.NullAllowed(), points...)
	if err != nil {
		return nil, err
	}
	rest, err := predicate.Complement(listed)
	if err != nil {
		return nil, err
	}
	sorted, ok := rest.(*predicate.SortedRangeSet)
	if !ok {
		return nil, fmt.Errorf("the complement of a sorted set is a %T", rest)
	}
	return sorted.Ranges(), nil
}

// holes are the values that the ranges leave out, if they leave out single values only.
func holes(rs []predicate.Range) ([]predicate.Value, bool) {
	if !rs[0].Low.Unbounded() || !rs[len(rs)-1].High.Unbounded() {
		return nil, false
	}
	var out []predicate.Value
	for i := 1; i < len(rs); i++ {
		above, below := rs[i-1].High, rs[i].Low
		gap := predicate.Range{
			Low:  predicate.Marker{Value: above.Value, Bound: predicate.Exactly},
			High: predicate.Marker{Value: below.Value, Bound: predicate.Exactly},
		}
		if above.Bound == predicate.Exactly || below.Bound == predicate.Exactly || !gap.IsPoint() {
			return nil, false
		}
		out = append(out, above.Value)
	}
	return out, true
}

// oneOf accepts the values: an IN list of those that have a literal, and a piece for each of the others.
func (w writer) oneOf(values []predicate.Value) []piece {
	var list []string
	var pieces []piece
	for _, v := range values {
		if lit, ok := w.family.literal(v); ok {
			list = append(list, lit.String())
		} else {
			pieces = append(pieces, w.family.interval(w.id, predicate.Point(v)))
		}
	}
	switch len(list) {
	case 0:
		return pieces
	case 1:
		return append(pieces, piece{sql: w.id.String() + " = " + list[0]})
	default:
		return append(pieces, piece{sql: w.id.String() + " IN (" + strings.Join(list, ", ") + ")"})
	}
}

// except accepts everything but the values. One that has no literal stays in.
func (w writer) except(values []predicate.Value) condition {
	var list []string
	reason := ""
	for _, v := range values {
		if lit, ok := w.family.literal(v); ok {
			list = append(list, lit.String())
		} else {
			reason = unwritable
		}
	}
	switch len(list) {
	case 0:
		return w.join(anything(reason))
	case 1:
		return w.join(piece{sql: w.id.String() + " <> " + list[0], reason: reason})
	default:
		return w.join(piece{sql: w.id.String() + " NOT IN (" + strings.Join(list, ", ") + ")", reason: reason})
	}
}

// join makes one condition of the pieces, of which any may hold, and of null if it is wanted.
func (w writer) join(pieces ...piece) condition {
	var c condition
	var terms []piece
	everything := false
	for _, p := range pieces {
		c.reason = weightier(c.reason, p.reason)
		everything = everything || p.sql == "" && !p.never
		if p.sql != "" {
			terms = append(terms, p)
		}
	}
	if everything {
		terms = []piece{{sql: w.id.String() + " IS NOT NULL"}}
	}
	if w.null {
		if everything {
			return condition{reason: c.reason}
		}
		terms = append([]piece{{sql: w.id.String() + " IS NULL"}}, terms...)
	}
	c.never = len(terms) == 0
	c.or = len(terms) > 1
	c.sql = anyOf(terms)
	return c
}

func anyOf(terms []piece) string {
	texts := make([]string, len(terms))
	for i, t := range terms {
		texts[i] = t.sql
		if t.and && len(terms) > 1 {
			texts[i] = "(" + t.sql + ")"
		}
	}
	return strings.Join(texts, " OR ")
}
