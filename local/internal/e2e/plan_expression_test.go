package e2e_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"time"

	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"
)

// term is an expression of a plan, and its value for a row as Athena has it: nil, bool, int64, float64, *big.Rat, string or,
// for dates and timestamps alike, time.Time.
type term struct {
	kind kind
	pb   *pb.Expression
	eval func(row []any) any
	// early says that the term is a timestamp that may lie before 1970, which the service cannot cut to milliseconds.
	early bool
	fixed bool // a constant
}

// planner draws expressions over a relation's output.
type planner struct {
	*rand.Rand
	functions map[string]uint32
	fields    []term // without pb
	seen      []field
}

func (p *planner) call(name string, k kind, f func(v []any) any, args ...term) term {
	anchor, known := p.functions[name]
	if !known {
		anchor = uint32(len(p.functions))
		p.functions[name] = anchor
	}
	call := &pb.Expression_ScalarFunction{FunctionReference: anchor}
	for _, a := range args {
		call.Arguments = append(call.Arguments, &pb.FunctionArgument{ArgType: &pb.FunctionArgument_Value{Value: a.pb}})
	}
	return term{kind: k, pb: &pb.Expression{RexType: &pb.Expression_ScalarFunction_{ScalarFunction: call}}, eval: func(row []any) any {
		values := make([]any, len(args))
		for i, a := range args {
			values[i] = a.eval(row)
		}
		return f(values)
	}}
}

// strictly gives null for nulls.
func strictly(f func(v []any) any) func(v []any) any {
	return func(v []any) any {
		for _, x := range v {
			if x == nil {
				return nil
			}
		}
		return f(v)
	}
}

// ofTruth is a truth as a value, truthOf the reverse.
func ofTruth(t truth) any {
	if t == unknown {
		return nil
	}
	return t == yes
}

func truthOf(v any) truth {
	if v == nil {
		return unknown
	}
	return isTrue(v.(bool))
}

func (p *planner) field(n int) term {
	f := p.fields[n]
	f.pb = fieldAt(n)
	return f
}

func fieldAt(n int) *pb.Expression {
	return &pb.Expression{RexType: &pb.Expression_Selection{Selection: &pb.Expression_FieldReference{
		ReferenceType: &pb.Expression_FieldReference_DirectReference{DirectReference: &pb.Expression_ReferenceSegment{
			ReferenceType: &pb.Expression_ReferenceSegment_StructField_{StructField: &pb.Expression_ReferenceSegment_StructField{Field: int32(n)}},
		}},
		RootType: &pb.Expression_FieldReference_RootReference_{RootReference: &pb.Expression_FieldReference_RootReference{}},
	}}}
}

// anyField is a field of a kind, if there is one.
func (p *planner) anyField(k kind) (term, bool) {
	for _, n := range p.Perm(len(p.fields)) {
		if p.fields[n].kind == k {
			return p.field(n), true
		}
	}
	return term{}, false
}

// value draws an expression of a kind.
func (p *planner) value(k kind, depth int) term {
	if depth > 0 && k != boolKind && p.IntN(4) == 0 {
		return p.choice(k, depth-1)
	}
	if depth > 0 && p.IntN(3) == 0 {
		switch k {
		case textKind:
			return p.text(depth - 1)
		case doubleKind:
			return p.double(depth - 1)
		case bigintKind:
			return p.bigint(depth - 1)
		case timeKind:
			return p.time()
		case dateKind:
			return p.date()
		case boolKind:
			return p.condition(depth - 1)
		}
	}
	if f, ok := p.anyField(k); ok && p.IntN(3) > 0 {
		return f
	}
	return p.literal(k)
}

// late draws expressions until one may be cut to milliseconds.
func (p *planner) late(k kind, depth int) term {
	for {
		if e := p.value(k, depth); !e.early {
			return e
		}
	}
}

// choice is CASE, COALESCE or NULLIF.
func (p *planner) choice(k kind, depth int) term {
	a, b := p.late(k, depth), p.late(k, depth)
	switch p.IntN(3) {
	case 0:
		return p.call("coalesce:any", k, func(v []any) any {
			for _, x := range v {
				if x != nil {
					return x
				}
			}
			return nil
		}, a, b)
	case 1:
		return p.call("nullif:any_any", k, func(v []any) any {
			if comparedValues("equal", v[0], v[1]) == yes {
				return nil
			}
			return v[0]
		}, a, b)
	}
	when := p.condition(depth)
	x := &pb.Expression_IfThen{Ifs: []*pb.Expression_IfThen_IfClause{{If: when.pb, Then: a.pb}}}
	hasElse := p.IntN(3) > 0
	if hasElse {
		x.Else = b.pb
	}
	return term{kind: k, pb: &pb.Expression{RexType: &pb.Expression_IfThen_{IfThen: x}}, eval: func(row []any) any {
		switch {
		case when.eval(row) == true:
			return a.eval(row)
		case hasElse:
			return b.eval(row)
		}
		return nil
	}}
}

