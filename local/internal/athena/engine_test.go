package athena_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/array"

	"athena-timestream/federation/client"
	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
	"athena-timestream/federation/spill"
	"athena-timestream/local/internal/athena"
	"athena-timestream/local/internal/sqlparse"
)

// TestQuery runs the statements of a file and compares their rows.
func TestQuery(t *testing.T) {
	m := devops()
	m.splits = 3
	e := engine(t, m)
	script(t, "testdata/query.txt", func(t *testing.T, statement string) string {
		r, err := e.Query(context.Background(), statement)
		if err != nil {
			return "error: " + err.Error()
		}
		defer func() { _ = r.Close() }()
		var head []string
		for _, c := range r.Columns {
			head = append(head, c.Name+" "+c.Type)
		}
		lines := []string{strings.Join(head, " | ")}
		for row, err := range r.Rows() {
			if err != nil {
				return "error: " + err.Error()
			}
			var cells []string
			for i, v := range row {
				cells = append(cells, r.Columns[i].Text(v))
			}
			lines = append(lines, strings.Join(cells, " | "))
		}
		return strings.Join(lines, "\n")
	})
}

// TestEveryType reads each type back as it was written, inline, and spilled in
// many blocks, at each version of the protocol.
func TestEveryType(t *testing.T) {
	const sql = "SELECT * FROM lab.every"
	want, stats := answer(t, engine(t, everything()), sql, true)
	if stats.Inline == 0 || stats.Spilled != 0 || stats.Splits != 3 || len(want) != 97 {
		t.Fatalf("inline read: %+v, %d rows", stats, len(want))
	}
	for version := message.Oldest; version <= message.Newest; version++ {
		t.Run(fmt.Sprintf("version %d spilled", version), func(t *testing.T) {
			e := engine(t, everything())
			e.Version = version
			e.Limits = spill.Limits{MaxBlockSize: 3500, MaxInlineSize: 1}
			got, stats := answer(t, e, sql, true)
			same(t, sql, got, want)
			if stats.Inline != 0 || stats.Spilled < 6 || stats.RowsRead != 97 {
				t.Errorf("spilled read: %+v", stats)
			}
		})
	}
}

// TestRecords gives the same rows as record batches.
func TestRecords(t *testing.T) {
	e := engine(t, everything())
	r, err := e.Query(context.Background(), "SELECT i64 AS n, ts, s, list FROM lab.every ORDER BY i64, ts LIMIT 50")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	var sizes []int64
	var nulls int
	for b, err := range r.Records(20) {
		if err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, b.NumRows())
		if !b.Schema().Equal(r.Schema) {
			t.Errorf("schema %s, announced %s", b.Schema(), r.Schema)
		}
		nulls += b.Column(0).(*array.Int64).NullN()
		b.Release()
	}
	if !slices.Equal(sizes, []int64{20, 20, 10}) || r.Stats.Rows != 50 {
		t.Errorf("batches of %v rows, stats %+v", sizes, r.Stats)
	}
	if r.Schema.Field(0).Name != "n" || r.Columns[1].Type != "timestamp(3)" {
		t.Errorf("schema %s, columns %v", r.Schema, r.Columns)
	}
}

