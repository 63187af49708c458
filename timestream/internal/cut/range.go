package cut

import (
	"math"
	"time"

	"athena-timestream/federation/predicate"
	"athena-timestream/timestream/internal/sqlgen"
)

// Range is a stretch of time from its first to its last millisecond; nil is no bound.
type Range struct{ First, Last *int64 }

// RangeOf is the least range around the times of a set, whose values are as many to a millisecond as perMilli says. It may
// be wider by one at either end.
func RangeOf(set predicate.ValueSet, perMilli int64) Range {
	switch set := set.(type) {
	case *predicate.SortedRangeSet:
		if rs := set.Ranges(); len(rs) > 0 {
			return Range{millis(rs[0].Low.Value, perMilli), millis(rs[len(rs)-1].High.Value, perMilli)}
		}
	case *predicate.EquatableValueSet:
		if set.WhiteList() {
			return around(set.Values(), perMilli)
		}
	}
	return Range{}
}

func around(values []predicate.Value, perMilli int64) Range {
	var r Range
	for _, v := range values {
		at := millis(v, perMilli)
		if at == nil {
			return Range{}
		}
		if r.First == nil || *at < *r.First {
			r.First = at
		}
		if r.Last == nil || *at > *r.Last {
			r.Last = at
		}
	}
	return r
}

// millis is the millisecond of a time, nil if it is none.
func millis(v predicate.Value, perMilli int64) *int64 {
	n, ok := v.(int64)
	if !ok {
		return nil
	}
	ms := n / perMilli
	if n%perMilli < 0 {
		ms--
	}
	return &ms
}

// And is where both ranges are.
func (r Range) And(o Range) Range {
	if r.First == nil || o.First != nil && *o.First > *r.First {
		r.First = o.First
	}
	if r.Last == nil || o.Last != nil && *o.Last < *r.Last {
		r.Last = o.Last
	}
	return r
}

// Storable cuts the range, which has both ends, to the times that Timestream can hold. If it has none of them its first is
// after its last.
func (r Range) Storable() Range {
	first, last := max(*r.First, sqlgen.MinMillis), min(*r.Last, sqlgen.MaxMillis)
	return Range{&first, &last}
}

// Span is how long a range is that has both ends.
func (r Range) Span() time.Duration {
	return time.Duration(min(*r.Last-*r.First+1, math.MaxInt64/nanosPerMilli)) * time.Millisecond
}

const nanosPerMilli = int64(time.Millisecond)
