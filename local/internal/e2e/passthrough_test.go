package e2e_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"athena-timestream/federation/message"
	"athena-timestream/federation/spill"
	"athena-timestream/local/internal/tsserver"
)

// through is a FROM item that passes a statement on.
func through(sql string) string { return "TABLE(timestream.system.query(query => " + quote(sql) + "))" }

// everyType has a column of each type of Timestream's; the second and third rows are nulls, outside and inside of
// nested values. A bare NULL has the type unknown.
const everyType = `WITH t AS (
	SELECT 'it''s 😀' AS v, 1.5E0 AS d, 9223372036854775807 AS b, 7 AS i, true AS o, TIMESTAMP '2024-02-29 23:59:59.999999999' AS ts,
		DATE '2024-02-29' AS da, TIME '01:02:03.000000004' AS ti, 1d + 2h + 5ns AS ds, 31month AS ym, NULL AS u,
		ARRAY[1, 2] AS a, ARRAY[ARRAY['x'], ARRAY['']] AS aa, ROW(1, 'y') AS r, ARRAY[ROW(TIMESTAMP '2024-01-01 00:00:00.000000001', ARRAY[1.5E0])] AS ar, 1 AS k
	UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 2
	UNION ALL SELECT '', -0E0, -9223372036854775807 - 1, -7, false, TIMESTAMP '1970-01-01 00:00:00', DATE '1970-01-01', TIME '00:00:00', 0s, 0month, NULL,
		ARRAY[NULL, 3], ARRAY[NULL, ARRAY[NULL]], ROW(NULL, NULL), ARRAY[NULL, ROW(NULL, NULL), ROW(NULL, ARRAY[NULL, 2E0])], 3)
SELECT * FROM t`

var everyTypeRows = []string{
	`"it's 😀" | 1.5 | 9223372036854775807 | 7 | true | 2024-02-29T23:59:59.999 | 2024-02-29T00:00:00 | "01:02:03.000000004" | "1 02:00:00.000000005" | "2-7" | null | ` +
		`[1 | 2] | [["x"] | [""]] | [1 | "y"] | [[2024-01-01T00:00:00 | [1.5]]] | 1`,
	`null | null | null | null | null | null | null | null | null | null | null | null | null | null | null | 2`,
	`"" | -0 | -9223372036854775808 | -7 | false | 1970-01-01T00:00:00 | 1970-01-01T00:00:00 | "00:00:00.000000000" | "0 00:00:00.000000000" | "0-0" | null | ` +
		`[null | 3] | [null | [null]] | [null | null] | [null | [null | null] | [null | [null | 2]]] | 3`,
}

func TestPassthrough(t *testing.T) {
	t.Parallel()
	s := serve(t, openDB(t), setting{}, nil)
	s.points(t)
	e := s.engine()
	for _, c := range []struct {
		sql  string
		want []string
	}{
		{"SELECT * FROM " + through(everyType), everyTypeRows},
		{"SELECT k, ar, V, ti FROM " + through(everyType) + " q WHERE q.ts < TIMESTAMP '2000-01-01 00:00:00'", []string{
			`3 | [null | [null | null] | [null | [null | 2]]] | "" | "00:00:00.000000000"`,
		}},
		{"SELECT count(*), count(u), max(ym) FROM " + through(everyType), []string{`3 | 0 | "2-7"`}},
		{"SELECT * FROM " + through("SELECT 1, 'two' AS \"Two\", cpu FROM db.points WHERE Host = 'a' AND cpu > 2"), []string{`1 | "two" | 3.5`}},
		{`SELECT two, _col0 FROM ` + through("SELECT 1, 'two' AS \"Two\""), []string{`"two" | 1`}},
		{"SELECT * FROM " + through("-- a comment; with 'quotes'\n(SELECT 'a;b' AS x);"), []string{`"a;b"`}},
		{"SELECT cpu FROM " + through("SELECT CREATE_TIME_SERIES(time, cpu) AS cpu FROM db.points WHERE Host = 'b'"), []string{`[[1970-01-01T00:01:00 | 1e+300] | [1970-01-01T00:02:00 | 7]]`}},
		{"SELECT cpu FROM " + through("SELECT CREATE_TIME_SERIES(time, cpu) AS cpu FROM db.points WHERE Host = 'nobody'"), []string{`null`}},
		{"SELECT * FROM " + through("SELECT time FROM db.points WHERE Host = 'nobody'"), nil},
		{"SELECT * FROM " + through("SHOW DATABASES"), []string{`"db"`}},
		{`SELECT "table" FROM ` + through(`SHOW TABLES FROM "db"`), []string{`"points"`}},
		{`SELECT type, "column" FROM ` + through("DESCRIBE db.points") + ` WHERE "column" LIKE '%o%' OR type = 'double'`, []string{`"double" | "cpu"`, `"varchar" | "Host"`}},
		{"SELECT p.cpu, q.n FROM db.points p JOIN " + through("SELECT Host, count(*) AS n FROM db.points GROUP BY Host") + " q ON p.host = q.host WHERE p.cpu = 7", []string{"7 | 2"}},
	} {
		same(t, c.sql, answer(t, e, c.sql), c.want)
	}
	for sql, want := range map[string]string{
		"SELECT 1 AS x, 2 AS x":                `two columns "x"`,
		`SELECT 1 AS x, 2 AS "X"`:              `"x" and "X" differ only in letter case`,
		"UNLOAD (SELECT 1) TO 's3://b/p'":      "not with UNLOAD",
		"SELECT 1; SELECT 2":                   "more than one statement",
		"":                                     "missing",
		"-- nothing":                           "empty",
		"SELECT nothing FROM db.points":        "Column 'nothing' does not exist",
		"SELECT 1/0":                           "Division by zero",
		"SELECT 'a' AS x FROM db.points WHERE": "line 1:37",
	} {
		_, _, err := query(t.Context(), e, "SELECT * FROM "+through(sql))
		if err == nil || !strings.Contains(strings.ToLower(err.Error()), strings.ToLower(want)) {
			t.Errorf("%s: %v, want %q in it", sql, err, want)
		}
	}
}

// TestPassthroughInPieces sends every type through tiny pages and blocks.
func TestPassthroughInPieces(t *testing.T) {
	t.Parallel()
	db := openDB(t)
	s := serve(t, db, setting{}, nil)
	tb := randomTable(rand.New(rand.NewPCG(*seed, 0)), "db", "multi", 50, false)
	s.write(t, tb)
	tiny := serve(t, db, setting{
		server: tsserver.Options{PageBytes: 6000, Faults: &tsserver.Faults{EmptyFirst: true, EmptyPage: 0.3}},
		limits: spill.Limits{MaxBlockSize: 6000, MaxInlineSize: 1},
	}, nil)
	nested := "SELECT q.*, m.id, ARRAY[m.s, q.v] AS mixed, ROW(m.time, ROW(m.D)) AS deep FROM (" + everyType + ") q CROSS JOIN db.multi m"
	sql := "SELECT * FROM " + through(nested)
	want := answer(t, s.engine(), sql)
	if len(want) != 150 {
		t.Fatalf("%d rows, want 150", len(want))
	}
	// Older versions cannot pass a query on.
	for version := message.Version(5); version <= message.Newest; version++ {
		e := tiny.engine()
		e.Version = version
		rows, stats, err := query(t.Context(), e, sql)
		if err != nil {
			t.Fatal(err)
		}
		same(t, sql, sorted(rows), want)
		if stats.Spilled < 5 || stats.Inline > 0 {
			t.Errorf("%d blocks spilled, %d did not", stats.Spilled, stats.Inline)
		}
	}
}
