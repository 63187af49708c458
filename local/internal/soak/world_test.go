package soak_test

import (
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite/types"

	"athena-timestream/federation/block"
	"athena-timestream/internal/faults"
	"athena-timestream/local/internal/stack"
	"athena-timestream/local/internal/tsserver"
	"athena-timestream/timestream"
)

const (
	rows  = 4_000 // of the table, with long texts: more than one page
	hosts = 10
)

// digest of rows, in whatever order they come.
type digest struct{ rows, sum uint64 }

func (d *digest) add(cells ...any) {
	h := fnv.New64a()
	fmt.Fprintf(h, "%q", cells) //nolint:errcheck // a hash does not fail
	d.rows++
	d.sum += h.Sum64()
}

// world is the served stack, seen from outside, and what its table holds.
type world struct {
	served, guest *stack.Stack
	whole         digest
	byHost        [hosts]digest
	objects       *s3.Client
	query         *timestreamquery.Client
	wrong         atomic.Bool // calls go wrong
}

// odds are what goes wrong with the connector's calls, often enough to meet every kind in half a minute and rarely enough
// for most reads to get through.
func odds(seed uint64) faults.Plan {
	denied := faults.Error(http.StatusForbidden, "AccessDenied", "Access Denied")
	return faults.Random(
		seed,
		faults.Odds{Operation: "Query", Chance: 0.01, Fault: faults.Throttled},
		faults.Odds{Operation: "Query", Chance: 0.01, Fault: faults.Internal},
		faults.Odds{Operation: "Query", Chance: 0.01, Fault: faults.Lost},
		faults.Odds{Operation: "Query", Chance: 0.005, Fault: faults.Cut(0.5)},
		faults.Odds{Operation: "Query", Chance: 0.005, Fault: faults.Unavailable},
		// A query whose first page cannot be read has no name by which it could be cancelled: the server keeps it a while.
		faults.Odds{Operation: "Query", Chance: 0.0005, Fault: faults.Truncated(0.7)},
		faults.Odds{Operation: "Query", Chance: 0.0005, Fault: faults.Garbled(0.3)},
		faults.Odds{Operation: "Query", Chance: 0.003, Fault: faults.DeadToken},
		faults.Odds{Operation: "Query", Chance: 0.01, Fault: faults.Slow(50 * time.Millisecond)},
		faults.Odds{Operation: "CancelQuery", Chance: 0.05, Fault: faults.Internal},
		faults.Odds{Operation: "PutObject", Chance: 0.005, Fault: faults.Throttled},
		faults.Odds{Operation: "PutObject", Chance: 0.005, Fault: faults.Internal},
		faults.Odds{Operation: "PutObject", Chance: 0.005, Fault: faults.Lost},
		faults.Odds{Operation: "PutObject", Chance: 0.005, Fault: faults.Refused},
		faults.Odds{Operation: "PutObject", Chance: 0.001, Fault: denied},
		faults.Odds{Operation: "PutObject", Chance: 0.01, Fault: faults.Slow(50 * time.Millisecond)},
	)
}

// newWorld serves, writes the table, and lets the faults begin.
func newWorld(t *testing.T, seed uint64) *world {
	t.Helper()
	plan := odds(seed)
	dir := t.TempDir()
	w := &world{}
	var err error
	w.served, err = stack.Serve(t.Context(), stack.Options{
		Dir: dir, NoDemo: true, Faults: &tsserver.Faults{Seed: seed, EmptyPage: 0.1, Latency: 3 * time.Millisecond},
		Front: func(next http.Handler) http.Handler {
			front := faults.New(next, faults.PlanFunc(func(c faults.Call) faults.Fault {
				if !w.wrong.Load() {
					return faults.Fault{}
				}
				return plan.Fault(c)
			}))
			front.Quiet = true
			return front
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.served.Close(); err != nil {
			t.Error(err)
		}
	})
	if w.guest, err = stack.Open(t.Context(), stack.Options{Dir: dir}); err != nil {
		t.Fatal(err)
	}
	cfg := aws.Config{
		Region: "us-east-1", BaseEndpoint: &w.served.URL, HTTPClient: timestream.HTTPClient(nil),
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	}
	w.objects = s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true })
	w.query = timestreamquery.NewFromConfig(cfg, func(o *timestreamquery.Options) {
		o.EndpointDiscovery.EnableEndpointDiscovery = aws.EndpointDiscoveryDisabled
	})
	if err := w.write(t.Context(), rand.New(rand.NewPCG(seed, 0))); err != nil {
		t.Fatal(err)
	}
	w.wrong.Store(true)
	return w
}

