package cut

import (
	"slices"
	"time"

	"athena-timestream/timestream/internal/sqlgen"
)

// Count is how many slices a range is worth that has both ends: one for each whole stretch of least, at least one and no
// more than most.
func (r Range) Count(least time.Duration, most int) int {
	return int(max(1, min(int64(r.Span()/max(1, least)), int64(most))))
}

// Evenly cuts a range that has both ends into n slices of the same length, as far as it has the milliseconds.
func (r Range) Evenly(n int) []int64 {
	span := *r.Last - *r.First + 1
	cuts := make([]int64, 0, n)
	for i := int64(1); i < int64(n); i++ {
		cuts = append(cuts, *r.First+span/int64(n)*i+span%int64(n)*i/int64(n))
	}
	return r.inside(cuts)
}

// Bin is how many rows there are in the stretch that begins at Start.
type Bin struct{ Start, Rows int64 }

// Weighted cuts a range that has both ends into n slices of about the same number of rows. The bins are in the order of
// time, each width milliseconds wide, and rows are taken to lie evenly in their bin. Without a row it cuts evenly.
func (r Range) Weighted(bins []Bin, width int64, n int) []int64 {
	total := 0.0
	for _, b := range bins {
		total += float64(b.Rows)
	}
	if total == 0 {
		return r.Evenly(n)
	}
	var cuts []int64
	below := 0.0
	for _, b := range bins {
		rows := float64(b.Rows)
		for len(cuts)+1 < n {
			wanted := total*float64(len(cuts)+1)/float64(n) - below
			if wanted > rows {
				break
			}
			cuts = append(cuts, b.Start+int64(float64(width)*wanted/rows))
		}
		below += rows
	}
	return r.inside(cuts)
}

// inside keeps of cuts in the order of time, each once, those that have a part of the range on either side.
func (r Range) inside(cuts []int64) []int64 {
	cuts = slices.DeleteFunc(cuts, func(at int64) bool { return at <= *r.First || at > *r.Last })
	return slices.Compact(cuts)
}

// Deal deals the values of a column into at most n groups, and null, if it is wanted, to the first of them.
func Deal(some sqlgen.Some, n int) []sqlgen.Some {
	groups := make([]sqlgen.Some, min(n, len(some.Values)))
	for i := range groups {
		groups[i] = sqlgen.Some{Column: some.Column, Null: some.Null && i == 0}
	}
	for i, v := range some.Values {
		g := &groups[i%len(groups)]
		g.Values = append(g.Values, v)
	}
	return groups
}

// Slices are the slices between cuts in a column of timestamps, each by each of the groups, if there are any. Rows without a
// time, which null says there may be, are in the first.
func Slices(column string, cuts []int64, null bool, groups []sqlgen.Some) []sqlgen.Slice {
	if len(groups) == 0 {
		groups = []sqlgen.Some{{}}
	}
	var out []sqlgen.Slice
	for i := range len(cuts) + 1 {
		var span sqlgen.Span
		if i > 0 {
			span = sqlgen.Span{Column: column, From: &cuts[i-1]}
		}
		if i < len(cuts) {
			span.Column, span.To, span.Null = column, &cuts[i], null && i == 0
		}
		for _, g := range groups {
			out = append(out, sqlgen.Slice{Span: span, Some: g})
		}
	}
	return out
}
