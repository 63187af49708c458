package predicate

import (
	"errors"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
)

// Union is the set of what is in a or in b. The sets must be of one type. The result has the kind of the operands; of
// two kinds, it is a range set if one operand is, else a value list.
func Union(a, b ValueSet) (ValueSet, error) {
	return combine(a, b, operation{
		name:      "union",
		sorted:    (*SortedRangeSet).union,
		equatable: (*EquatableValueSet).union,
		boolean:   func(x, y bool) bool { return x || y },
	})
}

// Intersect is the set of what is in a and in b. Types and kinds are as in [Union].
func Intersect(a, b ValueSet) (ValueSet, error) {
	return combine(a, b, operation{
		name:      "intersection",
		sorted:    (*SortedRangeSet).intersect,
		equatable: (*EquatableValueSet).intersect,
		boolean:   func(x, y bool) bool { return x && y },
	})
}

// Complement is the set of what is not in a, of the same kind. The complement of "5" holds null.
func Complement(a ValueSet) (ValueSet, error) {
	switch a := a.(type) {
	case *SortedRangeSet:
		return a.complement(), nil
	case *EquatableValueSet:
		return a.complement(), nil
	case *AllOrNoneValueSet:
		return NewAllOrNoneValueSet(a.dataType, !a.all, !a.nullAllowed), nil
	}
	return nil, fmt.Errorf("complement: unknown kind of value set %T", a)
}

// operation is one operation on sets, for each kind.
type operation struct {
	name      string
	sorted    func(a, b *SortedRangeSet) *SortedRangeSet
	equatable func(a, b *EquatableValueSet) *EquatableValueSet
	boolean   func(a, b bool) bool
}

func combine(a, b ValueSet, op operation) (ValueSet, error) {
	set, err := op.apply(a, b)
	if err != nil {
		return nil, fmt.Errorf("%s of value sets: %w", op.name, err)
	}
	return set, nil
}

func (op operation) apply(a, b ValueSet) (ValueSet, error) {
	if a == nil || b == nil {
		return nil, errors.New("a set is missing")
	}
	t, err := commonType(a, b)
	if err != nil {
		return nil, err
	}
	switch max(rank(a), rank(b)) {
	case rankSorted:
		x, err := toSorted(a, t)
		if err != nil {
			return nil, err
		}
		y, err := toSorted(b, t)
		if err != nil {
			return nil, err
		}
		return op.sorted(x, y), nil
	case rankEquatable:
		x, err := toEquatable(a, t)
		if err != nil {
			return nil, err
		}
		y, err := toEquatable(b, t)
		if err != nil {
			return nil, err
		}
		return op.equatable(x, y), nil
	case rankAllOrNone:
		x, y := a.(*AllOrNoneValueSet), b.(*AllOrNoneValueSet)
		return NewAllOrNoneValueSet(t, op.boolean(x.all, y.all), op.boolean(x.nullAllowed, y.nullAllowed)), nil
	}
	return nil, fmt.Errorf("unknown kind of value set, one of %T and %T", a, b)
}

// Kinds by what they can express: each can take over the sets of the lower ones.
const (
	rankAllOrNone = iota
	rankEquatable
	rankSorted
	rankUnknown
)

func rank(s ValueSet) int {
	switch s.(type) {
	case *SortedRangeSet:
		return rankSorted
	case *EquatableValueSet:
		return rankEquatable
	case *AllOrNoneValueSet:
		return rankAllOrNone
	}
	return rankUnknown
}

// commonType is the type of the values of both sets. A nested type can have lost its children on the wire, in sets
// without a constant: then the other set's type is the fuller one.
func commonType(a, b ValueSet) (arrow.DataType, error) {
	x, y := a.DataType(), b.DataType()
	switch {
	case arrow.TypeEqual(x, y):
		return x, nil
	case x.ID() == y.ID() && arrow.IsNested(x.ID()) && !hasValues(b):
		return x, nil
	case x.ID() == y.ID() && arrow.IsNested(x.ID()) && !hasValues(a):
		return y, nil
	}
	return nil, fmt.Errorf("types differ: %s and %s", x, y)
}

func hasValues(s ValueSet) bool {
	switch s := s.(type) {
	case *SortedRangeSet:
		return len(s.ranges) > 0 && !s.everyValue()
	case *EquatableValueSet:
		return len(s.values) > 0
	}
	return false
}

func toSorted(s ValueSet, t arrow.DataType) (*SortedRangeSet, error) {
	switch s := s.(type) {
	case *SortedRangeSet:
		return NewSortedRangeSet(t, s.nullAllowed, s.ranges...)
	case *EquatableValueSet:
		points := make([]Range, len(s.values))
		for i, v := range s.values {
			points[i] = Point(v)
		}
		listed, err := NewSortedRangeSet(t, s.nullAllowed, points...)
		if err != nil || s.whiteList {
			return listed, err
		}
		rest := listed.complement()
		rest.nullAllowed = s.nullAllowed
		return rest, nil
	case *AllOrNoneValueSet:
		if s.all {
			return NewSortedRangeSet(t, s.nullAllowed, Everything())
		}
		return NewSortedRangeSet(t, s.nullAllowed)
	}
	return nil, fmt.Errorf("unknown kind of value set %T", s)
}

func toEquatable(s ValueSet, t arrow.DataType) (*EquatableValueSet, error) {
	switch s := s.(type) {
	case *EquatableValueSet:
		return NewEquatableValueSet(t, s.whiteList, s.nullAllowed, s.values...)
	case *AllOrNoneValueSet:
		return NewEquatableValueSet(t, !s.all, s.nullAllowed)
	}
	return nil, fmt.Errorf("a set of kind %T is no list of values", s)
}
