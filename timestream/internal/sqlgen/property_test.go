package sqlgen_test

import (
	"math"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"pgregory.net/rapid"

	"athena-timestream/federation/predicate"
	"athena-timestream/timestream/internal/sqlgen"
)

// column is a type with values worth trying, in Athena's form and in the service's.
type column struct {
	dataType arrow.DataType
	view     bool // read from a view: computed doubles may be NaN
	values   *rapid.Generator[predicate.Value]
	// stored are the values of the service that Athena sees as v.
	stored func(t *rapid.T, v predicate.Value) any
}

var one = func(_ *rapid.T, v predicate.Value) any { return v }

func anyOf[T any](values ...T) *rapid.Generator[predicate.Value] {
	return rapid.Map(rapid.SampledFrom(values), func(v T) predicate.Value { return v })
}

var columns = map[string]column{
	"varchar": {arrow.BinaryTypes.String, false, rapid.Map(rapid.StringOfN(
		rapid.SampledFrom([]rune("ab'\"é\ud7ff\ue000\uffff😀\U0010ffff")), 0, 3, -1), func(s string) predicate.Value { return s }), one},
	"bigint":  {arrow.PrimitiveTypes.Int64, false, anyOf[int64](math.MinInt64, math.MinInt64+1, -2, -1, 0, 1, 2, 3, 1<<40, math.MaxInt64-1, math.MaxInt64), one},
	"integer": {arrow.PrimitiveTypes.Int32, false, anyOf[int64](math.MinInt32, -1, 0, 1, 2, math.MaxInt32), one},
	"boolean": {arrow.FixedWidthTypes.Boolean, false, anyOf(true, false), one},
	"double": {arrow.PrimitiveTypes.Float64, false, anyOf(math.Inf(-1), -math.MaxFloat64, -1.5, math.Copysign(0, -1), 0, 5e-324, 0.1, 1,
		123456789.123456789, math.MaxFloat64, math.Inf(1)), one},
	"computed double": {arrow.PrimitiveTypes.Float64, true, anyOf(math.Inf(-1), -math.MaxFloat64, -1.5, math.Copysign(0, -1), 0, 1,
		math.MaxFloat64, math.Inf(1), math.NaN()), one},
	"date": {
		arrow.FixedWidthTypes.Date32, false, anyOf[int64](-1, 0, 1, 2, 19000, 106750, 106751, 106752, math.MaxInt32),
		func(_ *rapid.T, v predicate.Value) any { return time.Unix(v.(int64)*86400, 0).UTC() },
	},
	"timestamp": {
		arrow.FixedWidthTypes.Date64, false, anyOf[int64](math.MinInt64, -9223372036001, -9223372036000, -1, 0, 1, 2, 3,
			1700000000123, 1700000000124, 9223372036853, 9223372036854, 9223372036855, math.MaxInt64),
		func(t *rapid.T, v predicate.Value) any {
			inside := rapid.SampledFrom([]int64{0, 1, 456789, 999999}).Draw(t, "nanoseconds")
			return time.UnixMilli(v.(int64)).UTC().Add(time.Duration(inside))
		},
	},
}

// holds says whether a column of the service can hold the value: no more is promised.
func holds(t arrow.DataType, v any) bool {
	at, ok := v.(time.Time)
	if !ok {
		return true
	}
	least := time.Unix(0, 0)
	if t.ID() == arrow.DATE64 {
		least = time.Unix(-9223372036, 0)
	}
	return !at.Before(least) && !at.After(time.Unix(0, math.MaxInt64))
}

// TestNeverNarrower checks the package's promise: whatever a set holds, the SQL accepts; and if the report says the SQL
// is exact, it accepts nothing else.
func TestNeverNarrower(t *testing.T) {
	for name, c := range columns {
		t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
			set := drawSet(t, c)
			q := sqlgen.Query{Database: "d", Table: "t", Constraints: &predicate.Constraints{Limit: predicate.NoLimit, Summary: []predicate.Column{{Name: "c", Set: set}}}}
			if c.view {
				q.View = "SELECT 1"
			}
			r, err := sqlgen.Select(q)
			if err != nil {
				t.Fatal(err)
			}
			value := rapid.Custom(func(t *rapid.T) predicate.Value {
				if rapid.IntRange(0, 9).Draw(t, "null") == 0 {
					return nil
				}
				return c.values.Draw(t, "value")
			}).Draw(t, "row")
			stored := any(nil)
			if value != nil {
				stored = c.stored(t, value)
			}
			if stored != nil && !holds(c.dataType, stored) {
				t.Skip("outside the service's range")
			}
			got := !r.None
			if got {
				if got, err = where(r.SQL, stored); err != nil {
					t.Fatal(err)
				}
			}
			want := set.Contains(value)
			if want && !got {
				t.Fatalf("%v is in the set but not in %s", stored, r.SQL)
			}
			if got && !want && r.Columns[0].Exact() {
				t.Fatalf("%v is not in the set, but in %s", stored, r.SQL)
			}
		}))
	}
}

func drawSet(t *rapid.T, c column) predicate.ValueSet {
	null := rapid.Bool().Draw(t, "null allowed")
	switch rapid.SampledFrom([]string{"ranges", "ranges", "list", "except", "all or none"}).Draw(t, "kind") {
	case "list", "except":
		white := rapid.Bool().Draw(t, "white list")
		values := rapid.SliceOfN(c.values, 0, 4).Draw(t, "values")
		set, err := predicate.NewEquatableValueSet(c.dataType, white, null, values...)
		if err != nil {
			t.Fatal(err)
		}
		return set
	case "all or none":
		return predicate.NewAllOrNoneValueSet(c.dataType, rapid.Bool().Draw(t, "all"), null)
	}
	ranges := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) predicate.Range { return drawRange(t, c) }), 0, 4).Draw(t, "ranges")
	set, err := predicate.NewSortedRangeSet(c.dataType, null, ranges...)
	if err != nil {
		t.Fatal(err)
	}
	if rapid.Bool().Draw(t, "complement") {
		rest, err := predicate.Complement(set)
		if err != nil {
			t.Fatal(err)
		}
		return rest
	}
	return set
}

func drawRange(t *rapid.T, c column) predicate.Range {
	a := c.values.Draw(t, "bound")
	build := []func(predicate.Value) predicate.Range{predicate.Point, predicate.AtLeast, predicate.AtMost, predicate.GreaterThan, predicate.LessThan}
	kind := rapid.IntRange(0, len(build)).Draw(t, "range")
	if kind < len(build) {
		return build[kind](a)
	}
	b := c.values.Draw(t, "other bound")
	order, err := predicate.Compare(c.dataType, a, b)
	if err != nil {
		t.Fatal(err)
	}
	if order > 0 {
		a, b = b, a
	}
	if order == 0 {
		return predicate.Point(a)
	}
	r := predicate.Range{Low: predicate.Marker{Value: a, Bound: predicate.Exactly}, High: predicate.Marker{Value: b, Bound: predicate.Exactly}}
	if rapid.Bool().Draw(t, "low open") {
		r.Low.Bound = predicate.Above
	}
	if rapid.Bool().Draw(t, "high open") {
		r.High.Bound = predicate.Below
	}
	return r
}
