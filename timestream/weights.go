package timestream

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"athena-timestream/federation/block"
	"athena-timestream/federation/predicate"
	"athena-timestream/federation/redact"
	"athena-timestream/timestream/internal/cut"
	"athena-timestream/timestream/internal/page"
	"athena-timestream/timestream/internal/sqlgen"
	"athena-timestream/timestream/internal/tstype"
)

const (
	weightAge   = 5 * time.Minute  // how long counted rows are good for
	maxWeights  = 100              // counts remembered
	countWithin = 20 * time.Second // a read waits no longer for its rows to be counted
	mostBins    = 300
)

// binWidths are the widths of bins: few, so that queries that ask for the last day a minute apart count the same bins.
var binWidths = []time.Duration{
	time.Second, 10 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 6 * time.Hour,
	24 * time.Hour, 7 * 24 * time.Hour, 30 * 24 * time.Hour, 365 * 24 * time.Hour,
}

// cuts are where a stretch of time is cut into n: by the number of rows if the settings want it and it can be found out, else
// evenly.
func (r *cutting) cuts(ctx context.Context, times cut.Range, n int) []int64 {
	if !r.Splits.Count || *times.First < 0 { // Timestream makes no bins before 1970
		return times.Evenly(n)
	}
	bins, width, err := r.bins(ctx, times)
	if err != nil {
		r.logger.WarnContext(ctx, "rows cannot be counted, the read is cut evenly", keyTable, r.Database+"."+r.Table, keyError, redact.Text(err))
		return times.Evenly(n)
	}
	return times.Weighted(bins, width.Milliseconds(), n)
}

// bins counts the rows that pass the query's conditions, other than those on time, in bins of whole seconds.
func (r *cutting) bins(ctx context.Context, times cut.Range) ([]cut.Bin, time.Duration, error) {
	width := binWidths[len(binWidths)-1]
	if i := slices.IndexFunc(binWidths, func(w time.Duration) bool { return times.Span()/w <= mostBins }); i >= 0 {
		width = binWidths[i]
	}
	ms := width.Milliseconds()
	from, to := *times.First/ms*ms, (*times.Last/ms+1)*ms
	span := sqlgen.Span{Column: sqlgen.TimeColumn, From: &from, To: &to}
	if to > sqlgen.MaxMillis {
		span.To = nil
	}
	constraints := &predicate.Constraints{Limit: predicate.NoLimit, Expressions: r.constraints.Expressions}
	for _, s := range r.constraints.Summary {
		if r.column(s.Name).Name != sqlgen.TimeColumn {
			constraints.Summary = append(constraints.Summary, s)
		}
	}
	sql, err := sqlgen.Histogram(sqlgen.Query{
		Database: r.Database, Table: r.Table, View: r.view, Constraints: constraints, Column: r.column, Slice: sqlgen.Slice{Span: span},
	}, width)
	if err != nil || sql == "" {
		return nil, 0, err
	}
	got := r.weights.get(sql, func() (weighed, bool) {
		limited, stop := context.WithTimeout(ctx, countWithin)
		defer stop()
		bins, err := r.statements.histogram(limited, sql)
		return weighed{bins, err}, ctx.Err() == nil
	})
	return got.bins, width, got.err
}

// weighed are the bins of a statement, or why there are none.
type weighed struct {
	bins []cut.Bin
	err  error
}

// histogram runs a statement that [sqlgen.Histogram] has written.
func (s statements) histogram(ctx context.Context, sql string) ([]cut.Bin, error) {
	types := []tstype.Type{{Kind: tstype.Timestamp}, {Kind: tstype.Bigint}}
	fields := []arrow.Field{types[0].Arrow(sqlgen.HistogramStart), types[1].Arrow(sqlgen.HistogramRows)}
	b, err := block.NewBuilder(arrow.NewSchema(fields, nil))
	if err != nil {
		return nil, fmt.Errorf("count rows: %w", err)
	}
	cols := make([]page.Binding, len(fields))
	for i, f := range fields {
		cols[i] = page.Binding{Name: f.Name, Column: b.Column(i), Type: types[i]}
	}
	if _, err := s.run(ctx, sql, cols, whole{b}); err != nil {
		return nil, fmt.Errorf("count rows: %w", err)
	}
	record, err := b.Record()
	if err != nil {
		return nil, fmt.Errorf("count rows: %w", err)
	}
	starts, is := record.Column(0).(*array.Date64)
	rows, are := record.Column(1).(*array.Int64)
	if !is || !are {
		return nil, errors.New("count rows: the answer has other columns")
	}
	bins := make([]cut.Bin, 0, record.NumRows())
	for i := range int(record.NumRows()) {
		if starts.IsValid(i) {
			bins = append(bins, cut.Bin{Start: int64(starts.Value(i)), Rows: rows.Value(i)})
		}
	}
	slices.SortFunc(bins, func(a, b cut.Bin) int { return cmp.Compare(a.Start, b.Start) })
	return bins, nil
}
