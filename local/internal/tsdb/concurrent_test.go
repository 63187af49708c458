package tsdb_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"athena-timestream/local/internal/tsdb"
)

var ctx = context.Background()

func open(t *testing.T, dir string) *tsdb.DB {
	t.Helper()
	db, err := tsdb.Open(tsdb.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func create(t *testing.T, db *tsdb.DB, table string) {
	t.Helper()
	var exists *tsdb.Error
	if _, err := db.CreateDatabase(ctx, "Db", "", nil); err != nil && (!errors.As(err, &exists) || exists.Code != tsdb.Conflict) {
		t.Fatal(err)
	}
	if _, err := db.CreateTable(ctx, tsdb.Table{Database: "Db", Name: table}, nil); err != nil {
		t.Fatal(err)
	}
}

func record(host string, i int) tsdb.Record {
	v := strconv.Itoa(i)
	return tsdb.Record{
		Dimensions: []tsdb.Dimension{{Name: "host", Value: host}},
		Time:       strconv.Itoa(i), MeasureName: "n", MeasureValue: &v, MeasureType: "BIGINT",
	}
}

// read runs a query to its end.
func read(db *tsdb.DB, sql string) ([][]any, error) {
	c, err := db.Query(ctx, sql)
	if err != nil {
		return nil, err
	}
	var out [][]any
	for c.Next() {
		out = append(out, append([]any{}, c.Values()...))
	}
	err = c.Err()
	return out, errors.Join(err, c.Close())
}

// Writers that are cut off by Close lose nothing of what was acknowledged, and get an error for the rest.
func TestCloseWhileWriting(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	db := open(t, dir)
	create(t, db, "tab")
	var acknowledged atomic.Int64
	started := make(chan struct{}, 100)
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := 0; ; i++ {
				request := tsdb.WriteRequest{Database: "Db", Table: "tab", Records: []tsdb.Record{record(fmt.Sprint("w", w), 2*i), record(fmt.Sprint("w", w), 2*i+1)}}
				if _, err := db.WriteRecords(ctx, request); err != nil {
					return
				}
				acknowledged.Add(2)
				select {
				case started <- struct{}{}:
				default:
				}
			}
		}()
	}
	for range 20 {
		<-started
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	wg.Wait()
	db = open(t, dir)
	defer db.Close()
	got, err := read(db, `SELECT count(*) FROM "Db"."tab"`)
	if err != nil || got[0][0] != acknowledged.Load() {
		t.Errorf("%d records were acknowledged, %v are there, %v", acknowledged.Load(), got, err)
	}
}

// A cursor keeps the table as it was when it began, through growth of the schema, upserts, and the table's end.
func TestCursorKeepsItsState(t *testing.T) {
	t.Parallel()
	db := open(t, t.TempDir())
	defer db.Close()
	create(t, db, "tab")
	var batch []tsdb.Record
	const n = 20_000
	for i := range n {
		batch = append(batch, record("h", i))
	}
	if _, err := db.WriteRecords(ctx, tsdb.WriteRequest{Database: "Db", Table: "tab", Records: batch}); err != nil {
		t.Fatal(err)
	}
	c, err := db.Query(ctx, `SELECT * FROM "Db"."tab"`)
	if err != nil || !c.Next() {
		t.Fatal(err)
	}
	two := int64(2)
	other := record("h", 7)
	other.Version, other.Dimensions = &two, append(other.Dimensions, tsdb.Dimension{Name: "new", Value: "x"})
	again := record("h", 7)
	again.Version = &two
	value := "-1"
	again.MeasureValue = &value
	if _, err := db.WriteRecords(ctx, tsdb.WriteRequest{Database: "Db", Table: "tab", Records: []tsdb.Record{other, again}}); err != nil {
		t.Fatal(err)
	}
	if got, err := read(db, `SELECT count(*), min(measure_value::bigint), count("new") FROM "Db"."tab"`); err != nil || fmt.Sprint(got) != fmt.Sprintf("[[%d -1 1]]", n+1) {
		t.Errorf("a new query sees %v, %v", got, err)
	}
	if err := db.DeleteTable(ctx, "Db", "tab"); err != nil {
		t.Fatal(err)
	}
	create(t, db, "tab")
	rows, sum := 0, int64(0)
	for more := true; more; more = c.Next() {
		v := c.Values()
		rows++
		sum += v[3].(int64)
	}
	if c.Err() != nil || rows != n || sum != n*(n-1)/2 {
		t.Errorf("the old cursor saw %d rows with the sum %d, %v", rows, sum, c.Err())
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if got, err := read(db, `SELECT * FROM "Db"."tab"`); err != nil || len(got) != 0 {
		t.Errorf("the new table has %v, %v", got, err)
	}
}

func TestNamesKeepTheirCase(t *testing.T) {
	t.Parallel()
	db := open(t, "")
	defer db.Close()
	for _, name := range []string{"tab", "Tab", "TAB", "t.a-b"} {
		create(t, db, name)
		r := record(name, 1)
		r.Dimensions = append(r.Dimensions, tsdb.Dimension{Name: "Host", Value: "upper " + name}, tsdb.Dimension{Name: `q"uote; --`, Value: "'"})
		if _, err := db.WriteRecords(ctx, tsdb.WriteRequest{Database: "Db", Table: name, Records: []tsdb.Record{r}}); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"tab", "Tab", "TAB", "t.a-b"} {
		got, err := read(db, `SELECT host, "Host", "q""uote; --" FROM "Db"."`+name+`"`)
		if want := fmt.Sprintf("[[%s upper %s ']]", name, name); err != nil || fmt.Sprint(got) != want {
			t.Errorf("got %v, %v, want %s", got, err, want)
		}
	}
	if _, err := read(db, `SELECT HOST FROM "Db"."tab"`); err == nil {
		t.Error("HOST is found")
	}
}

func TestExecutionErrors(t *testing.T) {
	t.Parallel()
	db := open(t, "")
	defer db.Close()
	for sql, want := range map[string]string{
		"SELECT CAST('x' AS bigint)":     "Cannot cast 'x' to BIGINT",
		"SELECT 1 / 0":                   "Division by zero",
		"SELECT element_at(ARRAY[1], 0)": "SQL array indices start at 1",
	} {
		_, err := read(db, sql)
		var e *tsdb.Error
		if !errors.As(err, &e) || e.Code != tsdb.Execution || e.Message != want {
			t.Errorf("%s: got %v, want %s", sql, err, want)
		}
	}
}