// TestLimitIsSound compares LIMIT and top-N statements with and without push-down,
// several splits each applying the limit.
func TestLimitIsSound(t *testing.T) {
	m := devops()
	m.splits = 4
	m.capabilities = []message.Capability{limitOffered, topNOffered}
	with, without := engines(t, m)
	for _, sql := range []string{
		"SELECT time FROM ops.cpu ORDER BY time LIMIT 7",
		"SELECT time, usage FROM ops.cpu WHERE core = 1 ORDER BY time DESC LIMIT 3",
		"SELECT count(*) FROM (SELECT host FROM ops.cpu LIMIT 7)",
		"SELECT count(*) FROM (SELECT host FROM ops.cpu WHERE core IN (1, 2) LIMIT 7)",
		"SELECT count(*) FROM (SELECT host FROM ops.cpu WHERE host LIKE 'a' LIMIT 7)",
		"SELECT count(*) FROM (SELECT DISTINCT host FROM ops.cpu LIMIT 7)",
		"SELECT count(*) FROM (SELECT c.host FROM ops.cpu c JOIN ops.hosts h ON c.host = h.host LIMIT 15)",
		"SELECT max(usage) FROM ops.cpu LIMIT 1",
		"SELECT host FROM ops.cpu LIMIT 0",
		"SELECT count(*) FROM (SELECT host FROM ops.cpu WHERE usage > 50 LIMIT 30)",
		"SELECT host, core FROM ops.cpu ORDER BY core DESC, time LIMIT 4",
		"SELECT up, time FROM ops.cpu ORDER BY up NULLS FIRST, time LIMIT 6",
	} {
		want, _ := answer(t, without, sql, false)
		got, _ := answer(t, with, sql, false)
		same(t, sql, got, want)
	}
	_, stats := answer(t, with, "SELECT time FROM ops.cpu ORDER BY time LIMIT 2", false)
	if stats.RowsRead != 8 {
		t.Errorf("%d rows read of 4 splits with limit 2, want 8", stats.RowsRead)
	}
}

// TestExpressionsOverSplits sends expressions with several reads at once.
func TestExpressionsOverSplits(t *testing.T) {
	m := devops()
	m.splits = 6
	m.capabilities = []message.Capability{capability("supports_complex_expression_pushdown", "supported_function_expression_types",
		predicate.LikePattern, predicate.Or, predicate.Equal)}
	with, without := engines(t, m)
	const sql = "SELECT host, usage FROM ops.cpu WHERE host LIKE '%' AND (host = 'a' OR core = 1)"
	want, _ := answer(t, without, sql, true)
	m.reads = nil
	got, _ := answer(t, with, sql, true)
	same(t, sql, got, want)
	for _, r := range m.reads {
		if len(r.Constraints.Expressions) != 2 {
			t.Errorf("%d expressions were sent, want 2", len(r.Constraints.Expressions))
		}
	}
}

func TestPassthrough(t *testing.T) {
	m := devops()
	e := engine(t, m)
	rows, _ := answer(t, e, "SELECT host, owner FROM TABLE(timestream.system.query(query => 'ops.hosts')) WHERE host = 'b'", true)
	same(t, "passthrough", rows, []string{"b|owner b"})
	read := m.reads[0]
	if got := read.Constraints.Passthrough; got["schemaFunctionName"] != "SYSTEM.QUERY" || got["QUERY"] != "ops.hosts" {
		t.Errorf("passthrough arguments %v", got)
	}
	if len(read.Constraints.Summary) != 0 || read.Schema.NumFields() != 3 {
		t.Errorf("a passthrough read has constraints %v and %d columns", read.Constraints.Summary, read.Schema.NumFields())
	}
	joined, _ := answer(t, e, "SELECT c.host, q.owner FROM ops.cpu c JOIN TABLE(system.query(query => 'ops.hosts')) AS q ON q.host = c.host WHERE c.core = 0", true)
	same(t, "passthrough in a join", joined, []string{"a|owner a", "a|owner a", "a|owner a", "a|owner a", "a|owner a"})
}

func TestProgress(t *testing.T) {
	m := devops()
	m.splits = 5
	e := engine(t, m)
	var last athena.Progress
	calls := 0
	e.Progress = func(p athena.Progress) {
		if p.Rows < last.Rows || p.SplitsDone < last.SplitsDone {
			t.Errorf("progress went back: %+v after %+v", p, last)
		}
		last = p
		calls++
	}
	_, stats := answer(t, e, "SELECT usage FROM ops.cpu", true)
	if last.Rows != 40 || last.SplitsDone != 5 || last.SplitTotal != 5 || calls < 10 || stats.Rows != 40 {
		t.Errorf("%d calls, last %+v, stats %+v", calls, last, stats)
	}
}

