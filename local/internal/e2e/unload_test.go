package e2e_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
	"athena-timestream/local/internal/tsserver"
	"athena-timestream/local/internal/unload"
	"athena-timestream/timestream"
)

// objects is a site's own S3, for the files of UNLOAD.
type objects struct{ *site }

func (o objects) s3() *s3.Client {
	return s3.NewFromConfig(o.local(), func(o *s3.Options) { o.UsePathStyle = true })
}

func (objects) HasBucket(context.Context, string) (bool, error) { return true, nil }

func (o objects) Put(ctx context.Context, at unload.Object, body io.ReadSeeker) error {
	_, err := o.s3().PutObject(ctx, &s3.PutObjectInput{Bucket: &at.Bucket, Key: &at.Key, Body: body})
	return err
}

// left are the keys in the spill bucket that belong to no spilled block.
func (o objects) left(t testing.TB) []string {
	t.Helper()
	out, err := o.s3().ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: aws.String(bucket)})
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, c := range out.Contents {
		if strings.Contains(*c.Key, "parquet") || strings.Contains(*c.Key, ".json") {
			keys = append(keys, *c.Key)
		}
	}
	return keys
}

// journal are the statements that a server has begun to answer.
type journal struct {
	mu   sync.Mutex
	runs []string
}

func (j *journal) note(p tsserver.Page) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if p.Number == 1 {
		j.runs = append(j.runs, p.SQL)
	}
}

// unloads counts the UNLOADs since the last call.
func (j *journal) unloads() (n, others int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, sql := range j.runs {
		switch {
		case strings.HasPrefix(sql, "UNLOAD"):
			n++
		case strings.HasPrefix(sql, "SELECT"), strings.HasPrefix(sql, "WITH"):
			others++
		}
	}
	j.runs = nil
	return n, others
}

// unloading is a site that reads by UNLOAD, beside one on the same database that reads in pages.
func unloading(t testing.TB) (files, pages *site, log *journal) {
	t.Helper()
	db := openDB(t)
	log = &journal{}
	files = serve(t, db, setting{nanos: true, mode: timestream.ReadUnload, server: tsserver.Options{OnPage: log.note}}, nil)
	return files, serve(t, db, setting{nanos: true}, nil), log
}

// TestUnloadReadsWhatPagesRead: whatever is asked, files and pages give the same rows, and nothing is left behind.
func TestUnloadReadsWhatPagesRead(t *testing.T) {
	t.Parallel()
	draw(t, func(t *testing.T, r *rand.Rand) {
		files, pages, log := unloading(t)
		tb := randomTable(r, "db", "multi", 80, false)
		single := randomTable(r, "db", "single", 80, true)
		pages.write(t, tb, single)
		for _, sql := range []string{"SELECT * FROM db.multi", "SELECT * FROM db.single", "SELECT count(*) FROM db.multi"} {
			same(t, sql, answer(t, files.engine(), sql), answer(t, pages.engine(), sql))
			if n, others := log.unloads(); n != 1 || others != 0 {
				t.Fatalf("seed %d: %s ran %d UNLOADs and %d other statements", *seed, sql, n, others)
			}
		}
		d := drawer{r, tb.fields("", 0)}
		for range 12 {
			c := d.condition(r.IntN(3))
			sql := "SELECT " + list(tb.columns, "") + " FROM db.multi WHERE " + c.sql
			same(t, c.sql, answer(t, files.engine(), sql), texts(filter(tb.rows, c)))
			checkLimit(t, files.engine(), tb, c, r.IntN(20))
		}
		if left := (objects{files}).left(t); len(left) > 0 {
			t.Errorf("seed %d: left in the bucket: %s", *seed, left)
		}
	})
}

