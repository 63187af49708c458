package predicate

import (
	"fmt"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"
)

// SortedRangeSet is a set of ranges over a type with an order. "All but null" is one unbounded range without null,
// "only null" is no range with null.
type SortedRangeSet struct {
	dataType    arrow.DataType
	nullAllowed bool
	ranges      []Range // sorted, disjoint, no two touch
	compare     order   // nil only if the type has none, and then there is no bounded range
}

// NewSortedRangeSet builds a set from ranges in any order, which may overlap. Ranges that overlap or touch become one:
// below 5 and exactly 5 touch; up to 4 and from 5 do not, also for integers. It is an error if a range is not valid (see
// [Range]) or has a value that is not of type t.
func NewSortedRangeSet(t arrow.DataType, nullAllowed bool, ranges ...Range) (*SortedRangeSet, error) {
	s := &SortedRangeSet{dataType: t, nullAllowed: nullAllowed}
	compare, err := orderOf(t)
	if err != nil {
		if slices.ContainsFunc(ranges, func(r Range) bool { return r != Everything() }) {
			return nil, fmt.Errorf("range set: %w", err)
		}
		compare = func(a, b Value) int { return 0 }
	}
	for _, r := range ranges {
		if err := r.check(t, compare); err != nil {
			return nil, fmt.Errorf("range set of %s: %w", t, err)
		}
	}
	s.compare = compare
	s.ranges = merge(slices.Clone(ranges), compare)
	return s, nil
}

// merge sorts ranges in place and joins those that overlap or touch.
func merge(ranges []Range, compare order) []Range {
	slices.SortStableFunc(ranges, func(a, b Range) int { return compare.markers(a.Low, b.Low) })
	merged := ranges[:0]
	for _, r := range ranges {
		if r.Low.Bound == Exactly && r.High.Bound == Exactly && compare.markers(r.Low, r.High) == 0 {
			r.High = r.Low // one form, for IsPoint
		}
		if n := len(merged) - 1; n >= 0 && compare.joined(merged[n].High, r.Low) {
			if compare.markers(r.High, merged[n].High) > 0 {
				merged[n].High = r.High
			}
			continue
		}
		merged = append(merged, r)
	}
	return slices.Clip(merged)
}

// joined reports whether no value lies between the high end of one range and the low end of a later one.
func (o order) joined(high, low Marker) bool {
	if high.Unbounded() || low.Unbounded() {
		return true
	}
	c := o(high.Value, low.Value)
	return c > 0 || c == 0 && (high.Bound == Exactly || low.Bound == Exactly)
}

// DataType implements [ValueSet].
func (s *SortedRangeSet) DataType() arrow.DataType { return s.dataType }

// NullAllowed implements [ValueSet].
func (s *SortedRangeSet) NullAllowed() bool { return s.nullAllowed }

// Ranges gives the ranges, sorted and disjoint, no two touching. The slice belongs to the set.
func (s *SortedRangeSet) Ranges() []Range { return s.ranges }

// Contains implements [ValueSet].
func (s *SortedRangeSet) Contains(v Value) bool {
	if v == nil {
		return s.nullAllowed
	}
	if s.everyValue() {
		return true
	}
	if len(s.ranges) == 0 || CheckValue(s.dataType, v) != nil {
		return false
	}
	at := Marker{v, Exactly}
	i, _ := slices.BinarySearchFunc(s.ranges, at, func(r Range, at Marker) int { return s.compare.markers(r.High, at) })
	return i < len(s.ranges) && s.ranges[i].contains(v, s.compare)
}

// IsNone implements [ValueSet].
func (s *SortedRangeSet) IsNone() bool { return len(s.ranges) == 0 && !s.nullAllowed }

// IsAll implements [ValueSet].
func (s *SortedRangeSet) IsAll() bool { return s.everyValue() && s.nullAllowed }

func (s *SortedRangeSet) everyValue() bool {
	return len(s.ranges) == 1 && s.ranges[0].Low.Unbounded() && s.ranges[0].High.Unbounded()
}

func (s *SortedRangeSet) complement() *SortedRangeSet {
	c := &SortedRangeSet{dataType: s.dataType, nullAllowed: !s.nullAllowed, compare: s.compare}
	low := Everything().Low
	for _, r := range s.ranges {
		if !r.Low.Unbounded() {
			c.ranges = append(c.ranges, Range{low, r.Low.before()})
		}
		if r.High.Unbounded() {
			return c
		}
		low = r.High.after()
	}
	c.ranges = append(c.ranges, Range{low, Everything().High})
	return c
}

// before turns a low end into the high end of all that lies below it.
func (m Marker) before() Marker {
	if m.Bound == Exactly {
		return Marker{m.Value, Below}
	}
	return Marker{m.Value, Exactly}
}

// after turns a high end into the low end of all that lies above it.
func (m Marker) after() Marker {
	if m.Bound == Exactly {
		return Marker{m.Value, Above}
	}
	return Marker{m.Value, Exactly}
}

func (s *SortedRangeSet) union(o *SortedRangeSet) *SortedRangeSet {
	return &SortedRangeSet{
		dataType:    s.dataType,
		nullAllowed: s.nullAllowed || o.nullAllowed,
		compare:     s.compare,
		ranges:      merge(slices.Concat(s.ranges, o.ranges), s.compare),
	}
}

func (s *SortedRangeSet) intersect(o *SortedRangeSet) *SortedRangeSet {
	both := &SortedRangeSet{dataType: s.dataType, nullAllowed: s.nullAllowed && o.nullAllowed, compare: s.compare}
	for i, j := 0, 0; i < len(s.ranges) && j < len(o.ranges); {
		a, b := s.ranges[i], o.ranges[j]
		if s.compare.markers(a.Low, b.Low) < 0 {
			a.Low = b.Low
		}
		if s.compare.markers(a.High, b.High) < 0 {
			i++
		} else {
			a.High = b.High
			j++
		}
		if s.compare.markers(a.Low, a.High) <= 0 {
			both.ranges = append(both.ranges, a)
		}
	}
	return both
}
