package e2e_test

import (
	"strings"
	"testing"

	"athena-timestream/local/internal/tsdb"
)

// put writes one record whose measures have the given names, with the names as their values.
func (s *site) put(t testing.TB, database, table string, measures ...string) {
	t.Helper()
	create(t, s.writer(), database, table)
	r := tsdb.Record{MeasureName: "m", MeasureType: "MULTI", Time: "1", Dimensions: []tsdb.Dimension{{Name: "rack", Value: "1"}}}
	for _, name := range measures {
		r.MeasureValues = append(r.MeasureValues, tsdb.MeasureValue{Name: name, Type: "VARCHAR", Value: database + "/" + table + "/" + name})
	}
	if _, err := s.db.WriteRecords(t.Context(), tsdb.WriteRequest{Database: database, Table: table, Records: []tsdb.Record{r}}); err != nil {
		t.Fatal(err)
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	s := serve(t, openDB(t), setting{}, nil)
	s.put(t, "Mixed", "DevOps", "Usage", "weird name", `quo"te`, "dot.ted", "dash-ed", "SELECT", "ÜBER", "a;;b", "semi;colon", "com--ment", "'apo'")
	s.put(t, "my-db.v1", "t.1-a_B", "x")
	s.put(t, "both", "cpu", "x")
	s.put(t, "both", "CPU", "x")
	s.put(t, "both", "Mem", "x")
	s.put(t, "both", "MEM", "x")
	s.put(t, "both", "columns", "x", "X")
	s.put(t, "Both2", "t", "x")
	s.put(t, "BOTH2", "t", "x")
	s.define(t, "mixed", "devops", "", "usage string", "dot.ted string")
	e := s.engine()
	for _, c := range []struct {
		sql  string
		want string
	}{
		{"SELECT usage, \"dot.ted\" FROM mixed.devops", `"Mixed/DevOps/Usage" | "Mixed/DevOps/dot.ted"`}, // by way of Glue
		{`SELECT USAGE FROM "MIXED".DevOps WHERE Usage LIKE '%Usage' AND "usage" >= 'Mixed'`, `"Mixed/DevOps/Usage"`},
		{`SELECT x FROM "my-db.v1"."t.1-a_b" WHERE x = 'my-db.v1/t.1-a_B/x'`, `"my-db.v1/t.1-a_B/x"`},
		{`SELECT x FROM timestream."My-DB.v1"."T.1-A_B" LIMIT 1`, `"my-db.v1/t.1-a_B/x"`},
		{"SELECT x FROM both.cpu", `"both/cpu/x"`},
		{"SELECT x FROM both.CPU", `"both/cpu/x"`},
		{"SELECT x FROM " + through(`SELECT * FROM "both"."CPU"`), `"both/CPU/x"`},
		{`SELECT lower, upper FROM ` + through(`SELECT x AS lower, X AS upper FROM "both"."columns"`), `"both/columns/x" | "both/columns/X"`},
	} {
		same(t, c.sql, answer(t, e, c.sql), []string{c.want})
	}
	for sql, want := range map[string][]string{
		"SELECT x FROM both.mem":     {"MEM", "Mem", "differ only in letter case"},
		"SELECT x FROM both.columns": {`"X"`, `"x"`, "differ only in letter case"},
		"SELECT x FROM both2.t":      {"BOTH2", "Both2", "differ only in letter case"},
		"SELECT x FROM both.nothing": {"not among those of the database", "cpu"},
		"SELECT y FROM both.cpu":     {"y"},
		"SELECT x FROM nothing.cpu":  {"does not exist", "both"},
	} {
		_, _, err := query(t.Context(), e, sql)
		for _, part := range want {
			if err == nil || !strings.Contains(err.Error(), part) {
				t.Errorf("%s: %v, want %q in it", sql, err, part)
			}
		}
	}
	for sql, want := range map[string][]string{
		"SHOW DATABASES":      {`"both"`, `"both2"`, `"mixed"`, `"my-db.v1"`},
		"SHOW TABLES IN both": {`"columns"`, `"cpu"`, `"mem"`},
	} {
		same(t, sql, answer(t, e, sql), want)
	}
}

// TestOddColumnNames reads columns whose names need quotes everywhere, and pushes conditions on them down.
func TestOddColumnNames(t *testing.T) {
	t.Parallel()
	s := serve(t, openDB(t), setting{}, nil)
	odd := []string{"weird name", `quo"te`, `""`, "dot.ted", "dash-ed", "SELECT", "ÜBER", "a;;b", "semi;colon", "com--ment", "'apo'", "new\nline", "😀", "/*", "日本", "İstanbul"}
	s.put(t, "db", "odd", odd...)
	with, without := s.engines()
	var names, conditions []string
	var want []any
	for _, name := range odd {
		c := column{name: name}.sql()
		names = append(names, c)
		conditions = append(conditions, c+" = "+quote("db/odd/"+name)+" AND "+c+" NOT IN ('a', 'b')")
		want = append(want, "db/odd/"+name)
	}
	sql := "SELECT " + strings.Join(names, ", ") + " FROM db.odd WHERE " + strings.Join(conditions, " AND ")
	same(t, sql, answer(t, with, sql), []string{rowText(want)})
	same(t, sql, answer(t, without, sql), []string{rowText(want)})
}
