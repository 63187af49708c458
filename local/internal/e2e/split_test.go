package e2e_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite/types"

	"athena-timestream/federation/block"
	"athena-timestream/federation/client"
	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
	"athena-timestream/federation/spill"
	"athena-timestream/local/internal/tsdb"
	"athena-timestream/timestream"
)

// eventTables are what TestSplits reads: a table with the default partition key, one with a key of its own, a view that can be
// cut, and two that cannot, the last with rows that have no time.
var eventTables = []string{"events", "keyed", "keyed", "plain", "plain", "grouped", "timeless"}

// TestSplitsHoldEachRowOnce reads random constraints in one split, and in those that the connector makes of them. Records lie
// on the very cuts and beside them: they are written when the cuts are known. Each row has to come once.
func TestSplitsHoldEachRowOnce(t *testing.T) {
	t.Parallel()
	draw(t, func(t *testing.T, r *rand.Rand) {
		db := openDB(t)
		kinds := map[string]int{}
		for round := range 16 {
			config := timestream.SplitConfig{Most: pick(r, []int{2, 4, 7, 16}), Least: pick(r, []time.Duration{time.Millisecond, 300 * time.Hour, 300 * time.Hour, 300 * time.Hour}), Count: r.IntN(3) == 0}
			if r.IntN(3) == 0 {
				config.LookBack = pick(r, []time.Duration{time.Hour, 1000 * time.Hour})
			}
			cutting, whole := serve(t, db, setting{splits: config}, nil), serve(t, db, setting{}, nil)
			if round == 0 {
				cutting.events(t)
			}
			cutting.defineEvents(t)
			whole.defineEvents(t)
			for range 5 {
				name := pick(r, eventTables)
				where := randomConstraints(t, r)
				got := cutting.splitRead(t, name, where, func(splits []message.Split) { writeAround(t, r, db, splits) })
				want := whole.splitRead(t, name, where, nil)
				if len(want.splits) != 1 {
					t.Fatalf("a read that is not to be cut is %d splits", len(want.splits))
				}
				tally(kinds, name, got)
				what := fmt.Sprintf("round %d, %+v, %s where %s in %d splits: %v", round, config, name, constraintsText(where), len(got.splits), got.splits)
				if len(got.splits) > config.Most || len(got.splits) > 1 && (name == "grouped" || name == "timeless") {
					t.Fatalf("seed %d: %s", *seed, what)
				}
				same(t, what, got.rows, want.rows)
			}
		}
		for _, kind := range []string{"by time", "by measure_name", "by Host", "in plain", "into 7 or more"} {
			if kinds[kind] == 0 {
				t.Errorf("seed %d: no read was cut %s: %v", *seed, kind, kinds)
			}
		}
	})
}

// tally counts the kinds of reads that were cut and had rows.
func tally(kinds map[string]int, table string, got reading) {
	n := len(got.splits)
	if n == 1 || len(got.rows) == 0 {
		return
	}
	last := got.splits[n-1].Properties
	for _, kind := range []string{"in " + table, "by " + last["column"], "by " + last["time_column"]} {
		kinds[kind]++
	}
	if n >= 7 {
		kinds["into 7 or more"]++
	}
}