func TestTraceTellsTheConversation(t *testing.T) {
	e := engine(t, devops())
	var steps []string
	e.Trace = func(s athena.Step) {
		title, _, _ := strings.Cut(s.Title, " · ")
		steps = append(steps, title)
	}
	answer(t, e, "SELECT usage FROM ops.cpu WHERE host = 'a'", true)
	want := []string{
		"Ping v6", "GetDataSourceCapabilities v6", "GetTable v6 ops.cpu", "plan ops.cpu", "GetTableLayout v6 ops.cpu",
		"GetSplits v6 ops.cpu", "ReadRecords v6 ops.cpu", "run the statement over what was read",
	}
	same(t, "steps", steps, want)
}

func TestErrors(t *testing.T) {
	e := engine(t, devops())
	tests := map[string]struct{ sql, want string }{
		"syntax":            {"SELECT FROM", "line 1:8"},
		"unknown table":     {"SELECT 1 FROM ops.hots", "line 1:15: table ops.hots is not among those of the database, which has: hosts, cpu: "},
		"unknown database":  {"SELECT 1 FROM opps.cpu", "line 1:15: database opps does not exist, there are: ops"},
		"unknown catalog":   {"SELECT 1 FROM hive.ops.cpu", "line 1:15: catalog hive does not exist, the only one here is timestream"},
		"no database":       {"SELECT 1 FROM cpu", "line 1:15: table cpu has no database: write database.table"},
		"unknown column":    {"SELECT nope FROM ops.cpu", "nope"},
		"passthrough":       {"SELECT * FROM TABLE(timestream.system.query(query => 'nonsense'))", `cannot run "nonsense"`},
		"passthrough name":  {"SELECT * FROM TABLE(timestream.system.run(query => 'x'))", "line 1:15: the connector has no table function system.run"},
		"passthrough value": {"SELECT * FROM TABLE(timestream.system.query(query => 5))", "must be a string"},
		"describe":          {"DESCRIBE ops.hots", "table ops.hots is not among those of the database, which has: hosts, cpu: "},
		"tables of nothing": {"SHOW TABLES", "SHOW TABLES IN database"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, _, err := try(e, test.sql)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%s: %v, want %q in it", test.sql, err, test.want)
			}
			if err != nil && strings.Contains(err.Error(), "\n") {
				t.Errorf("%s: the error has several lines: %v", test.sql, err)
			}
		})
	}
	_, _, err := try(e, "SELECT FROM")
	if _, ok := errors.AsType[*sqlparse.Error](err); !ok {
		t.Errorf("a syntax error is a %T", err)
	}
	_, _, err = try(e, "SELECT * FROM TABLE(timestream.system.query(query => 'nonsense'))")
	if _, ok := errors.AsType[*client.Error](err); !ok {
		t.Errorf("a connector's error is a %T", err)
	}
}

// failing lets every call through until reads begin.
type failing struct{ client.Invoker }

func (f failing) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	if strings.Contains(string(payload[:40]), "ReadRecordsRequest") {
		return nil, message.Errorf(message.Throttling, "slow down")
	}
	return f.Invoker.Invoke(ctx, payload)
}

func TestReadErrorIsTheConnectors(t *testing.T) {
	m := devops()
	m.splits = 9
	e := engine(t, m)
	e.Invoker = failing{e.Invoker}
	_, _, err := try(e, "SELECT host FROM ops.cpu")
	if err == nil || err.Error() != "read ops.cpu: slow down" {
		t.Errorf("error %v", err)
	}
}

func TestCancelledQueryEnds(t *testing.T) {
	e := engine(t, devops())
	ctx, cancel := context.WithCancel(context.Background())
	e.Progress = func(athena.Progress) { cancel() }
	if _, err := e.Query(ctx, "SELECT host FROM ops.cpu"); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// TestUnreadTables never bothers the connector with what cannot matter.
func TestUnreadTables(t *testing.T) {
	m := devops()
	e := engine(t, m)
	rows, _ := answer(t, e, "SELECT count(*) FROM ops.cpu WHERE host = 'a' AND host = 'b'", true)
	same(t, "contradiction", rows, []string{"0"})
	rows, _ = answer(t, e, "SELECT 1 + 1", true)
	same(t, "no table", rows, []string{"2"})
	if len(m.reads) != 0 {
		t.Errorf("%d reads", len(m.reads))
	}
}
