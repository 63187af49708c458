package e2e_test

import (
	"math"
	"math/big"
	"slices"
	"strings"
	"time"

	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"
)

// intKind are integers of 32 bits, which a plan tells from bigint.
const intKind = dateKind + 1

var comparisons = []string{"equal", "not_equal", "lt", "lte", "gt", "gte"}

// condition draws a boolean expression.
func (p *planner) condition(depth int) term {
	if depth > 0 {
		switch p.IntN(6) {
		case 0, 1, 2:
			return p.junction(depth - 1)
		case 3:
			return p.call("not:bool", boolKind, func(v []any) any { return ofTruth(truthOf(v[0]).not()) }, p.condition(depth-1))
		case 4:
			want := p.IntN(2) == 0
			name, not := map[bool]string{true: "true:bool", false: "false:bool"}[want], p.IntN(2) == 0
			return p.call(map[bool]string{true: "is_not_", false: "is_"}[not]+name, boolKind, func(v []any) any { return (v[0] == want) != not }, p.condition(depth-1))
		}
	}
	switch p.IntN(9) {
	case 0:
		name := pick(p.Rand, []string{"is_null", "is_not_null"})
		a := p.late(p.scalar(), depth)
		if n := p.IntN(len(p.fields)); p.IntN(2) == 0 {
			a = p.field(n)
		}
		return p.call(name+":any", boolKind, func(v []any) any { return (v[0] == nil) == (name == "is_null") }, a)
	case 1:
		name := pick(p.Rand, []string{"is_distinct_from", "is_not_distinct_from"})
		a, b := p.pair(depth, true)
		return p.call(name+":any_any", boolKind, func(v []any) any { return distinct(v[0], v[1]) == (name == "is_distinct_from") }, a, b)
	case 2:
		a, b := p.pair(depth, false)
		_, c := p.like(a, depth)
		return p.call("between:any_any_any", boolKind, func(v []any) any {
			return ofTruth(min(comparedValues("gte", v[0], v[1]), comparedValues("lte", v[0], v[2])))
		}, a, b, c)
	case 3:
		return p.in(depth)
	case 4:
		return p.pattern(depth)
	case 5:
		return p.value(boolKind, depth)
	}
	name := pick(p.Rand, comparisons)
	a, b := p.pair(depth, name == "equal" || name == "not_equal")
	if p.IntN(3) == 0 {
		a, b = b, a
	}
	return p.call(name+":any_any", boolKind, func(v []any) any { return ofTruth(comparedValues(name, v[0], v[1])) }, a, b)
}

func (p *planner) junction(depth int) term {
	and := p.IntN(2) == 0
	name, worst, better := "or:bool", no, func(a, b truth) truth { return max(a, b) }
	if and {
		name, worst, better = "and:bool", yes, func(a, b truth) truth { return min(a, b) }
	}
	args := make([]term, pick(p.Rand, []int{0, 1, 2, 2, 2, 3, 4}))
	for i := range args {
		args[i] = p.condition(depth)
	}
	return p.call(name, boolKind, func(v []any) any {
		all := worst
		for _, x := range v {
			all = better(all, truthOf(x))
		}
		return ofTruth(all)
	}, args...)
}

func distinct(a, b any) bool {
	x, first := a.(float64)
	y, second := b.(float64)
	switch {
	case a == nil || b == nil:
		return (a == nil) != (b == nil)
	case first && second && math.IsNaN(x) && math.IsNaN(y):
		return false
	}
	return comparedValues("equal", a, b) != yes
}

func (p *planner) scalar() kind {
	return pick(p.Rand, []kind{textKind, doubleKind, bigintKind, timeKind, dateKind, intKind})
}

// pair are two expressions that compare.
func (p *planner) pair(depth int, booleans bool) (a, b term) {
	k := p.scalar()
	if booleans && p.IntN(8) == 0 {
		k = boolKind
	}
	return p.like(p.value(k, depth), depth)
}

