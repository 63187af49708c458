package athena_test

import (
	"context"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
	"athena-timestream/local/internal/athena"
)

var update = flag.Bool("update", false, "rewrite the expected output of testdata")

// script runs each "statement ---- expected output" of a file. Blocks are
// separated by empty lines; lines that begin with # are comments and stay.
func script(t *testing.T, path string, run func(t *testing.T, statement string) string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var rewritten []string
	for _, b := range strings.Split(strings.TrimSpace(string(text)), "\n\n") {
		head, want, isTest := strings.Cut(b, "\n----")
		if !isTest {
			rewritten = append(rewritten, b)
			continue
		}
		var statement []string
		for _, line := range strings.Split(head, "\n") {
			if !strings.HasPrefix(line, "#") {
				statement = append(statement, line)
			}
		}
		got := strings.TrimSpace(run(t, strings.Join(statement, "\n")))
		if got != strings.TrimSpace(want) && !*update {
			t.Errorf("%s\ngot:\n%s\nwant:%s", head, got, want)
		}
		rewritten = append(rewritten, head+"\n----\n"+got)
	}
	if *update {
		if err := os.WriteFile(path, []byte(strings.Join(rewritten, "\n\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// devops is two small tables, of readings and of hosts.
func devops() *memory {
	utf8, f64, date64 := arrow.BinaryTypes.String, arrow.PrimitiveTypes.Float64, arrow.FixedWidthTypes.Date64
	ms := noon.UnixMilli()
	cpu := &memoryTable{schema: arrow.NewSchema([]arrow.Field{
		field("host", utf8), field("region", utf8), field("up", arrow.FixedWidthTypes.Boolean), field("usage", f64),
		field("core", arrow.PrimitiveTypes.Int32), field("jobs", arrow.PrimitiveTypes.Int64), field("day", arrow.FixedWidthTypes.Date32),
		field("time", date64), field("tags", arrow.ListOf(utf8)), field("cost", &arrow.Decimal128Type{Precision: 10, Scale: 2}),
	}, nil)}
	for n := range 40 {
		host := predicate.Value([]string{"a", "b", "c", "d"}[n%4])
		up := predicate.Value(n%3 > 0)
		if n%10 == 9 {
			host, up = nil, nil
		}
		cpu.rows = append(cpu.rows, []predicate.Value{
			host, "eu", up, float64(n) * 2.5, int64(n % 8), int64(n * 1000), int64(20779), ms - int64(n)*60_000, []predicate.Value{"t"}, nil,
		})
	}
	hosts := &memoryTable{schema: arrow.NewSchema([]arrow.Field{field("host", utf8), field("owner", utf8), field("since", date64)}, nil)}
	for i, h := range []string{"a", "b", "x"} {
		hosts.rows = append(hosts.rows, []predicate.Value{h, "owner " + h, ms - int64(i)*86_400_000})
	}
	return &memory{splits: 1, tables: map[string]*memoryTable{"ops.cpu": cpu, "ops.hosts": hosts}}
}

// TestPushdown tells, for each statement of the file, what every table is asked for.
func TestPushdown(t *testing.T) {
	m := devops()
	e := engine(t, m)
	functions := capability("supports_complex_expression_pushdown", "supported_function_expression_types",
		predicate.And, predicate.Or, predicate.Not, predicate.LikePattern, predicate.Equal, predicate.Less, predicate.Add)
	script(t, "testdata/pushdown.txt", func(t *testing.T, statement string) string {
		m.capabilities = nil
		for _, offer := range []struct {
			word       string
			capability message.Capability
		}{{"limit", limitOffered}, {"topn", topNOffered}, {"functions", functions}} {
			if rest, ok := strings.CutPrefix(statement, "with "+offer.word+"\n"); ok {
				statement, m.capabilities = rest, append(m.capabilities, offer.capability)
			}
		}
		return explained(e, statement)
	})
}

// explained is the plan of a statement as text.
func explained(e *athena.Engine, statement string) string {
	var out strings.Builder
	e.Trace = func(s athena.Step) {
		if s.Kind != athena.PlanStep {
			return
		}
		out.WriteString(s.Table + "\n")
		for _, d := range s.Details {
			out.WriteString("  " + d + "\n")
		}
	}
	r, err := e.Query(context.Background(), statement)
	if err != nil {
		out.WriteString("error: " + err.Error() + "\n")
		return out.String()
	}
	for _, err := range r.Rows() {
		if err != nil {
			out.WriteString("error: " + err.Error() + "\n")
		}
	}
	_ = r.Close()
	return out.String()
}
