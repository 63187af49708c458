package substrait_test

import (
	"math"
	"math/big"
	"reflect"
	"strings"
	"testing"

	"athena-timestream/federation/substrait"
)

var (
	typeBool   = substrait.Type{Kind: substrait.Bool}
	typeInt    = substrait.Type{Kind: substrait.Int, Bits: 64}
	typeSmall  = substrait.Type{Kind: substrait.Int, Bits: 32}
	typeFloat  = substrait.Type{Kind: substrait.Float, Bits: 64}
	typeText   = substrait.Type{Kind: substrait.Text}
	typeDate   = substrait.Type{Kind: substrait.Date}
	typeMillis = substrait.Type{Kind: substrait.Timestamp, Precision: 3}
	typeMoney  = substrait.Type{Kind: substrait.Decimal, Precision: 38, Scale: 2}
)

// typeOfValue is the type of a test's value.
func typeOfValue(v any) substrait.Type {
	switch v.(type) {
	case bool:
		return typeBool
	case int64:
		return typeInt
	case float64:
		return typeFloat
	case string:
		return typeText
	case substrait.Moment:
		return typeMillis
	case *big.Rat:
		return typeMoney
	}
	return typeInt
}

// TestEvaluateCalls evaluates functions over columns that hold the arguments. Arguments in constants are constants.
func TestEvaluateCalls(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	at := func(s int64) substrait.Moment { return substrait.Moment{Seconds: s} }
	for _, c := range []struct {
		f         substrait.Function
		option    string
		args      []any
		constants []any
		want      any // "error: …" for an error
	}{
		{substrait.Equal, "", []any{int64(1), 1.0}, nil, true},
		{substrait.Equal, "", []any{int64(1<<53 + 1), float64(1 << 53)}, nil, true}, // as doubles
		{substrait.Equal, "", []any{int64(1<<53 + 1)}, []any{big.NewRat(1<<53, 1)}, false},
		{substrait.Less, "", []any{int64(2)}, []any{big.NewRat(5, 2)}, true},
		{substrait.Greater, "", []any{2.5}, []any{big.NewRat(5, 2)}, false},
		{substrait.Equal, "", []any{nan, nan}, nil, false},
		{substrait.NotEqual, "", []any{nan, 1.0}, nil, true},
		{substrait.Greater, "", []any{nan, 1.0}, nil, false},
		{substrait.Less, "", []any{inf, nan}, nil, false},
		{substrait.Equal, "", []any{0.0, math.Copysign(0, -1)}, nil, true},
		{substrait.Equal, "", []any{"a", nil}, nil, nil},
		{substrait.Less, "", []any{"\uFFFF", "\U0001F600"}, nil, true}, // by code points, unlike UTF-16
		{substrait.Less, "", []any{"a", "a\x00"}, nil, true},
		{substrait.GreaterOrEqual, "", []any{at(-1), at(-2)}, nil, true},
		{substrait.IsDistinctFrom, "", []any{nan, nan}, nil, false},
		{substrait.IsDistinctFrom, "", []any{nan, 1.0}, nil, true},
		{substrait.IsDistinctFrom, "", []any{nil, 1.0}, nil, true},
		{substrait.IsDistinctFrom, "", []any{nil, nil}, nil, false},
		{substrait.And, "", []any{true, nil}, nil, nil},
		{substrait.And, "", []any{nil, false}, nil, false},
		{substrait.Or, "", []any{nil, true}, nil, true},
		{substrait.Or, "", []any{nil, false}, nil, nil},
		{substrait.Not, "", []any{nil}, nil, nil},
		{substrait.Not, "", []any{false}, nil, true},
		{substrait.IsNull, "", []any{nil}, nil, true},
		{substrait.IsTrue, "", []any{nil}, nil, false},
		{substrait.IsFalse, "", []any{false}, nil, true},
		{substrait.Coalesce, "", []any{nil, int64(3)}, nil, int64(3)},
		{substrait.NullIf, "", []any{int64(3), int64(3)}, nil, nil},
		{substrait.NullIf, "", []any{int64(3), nil}, nil, int64(3)},
		{substrait.Add, "", []any{int64(math.MaxInt64), int64(1)}, nil, "error: overflows"},
		{substrait.Multiply, "", []any{int64(math.MinInt64), int64(-1)}, nil, "error: overflows"},
		{substrait.Divide, "", []any{int64(-7), int64(2)}, nil, int64(-3)},
		{substrait.Divide, "", []any{int64(math.MinInt64), int64(-1)}, nil, "error: overflows"},
		{substrait.Divide, "", []any{int64(1), int64(0)}, nil, "error: division by zero"},
		{substrait.Divide, "", []any{-1.0, 0.0}, nil, -inf},
		{substrait.Modulus, "", []any{int64(-7), int64(2)}, nil, int64(-1)},
		{substrait.Modulus, "", []any{int64(1), int64(0)}, nil, "error: division by zero"},
		{substrait.Negate, "", []any{int64(math.MinInt64)}, nil, "error: overflows"},
		{substrait.Abs, "", []any{int64(math.MinInt64)}, nil, "error: overflows"},
		{substrait.Abs, "", []any{int64(-4)}, nil, int64(4)},
		{substrait.Abs, "", []any{-0.5}, nil, 0.5},
		{substrait.Lower, "", []any{"ÄÖ-X"}, nil, "äö-x"},
		{substrait.Upper, "", []any{"äß"}, nil, "Äß"}, // character by character
		{substrait.CharLength, "", []any{"日本😀"}, nil, int64(3)},
		{substrait.Concat, "", []any{"a", "", "b"}, nil, "ab"},
		{substrait.Substring, "", []any{"日本語"}, []any{int64(2), int64(1)}, "本"},
		{substrait.Substring, "", []any{"日本語"}, []any{int64(3)}, "語"},
		{substrait.Substring, "", []any{"ab"}, []any{int64(4), int64(9)}, ""},
		{substrait.StartsWith, "", []any{"web-1"}, []any{"web"}, true},
		{substrait.Like, "", []any{"web-1"}, []any{"w%b__"}, true},
		{substrait.Like, "", []any{"a\nb"}, []any{"a%b"}, true},
		{substrait.Like, "", []any{"mississippi"}, []any{"%iss%ip%i"}, true},
		{substrait.Like, "", []any{"mississipp"}, []any{"%iss%ip%i"}, false},
		{substrait.Like, "", []any{""}, []any{""}, true},
		{substrait.Like, "", []any{"日"}, []any{"_"}, true},
		{substrait.Like, "!", []any{"50%"}, []any{"50!%"}, true},
		{substrait.Like, "!", []any{"50x"}, []any{"50!%"}, false},
		{substrait.Extract, "YEAR", []any{at(-1)}, nil, int64(1969)},
		{substrait.Extract, "MINUTE", []any{at(3599)}, nil, int64(59)},
	} {
		var args []substrait.Expression
		var row []any
		for i, v := range c.args {
			args = append(args, substrait.Column{Name: string(rune('a' + i)), Type: typeOfValue(first(v, c.args))})
			row = append(row, v)
		}
		for _, v := range c.constants {
			args = append(args, substrait.Literal{Type: typeOfValue(v), Value: v})
		}
		e, err := substrait.Apply(c.f, c.option, args...)
		if err != nil {
			t.Errorf("%s%v: %v", c.f, c.args, err)
			continue
		}
		check(t, string(c.f), e, row, c.want)
	}
}

