package sqlgen

import (
	"errors"
	"fmt"
	"strings"

	"athena-timestream/federation/predicate"
)

// Slice is one part of a read that is cut into several: the slices of a read hold each of its rows once. So a slice is
// written as it is, or Select fails; it is never widened, and never given up for the length of the statement. The zero
// Slice is the whole read.
type Slice struct {
	// Span bounds a timestamp.
	Span Span
	// Some picks the values of a column.
	Some Some
}

// Span holds the rows whose timestamp Column is From or later and before To, both in milliseconds since 1970; nil is no
// bound. It holds rows without a timestamp if Null says so, or if it has no bound. The zero Span holds every row.
type Span struct {
	Column   string // as the service knows it
	From, To *int64
	Null     bool
}

// Some holds the rows of which the varchar Column is one of Values, or null if Null says so. The zero Some holds every
// row.
type Some struct {
	Column string // as the service knows it
	Values []string
	Null   bool
}

// MinMillis and MaxMillis are the first and the last whole millisecond, since 1970, that Timestream can hold.
const (
	MinMillis = minMillis
	MaxMillis = maxMillis
)

// conditions are SQL; all of them hold.
func (s Slice) conditions() ([]string, error) {
	span, err := s.Span.condition()
	if err != nil {
		return nil, err
	}
	some, err := s.Some.condition()
	if err != nil {
		return nil, err
	}
	var out []string
	for _, c := range []string{span, some} {
		if c != "" {
			out = append(out, c)
		}
	}
	return out, nil
}

func (s Span) condition() (string, error) {
	if s.From == nil && s.To == nil {
		return "", nil
	}
	low, err := s.edge(">=", s.From)
	if err != nil {
		return "", err
	}
	high, err := s.edge("<", s.To)
	if err != nil {
		return "", err
	}
	if low != nil && high != nil && *s.From >= *s.To {
		return "", fmt.Errorf("a slice of %s from %s to %s holds nothing", s.Column, low.lit, high.lit)
	}
	if s.Column == "" {
		return "", errors.New("a slice has bounds, and no column that they are of")
	}
	w := writer{id: Column{Name: s.Column}.operand(), null: s.Null}
	c := w.join(between(w.id, low, high, ""))
	return c.enclosed(), nil
}

func (s Span) edge(op string, at *int64) (*edge, error) {
	switch {
	case at == nil:
		return nil, nil
	case *at < minMillis || *at > maxMillis:
		return nil, fmt.Errorf("a slice of %s ends at %d ms since 1970: %s", s.Column, *at, beyond)
	default:
		return &edge{op, Timestamp(*at * nanosPerMilli)}, nil
	}
}

func (s Some) condition() (string, error) {
	if s.Column == "" {
		return "", nil
	}
	if len(s.Values) == 0 && !s.Null {
		return "", fmt.Errorf("a slice of %s holds nothing", s.Column)
	}
	w := writer{id: Column{Name: s.Column}.operand(), family: texts{}, null: s.Null}
	values := make([]predicate.Value, len(s.Values))
	for i, v := range s.Values {
		if _, ok := w.family.literal(v); !ok {
			return "", fmt.Errorf("a slice of %s: %s", s.Column, unwritable)
		}
		values[i] = v
	}
	return w.join(w.oneOf(values)...).enclosed(), nil
}

// implies says that all that the slice holds of a column is in the set, whose condition need not be said again then.
func (s Some) implies(c Column, set predicate.ValueSet) bool {
	if s.Column == "" || s.Column != c.Name || c.Shown || c.Nanos || s.Null && !set.NullAllowed() {
		return false
	}
	for _, v := range s.Values {
		if predicate.CheckValue(set.DataType(), v) != nil || !set.Contains(v) {
			return false
		}
	}
	return true
}

// written are the slice's conditions, which have to leave room for a statement.
func (s Slice) written(budget int) ([]string, int, error) {
	conditions, err := s.conditions()
	if err != nil {
		return nil, 0, err
	}
	n := len(strings.Join(conditions, ""))
	if n > 0 && n > budget {
		return nil, 0, errors.New("a slice of the read makes a statement above the service's limit of 256 KB: use fewer constants")
	}
	return conditions, n, nil
}

// Points are the texts of a set that lists texts only, each of which can be written: what a Some may be made of.
func Points(set predicate.ValueSet) ([]string, bool) {
	var values []predicate.Value
	switch set := set.(type) {
	case *predicate.EquatableValueSet:
		if !set.WhiteList() {
			return nil, false
		}
		values = set.Values()
	case *predicate.SortedRangeSet:
		for _, r := range set.Ranges() {
			if !r.IsPoint() {
				return nil, false
			}
			values = append(values, r.Low.Value)
		}
	}
	out := make([]string, len(values))
	for i, v := range values {
		if _, ok := (texts{}).literal(v); !ok {
			return nil, false
		}
		out[i], _ = v.(string)
	}
	return out, len(out) > 0
}
