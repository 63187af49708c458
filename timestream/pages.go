package timestream

import (
	"context"
	"log/slog"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery"

	"athena-timestream/federation"
	"athena-timestream/federation/redact"
	"athena-timestream/timestream/internal/page"
)

// statements runs SQL and reads all pages of its result. It is the only paging loop there is.
type statements struct {
	api    QueryAPI
	logger *slog.Logger
}

// totals describe a result after its last page.
type totals struct {
	queryID          string
	pages            int
	rows, bytes      int64
	scanned, metered int64
}

// run reads all pages into the columns, calling endRow after each row. The next page is asked for while the last one is
// decoded; a page without rows is no end, only a missing token is. Every call repeats the statement, as the service
// demands, and none sets MaxRows, with which it would answer in small pages. When run ends early it cancels the query,
// which would otherwise go on and be charged.
func (s statements) run(ctx context.Context, sql string, cols []page.Binding, endRow func() error) (totals, error) {
	start := time.Now()
	s.logger.DebugContext(ctx, "timestream query starts", keySQL, sql)
	r := reading{statements: s, decoder: page.NewDecoder(cols), sql: sql}
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
	open    bool // the service may be at work on further pages
}

func (r *reading) pages(ctx context.Context, endRow func() error) error {
	ctx, stop := context.WithCancel(ctx)
	next := r.fetch(ctx, nil)
	defer func() {
		stop()
		next.drop()
	}()
	for {
		answer, err := next.wait()
		if err != nil {
			return serviceError(err, "run a Timestream query%s", r.named())
		}
		next = nil
		if token := answer.NextToken(); token != nil {
			r.open = true
			next = r.fetch(ctx, token)
		}
		p, err := r.decoder.Append(ctx, answer, endRow)
		r.add(p)
		if err != nil {
			return serviceError(err, "read page %d of a Timestream query%s", r.totals.pages, r.named())
		}
		if r.open = p.NextToken != nil; !r.open {
			return nil
		}
		if next == nil || next.token != *p.NextToken { // the token was not where it is looked for
			next.drop()
			next = r.fetch(ctx, p.NextToken)
		}
	}
}

func (r *reading) add(p page.Page) {
	r.totals.pages++
	if p.QueryID != "" {
		r.queryID = p.QueryID
	}
	r.rows += int64(p.Rows)
	r.bytes += int64(p.Bytes)
	r.scanned, r.metered = p.BytesScanned, p.BytesMetered
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
