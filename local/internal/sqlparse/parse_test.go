package sqlparse_test

import (
	"bufio"
	"os"
	"strings"
	"testing"

	"athena-timestream/local/internal/sqlparse"
)

// vector is one entry of a testdata file: a dialect, a statement, and what it prints as, or its error.
type vector struct {
	line     int
	dialect  string
	sql      string
	expected string
}

// readVectors reads "dialect", statement, "----", expected text; entries are separated by empty lines.
func readVectors(t testing.TB, path string) []vector {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var (
		out    []vector
		v      vector
		answer bool
	)
	flush := func() {
		if v.dialect != "" {
			out = append(out, v)
		}
		v, answer = vector{}, false
	}
	s := bufio.NewScanner(f)
	for n := 1; s.Scan(); n++ {
		switch line := s.Text(); {
		case line == "":
			flush()
		case strings.HasPrefix(line, "#"):
		case v.dialect == "":
			v.dialect, v.line = line, n
		case line == "----":
			answer = true
		case answer:
			v.expected = strings.TrimPrefix(v.expected+"\n"+line, "\n")
		default:
			v.sql = strings.TrimPrefix(v.sql+"\n"+line, "\n")
		}
	}
	flush()
	return out
}

var dialects = map[string]sqlparse.Options{"timestream": sqlparse.Timestream, "athena": sqlparse.Athena}

// TestParse compares the printed tree, or the error, and checks that the printed form parses to itself.
func TestParse(t *testing.T) {
	for _, v := range readVectors(t, "testdata/statements.txt") {
		o, ok := dialects[v.dialect]
		if !ok {
			t.Fatalf("line %d: unknown dialect %q", v.line, v.dialect)
		}
		got := ""
		stmt, err := sqlparse.Parse(v.sql, o)
		if err != nil {
			got = "error: " + err.Error()
		} else {
			got = stmt.String()
			checkStable(t, got, o)
		}
		want := v.expected
		if want == "same" {
			want = v.sql
		}
		if got != want {
			t.Errorf("line %d: %s\n got %s\nwant %s", v.line, v.sql, got, want)
		}
	}
}

func checkStable(t *testing.T, printed string, o sqlparse.Options) {
	t.Helper()
	again, err := sqlparse.Parse(printed, o)
	if err != nil {
		t.Errorf("printed form does not parse: %v\n%s", err, printed)
	} else if again.String() != printed {
		t.Errorf("printed form changes:\n%s\n%s", printed, again.String())
	}
}

func TestDepth(t *testing.T) {
	for name, sql := range map[string]string{
		"parentheses": "SELECT " + strings.Repeat("(", 100000) + "1",
		"not":         "SELECT " + strings.Repeat("NOT ", 100000) + "true",
		"minus":       "SELECT " + strings.Repeat("- ", 100000) + "1",
		"sum":         "SELECT " + strings.Repeat("1+", 100000) + "1",
		"subqueries":  strings.Repeat("SELECT * FROM (", 100000),
		"relations":   "SELECT * FROM " + strings.Repeat("(", 100000),
		"unions":      strings.Repeat("SELECT 1 UNION ", 100000) + "SELECT 1",
		"joins":       "SELECT 1 FROM a" + strings.Repeat(" JOIN a", 100000),
		"subscripts":  "SELECT a" + strings.Repeat("[1]", 100000),
		"types":       "SELECT CAST(a AS " + strings.Repeat("array(", 100000),
		"case":        "SELECT " + strings.Repeat("CASE WHEN ", 100000),
		"lambdas":     "SELECT f(" + strings.Repeat("x -> f(", 100000),
	} {
		_, err := sqlparse.Parse(sql, sqlparse.Timestream)
		if err == nil || !strings.Contains(err.Error(), "statement is too large") {
			t.Errorf("%s: got %v, want a complaint about the size", name, err)
		}
	}
	long := "SELECT 1 WHERE " + strings.Repeat("a = 1 OR ", 20000) + "a = 2"
	if _, err := sqlparse.Parse(long, sqlparse.Timestream); err != nil {
		t.Errorf("a long chain of OR: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	for _, v := range readVectors(f, "testdata/statements.txt") {
		f.Add(v.sql)
	}
	f.Fuzz(func(t *testing.T, sql string) {
		for _, o := range dialects {
			stmt, err := sqlparse.Parse(sql, o)
			if err != nil {
				continue
			}
			checkStable(t, stmt.String(), o)
			sqlparse.Walk(stmt, func(n sqlparse.Node) bool { _ = n.Pos(); return true })
		}
	})
}
