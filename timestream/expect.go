package timestream

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery"

	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
	"athena-timestream/timestream/internal/page"
)

// What read mode auto goes by. docs/unload.md says why.
const (
	// autoRange is the least range of time of which much is expected.
	autoRange = 24 * time.Hour
	// autoBytes is the least result that is unloaded, in bytes of its pages. A chain of pages brings one or two megabytes a
	// second.
	autoBytes = 128 << 20
	// autoWait is how long the first rows may take.
	autoWait = 15 * time.Second
)

// expectMuch is nil if a read is likely to be large, and else the reason to read it in pages. A long range of time is asked for
// its first page, at whose end the query is cancelled: what it has scanned until then is charged.
func (c *Connector) expectMuch(ctx context.Context, r *message.GetSplitsRequest, t *tableLayout, sql string) error {
	if span, bounded := timeRange(r.Constraints, t.schema); bounded && span < autoRange {
		return inPages{fmt.Errorf("it is of %s, less than %s", span, autoRange)}
	}
	first, err := c.statements.firstRows(ctx, sql)
	if err != nil {
		return err
	}
	if first.NextToken == nil {
		return inPages{errors.New("its first page is its last")}
	}
	if expected := expectedBytes(first); expected < autoBytes {
		return inPages{fmt.Errorf("some %d MB are to be expected, less than %d", expected>>20, autoBytes>>20)}
	}
	return nil
}

// expectedBytes is the size of a result, in bytes of JSON, as far as its first page tells: in proportion to the query's
// progress, and no less than what the query had to scan, which is smaller than JSON for the same values.
func expectedBytes(first page.Page) int64 {
	expected := first.BytesScanned
	if first.Progress > 0 {
		expected = max(expected, int64(float64(first.Bytes)*100/first.Progress))
	}
	return expected
}

// timeRange is the time between the bounds of a condition on the timestamp "time"; bounded is false if one is missing.
func timeRange(where *predicate.Constraints, schema *arrow.Schema) (span time.Duration, bounded bool) {
	if where == nil {
		return 0, false
	}
	f, ok := schema.FieldsByName("time")
	if !ok || f[0].Type.ID() != arrow.DATE64 {
		return 0, false
	}
	set, ok := where.Set("time")
	if !ok {
		return 0, false
	}
	sorted, ok := set.(*predicate.SortedRangeSet)
	if !ok || len(sorted.Ranges()) == 0 {
		return 0, false
	}
	ranges := sorted.Ranges()
	low, isLow := ranges[0].Low.Value.(int64)
	high, isHigh := ranges[len(ranges)-1].High.Value.(int64)
	if !isLow || !isHigh || high < low || uint64(high)-uint64(low) > uint64(maxSpan) {
		return 0, false
	}
	return time.Duration(high-low) * time.Millisecond, true
}

// maxSpan is the longest range, in milliseconds, that a time.Duration holds.
const maxSpan = int64(1<<63-1) / int64(time.Millisecond)

// firstRows runs a query until it has rows or has ended, at most autoWait, and ends it then. The rows are counted and passed
// over.
func (s statements) firstRows(ctx context.Context, sql string) (p page.Page, err error) {
	within, stop := context.WithTimeout(ctx, autoWait)
	defer stop()
	d := page.NewDecoder(nil)
	r := reading{statements: s}
	in := &timestreamquery.QueryInput{QueryString: &sql}
	for {
		next, err := d.Query(within, s.api, in, func() error { return nil })
		if err != nil && within.Err() != nil && ctx.Err() == nil && r.queryID != "" {
			r.cancel(ctx)
			return p, nil // slow: the last page tells what there is to go by
		}
		if err != nil {
			r.cancel(ctx)
			return p, serviceError(err, "look at the first page")
		}
		p, r.queryID, in.NextToken = next, next.QueryID, next.NextToken
		if p.Rows > 0 || p.NextToken == nil {
			break
		}
	}
	if p.NextToken != nil {
		r.cancel(ctx)
	}
	return p, nil
}