// write fills the table db.t, and the digests from what was written.
func (w *world) write(ctx context.Context, r *rand.Rand) error {
	c := w.served.Write
	if _, err := c.CreateDatabase(ctx, &timestreamwrite.CreateDatabaseInput{DatabaseName: aws.String("db")}); err != nil {
		return err
	}
	if _, err := c.CreateTable(ctx, &timestreamwrite.CreateTableInput{DatabaseName: aws.String("db"), TableName: aws.String("t")}); err != nil {
		return err
	}
	start := time.Now().Add(-time.Hour).Truncate(time.Millisecond)
	for begin := 0; begin < rows; begin += 100 {
		var records []types.Record
		for i := begin; i < begin+100; i++ {
			at := start.Add(time.Duration(i) * time.Millisecond).UnixMilli()
			host, v, text := i%hosts, r.NormFloat64(), strings.Repeat(strconv.FormatUint(r.Uint64(), 16), 15)
			for _, d := range []*digest{&w.whole, &w.byHost[host]} {
				d.add(hostName(host), at, v, text)
			}
			records = append(records, record(hostName(host), at, v, text))
		}
		if _, err := c.WriteRecords(ctx, &timestreamwrite.WriteRecordsInput{DatabaseName: aws.String("db"), TableName: aws.String("t"), Records: records}); err != nil {
			return err
		}
	}
	return nil
}

func hostName(n int) string { return "host-" + strconv.Itoa(n) }

func record(host string, at int64, v float64, text string) types.Record {
	return types.Record{
		Dimensions:  []types.Dimension{{Name: aws.String("host"), Value: &host}},
		MeasureName: aws.String("m"), MeasureValueType: types.MeasureValueTypeMulti, Time: aws.String(strconv.FormatInt(at, 10)),
		MeasureValues: []types.MeasureValue{
			{Name: aws.String("v"), Value: aws.String(strconv.FormatFloat(v, 'g', -1, 64)), Type: types.MeasureValueTypeDouble},
			{Name: aws.String("text"), Value: &text, Type: types.MeasureValueTypeVarchar},
		},
	}
}

// columns are those that are read, in the order in which digests take them.
var columns = []string{"host", "time", "v", "text"}

// of digests the rows of a block; with a host, only that one's, since a connector may return more than is asked for.
func (d *digest) of(b arrow.RecordBatch, host string) {
	for row := range int(b.NumRows()) {
		cells := make([]any, b.NumCols())
		for i := range cells {
			cells[i] = block.ValueAt(b.Column(i), row)
		}
		if host == "" || cells[0] == host {
			d.add(cells...)
		}
	}
}

// tidy removes the blocks that failed reads have left, and counts them. Then it asks many small queries, which take the
// places of large ones wherever the last few answers are kept.
func (w *world) tidy(ctx context.Context) (int, error) {
	w.wrong.Store(false)
	defer w.wrong.Store(true)
	n := 0
	pages := s3.NewListObjectsV2Paginator(w.objects, &s3.ListObjectsV2Input{Bucket: aws.String(stack.SpillBucket)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return n, fmt.Errorf("list the blocks left behind: %w", err)
		}
		for _, o := range page.Contents {
			if _, err := w.objects.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: aws.String(stack.SpillBucket), Key: o.Key}); err != nil {
				return n, fmt.Errorf("remove a block left behind: %w", err)
			}
			n++
		}
	}
	const kept = 64 // by the server for repetition, and by the console: no more answers than this
	for range kept {
		if _, err := w.query.Query(ctx, &timestreamquery.QueryInput{QueryString: aws.String("SELECT 1")}); err != nil {
			return n, fmt.Errorf("ask a small query: %w", err)
		}
	}
	return n, nil
}
