package timestream_test

import (
	"context"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery"

	"athena-timestream/federation"
	"athena-timestream/federation/client"
	"athena-timestream/federation/message"
	"athena-timestream/federation/spill"
	"athena-timestream/internal/faults"
	"athena-timestream/timestream"
)

func TestPassthrough(t *testing.T) {
	s := newService(t)
	const sql = `SELECT "Host", count(*), 'x' AS "B" FROM "D"."T" GROUP BY 1`
	s.query[sql] = `[{"Name":"Host","Type":{"ScalarType":"VARCHAR"}},{"Type":{"ScalarType":"BIGINT"},"Aliased":false},{"Name":"B","Type":{"ScalarType":"VARCHAR"}}]`
	s.answer(sql, []string{"Host VARCHAR", "_col1 BIGINT", "B VARCHAR"}, [][]string{{"h", "3", "x"}})
	c := athena(t, s.connector(nil))
	// Comments and a closing semicolon are the user's; pruned and turned columns are Athena's.
	constraints := passthrough("-- how many\n" + sql + " ;")
	rows, err := read(t, c, table("system", "query"), constraints, "b", "_col1", "host")
	if want := [][]any{{"x", int64(3), "h"}}; err != nil || !reflect.DeepEqual(rows, want) {
		t.Errorf("got %v, %v", rows, err)
	}
	for _, call := range s.asked() {
		if call != "PrepareQuery: "+sql && call != "Query: "+sql {
			t.Errorf("unexpected call %q", call)
		}
	}
	if n := countCalls(s, "Query:"); n != 1 {
		t.Errorf("the query ran %d times", n)
	}
}

// TestPassthroughOff: what is switched off is refused, and not only hidden.
func TestPassthroughOff(t *testing.T) {
	s := newService(t)
	h, err := federation.NewHandler(s.connector(nil), federation.Options{SourceType: "timestream", Store: spill.NewMem(), Config: federation.Config{SpillBucket: "b"}})
	if err != nil {
		t.Fatal(err)
	}
	c := &client.Client{Invoker: h, Identity: &message.Identity{}, Catalog: "ts", QueryID: "q"}
	ctx, where := context.Background(), passthrough("SELECT 1 AS one")
	described := &message.GetTableResponse{TableName: table("system", "query"), Schema: arrow.NewSchema([]arrow.Field{{Name: "one", Type: arrow.PrimitiveTypes.Int32, Nullable: true}}, nil)}
	_, get := c.GetTable(ctx, described.TableName, where.Passthrough)
	_, layout := c.GetTableLayout(ctx, described, where)
	_, read := c.ReadRecords(ctx, described.TableName, described.Schema, message.Split{}, where, func(arrow.RecordBatch) error { return nil })
	for _, err := range []error{get, layout, read} {
		if err == nil || !strings.Contains(err.Error(), "enable_query_passthrough") {
			t.Errorf("error %v", err)
		}
	}
	if len(s.asked()) > 0 {
		t.Errorf("asked %v", s.asked())
	}
}

// SHOW cannot be prepared but costs nothing to run.
func TestPassthroughOfShow(t *testing.T) {
	s := newService(t)
	s.answer("SHOW DATABASES", []string{"Database VARCHAR"}, [][]string{{"d"}})
	rows, err := read(t, athena(t, s.connector(nil)), table("system", "query"), passthrough("SHOW NOTHING"))
	if err == nil {
		t.Errorf("an unscripted statement gave %v", rows)
	}
	rows, err = read(t, athena(t, s.connector(nil)), table("system", "query"), passthrough("SHOW DATABASES"))
	if want := [][]any{{"d"}}; err != nil || !reflect.DeepEqual(rows, want) {
		t.Errorf("got %v, %v", rows, err)
	}
}

func TestPassthroughRefuses(t *testing.T) {
	cases := map[string]struct{ sql, err string }{
		"unload":       {"UNLOAD (SELECT 1) TO 's3://b/p'", "not with UNLOAD"},
		"delete":       {"/* SELECT */ DELETE FROM t", "not with DELETE"},
		"two":          {"SELECT 1; SELECT 2", "more than one statement"},
		"comment only": {"-- SELECT 1", "empty"},
		"open string":  {"SELECT 'a", "has no end"},
		"bad SQL":      {"SELECT nothing", "Column 'nothing'"},
		"same name":    {"SELECT a, a FROM t", `two columns "a"`},
		"differ by case": {
			"SELECT a, A FROM t", `differ only in letter case`,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := newService(t)
			s.query["SELECT a, a FROM t"] = `[{"Name":"a","Type":{"ScalarType":"VARCHAR"}},{"Name":"a","Type":{"ScalarType":"VARCHAR"}}]`
			s.query["SELECT a, A FROM t"] = `[{"Name":"a","Type":{"ScalarType":"VARCHAR"}},{"Name":"A","Type":{"ScalarType":"VARCHAR"}}]`
			s.fail("SELECT nothing", apiError{400, "ValidationException", "line 1:8: Column 'nothing' does not exist"})
			r := &message.GetTableRequest{TableName: table("system", "query"), Passthrough: passthrough(c.sql).Passthrough}
			got, err := s.connector(nil).PassthroughSchema(context.Background(), r)
			if err == nil || !strings.Contains(err.Error(), c.err) || message.CodeOf(err) != federation.InvalidInput {
				t.Errorf("%v, %v, want %s", got, err, c.err)
			}
		})
	}
}

