package timestream_test

import (
	"context"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation"
	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
)

// TestSplitProperties reads one split. A property that is not as this connector writes it must not be taken for "no bound",
// which would give rows twice.
func TestSplitProperties(t *testing.T) {
	const head = "SELECT \"a\"\nFROM \"d\".\"t\""
	const from, to = `"time" >= TIMESTAMP '2024-01-01 00:00:00.001000000'`, `"time" < TIMESTAMP '2024-01-02 00:00:00.000000000'`
	for _, c := range []struct {
		properties map[string]string
		sql, bad   string
	}{
		{properties: nil, sql: head},
		{properties: map[string]string{"database": "D", "table": "T"}, sql: "SELECT \"a\"\nFROM \"D\".\"T\""},
		{
			properties: map[string]string{"time_column": "time", "time_from": "2024-01-01T00:00:00.001Z", "time_to": "2024-01-02T00:00:00.000Z"},
			sql:        head + "\nWHERE " + from + " AND " + to,
		},
		{properties: map[string]string{"time_column": "time", "time_to": "2024-01-02T00:00:00.000Z", "time_null": "true"}, sql: head + "\nWHERE (\"time\" IS NULL OR " + to + ")"},
		{properties: map[string]string{"column": "b", "values": `["x","y's"]`}, sql: head + "\nWHERE \"b\" IN ('x', 'y''s')"},
		{properties: map[string]string{"column": "b", "values": `["x"]`, "value_null": "true"}, sql: head + "\nWHERE (\"b\" IS NULL OR \"b\" = 'x')"},

		{properties: map[string]string{"time_column": "time", "time_from": ""}, bad: "time_from"},
		{properties: map[string]string{"time_column": "time", "time_from": "yesterday"}, bad: "time_from"},
		{properties: map[string]string{"time_column": "time", "time_from": "2024-01-01T00:00:00.001234Z"}, bad: "time_from"},
		{properties: map[string]string{"time_column": "time", "time_to": "2024-01-01 00:00:00"}, bad: "time_to"},
		{properties: map[string]string{"time_column": "time", "time_to": "2500-01-01T00:00:00.000Z"}, bad: "outside the times"},
		{properties: map[string]string{"time_column": "time", "time_from": "2024-01-02T00:00:00.000Z", "time_to": "2024-01-01T00:00:00.000Z"}, bad: "holds nothing"},
		{properties: map[string]string{"time_column": "time"}, bad: "time_column"},
		{properties: map[string]string{"time_from": "2024-01-01T00:00:00.001Z"}, bad: "time_column"},
		{properties: map[string]string{"time_column": "time", "time_from": "2024-01-01T00:00:00.001Z", "time_null": "TRUE"}, bad: "time_null"},
		{properties: map[string]string{"time_null": "true"}, bad: "time_column"},
		{properties: map[string]string{"column": "b"}, bad: "column"},
		{properties: map[string]string{"column": "b", "values": `[]`}, bad: "column"},
		{properties: map[string]string{"values": `["x"]`}, bad: "column"},
		{properties: map[string]string{"value_null": "true"}, bad: "column"},
		{properties: map[string]string{"column": "b", "values": `["x"`}, bad: "values"},
		{properties: map[string]string{"column": "b", "values": `["x",null]`}, bad: "values"},
		{properties: map[string]string{"column": "b", "values": `["x",1]`}, bad: "values"},
		{properties: map[string]string{"column": "b", "values": `["a\u0000b"]`}, bad: "cannot be written"},
	} {
		s := newService(t)
		if c.sql != "" {
			s.answer(c.sql, []string{"a VARCHAR"}, [][]string{{"v"}})
		}
		schema := arrow.NewSchema([]arrow.Field{{Name: "a", Type: arrow.BinaryTypes.String, Nullable: true}}, nil)
		r := &message.ReadRecordsRequest{TableName: table("d", "t"), Schema: schema, Constraints: predicate.Unconstrained(), Split: message.Split{Properties: c.properties}}
		err := s.connector(nil).ReadRecords(context.Background(), r, writer(t, context.Background(), schema))
		switch {
		case c.sql != "" && err != nil:
			t.Errorf("%v: %v", c.properties, err)
		case c.bad != "" && (message.CodeOf(err) != federation.InvalidInput || !strings.Contains(err.Error(), c.bad) || len(s.asked()) > 0):
			t.Errorf("%v: error %v, want one that names %s", c.properties, err, c.bad)
		}
	}
}
