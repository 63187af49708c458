package predicate

import (
	"fmt"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"
)

// EquatableValueSet is a list of the values that are in the set (a white list) or of those that are not.
type EquatableValueSet struct {
	dataType    arrow.DataType
	whiteList   bool
	nullAllowed bool
	values      []Value // distinct, in the order given
	sorted      []Value // the same, in the type's order
	compare     order
}

// NewEquatableValueSet builds a set from distinct values; repeated ones are dropped. It is an error if a value is null
// or not of type t: null is allowed or not by nullAllowed, for both kinds of list.
func NewEquatableValueSet(t arrow.DataType, whiteList, nullAllowed bool, values ...Value) (*EquatableValueSet, error) {
	s := &EquatableValueSet{dataType: t, whiteList: whiteList, nullAllowed: nullAllowed}
	compare, err := orderOf(t)
	if err != nil && len(values) > 0 {
		return nil, fmt.Errorf("value list: %w", err)
	}
	s.compare = compare
	for _, v := range values {
		if err := CheckValue(t, v); err != nil {
			return nil, fmt.Errorf("value list of %s: %w", t, err)
		}
	}
	s.setValues(values)
	return s, nil
}

// setValues fills the set with checked values.
func (s *EquatableValueSet) setValues(values []Value) {
	s.sorted = slices.SortedStableFunc(slices.Values(values), s.compare)
	s.sorted = slices.CompactFunc(s.sorted, func(a, b Value) bool { return s.compare(a, b) == 0 })
	if len(s.sorted) == len(values) {
		s.values = slices.Clone(values)
		return
	}
	s.values = make([]Value, 0, len(s.sorted))
	taken := make([]bool, len(s.sorted))
	for _, v := range values {
		if i, _ := s.search(v); !taken[i] {
			taken[i] = true
			s.values = append(s.values, v)
		}
	}
}

func (s *EquatableValueSet) search(v Value) (int, bool) {
	return slices.BinarySearchFunc(s.sorted, v, s.compare)
}

// DataType implements [ValueSet].
func (s *EquatableValueSet) DataType() arrow.DataType { return s.dataType }

// NullAllowed implements [ValueSet].
func (s *EquatableValueSet) NullAllowed() bool { return s.nullAllowed }

// WhiteList reports whether [EquatableValueSet.Values] are the values in the set; else they are those outside of it.
func (s *EquatableValueSet) WhiteList() bool { return s.whiteList }

// Values gives the listed values, distinct, in the order they were given. The slice belongs to the set.
func (s *EquatableValueSet) Values() []Value { return s.values }

// Contains implements [ValueSet].
func (s *EquatableValueSet) Contains(v Value) bool {
	if v == nil {
		return s.nullAllowed
	}
	if len(s.values) == 0 {
		return !s.whiteList
	}
	if CheckValue(s.dataType, v) != nil {
		return false
	}
	return s.listed(v) == s.whiteList
}

func (s *EquatableValueSet) listed(v Value) bool {
	_, ok := s.search(v)
	return ok
}

// IsNone implements [ValueSet].
func (s *EquatableValueSet) IsNone() bool { return s.whiteList && len(s.values) == 0 && !s.nullAllowed }

// IsAll implements [ValueSet].
func (s *EquatableValueSet) IsAll() bool { return !s.whiteList && len(s.values) == 0 && s.nullAllowed }

func (s *EquatableValueSet) complement() *EquatableValueSet {
	c := *s
	c.whiteList, c.nullAllowed = !s.whiteList, !s.nullAllowed
	return &c
}

func (s *EquatableValueSet) intersect(o *EquatableValueSet) *EquatableValueSet {
	both := &EquatableValueSet{
		dataType:    s.dataType,
		whiteList:   s.whiteList || o.whiteList,
		nullAllowed: s.nullAllowed && o.nullAllowed,
		compare:     s.compare,
	}
	if !both.whiteList {
		both.setValues(slices.Concat(s.values, o.values))
		return both
	}
	list, other := s, o
	if !s.whiteList {
		list, other = o, s
	}
	var values []Value
	for _, v := range list.values {
		if other.listed(v) == other.whiteList {
			values = append(values, v)
		}
	}
	both.setValues(values)
	return both
}

func (s *EquatableValueSet) union(o *EquatableValueSet) *EquatableValueSet {
	return s.complement().intersect(o.complement()).complement()
}
