package athena

import (
	"athena-timestream/federation/predicate"
)

// region is a set of rows, as a conjunction of value sets over single columns.
// It is never smaller than the set of rows it stands for; exact says that it is
// not larger either. A column without an entry is unconstrained.
type region struct {
	empty bool // no row at all; sets is nil then
	exact bool
	sets  map[columnRef]predicate.ValueSet
}

// columnRef is one column of one scan.
type columnRef struct {
	scan  *scan
	index int // into scan.schema
}

var (
	noRow   = region{empty: true, exact: true}
	anyRow  = region{exact: true}
	unknown = region{} // any row, as far as we can tell
)

// oneColumn is the region in which a column's value lies in a set.
func oneColumn(c columnRef, set predicate.ValueSet, exact bool) region {
	switch {
	case set.IsNone():
		return noRow
	case set.IsAll():
		return region{exact: exact}
	}
	return region{exact: exact, sets: map[columnRef]predicate.ValueSet{c: set}}
}

// intersect gives the rows that are in both.
func (a region) intersect(b region) region {
	if a.empty || b.empty {
		return noRow
	}
	out := region{exact: a.exact && b.exact, sets: map[columnRef]predicate.ValueSet{}}
	for c, set := range a.sets {
		out.sets[c] = set
	}
	for c, set := range b.sets {
		have, ok := out.sets[c]
		if !ok {
			out.sets[c] = set
			continue
		}
		both, err := predicate.Intersect(have, set)
		if err != nil { // keep one: wider, so still true
			out.exact = false
			continue
		}
		if both.IsNone() {
			return noRow
		}
		out.sets[c] = both
	}
	return out
}

// union gives the rows that are in at least one: per column, for the columns
// that both constrain.
func (a region) union(b region) region {
	if a.empty {
		return b
	}
	if b.empty {
		return a
	}
	if len(a.sets) == 0 || len(b.sets) == 0 { // every row, or unknown
		return region{exact: len(a.sets) == 0 && a.exact || len(b.sets) == 0 && b.exact}
	}
	// A box around two boxes is larger than both, unless they differ in one
	// direction only.
	out := region{exact: a.exact && b.exact && len(a.sets) == 1 && len(b.sets) == 1, sets: map[columnRef]predicate.ValueSet{}}
	for c, set := range a.sets {
		other, ok := b.sets[c]
		if !ok {
			out.exact = false
			continue
		}
		both, err := predicate.Union(set, other)
		if err != nil { // drop the column: wider, so still true
			out.exact = false
			continue
		}
		if !both.IsAll() {
			out.sets[c] = both
		}
	}
	return out
}

// verdict holds the rows for which a condition is true and those for which it is
// false; the rows for which it is null are in neither.
type verdict struct{ yes, no region }

var undecided = verdict{unknown, unknown}

func (v verdict) not() verdict { return verdict{v.no, v.yes} }

func (v verdict) and(w verdict) verdict {
	return verdict{v.yes.intersect(w.yes), v.no.union(w.no)}
}

func (v verdict) or(w verdict) verdict { return v.not().and(w.not()).not() }

// constantVerdict is the verdict of a condition without columns.
func constantVerdict(null, value bool) verdict {
	switch {
	case null:
		return verdict{noRow, noRow}
	case value:
		return verdict{anyRow, noRow}
	default:
		return verdict{noRow, anyRow}
	}
}