func (p *planner) text(depth int) term {
	switch a := p.value(textKind, depth); p.IntN(4) {
	case 0:
		return p.call("concat:str", textKind, strictly(func(v []any) any { return v[0].(string) + v[1].(string) }), a, p.value(textKind, 0))
	case 1:
		from, count := 1+p.IntN(4), 1+p.IntN(3)
		return p.call("substring:str_i32_i32", textKind, strictly(func(v []any) any {
			s := []rune(v[0].(string))
			start := min(from-1, len(s))
			return string(s[start:min(start+count, len(s))])
		}), a, i32(from), i32(count))
	case 2:
		n := 1 + p.IntN(4)
		return castTerm(a, textKind, &pb.Type{Kind: &pb.Type_Varchar{Varchar: &pb.Type_VarChar{Length: int32(n)}}}, func(v any) any {
			s := []rune(v.(string))
			return string(s[:min(n, len(s))])
		})
	default:
		n := p.value(bigintKind, 0)
		if n.fixed { // of which no text is made
			return a
		}
		return castTerm(n, textKind, &pb.Type{Kind: &pb.Type_String_{String_: &pb.Type_String{}}}, func(v any) any { return big.NewInt(v.(int64)).String() })
	}
}

func (p *planner) double(depth int) term {
	two := func(name string, f func(a, b float64) float64) term {
		return p.call(name+":fp64_fp64", doubleKind, strictly(func(v []any) any { return f(v[0].(float64), v[1].(float64)) }), p.value(doubleKind, depth), p.value(doubleKind, depth))
	}
	one := func(name string, f func(a float64) float64) term {
		return p.call(name+":fp64", doubleKind, strictly(func(v []any) any { return f(v[0].(float64)) }), p.value(doubleKind, depth))
	}
	switch p.IntN(7) {
	case 0:
		return two("add", func(a, b float64) float64 { return a + b })
	case 1:
		return two("subtract", func(a, b float64) float64 { return a - b })
	case 2:
		return two("multiply", func(a, b float64) float64 { return a * b })
	case 3:
		return two("divide", func(a, b float64) float64 { return a / b })
	case 4:
		return one("negate", func(a float64) float64 { return -a })
	case 5:
		return one("abs", math.Abs)
	default:
		return castTerm(p.value(bigintKind, depth), doubleKind, &pb.Type{Kind: &pb.Type_Fp64{Fp64: &pb.Type_FP64{}}}, func(v any) any { return float64(v.(int64)) })
	}
}

// bigint keeps away from overflows, which end a query.
func (p *planner) bigint(depth int) term {
	length := p.call("char_length:str", bigintKind, strictly(func(v []any) any { return int64(len([]rune(v[0].(string)))) }), p.value(textKind, depth))
	small := func(name string, by int64, f func(n int64) int64) term {
		return p.call(name+":i64_i64", bigintKind, strictly(func(v []any) any { return f(v[0].(int64)) }), length, i64(by))
	}
	switch by := 1 + p.Int64N(5); p.IntN(6) {
	case 0:
		return small("add", by, func(n int64) int64 { return n + by })
	case 1:
		return small("subtract", by, func(n int64) int64 { return n - by })
	case 2:
		return small("multiply", by, func(n int64) int64 { return n * by })
	case 3:
		return small("divide", -by, func(n int64) int64 { return n / -by })
	case 4:
		return small("modulus", by, func(n int64) int64 { return n % by })
	default:
		return length
	}
}

func (p *planner) time() term {
	if p.IntN(2) == 0 {
		return castTerm(p.value(dateKind, 0), timeKind, precisely(int32(3*p.IntN(4))), func(v any) any { return v })
	}
	a := p.value(timeKind, 0)
	if a.fixed {
		return a
	}
	e := castTerm(a, timeKind, precisely(int32(3+p.IntN(7))), func(v any) any { return v })
	e.early = a.early
	return e
}

func (p *planner) date() term {
	a, ok := p.anyField(timeKind)
	if !ok || a.early {
		return p.literal(dateKind)
	}
	return castTerm(a, dateKind, &pb.Type{Kind: &pb.Type_Date_{Date: &pb.Type_Date{}}}, func(v any) any { return v.(time.Time).Truncate(24 * time.Hour) })
}

func precisely(digits int32) *pb.Type {
	return &pb.Type{Kind: &pb.Type_PrecisionTimestamp_{PrecisionTimestamp: &pb.Type_PrecisionTimestamp{Precision: digits}}}
}

func castTerm(a term, k kind, to *pb.Type, f func(v any) any) term {
	return term{kind: k, pb: &pb.Expression{RexType: &pb.Expression_Cast_{Cast: &pb.Expression_Cast{Type: to, Input: a.pb}}}, fixed: a.fixed, eval: func(row []any) any {
		if v := a.eval(row); v != nil {
			return f(v)
		}
		return nil
	}}
}
