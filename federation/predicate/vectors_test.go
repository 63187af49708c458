package predicate_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/predicate"
	"athena-timestream/internal/golden"
	"athena-timestream/internal/golden/neutral"
)

// neutralSet is a value set in the vectors' neutral form.
type neutralSet struct {
	Kind            string `json:"@type"`
	Type            any
	NullAllowed     bool
	Ranges          []struct{ Low, High neutralMarker }
	WhiteList       bool
	Values          []any
	IncludesNonNull bool
}

type neutralMarker struct {
	Bound     string
	NullValue bool
	Value     any
}

func (n neutralSet) build(t *testing.T) predicate.ValueSet {
	t.Helper()
	typ, err := golden.ParseType(n.Type)
	if err != nil {
		t.Fatal(err)
	}
	var set predicate.ValueSet
	switch n.Kind {
	case "SortedRangeSet":
		var ranges []predicate.Range
		for _, r := range n.Ranges {
			ranges = append(ranges, predicate.Range{Low: r.Low.build(t, typ), High: r.High.build(t, typ)})
		}
		set, err = predicate.NewSortedRangeSet(typ, n.NullAllowed, ranges...)
	case "EquatableValueSet":
		var values []predicate.Value
		for _, v := range n.Values {
			values = append(values, value(t, typ, v))
		}
		set, err = predicate.NewEquatableValueSet(typ, n.WhiteList, n.NullAllowed, values...)
	case "AllOrNoneValueSet":
		set = predicate.NewAllOrNoneValueSet(typ, n.IncludesNonNull, n.NullAllowed)
	default:
		t.Fatalf("unknown kind %q", n.Kind)
	}
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func (m neutralMarker) build(t *testing.T, typ arrow.DataType) predicate.Marker {
	t.Helper()
	for b := predicate.Below; b <= predicate.Above; b++ {
		if b.String() != m.Bound {
			continue
		}
		if m.NullValue {
			return predicate.Marker{Bound: b}
		}
		return predicate.Marker{Bound: b, Value: value(t, typ, m.Value)}
	}
	t.Fatalf("unknown bound %q", m.Bound)
	return predicate.Marker{}
}

func value(t *testing.T, typ arrow.DataType, neutral any) predicate.Value {
	t.Helper()
	v, err := golden.ParseValue(typ, neutral)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// Each set contains what the Java SDK's evaluator says it contains.
func TestContainsVectors(t *testing.T) {
	covered := 0
	for _, name := range golden.Names(t, "predicates") {
		switch name {
		case "algebra_bigint": // below
			continue
		case "invalid", "all_or_none_java_output": // JSON only: package message
			continue
		}
		covered++
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var vector struct {
				Decoded neutralSet
				Flags   struct{ IsNone, IsAll, IsSingleValue, IsNullAllowed bool }
				Cases   []struct {
					Value               any
					Evaluator, RawCheck bool
				}
			}
			golden.ReadJSON(t, &vector, "predicates", name+".json")
			set := vector.Decoded.build(t)
			for _, c := range vector.Cases {
				v := value(t, set.DataType(), c.Value)
				got := set.Contains(v)
				if got != c.Evaluator {
					t.Errorf("Contains(%v) = %t, the evaluator says %t", c.Value, got, c.Evaluator)
				}
				// Java's other check, on raw values, is the same but for null and a black list without null, which it lets
				// in (docs/protocol.md, chapter 6). Following the evaluator there is on purpose.
				list, equatable := set.(*predicate.EquatableValueSet)
				deviates := v == nil && equatable && !list.WhiteList() && !list.NullAllowed()
				if (got != c.RawCheck) != deviates {
					t.Errorf("Contains(%v) = %t, the raw check says %t", c.Value, got, c.RawCheck)
				}
			}
			if len(vector.Cases) == 0 {
				t.Error("no cases")
			}
			if set.NullAllowed() != vector.Flags.IsNullAllowed {
				t.Errorf("NullAllowed() = %t", set.NullAllowed())
			}
			if none, all := javaFlags(set); none != vector.Flags.IsNone || all != vector.Flags.IsAll {
				t.Errorf("Java's flags from ours: none %t, all %t, want %+v", none, all, vector.Flags)
			}
			golden.Equal(t, neutral.ValueSet(set), vector.Decoded.form())
		})
	}
	if covered < 100 {
		t.Errorf("only %d vectors", covered)
	}
}

