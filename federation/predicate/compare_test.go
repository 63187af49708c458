package predicate_test

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/predicate"
)

func compareUnits(a, b string) int {
	return slices.Compare(utf16.Encode([]rune(a)), utf16.Encode([]rune(b)))
}

func sign(n int) int { return cmp.Compare(n, 0) }

func TestCompare(t *testing.T) {
	zoned := &arrow.TimestampType{Unit: arrow.Millisecond, TimeZone: "UTC"}
	mustKey := func(name string) int {
		key, err := predicate.ZoneKey(name)
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	tests := map[string]struct {
		dataType arrow.DataType
		a, b     predicate.Value
		want     int
	}{
		"negative zero":          {arrow.PrimitiveTypes.Float64, math.Copysign(0, -1), 0.0, -1},
		"NaN above infinity":     {arrow.PrimitiveTypes.Float64, math.NaN(), math.Inf(1), 1},
		"NaN is NaN":             {arrow.PrimitiveTypes.Float64, math.NaN(), math.Float64frombits(0xfff8000000000001), 0},
		"real NaN":               {arrow.PrimitiveTypes.Float32, float32(math.NaN()), float32(1), 1},
		"surrogates first":       {arrow.BinaryTypes.String, "\U0001F600", "\uFFFF", -1},
		"bytes are unsigned":     {arrow.BinaryTypes.Binary, []byte{0x7F}, []byte{0x80}, -1},
		"prefix first":           {arrow.BinaryTypes.Binary, []byte{1}, []byte{1, 0}, -1},
		"false first":            {arrow.FixedWidthTypes.Boolean, false, true, -1},
		"unsigned":               {arrow.PrimitiveTypes.Uint64, uint64(math.MaxUint64), uint64(1), 1},
		"instant first":          {zoned, predicate.Pack(1, mustKey("-05:00")), predicate.Pack(0, mustKey("+05:00")), 1},
		"then local time":        {zoned, predicate.Pack(0, mustKey("-05:00")), predicate.Pack(0, mustKey("+05:00")), -1},
		"then zone name":         {zoned, predicate.Pack(0, mustKey("Europe/Paris")), predicate.Pack(0, mustKey("Europe/Berlin")), 1},
		"same zone":              {zoned, predicate.Pack(7, 1847), predicate.Pack(7, 1847), 0},
		"summer time is an hour": {zoned, predicate.Pack(1717243200000, mustKey("Europe/Berlin")), predicate.Pack(1717243200000, mustKey("+02:00")), 1},
		"before 1970":            {zoned, predicate.Pack(-1, 1680), predicate.Pack(0, 0), -1},
		"maps in any order": {
			arrow.MapOf(arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int64),
			[]predicate.MapEntry{{"a", int64(1)}, {"b", nil}},
			[]predicate.MapEntry{{"b", nil}, {"a", int64(1)}},
			0,
		},
		"null element first": {listOfInt, []predicate.Value{nil}, []predicate.Value{int64(0)}, -1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := predicate.Compare(test.dataType, test.a, test.b)
			if err != nil || sign(got) != test.want {
				t.Errorf("got %d (%v), want %d", got, err, test.want)
			}
		})
	}
}

func TestErrors(t *testing.T) {
	micros := &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}
	tests := map[string]struct {
		err  func() error
		want string
	}{
		"compare microseconds": {func() error { _, err := predicate.Compare(micros, int64(0), int64(1)); return err }, "cannot be compared"},
		"compare time of day":  {func() error { _, err := predicate.Compare(arrow.FixedWidthTypes.Time32s, 1, 2); return err }, "cannot be compared"},
		"compare wrong type":   {func() error { _, err := predicate.Compare(arrow.PrimitiveTypes.Int64, int64(1), 1); return err }, "a Go int is not a value of type int64"},
		"compare null":         {func() error { _, err := predicate.Compare(arrow.PrimitiveTypes.Int64, nil, int64(1)); return err }, "a Go <nil> is not a value"},
		"too wide":             {func() error { return predicate.CheckValue(arrow.PrimitiveTypes.Int8, int64(128)) }, "128 does not fit into int8"},
		"too wide unsigned":    {func() error { return predicate.CheckValue(arrow.PrimitiveTypes.Uint16, uint64(1<<16)) }, "65536 does not fit into uint16"},
		"struct members": {func() error {
			return predicate.CheckValue(arrow.StructOf(arrow.Field{Name: "x", Type: arrow.PrimitiveTypes.Int8}), []predicate.Value{})
		}, "needs 1 members, not 0"},
		"range of microseconds": {func() error {
			_, err := predicate.NewSortedRangeSet(micros, false, predicate.Point(int64(1)))
			return err
		}, "only timestamps of milliseconds with a zone"},
		"end at null": {func() error {
			_, err := predicate.NewSortedRangeSet(arrow.PrimitiveTypes.Int64, false, predicate.Point(nil))
			return err
		}, "cannot end exactly at null"},
		"empty range": {func() error {
			_, err := predicate.NewSortedRangeSet(arrow.PrimitiveTypes.Int64, false,
				predicate.Range{Low: predicate.Marker{Value: int64(5), Bound: predicate.Above}, High: predicate.Marker{Value: int64(5), Bound: predicate.Exactly}})
			return err
		}, "less than or equal"},
		"null in a list": {func() error {
			_, err := predicate.NewEquatableValueSet(arrow.PrimitiveTypes.Int64, true, false, nil)
			return err
		}, "value list of int64"},
		"types differ": {func() error {
			_, err := predicate.Union(predicate.All(arrow.PrimitiveTypes.Int64), predicate.All(arrow.PrimitiveTypes.Int32))
			return err
		}, "union of value sets: types differ: int64 and int32"},
		"no set": {func() error { _, err := predicate.Intersect(nil, predicate.All(micros)); return err }, "a set is missing"},
		"foreign set": {func() error {
			_, err := predicate.Complement(struct{ predicate.ValueSet }{})
			return err
		}, "unknown kind of value set"},
		"direction": {func() error { _, err := predicate.ParseDirection("ASC"); return err }, `unknown sort direction "ASC"`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if err := test.err(); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q in it", err, test.want)
			}
		})
	}
}