// TestUnloadOfEveryType: arrays, rows and time series, with nulls at every level, and the types that only a view has.
func TestUnloadOfEveryType(t *testing.T) {
	t.Parallel()
	files, pages, log := unloading(t)
	pages.points(t)
	const series = `array<struct<time:timestamp,measure_value\:\:double:double>>`
	for name, view := range map[string]struct {
		sql     string
		columns []string
		pages   bool // because the view cannot be unloaded
	}{
		"series": {`SELECT Host AS host, CREATE_TIME_SERIES(time, cpu) AS cpu, count(*) AS n FROM "db"."points" GROUP BY Host`, []string{"host string", "cpu " + series, "n bigint"}, false},
		"lists": {
			`SELECT Host, ARRAY[cpu, NULL, nan()] AS d, ARRAY[] AS e, CASE WHEN cpu > 2 THEN ARRAY[ARRAY[Host], NULL, ARRAY[], ARRAY['x', NULL]] END AS nested,
				ARRAY[time, NULL] AS times, ARRAY[date(time)] AS days, ARRAY[ROW(cpu, Host, ARRAY[1, NULL]), NULL, ROW(NULL, NULL, NULL)] AS rows FROM "db"."points"`,
			[]string{"host string", "d array<double>", "nested array<array<string>>", "times array<timestamp>", "days array<date>", "rows array<struct<a:double,b:string,c:array<int>>>"},
			false,
		},
		"rows": {
			`SELECT CASE WHEN cpu > 2 THEN ROW(cpu, ROW(Host, time), ARRAY[cpu > 3]) END AS r, CASE WHEN Host = 'a' THEN 7 END AS i, cpu > 2 AS ok,
				CASE WHEN cpu > 2 THEN date(time) END AS day, TIMESTAMP '1901-02-03 04:05:06.789012345' AS early FROM "db"."points"`,
			[]string{"r struct<a:double,b:struct<h:string,t:timestamp>,c:array<boolean>>", "i int", "ok boolean", "day date", "early timestamp"},
			false,
		},
		"none":   {`SELECT Host, cpu, ARRAY[cpu] AS l FROM "db"."points" WHERE Host = 'nobody'`, []string{"host string", "cpu double", "l array<double>"}, false},
		"shown":  {`SELECT Host, time - TIMESTAMP '1970-01-01' AS age FROM "db"."points"`, []string{"host string", "age string"}, true},
		"inside": {`SELECT ARRAY[1d] AS ages FROM "db"."points"`, []string{"ages array<string>"}, true},
		"clock":  {`SELECT ROW(Host, CAST(time AS time)) AS r FROM "db"."points"`, []string{"r struct<h:string,t:string>"}, true},
	} {
		for _, s := range []*site{files, pages} {
			s.define(t, "db", name, view.sql, view.columns...)
		}
		sql := "SELECT * FROM db." + name
		want := answer(t, pages.engine(), sql)
		if name != "none" && len(want) == 0 {
			t.Fatalf("%s has no rows", name)
		}
		same(t, sql, answer(t, files.engine(), sql), want)
		if n, others := log.unloads(); (others > 0) != view.pages || n == 0 && !view.pages {
			t.Errorf("%s ran %d UNLOADs and %d other statements", sql, n, others)
		}
	}
	if left := (objects{files}).left(t); len(left) > 0 {
		t.Errorf("left in the bucket: %s", left)
	}
}

// TestUnloadLooksAgain: conditions beyond what a statement takes are looked at on the rows of the files too, whether Athena
// asks for their column or not.
func TestUnloadLooksAgain(t *testing.T) {
	t.Parallel()
	files, pages, log := unloading(t)
	pages.points(t)
	hosts := []predicate.Value{"a"}
	for i := range 30_000 {
		hosts = append(hosts, fmt.Sprintf("host-%d", i))
	}
	set, err := predicate.NewEquatableValueSet(arrow.BinaryTypes.String, true, false, hosts...)
	if err != nil {
		t.Fatal(err)
	}
	where := predicate.Unconstrained()
	where.Summary = []predicate.Column{{Name: "host", Set: set}}
	for _, s := range []*site{files, pages} {
		for _, columns := range [][]string{{"cpu"}, {"host", "cpu"}} {
			_, rows, err := s.rows(t, message.TableName{Schema: "db", Table: "points"}, where, columns...)
			if err != nil || len(rows) != 3 {
				t.Errorf("%v: %d rows of 3, %v", columns, len(rows), err)
			}
		}
	}
	if n, others := log.unloads(); n != 2 || others != 0 {
		t.Errorf("%d UNLOADs and %d other statements", n, others)
	}
}