// first gives nulls the type of their neighbour.
func first(v any, all []any) any {
	for _, other := range all {
		if v == nil && other != nil {
			return other
		}
	}
	if v == nil && len(all) == 1 {
		return true
	}
	return v
}

func check(t *testing.T, what string, e substrait.Expression, row []any, want any) {
	t.Helper()
	p, err := substrait.Compile(e)
	if err != nil {
		t.Errorf("%s: %v", what, err)
		return
	}
	var values []any
	for _, c := range p.Columns() {
		values = append(values, row[c.Name[0]-'a'])
	}
	got, err := p.Value(values)
	if message, fails := want.(string); fails && strings.HasPrefix(message, "error: ") {
		if err == nil || !strings.Contains(err.Error(), strings.TrimPrefix(message, "error: ")) {
			t.Errorf("%s%v: %v, %v, want %s", what, row, got, err, message)
		}
		return
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%s%v: %v, %v, want %v", what, row, got, err, want)
	}
}

func TestEvaluateCasts(t *testing.T) {
	for _, c := range []struct {
		from substrait.Type
		v    any
		to   substrait.Type
		want any
	}{
		{typeSmall, int64(5), typeInt, int64(5)},
		{typeInt, int64(5), typeFloat, 5.0},
		{typeInt, int64(-5), typeText, "-5"},
		{typeFloat, 2.5, typeInt, int64(3)},
		{typeFloat, -2.5, typeInt, int64(-3)},
		{typeFloat, 3e9, typeSmall, "error: overflows"},
		{typeFloat, math.NaN(), typeInt, "error: overflows"},
		{typeFloat, 9.3e18, typeInt, "error: overflows"},
		{typeText, "-17", typeInt, int64(-17)},
		{typeText, "3000000000", typeSmall, "error: no integer"},
		{typeText, " 17", typeInt, "error: no integer"},
		{typeText, "1e3", typeFloat, 1000.0},
		{typeText, "0x1p4", typeFloat, "error: no number"},
		{typeText, "日本語", substrait.Type{Kind: substrait.Text, Precision: 2}, "日本"},
		{typeText, nil, typeInt, nil},
		{typeDate, int64(-1), typeMillis, substrait.Moment{Seconds: -86400}},
		{typeMillis, substrait.MomentOfMillis(-1), typeDate, int64(-1)},
		{typeMillis, substrait.MomentOfMillis(86_399_999), typeDate, int64(0)},
		{typeMillis, substrait.MomentOfMillis(7), substrait.Type{Kind: substrait.Timestamp, Precision: 6}, substrait.MomentOfMillis(7)},
	} {
		check(t, c.to.String(), substrait.Cast{To: c.to, Input: substrait.Column{Name: "a", Type: c.from}}, []any{c.v}, c.want)
	}
	e := substrait.Cast{To: substrait.Type{Kind: substrait.Timestamp}, Input: substrait.Column{Name: "a", Type: typeMillis}}
	if _, err := substrait.Compile(e); err == nil {
		t.Error("a cast that rounds is evaluated")
	}
}

