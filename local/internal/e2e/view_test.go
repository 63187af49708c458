package e2e_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/glue"
	"github.com/aws/aws-sdk-go-v2/service/glue/types"

	"athena-timestream/local/internal/tsdb"
)

// define puts a table into Glue; columns are "name type" pairs. An empty view is a table.
func (s *site) define(t testing.TB, database, name, view string, columns ...string) {
	t.Helper()
	_, _ = s.glue.CreateDatabase(t.Context(), &glue.CreateDatabaseInput{DatabaseInput: &types.DatabaseInput{Name: &database}}) // it may be there
	in := &types.TableInput{
		Name: &name, Parameters: map[string]string{"timestream-metadata-flag": "x"}, StorageDescriptor: &types.StorageDescriptor{},
	}
	if view != "" {
		in.ViewOriginalText = &view
	}
	for _, c := range columns {
		column, typ, _ := strings.Cut(c, " ")
		in.StorageDescriptor.Columns = append(in.StorageDescriptor.Columns, types.Column{Name: &column, Type: aws.String(typ)})
	}
	if _, err := s.glue.CreateTable(t.Context(), &glue.CreateTableInput{DatabaseName: &database, TableInput: in}); err != nil {
		t.Fatalf("define %s.%s: %v", database, name, err)
	}
}

// points writes one reading a minute for two hosts; the second of "a" is missing.
func (s *site) points(t testing.TB) {
	t.Helper()
	create(t, s.writer(), "db", "points")
	var records []tsdb.Record
	for _, p := range []struct{ host, time, cpu string }{
		{"a", "60000000001", "1.5"},
		{"a", "180000000001", "3.5"},
		{"a", "240000999999", "-0.0"},
		{"b", "60000000000", "1E300"},
		{"b", "120000000000", "7"},
	} {
		records = append(records, tsdb.Record{
			MeasureName: "m", MeasureType: "MULTI", Time: p.time, TimeUnit: "NANOSECONDS",
			Dimensions:    []tsdb.Dimension{{Name: "Host", Value: p.host}},
			MeasureValues: []tsdb.MeasureValue{{Name: "cpu", Type: "DOUBLE", Value: p.cpu}},
		})
	}
	if _, err := s.db.WriteRecords(t.Context(), tsdb.WriteRequest{Database: "db", Table: "points", Records: records}); err != nil {
		t.Fatal(err)
	}
}