// like draws a partner for a comparison.
func (p *planner) like(a term, depth int) (first, second term) {
	k := a.kind
	switch k {
	case bigintKind, doubleKind, intKind:
		k = pick(p.Rand, []kind{k, k, bigintKind, doubleKind, intKind})
		if p.IntN(6) == 0 {
			return a, decimalOf(big.NewRat(p.Int64N(20_000)-10_000, 100))
		}
	case timeKind, dateKind:
		k = pick(p.Rand, []kind{k, k, timeKind, dateKind})
	}
	if p.IntN(2) == 0 || a.early {
		return a, p.literal(k)
	}
	return a, p.late(k, depth)
}

// in is a list, or the equalities that the engine makes of one.
func (p *planner) in(depth int) term {
	a, _ := p.pair(depth, false)
	options := make([]term, p.IntN(6))
	for i := range options {
		_, options[i] = p.like(a, 0)
		for !options[i].fixed {
			_, options[i] = p.like(a, 0)
		}
	}
	eval := func(row []any) any {
		found, v := no, a.eval(row)
		for _, o := range options {
			found = max(found, comparedValues("equal", v, o.eval(row)))
		}
		return ofTruth(found)
	}
	if p.IntN(2) == 0 {
		list := &pb.Expression_SingularOrList{Value: a.pb}
		for _, o := range options {
			list.Options = append(list.Options, o.pb)
		}
		return term{kind: boolKind, pb: &pb.Expression{RexType: &pb.Expression_SingularOrList_{SingularOrList: list}}, eval: eval}
	}
	list := p.literalOf(boolKind, false)
	for _, o := range options {
		equal := p.call("equal:any_any", boolKind, func(v []any) any { return ofTruth(comparedValues("equal", v[0], v[1])) }, a, o)
		list = p.call("or:bool", boolKind, func(v []any) any { return ofTruth(max(truthOf(v[0]), truthOf(v[1]))) }, list, equal)
	}
	return list
}

// pattern is LIKE or STARTS_WITH.
func (p *planner) pattern(depth int) term {
	a := p.value(textKind, depth)
	s := []rune(strings.Trim(p.text0(), "%_"))
	if p.IntN(3) == 0 {
		start := string(s[:min(len(s), 3)])
		return p.call("starts_with:str_str", boolKind, strictly(func(v []any) any { return strings.HasPrefix(v[0].(string), start) }), a, p.literalOf(textKind, start))
	}
	var parts []any
	var sql strings.Builder
	for _, r := range s[:min(len(s), 8)] {
		part := pick(p.Rand, []any{"%", "_", r, r, r})
		if r == '%' || r == '_' {
			part = string(r)
		}
		parts = append(parts, part)
		if wild, ok := part.(string); ok {
			sql.WriteString(wild)
		} else {
			sql.WriteRune(r)
		}
	}
	if p.IntN(2) == 0 {
		parts = append(parts, "%")
		sql.WriteByte('%')
	}
	return p.call("like:str_str", boolKind, strictly(func(v []any) any { return matches([]rune(v[0].(string)), parts) }), a, p.literalOf(textKind, sql.String()))
}

// text0 is a text without NUL, which no statement can hold.
func (p *planner) text0() string {
	for {
		if s := p.sample(textKind).(string); !strings.Contains(s, "\x00") {
			return s
		}
	}
}

// sample is a value of a kind, often one that occurs.
func (p *planner) sample(k kind) any {
	if k == intKind {
		return pick(p.Rand, []any{int64(7), int64(-3), int64(0), int64(math.MaxInt32), int64(math.MinInt32)})
	}
	fields := slices.DeleteFunc(slices.Clone(p.seen), func(f field) bool { return f.kind != k })
	return drawer{p.Rand, nil}.value(pick(p.Rand, fields))
}

