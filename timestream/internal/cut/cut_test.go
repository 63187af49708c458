package cut_test

import (
	"math"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"pgregory.net/rapid"

	"athena-timestream/federation/predicate"
	"athena-timestream/timestream/internal/cut"
	"athena-timestream/timestream/internal/sqlgen"
)

func between(first, last int64) cut.Range { return cut.Range{First: &first, Last: &last} }

func TestRangeOf(t *testing.T) {
	sorted := func(ranges ...predicate.Range) predicate.ValueSet {
		s, err := predicate.NewSortedRangeSet(arrow.FixedWidthTypes.Date64, false, ranges...)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	listed := func(white bool, values ...predicate.Value) predicate.ValueSet {
		s, err := predicate.NewEquatableValueSet(arrow.FixedWidthTypes.Date64, white, false, values...)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	at := func(ms int64) *int64 { return &ms }
	for name, c := range map[string]struct {
		set      predicate.ValueSet
		perMilli int64
		want     cut.Range
	}{
		"from":        {sorted(predicate.AtLeast(int64(5))), 1, cut.Range{First: at(5)}},
		"to":          {sorted(predicate.LessThan(int64(5))), 1, cut.Range{Last: at(5)}},
		"point":       {sorted(predicate.Point(int64(5))), 1, between(5, 5)},
		"two ranges":  {sorted(predicate.Point(int64(5)), predicate.Point(int64(9))), 1, between(5, 9)},
		"a hole":      {sorted(predicate.LessThan(int64(5)), predicate.GreaterThan(int64(5))), 1, cut.Range{}},
		"list":        {listed(true, int64(9), int64(-3), int64(5)), 1, between(-3, 9)},
		"black list":  {listed(false, int64(9)), 1, cut.Range{}},
		"all":         {predicate.NewAllOrNoneValueSet(arrow.FixedWidthTypes.Date64, true, false), 1, cut.Range{}},
		"nanoseconds": {listed(true, int64(-1), int64(1_999_999)), 1_000_000, between(-1, 1)},
	} {
		if got := cut.RangeOf(c.set, c.perMilli); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: got %v, want %v", name, text(got), text(c.want))
		}
	}
}

func text(r cut.Range) []any {
	out := []any{nil, nil}
	for i, at := range []*int64{r.First, r.Last} {
		if at != nil {
			out[i] = *at
		}
	}
	return out
}

func TestCount(t *testing.T) {
	hour := time.Hour.Milliseconds()
	for _, c := range []struct {
		span, least time.Duration
		most, want  int
	}{
		{2 * time.Hour, 6 * time.Hour, 4, 1},
		{12*time.Hour - time.Millisecond, 6 * time.Hour, 4, 1},
		{12 * time.Hour, 6 * time.Hour, 4, 2},
		{24 * time.Hour, 6 * time.Hour, 4, 4},
		{365 * 24 * time.Hour, 6 * time.Hour, 4, 4},
		{time.Millisecond, 0, 4, 4},
		{365 * 24 * time.Hour, 6 * time.Hour, 1, 1},
	} {
		if got := between(7*hour, 7*hour+c.span.Milliseconds()-1).Count(c.least, c.most); got != c.want {
			t.Errorf("%s in stretches of %s, at most %d: %d, want %d", c.span, c.least, c.most, got, c.want)
		}
	}
	if got := between(sqlgen.MinMillis, sqlgen.MaxMillis).Count(time.Hour, 1000); got != 1000 {
		t.Errorf("all time: %d", got)
	}
	if got := between(math.MinInt64, math.MaxInt64).Storable(); !reflect.DeepEqual(got, between(sqlgen.MinMillis, sqlgen.MaxMillis)) {
		t.Errorf("all time that can be stored: %v", text(got))
	}
}

func TestCuts(t *testing.T) {
	bins := []cut.Bin{{0, 10}, {100, 0}, {200, 90}, {300, 100}}
	for name, c := range map[string]struct{ got, want []int64 }{
		"even":                   {between(100, 199).Evenly(4), []int64{125, 150, 175}},
		"more cuts than time":    {between(5, 6).Evenly(4), []int64{6}},
		"one millisecond":        {between(5, 5).Evenly(4), []int64{}},
		"one slice":              {between(100, 199).Evenly(1), []int64{}},
		"by weight":              {between(0, 399).Weighted(bins, 100, 2), []int64{300}},
		"four by weight":         {between(0, 399).Weighted(bins, 100, 4), []int64{244, 300, 350}},
		"no rows":                {between(100, 199).Weighted(nil, 100, 2), []int64{150}},
		"all rows in one bin":    {between(0, 9_999).Weighted([]cut.Bin{{5_000, 7}}, 100, 2), []int64{5_050}},
		"rows out of the range":  {between(310, 399).Weighted(bins, 100, 4), []int64{350}},
		"more cuts than in bins": {between(0, 9).Weighted([]cut.Bin{{4, 1_000}}, 1, 4), []int64{4}},
	} {
		if !slices.Equal(c.got, c.want) {
			t.Errorf("%s: %v, want %v", name, c.got, c.want)
		}
	}
}

// TestSlicesAreAPartition: whatever the cuts and the groups, a row belongs to one slice.
func TestSlicesAreAPartition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.Int64Range(sqlgen.MinMillis, sqlgen.MaxMillis).Draw(t, "first")
		b := min(sqlgen.MaxMillis, a+rapid.SampledFrom([]int64{0, 1, 5, 1000, math.MaxInt32, -2 * sqlgen.MinMillis}).Draw(t, "span"))
		times, n := between(a, b), rapid.IntRange(1, 9).Draw(t, "slices")
		cuts := times.Evenly(n)
		if rapid.Bool().Draw(t, "weighted") {
			width := (b-a)/7 + 1
			var bins []cut.Bin
			for i := range int64(8) {
				bins = append(bins, cut.Bin{Start: a + i*width, Rows: rapid.Int64Range(0, 100).Draw(t, "rows")})
			}
			cuts = times.Weighted(bins, width, n)
		}
		if len(cuts) >= n || !slices.IsSorted(cuts) || len(slices.Compact(slices.Clone(cuts))) != len(cuts) ||
			len(cuts) > 0 && (cuts[0] <= a || cuts[len(cuts)-1] > b) {
			t.Fatalf("%d slices of %v by %v", n, text(times), cuts)
		}
		all := []string{"a", "b", "c", "d", "e"}[:rapid.IntRange(1, 5).Draw(t, "values")]
		groups := cut.Deal(sqlgen.Some{Column: "c", Values: all, Null: true}, rapid.IntRange(1, 7).Draw(t, "groups"))
		parts := cut.Slices("time", cuts, true, groups)
		if len(parts) != (len(cuts)+1)*len(groups) {
			t.Fatalf("%d slices of %d cuts and %d groups", len(parts), len(cuts), len(groups))
		}
		at := rapid.SampledFrom(slices.Concat(cuts, []int64{a, b, sqlgen.MinMillis, sqlgen.MaxMillis})).Draw(t, "near") + rapid.Int64Range(-1, 1).Draw(t, "off")
		value := rapid.SampledFrom(append(slices.Clone(all), "null")).Draw(t, "value")
		for _, time := range []*int64{&at, nil} {
			in := 0
			for _, s := range parts {
				if holds(s, time, value) {
					in++
				}
			}
			if in != 1 {
				t.Fatalf("a row at %v with %s is in %d of %v", time, value, in, parts)
			}
		}
	})
}

func holds(s sqlgen.Slice, at *int64, value string) bool {
	inTime := s.Span.From == nil && s.Span.To == nil || s.Span.Null
	if at != nil {
		inTime = (s.Span.From == nil || *at >= *s.Span.From) && (s.Span.To == nil || *at < *s.Span.To)
	}
	inValues := slices.Contains(s.Some.Values, value) || value == "null" && s.Some.Null
	return inTime && inValues
}