func TestViews(t *testing.T) {
	t.Parallel()
	s := serve(t, openDB(t), setting{}, nil)
	s.points(t)
	const series = `array<struct<time:timestamp,measure_value\:\:double:double>>`
	s.define(t, "db", "series", `SELECT Host AS host, CREATE_TIME_SERIES(time, cpu) AS cpu, count(*) AS n FROM "db"."points" GROUP BY Host`, "host string", "cpu "+series, "n bigint")
	s.define(t, "db", "filled", `SELECT Host AS h, INTERPOLATE_LINEAR(CREATE_TIME_SERIES(bin(time, 1m), cpu), SEQUENCE(min(bin(time, 1m)), max(bin(time, 1m)), 1m)) AS cpu
		FROM "db"."points" GROUP BY Host; -- every minute`, "h string", "cpu "+series)
	s.define(t, "db", "last", `WITH x AS (SELECT * FROM db.points WHERE cpu > 0) SELECT Host AS host, max(time) AS seen, max_by(cpu, time) AS cpu, '"view"' AS "odd name" FROM x GROUP BY Host`,
		"host string", "seen timestamp", "cpu double")
	s.define(t, "db", "as_text", `SELECT Host, time AS At, cpu AS c, cpu > 2 AS big FROM "db"."points"`, "host string", "at string", "c string", "big string")
	with, without := s.engines()
	for _, c := range []struct {
		sql  string
		want []string
	}{
		{"SELECT host, cpu FROM db.series", []string{
			`"a" | [[1970-01-01T00:01:00 | 1.5] | [1970-01-01T00:03:00 | 3.5] | [1970-01-01T00:04:00 | -0]]`,
			`"b" | [[1970-01-01T00:01:00 | 1e+300] | [1970-01-01T00:02:00 | 7]]`,
		}},
		{"SELECT cpu FROM db.series WHERE host > 'a' AND n = 2 LIMIT 1", []string{`[[1970-01-01T00:01:00 | 1e+300] | [1970-01-01T00:02:00 | 7]]`}},
		{"SELECT host FROM db.series WHERE cpu IS NOT NULL AND host <> 'a'", []string{`"b"`}},
		{"SELECT host FROM db.series WHERE n IN (3, 9223372036854775807)", []string{`"a"`}},
		{`SELECT s.host, u.time, u."measure_value::double" FROM db.series s CROSS JOIN UNNEST(s.cpu) AS u(time, "measure_value::double") WHERE s.host = 'b'`, []string{
			`"b" | 1970-01-01T00:01:00 | 1e+300`, `"b" | 1970-01-01T00:02:00 | 7`,
		}},
		{"SELECT cpu FROM db.filled WHERE h = 'a'", []string{`[[1970-01-01T00:01:00 | 1.5] | [1970-01-01T00:02:00 | 2.5] | [1970-01-01T00:03:00 | 3.5] | [1970-01-01T00:04:00 | -0]]`}},
		{"SELECT host, seen, cpu FROM db.last WHERE seen = TIMESTAMP '1970-01-01 00:03:00.000'", []string{`"a" | 1970-01-01T00:03:00 | 3.5`}},
		{"SELECT count(*) FROM db.last", []string{"2"}},
		// Glue may call anything text. It is compared as text, also where the service would compare timestamps.
		{"SELECT host, at, c, big FROM db.as_text WHERE at > '1970-01-01 00:03:00' AND host = 'a' AND big <> 'x' AND c < '2'", []string{`"a" | "1970-01-01 00:04:00.000999999" | "-0.0" | "false"`}},
		{"SELECT at FROM db.as_text WHERE at <> '1970-01-01 00:01:00' AND at NOT IN ('1970-01-01 00:01:00.0', 'x') AND at < '1970-01-01 00:01:00.000000001'", []string{`"1970-01-01 00:01:00.000000000"`}},
		{"SELECT l.host, s.n FROM db.last l JOIN db.series s ON l.host = s.host WHERE l.cpu < 5", []string{`"a" | 3`}},
	} {
		same(t, c.sql, answer(t, with, c.sql), c.want)
		same(t, "without push-down: "+c.sql, answer(t, without, c.sql), c.want)
	}
}

// TestEveryTypeOfViews has each type in a view, nested and null at every level, as what it is and as what else it may be read.
func TestEveryTypeOfViews(t *testing.T) {
	t.Parallel()
	s := serve(t, openDB(t), setting{}, nil)
	s.define(t, "db", "every", everyType, "v string", "d double", "b bigint", "i int", "o boolean", "ts timestamp", "da date", "ti string", "ds string", "ym string", "u string",
		"a array<int>", "aa array<array<string>>", "r struct<x:int,y:string>", "ar array<struct<time:timestamp,x:array<double>>>", "k int")
	s.define(t, "db", "other", everyType, "v varchar(9)", "d float", "b long", "i smallint", "ts string", "da string", "u array<double>",
		"a array<bigint>", "aa set<array<char(3)>>", "r struct<x:string,y:string>", "ar array<struct<t:string,x:array<string>>>", "k double")
	s.define(t, "db", "points", `SELECT k, CREATE_TIME_SERIES(at, d) AS ts FROM (SELECT k, at, d FROM (`+everyType+`) CROSS JOIN UNNEST(ARRAY[TIMESTAMP '2024-01-01', TIMESTAMP '2024-01-02']) AS u(at) WHERE d IS NOT NULL) GROUP BY k`,
		"k int", `ts array<struct<time:timestamp,measure_value\:\:double:double>>`)
	with, without := s.engines()
	for _, c := range []struct {
		sql  string
		want []string
	}{
		{"SELECT * FROM db.every", everyTypeRows},
		{"SELECT k FROM db.every WHERE a IS NULL AND r IS NULL AND ti IS NULL", []string{"2"}},
		{"SELECT k, u.x FROM db.every CROSS JOIN UNNEST(a) AS u(x) WHERE aa IS NOT NULL", []string{"1 | 1", "1 | 2", "3 | null", "3 | 3"}},
		{"SELECT k, r.x, ar[1].x FROM db.every WHERE r IS NOT NULL AND ds <> '0 00:00:00.000000000'", []string{"1 | 1 | [1.5]"}},
		{"SELECT * FROM db.other", []string{
			`"it's 😀" | 1.5 | 9223372036854775807 | 7 | "2024-02-29 23:59:59.999999999" | "2024-02-29" | null | [1 | 2] | [["x"] | [""]] | ["1" | "y"] | [["2024-01-01 00:00:00.000000001" | ["1.5"]]] | 1`,
			`null | null | null | null | null | null | null | null | null | null | null | 2`,
			`"" | -0 | -9223372036854775808 | -7 | "1970-01-01 00:00:00.000000000" | "1970-01-01" | null | [null | 3] | [null | [null]] | [null | null] | [null | [null | null] | [null | [null | "2.0"]]] | 3`,
		}},
		{"SELECT k, ts FROM db.points", []string{
			"1 | [[2024-01-01T00:00:00 | 1.5] | [2024-01-02T00:00:00 | 1.5]]", "3 | [[2024-01-01T00:00:00 | -0] | [2024-01-02T00:00:00 | -0]]",
		}},
	} {
		same(t, c.sql, answer(t, with, c.sql), c.want)
		same(t, "without push-down: "+c.sql, answer(t, without, c.sql), c.want)
	}
}

