package tsdb_test

import (
	"errors"
	"testing"

	"athena-timestream/local/internal/tsdb"
)

// A series is told apart from the others whatever the order of their times, also after opening again.
func TestRepeatsAreOfOneSeries(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	db := open(t, dir)
	create(t, db, "tab")
	write := func(version int64, records ...tsdb.Record) error {
		for i := range records {
			records[i].Version = &version
		}
		_, err := db.WriteRecords(ctx, tsdb.WriteRequest{Database: "Db", Table: "tab", Records: records})
		return err
	}
	changed := func(r tsdb.Record) tsdb.Record {
		value := "-1"
		r.MeasureValue = &value
		return r
	}
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(write(1, record("a", 100)))
	check(write(1, record("b", 50), record("c", 10)))
	check(write(1, record("b", 40), record("c", 10)))
	for range 2 {
		var rejected *tsdb.RejectedError
		if err := write(1, changed(record("b", 50)), changed(record("c", 10)), record("c", 5)); !errors.As(err, &rejected) || len(rejected.Records) != 2 {
			t.Fatalf("changed points of the same version: %v", err)
		}
		check(db.Close())
		db = open(t, dir)
	}
	check(write(2, changed(record("b", 40))))
	defer func() { check(db.Close()) }()
	rows, err := read(db, `SELECT count(*), count(DISTINCT host), sum("measure_value::bigint") FROM "Db"."tab"`)
	check(err)
	if got := rows[0]; got[0] != int64(5) || got[1] != int64(3) || got[2] != int64(100+50-1+10+5) {
		t.Errorf("rows, hosts and sum are %v", got)
	}
}
