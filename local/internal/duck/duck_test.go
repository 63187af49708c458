package duck_test

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"athena-timestream/local/internal/duck"

	"github.com/apache/arrow-go/v18/arrow/decimal128"
)

func open(t testing.TB, path string) *duck.DB {
	t.Helper()
	db, err := duck.Open(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func exec(t testing.TB, db *duck.DB, sql string, args ...any) {
	t.Helper()
	if err := db.Exec(context.Background(), sql, args...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// all reads a whole result.
func all(db *duck.DB, sql string, args ...any) ([][]any, error) {
	rows, err := db.Query(context.Background(), sql, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out [][]any
	for rows.Next() {
		out = append(out, append([]any{}, rows.Values()...))
	}
	return out, rows.Err()
}

func TestValues(t *testing.T) {
	t.Parallel()
	db := open(t, "")
	huge, _ := new(big.Int).SetString("-18446744073709551617", 10)
	for sql, want := range map[string]struct {
		text  string
		value any
	}{
		"NULL":                             {"INTEGER", nil},
		"true":                             {"BOOLEAN", true},
		"(-5)::TINYINT":                    {"TINYINT", int64(-5)},
		"300::SMALLINT":                    {"SMALLINT", int64(300)},
		"42":                               {"INTEGER", int64(42)},
		"9223372036854775807":              {"BIGINT", int64(9223372036854775807)},
		"255::UTINYINT":                    {"UTINYINT", uint64(255)},
		"18446744073709551615::UBIGINT":    {"UBIGINT", uint64(18446744073709551615)},
		"(-18446744073709551617)::HUGEINT": {"HUGEINT", huge},
		"1.5::FLOAT":                       {"FLOAT", float32(1.5)},
		"1.5::DOUBLE":                      {"DOUBLE", 1.5},
		"1.23::DECIMAL(4,2)":               {"DECIMAL(4,2)", decimal128.FromI64(123)},
		"(-1.23)::DECIMAL(9,2)":            {"DECIMAL(9,2)", decimal128.FromI64(-123)},
		"1.23::DECIMAL(18,2)":              {"DECIMAL(18,2)", decimal128.FromI64(123)},
		"(-1.23)::DECIMAL(38,2)":           {"DECIMAL(38,2)", decimal128.FromI64(-123)},
		"'twelve bytes'":                   {"VARCHAR", "twelve bytes"},
		"'thirteen bytes, ä'":              {"VARCHAR", "thirteen bytes, ä"},
		"'\\x00\\xFF'::BLOB":               {"BLOB", []byte{0, 255}},
		"'00112233-4455-6677-8899-aabbccddeeff'::UUID":    {"UUID", "00112233-4455-6677-8899-aabbccddeeff"},
		"DATE '1969-12-31'":                               {"DATE", int64(-1)},
		"TIME '00:00:01.5'":                               {"TIME", int64(1500000)},
		"make_timestamp_ns(-1)":                           {"TIMESTAMP_NS", int64(-1)},
		"TIMESTAMP_MS '1970-01-01 00:00:01'":              {"TIMESTAMP_MS", int64(1000)},
		"INTERVAL 14 MONTH + INTERVAL 3 DAY":              {"INTERVAL", duck.IntervalValue{Months: 14, Days: 3}},
		"[1, NULL, 3]":                                    {"INTEGER[]", []any{int64(1), nil, int64(3)}},
		"[]::INTEGER[]":                                   {"INTEGER[]", []any{}},
		"[[1], NULL, []]":                                 {"INTEGER[][]", []any{[]any{int64(1)}, nil, []any{}}},
		"{'b': 1, 'a': 'x'}":                              {`STRUCT("b" INTEGER, "a" VARCHAR)`, []any{int64(1), "x"}},
		"row(1, NULL, 'y')":                               {`STRUCT(INTEGER, INTEGER, VARCHAR)`, []any{int64(1), nil, "y"}},
		"[{'t': make_timestamp_ns(7), 'v': 1.0::DOUBLE}]": {`STRUCT("t" TIMESTAMP_NS, "v" DOUBLE)[]`, []any{[]any{int64(7), 1.0}}},
		"MAP {'z': [1], 'a': NULL}":                       {"MAP(VARCHAR, INTEGER[])", []duck.MapEntry{{"z", []any{int64(1)}}, {"a", nil}}},
		"[1, 2]::INTEGER[2]":                              {"INTEGER[2]", []any{int64(1), int64(2)}},
	} {
		t.Run(sql, func(t *testing.T) {
			rows, err := db.Query(context.Background(), "SELECT "+sql+" AS x")
			if err != nil {
				t.Fatal(err)
			}
			defer rows.Close()
			if c := rows.Columns()[0]; c.Name != "x" || c.Text != want.text {
				t.Errorf("column %q of type %s, want %s", c.Name, c.Text, want.text)
			}
			if !rows.Next() {
				t.Fatal(rows.Err())
			}
			if got := rows.Values()[0]; !reflect.DeepEqual(got, want.value) {
				t.Errorf("got %#v, want %#v", got, want.value)
			}
			if rows.Next() || rows.Err() != nil {
				t.Errorf("a second row, or %v", rows.Err())
			}
		})
	}
}

func TestStreamsWithoutHoldingTheResult(t *testing.T) {
	t.Parallel()
	db := open(t, "")
	// 100 billion rows cannot be materialised; the first thousands arrive at once all the same.
	rows, err := db.Query(context.Background(), "SELECT i, 'row ' || i AS s FROM range(100000000000) t(i)")
	if err != nil {
		t.Fatal(err)
	}
	for i := range 10000 {
		if !rows.Next() {
			t.Fatal(rows.Err())
		}
		if v := rows.Values(); v[0] != int64(i) || v[1] != fmt.Sprintf("row %d", i) {
			t.Fatalf("row %d is %v", i, v)
		}
	}
	if err := rows.Close(); err != nil {
		t.Fatal(err)
	}
	if rows.Next() || rows.Err() == nil {
		t.Error("closed rows go on")
	}
}

func TestFailsInTheMiddle(t *testing.T) {
	t.Parallel()
	db := open(t, "")
	exec(t, db, "CREATE TABLE t AS SELECT i FROM range(400000) r(i)")
	for _, sql := range []string{
		"SELECT CAST(CASE WHEN i = 300000 THEN 'x' ELSE '1' END AS INTEGER) FROM t",
		"SELECT sum(CAST(CASE WHEN i = 300000 THEN 'x' ELSE '1' END AS INTEGER)) FROM t",
	} {
		for range 6 { // the reason must not depend on which thread fails first
			rows, err := all(db, sql)
			if err == nil || !strings.Contains(err.Error(), "Could not convert string 'x'") {
				t.Fatalf("%s: %d rows and error %v, want a conversion error", sql, len(rows), err)
			}
		}
	}
	if got, err := all(db, "SELECT 1"); err != nil || len(got) != 1 {
		t.Fatalf("the next query gives %v, %v", got, err)
	}
}

func TestContextStopsARunningQuery(t *testing.T) {
	t.Parallel()
	db := open(t, "")
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	began := time.Now()
	rows, err := db.Query(ctx, "SELECT sum(a.i * b.i) FROM range(1000000) a(i), range(1000000) b(i)")
	if err == nil {
		for rows.Next() {
		}
		err = rows.Err()
		rows.Close()
	}
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want the deadline", err)
	}
	if d := time.Since(began); d > 10*time.Second {
		t.Errorf("stopped after %s", d)
	}
}

func TestClosedToTheOutside(t *testing.T) {
	t.Parallel()
	for name, path := range map[string]string{"memory": "", "file": filepath.Join(t.TempDir(), "a.db")} {
		db := open(t, path)
		for _, sql := range []string{
			"SELECT * FROM read_csv('/etc/hosts')",
			"SELECT * FROM '/etc/passwd'",
			"SELECT * FROM glob('/*')",
			"COPY (SELECT 1) TO '" + filepath.Join(t.TempDir(), "x") + "'",
			"ATTACH '" + filepath.Join(t.TempDir(), "y") + "'",
			"SET enable_external_access=true",
			"SET memory_limit='100GB'",
			"INSTALL httpfs",
			"SELECT 1; SELECT 2",
		} {
			if rows, err := all(db, sql); err == nil {
				t.Errorf("%s: %s gave %v", name, sql, rows)
			}
		}
	}
}

func TestArguments(t *testing.T) {
	t.Parallel()
	db := open(t, "")
	got, err := all(db, "SELECT ?, ?, ?, ?, ?, ?", true, int64(7), 2.5, "a'b", []byte{1}, nil)
	want := [][]any{{true, int64(7), 2.5, "a'b", []byte{1}, nil}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestColumnsWithoutRunning(t *testing.T) {
	t.Parallel()
	db := open(t, "")
	got, err := db.Columns(context.Background(), "SELECT 1 AS a, [{'x': 1.5::DOUBLE}] AS b FROM range(100000000000)")
	if err != nil || len(got) != 2 || got[0].Name != "a" || got[1].Text != `STRUCT("x" DOUBLE)[]` {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestUpdateIsAllOrNothing(t *testing.T) {
	t.Parallel()
	db := open(t, "")
	ctx := context.Background()
	exec(t, db, "CREATE TABLE t (a BIGINT, s VARCHAR, l BIGINT[], ts TIMESTAMP_NS)")
	const stamp = int64(1700000000123456789)
	if err := db.Append(ctx, "main", "t", func(add func(...any) error) error {
		return add(int64(1), "one", []any{int64(1), nil}, stamp)
	}); err != nil {
		t.Fatal(err)
	}
	boom := errors.New("boom")
	err := db.Update(ctx, func(tx *duck.Tx) error {
		if err := tx.Exec(ctx, "ALTER TABLE t ADD COLUMN extra BOOLEAN"); err != nil {
			return err
		}
		if err := tx.Append(ctx, "main", "t", func(add func(...any) error) error {
			return add(int64(2), nil, nil, nil, true)
		}); err != nil {
			return err
		}
		return boom
	})
	if !errors.Is(err, boom) {
		t.Fatalf("got %v", err)
	}
	err = db.Append(ctx, "main", "t", func(add func(...any) error) error {
		return errors.Join(add(int64(3), nil, nil, nil), boom)
	})
	if !errors.Is(err, boom) {
		t.Fatalf("got %v", err)
	}
	got, err := all(db, "SELECT * FROM t")
	want := [][]any{{int64(1), "one", []any{int64(1), nil}, stamp}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
}

// A reader keeps its state while a writer changes the table under it.
func TestReaderAndWriter(t *testing.T) {
	t.Parallel()
	db := open(t, filepath.Join(t.TempDir(), "a.db"))
	ctx := context.Background()
	exec(t, db, "CREATE TABLE t AS SELECT i FROM range(500000) r(i)")
	rows, err := db.Query(ctx, "SELECT i FROM t")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	rows.Next()
	if err := db.Update(ctx, func(tx *duck.Tx) error {
		return errors.Join(
			tx.Exec(ctx, "ALTER TABLE t ADD COLUMN j BIGINT"),
			tx.Exec(ctx, "DELETE FROM t WHERE i % 2 = 0"),
			tx.Append(ctx, "main", "t", func(add func(...any) error) error { return add(int64(-1), int64(-2)) }),
		)
	}); err != nil {
		t.Fatal(err)
	}
	n := 1
	for rows.Next() {
		n++
	}
	if rows.Err() != nil || n != 500000 {
		t.Errorf("the old reader saw %d rows, %v", n, rows.Err())
	}
	got, err := all(db, "SELECT count(*), count(j), sum(j) FROM t")
	if want := [][]any{{int64(250001), int64(1), big.NewInt(-2)}}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestKeepsAcrossOpenings(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "with space %zz#.db")
	db, err := duck.Open(path, map[string]string{"threads": "1"})
	if err != nil {
		t.Fatal(err)
	}
	exec(t, db, "CREATE TABLE t AS SELECT 7 AS x")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Errorf("second close: %v", err)
	}
	if _, err := all(db, "SELECT 1"); err == nil {
		t.Error("a closed database answers")
	}
	db = open(t, path)
	if got, err := all(db, "SELECT x FROM t"); err != nil || !reflect.DeepEqual(got, [][]any{{int64(7)}}) {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestOpenErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ path, setting, want string }{
		{filepath.Join(t.TempDir(), "missing", "a.db"), "", "missing"},
		{"", "no_such_setting", "no_such_setting"},
		{filepath.Join(t.TempDir(), "a?b"), "", "question mark"},
	} {
		settings := map[string]string{}
		if c.setting != "" {
			settings[c.setting] = "1"
		}
		if db, err := duck.Open(c.path, settings); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %s: got %v %v", c.path, c.setting, db, err)
		}
	}
}

func BenchmarkAppend(b *testing.B) {
	db := open(b, "")
	exec(b, db, "CREATE TABLE t (k UBIGINT, s VARCHAR, ts TIMESTAMP_NS, x DOUBLE)")
	now := time.Now().UnixNano()
	b.ResetTimer()
	if err := db.Append(context.Background(), "main", "t", func(add func(...any) error) error {
		for i := range b.N {
			if err := add(uint64(i), "some host", now, float64(i)); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		b.Fatal(err)
	}
}

func BenchmarkScan(b *testing.B) {
	db := open(b, "")
	rows, err := db.Query(context.Background(), fmt.Sprintf("SELECT i, 'host ' || (i %% 10) AS h, make_timestamp_ns(i) AS t, i::DOUBLE AS x FROM range(%d) r(i)", b.N))
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	b.ReportAllocs()
	for rows.Next() {
		rows.Values()
	}
	if rows.Err() != nil {
		b.Fatal(rows.Err())
	}
}
