package predicate_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"pgregory.net/rapid"

	"athena-timestream/federation/predicate"
)

// domain is a type and a handful of its values, few enough that random sets meet at their ends.
type domain struct {
	dataType arrow.DataType
	values   []predicate.Value
}

var listOfInt = arrow.ListOf(arrow.PrimitiveTypes.Int64)

var domains = map[string]domain{
	"bigint":  {arrow.PrimitiveTypes.Int64, []predicate.Value{int64(math.MinInt64), int64(-1), int64(0), int64(1), int64(2), int64(math.MaxInt64)}},
	"double":  {arrow.PrimitiveTypes.Float64, []predicate.Value{math.Inf(-1), math.Copysign(0, -1), 0.0, 1.5, math.Inf(1), math.NaN()}},
	"varchar": {arrow.BinaryTypes.String, []predicate.Value{"", "a", "ab", "b", "\uFFFF", "\U0001F600", "\uE000"}},
	"bit":     {arrow.FixedWidthTypes.Boolean, []predicate.Value{false, true}},
	"binary":  {arrow.BinaryTypes.Binary, []predicate.Value{[]byte{}, []byte{0}, []byte{0, 1}, []byte{0xFF}}},
	"decimal": {&arrow.Decimal128Type{Precision: 38, Scale: 2}, []predicate.Value{
		decimal128.FromI64(-100), decimal128.FromI64(0), decimal128.FromI64(1), decimal128.GetMaxValue(38),
	}},
	"zoned": {&arrow.TimestampType{Unit: arrow.Millisecond, TimeZone: "UTC"}, []predicate.Value{
		predicate.Pack(-1, 0), predicate.Pack(0, 0), predicate.Pack(0, 1170), predicate.Pack(0, 1847), predicate.Pack(1, 0), predicate.Pack(0, 4095),
	}},
	"list": {listOfInt, []predicate.Value{
		[]predicate.Value{}, []predicate.Value{nil}, []predicate.Value{int64(1)}, []predicate.Value{int64(1), int64(2)}, []predicate.Value{int64(2)},
	}},
	"map": {arrow.MapOf(arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int64), []predicate.Value{
		[]predicate.MapEntry{}, []predicate.MapEntry{{"a", int64(1)}, {"b", nil}}, []predicate.MapEntry{{"b", nil}},
	}},
	"struct": {arrow.StructOf(arrow.Field{Name: "x", Type: arrow.PrimitiveTypes.Int64}, arrow.Field{Name: "y", Type: listOfInt}), []predicate.Value{
		[]predicate.Value{nil, nil}, []predicate.Value{int64(1), nil}, []predicate.Value{int64(1), []predicate.Value{int64(0)}},
	}},
}

func (d domain) value() *rapid.Generator[predicate.Value] { return rapid.SampledFrom(d.values) }

// set draws a set of any kind.
func (d domain) set() *rapid.Generator[predicate.ValueSet] {
	return rapid.Custom(func(t *rapid.T) predicate.ValueSet {
		nullAllowed := rapid.Bool().Draw(t, "null allowed")
		var set predicate.ValueSet
		var err error
		switch rapid.IntRange(0, 2).Draw(t, "kind") {
		case 0:
			set = predicate.NewAllOrNoneValueSet(d.dataType, rapid.Bool().Draw(t, "all"), nullAllowed)
		case 1:
			values := rapid.SliceOfN(d.value(), 0, 4).Draw(t, "values")
			set, err = predicate.NewEquatableValueSet(d.dataType, rapid.Bool().Draw(t, "white"), nullAllowed, values...)
		default:
			ranges := rapid.SliceOfN(d.rangeOf(), 0, 4).Draw(t, "ranges")
			set, err = predicate.NewSortedRangeSet(d.dataType, nullAllowed, ranges...)
		}
		if err != nil {
			t.Fatal(err)
		}
		return set
	})
}

// rangeOf draws a valid range.
func (d domain) rangeOf() *rapid.Generator[predicate.Range] {
	return rapid.Custom(func(t *rapid.T) predicate.Range {
		r := predicate.Everything()
		if rapid.Bool().Draw(t, "low bounded") {
			r.Low = predicate.Marker{Value: d.value().Draw(t, "low"), Bound: rapid.SampledFrom([]predicate.Bound{predicate.Exactly, predicate.Above}).Draw(t, "low bound")}
		}
		if rapid.Bool().Draw(t, "high bounded") {
			r.High = predicate.Marker{Value: d.value().Draw(t, "high"), Bound: rapid.SampledFrom([]predicate.Bound{predicate.Exactly, predicate.Below}).Draw(t, "high bound")}
		}
		if r.Low.Unbounded() || r.High.Unbounded() {
			return r
		}
		switch c, err := predicate.Compare(d.dataType, r.Low.Value, r.High.Value); {
		case err != nil:
			t.Fatal(err)
		case c > 0:
			r.Low.Value, r.High.Value = r.High.Value, r.Low.Value
		case c == 0:
			return predicate.Point(r.Low.Value)
		}
		return r
	})
}