// events creates the tables, with a few records at the ends of time.
func (s *site) events(t *testing.T) {
	t.Helper()
	create(t, s.writer(), "db", "events")
	_, err := s.writer().CreateTable(t.Context(), &timestreamwrite.CreateTableInput{
		DatabaseName: aws.String("db"), TableName: aws.String("keyed"),
		MagneticStoreWriteProperties: &types.MagneticStoreWriteProperties{EnableMagneticStoreWrites: aws.Bool(true)},
		Schema:                       &types.Schema{CompositePartitionKey: []types.PartitionKey{{Type: types.PartitionKeyTypeDimension, Name: aws.String("Host"), EnforcementInRecord: types.PartitionKeyEnforcementLevelOptional}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []int64{0, 1, 999_999, 1_000_000, noon.UnixNano(), lateNanos} {
		writeEvents(t, s.db, at)
	}
}

// defineEvents puts the views into a site's Glue.
func (s *site) defineEvents(t *testing.T) {
	t.Helper()
	columns := []string{"host string", "measure_name string", "time timestamp", "n bigint"}
	for name, view := range map[string]string{
		"plain":    `SELECT time, "Host" AS host, measure_name, n FROM "db"."events" WHERE n > -5`,
		"grouped":  `SELECT max(time) AS time, "Host" AS host, measure_name, n FROM "db"."events" GROUP BY "Host", measure_name, n`,
		"timeless": `SELECT CASE WHEN n > 3 THEN time END AS time, "Host" AS host, measure_name, n FROM "db"."events"`,
	} {
		s.define(t, "db", name, view, columns...)
	}
}

var events atomic.Int64

// writeEvents writes a record of each host, one of which has no name, and measure at the time.
func writeEvents(t *testing.T, db *tsdb.DB, at int64) {
	t.Helper()
	var records []tsdb.Record
	for _, host := range []string{"", "h1", "h2", "h3"} {
		rec := tsdb.Record{Time: fmt.Sprint(at), TimeUnit: "NANOSECONDS", MeasureType: "MULTI", MeasureName: fmt.Sprintf("m%d", events.Add(1)%4)}
		rec.Dimensions = []tsdb.Dimension{{Name: "any", Value: "x"}}
		if host != "" {
			rec.Dimensions = append(rec.Dimensions, tsdb.Dimension{Name: "Host", Value: host})
		}
		rec.MeasureValues = []tsdb.MeasureValue{{Name: "n", Value: fmt.Sprint(at / 7 % 10), Type: "BIGINT"}}
		records = append(records, rec)
	}
	for _, table := range []string{"events", "keyed"} {
		if _, err := db.WriteRecords(t.Context(), tsdb.WriteRequest{Database: "db", Table: table, Records: records}); err != nil {
			t.Fatal(err)
		}
	}
}

// writeAround writes records on the cuts and next to them.
func writeAround(t *testing.T, r *rand.Rand, db *tsdb.DB, splits []message.Split) {
	t.Helper()
	var cuts []int64
	for _, s := range splits {
		if text := s.Properties["time_from"]; text != "" {
			at, err := time.Parse("2006-01-02T15:04:05.000Z", text)
			if err != nil {
				t.Fatal(err)
			}
			cuts = append(cuts, at.UnixMilli())
		}
	}
	slices.Sort(cuts)
	for _, cut := range slices.Compact(cuts) {
		for _, off := range []int64{-1_000_000, -1, 0, 1, 1_000_000} {
			if at := cut*1_000_000 + off; cut >= 0 && cut < math.MaxInt64/1_000_000 && r.IntN(2) == 0 {
				writeEvents(t, db, max(at, 0))
			}
		}
	}
}

// randomConstraints bound the time, or not, name some measures and hosts, or not.
func randomConstraints(t *testing.T, r *rand.Rand) *predicate.Constraints {
	t.Helper()
	c := predicate.Unconstrained()
	ms := func() int64 {
		if r.IntN(2) == 0 {
			return noon.UnixMilli() - r.Int64N(40*86_400_000)
		}
		return pick(r, []int64{
			0, 1, noon.UnixMilli() - r.Int64N(40*86_400_000), noon.UnixMilli() - r.Int64N(10_000), r.Int64N(9_223_372_036_854), -1, -9_223_372_036_000,
			-r.Int64N(9_223_372_036_000), 9_223_372_036_854, -9_300_000_000_000, 9_300_000_000_000, math.MinInt64, math.MaxInt64,
		})
	}
	if r.IntN(6) > 0 {
		var ranges []predicate.Range
		for range 1 + r.IntN(2) {
			a, b := ms(), ms()
			if a == b {
				b++
			}
			ranges = append(ranges, pick(r, []predicate.Range{
				predicate.AtLeast(a), predicate.LessThan(b), predicate.Point(a),
				{Low: predicate.GreaterThan(min(a, b)).Low, High: predicate.AtMost(max(a, b)).High},
				{Low: predicate.AtLeast(min(a, b)).Low, High: predicate.LessThan(max(a, b)).High},
			}))
		}
		set, err := predicate.NewSortedRangeSet(arrow.FixedWidthTypes.Date64, r.IntN(2) == 0, ranges...)
		if err != nil {
			t.Fatal(err)
		}
		c.Summary = append(c.Summary, predicate.Column{Name: "time", Set: set})
	}
	for _, named := range []struct {
		column string
		values []predicate.Value
	}{{"measure_name", []predicate.Value{"m0", "m1", "m2", "m3", "none"}}, {"host", []predicate.Value{"h1", "h2", "h3", "it's none"}}} {
		if r.IntN(4) == 0 {
			continue
		}
		set, err := predicate.NewEquatableValueSet(arrow.BinaryTypes.String, true, r.IntN(2) == 0, named.values[:2+r.IntN(len(named.values)-1)]...)
		if err != nil {
			t.Fatal(err)
		}
		c.Summary = append(c.Summary, predicate.Column{Name: named.column, Set: set})
	}
	return c
}

func constraintsText(c *predicate.Constraints) string {
	var out []string
	for _, s := range c.Summary {
		out = append(out, fmt.Sprintf("%s %v", s.Name, s.Set))
	}
	return strings.Join(out, " and ")
}

// reading is a read through layout, splits and all of the splits.
type reading struct {
	splits []message.Split
	rows   []string
}

// splitRead reads host, measure_name, time and n. planned, which may be nil, is called when the splits are known.
func (s *site) splitRead(t *testing.T, name string, where *predicate.Constraints, planned func([]message.Split)) reading {
	t.Helper()
	c := &client.Client{
		Invoker: s.handler, Store: s.store, Identity: &message.Identity{Account: "123456789012"}, Catalog: "ts", QueryID: "q1",
		Limits: spill.Limits{MaxBlockSize: 16_000_000, MaxInlineSize: 1_000_000},
	}
	described, err := c.GetTable(t.Context(), message.TableName{Schema: "db", Table: name}, nil)
	if err != nil {
		t.Fatal(err)
	}
	layout, err := c.GetTableLayout(t.Context(), described, where)
	if err != nil {
		t.Fatal(err)
	}
	var out reading
	if out.splits, err = c.GetSplits(t.Context(), described, layout, where); err != nil {
		t.Fatal(err)
	}
	if planned != nil {
		planned(out.splits)
	}
	metadata := described.Schema.Metadata()
	var fields []arrow.Field
	for _, column := range []string{"host", "measure_name", "time", "n"} {
		f, _ := described.Schema.FieldsByName(column)
		fields = append(fields, f...)
	}
	schema := arrow.NewSchema(fields, &metadata)
	for _, split := range out.splits {
		_, err := c.ReadRecords(t.Context(), described.TableName, schema, split, where, func(b arrow.RecordBatch) error {
			for row := range int(b.NumRows()) {
				values := make([]any, b.NumCols())
				for i := range values {
					values[i] = block.ValueAt(b.Column(i), row)
				}
				out.rows = append(out.rows, rowText(values))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}
