package timestream_test

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation"
	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
	"athena-timestream/federation/spill"
	"athena-timestream/internal/golden"
)

const selectAB = "SELECT \"a\", \"b\"\nFROM \"d\".\"t\""

func TestPages(t *testing.T) {
	cases := map[string]struct {
		pages [][][]string
		rows  [][]any
	}{
		"one page":           {[][][]string{{{"x", "1"}}}, [][]any{{"x", int64(1)}}},
		"no rows":            {[][][]string{{}}, nil},
		"first page empty":   {[][][]string{{}, {{"x", "1"}}}, [][]any{{"x", int64(1)}}},
		"empty in between":   {[][][]string{{{"x", "1"}}, {}, {}, {{"y", "null"}}, {}}, [][]any{{"x", int64(1)}, {"y", nil}}},
		"three pages":        {[][][]string{{{"x", "1"}}, {{"y", "2"}}, {{"null", "3"}}}, [][]any{{"x", int64(1)}, {"y", int64(2)}, {nil, int64(3)}}},
		"quotes and newline": {[][][]string{{{"a\"\n\\ü", "-5"}}}, [][]any{{"a\"\n\\ü", int64(-5)}}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := newService(t)
			s.describe(`"d"."t"`, []string{"a varchar", "b bigint"})
			s.answer(selectAB, []string{"a VARCHAR", "b BIGINT"}, c.pages...)
			rows, err := read(t, athena(t, s.connector(nil)), table("d", "t"), nil)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(rows, c.rows) {
				t.Errorf("got %v, want %v", rows, c.rows)
			}
			if n := countCalls(s, "Query: SELECT"); n != len(c.pages) {
				t.Errorf("%d calls for %d pages", n, len(c.pages))
			}
			if n := countCalls(s, "CancelQuery"); n != 0 {
				t.Error("a query that ended by itself was cancelled")
			}
		})
	}
}

func countCalls(s *service, prefix string) int {
	n := 0
	for _, call := range s.asked() {
		if strings.HasPrefix(call, prefix) {
			n++
		}
	}
	return n
}

func TestReadSendsConstraints(t *testing.T) {
	s := newService(t)
	s.describe(`"d"."t"`, []string{"Host varchar", "time timestamp", "v double"})
	s.answer("SELECT \"time\", \"Host\"\nFROM \"d\".\"t\"\nWHERE \"Host\" = 'h''1'\n  AND \"time\" >= TIMESTAMP '2024-01-01 00:00:00.000000000'\nLIMIT 3",
		[]string{"time TIMESTAMP", "Host VARCHAR"}, [][]string{{"2024-01-02 03:04:05.123456789", "h'1"}})
	host, err := predicate.NewEquatableValueSet(arrow.BinaryTypes.String, true, false, "h'1")
	if err != nil {
		t.Fatal(err)
	}
	since, err := predicate.NewSortedRangeSet(arrow.FixedWidthTypes.Date64, false, predicate.AtLeast(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()))
	if err != nil {
		t.Fatal(err)
	}
	constraints := &predicate.Constraints{Limit: 3, Summary: []predicate.Column{{Name: "host", Set: host}, {Name: "time", Set: since}}}
	// Athena leaves v out and turns the others round.
	rows, err := read(t, athena(t, s.connector(nil)), table("d", "t"), constraints, "time", "host")
	want := [][]any{{time.Date(2024, 1, 2, 3, 4, 5, 123e6, time.UTC).UnixMilli(), "h'1"}}
	if err != nil || !reflect.DeepEqual(rows, want) {
		t.Errorf("got %v, %v, want %v", rows, err, want)
	}
}

// A condition that no row meets is not worth a query.
func TestReadOfNothing(t *testing.T) {
	s := newService(t)
	s.describe(`"d"."t"`, []string{"a varchar", "b bigint"})
	constraints := predicate.Unconstrained()
	constraints.Summary = []predicate.Column{{Name: "a", Set: predicate.None(arrow.BinaryTypes.String)}}
	rows, err := read(t, athena(t, s.connector(nil)), table("d", "t"), constraints)
	if err != nil || len(rows) != 0 || countCalls(s, "Query: SELECT") != 0 {
		t.Errorf("got %v, %v, calls %v", rows, err, s.asked())
	}
}