// Sets without constants need no order of their type, and combine with sets whose nested type is complete.
func TestSetsWithoutConstants(t *testing.T) {
	bare := arrow.ListOf(arrow.Null) // as a list's type comes off the wire
	points, err := predicate.NewSortedRangeSet(listOfInt, false, predicate.Point([]predicate.Value{int64(1)}))
	if err != nil {
		t.Fatal(err)
	}
	both, err := predicate.Intersect(predicate.NotNull(bare), points)
	if err != nil || !both.Contains([]predicate.Value{int64(1)}) || both.Contains([]predicate.Value{int64(2)}) || both.DataType() != arrow.DataType(listOfInt) {
		t.Errorf("%v (%v)", both, err)
	}
	micros := &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}
	notNull, err := predicate.NewSortedRangeSet(micros, false, predicate.Everything())
	if err != nil || !notNull.Contains(int64(5)) || notNull.Contains(nil) {
		t.Errorf("%v (%v)", notNull, err)
	}
	for _, typ := range []arrow.DataType{arrow.PrimitiveTypes.Int64, bare, micros, arrow.FixedWidthTypes.Time32s} {
		for name, test := range map[string]struct {
			set         predicate.ValueSet
			value, null bool
		}{
			"all":       {predicate.All(typ), true, true},
			"none":      {predicate.None(typ), false, false},
			"only null": {predicate.OnlyNull(typ), false, true},
			"not null":  {predicate.NotNull(typ), true, false},
		} {
			if test.set.Contains(int64(1)) != test.value || test.set.Contains(nil) != test.null || test.set.NullAllowed() != test.null {
				t.Errorf("%s of %s: %t %t", name, typ, test.set.Contains(int64(1)), test.set.Contains(nil))
			}
			if test.set.IsAll() != (name == "all") || test.set.IsNone() != (name == "none") {
				t.Errorf("%s of %s: all %t, none %t", name, typ, test.set.IsAll(), test.set.IsNone())
			}
		}
	}
}

// Lists keep the order they came in, without repetitions.
func TestEquatableValues(t *testing.T) {
	s, err := predicate.NewEquatableValueSet(arrow.BinaryTypes.String, true, false, "b", "a", "b", "c", "a")
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Values(); !slices.Equal(got, []predicate.Value{"b", "a", "c"}) {
		t.Errorf("values %q", got)
	}
}

func TestConstraints(t *testing.T) {
	var none *predicate.Constraints
	if _, ok := none.Set("x"); ok || none.HasLimit() {
		t.Error("no constraints constrain something")
	}
	c := predicate.Unconstrained()
	c.Summary = []predicate.Column{{Name: "x", Set: predicate.All(arrow.BinaryTypes.String)}}
	if c.HasLimit() {
		t.Error("there is no limit")
	}
	if c.Limit = 0; !c.HasLimit() {
		t.Error("zero is a limit")
	}
	if s, ok := c.Set("x"); !ok || !s.IsAll() {
		t.Error("the constraint of x is lost")
	}
	if _, ok := c.Set("X"); ok {
		t.Error("names are case-sensitive")
	}
	if r := predicate.Point(math.NaN()); !r.IsPoint() || predicate.AtLeast(1.0).IsPoint() || predicate.Everything().IsPoint() {
		t.Error("points")
	}
}