// literal draws a constant, now and then a null.
func (p *planner) literal(k kind) term {
	if p.IntN(20) == 0 {
		return literalTerm(k, nil, &pb.Expression_Literal{LiteralType: &pb.Expression_Literal_Null{Null: planType(k)}})
	}
	switch k {
	case textKind:
		return p.literalOf(k, p.text0())
	case doubleKind:
		if p.IntN(6) == 0 {
			return p.literalOf(k, pick(p.Rand, []float64{math.NaN(), math.Inf(1), math.Inf(-1), math.Copysign(0, -1)}))
		}
	case timeKind:
		return p.moment()
	case dateKind:
		d := int64(p.sample(dateKind).(day)) + p.Int64N(3) - 1
		return p.literalOf(k, time.Unix(86400*pick(p.Rand, []int64{d, d, d, -3000, -25170, 150_000, -200_000}), 0).UTC())
	}
	return p.literalOf(k, p.sample(k))
}

// moment is a timestamp in one of its forms.
func (p *planner) moment() term {
	at := time.UnixMilli(p.sample(timeKind).(instant).millis() + p.Int64N(3) - 1).UTC()
	if p.IntN(10) == 0 {
		at = pick(p.Rand, []time.Time{
			time.Date(1901, 2, 3, 4, 5, 6, 789e6, time.UTC), time.Date(1500, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2500, 1, 1, 0, 0, 0, 0, time.UTC),
			time.Date(1677, 9, 21, 0, 12, 44, 0, time.UTC), time.Date(2262, 4, 11, 23, 47, 16, 854e6, time.UTC), time.Date(2262, 4, 11, 23, 47, 16, 855e6, time.UTC),
		})
	}
	digits := pick(p.Rand, []int32{0, 3, 3, 6, 6})
	if p.IntN(3) == 0 {
		at, digits = at.Add(time.Duration(p.IntN(1_000_000)).Truncate(time.Microsecond)), 6
	}
	unit := int64(math.Pow10(int(digits)))
	value := at.Unix()*unit + int64(at.Nanosecond())*unit/1e9
	at = at.Truncate(time.Duration(1e9 / unit))
	l := &pb.Expression_Literal{LiteralType: &pb.Expression_Literal_PrecisionTimestamp_{PrecisionTimestamp: &pb.Expression_Literal_PrecisionTimestamp{Precision: digits, Value: value}}}
	if digits == 6 && p.IntN(2) == 0 {
		l = &pb.Expression_Literal{LiteralType: &pb.Expression_Literal_Timestamp{Timestamp: value}} //nolint:staticcheck // what Isthmus writes
	}
	return literalTerm(timeKind, at, l)
}

func i32(n int) term   { return (*planner)(nil).literalOf(intKind, int64(n)) }
func i64(n int64) term { return (*planner)(nil).literalOf(bigintKind, n) }

func (*planner) literalOf(k kind, v any) term {
	l := &pb.Expression_Literal{Nullable: true}
	switch x := v.(type) {
	case string:
		l.LiteralType = &pb.Expression_Literal_String_{String_: x}
	case float64:
		l.LiteralType = &pb.Expression_Literal_Fp64{Fp64: x}
	case bool:
		l.LiteralType = &pb.Expression_Literal_Boolean{Boolean: x}
	case time.Time:
		l.LiteralType = &pb.Expression_Literal_Date{Date: int32(x.Unix() / 86400)}
	case int64:
		l.LiteralType = &pb.Expression_Literal_I64{I64: x}
		if k == intKind {
			l.LiteralType = &pb.Expression_Literal_I32{I32: int32(x)}
		}
	}
	return literalTerm(k, v, l)
}

func literalTerm(k kind, v any, l *pb.Expression_Literal) term {
	return term{kind: k, fixed: true, pb: &pb.Expression{RexType: &pb.Expression_Literal_{Literal: l}}, eval: func([]any) any { return v }}
}

// decimalOf is a number with two digits behind the point.
func decimalOf(r *big.Rat) term {
	n := new(big.Rat).Mul(r, big.NewRat(100, 1)).Num().Int64()
	bytes := make([]byte, 16)
	for i := range bytes {
		bytes[i] = byte(n >> min(8*i, 63))
	}
	return literalTerm(doubleKind, r, &pb.Expression_Literal{LiteralType: &pb.Expression_Literal_Decimal_{
		Decimal: &pb.Expression_Literal_Decimal{Value: bytes, Precision: 38, Scale: 2},
	}})
}