// A count asks for no columns and wants all rows.
func TestReadWithoutColumns(t *testing.T) {
	s := newService(t)
	s.describe(`"d"."t"`, []string{"a varchar"})
	s.answer("SELECT 1\nFROM \"d\".\"t\"", []string{"_col0 INTEGER"}, [][]string{{"1"}, {"1"}}, [][]string{{"1"}})
	rows, err := read(t, athena(t, s.connector(nil)), table("d", "t"), nil, []string{}...)
	if err != nil || len(rows) != 3 {
		t.Errorf("%d rows, %v", len(rows), err)
	}
}

// A table that was never written has no columns that could be asked for, and no rows.
func TestReadOfTableNeverWritten(t *testing.T) {
	s := newService(t)
	s.describe(`"d"."t"`, []string{})
	s.fail("SELECT \"measure_name\", \"time\"\nFROM \"d\".\"t\"", apiError{400, "ValidationException", "line 1:8: Column 'measure_name' does not exist"})
	rows, err := read(t, athena(t, s.connector(nil)), table("d", "t"), nil)
	if err != nil || len(rows) != 0 {
		t.Errorf("%v, %v", rows, err)
	}
}

func TestReadErrors(t *testing.T) {
	cases := map[string]struct {
		fail apiError
		code federation.Code
		text []string
	}{
		"bad column":      {apiError{400, "ValidationException", "line 1:8: Column 'a' does not exist"}, federation.InvalidInput, []string{"read d.t", "line 1:8: Column 'a' does not exist"}},
		"missing":         {apiError{400, "ValidationException", "Requested database 'd' not found for identifier 'd.t' at line 2:6"}, federation.EntityNotFound, []string{"Requested database 'd'"}},
		"denied":          {apiError{403, "AccessDeniedException", "User: x is not authorized"}, federation.AccessDenied, []string{"not authorized", "timestream:Select"}},
		"throttled":       {apiError{429, "ThrottlingException", "Rate exceeded"}, federation.Throttling, []string{"Rate exceeded", "quota"}},
		"TCU":             {apiError{400, "ValidationException", "MaxQueryTCU exceeded"}, federation.Throttling, []string{"MaxQueryTCU"}},
		"server":          {apiError{500, "InternalServerException", "oops"}, federation.InternalService, []string{"oops"}},
		"wrong endpoint":  {apiError{404, "UnknownOperationException", ""}, federation.InternalService, []string{"UnknownOperationException", "endpoint discovery"}},
		"long row":        {apiError{400, "ValidationException", "Query aborted as max page response size has been exceeded by the output result row"}, federation.InvalidInput, []string{"1 MB"}},
		"5 GB of result":  {apiError{400, "QueryExecutionException", "Query result size exceeded the maximum of 5 GB"}, federation.InvalidInput, []string{"maximum of 5 GB", "the result of one Timestream query may have 5 GB: add a time filter, or more splits"}},
		"an hour":         {apiError{400, "QueryExecutionException", "Query exceeded the maximum execution time"}, federation.OperationTimeout, []string{"execution time", "may run for an hour: add a time filter, or more splits"}},
		"timed out":       {apiError{400, "ValidationException", "The query timed out"}, federation.OperationTimeout, []string{"more splits"}},
		"credentials":     {apiError{403, "UnrecognizedClientException", "bad token"}, federation.InvalidCredentials, []string{"bad token", "role"}},
		"query execution": {apiError{400, "QueryExecutionException", "division by zero"}, federation.InvalidInput, []string{"division by zero"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			s := newService(t)
			s.fail(selectAB, c.fail)
			r := &message.ReadRecordsRequest{TableName: table("d", "t"), Schema: arrow.NewSchema([]arrow.Field{
				{Name: "a", Type: arrow.BinaryTypes.String, Nullable: true}, {Name: "b", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
			}, nil), Constraints: predicate.Unconstrained()}
			err := s.connector(nil).ReadRecords(context.Background(), r, writer(t, context.Background(), r.Schema))
			if message.CodeOf(err) != c.code {
				t.Errorf("code %s, want %s (%v)", message.CodeOf(err), c.code, err)
			}
			for _, text := range c.text {
				if !strings.Contains(err.Error(), text) {
					t.Errorf("%q says nothing of %q", err, text)
				}
			}
			if strings.Contains(err.Error(), "operation error") {
				t.Errorf("%q has the SDK's wording in it", err)
			}
		})
	}
}

func writer(t *testing.T, ctx context.Context, schema *arrow.Schema) *spill.Writer {
	t.Helper()
	w, err := spill.NewWriter(ctx, spill.Options{Schema: schema, Limits: spill.Limits{MaxBlockSize: 1 << 20, MaxInlineSize: 1 << 20}, Store: spill.NewMem()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Abort)
	return w
}

// A query that is given up goes on at the service and is charged, unless it is cancelled there.
func TestCancel(t *testing.T) {
	s := newService(t)
	s.block = make(chan struct{})
	s.answer(selectAB, []string{"a VARCHAR", "b BIGINT"}, [][]string{{"x", "1"}}, [][]string{{"y", "2"}})
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "a", Type: arrow.BinaryTypes.String, Nullable: true}, {Name: "b", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
	}, nil)
	ctx, cancel := context.WithCancelCause(context.Background())
	time.AfterFunc(50*time.Millisecond, func() { cancel(federation.ErrQueryEnded) })
	r := &message.ReadRecordsRequest{TableName: table("d", "t"), Schema: schema, Constraints: predicate.Unconstrained()}
	err := s.connector(nil).ReadRecords(ctx, r, writer(t, ctx, schema))
	if !errors.Is(err, federation.ErrQueryEnded) || !strings.Contains(err.Error(), "read d.t: ended behind page 1 (query id QUERY1)") {
		t.Errorf("error %v", err)
	}
	if !slices.Contains(s.asked(), "CancelQuery: QUERY1") {
		t.Errorf("not cancelled: %v", s.asked())
	}
}

