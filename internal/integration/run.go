package integration

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite"

	"athena-timestream/federation"
	"athena-timestream/federation/block"
	"athena-timestream/federation/client"
	"athena-timestream/federation/federationtest"
	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
	"athena-timestream/federation/spill"
	"athena-timestream/federation/spill/s3spill"
	"athena-timestream/timestream"
)

// visible is how long written records may take until a query sees them.
const visible = 2 * time.Minute

// examination is one run.
type examination struct {
	handler *federation.Handler
	store   spill.Store
	table   message.TableName // as Timestream spells it
	rows    []string          // what was written, as fetch gives it
}

// Run examines the connector, as it is deployed but for Lambda, on the Timestream that cfg leads to. The database that it
// makes is removed when the test ends, whatever the outcome.
func Run(t *testing.T, cfg aws.Config, c Config) {
	settings, err := c.connector()
	if err != nil {
		t.Fatal(err)
	}
	handler, err := timestream.NewHandler(cfg, settings, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	e := &examination{
		handler: handler, table: message.TableName{Schema: c.User.Database + "_" + strings.ToLower(rand.Text()[:8]), Table: c.User.Table},
		store: s3spill.New(s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = o.BaseEndpoint != nil }), nil),
	}
	all := readings(time.Now())
	for _, r := range all {
		e.rows = append(e.rows, rowOf(r))
	}
	slices.Sort(e.rows)
	write := timestreamwrite.NewFromConfig(cfg, func(o *timestreamwrite.Options) {
		if cfg.BaseEndpoint != nil {
			o.EndpointDiscovery.EnableEndpointDiscovery = aws.EndpointDiscoveryDisabled
		}
	})
	t.Logf("database %s", e.table.Schema)
	create(t, write, &e.table.Schema, &e.table.Table)
	if err := load(t.Context(), write, &e.table.Schema, &e.table.Table, all); err != nil {
		t.Fatal(err)
	}
	t.Run("rows", e.readsWhatWasWritten)
	t.Run("bounds on time", e.readsAPart)
	t.Run("passthrough", e.passesThrough)
	t.Run("names in lower case", e.finds)
	t.Run("suite", func(t *testing.T) {
		federationtest.RunInvoker(t, handler, e.store, federationtest.Options{
			Config: settings.Federation, Tables: []message.TableName{e.listed()},
			Passthrough: map[string]string{"QUERY": fmt.Sprintf(`SELECT "Host", time, cpu FROM %q.%q ORDER BY time LIMIT 30`, e.table.Schema, e.table.Table)},
		})
	})
}

// rowOf is a record in the form of row: host, time in milliseconds, cpu, errors.
func rowOf(r reading) string {
	var errors any
	if r.errors != nil {
		errors = *r.errors
	}
	return row(r.host, r.at.UnixMilli(), r.cpu, errors)
}

func row(host, at, cpu, errors any) string { return fmt.Sprintf("%v|%v|%v|%v", host, at, cpu, errors) }

// readsWhatWasWritten waits until all rows are there, and compares each value.
func (e *examination) readsWhatWasWritten(t *testing.T) {
	deadline := time.Now().Add(visible)
	for {
		got, err := e.fetch(t.Context(), e.table, predicate.Unconstrained())
		if err != nil {
			t.Fatal(err)
		}
		if len(got) < len(e.rows) && time.Now().Before(deadline) {
			time.Sleep(time.Second)
			continue
		}
		if !slices.Equal(got, e.rows) {
			t.Errorf("%d rows were written, %d are read:\n%s\n\n%s", len(e.rows), len(got), strings.Join(e.rows, "\n"), strings.Join(got, "\n"))
		}
		return
	}
}

// readsAPart has a bound on time pushed down, on the millisecond of a row.
func (e *examination) readsAPart(t *testing.T) {
	middle := e.rows[len(e.rows)/2]
	var at int64
	if _, err := fmt.Sscan(strings.Split(middle, "|")[1], &at); err != nil {
		t.Fatal(err)
	}
	set, err := predicate.NewSortedRangeSet(arrow.FixedWidthTypes.Date64, false, predicate.AtLeast(at))
	if err != nil {
		t.Fatal(err)
	}
	where := predicate.Unconstrained()
	where.Summary = []predicate.Column{{Name: "time", Set: set}}
	got, err := e.fetch(t.Context(), e.table, where)
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, r := range e.rows {
		if parts := strings.Split(r, "|"); parts[1] >= strings.Split(middle, "|")[1] { // of the same number of digits
			want = append(want, r)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("from %d on there are %d rows, %d are read", at, len(want), len(got))
	}
}

func (e *examination) passesThrough(t *testing.T) {
	where := predicate.Unconstrained()
	where.Passthrough = map[string]string{
		"schemaFunctionName": "SYSTEM.QUERY", "QUERY": fmt.Sprintf("SELECT count(*) AS n FROM %q.%q", e.table.Schema, e.table.Table),
	}
	rows, err := e.read(t.Context(), e.table, where)
	if err != nil || len(rows) != 1 || rows[0]["n"] != int64(len(e.rows)) {
		t.Errorf("%v, %v", rows, err)
	}
}

// finds reads the table under the name that Athena would ask for.
func (e *examination) finds(t *testing.T) {
	got, err := e.fetch(t.Context(), e.listed(), predicate.Unconstrained())
	if err != nil || len(got) != len(e.rows) {
		t.Errorf("%d rows, %v", len(got), err)
	}
}

// listed is the table's name as lists show it.
func (e *examination) listed() message.TableName {
	return message.TableName{Schema: strings.ToLower(e.table.Schema), Table: strings.ToLower(e.table.Table)}
}

// fetch reads rows of the table, sorted.
func (e *examination) fetch(ctx context.Context, table message.TableName, where *predicate.Constraints) ([]string, error) {
	rows, err := e.read(ctx, table, where)
	var out []string
	for _, r := range rows {
		out = append(out, row(r["host"], r["time"], r["cpu"], r["errors"]))
	}
	slices.Sort(out)
	return out, err
}

// read plays a whole query: its rows by column, of all splits.
func (e *examination) read(ctx context.Context, table message.TableName, where *predicate.Constraints) ([]map[string]any, error) {
	engine := &client.Client{
		Invoker: e.handler, Store: e.store, Identity: &message.Identity{}, Catalog: "integration", QueryID: strings.ToLower(rand.Text()),
	}
	described, err := engine.GetTable(ctx, table, where.Passthrough)
	if err != nil {
		return nil, err
	}
	layout, err := engine.GetTableLayout(ctx, described, where)
	if err != nil {
		return nil, err
	}
	splits, err := engine.GetSplits(ctx, described, layout, where)
	if err != nil {
		return nil, err
	}
	var rows []map[string]any
	for _, split := range splits {
		_, err := engine.ReadRecords(ctx, described.TableName, described.Schema, split, where, func(b arrow.RecordBatch) error {
			for i := range int(b.NumRows()) {
				values := map[string]any{}
				for n, field := range b.Schema().Fields() {
					values[field.Name] = owned(block.ValueAt(b.Column(n), i))
				}
				rows = append(rows, values)
			}
			b.Release()
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// owned is a value that outlives its batch.
func owned(v any) any {
	if text, ok := v.(string); ok {
		return strings.Clone(text)
	}
	return v
}
