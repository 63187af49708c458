package e2e_test

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/glue"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"athena-timestream/federation"
	"athena-timestream/federation/spill"
	"athena-timestream/federation/spill/s3spill"
	"athena-timestream/local/internal/athena"
	"athena-timestream/local/internal/awsapi"
	"athena-timestream/local/internal/tsdb"
	"athena-timestream/local/internal/tsserver"
	"athena-timestream/timestream"
)

var (
	seed   = flag.Uint64("seed", 1, "what is random is drawn from it")
	rounds = flag.Int("rounds", 1, "how many times as many random statements")
)

// noon is the time of every statement.
var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

const bucket = "spill-here"

// openDB opens an embedded Timestream in memory.
func openDB(t testing.TB) *tsdb.DB {
	t.Helper()
	db, err := tsdb.Open(tsdb.Options{Region: awsapi.Region, Account: awsapi.Account, Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close the database: %v", err)
		}
	})
	return db
}

// setting is how a database is served and read.
type setting struct {
	server tsserver.Options
	config federation.Config
	limits spill.Limits
	nanos  bool // columns of nanoseconds
	mode   timestream.ReadMode
	splits timestream.SplitConfig
}

// site is a database behind HTTP with a connector before it.
type site struct {
	db      *tsdb.DB
	server  *tsserver.Server
	aws     aws.Config
	handler *federation.Handler
	store   *s3spill.Store
	glue    *glue.Client
	limits  spill.Limits
}

// serve puts a database behind the AWS APIs of one address and a connector before them. wrap, which may be nil, stands
// before all of them.
func serve(t testing.TB, db *tsdb.DB, o setting, wrap func(http.Handler) http.Handler) *site {
	t.Helper()
	s := &site{db: db, limits: o.limits}
	o.server.Objects = objects{s}
	s.server = tsserver.New(db, o.server)
	api, err := awsapi.New(awsapi.Options{Timestream: s.server})
	if err != nil {
		t.Fatal(err)
	}
	if wrap != nil {
		api = wrap(api)
	}
	web := httptest.NewServer(api)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}}
	t.Cleanup(func() {
		client.CloseIdleConnections()
		web.Close()
		if err := s.server.Close(); err != nil {
			t.Errorf("close the server: %v", err)
		}
	})
	s.aws = aws.Config{
		Region: awsapi.Region, BaseEndpoint: aws.String(web.URL), HTTPClient: client,
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
		Retryer: func() aws.Retryer {
			return retry.NewStandard(func(o *retry.StandardOptions) { o.MaxBackoff = 5 * time.Millisecond })
		},
	}
	o.config.SpillBucket, o.config.Passthrough = bucket, true
	s.handler, err = timestream.NewHandler(s.aws, timestream.Config{Federation: o.config, NanosecondColumns: o.nanos, ReadMode: o.mode, Splits: o.splits}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	s.store = s3spill.New(s3.NewFromConfig(s.local(), func(o *s3.Options) { o.UsePathStyle = true }), nil)
	s.glue = glue.NewFromConfig(s.local())
	return s
}

// local is the configuration for clients of the test itself.
func (s *site) local() aws.Config {
	c := s.aws.Copy()
	c.HTTPClient = timestream.HTTPClient(c.HTTPClient)
	return c
}

// engine is an Athena that reads from the site.
func (s *site) engine() *athena.Engine {
	return &athena.Engine{Invoker: s.handler, Store: s.store, Limits: s.limits, Now: func() time.Time { return noon }}
}

// engines are one that pushes down and one that does not.
func (s *site) engines() (with, without *athena.Engine) {
	with, without = s.engine(), s.engine()
	without.NoPushdown = true
	return with, without
}

// query runs a statement and gives its rows as text, in their order.
func query(ctx context.Context, e *athena.Engine, sql string) ([]string, athena.Stats, error) {
	r, err := e.Query(ctx, sql)
	if err != nil {
		return nil, athena.Stats{}, err
	}
	defer func() { _ = r.Close() }()
	var rows []string
	for row, err := range r.Rows() {
		if err != nil {
			return nil, athena.Stats{}, err
		}
		rows = append(rows, rowText(row))
	}
	return rows, r.Stats, r.Close()
}

// answer is the sorted rows of a statement that must succeed.
func answer(t testing.TB, e *athena.Engine, sql string) []string {
	t.Helper()
	rows, _, err := query(t.Context(), e, sql)
	if err != nil {
		t.Fatalf("seed %d: %s\n%v", *seed, clip(sql), err)
	}
	return sorted(rows)
}

func sorted(rows []string) []string {
	slices.Sort(rows)
	return rows
}

// rowText is equal for equal rows only: it tells -0 from 0, and null from every text.
func rowText(row []any) string {
	cells := make([]string, len(row))
	for i, v := range row {
		cells[i] = cellText(v)
	}
	return strings.Join(cells, " | ")
}

func cellText(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		return strconv.Quote(v)
	case float64:
		if math.IsNaN(v) {
			return "NaN"
		}
		return strconv.FormatFloat(v, 'g', -1, 64)
	case instant:
		return cellText(time.UnixMilli(v.millis()).UTC())
	case day:
		return cellText(v.instant())
	case time.Time:
		return v.Format("2006-01-02T15:04:05.999999999")
	case []any:
		return "[" + rowText(v) + "]"
	}
	return fmt.Sprint(v)
}

// same fails unless the rows are equal, in whatever order.
func same(t testing.TB, what string, got, want []string) {
	t.Helper()
	if slices.Equal(sorted(slices.Clone(got)), sorted(slices.Clone(want))) {
		return
	}
	missing, extra := difference(want, got), difference(got, want)
	t.Fatalf("seed %d: %s\n%d rows, want %d\nmissing:\n%s\ntoo many:\n%s", *seed, clip(what), len(got), len(want), listed(missing), listed(extra))
}

// difference is what a has more of than b.
func difference(a, b []string) []string {
	count := map[string]int{}
	for _, r := range b {
		count[r]++
	}
	var more []string
	for _, r := range a {
		if count[r]--; count[r] < 0 {
			more = append(more, r)
		}
	}
	return more
}

func listed(rows []string) string {
	if len(rows) > 8 {
		return strings.Join(rows[:8], "\n") + fmt.Sprintf("\n… %d more", len(rows)-8)
	}
	return strings.Join(rows, "\n")
}

func clip(sql string) string {
	if len(sql) > 3000 {
		return sql[:3000] + "…"
	}
	return sql
}
