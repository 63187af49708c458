package predicate

import (
	"errors"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
)

// Bound says on which side of its value a [Marker] stands.
type Bound uint8

// The bounds in their order: markers of equal value sort Below, Exactly, Above.
const (
	Below Bound = iota
	Exactly
	Above
)

// String gives the name used on the wire.
func (b Bound) String() string {
	switch b {
	case Below:
		return "BELOW"
	case Exactly:
		return "EXACTLY"
	case Above:
		return "ABOVE"
	}
	return fmt.Sprintf("Bound(%d)", uint8(b))
}

// Marker is a place in a type's order: just below, at, or just above a value. A nil Value is no value: with Above it
// stands below all values (the low end of an unbounded range), with Below it stands above all.
type Marker struct {
	Value Value
	Bound Bound
}

// Unbounded reports whether the marker stands outside all values.
func (m Marker) Unbounded() bool { return m.Value == nil }

// Range is the values between two markers. It is never empty: low is at most high, Low has Exactly or Above, High has
// Exactly or Below.
type Range struct{ Low, High Marker }

// IsPoint reports whether the range holds one value only.
func (r Range) IsPoint() bool {
	return r.Low.Bound == Exactly && r.High.Bound == Exactly && r.Low.Value != nil && identical(r.Low.Value, r.High.Value)
}

// Point is the range of v alone.
func Point(v Value) Range { return Range{Marker{v, Exactly}, Marker{v, Exactly}} }

// AtLeast is the range of v and all above.
func AtLeast(v Value) Range { return Range{Marker{v, Exactly}, Marker{nil, Below}} }

// GreaterThan is the range of all above v.
func GreaterThan(v Value) Range { return Range{Marker{v, Above}, Marker{nil, Below}} }

// AtMost is the range of v and all below.
func AtMost(v Value) Range { return Range{Marker{nil, Above}, Marker{v, Exactly}} }

// LessThan is the range of all below v.
func LessThan(v Value) Range { return Range{Marker{nil, Above}, Marker{v, Below}} }

// Everything is the range of all non-null values.
func Everything() Range { return Range{Marker{nil, Above}, Marker{nil, Below}} }

// order compares markers of one type.
type order func(a, b Value) int

// markers compares two markers, each of which may be unbounded.
func (o order) markers(a, b Marker) int {
	if a.Unbounded() || b.Unbounded() {
		return a.side() - b.side()
	}
	if c := o(a.Value, b.Value); c != 0 {
		return c
	}
	return int(a.Bound) - int(b.Bound)
}

// side is -1 below all values, 1 above all, 0 among them.
func (m Marker) side() int {
	switch {
	case m.Value != nil:
		return 0
	case m.Bound == Above:
		return -1
	}
	return 1
}

// check says what is wrong with a range of type t.
func (r Range) check(t arrow.DataType, compare order) error {
	for _, m := range []Marker{r.Low, r.High} {
		if m.Bound > Above {
			return fmt.Errorf("unknown bound %s", m.Bound)
		}
		if m.Unbounded() && m.Bound == Exactly {
			return errors.New("a range cannot end exactly at null: allow null in the set instead")
		}
		if !m.Unbounded() {
			if err := CheckValue(t, m.Value); err != nil {
				return err
			}
		}
	}
	switch {
	case r.Low.Bound == Below:
		return errors.New("low bound of a range must be EXACTLY or ABOVE")
	case r.High.Bound == Above:
		return errors.New("high bound of a range must be EXACTLY or BELOW")
	case compare.markers(r.Low, r.High) > 0:
		return errors.New("low end of a range must be less than or equal to its high end")
	}
	return nil
}

// contains reports whether the value lies between the markers.
func (r Range) contains(v Value, compare order) bool {
	at := Marker{v, Exactly}
	return compare.markers(r.Low, at) <= 0 && compare.markers(at, r.High) <= 0
}
