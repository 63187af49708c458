package unload_test

import (
	"context"
	"io"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"athena-timestream/local/internal/sqlparse"
	"athena-timestream/local/internal/translate"
	"athena-timestream/local/internal/unload"
)

// nowhere is a store that keeps nothing.
type nowhere struct{}

func (nowhere) HasBucket(context.Context, string) (bool, error) { return true, nil }

func (nowhere) Put(_ context.Context, _ unload.Object, body io.ReadSeeker) error {
	_, err := io.Copy(io.Discard, body)
	return err
}

// endless gives n rows of a folder and a kilobyte of text, and watches the heap meanwhile.
type endless struct {
	n, i int
	peak uint64
}

func (e *endless) Next() bool {
	if e.i++; e.i%4000 == 0 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		e.peak = max(e.peak, m.HeapAlloc)
	}
	return e.i <= e.n
}

func (e *endless) Values() []any {
	return []any{strings.Repeat(strconv.Itoa(e.i)+" ", 1000/7), int64(e.i % 5)}
}

func (e *endless) Err() error { return nil }

// The heap stays smaller than what is written. Not parallel: the heap is everyone's.
func TestMemoryIsBounded(t *testing.T) {
	columns := []translate.Column{{Name: "s", Type: translate.Type{Kind: translate.Varchar}}, {Name: "p", Type: translate.Type{Kind: translate.Bigint}}}
	for _, with := range []string{"format = 'CSV'", "format = 'PARQUET'", "format = 'PARQUET', partitioned_by = ARRAY['p']"} {
		statement, err := sqlparse.Parse("UNLOAD(SELECT 1 AS s, 2 AS p) TO 's3://b/p' WITH (compression = 'NONE', "+with+")", sqlparse.Timestream)
		if err != nil {
			t.Fatal(err)
		}
		plan, err := unload.NewPlan(statement.(*sqlparse.Unload), columns)
		if err != nil {
			t.Fatal(err)
		}
		runtime.GC()
		rows := &endless{n: 150_000}
		result, err := plan.Run(context.Background(), rows, unload.Destination{Store: nowhere{}, QueryID: "AE"})
		if err != nil || result.Bytes < 125<<20 {
			t.Errorf("%s: got %+v, %v", with, result, err)
		}
		if rows.peak > 120<<20 {
			t.Errorf("%s: the heap grew to %d MB", with, rows.peak>>20)
		}
	}
}