// TestEvaluateFailures: what decides lets nothing else fail, in whatever order.
func TestEvaluateFailures(t *testing.T) {
	a, b := substrait.Column{Name: "a", Type: typeInt}, substrait.Column{Name: "b", Type: typeBool}
	apply := func(f substrait.Function, args ...substrait.Expression) substrait.Expression {
		e, err := substrait.Apply(f, "", args...)
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	zero := substrait.Literal{Type: typeInt, Value: int64(0)}
	fails := apply(substrait.Equal, apply(substrait.Divide, a, a), a) // for a = 0
	for _, c := range []struct {
		e    substrait.Expression
		b    any
		want any
	}{
		{apply(substrait.And, fails, b), false, false},
		{apply(substrait.And, b, fails), false, false},
		{apply(substrait.And, fails, b), true, "error: division by zero"},
		{apply(substrait.And, fails, b), nil, "error: division by zero"},
		{apply(substrait.Or, fails, b), true, true},
		{apply(substrait.Or, fails, b), false, "error: division by zero"},
		{substrait.Case{When: []substrait.Expression{apply(substrait.Equal, a, zero)}, Then: []substrait.Expression{b}, Else: fails, Type: typeBool}, true, true},
	} {
		check(t, "a = 0", c.e, []any{int64(0), c.b}, c.want)
	}
}

// TestEvaluateLists: a long IN is one look into a set, and no different from its equalities.
func TestEvaluateLists(t *testing.T) {
	a, b := substrait.Column{Name: "a", Type: typeText}, substrait.Column{Name: "b", Type: typeText}
	var equals []substrait.Expression
	add := func(c substrait.Column, v any) {
		e, err := substrait.Apply(substrait.Equal, "", substrait.Literal{Type: typeText, Value: v}, c)
		if err != nil {
			t.Fatal(err)
		}
		equals = append(equals, e)
	}
	for i := range 100_000 {
		add(a, strings.Repeat("x", i%7)+string(rune('0'+i%10)))
	}
	add(b, "b")
	in, err := substrait.Apply(substrait.Or, "", equals...)
	if err != nil {
		t.Fatal(err)
	}
	not, err := substrait.Apply(substrait.Not, "", in)
	if err != nil {
		t.Fatal(err)
	}
	add(a, nil)
	withNull, err := substrait.Apply(substrait.Or, "", equals...)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		row         []any
		in, not, or any
	}{
		{[]any{"xx2", nil}, true, false, true},
		{[]any{"nothing", "b"}, true, false, true},
		{[]any{"nothing", "c"}, false, true, nil},
		{[]any{nil, "c"}, nil, nil, nil},
		{[]any{nil, "b"}, true, false, true},
	} {
		check(t, "in", in, c.row, c.in)
		check(t, "not in", not, c.row, c.not)
		check(t, "in with a null", withNull, c.row, c.or)
	}
}

// TestCompileRefuses what has no value that is known for sure.
func TestCompileRefuses(t *testing.T) {
	list := substrait.Column{Name: "tags"}
	like, err := substrait.Apply(substrait.Like, "!", substrait.Column{Name: "a", Type: typeText}, substrait.Literal{Type: typeText, Value: "a!b"})
	if err != nil {
		t.Fatal(err)
	}
	for want, e := range map[string]substrait.Expression{
		"column tags is of type other": list,
		"an escape stands before":      like,
		"float32": substrait.Call{Function: substrait.Add, Type: substrait.Type{Kind: substrait.Float, Bits: 32}, Args: []substrait.Expression{
			substrait.Column{Name: "a", Type: typeFloat}, substrait.Column{Name: "b", Type: typeFloat},
		}},
	} {
		if _, err := substrait.Compile(e); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want an error with %q, got %v", want, err)
		}
	}
	null, err := substrait.Apply(substrait.IsNull, "", list)
	if err != nil {
		t.Fatal(err)
	}
	for v, want := range map[any]any{nil: true, struct{}{}: false} {
		p, err := substrait.Compile(null)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := p.Value([]any{v}); err != nil || got != want {
			t.Errorf("%v IS NULL: %v, %v", v, got, err)
		}
	}
}
