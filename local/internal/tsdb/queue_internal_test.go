package tsdb

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
)

// Writers that say different things of the same points at once: of each point one is stored, and exactly its writer is
// told so.
func TestWritersAtOnce(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db, err := Open(Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := prepare(db); err != nil {
		t.Fatal(err)
	}
	const writers, points = 8, 60
	var won [points]atomic.Int64
	var group sync.WaitGroup
	for w := range writers {
		group.Go(func() {
			for i := range points {
				r := numbered(i)
				value := strconv.Itoa(points*w + i)
				r.MeasureValue = &value
				n, err := db.WriteRecords(ctx, WriteRequest{Database: "d", Table: "t", Records: []Record{r}})
				var rejected *RejectedError
				switch {
				case err == nil && n.Total == 1:
					won[i].Add(1 + int64(points*w+i)<<8)
				case !errors.As(err, &rejected) || *rejected.Records[0].ExistingVersion != 1 || n.Total != 0:
					t.Errorf("got %v, %v", n, err)
				}
			}
		})
	}
	group.Wait()
	got := stored(t, db)
	if len(got) != points {
		t.Fatalf("%d rows", len(got))
	}
	for _, value := range got {
		if w := won[value%points].Load(); w&0xff != 1 || w>>8 != value {
			t.Errorf("point %d: %d writers were told that theirs is stored, %d is", value%points, w&0xff, value)
		}
	}
}

// A write that DuckDB refuses does not take down those that share its transaction.
func TestOneOfSeveralWritesFails(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db, err := Open(Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := prepare(db); err != nil {
		t.Fatal(err)
	}
	if _, err := db.CreateTable(ctx, Table{Database: "d", Name: "broken"}, nil); err != nil {
		t.Fatal(err)
	}
	_, broken, _ := db.find("d", "broken")
	all := make([]*write, 6)
	for i := range all {
		p, err := parse(numbered(i))
		if err != nil {
			t.Fatal(err)
		}
		all[i] = &write{database: "d", table: []string{"t", "broken", "none"}[i%3], points: []*point{p}, err: errUnfinished}
	}
	if err := db.duck.Exec(ctx, "DROP TABLE "+broken.from()); err != nil {
		t.Fatal(err)
	}
	db.store(ctx, all)
	for i, w := range all {
		var missing *Error
		ok := [3]bool{w.err == nil && w.ingested.Total == 1, w.err != nil && !errors.As(w.err, &missing), errors.As(w.err, &missing)}[i%3]
		if !ok {
			t.Errorf("write %d to %s: %v, %v", i, w.table, w.ingested, w.err)
		}
	}
	if got := fmt.Sprint(stored(t, db)); got != "[0 3]" {
		t.Errorf("stored are %s", got)
	}
}