// TestEveryConditionOnViews does what TestEveryCondition does, over computed columns: NaN, infinities, small integers.
func TestEveryConditionOnViews(t *testing.T) {
	t.Parallel()
	draw(t, func(t *testing.T, r *rand.Rand) {
		s := serve(t, openDB(t), setting{}, nil)
		tb := randomTable(r, "db", "multi", 60, false)
		s.write(t, tb)
		view := s.oddView(t, tb)
		with, without := s.engines()
		d := drawer{r, view.fields("", 0)}
		all := "SELECT " + list(view.columns, "") + " FROM db.odd"
		same(t, all, answer(t, with, all), texts(view.rows))
		for range 15 {
			c := d.condition(r.IntN(3))
			want := texts(filter(view.rows, c))
			same(t, c.sql, answer(t, with, all+" WHERE "+c.sql), want)
			if r.IntN(4) == 0 {
				same(t, "without push-down: "+c.sql, answer(t, without, all+" WHERE "+c.sql), want)
			}
			checkLimit(t, with, view, c, r.IntN(len(want)+2))
		}
	})
}

// oddView is a view over a random table.
func (s *site) oddView(t *testing.T, tb *table) *table {
	t.Helper()
	s.define(t, "db", "odd", `SELECT id, s || '%' AS s, CASE WHEN n < 0 THEN nan() WHEN n > 1000 THEN -infinity() WHEN n = 5 THEN infinity() ELSE "D" END AS d,
			n, CASE WHEN "ok?" THEN 7 WHEN NOT "ok?" THEN -3 END AS i, "seen-At" AS at, "ok?" AS ok, CASE WHEN "ok?" THEN TIMESTAMP '1901-02-03 04:05:06.789012345' ELSE "seen-At" END AS early, date(time) AS day, '' AS empty, NULL AS nothing
			FROM db.multi`,
		"id string", "s string", "d double", "n bigint", "i int", "at timestamp", "ok boolean", "early timestamp", "day date", "empty string", "nothing string")
	view := &table{database: "db", name: "odd", columns: []column{
		{"id", textKind, false},
		{"s", textKind, false},
		{"d", doubleKind, false},
		{"n", bigintKind, false},
		{"i", bigintKind, false},
		{"at", timeKind, false},
		{"ok", boolKind, false},
		{"early", timeKind, false},
		{"day", dateKind, false},
		{"empty", textKind, false},
		{"nothing", textKind, false},
	}}
	at := func(name string) int { return tb.index(name) }
	for _, x := range tb.rows {
		row := []any{x[0], nil, x[at("D")], x[at("n")], nil, x[at("seen-At")], x[at("ok?")], nil, day(x[at("time")].(instant) / 86400e9), "", nil}
		if row[7] = row[5]; row[6] == true {
			row[7] = instant(time.Date(1901, 2, 3, 4, 5, 6, 789_012_345, time.UTC).UnixNano())
		}
		if text, ok := x[at("s")].(string); ok {
			row[1] = text + "%"
		}
		if n, ok := row[3].(int64); ok {
			switch {
			case n < 0:
				row[2] = math.NaN()
			case n > 1000:
				row[2] = math.Inf(-1)
			case n == 5:
				row[2] = math.Inf(1)
			}
		}
		if ok, is := row[6].(bool); is {
			row[4] = map[bool]int64{true: 7, false: -3}[ok]
		}
		view.rows = append(view.rows, row)
	}
	return view
}