func TestBadValueCancels(t *testing.T) {
	s := newService(t)
	s.answer(selectAB, []string{"a VARCHAR", "b BIGINT"}, [][]string{{"x", "one"}}, [][]string{{"y", "2"}})
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "a", Type: arrow.BinaryTypes.String, Nullable: true}, {Name: "b", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
	}, nil)
	r := &message.ReadRecordsRequest{TableName: table("d", "t"), Schema: schema, Constraints: predicate.Unconstrained()}
	err := s.connector(nil).ReadRecords(context.Background(), r, writer(t, context.Background(), schema))
	if err == nil || !strings.Contains(err.Error(), `"b"`) {
		t.Errorf("error %v", err)
	}
	if message.CodeOf(err) != federation.InvalidResponse {
		t.Errorf("code %s", message.CodeOf(err))
	}
	if !slices.Contains(s.asked(), "CancelQuery: QUERY1") {
		t.Errorf("not cancelled: %v", s.asked())
	}
}

// Athena does not filter again what it sends as a plan.
func TestPlanIsRefused(t *testing.T) {
	var v struct{ SubstraitPlan []byte }
	golden.ReadJSON(t, &v, "substrait", "engine-in-varchar.json")
	metrics := message.TableName{Schema: "metrics", Table: "host_metrics"}
	for _, c := range []struct {
		plan        []byte
		table       message.TableName
		typ         arrow.DataType
		passthrough string
		want        string
	}{
		{nil, metrics, arrow.BinaryTypes.String, "", "one relation"},
		{v.SubstraitPlan, metrics, arrow.PrimitiveTypes.Int64, "", "column host is of type text, and int64 in the request"},
		{v.SubstraitPlan, table("metrics", "other"), arrow.BinaryTypes.String, "", "it reads"},
		{v.SubstraitPlan, metrics, arrow.PrimitiveTypes.Int64, "SELECT host FROM a.b", "column host is of type text, and int64 in the request"},
		{nil, metrics, arrow.BinaryTypes.String, "SELECT host FROM a.b", "passthrough"},
	} {
		s := newService(t)
		schema := arrow.NewSchema([]arrow.Field{{Name: "host", Type: c.typ, Nullable: true}}, nil)
		r := &message.ReadRecordsRequest{TableName: c.table, Schema: schema, Constraints: &predicate.Constraints{Limit: predicate.NoLimit, Plan: &predicate.QueryPlan{Plan: c.plan}}}
		if c.passthrough != "" {
			r.Constraints.Passthrough = map[string]string{"schemaFunctionName": "SYSTEM.QUERY", "QUERY": c.passthrough}
		}
		err := s.connector(nil).ReadRecords(context.Background(), r, writer(t, context.Background(), schema))
		if message.CodeOf(err) != federation.OperationNotSupported || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want %q", err, c.want)
		}
		if len(s.asked()) > 0 {
			t.Errorf("%s: asked %v", c.want, s.asked())
		}
	}
}

// Nothing listens there.
func TestUnreachable(t *testing.T) {
	s := newService(t)
	s.url = "http://127.0.0.1:1"
	_, err := s.connector(nil).ListSchemas(context.Background(), &message.ListSchemasRequest{})
	if message.CodeOf(err) != federation.InternalService || !strings.Contains(err.Error(), "check the endpoint") {
		t.Errorf("error %v", err)
	}
}
