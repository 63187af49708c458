package message

import (
	"errors"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/predicate"
)

// valueSet passes a value set of any kind.
func valueSet(w *walker, p *predicate.ValueSet) {
	if !w.notNull(*p == nil) {
		return
	}
	w.braces(func() {
		var kind string
		var err error
		if !w.decoding() {
			if kind, err = setKind(*p); err != nil {
				w.fail("%w", err)
				return
			}
		}
		w.discriminator(&kind)
		switch kind {
		case sortedRangeSet:
			sortedSet(w, p)
		case equatableValueSet:
			equatableSet(w, p)
		case allOrNoneValueSet:
			allOrNoneSet(w, p)
		default:
			w.fail("no serde configured for value set %s", kind)
		}
	})
}

// Kinds of value sets.
const (
	sortedRangeSet    = "SortedRangeSet"
	equatableValueSet = "EquatableValueSet"
	allOrNoneValueSet = "AllOrNoneValueSet"
)

func setKind(s predicate.ValueSet) (string, error) {
	switch s.(type) {
	case *predicate.SortedRangeSet:
		return sortedRangeSet, nil
	case *predicate.EquatableValueSet:
		return equatableValueSet, nil
	case *predicate.AllOrNoneValueSet:
		return allOrNoneValueSet, nil
	}
	return "", fmt.Errorf("unknown kind of value set %T", s)
}

func sortedSet(w *walker, p *predicate.ValueSet) {
	var t arrow.DataType
	var ranges []predicate.Range
	var nullAllowed bool
	if !w.decoding() {
		s := (*p).(*predicate.SortedRangeSet)
		t, ranges, nullAllowed = s.DataType(), s.Ranges(), s.NullAllowed()
	}
	w.dataType("type", &t)
	full := t
	list(w, "ranges", &ranges, func(r *predicate.Range) {
		w.braces(func() {
			w.field("low", func() { marker(w, t, &full, &r.Low) })
			w.field("high", func() { marker(w, t, &full, &r.High) })
		})
	})
	w.boolean("nullAllowed", &nullAllowed)
	if w.err != nil || !w.decoding() {
		return
	}
	s, err := predicate.NewSortedRangeSet(full, nullAllowed, ranges...)
	if err != nil {
		w.fail("%w", err)
		return
	}
	*p = s
}

// marker passes one end of a range of type t. A decoded constant's own type replaces full.
func marker(w *walker, t arrow.DataType, full *arrow.DataType, m *predicate.Marker) {
	if !w.notNull(false) {
		return
	}
	var constant values
	var err error
	if !w.decoding() {
		var vs []predicate.Value
		if !m.Unbounded() {
			vs = []predicate.Value{m.Value}
		}
		if constant, err = w.encodeValues(t, vs...); err != nil {
			w.fail("%w", err)
			return
		}
	}
	bound, unbounded := m.Bound.String(), m.Unbounded()
	w.braces(func() {
		w.field("valueBlock", func() { w.notNull(false); constant.walk(w) })
		w.text("bound", &bound)
		w.boolean("nullValue", &unbounded)
	})
	if w.err != nil || !w.decoding() {
		return
	}
	if m.Bound, err = parseBound(bound); err == nil && !unbounded {
		m.Value, err = w.single(constant, t, full)
	}
	if err != nil {
		w.fail("%w", err)
	}
}

func parseBound(s string) (predicate.Bound, error) {
	for b := predicate.Below; b <= predicate.Above; b++ {
		if b.String() == s {
			return b, nil
		}
	}
	return 0, fmt.Errorf("unknown bound %q", s)
}

// single is the one constant of a block.
func (w *walker) single(v values, t arrow.DataType, full *arrow.DataType) (predicate.Value, error) {
	own, vs, err := w.decodeValues(v, t)
	switch {
	case err != nil:
		return nil, err
	case len(vs) != 1 || vs[0] == nil:
		return nil, errors.New("the block of a marker must have one row that is not null, as nullValue is false")
	}
	*full = own
	return vs[0], nil
}

func equatableSet(w *walker, p *predicate.ValueSet) {
	var constants values
	var whiteList, nullAllowed bool
	var err error
	if !w.decoding() {
		s := (*p).(*predicate.EquatableValueSet)
		whiteList, nullAllowed = s.WhiteList(), s.NullAllowed()
		if constants, err = w.encodeValues(s.DataType(), s.Values()...); err != nil {
			w.fail("%w", err)
			return
		}
	}
	w.field("valueBlock", func() { w.notNull(false); constants.walk(w) })
	w.boolean("whiteList", &whiteList)
	w.boolean("nullAllowed", &nullAllowed)
	if w.err != nil || !w.decoding() {
		return
	}
	t, vs, err := w.decodeValues(constants, nil)
	if err == nil {
		*p, err = newEquatable(t, whiteList, nullAllowed, vs)
	}
	if err != nil {
		w.fail("%w", err)
	}
}

// newEquatable leaves out null rows, which mean nothing: nullAllowed alone decides about null.
func newEquatable(t arrow.DataType, whiteList, nullAllowed bool, vs []predicate.Value) (predicate.ValueSet, error) {
	constants := vs[:0:0]
	for _, v := range vs {
		if v != nil {
			constants = append(constants, v)
		}
	}
	s, err := predicate.NewEquatableValueSet(t, whiteList, nullAllowed, constants...)
	if err != nil {
		return nil, err
	}
	return s, nil
}

// allOrNoneSet writes "all" as it is; the Java SDK writes (all AND nullAllowed), which makes "not null" nothing.
func allOrNoneSet(w *walker, p *predicate.ValueSet) {
	var t arrow.DataType
	var all, nullAllowed bool
	if !w.decoding() {
		s := (*p).(*predicate.AllOrNoneValueSet)
		t, all, nullAllowed = s.DataType(), s.AllValues(), s.NullAllowed()
	}
	w.dataType("type", &t)
	w.boolean("all", &all)
	w.boolean("nullAllowed", &nullAllowed)
	if w.err == nil && w.decoding() {
		*p = predicate.NewAllOrNoneValueSet(t, all, nullAllowed)
	}
}
