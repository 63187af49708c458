package timestream_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/gluemeta"
	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
	"athena-timestream/internal/golden"
	"athena-timestream/timestream"
)

// noon is the time of every query.
var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// splitSchema is the table's, or the view's.
func splitSchema(view string) *arrow.Schema {
	text, timestamp := arrow.BinaryTypes.String, arrow.FixedWidthTypes.Date64
	metadata := map[string]string{"timestream.columns": `{"host":{"name":"Host"},"lag":{"shown":true},"time_nanos":{"name":"time","nanos":true}}`}
	if view != "" {
		metadata[gluemeta.KeyViewTemplate] = view
	}
	m := arrow.MetadataFrom(metadata)
	return arrow.NewSchema([]arrow.Field{
		{Name: "host", Type: text},
		{Name: "measure_name", Type: text},
		{Name: "time", Type: timestamp},
		{Name: "time_nanos", Type: arrow.PrimitiveTypes.Int64},
		{Name: "lag", Type: text},
		{Name: "seen", Type: timestamp},
		{Name: "cpu", Type: arrow.PrimitiveTypes.Float64},
	}, &m)
}

// where is a condition on a column: ranges of times relative to noon, or texts.
func where(t *testing.T, column string, ranges ...predicate.Range) predicate.Column {
	t.Helper()
	f, _ := splitSchema("").FieldsByName(column)
	set, err := predicate.NewSortedRangeSet(f[0].Type, false, ranges...)
	if err != nil {
		t.Fatal(err)
	}
	return predicate.Column{Name: column, Set: set}
}

func since(ago time.Duration) predicate.Range { return predicate.AtLeast(noon.Add(-ago).UnixMilli()) }

func until(ago time.Duration) predicate.Range { return predicate.LessThan(noon.Add(-ago).UnixMilli()) }

func over(from, to time.Duration) predicate.Range {
	return predicate.Range{Low: since(from).Low, High: until(to).High}
}

func points(values ...string) []predicate.Range {
	out := make([]predicate.Range, len(values))
	for i, v := range values {
		out[i] = predicate.Point(v)
	}
	return out
}

// manyNames are as long as names of measures and hosts tend to be.
func manyNames(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("host-%032d", i)
	}
	return out
}

const day = 24 * time.Hour

