package timestream_test

import (
	"strings"
	"testing"

	"athena-timestream/federation"
	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
	"athena-timestream/internal/golden"
	"athena-timestream/timestream"
)

// TestUnboundedIsRefused: the error says what to write.
func TestUnboundedIsRefused(t *testing.T) {
	summary := func(c ...predicate.Column) *predicate.Constraints {
		return &predicate.Constraints{Limit: predicate.NoLimit, Summary: c}
	}
	for name, c := range map[string]struct {
		view        string
		constraints *predicate.Constraints
		refused     bool
	}{
		"nothing":       {constraints: nil, refused: true},
		"an end":        {constraints: summary(where(t, "time", until(day))), refused: true},
		"another":       {constraints: summary(where(t, "seen", since(day))), refused: true},
		"a limit":       {constraints: &predicate.Constraints{Limit: 10}, refused: true},
		"a begin":       {constraints: summary(where(t, "time", since(999*day)))},
		"a point":       {constraints: summary(where(t, "time", predicate.Point(int64(0))))},
		"nanoseconds":   {constraints: summary(where(t, "time_nanos", predicate.AtLeast(int64(5))))},
		"no row":        {constraints: summary(where(t, "host"))},
		"a view":        {view: "SELECT 1"},
		"a plan":        {constraints: planned(t, "engine-in-varchar.json"), refused: true},
		"a plan's time": {constraints: planned(t, "timestamp-between.json")},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t)
			s.show(map[string][]string{"D": {"T"}})
			connector := s.connector(nil)
			connector.Splits.Unbounded = timestream.RefuseUnbounded
			described := &message.GetTableResponse{TableName: table("d", "t"), Schema: splitSchema(c.view)}
			engine := athena(t, connector)
			layout, err := engine.GetTableLayout(t.Context(), described, c.constraints)
			if err != nil {
				t.Fatal(err)
			}
			_, err = engine.GetSplits(t.Context(), described, layout, c.constraints)
			if !c.refused {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if message.CodeOf(err) != federation.InvalidInput {
				t.Fatalf("code %s of %v", message.CodeOf(err), err)
			}
			for _, text := range []string{"D.T", "time > now() - interval '1' day", "unbounded_queries"} {
				if !strings.Contains(err.Error(), text) {
					t.Errorf("%q says nothing of %q", err, text)
				}
			}
		})
	}
}

func planned(t *testing.T, file string) *predicate.Constraints {
	t.Helper()
	var v struct{ SubstraitPlan []byte }
	golden.ReadJSON(t, &v, "substrait", file)
	return &predicate.Constraints{Limit: predicate.NoLimit, Plan: &predicate.QueryPlan{Plan: v.SubstraitPlan}}
}
