package timestream

import (
	"context"
	"log/slog"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery"

	"athena-timestream/federation"
	"athena-timestream/federation/panics"
	"athena-timestream/federation/redact"
	"athena-timestream/timestream/internal/page"
)

// statements runs SQL and reads all pages of its result. It is the only paging loop there is.
type statements struct {
	api    QueryAPI
	logger *slog.Logger
}

// sink takes the rows of a statement; *spill.Writer is one.
type sink interface {
	EndRow() error
	// Rewind drops all rows, for a statement that is run again. False: some have left already.
	Rewind() bool
}

// totals describe a statement after its last page, with all its runs.
type totals struct {
	queryID          string // of the last run
	runs, pages      int
	rows             int64 // of the last run
	bytes            int64
	scanned, metered int64
	waited, appended time.Duration // for pages to come, and for rows to be taken from them
}

// run reads all pages into the columns, which rows takes. A run that breaks off for a reason that may pass is run again,
// once, as long as no row has left and there is time for as much again.
func (s statements) run(ctx context.Context, sql string, cols []page.Binding, rows sink) (totals, error) {
	var all totals
	for {
		start := time.Now()
		got, err := s.runOnce(ctx, sql, cols, rows.EndRow)
		all.add(got)
		if err == nil || all.runs == maxRuns || !mayRunAgain(ctx, err, time.Since(start)) || got.pages == 0 || !rows.Rewind() {
			return all, err
		}
		s.logger.WarnContext(ctx, "timestream query broke off and is run again", keyQueryID, got.queryID, keyPages, got.pages, keyError, redact.Text(err))
	}
}

// maxRuns bounds how often a statement is run; each run is charged.
const maxRuns = 2

// mayRunAgain says that a run may help where one has failed that took a while. A query whose first page never came has had
// its attempts.
func mayRunAgain(ctx context.Context, err error, took time.Duration) bool {
	deadline, bounded := ctx.Deadline()
	return passing(err) && ctx.Err() == nil && (!bounded || time.Until(deadline) > took)
}

// add adds a run.
func (t *totals) add(run totals) {
	t.queryID, t.rows = run.queryID, run.rows
	t.runs++
	t.pages += run.pages
	t.bytes += run.bytes
	t.scanned += run.scanned
	t.metered += run.metered
	t.waited += run.waited
	t.appended += run.appended
}

// runOnce reads all pages of one run, calling endRow after each row. The next page is asked for while the last one is
// decoded; a page without rows is no end, only a missing token is. Every call repeats the statement, as the service
// demands, and none sets MaxRows, with which it would answer in small pages. When it ends early it cancels the query,
// which would otherwise go on and be charged.
func (s statements) runOnce(ctx context.Context, sql string, cols []page.Binding, endRow func() error) (totals, error) {
	start := time.Now()
	s.logger.DebugContext(ctx, "timestream query starts", keySQL, sql)
	r := reading{statements: s, decoder: page.NewDecoder(cols), sql: sql, start: start}
	err := r.pages(ctx, endRow)
	if err != nil && r.open {
		r.cancel(ctx)
	}
	s.logger.DebugContext(ctx, "timestream query ends", keyQueryID, r.queryID, keyPages, r.totals.pages, keyRows, r.rows,
		keyBytes, r.bytes, keyScanned, r.scanned, keyMetered, r.metered, keyDuration, time.Since(start))
	return r.totals, err
}

// reading is one statement under way.
type reading struct {
	statements
	totals
	decoder *page.Decoder
	sql     string
	start   time.Time
	open    bool // the service may be at work on further pages
	empty   int  // pages without rows since the last one with
}

