package sqlgen_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/predicate"
	"athena-timestream/timestream/internal/sqlgen"
)

// serviceLimit is the longest statement that the service takes, in bytes.
const serviceLimit = 256 << 10

func manyHosts(t *testing.T, n int) predicate.Column {
	t.Helper()
	values := make([]predicate.Value, n)
	for i := range values {
		values[i] = fmt.Sprintf("host-%06d", i)
	}
	set, err := predicate.NewEquatableValueSet(arrow.BinaryTypes.String, true, false, values...)
	if err != nil {
		t.Fatal(err)
	}
	return predicate.Column{Name: "host", Set: set}
}

func manyTimes(t *testing.T, n int, null bool) predicate.Column {
	t.Helper()
	ranges := make([]predicate.Range, n)
	for i := range ranges {
		ranges[i] = predicate.Point(int64(1_700_000_000_000 + i*60_000))
	}
	set, err := predicate.NewSortedRangeSet(arrow.FixedWidthTypes.Date64, null, ranges...)
	if err != nil {
		t.Fatal(err)
	}
	return predicate.Column{Name: "time", Set: set}
}

func TestLongConditions(t *testing.T) {
	from, to := "TIMESTAMP '2023-11-14 22:13:20.000000000'", "TIMESTAMP '2023-11-21 20:52:20.001000000'"
	cases := map[string]struct {
		summary []predicate.Column
		where   string // of the condition that was shortened, "" if nothing is said
		reasons int
	}{
		"a list that fits":      {summary: []predicate.Column{manyHosts(t, 10_000)}, where: "many"},
		"a list that does not":  {summary: []predicate.Column{manyHosts(t, 20_000)}, reasons: 1},
		"ranges become a span":  {summary: []predicate.Column{manyTimes(t, 10_000, false)}, where: `"time" >= ` + from + ` AND "time" < ` + to, reasons: 1},
		"null stays wanted":     {summary: []predicate.Column{manyTimes(t, 10_000, true)}, where: `("time" IS NULL OR ("time" >= ` + from + ` AND "time" < ` + to + `))`, reasons: 1},
		"the longest one gives": {summary: []predicate.Column{manyTimes(t, 10, false), manyHosts(t, 20_000)}, where: "many", reasons: 1},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			r, err := sqlgen.Select(sqlgen.Query{Database: "d", Table: "t", Columns: []sqlgen.Column{{Name: "a"}}, Constraints: &predicate.Constraints{Summary: c.summary, Limit: 5}})
			if err != nil {
				t.Fatal(err)
			}
			if len(r.SQL) > serviceLimit {
				t.Errorf("%d bytes", len(r.SQL))
			}
			_, where, _ := strings.Cut(r.SQL, "\nWHERE ")
			if c.where != "many" && where != c.where {
				t.Errorf("WHERE %.300s, want %s", where, c.where)
			}
			if c.where == "many" && len(where) < 500 {
				t.Errorf("WHERE %.300s", where)
			}
			reasons := 0
			for _, col := range r.Columns {
				if !col.Exact() {
					reasons++
				}
			}
			if reasons != c.reasons || (reasons > 0) != (r.LimitReason != "") {
				t.Errorf("%d conditions are not exact, limit: %q", reasons, r.LimitReason)
			}
		})
	}
}
