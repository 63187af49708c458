package timestream_test

import (
	"context"
	"reflect"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"
	"google.golang.org/protobuf/proto"

	"athena-timestream/federation"
	"athena-timestream/federation/block"
	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
	"athena-timestream/internal/golden"
)

// TestPlanOnRows: what the statement cannot say of a plan's filter, the connector applies to the rows, whatever columns
// Athena wants of them. The plan is region = 'eu' AND host = 'a' AND cpu > 1 AND requests < 5 AND ok.
func TestPlanOnRows(t *testing.T) {
	var v struct{ SubstraitPlan []byte }
	golden.ReadJSON(t, &v, "substrait", "engine-and-many.json")
	const from = "\nFROM \"metrics\".\"host_metrics\"\nWHERE (\"cpu\" > 1E0)\n  AND (\"requests\" < 5)\n  AND \"ok\""
	rows := [][]string{ // host, region, cpu, requests, ok, note
		{"a", "eu", "1.5", "4", "true", "first"},
		{"b", "eu", "1.5", "4", "true", "another host"},
		{"null", "eu", "1.5", "4", "true", "no host"},
		{"a", "us", "1.5", "4", "true", "another region"},
		{"a", "eu", "2.5", "-1", "true", "last"},
	}
	types := []string{"Host VARCHAR", "region VARCHAR", "cpu DOUBLE", "requests BIGINT", "ok BOOLEAN", "note VARCHAR"}
	const query = "SELECT Host, region, cpu, requests, ok, note FROM metrics.raw"
	for _, c := range []struct {
		columns, passthrough, sql string
		answer                    []int // columns of the answer
		want                      [][]any
	}{
		{"note", "", "SELECT \"note\", \"region\", \"Host\"" + from, []int{5, 1, 0}, [][]any{{"first"}, {"last"}}},
		{"host,note,region", "", "SELECT \"Host\", \"note\", \"region\"" + from, []int{0, 5, 1}, [][]any{{"a", "first", "eu"}, {"a", "last", "eu"}}},
		{"", "", "SELECT \"region\", \"Host\"" + from, []int{1, 0}, [][]any{{}, {}}}, // for their number only
		{"note", query, query, []int{0, 1, 2, 3, 4, 5}, [][]any{{"first"}, {"last"}}},
		{"region,ok", query, query, []int{0, 1, 2, 3, 4, 5}, [][]any{{"eu", true}, {"eu", true}}},
	} {
		s := newService(t)
		infos := make([]string, len(c.answer))
		cut := make([][]string, len(rows))
		for i, column := range c.answer {
			infos[i] = types[column]
			for j, row := range rows {
				cut[j] = append(cut[j], row[column])
			}
		}
		s.answer(c.sql, infos, cut[:3], nil, cut[3:])
		r, schema := planRequest(t, v.SubstraitPlan, c.columns, c.passthrough)
		w := writer(t, context.Background(), schema)
		if err := s.connector(nil).ReadRecords(context.Background(), r, w); err != nil {
			t.Errorf("%s: %v", c.columns, err)
			continue
		}
		result, err := w.Finish()
		if err != nil {
			t.Fatal(err)
		}
		got := [][]any{}
		for row := range int(result.Inline.Records.NumRows()) {
			values := []any{}
			for i := range schema.NumFields() {
				values = append(values, block.ValueAt(result.Inline.Records.Column(i), row))
			}
			got = append(got, values)
		}
		if !reflect.DeepEqual(got, c.want) || result.Stats.Rows != int64(len(c.want)) {
			t.Errorf("%s: %v (%d rows), want %v", c.columns, got, result.Stats.Rows, c.want)
		}
	}
}