func (r *reading) pages(ctx context.Context, endRow func() error) error {
	ctx, stop := context.WithCancel(ctx)
	next := r.fetch(ctx, nil)
	defer func() {
		stop()
		next.drop()
	}()
	for {
		asked := next.token
		answer, err := r.await(next)
		if err != nil {
			return serviceError(err, "run a Timestream query%s", r.named())
		}
		next = nil
		if token := answer.NextToken(); token != nil {
			r.open = true
			next = r.fetch(ctx, token)
		}
		p, err := r.append(ctx, answer, endRow)
		if err != nil {
			return serviceError(err, "read page %d of a Timestream query%s", r.totals.pages, r.named())
		}
		if r.open = p.NextToken != nil; !r.open {
			return nil
		}
		if err := r.moves(p, asked); err != nil {
			return err
		}
		if next == nil || next.token != *p.NextToken { // the token was not where it is looked for
			next.drop()
			next = r.fetch(ctx, p.NextToken)
		}
	}
}

func (r *reading) await(f *fetching) (*page.Answer, error) {
	start := time.Now()
	answer, err := f.wait()
	r.waited += time.Since(start)
	return answer, err
}

// append takes the rows of a page and counts it.
func (r *reading) append(ctx context.Context, answer *page.Answer, endRow func() error) (page.Page, error) {
	start := time.Now()
	p, err := r.decoder.Append(ctx, answer, endRow)
	r.appended += time.Since(start)
	r.totals.pages++
	if p.QueryID != "" {
		r.queryID = p.QueryID
	}
	r.rows += int64(p.Rows)
	r.bytes += int64(p.Bytes)
	r.scanned, r.metered = p.BytesScanned, p.BytesMetered
	return p, err
}

// The most that a query can be at work without a row: an hour by the service's quota (query execution), with some time for
// the last answer, and in it a page each second, each of which may take a minute to come.
const (
	maxQueryTime  = time.Hour + 5*time.Minute
	maxEmptyPages = 3600
)

// moves is an error for a page behind which there is no end: one with rows and with the token that it was asked with, whose
// rows would come again and again, or one more without rows than a query can have.
func (r *reading) moves(p page.Page, asked string) error {
	if p.Rows > 0 {
		r.empty = 0
		if *p.NextToken == asked {
			return federation.Errorf(federation.InvalidResponse,
				"read page %d of a Timestream query%s: it has rows, and the token that it was asked with as the next one: run the query again", r.totals.pages, r.named())
		}
		return nil
	}
	if r.empty++; r.empty < maxEmptyPages && time.Since(r.start) < maxQueryTime {
		return nil
	}
	return federation.Errorf(federation.InvalidResponse,
		"read page %d of a Timestream query%s: the last %d pages had no rows, since %s, longer than a query may run: run the query again",
		r.totals.pages, r.named(), r.empty, time.Since(r.start).Round(time.Second))
}

// named names the query for an error, if the service has named it.
func (r *reading) named() string {
	if r.queryID == "" {
		return ""
	}
	return " (query id " + r.queryID + ")"
}

// cancel ends the query at the service. It matters only for cost, so a failure is only logged.
func (r *reading) cancel(ctx context.Context) {
	if r.queryID == "" {
		return
	}
	ctx, stop := federation.LastCalls(ctx)
	defer stop()
	if _, err := r.api.CancelQuery(ctx, &timestreamquery.CancelQueryInput{QueryId: &r.queryID}); err != nil {
		r.logger.WarnContext(ctx, "cancel timestream query", keyQueryID, r.queryID, keyError, redact.Text(err))
	}
}

// fetching is a page that was asked for.
type fetching struct {
	token  string
	done   chan struct{}
	answer *page.Answer
	err    error
}

// fetch asks for the first page, or for the one of a token, and does not wait for it.
func (r *reading) fetch(ctx context.Context, token *string) *fetching {
	f := &fetching{token: aws.ToString(token), done: make(chan struct{})}
	go func() {
		defer close(f.done)
		defer panics.Recover(&f.err, "fetching a page")
		f.answer, f.err = r.decoder.Fetch(ctx, r.api, &timestreamquery.QueryInput{QueryString: &r.sql, NextToken: token})
	}()
	return f
}

// wait is the page, once it is there.
func (f *fetching) wait() (*page.Answer, error) {
	<-f.done
	return f.answer, f.err
}

// drop waits for a page that nobody wants any more; f may be nil.
func (f *fetching) drop() {
	if f != nil {
		<-f.done
	}
}
