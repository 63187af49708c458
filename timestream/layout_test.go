package timestream_test

import (
	"slices"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation"
	"athena-timestream/federation/block"
	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
)

// A layout has one row whatever the constraints, and its column is none of the table's.
func TestLayout(t *testing.T) {
	text := func(names ...string) *arrow.Schema {
		var fields []arrow.Field
		for _, n := range names {
			fields = append(fields, arrow.Field{Name: n, Type: arrow.BinaryTypes.String, Nullable: true})
		}
		return arrow.NewSchema(fields, nil)
	}
	for column, schema := range map[string]*arrow.Schema{
		"timestream$read": text("a"), "timestream$read$$": text("a", "timestream$read", "timestream$read$"),
	} {
		s := newService(t)
		s.show(map[string][]string{"D": {"T"}})
		described := &message.GetTableResponse{TableName: table("d", "t"), Schema: schema}
		constraints := predicate.Unconstrained()
		for _, f := range schema.Fields() {
			constraints.Summary = append(constraints.Summary, predicate.Column{Name: f.Name, Set: predicate.None(f.Type)})
		}
		layout, err := athena(t, s.connector(nil)).GetTableLayout(t.Context(), described, constraints)
		if err != nil {
			t.Fatal(err)
		}
		if layout.NumRows() != 1 || layout.Schema.NumFields() != 1 || layout.Schema.Field(0).Name != column {
			t.Errorf("layout of %s: %d rows of %s", schema, layout.NumRows(), layout.Schema)
		}
	}
}

// A table that the service does not tell of keeps Athena's name.
func TestLayoutOfUnknownTable(t *testing.T) {
	for name, prepare := range map[string]func(*service){
		"missing": func(s *service) { s.show(map[string][]string{"d": {"other"}}) },
		"denied": func(s *service) {
			s.fail("Query", apiError{403, "AccessDeniedException", "no"})
			s.fail("ListDatabases", apiError{403, "AccessDeniedException", "no"})
		},
	} {
		s := newService(t)
		prepare(s)
		described := &message.GetTableResponse{TableName: table("d", "t"), Schema: arrow.NewSchema(nil, nil)}
		splits := splitsOf(t, s.connector(nil), described, nil)
		if len(splits) != 1 || splits[0]["database"] != "d" || splits[0]["table"] != "t" {
			t.Errorf("%s: splits %v", name, splits)
		}
	}
}

func TestForeignLayouts(t *testing.T) {
	layout := func(f arrow.Field, values ...any) *block.Block {
		b, err := block.NewBuilder(arrow.NewSchema([]arrow.Field{f}, nil))
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range values {
			if err := block.AppendValue(b.Column(0), v); err != nil {
				t.Fatal(err)
			}
		}
		r, err := b.Record()
		if err != nil {
			t.Fatal(err)
		}
		return &block.Block{Schema: b.Schema(), Records: r}
	}
	text := arrow.Field{Name: "timestream$read", Type: arrow.BinaryTypes.String, Nullable: true}
	for name, partitions := range map[string]*block.Block{
		"none":         nil,
		"no rows":      layout(text),
		"two rows":     layout(text, "{}", "{}"),
		"partitionId":  layout(arrow.Field{Name: "partitionId", Type: arrow.PrimitiveTypes.Int32}, int64(1)),
		"null":         layout(text, nil),
		"no JSON":      layout(text, "x"),
		"no schema":    layout(text, `{"database":"d","table":"t"}`),
		"broken bytes": layout(text, `{"database":"d","table":"t","schema":"AAAA"}`),
	} {
		s := newService(t)
		_, _, err := s.connector(nil).GetSplits(t.Context(), &message.GetSplitsRequest{TableName: table("d", "t"), Partitions: partitions})
		if message.CodeOf(err) != federation.InvalidInput || len(s.asked()) > 0 {
			t.Errorf("%s: error %v, asked %v", name, err, slices.Clip(s.asked()))
		}
	}
}
