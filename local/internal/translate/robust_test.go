package translate_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"athena-timestream/local/internal/sqlparse"
	"athena-timestream/local/internal/translate"
)

// translated parses and translates in one dialect.
func translated(text string, prepare bool) (*translate.Result, error) {
	stmt, err := sqlparse.Parse(text, sqlparse.Timestream)
	if err != nil {
		return nil, err
	}
	q, ok := stmt.(*sqlparse.Query)
	if !ok {
		return nil, nil
	}
	return translate.Query(q, translate.Options{Dialect: translate.Timestream, Catalog: fixture, Now: now, Prepare: prepare})
}

func TestTableUse(t *testing.T) {
	r, err := translated(`SELECT d.hostname FROM "sampleDB".devops d JOIN IoT i ON i.truck_id = d.az WHERE d.time > ago(1h) GROUP BY d.hostname HAVING max(d.time) < now()`, false)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Tables) != 2 || !slices.Equal(r.Tables[0].Columns, []int{0, 1, 3}) || !slices.Equal(r.Tables[1].Columns, []int{0}) {
		t.Errorf("got %+v", r.Tables)
	}
	if got := r.Tables[0].Name; !slices.Equal(got, []string{"sampleDB", "devops"}) {
		t.Errorf("got name %q", got)
	}
}

func TestPrepare(t *testing.T) {
	r, err := translated("SELECT hostname FROM devops WHERE time > @from AND hostname = @h AND measure_value::double > @v AND @h <> 'x' AND @z IS NULL", true)
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, p := range r.Params {
		got += p.Name + " " + p.Type.String() + ", "
	}
	if want := "from timestamp, h varchar, v double, z unknown, "; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestNesting holds translation to a bounded size and time, and DuckDB to what it can take.
func TestNesting(t *testing.T) {
	nest := func(open, inner, end string, n int) string {
		return "SELECT " + strings.Repeat(open, n) + inner + strings.Repeat(end, n)
	}
	db := openDB(t)
	for name, sql := range map[string]string{
		"functions": nest("abs(", "1", ")", 80),
		"casts":     nest("CAST(", "1", " AS bigint)", 80),
		"case":      nest("CASE WHEN true THEN ", "1", " END", 80),
		"if":        nest("IF(true, ", "1", ")", 80),
		"sum":       "SELECT " + strings.Repeat("1 + ", 300) + "1",
		"division":  "SELECT 1000" + strings.Repeat(" / 2", 40),
		"concat":    "SELECT " + strings.Repeat("'a' || ", 300) + "'b'",
		"or":        "SELECT 1 WHERE " + strings.Repeat("1 = 2 OR ", 5000) + "true",
		"in":        "SELECT 1 WHERE 1 IN (" + strings.Repeat("2, ", 20000) + "1)",
		"bins":      nest("bin(", "now()", ", 1h)", 6),
		"subquery":  "SELECT * FROM " + strings.Repeat("(SELECT * FROM ", 40) + "numbers" + strings.Repeat(")", 40),
	} {
		r, err := translated(sql, false)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		rows, err := db.Query(t.Context(), r.SQL)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if err := rows.Close(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, sql := range map[string]string{
		"bins":     nest("bin(", "now()", ", 1h)", 60),
		"greatest": nest("greatest(1, ", "1", ")", 60),
		"operand":  nest("CASE ", "1", " WHEN 1 THEN 2 WHEN 2 THEN 3 WHEN 3 THEN 1 WHEN 4 THEN 5 END", 40),
		"ifs":      nest("IF(", "true", ", true)", 90),
	} {
		start := time.Now()
		r, err := translated(sql, false)
		if time.Since(start) > 5*time.Second {
			t.Errorf("%s: took %v", name, time.Since(start))
		}
		if err == nil && len(r.SQL) > 1<<20 {
			t.Errorf("%s: %d bytes of SQL", name, len(r.SQL))
		}
		if err != nil && !strings.Contains(err.Error(), "statement is too large") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzQuery: any text gives a result or an error.
func FuzzQuery(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.txt")
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		for _, b := range blocks(string(text)) {
			f.Add(b.sql)
		}
	}
	f.Fuzz(func(t *testing.T, sql string) {
		for grammar, dialect := range map[*sqlparse.Options]translate.Dialect{
			&sqlparse.Timestream: translate.Timestream, &sqlparse.Athena: translate.Athena,
		} {
			stmt, err := sqlparse.Parse(sql, *grammar)
			if err != nil {
				continue
			}
			if q, ok := stmt.(*sqlparse.Query); ok {
				r, err := translate.Query(q, translate.Options{Dialect: dialect, Catalog: fixture, Now: now})
				if (r == nil) == (err == nil) {
					t.Fatalf("result %v, error %v", r, err)
				}
			}
		}
	})
}
