package e2e_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"athena-timestream/federation"
	"athena-timestream/federation/message"
	"athena-timestream/federation/spill"
	"athena-timestream/local/internal/tsdb"
	"athena-timestream/local/internal/tsserver"
)

// needle is a text in the table, which must not be found in an encrypted block.
const needle = "a text that is easy to find"

// TestEveryWay reads one table in every way that rows can travel. Each must give the rows that were written.
func TestEveryWay(t *testing.T) {
	r := rand.New(rand.NewPCG(*seed, 0))
	db := openDB(t)
	tb := randomTable(r, "db", "multi", 250, false)
	for _, i := range []int{7, 100, 249} {
		tb.rows[i][2] = needle
		tb.records[i] = tb.record(tb.rows[i], false)
	}
	serve(t, db, setting{}, nil).write(t, tb)

	small := spill.Limits{MaxBlockSize: 3000, MaxInlineSize: 1}
	ways := map[string]struct {
		setting
		spilled, clear, kms bool
		pages               int // at least, for the whole table
	}{
		"as Athena asks":          {},
		"a row a page":            {setting: setting{server: tsserver.Options{PageBytes: 2600}}, pages: 40},
		"first page empty":        {setting: setting{server: tsserver.Options{PageBytes: 9000, Faults: &tsserver.Faults{EmptyFirst: true}}}, pages: 8},
		"pages that take long":    {setting: setting{server: tsserver.Options{PageBytes: 9000, AnswerTime: time.Nanosecond}}, pages: 8},
		"faults":                  {setting: setting{server: tsserver.Options{PageBytes: 9000, Faults: faults()}}, pages: 8},
		"blocks with local keys":  {setting: setting{limits: small}, spilled: true},
		"blocks with a KMS key":   {setting: setting{limits: small, config: federation.Config{KMSKeyID: "alias/spill"}}, spilled: true, kms: true},
		"blocks in the clear":     {setting: setting{limits: small, config: federation.Config{DisableSpillEncryption: true}}, spilled: true, clear: true},
		"blocks, pages, faults":   {setting: setting{limits: small, server: tsserver.Options{PageBytes: 4000, Faults: faults()}}, spilled: true, pages: 20},
		"one block for each page": {setting: setting{limits: spill.Limits{MaxBlockSize: 2000, MaxInlineSize: 1}, server: tsserver.Options{PageBytes: 3500}}, spilled: true, pages: 20},
	}
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var pages atomic.Int64
			way.server.OnPage = func(p tsserver.Page) {
				if !p.Metadata {
					pages.Add(1)
				}
			}
			post := &postman{}
			s := serve(t, db, way.setting, post.watch)
			d := drawer{rand.New(rand.NewPCG(*seed, 1)), tb.fields("", 0)}
			for version := message.Oldest; version <= message.Newest; version++ {
				if !way.spilled && version > message.Oldest && version < message.Newest {
					continue // all versions have one way to Timestream
				}
				e := s.engine()
				e.Version = version
				pages.Store(0)
				all := "SELECT " + list(tb.columns, "") + " FROM db.multi"
				rows, stats, err := query(t.Context(), e, all)
				if err != nil {
					t.Fatalf("seed %d, version %d: %v", *seed, version, err)
				}
				same(t, fmt.Sprintf("version %d: %s", version, all), sorted(rows), texts(tb.rows))
				if got := int(pages.Load()); got < way.pages {
					t.Errorf("version %d: %d pages, want at least %d", version, got, way.pages)
				}
				if way.spilled != (stats.Spilled >= 8) || way.spilled && stats.Inline > 0 {
					t.Errorf("version %d: %d blocks in the answer and %d spilled", version, stats.Inline, stats.Spilled)
				}
				if version < message.Newest {
					continue
				}
				c := d.condition(2)
				same(t, c.sql, answer(t, e, all+" WHERE "+c.sql), texts(filter(tb.rows, c)))
				same(t, "count(*)", answer(t, e, "SELECT count(*) FROM db.multi"), []string{"250"})
				same(t, "an empty result", answer(t, e, all+" WHERE host = 'nobody'"), nil)
			}
			post.check(t, way.spilled, way.clear, way.kms)
		})
	}
}

// faults are frequent enough to meet each kind, and rare enough that none comes four times in a row.
func faults() *tsserver.Faults {
	return &tsserver.Faults{Seed: *seed, Throttle: 0.02, Internal: 0.02, EmptyPage: 0.3, Latency: 2 * time.Millisecond}
}

// postman looks at what is sent to S3 and KMS.
type postman struct {
	mu            sync.Mutex
	blocks, keys  int
	readableBlock bool
}

func (p *postman) watch(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".GenerateDataKey") {
			p.mu.Lock()
			p.keys++
			p.mu.Unlock()
		}
		if r.Method == http.MethodPut {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
			p.mu.Lock()
			p.blocks++
			p.readableBlock = p.readableBlock || bytes.Contains(body, []byte(needle))
			p.mu.Unlock()
			r.Body = io.NopCloser(bytes.NewReader(body))
		}
		next.ServeHTTP(w, r)
	})
}

func (p *postman) check(t *testing.T, spilled, clear, kms bool) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if spilled != (p.blocks > 0) || clear != p.readableBlock || kms != (p.keys > 0) {
		t.Errorf("%d blocks were stored, one readable: %t, %d KMS keys were made", p.blocks, p.readableBlock, p.keys)
	}
}

// TestTablesWithoutRows reads a table that was never written, and one that has columns and no matching row.
func TestTablesWithoutRows(t *testing.T) {
	s := serve(t, openDB(t), setting{}, nil)
	create(t, s.writer(), "db", "fresh")
	with, without := s.engines()
	for _, e := range []struct{ sql, want string }{
		{"SELECT * FROM db.fresh", ""},
		{"SELECT measure_name, time FROM db.fresh WHERE time > TIMESTAMP '2020-01-01 00:00:00' AND measure_name = 'x' LIMIT 5", ""},
		{"SELECT count(*) FROM db.fresh", "0"},
		{"SELECT count(*), max(time) FROM db.fresh WHERE measure_name IS NULL", "0 | null"},
		{"SELECT count(*) FROM db.fresh a LEFT JOIN db.fresh b ON a.time = b.time", "0"},
	} {
		want := []string{e.want}
		if e.want == "" {
			want = nil
		}
		same(t, e.sql, answer(t, with, e.sql), want)
		same(t, e.sql, answer(t, without, e.sql), want)
	}
	record := tsdb.Record{MeasureName: "m", Time: "1", Dimensions: []tsdb.Dimension{{Name: "h", Value: "x"}}, MeasureValue: new(string)}
	*record.MeasureValue = "1.5"
	if _, err := s.db.WriteRecords(t.Context(), tsdb.WriteRequest{Database: "db", Table: "fresh", Records: []tsdb.Record{record}}); err != nil {
		t.Fatal(err)
	}
	same(t, "written now", answer(t, with, `SELECT h, "measure_value::double", time FROM db.fresh`), []string{`"x" | 1.5 | 1970-01-01T00:00:00.001`})
}
