package translate_test

import (
	"os"
	"strings"
	"testing"

	"athena-timestream/local/internal/sqlparse"
	"athena-timestream/local/internal/translate"
)

// raw is a catalog in which every table of the fixture has DuckDB's own column names, so that statements for DuckDB would bind.
type raw struct{}

func (raw) Resolve(name []string, pos translate.Pos) (*translate.Table, error) {
	t, err := fixture.Resolve(name, pos)
	if err != nil {
		return nil, err
	}
	for i := range t.Columns {
		t.Columns[i].Name = t.Columns[i].SQL
	}
	return t, nil
}

// TestDuckDBOnly: what only DuckDB understands is refused, in the grammar or in the translation; that DuckDB would take it shows
// that the refusal matters.
func TestDuckDBOnly(t *testing.T) {
	text, err := os.ReadFile("testdata/refused/duckdb.sql")
	if err != nil {
		t.Fatal(err)
	}
	db := openDB(t)
	checked, n := true, 0
	for i, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		if strings.HasPrefix(line, "-- unchecked") {
			checked = false
		}
		if strings.HasPrefix(line, "--") {
			continue
		}
		n++
		if r := accepted(line); r != "" {
			t.Errorf("line %d: %s: accepted as %s", i+1, line, r)
		}
		if !checked {
			continue
		}
		if err := db.Exec(t.Context(), line); err != nil {
			t.Errorf("line %d: %s: DuckDB does not take it either: %v", i+1, line, err)
		}
	}
	if n < 200 {
		t.Errorf("only %d statements were found", n)
	}
}

// accepted is what becomes of a statement that is not refused.
func accepted(sql string) string {
	stmt, err := sqlparse.Parse(sql, sqlparse.Timestream)
	if err != nil {
		return ""
	}
	q, ok := stmt.(*sqlparse.Query)
	if !ok {
		return "a statement other than a query"
	}
	r, err := translate.Query(q, translate.Options{Dialect: translate.Timestream, Catalog: raw{}, Now: now})
	if err != nil {
		return ""
	}
	return r.SQL
}
