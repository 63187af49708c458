package sqlgen_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"athena-timestream/federation/predicate"
	"athena-timestream/timestream/internal/sqlgen"
)

// TestSlicesHoldEachRowOnce cuts a read at random times, and a column's values into random groups: of the slices, exactly one
// accepts a row that the whole read accepts, and none another row.
func TestSlicesHoldEachRowOnce(t *testing.T) {
	for name, draw := range map[string]func(*rapid.T, predicate.ValueSet) []sqlgen.Slice{"timestamp": drawSpans, "varchar": drawGroups} {
		c := columns[name]
		t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
			set := drawSet(t, c)
			parts := draw(t, set)
			var stored any
			if rapid.IntRange(0, 9).Draw(t, "null") > 0 {
				if stored = c.stored(t, c.values.Draw(t, "value")); !holds(c.dataType, stored) {
					t.Skip("outside the service's range")
				}
			}
			want := 0
			if accepts(t, set, sqlgen.Slice{}, stored) {
				want = 1
			}
			got := 0
			for _, p := range parts {
				if accepts(t, set, p, stored) {
					got++
				}
			}
			if got != want {
				t.Fatalf("%v is in %d of %d slices of %v, want %d", stored, got, len(parts), set, want)
			}
		}))
	}
}

func accepts(t *rapid.T, set predicate.ValueSet, slice sqlgen.Slice, stored any) bool {
	r, err := sqlgen.Select(sqlgen.Query{
		Database: "d", Table: "t", Slice: slice,
		Constraints: &predicate.Constraints{Limit: predicate.NoLimit, Summary: []predicate.Column{{Name: "c", Set: set}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if r.None {
		return false
	}
	got, err := where(r.SQL, stored)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func drawSpans(t *rapid.T, _ predicate.ValueSet) []sqlgen.Slice {
	inside := columns["timestamp"].values.Filter(func(v predicate.Value) bool { return v.(int64) >= sqlgen.MinMillis && v.(int64) <= sqlgen.MaxMillis })
	var cuts []int64
	for _, v := range rapid.SliceOfN(inside, 1, 5).Draw(t, "cuts") {
		cuts = append(cuts, v.(int64))
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	var out []sqlgen.Slice
	for i := range len(cuts) + 1 {
		s := sqlgen.Span{Column: "c", Null: i == 0}
		if i > 0 {
			s.From = &cuts[i-1]
		}
		if i < len(cuts) {
			s.To = &cuts[i]
		}
		out = append(out, sqlgen.Slice{Span: s})
	}
	return out
}

// drawGroups deals the points of a set, if it has points only, into groups.
func drawGroups(t *rapid.T, set predicate.ValueSet) []sqlgen.Slice {
	values, ok := sqlgen.Points(set)
	if !ok || len(values) == 0 {
		return []sqlgen.Slice{{}}
	}
	groups := make([]sqlgen.Slice, rapid.IntRange(1, 4).Draw(t, "groups"))
	for i := range groups {
		groups[i].Some.Column = "c"
	}
	groups[len(groups)-1].Some.Null = set.NullAllowed()
	for _, v := range values {
		s := &groups[rapid.IntRange(0, len(groups)-1).Draw(t, "group")].Some
		s.Values = append(s.Values, v)
	}
	return slices.DeleteFunc(groups, func(s sqlgen.Slice) bool { return len(s.Some.Values) == 0 && !s.Some.Null })
}

// A slice is said in full in however long a statement; one that is too long by itself is an error.
func TestLongSlices(t *testing.T) {
	from := int64(1_700_000_000_000)
	q := sqlgen.Query{
		Database: "d", Table: "t", Slice: sqlgen.Slice{Span: sqlgen.Span{Column: "time", From: &from}, Some: sqlgen.Some{Column: "host"}},
		Constraints: &predicate.Constraints{Limit: predicate.NoLimit, Summary: []predicate.Column{manyHosts(t, 20_000), manyTimes(t, 10_000, false)}},
	}
	q.Slice.Some.Values = hostNames(t, q.Constraints.Summary[0].Set, 10_000)
	r, err := sqlgen.Select(q)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(r.SQL, "'host-009999')") || !strings.Contains(r.SQL, `"time" >= TIMESTAMP '2023-11-14 22:13:20.000000000'`) || len(r.SQL) > serviceLimit {
		t.Errorf("%d bytes: %.300s", len(r.SQL), r.SQL)
	}
	if r.Columns[1].Exact() {
		t.Error("the times are said exactly, which leaves nothing of the test")
	}
	q.Slice.Some.Values = hostNames(t, q.Constraints.Summary[0].Set, 20_000)
	if _, err := sqlgen.Select(q); err == nil || !strings.Contains(err.Error(), "256 KB") {
		t.Errorf("error %v", err)
	}
}

func hostNames(t *testing.T, set predicate.ValueSet, n int) []string {
	t.Helper()
	values, ok := sqlgen.Points(set)
	if !ok || len(values) < n {
		t.Fatalf("%d values", len(values))
	}
	return values[:n]
}
