package predicate

import "github.com/apache/arrow-go/v18/arrow"

// ValueSet is a set of values of one type, null among them or not: a [*SortedRangeSet], [*EquatableValueSet] or
// [*AllOrNoneValueSet].
type ValueSet interface {
	// DataType is the type of the values. For a nested type that came off the wire without a value, children are missing.
	DataType() arrow.DataType
	// NullAllowed reports whether null is in the set.
	NullAllowed() bool
	// Contains reports whether v is in the set; nil asks about null. A value of another dynamic type than [Value] says
	// equals no constant, and is in no set that constants bound.
	Contains(v Value) bool
	// IsNone reports whether nothing is in the set, not even null.
	IsNone() bool
	// IsAll reports whether everything is in the set, null too.
	IsAll() bool
}

// All is the set of everything, null too.
func All(t arrow.DataType) ValueSet { return whole(t, true, true) }

// None is the empty set.
func None(t arrow.DataType) ValueSet { return whole(t, false, false) }

// OnlyNull is the set of null.
func OnlyNull(t arrow.DataType) ValueSet { return whole(t, false, true) }

// NotNull is the set of everything but null.
func NotNull(t arrow.DataType) ValueSet { return whole(t, true, false) }

// whole builds a set without constants: a range set where ranges are usual, as connectors of other make expect them,
// and an all-or-none set for nested types and types without an order.
func whole(t arrow.DataType, all, nullAllowed bool) ValueSet {
	if arrow.IsNested(t.ID()) {
		return NewAllOrNoneValueSet(t, all, nullAllowed)
	}
	compare, err := orderOf(t)
	if err != nil {
		return NewAllOrNoneValueSet(t, all, nullAllowed)
	}
	s := &SortedRangeSet{dataType: t, nullAllowed: nullAllowed, compare: compare}
	if all {
		s.ranges = []Range{Everything()}
	}
	return s
}

// AllOrNoneValueSet holds all non-null values or none of them.
type AllOrNoneValueSet struct {
	dataType    arrow.DataType
	all         bool
	nullAllowed bool
}

// NewAllOrNoneValueSet builds a set of all or no non-null values, and of null or not.
func NewAllOrNoneValueSet(t arrow.DataType, all, nullAllowed bool) *AllOrNoneValueSet {
	return &AllOrNoneValueSet{dataType: t, all: all, nullAllowed: nullAllowed}
}

// DataType implements [ValueSet].
func (s *AllOrNoneValueSet) DataType() arrow.DataType { return s.dataType }

// NullAllowed implements [ValueSet].
func (s *AllOrNoneValueSet) NullAllowed() bool { return s.nullAllowed }

// AllValues reports whether all non-null values are in the set.
func (s *AllOrNoneValueSet) AllValues() bool { return s.all }

// Contains implements [ValueSet].
func (s *AllOrNoneValueSet) Contains(v Value) bool {
	if v == nil {
		return s.nullAllowed
	}
	return s.all
}

// IsNone implements [ValueSet].
func (s *AllOrNoneValueSet) IsNone() bool { return !s.all && !s.nullAllowed }

// IsAll implements [ValueSet].
func (s *AllOrNoneValueSet) IsAll() bool { return s.all && s.nullAllowed }