// Where PrepareQuery is denied the query runs for one row, and is cancelled if it has more.
func TestPassthroughWithoutPrepare(t *testing.T) {
	s := newService(t)
	const sql = "SELECT probe FROM t"
	s.fail("PrepareQuery", apiError{403, "AccessDeniedException", "no"})
	s.answer(sql, []string{"a TIMESTAMP", "b TIME"}, [][]string{}, [][]string{{"2024-01-01 00:00:00.000000000", "01:00:00.000000000"}})
	got, err := s.connector(nil).PassthroughSchema(context.Background(), &message.GetTableRequest{Passthrough: passthrough(sql).Passthrough})
	if err != nil {
		t.Fatal(err)
	}
	if f := fieldsOf(got.Schema); f != "a date64, b utf8" {
		t.Errorf("fields %s", f)
	}
	if n := countCalls(s, "CancelQuery"); n != 1 || s.sizes[sql] != 1 {
		t.Errorf("%d cancels, MaxRows %d", n, s.sizes[sql])
	}
}

// TestPassthroughIsAskedOnce for each query of Athena, whatever tells the columns; failures are asked about again.
func TestPassthroughIsAskedOnce(t *testing.T) {
	for name, c := range map[string]struct {
		sql, call string
		denied    bool
		fails     bool
		queries   []string
		want      int
	}{
		"PrepareQuery":           {"SELECT a FROM t", "PrepareQuery", false, false, []string{"q1", "q1", "q1"}, 1},
		"of another query":       {"SELECT a FROM t", "PrepareQuery", false, false, []string{"q1", "q2", "q1"}, 2},
		"PrepareQuery is denied": {"SELECT probe FROM t", "Query: SELECT probe", true, false, []string{"q1", "q1"}, 1},
		"SHOW":                   {"SHOW DATABASES", "Query: SHOW", false, false, []string{"q1", "q1"}, 1},
		"it fails":               {"SELECT a FROM t", "PrepareQuery", false, true, []string{"q1", "q1"}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t)
			s.query[c.sql] = `[{"Name":"a","Type":{"ScalarType":"VARCHAR"}}]`
			s.answer(c.sql, []string{"a VARCHAR"}, [][]string{{"x"}})
			if c.denied {
				s.fail("PrepareQuery", apiError{403, "AccessDeniedException", "no"})
			}
			if c.fails {
				s.fail(c.sql, apiError{400, "ValidationException", "line 1:8: Column 'a' does not exist"})
			}
			connector := s.connector(nil)
			for _, query := range c.queries {
				r := &message.GetTableRequest{Passthrough: passthrough(c.sql).Passthrough}
				r.QueryID = query
				got, err := connector.PassthroughSchema(context.Background(), r)
				if (err != nil) != c.fails || err == nil && fieldsOf(got.Schema) != "a utf8" {
					t.Fatalf("%+v, %v", got, err)
				}
			}
			if n := countCalls(s, c.call); n != c.want {
				t.Errorf("%d calls, want %d: %v", n, c.want, s.asked())
			}
		})
	}
}

// The first answer to a query with MaxRows may be a token and nothing else.
func TestPassthroughWithoutPrepareWaitsForColumns(t *testing.T) {
	s := newService(t)
	const sql = "SELECT probe FROM t"
	s.fail("PrepareQuery", apiError{403, "AccessDeniedException", "no"})
	r := &message.GetTableRequest{Passthrough: passthrough(sql).Passthrough}
	nothing := `"Rows":[]`
	s.pages[sql] = []string{nothing, nothing, `"ColumnInfo":[{"Name":"a","Type":{"ScalarType":"DOUBLE"}}],"Rows":[]`}
	got, err := s.connector(nil).PassthroughSchema(context.Background(), r)
	if err != nil || fieldsOf(got.Schema) != "a float64" || countCalls(s, "CancelQuery") != 0 {
		t.Errorf("%+v, %v", got, err)
	}
	s.pages[sql] = []string{nothing}
	if got, err := s.connector(nil).PassthroughSchema(context.Background(), r); message.CodeOf(err) != federation.InvalidResponse {
		t.Errorf("no columns at all: %+v, %v", got, err)
	}
}

// A query that never tells its columns is given up.
func TestPassthroughWithoutColumns(t *testing.T) {
	front := faults.New(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, `{"QueryId":"QUERY1","Rows":[],"NextToken":"next"}`) //nolint:errcheck // a test's answer
	}), faults.Script{"PrepareQuery": {faults.Always: faults.Error(403, "AccessDeniedException", "no")}})
	r := &message.GetTableRequest{Passthrough: passthrough("SELECT 1").Passthrough}
	query := timestreamquery.NewFromConfig(inProcess(front), func(o *timestreamquery.Options) {
		o.EndpointDiscovery.EnableEndpointDiscovery = aws.EndpointDiscoveryDisabled
	})
	_, err := timestream.New(query, nil, nil, nil).PassthroughSchema(t.Context(), r)
	if message.CodeOf(err) != federation.InvalidResponse || !strings.Contains(err.Error(), "3600 pages tell no columns (query id QUERY1)") || front.Count("CancelQuery") != 1 {
		t.Errorf("error %v, %d cancels", err, front.Count("CancelQuery"))
	}
}
