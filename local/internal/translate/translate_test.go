package translate_test

import (
	"bufio"
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow/decimal128"

	"athena-timestream/local/internal/duck"
	"athena-timestream/local/internal/sqlparse"
	"athena-timestream/local/internal/translate"
)

var update = flag.Bool("update", false, "rewrite the expected results in testdata")

var now = time.Date(2022, 6, 17, 12, 0, 0, 123456789, time.UTC)

// openDB opens DuckDB with the natives, the macros and the tables of fixture.
func openDB(t testing.TB) *duck.DB {
	t.Helper()
	db, err := duck.Open("", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	for _, f := range translate.Natives() {
		if err := db.Define(duck.Function(f)); err != nil {
			t.Fatal(err)
		}
	}
	script, err := os.ReadFile("testdata/fixture.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, stmt := range append(translate.Macros(), strings.Split(string(script), ";\n")...) {
		if strings.TrimSpace(stmt) == "" {
			continue
		}
		if err := db.Exec(t.Context(), stmt); err != nil {
			t.Fatalf("%v\n%s", err, stmt)
		}
	}
	return db
}

func kind(k translate.Kind) translate.Type { return translate.Type{Kind: k} }

// catalog knows the tables of fixture.sql, whose columns are c0, c1, ….
type catalog map[string][]translate.Column

var fixture = catalog{
	"devops": {
		{"hostname", kind(translate.Varchar)},
		{"az", kind(translate.Varchar)},
		{"measure_name", kind(translate.Varchar)},
		{"time", kind(translate.Timestamp)},
		{"measure_value::double", kind(translate.Double)},
		{"measure_value::bigint", kind(translate.Bigint)},
	},
	"IoT": {
		{"truck_id", kind(translate.Varchar)},
		{"Fleet", kind(translate.Varchar)},
		{"fleet", kind(translate.Varchar)},
		{"time", kind(translate.Timestamp)},
		{"speed", kind(translate.Double)},
		{"load", kind(translate.Bigint)},
		{"on", kind(translate.Boolean)},
	},
	"numbers": {
		{"n", kind(translate.Bigint)},
		{"x", kind(translate.Double)},
		{"s", kind(translate.Varchar)},
		{"d", kind(translate.Date)},
		{"i", kind(translate.Integer)},
	},
}

func (c catalog) Resolve(name []string, pos translate.Pos) (*translate.Table, error) {
	for table, cols := range c {
		last := name[len(name)-1]
		if last != table && (len(name) != 3 || !strings.EqualFold(last, table)) {
			continue
		}
		t := &translate.Table{From: `"main".` + table}
		for i, col := range cols {
			t.Columns = append(t.Columns, translate.TableColumn{Name: col.Name, Type: col.Type, SQL: "c" + strconv.Itoa(i)})
		}
		return t, nil
	}
	return nil, &translate.Error{Message: "Table '" + strings.Join(name, ".") + "' does not exist", Line: pos.Line, Col: pos.Col}
}

// run answers one vector: the names and types of the columns, then the rows; or the error.
func run(t *testing.T, db *duck.DB, dialect, text string) string {
	o := translate.Options{Dialect: translate.Timestream, Catalog: fixture, Now: now}
	grammar := sqlparse.Timestream
	if dialect == "athena" {
		o.Dialect, grammar = translate.Athena, sqlparse.Athena
	}
	stmt, err := sqlparse.Parse(text, grammar)
	if err != nil {
		return "error: " + err.Error()
	}
	r, err := translate.Query(stmt.(*sqlparse.Query), o)
	if err != nil {
		return "error: " + err.Error()
	}
	rows, err := db.Query(t.Context(), r.SQL)
	if err != nil {
		return runtimeError(t, r.SQL, err)
	}
	defer func() { _ = rows.Close() }()
	checkTypes(t, r, rows)
	out := header(r)
	for rows.Next() {
		shown := make([]string, len(r.Columns))
		for i, v := range rows.Values() {
			shown[i] = show(v, r.Columns[i].Type)
		}
		out += "\n" + strings.Join(shown, " | ")
	}
	if err := rows.Err(); err != nil {
		return runtimeError(t, r.SQL, err)
	}
	return out
}

// runtimeError shows the service's message; errors that have none are faults of the translation.
func runtimeError(t *testing.T, query string, err error) string {
	if text, ok := translate.Message(err); ok {
		return "runtime: " + text
	}
	t.Logf("%s", query)
	first, _, _ := strings.Cut(err.Error(), "\n")
	return "duckdb: " + first
}

func header(r *translate.Result) string {
	parts := make([]string, len(r.Columns))
	for i, c := range r.Columns {
		parts[i] = c.Name + " " + c.Type.String()
	}
	return strings.Join(parts, " | ")
}

// checkTypes compares what DuckDB returns with what the translation promised.
func checkTypes(t *testing.T, r *translate.Result, rows *duck.Rows) {
	t.Helper()
	got := rows.Columns()
	plain := func(s string) string { return strings.NewReplacer(`"`, "", " ", "").Replace(s) }
	for i, c := range r.Columns {
		if plain(got[i].Text) != plain(c.Type.Physical()) {
			t.Errorf("column %d: DuckDB has %s, want %s\n%s", i, got[i].Text, c.Type.Physical(), r.SQL)
		}
	}
}

// show prints a value of a physical type as the service would.
func show(v any, t translate.Type) string {
	if v == nil {
		return "NULL"
	}
	switch t.Kind {
	case translate.Timestamp, translate.TimestampTZ:
		return time.Unix(0, v.(int64)).UTC().Format("2006-01-02 15:04:05.000000000")
	case translate.Date:
		return time.Unix(v.(int64)*86400, 0).UTC().Format("2006-01-02")
	case translate.Time:
		return time.Unix(0, v.(int64)).UTC().Format("15:04:05.000000000")
	case translate.IntervalDaySecond:
		ns := v.(int64)
		sign := ""
		if ns < 0 {
			sign, ns = "-", -ns
		}
		return fmt.Sprintf("%s%d %s", sign, ns/86400e9, time.Unix(0, ns%86400e9).UTC().Format("15:04:05.000000000"))
	case translate.IntervalYearMonth:
		return fmt.Sprintf("%d-%d", v.(int64)/12, v.(int64)%12)
	case translate.Double:
		return showDouble(v.(float64))
	case translate.Decimal:
		return v.(decimal128.Num).ToString(int32(t.Scale))
	case translate.Varbinary:
		return fmt.Sprintf("%x", v)
	case translate.Array:
		return showList(v.([]any), *t.Elem)
	case translate.TimeSeries:
		return showList(v.([]any), translate.Type{Kind: translate.Row, Fields: []translate.Field{
			{Name: "time", Type: kind(translate.Timestamp)}, {Name: "value", Type: *t.Elem},
		}})
	case translate.Row:
		parts := make([]string, len(t.Fields))
		for i, f := range t.Fields {
			parts[i] = show(v.([]any)[i], f.Type)
		}
		return "(" + strings.Join(parts, ", ") + ")"
	}
	return fmt.Sprint(v)
}

func showList(list []any, elem translate.Type) string {
	parts := make([]string, len(list))
	for i, e := range list {
		parts[i] = show(e, elem)
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

func showDouble(f float64) string {
	switch {
	case math.IsInf(f, 0) || math.IsNaN(f):
		return strings.TrimPrefix(fmt.Sprint(f), "+")
	case math.Abs(f) >= 1e7 || f != 0 && math.Abs(f) < 1e-3:
		digits, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'E', -1, 64), "E")
		if !strings.Contains(digits, ".") {
			digits += ".0"
		}
		n, _ := strconv.Atoi(exponent)
		return digits + "E" + strconv.Itoa(n)
	case f == math.Trunc(f):
		return strconv.FormatFloat(f, 'f', 1, 64)
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// TestVectors runs every file of testdata: a line with the dialect, the statement, "----", the answer; "#" begins a comment.
func TestVectors(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no vectors: %v", err)
	}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			db := openDB(t)
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var rewritten strings.Builder
			for _, block := range blocks(string(text)) {
				rewritten.WriteString(block.answer(t, db, path))
			}
			if *update {
				if err := os.WriteFile(path, []byte(strings.TrimRight(rewritten.String(), "\n")+"\n"), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// block is one entry of a file, or a comment between entries.
type block struct {
	line              int
	comment           string
	dialect, sql, out string
}

func blocks(text string) []block {
	var list []block
	var b block
	answer := false
	s := bufio.NewScanner(strings.NewReader(text + "\n\n"))
	s.Buffer(nil, 1<<20)
	for n := 1; s.Scan(); n++ {
		switch line := s.Text(); {
		case line == "":
			if b.dialect != "" || b.comment != "" {
				list = append(list, b)
			}
			b, answer = block{}, false
		case b.dialect == "" && strings.HasPrefix(line, "#"):
			b.comment += line + "\n"
		case b.dialect == "":
			b.dialect, b.line = line, n
		case line == "----":
			answer = true
		case answer:
			b.out = strings.TrimPrefix(b.out+"\n"+line, "\n")
		default:
			b.sql = strings.TrimPrefix(b.sql+"\n"+line, "\n")
		}
	}
	return list
}

func (b block) answer(t *testing.T, db *duck.DB, path string) string {
	t.Helper()
	if b.dialect == "" {
		return b.comment + "\n"
	}
	got := run(t, db, b.dialect, b.sql)
	if got != b.out && !*update {
		t.Errorf("%s:%d: %s\n got %s\nwant %s", path, b.line, b.sql, got, b.out)
	}
	return b.comment + b.dialect + "\n" + b.sql + "\n----\n" + got + "\n\n"
}

func TestErrorPlace(t *testing.T) {
	stmt, err := sqlparse.Parse("SELECT\n  nope FROM devops", sqlparse.Timestream)
	if err != nil {
		t.Fatal(err)
	}
	_, err = translate.Query(stmt.(*sqlparse.Query), translate.Options{Dialect: translate.Timestream, Catalog: fixture, Now: now})
	var e *translate.Error
	if !errors.As(err, &e) || e.Line != 2 || e.Col != 3 || e.Message != "Column 'nope' does not exist" {
		t.Fatalf("got %v", err)
	}
}
