package e2e_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"athena-timestream/local/internal/tsdb"
	"athena-timestream/local/internal/tsserver"
	"athena-timestream/timestream"
)

// TestSplitsInParallel has Athena's player read a day of the table in four statements.
func TestSplitsInParallel(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	watch := func(p tsserver.Page) {
		if p.Number == 1 && !p.Metadata {
			asked.Add(1)
		}
	}
	s := serve(t, openDB(t), setting{server: tsserver.Options{OnPage: watch}, splits: timestream.DefaultSplits()}, nil)
	create(t, s.writer(), "db", "events")
	for hour := range int64(24) {
		at := noon.Add(-time.Duration(hour) * time.Hour)
		rec := tsdb.Record{Time: fmt.Sprint(at.UnixNano()), TimeUnit: "NANOSECONDS", MeasureType: "MULTI", MeasureName: "m", Dimensions: []tsdb.Dimension{{Name: "any", Value: "x"}}}
		rec.MeasureValues = []tsdb.MeasureValue{{Name: "n", Value: fmt.Sprint(hour), Type: "BIGINT"}}
		if _, err := s.db.WriteRecords(t.Context(), tsdb.WriteRequest{Database: "db", Table: "events", Records: []tsdb.Record{rec}}); err != nil {
			t.Fatal(err)
		}
	}
	for sql, c := range map[string]struct {
		want   string
		splits int64
	}{
		"SELECT count(*), sum(n) FROM db.events WHERE time > TIMESTAMP '2026-11-21 12:00:00' AND time <= TIMESTAMP '2026-11-22 12:00:00'":        {"24 | 276", 4},
		"SELECT count(*), sum(n) FROM db.events WHERE time > TIMESTAMP '2026-11-22 00:00:00' AND time <= TIMESTAMP '2026-11-22 12:00:00'":        {"12 | 66", 2},
		"SELECT n, n FROM db.events WHERE time > TIMESTAMP '2026-11-21 12:00:00' AND time <= TIMESTAMP '2026-11-22 12:00:00' ORDER BY n LIMIT 1": {"0 | 0", 1},
	} {
		asked.Store(0)
		rows, stats, err := query(t.Context(), s.engine(), sql)
		if err != nil {
			t.Fatal(err)
		}
		same(t, sql, rows, []string{c.want})
		if int64(stats.Splits) != c.splits || asked.Load() != c.splits {
			t.Errorf("%s: %d splits and %d statements, want %d", sql, stats.Splits, asked.Load(), c.splits)
		}
	}
}