// javaFlags derives Java's isNone and isAll, which for range sets look at the ranges only.
func javaFlags(s predicate.ValueSet) (none, all bool) {
	r, ok := s.(*predicate.SortedRangeSet)
	if !ok {
		return s.IsNone(), s.IsAll()
	}
	ranges := r.Ranges()
	return len(ranges) == 0, len(ranges) == 1 && ranges[0] == predicate.Everything()
}

// form gives the neutral form back as it was read, without members of the other kinds.
func (n neutralSet) form() any {
	o := map[string]any{"@type": n.Kind, "type": n.Type, "nullAllowed": n.NullAllowed}
	switch n.Kind {
	case "SortedRangeSet":
		ranges := []any{}
		for _, r := range n.Ranges {
			ranges = append(ranges, map[string]any{"low": r.Low.form(), "high": r.High.form()})
		}
		o["ranges"] = ranges
	case "EquatableValueSet":
		o["whiteList"], o["values"] = n.WhiteList, n.Values
	case "AllOrNoneValueSet":
		o["includesNonNull"] = n.IncludesNonNull
	}
	return o
}

func (m neutralMarker) form() any {
	o := map[string]any{"bound": m.Bound, "nullValue": m.NullValue}
	if !m.NullValue {
		o["value"] = m.Value
	}
	return o
}

// Union, intersection and complement of range sets are those of the Java SDK, to the last marker.
func TestAlgebraVectors(t *testing.T) {
	var vector struct {
		Sets, Complement, Union, Intersect map[string]neutralSet
	}
	golden.ReadJSON(t, &vector, "predicates", "algebra_bigint.json")
	sets := map[string]predicate.ValueSet{}
	for name, n := range vector.Sets {
		sets[name] = n.build(t)
	}
	check := func(t *testing.T, got predicate.ValueSet, err error, want neutralSet) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		golden.Equal(t, want.form(), neutral.ValueSet(got))
	}
	for name, want := range vector.Complement {
		t.Run("complement/"+name, func(t *testing.T) {
			got, err := predicate.Complement(sets[name])
			check(t, got, err, want)
		})
	}
	operations := map[string]struct {
		apply func(a, b predicate.ValueSet) (predicate.ValueSet, error)
		cases map[string]neutralSet
	}{
		"union":     {predicate.Union, vector.Union},
		"intersect": {predicate.Intersect, vector.Intersect},
	}
	for operation, o := range operations {
		if len(o.cases) < 30 {
			t.Errorf("%s: only %d cases", operation, len(o.cases))
		}
		for names, want := range o.cases {
			t.Run(operation+"/"+names, func(t *testing.T) {
				a, b, _ := strings.Cut(names, ",")
				got, err := o.apply(sets[a], sets[b])
				check(t, got, err, want)
				got, err = o.apply(sets[b], sets[a])
				check(t, got, err, want)
			})
		}
	}
}

// Every time zone key of the Java SDK has its name here, and names are looked up as there.
func TestZoneVectors(t *testing.T) {
	var vector struct {
		Keys    map[string]string
		Lookups []struct {
			Name, ID, Error string
			Key             int
		}
	}
	golden.ReadJSON(t, &vector, "blocks", "timezone-keys.json")
	for key := range 1 << 12 {
		want, used := vector.Keys[fmt.Sprint(key)]
		name, ok := predicate.ZoneName(key)
		if name != want || ok != used {
			t.Errorf("key %d is %q (%t), want %q", key, name, ok, want)
		}
		if _, err := predicate.ZonedTime(predicate.Pack(1704067200000, key)); (err == nil) != used {
			t.Errorf("time in zone %d %s: %v", key, want, err)
		}
		if !used {
			continue
		}
		if got, err := predicate.ZoneKey(strings.ToLower(want)); got != key || err != nil {
			t.Errorf("%q has key %d (%v), want %d", want, got, err, key)
		}
	}
	for _, l := range vector.Lookups {
		got, err := predicate.ZoneKey(l.Name)
		if got != l.Key || (err != nil) != (l.Error != "") {
			t.Errorf("%q has key %d (%v), want %d %s", l.Name, got, err, l.Key, l.Error)
		}
	}
	if len(vector.Keys) < 2000 || len(vector.Lookups) < 30 {
		t.Errorf("only %d keys and %d lookups", len(vector.Keys), len(vector.Lookups))
	}
}
