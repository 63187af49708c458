package timestream

import (
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/predicate"
	"athena-timestream/timestream/internal/page"
)

func TestExpectedBytes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		page page.Page
		want int64
	}{
		{page.Page{Bytes: 1 << 20, Progress: 1}, 100 << 20},
		{page.Page{Bytes: 1 << 20, Progress: 100}, 1 << 20},
		{page.Page{Bytes: 1 << 20, Progress: 100, BytesScanned: 1 << 30}, 1 << 30},
		{page.Page{BytesScanned: 5}, 5},
		{page.Page{}, 0},
	} {
		if got := expectedBytes(c.page); got != c.want {
			t.Errorf("%+v: %d, want %d", c.page, got, c.want)
		}
	}
}

func TestTimeRange(t *testing.T) {
	t.Parallel()
	ms := func(h int64) any { return h * time.Hour.Milliseconds() }
	schema := func(typ arrow.DataType) *arrow.Schema {
		return arrow.NewSchema([]arrow.Field{{Name: "time", Type: typ, Nullable: true}}, nil)
	}
	dates := schema(arrow.FixedWidthTypes.Date64)
	from := predicate.AtLeast(ms(5))
	between := predicate.Range{Low: predicate.AtLeast(ms(5)).Low, High: predicate.LessThan(ms(7)).High}
	for name, c := range map[string]struct {
		schema *arrow.Schema
		ranges []predicate.Range
		want   time.Duration
		ok     bool
	}{
		"between":         {dates, []predicate.Range{between}, 2 * time.Hour, true},
		"several":         {dates, []predicate.Range{predicate.Point(ms(1)), between}, 6 * time.Hour, true},
		"open":            {dates, []predicate.Range{from}, 0, false},
		"none":            {dates, nil, 0, false},
		"wider than time": {dates, []predicate.Range{{Low: predicate.AtLeast(int64(-1 << 62)).Low, High: predicate.LessThan(int64(1 << 62)).High}}, 0, false},
		"text":            {schema(arrow.BinaryTypes.String), []predicate.Range{between}, 0, false},
	} {
		set, err := predicate.NewSortedRangeSet(arrow.FixedWidthTypes.Date64, false, c.ranges...)
		if err != nil {
			t.Fatal(err)
		}
		where := predicate.Unconstrained()
		where.Summary = []predicate.Column{{Name: "time", Set: set}}
		if got, ok := timeRange(where, c.schema); got != c.want || ok != c.ok {
			t.Errorf("%s: %v, %t", name, got, ok)
		}
	}
	if _, ok := timeRange(nil, dates); ok {
		t.Error("no constraints are bounds")
	}
}
