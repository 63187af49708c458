package e2e_test

import (
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"athena-timestream/federation"
	"athena-timestream/federation/client"
	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
	"athena-timestream/local/internal/sqlparse"
	"athena-timestream/timestream"
)

// pieces are texts that have broken quoting elsewhere, and what a statement is made of.
var pieces = []string{
	"a", "time", "it's", `"`, `""`, "'", "''", "'--", `\'`, `\`, "/*", "*/", "--", "\n", "\r", ";", "(", ")", " ", ",", ".", "=", "::", "'; DROP TABLE t; --",
	`" FROM "x"."y" --`, "' OR '1'='1", "') UNION SELECT secret FROM x.y --", "$1", "?", "U&'", "X'", "`", "{", "[", "]", "é", "😀", "\u2028", "\u00a0", "＇", "ʼ",
	"SELECT 1 AS c", "SELECT c FROM d.t", "WITH", "view", "AS", "FROM", "UNION ALL", "WHERE", "OR 1=1", "LIMIT 1", "ORDER BY 1", "TIMESTAMP", "1E5", "15m", "ago(1d)",
}

func hostile(r *rand.Rand, most int) string {
	var b strings.Builder
	for range r.IntN(most + 1) {
		b.WriteString(pick(r, pieces))
		if r.IntN(3) == 0 {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// recorder is a Timestream that writes statements down and has no rows.
type recorder struct {
	client *client.Client
	sql    []string
}

func newRecorder(t *testing.T) *recorder {
	t.Helper()
	rec := &recorder{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in struct{ QueryString string }
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			t.Error(err)
		}
		rec.sql = append(rec.sql, in.QueryString)
		_, _ = io.WriteString(w, `{"QueryId":"Q","ColumnInfo":[],"Rows":[]}`)
	}))
	t.Cleanup(server.Close)
	h, err := timestream.NewHandler(aws.Config{
		Region: "us-east-1", BaseEndpoint: &server.URL, Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	}, timestream.Config{Federation: federation.Config{Passthrough: true, DisableGlue: true}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	rec.client = &client.Client{Invoker: h, Catalog: "timestream", QueryID: "q"}
	return rec
}

// read is the statement that a read sends, empty if it sends none.
func (rec *recorder) read(t *testing.T, name message.TableName, schema *arrow.Schema, split message.Split, where *predicate.Constraints) string {
	t.Helper()
	rec.sql = nil
	_, _ = rec.client.ReadRecords(t.Context(), name, schema, split, where, func(arrow.RecordBatch) error { return nil }) // the columns are not there
	if len(rec.sql) > 1 {
		t.Fatalf("%d statements: %q", len(rec.sql), rec.sql)
	}
	return strings.Join(rec.sql, "")
}

// TestNamesAndConstantsStayInPlace puts hostile texts wherever a read has a name or a constant. A parser that knows nothing
// of how they were written has to find one SELECT of these columns from this table, and in its conditions no names but the
// columns' and no texts but the constants.
func TestNamesAndConstantsStayInPlace(t *testing.T) {
	t.Parallel()
	rec, r, sent := newRecorder(t), rand.New(rand.NewPCG(*seed, 0)), 0
	for range 400 * *rounds {
		q := drawStatement(t, r)
		sql := rec.read(t, q.table, q.schema, q.split, q.where)
		if sql == "" {
			continue
		}
		sent++
		stmt, err := sqlparse.Parse(sql, sqlparse.Timestream)
		if err != nil {
			t.Fatalf("seed %d: %v\n%s", *seed, err, sql)
		}
		q.check(t, sql, stmt)
	}
	if sent < 300**rounds {
		t.Errorf("only %d statements were sent", sent)
	}
}

// drawn is a read with hostile names and constants.
type drawn struct {
	table   message.TableName
	schema  *arrow.Schema
	split   message.Split
	where   *predicate.Constraints
	columns []string
	texts   []string
}

func drawStatement(t *testing.T, r *rand.Rand) drawn {
	t.Helper()
	name := func() string {
		for {
			if s := hostile(r, 5); s != "" {
				return s
			}
		}
	}
	q := drawn{table: message.TableName{Schema: name(), Table: name()}, where: predicate.Unconstrained()}
	if r.IntN(2) == 0 { // the names that count are the split's
		real := message.TableName{Schema: name(), Table: name()}
		q.split.Properties = map[string]string{"database": real.Schema, "table": real.Table}
		q.table = real
	}
	var fields []arrow.Field
	for range 1 + r.IntN(3) {
		c := strings.ToLower(name()) // as Athena writes columns
		if slices.Contains(q.columns, c) {
			continue
		}
		q.columns = append(q.columns, c)
		typ := pick(r, []arrow.DataType{arrow.BinaryTypes.String, arrow.BinaryTypes.String, arrow.PrimitiveTypes.Float64, arrow.FixedWidthTypes.Date64})
		fields = append(fields, arrow.Field{Name: c, Type: typ, Nullable: true})
		if set := q.set(t, r, typ); set != nil {
			q.where.Summary = append(q.where.Summary, predicate.Column{Name: c, Set: set})
		}
	}
	if c := fields[0]; c.Type.ID() == arrow.STRING && r.IntN(2) == 0 {
		like := q.text(r)
		q.where.Expressions = []predicate.Expression{predicate.Call{Function: predicate.Equal, Type: arrow.FixedWidthTypes.Boolean, Args: []predicate.Expression{
			predicate.Variable{Name: c.Name, Type: c.Type}, predicate.Constant{Type: c.Type, Values: []predicate.Value{like}},
		}}}
	}
	if c := fields[0]; r.IntN(3) == 0 && c.Type.ID() == arrow.STRING {
		values := []string{q.text(r), q.text(r)}
		text, err := json.Marshal(values)
		if err != nil {
			t.Fatal(err)
		}
		if q.split.Properties == nil {
			q.split.Properties = map[string]string{}
		}
		q.split.Properties["column"], q.split.Properties["values"] = c.Name, string(text)
	}
	q.schema = arrow.NewSchema(fields, nil)
	return q
}

// text draws a constant and remembers it.
func (q *drawn) text(r *rand.Rand) string {
	s := hostile(r, 5)
	q.texts = append(q.texts, s)
	return s
}

func (q *drawn) set(t *testing.T, r *rand.Rand, typ arrow.DataType) predicate.ValueSet {
	t.Helper()
	var values []predicate.Value
	for range 1 + r.IntN(3) {
		switch typ.ID() {
		case arrow.STRING:
			values = append(values, q.text(r))
		case arrow.FLOAT64:
			values = append(values, r.NormFloat64()*1e10)
		default:
			values = append(values, r.Int64N(4e12))
		}
	}
	var set predicate.ValueSet
	var err error
	switch r.IntN(3) {
	case 0:
		set, err = predicate.NewEquatableValueSet(typ, r.IntN(2) == 0, r.IntN(2) == 0, values...)
	case 1:
		set, err = predicate.NewSortedRangeSet(typ, r.IntN(2) == 0, pick(r, []predicate.Range{predicate.AtLeast(values[0]), predicate.LessThan(values[0]), predicate.Point(values[0])}))
	}
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// check finds the drawn read in the statement's tree.
func (q *drawn) check(t *testing.T, sql string, stmt sqlparse.Statement) {
	t.Helper()
	fail := func(what string) {
		t.Helper()
		t.Fatalf("seed %d: %s: table %q, columns %q, texts %q\n%s", *seed, what, q.table, q.columns, q.texts, sql)
	}
	query, ok := stmt.(*sqlparse.Query)
	if !ok || len(query.With) > 0 || len(query.OrderBy) > 0 || query.Limit != nil {
		fail("no plain query")
	}
	s, ok := query.Body.(*sqlparse.Select)
	if !ok || s.Distinct || s.GroupBy != nil || s.Having != nil || s.Windows != nil || len(s.From) != 1 || len(s.Items) != len(q.columns) {
		fail("no plain SELECT")
	}
	from, ok := s.From[0].(*sqlparse.TableRef)
	if !ok || !slices.Equal(parts(from.Name), []string{q.table.Schema, q.table.Table}) {
		fail("another table")
	}
	for i, item := range s.Items {
		if n, ok := item.Expr.(*sqlparse.Name); !ok || item.Alias != nil || !slices.Equal(parts(n.Parts), []string{q.columns[i]}) {
			fail("other columns")
		}
	}
	if s.Where == nil {
		return
	}
	sqlparse.Walk(s.Where, func(n sqlparse.Node) bool {
		switch n := n.(type) {
		case *sqlparse.Name:
			if p := parts(n.Parts); len(p) != 1 || !slices.Contains(q.columns, p[0]) {
				fail("another name in a condition")
			}
		case *sqlparse.StringLit:
			if !q.known(n.Value) {
				fail("another text in a condition")
			}
		case *sqlparse.Subquery, *sqlparse.Exists, *sqlparse.Query:
			fail("a query in a condition")
		}
		return true
	})
}

// known says that the text is a constant, or the bound in its place where a constant is cut before a character beyond U+D7FF:
// its beginning, of which the last character may be the next one.
func (q *drawn) known(text string) bool {
	_, last := utf8.DecodeLastRuneInString(text)
	return slices.ContainsFunc(q.texts, func(s string) bool {
		return s == text || strings.ContainsFunc(s, func(r rune) bool { return r > 0xD7FF }) && strings.HasPrefix(s, text[:len(text)-last])
	})
}

func parts(idents []sqlparse.Ident) []string {
	out := make([]string, len(idents))
	for i, p := range idents {
		out[i] = p.Name
	}
	return out
}
