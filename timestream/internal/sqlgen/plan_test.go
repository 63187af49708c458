package sqlgen_test

import (
	"math"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/predicate"
	"athena-timestream/federation/substrait"
	"athena-timestream/timestream/internal/sqlgen"
)

var (
	integer64 = substrait.Type{Kind: substrait.Int, Bits: 64}
	float64s  = substrait.Type{Kind: substrait.Float, Bits: 64}
	instants  = substrait.Type{Kind: substrait.Timestamp, Precision: 3}
	planN     = substrait.Column{Name: "n", Type: integer64}
	planD     = substrait.Column{Name: "d", Type: float64s}
	planHost  = substrait.Column{Name: "host", Type: substrait.Type{Kind: substrait.Text}}
	planTime  = substrait.Column{Name: "time", Type: instants}
	planDay   = substrait.Column{Name: "day", Type: substrait.Type{Kind: substrait.Date}}
)

func bigints(n int64) substrait.Literal   { return substrait.Literal{Type: integer64, Value: n} }
func doubles(f float64) substrait.Literal { return substrait.Literal{Type: float64s, Value: f} }
func dayNumber(n int64) substrait.Literal { return substrait.Literal{Type: planDay.Type, Value: n} }

func apply(t *testing.T, f substrait.Function, args ...substrait.Expression) substrait.Expression {
	t.Helper()
	e, err := substrait.Apply(f, "", args...)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// planSQL is what a plan adds to a statement.
func planSQL(t *testing.T, p *substrait.Plan) (string, error) {
	t.Helper()
	r, err := selectPlan(p)
	return strings.TrimPrefix(r.SQL, "SELECT \"c\"\nFROM \"db\".\"t\""), err
}

func selectPlan(p *substrait.Plan) (sqlgen.Result, error) {
	return sqlgen.Select(sqlgen.Query{Database: "db", Table: "t", Columns: []sqlgen.Column{{Name: "c"}}, Plan: p})
}

func TestPlanFilter(t *testing.T) {
	for want, filter := range map[string]substrait.Expression{
		// Beside a double, an IN compares integers as doubles, of which 2^53+1 is none.
		`(("n" IN (9007199254740993, 7)) OR ("n" = 1E0))`: apply(t, substrait.Or,
			apply(t, substrait.Equal, planN, bigints(1<<53+1)), apply(t, substrait.Equal, planN, doubles(1)), apply(t, substrait.Equal, planN, bigints(7))),
		`(("d" / (-0E0)) < 0E0)`: apply(t, substrait.Less, apply(t, substrait.Divide, planD, doubles(math.Copysign(0, -1))), doubles(0)),
		// A view computes days before 1970, which have no constant but a timestamp.
		`("day" < TIMESTAMP '1950-01-01 00:00:00.000000000')`:   apply(t, substrait.Less, planDay, dayNumber(-7305)),
		`("time" >= TIMESTAMP '1970-01-03 00:00:00.000000000')`: apply(t, substrait.GreaterOrEqual, planTime, dayNumber(2)),
		`("day" = "day")`:                      apply(t, substrait.Less, planDay, dayNumber(200_000)),
		`(NOT COALESCE(("n" = 5), false))`:     apply(t, substrait.IsDistinctFrom, planN, bigints(5)),
		`(("n" > 5) OR CAST(NULL AS boolean))`: apply(t, substrait.Or, apply(t, substrait.Greater, planN, bigints(5)), substrait.Literal{Type: integer64}),
		`(date_trunc('millisecond', "time") = date_trunc('millisecond', "at"))`: apply(t, substrait.Equal, planTime, substrait.Column{Name: "at", Type: instants}),
	} {
		got, err := planSQL(t, &substrait.Plan{Filter: filter, Limit: substrait.NoLimit})
		if err != nil || got != "\nWHERE "+want {
			t.Errorf("%s, %v\nwant %s", got, err, want)
		}
	}
}

func TestPlanOrder(t *testing.T) {
	key := func(e substrait.Expression) substrait.SortKey { return substrait.SortKey{Key: e} }
	for _, c := range []struct {
		keys []substrait.SortKey
		want string
	}{
		{[]substrait.SortKey{key(bigints(2)), key(planN)}, "\nORDER BY \"n\" ASC NULLS LAST\nLIMIT 5"}, // 2 is no column's place
		{[]substrait.SortKey{key(bigints(2))}, "\nLIMIT 5"},
		{[]substrait.SortKey{key(planN), key(planTime)}, "\nORDER BY \"n\" ASC NULLS LAST, \"time\" ASC NULLS LAST\nLIMIT 5"},
		{[]substrait.SortKey{key(planN), key(planHost)}, ""}, // the two order some texts differently, and the limit would choose other rows
		{[]substrait.SortKey{key(planTime), key(planN)}, ""}, // would have to be cut, which fails before 1970
	} {
		got, err := planSQL(t, &substrait.Plan{Filter: substrait.True, Sort: c.keys, Limit: 5})
		if err != nil || got != c.want {
			t.Errorf("%q, %v; want %q", got, err, c.want)
		}
	}
}

// TestPlanIsBounded nests what is written twice. The statement says nothing of it, the connector evaluates it.
func TestPlanIsBounded(t *testing.T) {
	e := apply(t, substrait.IsDistinctFrom, planN, substrait.Column{Name: "m", Type: integer64})
	for range 60 {
		e = apply(t, substrait.IsDistinctFrom, e, substrait.Column{Name: "ok", Type: substrait.Type{Kind: substrait.Bool}})
	}
	r, err := selectPlan(&substrait.Plan{Filter: e, Limit: 5})
	if err != nil || r.Filter == nil || r.SQL != "SELECT \"c\", \"n\", \"m\", \"ok\"\nFROM \"db\".\"t\"" || len(r.Hidden) != 3 {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestPlanIsDivided: the statement says what it can, the connector evaluates the rest, and no limit counts before it.
func TestPlanIsDivided(t *testing.T) {
	const head = "SELECT \"c\"\nFROM \"db\".\"t\""
	nested := substrait.Column{Name: "list"}
	odd := apply(t, substrait.Equal, planHost, substrait.Literal{Type: planHost.Type, Value: "a\x00"})
	positive := apply(t, substrait.Greater, planN, bigints(0))
	var long []substrait.Expression
	for i := range 40_000 {
		long = append(long, apply(t, substrait.Equal, planN, bigints(int64(i))))
	}
	for name, c := range map[string]struct {
		filter substrait.Expression
		sql    string
		hidden string
		err    string
	}{
		"a text with NUL":              {apply(t, substrait.And, positive, odd), strings.Replace(head, "\"c\"", "\"c\", \"host\"", 1) + "\nWHERE (\"n\" > 0)", "host", ""},
		"beside a condition":           {apply(t, substrait.Or, positive, odd), strings.Replace(head, "\"c\"", "\"c\", \"host\", \"n\"", 1), "host,n", ""},
		"more constants than fit":      {apply(t, substrait.And, apply(t, substrait.Or, long...), apply(t, substrait.IsNull, planD)), strings.Replace(head, "\"c\"", "\"c\", \"n\"", 1) + "\nWHERE (\"d\" IS NULL)", "n", ""},
		"a nested column that is read": {apply(t, substrait.Or, odd, apply(t, substrait.IsNull, substrait.Column{Name: "C"})), strings.Replace(head, "\"c\"", "\"c\", \"host\"", 1), "host", ""},
		"a nested column that is not":  {apply(t, substrait.Or, odd, apply(t, substrait.IsNull, nested)), "", "", "column list is of type other and not among those read"},
	} {
		r, err := selectPlan(&substrait.Plan{Filter: c.filter, Limit: 5})
		var hidden []string
		for _, h := range r.Hidden {
			hidden = append(hidden, h.Name)
		}
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err != nil || r.Filter == nil || r.SQL != c.sql || strings.Join(hidden, ",") != c.hidden || r.LimitReason == "" {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
}

// TestOfferedTimes: date_trunc fails before 1970, and Athena would not.
func TestOfferedTimes(t *testing.T) {
	at := predicate.Variable{Name: "at", Type: arrow.FixedWidthTypes.Date64}
	seen := predicate.Variable{Name: "seen", Type: arrow.FixedWidthTypes.Date64}
	k := predicate.Constant{Type: arrow.FixedWidthTypes.Date64, Values: []predicate.Value{int64(5)}}
	boolean := arrow.FixedWidthTypes.Boolean
	for name, e := range map[string]predicate.Expression{
		"null if": predicate.Call{Function: predicate.IsNull, Type: boolean, Args: []predicate.Expression{
			predicate.Call{Function: predicate.NullIf, Type: arrow.FixedWidthTypes.Date64, Args: []predicate.Expression{at, k}},
		}},
		"in": predicate.Call{Function: predicate.In, Type: boolean, Args: []predicate.Expression{
			at, predicate.Call{Function: predicate.Array, Args: []predicate.Expression{seen, k}},
		}},
		"equal": predicate.Call{Function: predicate.Equal, Type: boolean, Args: []predicate.Expression{at, seen}},
	} {
		r, err := sqlgen.Select(sqlgen.Query{
			Database: "db", Table: "t", Constraints: &predicate.Constraints{Expressions: []predicate.Expression{e}, Limit: 3},
		})
		if err != nil || len(r.Left) != 1 || r.Limit != predicate.NoLimit || strings.Contains(r.SQL, "date_trunc") {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
}
