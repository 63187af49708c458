package sqlgen

import (
	"math"

	"athena-timestream/federation/predicate"
)

// What the service can hold. Timestamps: 1677-09-21 00:12:44 to 2262-04-11 23:47:16.854775807; dates: 1970-01-01 to
// 2262-04-11. Source: "Supported data types" of the developer guide.
const (
	nanosPerMilli = 1_000_000
	minMillis     = -9_223_372_036_000
	maxMillis     = math.MaxInt64 / nanosPerMilli // the last one is not whole
	minDay        = 0
	maxDay        = math.MaxInt64 / nanosPerMilli / 1000 / secondsPerDay
)

const beyond = "bounds lie outside the times that Timestream can hold"

// whole turns a range over whole numbers into its first and last member, nil where it is open or its bound lies
// beyond [least, most] and so bounds nothing. Besides nil, empty says that no number is in the range, outside that
// none is within [least, most].
func whole(r predicate.Range, least, most int64) (first, last *int64, empty, outside, ok bool) {
	first, last, ok = ends(r)
	if !ok {
		return nil, nil, false, false, false
	}
	if first != nil && r.Low.Bound == predicate.Above {
		if *first == math.MaxInt64 {
			return nil, nil, false, true, true
		}
		*first++
	}
	if last != nil && r.High.Bound == predicate.Below {
		if *last == math.MinInt64 {
			return nil, nil, false, true, true
		}
		*last--
	}
	empty = first != nil && last != nil && *first > *last
	outside = first != nil && *first > most || last != nil && *last < least
	if first != nil && *first <= least {
		first = nil
	}
	if last != nil && *last >= most {
		last = nil
	}
	return first, last, empty, outside, true
}

// dates are whole days.
type dates struct{}

func (dates) splits() bool { return false }

func (dates) literal(v predicate.Value) (Literal, bool) {
	day, ok := v.(int64)
	if !ok || day < minDay || day > maxDay {
		return Literal{}, false
	}
	return Date(day), true
}

func (dates) interval(id operand, r predicate.Range) piece {
	first, last, empty, outside, ok := whole(r, minDay, maxDay)
	switch {
	case !ok:
		return anything(foreign)
	case outside:
		return anything(beyond)
	case empty:
		return never
	}
	var low, high *edge
	if first != nil {
		low = &edge{">=", Date(*first)}
	}
	if last != nil {
		high = &edge{"<=", Date(*last)}
	}
	reason := ""
	if first == nil && !r.Low.Unbounded() || last == nil && !r.High.Unbounded() {
		reason = beyond // of the dates that can be stored: a view may compute others
	}
	return between(id, low, high, reason)
}

// timestamps are milliseconds for Athena and nanoseconds for the service: each millisecond is a range.
type timestamps struct{}

func (timestamps) splits() bool { return true }

func (timestamps) literal(predicate.Value) (Literal, bool) { return Literal{}, false }

func (timestamps) interval(id operand, r predicate.Range) piece {
	first, last, empty, outside, ok := whole(r, minMillis, maxMillis)
	switch {
	case !ok:
		return anything(foreign)
	case outside:
		return anything(beyond)
	case empty:
		return never
	}
	var low, high *edge
	if first != nil {
		low = &edge{">=", Timestamp(*first * nanosPerMilli)}
	}
	if last != nil {
		high = &edge{"<", Timestamp((*last + 1) * nanosPerMilli)}
	}
	return between(id, low, high, "")
}

// nanoseconds are the whole numbers of a column that counts a timestamp's nanoseconds: bounds on the number are bounds on
// the timestamp, which keeps the service's pruning by time.
type nanoseconds struct{}

const minNanos = minMillis * nanosPerMilli

func (nanoseconds) splits() bool { return false }

func (nanoseconds) literal(v predicate.Value) (Literal, bool) {
	n, ok := v.(int64)
	return Timestamp(n), ok && n >= minNanos
}

func (nanoseconds) interval(id operand, r predicate.Range) piece {
	first, last, empty, outside, ok := whole(r, minNanos, math.MaxInt64)
	switch {
	case !ok:
		return anything(foreign)
	case empty, outside: // no timestamp has such a number
		return never
	}
	var low, high *edge
	if first != nil {
		low = &edge{">=", Timestamp(*first)}
	}
	if last != nil {
		high = &edge{"<=", Timestamp(*last)}
	}
	return between(id, low, high, "")
}