// TestSlices plans reads of one table and says where they are cut. A line is a split: [from, to), then the values.
func TestSlices(t *testing.T) {
	const made = `"CreationTime":1763640000` // 2025-11-20 at noon
	table := func(memoryHours, magneticDays int, key string) string {
		return fmt.Sprintf(`{%s,"RetentionProperties":{"MemoryStoreRetentionPeriodInHours":%d,"MagneticStoreRetentionPeriodInDays":%d},"Schema":{"CompositePartitionKey":[%s]}}`,
			made, memoryHours, magneticDays, key)
	}
	const measureKey, hostKey = `{"Type":"MEASURE"}`, `{"Type":"DIMENSION","Name":"Host","EnforcementInRecord":"OPTIONAL"}`
	four := timestream.DefaultSplits()
	with := func(change func(*timestream.SplitConfig)) timestream.SplitConfig {
		c := four
		change(&c)
		return c
	}
	at := func(column string, r ...predicate.Range) predicate.Column { return where(t, column, r...) }
	dayInFour := []string{
		"[, 2026-11-21T18:00:00.000Z)", "[2026-11-21T18:00:00.000Z, 2026-11-22T00:00:00.000Z)",
		"[2026-11-22T00:00:00.000Z, 2026-11-22T06:00:00.000Z)", "[2026-11-22T06:00:00.000Z, )",
	}
	whole := []string{"[, )"}
	var plan struct{ SubstraitPlan []byte }
	golden.ReadJSON(t, &plan, "substrait", "engine-in-varchar.json")
	cases := map[string]struct {
		config  timestream.SplitConfig
		view    string
		summary []predicate.Column
		limit   int64 // 0: none
		plan    []byte
		table   string // DescribeTable; "": must not be asked
		tcu     int    // -1: must not be asked; 0: the account does not tell
		want    []string
	}{
		"a day":              {config: four, summary: []predicate.Column{at("time", over(day, 0))}, want: dayInFour},
		"a day, in nanos":    {config: four, summary: []predicate.Column{at("time_nanos", predicate.Range{Low: predicate.Marker{Value: noon.Add(-day).UnixNano(), Bound: predicate.Exactly}, High: predicate.Marker{Value: noon.UnixNano() - 1, Bound: predicate.Exactly}})}, want: dayInFour},
		"two bounds meet":    {config: four, summary: []predicate.Column{at("time", since(day)), at("time_nanos", predicate.LessThan(noon.UnixNano()))}, want: slices.Concat(dayInFour)},
		"half a day":         {config: four, summary: []predicate.Column{at("time", over(12*time.Hour, 0))}, want: []string{"[, 2026-11-22T06:00:00.000Z)", "[2026-11-22T06:00:00.000Z, )"}},
		"less":               {config: four, summary: []predicate.Column{at("time", over(12*time.Hour-time.Second, 0))}, tcu: -1, want: whole},
		"two hours":          {config: four, summary: []predicate.Column{at("time", since(2*time.Hour))}, tcu: -1, want: whole},
		"now is the end":     {config: with(func(c *timestream.SplitConfig) { c.Most = 2 }), summary: []predicate.Column{at("time", over(day, -365*day))}, want: []string{"[, 2026-11-22T00:07:30.000Z)", "[2026-11-22T00:07:30.000Z, )"}},
		"ends of two ranges": {config: with(func(c *timestream.SplitConfig) { c.Most = 2 }), summary: []predicate.Column{at("time", over(2*day, 47*time.Hour), over(time.Hour, 0))}, want: []string{"[, 2026-11-21T12:00:00.000Z)", "[2026-11-21T12:00:00.000Z, )"}},
		"the small account":  {config: four, summary: []predicate.Column{at("time", over(day, 0))}, tcu: 8, want: []string{"[, 2026-11-22T00:00:00.000Z)", "[2026-11-22T00:00:00.000Z, )"}},
		"the smallest":       {config: four, summary: []predicate.Column{at("time", over(day, 0))}, tcu: 4, want: whole},
		"never cut":          {config: with(func(c *timestream.SplitConfig) { c.Most = 1 }), summary: []predicate.Column{at("time", over(day, 0))}, tcu: -1, want: whole},
		"zero config":        {summary: []predicate.Column{at("time", over(day, 0))}, tcu: -1, want: whole},

		// Where a query does not begin, the table does: retention, its age, or what the settings say.
		"retention":         {config: four, table: table(24, 7, measureKey), want: []string{"[, 2026-11-16T12:03:45.000Z)", "[2026-11-16T12:03:45.000Z, 2026-11-18T12:07:30.000Z)", "[2026-11-18T12:07:30.000Z, 2026-11-20T12:11:15.000Z)", "[2026-11-20T12:11:15.000Z, )"}},
		"age":               {config: with(func(c *timestream.SplitConfig) { c.Most = 2 }), table: table(24, 73_000, measureKey), want: []string{"[, 2026-05-22T12:07:30.000Z)", "[2026-05-22T12:07:30.000Z, )"}},
		"an end, no begin":  {config: with(func(c *timestream.SplitConfig) { c.Most = 2 }), summary: []predicate.Column{at("time", until(2*day))}, table: table(24, 7, measureKey), want: []string{"[, 2026-11-17T12:00:00.000Z)", "[2026-11-17T12:00:00.000Z, )"}},
		"before retention":  {config: four, summary: []predicate.Column{at("time", until(365*day))}, table: table(24, 7, measureKey), tcu: -1, want: whole},
		"look back":         {config: with(func(c *timestream.SplitConfig) { c.LookBack = 7*day - future }), want: []string{"[, 2026-11-17T06:15:00.000Z)", "[2026-11-17T06:15:00.000Z, 2026-11-19T00:15:00.000Z)", "[2026-11-19T00:15:00.000Z, 2026-11-20T18:15:00.000Z)", "[2026-11-20T18:15:00.000Z, )"}},
		"nothing described": {config: four, table: `{}`, tcu: -1, want: whole},

		// What is cheap, or one answer, stays whole.
		"limit":           {config: four, summary: []predicate.Column{at("time", over(day, 0))}, limit: 10, tcu: -1, want: whole},
		"no row":          {config: four, summary: []predicate.Column{at("time", over(day, 0)), at("host")}, tcu: -1, want: whole},
		"future":          {config: four, summary: []predicate.Column{at("time", since(-day))}, tcu: -1, want: whole},
		"before all time": {config: four, summary: []predicate.Column{at("time", predicate.LessThan(int64(-9_300_000_000_000)))}, table: table(24, 7, measureKey), tcu: -1, want: whole},
		"wrong unit":      {config: four, summary: []predicate.Column{at("time", predicate.AtLeast(noon.UnixNano()))}, tcu: -1, want: whole},
		"far too early":   {config: with(func(c *timestream.SplitConfig) { c.Most, c.Least = 2, time.Second }), summary: []predicate.Column{at("time", predicate.Range{Low: predicate.AtLeast(int64(-1 << 62)).Low, High: predicate.AtMost(int64(-9_223_372_030_001)).High})}, want: []string{"[, 1677-09-21T00:12:47.000Z)", "[1677-09-21T00:12:47.000Z, )"}},
		"other timestamp": {config: four, summary: []predicate.Column{at("seen", over(day, 0))}, table: `{}`, tcu: -1, want: whole},
		"a plan":          {config: four, summary: []predicate.Column{at("time", over(day, 0))}, plan: plan.SubstraitPlan, want: dayInFour},
		"an unknown plan": {config: four, summary: []predicate.Column{at("time", over(day, 0))}, plan: []byte("x"), tcu: -1, want: whole},

		// Views.
		"plain view":       {config: with(func(c *timestream.SplitConfig) { c.Most = 2 }), view: `SELECT * FROM "D"."T" WHERE cpu > 1`, summary: []predicate.Column{at("time", over(day, 0))}, want: []string{"[, 2026-11-22T00:00:00.000Z) null time", "[2026-11-22T00:00:00.000Z, )"}},
		"no begin":         {config: four, view: `SELECT * FROM "D"."T"`, tcu: -1, want: whole},
		"aggregating view": {config: four, view: `SELECT time, max(cpu) AS cpu FROM "D"."T" GROUP BY time`, summary: []predicate.Column{at("time", over(day, 0))}, tcu: -1, want: whole},

		// Values of the column by which rows are stored, if time is not enough.
		"measures": {
			config:  with(func(c *timestream.SplitConfig) { c.Most = 3 }),
			summary: []predicate.Column{at("measure_name", points("a", "b", "c", "d")...), at("time", over(8*time.Hour, 0))}, want: []string{`[, ) measure_name ["a","d"]`, `[, ) measure_name ["b"]`, `[, ) measure_name ["c"]`},
		},
		"measures and time": {
			config:  with(func(c *timestream.SplitConfig) { c.Most = 5 }),
			summary: []predicate.Column{at("measure_name", points("a", "b", "c")...), at("time", over(12*time.Hour, 0))},
			want: []string{
				`[, 2026-11-22T06:00:00.000Z) measure_name ["a","c"]`, `[, 2026-11-22T06:00:00.000Z) measure_name ["b"]`,
				`[2026-11-22T06:00:00.000Z, ) measure_name ["a","c"]`, `[2026-11-22T06:00:00.000Z, ) measure_name ["b"]`,
			},
		},
		"time is enough":     {config: four, summary: []predicate.Column{at("measure_name", points("a", "b")...), at("time", over(day, 0))}, want: dayInFour},
		"a short read":       {config: four, summary: []predicate.Column{at("measure_name", points("a", "b")...), at("time", over(5*time.Hour, 0))}, tcu: -1, want: whole},
		"too many measures":  {config: four, summary: []predicate.Column{at("measure_name", points(manyNames(2_000)...)...), at("time", over(8*time.Hour, 0))}, tcu: -1, want: whole},
		"one measure":        {config: four, summary: []predicate.Column{at("measure_name", points("a")...), at("time", over(8*time.Hour, 0))}, tcu: -1, want: whole},
		"a range of names":   {config: four, summary: []predicate.Column{at("measure_name", predicate.AtLeast("a")), at("time", over(8*time.Hour, 0))}, tcu: -1, want: whole},
		"the table's key":    {config: four, summary: []predicate.Column{at("host", points("x", "y")...), at("measure_name", points("a", "b")...), at("time", over(8*time.Hour, 0))}, table: table(24, 7, hostKey), want: []string{`[, ) Host ["x"]`, `[, ) Host ["y"]`}},
		"not the key":        {config: four, summary: []predicate.Column{at("host", points("x", "y")...), at("time", over(8*time.Hour, 0))}, table: table(24, 7, measureKey), tcu: -1, want: whole},
		"key shown as text":  {config: four, summary: []predicate.Column{at("lag", points("x", "y")...), at("time", over(8*time.Hour, 0))}, tcu: -1, want: whole},
		"measures of a view": {config: four, view: `SELECT * FROM "D"."T"`, summary: []predicate.Column{at("measure_name", points("a", "b")...)}, want: []string{`[, ) measure_name ["a"]`, `[, ) measure_name ["b"]`}},
		"a small account":    {config: four, summary: []predicate.Column{at("measure_name", points("a", "b", "c")...), at("time", over(8*time.Hour, 0))}, tcu: 8, want: []string{`[, ) measure_name ["a","c"]`, `[, ) measure_name ["b"]`}},

		// A bound that the query lacks.
		"bounded": {config: with(func(c *timestream.SplitConfig) {
			c.Unbounded, c.LookBack, c.Most = timestream.LookBackUnbounded, day, 2
		}), summary: []predicate.Column{at("time", until(0))}, want: []string{"[2026-11-21T12:00:00.000Z, 2026-11-22T00:00:00.000Z)", "[2026-11-22T00:00:00.000Z, )"}},
		"bounded, whole": {config: timestream.SplitConfig{Unbounded: timestream.LookBackUnbounded, LookBack: day}, limit: 5, tcu: -1, want: []string{"[2026-11-21T12:00:00.000Z, )"}},
		"bounded itself": {config: timestream.SplitConfig{Unbounded: timestream.LookBackUnbounded, LookBack: day}, summary: []predicate.Column{at("time", since(9*day))}, tcu: -1, want: whole},
		"a view's own":   {config: timestream.SplitConfig{Unbounded: timestream.LookBackUnbounded, LookBack: day}, view: "SELECT * FROM t", tcu: -1, want: whole},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := newService(t)
			s.show(map[string][]string{"D": {"T"}})
			s.about["T"] = c.table
			s.about[""] = `{}`
			if c.tcu > 0 {
				s.about[""] = fmt.Sprintf(`{"MaxQueryTCU":%d,"QueryPricingModel":"COMPUTE_UNITS"}`, c.tcu)
			}
			constraints := &predicate.Constraints{Limit: predicate.NoLimit, Summary: c.summary}
			if c.limit > 0 {
				constraints.Limit = c.limit
			}
			if c.plan != nil {
				constraints.Plan = &predicate.QueryPlan{Plan: c.plan}
			}
			got := splitLines(t, s, c.config, c.view, constraints)
			if !slices.Equal(got, c.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
			if n := countCalls(s, "DescribeTable"); n != min(1, len(c.table)) {
				t.Errorf("DescribeTable was asked %d times", n)
			}
			if n := countCalls(s, "DescribeAccountSettings"); n != min(1, c.tcu+1) {
				t.Errorf("DescribeAccountSettings was asked %d times", n)
			}
		})
	}
}

const future = 15 * time.Minute

// splitLines are the splits of a read of d.t, a line each.
func splitLines(t *testing.T, s *service, config timestream.SplitConfig, view string, constraints *predicate.Constraints) []string {
	t.Helper()
	c := s.connector(nil)
	c.Splits = config
	c.SetClock(func() time.Time { return noon })
	return linesOf(splitsOf(t, c, &message.GetTableResponse{TableName: table("d", "t"), Schema: splitSchema(view)}, constraints))
}

func linesOf(splits []map[string]string) []string {
	var out []string
	for _, p := range splits {
		line := "[" + p["time_from"] + ", " + p["time_to"] + ")"
		if p["time_null"] != "" {
			line += " null time"
		}
		if p["column"] != "" {
			line += " " + p["column"] + " " + p["values"]
		}
		out = append(out, line)
	}
	return out
}