// Membership in a union, intersection or complement is what logic makes of membership in the operands, whatever their
// kinds; and results of range sets are sorted with gaps between their ranges.
func TestAlgebraIsBoolean(t *testing.T) {
	for name, d := range domains {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				a, b := d.set().Draw(t, "a"), d.set().Draw(t, "b")
				union := must(predicate.Union(a, b))(t)
				both := must(predicate.Intersect(a, b))(t)
				not := must(predicate.Complement(a))(t)
				twice := must(predicate.Complement(not))(t)
				without := must(predicate.Intersect(a, not))(t)
				for _, v := range append([]predicate.Value{nil}, d.values...) {
					inA, inB := a.Contains(v), b.Contains(v)
					expect(t, v, "union", union.Contains(v), inA || inB)
					expect(t, v, "intersection", both.Contains(v), inA && inB)
					expect(t, v, "complement", not.Contains(v), !inA)
					expect(t, v, "complement of the complement", twice.Contains(v), inA)
				}
				if !without.IsNone() {
					t.Fatalf("a set and its complement share something: %v", without)
				}
				if whole := must(predicate.Union(a, not))(t); !whole.IsAll() {
					t.Fatalf("a set and its complement leave something out: %v", whole)
				}
				for _, s := range []predicate.ValueSet{union, both, not} {
					checkRanges(t, d.dataType, s)
				}
			})
		})
	}
}

func must(s predicate.ValueSet, err error) func(*rapid.T) predicate.ValueSet {
	return func(t *rapid.T) predicate.ValueSet {
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
}

func expect(t *rapid.T, v predicate.Value, what string, got, want bool) {
	if got != want {
		t.Fatalf("%s contains %v: %t, want %t", what, v, got, want)
	}
}

// checkRanges rebuilds a set from its own ranges: if they were not sorted, disjoint and apart they would change.
func checkRanges(t *rapid.T, typ arrow.DataType, s predicate.ValueSet) {
	r, ok := s.(*predicate.SortedRangeSet)
	if !ok {
		return
	}
	again, err := predicate.NewSortedRangeSet(typ, r.NullAllowed(), r.Ranges()...)
	if err != nil {
		t.Fatal(err)
	}
	if want, got := fmt.Sprint(r.Ranges()), fmt.Sprint(again.Ranges()); want != got {
		t.Fatalf("ranges %s are not in normal form %s", want, got)
	}
}

// The order of values is an order: antisymmetric, transitive, and reflexive also for NaN.
func TestCompareIsAnOrder(t *testing.T) {
	for name, d := range domains {
		for _, a := range d.values {
			for _, b := range d.values {
				for _, c := range d.values {
					ab, bc, ac := compare(t, d.dataType, a, b), compare(t, d.dataType, b, c), compare(t, d.dataType, a, c)
					if ab != -compare(t, d.dataType, b, a) || ab <= 0 && bc <= 0 && ac > 0 {
						t.Errorf("%s: %v %v %v: %d %d %d", name, a, b, c, ab, bc, ac)
					}
				}
			}
		}
	}
}

func compare(t *testing.T, typ arrow.DataType, a, b predicate.Value) int {
	t.Helper()
	c, err := predicate.Compare(typ, a, b)
	if err != nil {
		t.Fatal(err)
	}
	return min(max(c, -1), 1)
}

// Strings compare as UTF-16 does, for any two strings.
func TestCompareUTF16(t *testing.T) {
	letters := rapid.StringOf(rapid.SampledFrom([]rune{'a', 'z', 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xEFFF, 0xF000, 0xFFFF, 0x10000, 0x1F600, 0x10FFFF}))
	rapid.Check(t, func(r *rapid.T) {
		a, b := letters.Draw(r, "a"), letters.Draw(r, "b")
		got, err := predicate.Compare(arrow.BinaryTypes.String, a, b)
		if err != nil {
			r.Fatal(err)
		}
		if want := compareUnits(a, b); sign(got) != want {
			r.Fatalf("%q and %q: %d, want %d", a, b, got, want)
		}
	})
}
