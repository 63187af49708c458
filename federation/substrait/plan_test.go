package substrait_test

import (
	"strings"
	"testing"

	"athena-timestream/federation/substrait"
	"athena-timestream/internal/golden"
)

// refused are the plans that no connector may obey in part, with what the error has to say. Some of them are legal:
// what they ask for is not known here.
var refused = map[string]string{
	"cast-column-to-timestamp-0": "a cast of a column from timestamp(3) to timestamp(0) is not supported",
	"count-star":                 "Aggregate relations are not supported",
	"distinct":                   "Aggregate relations are not supported",
	"filter-above-limit":         "a filter above a limit is not supported",
	"group-by":                   "Aggregate relations are not supported",
	"having":                     "Aggregate relations are not supported",
	"in-subquery":                "subqueries are not supported, but for IN over a list of constants",
	"made-arity-wrong":           `function "equal" does not take 1 arguments`,
	"made-bigint-against-string": `function "equal": integer64 does not compare with text`,
	"made-empty-condition":       "filter: an expression is missing or of an unknown kind",
	"made-empty-plan":            "a plan has one relation with a root, not 0",
	"made-field-out-of-range":    "filter: field 99 of 9",
	"made-no-relation":           "a plan has one relation with a root, not 0",
	"made-unknown-anchor":        "filter: function anchor 77 is not declared",
	"made-unknown-function":      `function "looks_like" is not supported`,
	"self-join":                  "Join relations are not supported",
	"trim":                       `function "trim" is not supported`,
	"union-all":                  "Set relations are not supported",
	"window":                     "WindowFunction expressions are not supported",
}

type vector struct {
	FilterExpected string
	SubstraitPlan  []byte
}

func vectors(t testing.TB) map[string]vector {
	all := map[string]vector{}
	for _, name := range golden.Names(t, "substrait") {
		if name == "refused-by-isthmus" {
			continue // SQL without plans
		}
		var v vector
		golden.ReadJSON(t, &v, "substrait", name+".json")
		all[name] = v
	}
	return all
}

// TestVectors reads every plan. What the filters mean is shown by the rows they choose, in the embedded Timestream's
// end-to-end tests; here it is what is refused, and the constants that ask for nothing.
func TestVectors(t *testing.T) {
	for name, v := range vectors(t) {
		p, err := substrait.Decode(v.SubstraitPlan)
		want := refused[name]
		switch {
		case want != "":
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: error %v, want %q", name, err, want)
			}
			continue
		case v.FilterExpected == "refuse":
			t.Errorf("%s is not listed as refused", name)
			continue
		case err != nil:
			t.Errorf("%s: %v", name, err)
			continue
		}
		constant, isConstant := p.Filter.(substrait.Literal)
		if all := v.FilterExpected == "none" || strings.HasPrefix(v.FilterExpected, "none ("); all != (isConstant && constant.Value == true) {
			t.Errorf("%s: filter %v for %q", name, p.Filter, v.FilterExpected)
		}
		if len(p.Columns) != 9 || p.Columns[0].Type.Kind != substrait.Timestamp || p.Table[len(p.Table)-1] != "host_metrics" {
			t.Errorf("%s: table %v, columns %v", name, p.Table, p.Columns)
		}
	}
}

func TestOrderAndLimit(t *testing.T) {
	all := vectors(t)
	for name, want := range map[string]struct {
		limit int64
		keys  int
	}{
		"scan-all":                  {substrait.NoLimit, 0},
		"limit":                     {10, 0},
		"limit-zero":                {0, 0},
		"engine-limit-zero":         {0, 0},
		"offset":                    {substrait.NoLimit, 0},
		"order-by":                  {substrait.NoLimit, 0}, // an order without a limit chooses nothing
		"order-limit-offset":        {30, 1},
		"engine-order-limit-offset": {30, 1},
	} {
		p, err := substrait.Decode(all[name].SubstraitPlan)
		if err != nil || p.Limit != want.limit || len(p.Sort) != want.keys {
			t.Errorf("%s: %+v, %v; want %+v", name, p, err, want)
		}
	}
	p, _ := substrait.Decode(all["order-limit-offset"].SubstraitPlan)
	if key, ok := p.Sort[0].Key.(substrait.Column); !ok || key.Name != "cpu" || !p.Sort[0].Descending || !p.Sort[0].NullsFirst {
		t.Errorf("the key is %+v", p.Sort[0])
	}
}

// FuzzDecode: a plan is read or refused, whatever its bytes.
func FuzzDecode(f *testing.F) {
	for _, v := range vectors(f) {
		f.Add(v.SubstraitPlan)
	}
	f.Fuzz(func(t *testing.T, plan []byte) {
		p, err := substrait.Decode(plan)
		if (p == nil) == (err == nil) {
			t.Fatalf("plan %v, error %v", p, err)
		}
		if p != nil && p.Filter == nil {
			t.Fatal("a plan without a filter, which could be taken for all rows")
		}
	})
}