// TestDroppedRowLeavesNothing: a null behind a dropped row's nested value is a null.
func TestDroppedRowLeavesNothing(t *testing.T) {
	var v struct{ SubstraitPlan []byte }
	golden.ReadJSON(t, &v, "substrait", "engine-and-true.json") // region = 'eu'
	const query = "SELECT region, note FROM metrics.raw"
	s := newService(t)
	s.pages[query] = []string{`"ColumnInfo":[{"Name":"region","Type":{"ScalarType":"VARCHAR"}},{"Name":"note","Type":{"ArrayColumnInfo":{"Type":{"ScalarType":"BIGINT"}}}}],"Rows":[` +
		`{"Data":[{"ScalarValue":"us"},{"ArrayValue":[{"ScalarValue":"7"},{"ScalarValue":"8"}]}]},{"Data":[{"ScalarValue":"eu"},{"NullValue":true}]},` +
		`{"Data":[{"ScalarValue":"us"},{"ArrayValue":[{"NullValue":true}]}]},{"Data":[{"ScalarValue":"eu"},{"ArrayValue":[]}]}]`}
	r, _ := planRequest(t, v.SubstraitPlan, "region", query)
	schema := arrow.NewSchema([]arrow.Field{{Name: "tags", Type: arrow.ListOf(arrow.PrimitiveTypes.Int64), Nullable: true}}, nil)
	metadata := arrow.NewMetadata([]string{"timestream.columns"}, []string{`{"tags":{"name":"note"}}`})
	r.Schema = arrow.NewSchema(schema.Fields(), &metadata)
	r.Constraints.Plan.Plan = withColumn(t, v.SubstraitPlan, "tags")
	w := writer(t, context.Background(), r.Schema)
	if err := s.connector(nil).ReadRecords(context.Background(), r, w); err != nil {
		t.Fatal(err)
	}
	result, err := w.Finish()
	if err != nil {
		t.Fatal(err)
	}
	tags := result.Inline.Records.Column(0)
	if tags.Len() != 2 || block.ValueAt(tags, 0) != nil || !reflect.DeepEqual(block.ValueAt(tags, 1), []any{}) {
		t.Errorf("%v", tags)
	}
}

// withColumn gives the plan's table one more column, of a type that nothing is known of.
func withColumn(t *testing.T, wire []byte, name string) []byte {
	t.Helper()
	var plan pb.Plan
	if err := proto.Unmarshal(wire, &plan); err != nil {
		t.Fatal(err)
	}
	read := plan.GetRelations()[0].GetRoot().GetInput().GetFilter().GetInput().GetRead()
	list := &pb.Type{Kind: &pb.Type_List_{List: &pb.Type_List{Type: &pb.Type{Kind: &pb.Type_I64_{I64: &pb.Type_I64{}}}}}}
	read.BaseSchema.Names = append(read.BaseSchema.Names, name)
	read.BaseSchema.Struct.Types = append(read.BaseSchema.Struct.Types, list)
	out, err := proto.Marshal(&plan)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// planRequest reads columns of the vectors' table, of which Host and region are text for Athena only.
func planRequest(t *testing.T, plan []byte, columns, passthrough string) (*message.ReadRecordsRequest, *arrow.Schema) {
	t.Helper()
	var fields []arrow.Field
	for _, name := range strings.FieldsFunc(columns, func(r rune) bool { return r == ',' }) {
		f := arrow.Field{Name: name, Type: arrow.BinaryTypes.String, Nullable: true}
		if name == "ok" {
			f.Type = arrow.FixedWidthTypes.Boolean
		}
		fields = append(fields, f)
	}
	metadata := arrow.NewMetadata([]string{"timestream.columns"}, []string{`{"host":{"name":"Host","shown":true},"region":{"shown":true}}`})
	schema := arrow.NewSchema(fields, &metadata)
	constraints := &predicate.Constraints{Limit: predicate.NoLimit, Plan: &predicate.QueryPlan{Plan: plan}}
	if passthrough != "" {
		constraints.Passthrough = map[string]string{"schemaFunctionName": "SYSTEM.QUERY", "QUERY": passthrough}
	}
	return &message.ReadRecordsRequest{TableName: table("metrics", "host_metrics"), Schema: schema, Constraints: constraints}, schema
}

// TestPlanFailsOnRows: a filter that cannot be evaluated on a row ends the read, as it would end the engine's query.
func TestPlanFailsOnRows(t *testing.T) {
	var v struct{ SubstraitPlan []byte }
	golden.ReadJSON(t, &v, "substrait", "add.json") // requests + 1 > 10
	s := newService(t)
	const query = "SELECT note, requests FROM metrics.raw"
	s.answer(query, []string{"note VARCHAR", "requests BIGINT"}, [][]string{{"x", "10"}, {"y", "9223372036854775807"}})
	r, schema := planRequest(t, v.SubstraitPlan, "note", query)
	err := s.connector(nil).ReadRecords(context.Background(), r, writer(t, context.Background(), schema))
	if message.CodeOf(err) != federation.InvalidInput || !strings.Contains(err.Error(), "evaluate the filter of the query plan on a row: an integer overflows") {
		t.Errorf("error %v", err)
	}
}
