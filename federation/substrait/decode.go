package substrait

import (
	"errors"
	"fmt"
	"strings"

	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"
)

// decoder reads expressions within a bound on their number.
type decoder struct {
	functions map[uint32]string // by anchor, as declared: "equal:any_any"
	left      int               // nodes that may still be made
}

func (d *decoder) spend(n int) error {
	if d.left -= n; d.left < 0 {
		return errors.New("the plan is too large")
	}
	return nil
}

// expression reads an expression over the fields of a relation's input.
func (d *decoder) expression(e *pb.Expression, input []Expression, depth int) (Expression, error) {
	if depth > maxDepth {
		return nil, errors.New("an expression is nested too deeply")
	}
	if err := d.spend(1); err != nil {
		return nil, err
	}
	switch x := e.GetRexType().(type) {
	case *pb.Expression_Literal_:
		return literal(x.Literal)
	case *pb.Expression_Selection:
		return d.field(x.Selection, input)
	case *pb.Expression_ScalarFunction_:
		return d.function(x.ScalarFunction, input, depth)
	case *pb.Expression_Cast_:
		in, err := d.expression(x.Cast.GetInput(), input, depth+1)
		if err != nil {
			return nil, err
		}
		return castTo(in, typeOf(x.Cast.GetType()))
	case *pb.Expression_SingularOrList_:
		value, err := d.expression(x.SingularOrList.GetValue(), input, depth+1)
		if err != nil {
			return nil, err
		}
		return d.in(value, x.SingularOrList.GetOptions(), input, depth)
	case *pb.Expression_IfThen_:
		return d.ifThen(x.IfThen, input, depth)
	case *pb.Expression_Subquery_:
		return d.subquery(x.Subquery, input, depth)
	case nil:
		return nil, errors.New("an expression is missing or of an unknown kind")
	default:
		return nil, fmt.Errorf("%s expressions are not supported", kindOf(x))
	}
}

func (d *decoder) field(f *pb.Expression_FieldReference, input []Expression) (Expression, error) {
	field := f.GetDirectReference().GetStructField()
	if field == nil || field.GetChild() != nil || f.GetRootReference() == nil {
		return nil, errors.New("only plain references to a column are supported")
	}
	n := field.GetField()
	if n < 0 || int(n) >= len(input) {
		return nil, fmt.Errorf("field %d of %d", n, len(input))
	}
	return input[n], d.spend(input[n].size())
}

func (d *decoder) function(f *pb.Expression_ScalarFunction, input []Expression, depth int) (Expression, error) {
	declared, ok := d.functions[f.GetFunctionReference()]
	if !ok {
		return nil, fmt.Errorf("function anchor %d is not declared", f.GetFunctionReference())
	}
	if len(f.GetOptions()) > 0 {
		return nil, fmt.Errorf("function %s: options are not supported", declared)
	}
	if len(f.GetArgs()) > 0 { //nolint:staticcheck // without them the call would be one of no arguments
		return nil, fmt.Errorf("function %s: arguments in the deprecated form are not supported", declared)
	}
	var part string
	var args []Expression
	for _, a := range f.GetArguments() {
		switch x := a.GetArgType().(type) {
		case *pb.FunctionArgument_Value:
			value, err := d.expression(x.Value, input, depth+1)
			if err != nil {
				return nil, err
			}
			args = append(args, value)
		case *pb.FunctionArgument_Enum:
			if part != "" || len(args) > 0 {
				return nil, fmt.Errorf("function %s: two enum arguments, or one behind a value", declared)
			}
			part = x.Enum
		default:
			return nil, fmt.Errorf("function %s: an argument of kind %s", declared, kindOf(x))
		}
	}
	name, _, _ := strings.Cut(declared, ":")
	function := Function(name)
	switch {
	case (function == Extract) != (part != ""):
		return nil, fmt.Errorf("function %s: the enum argument %q", declared, part)
	case function == Extract && len(args) == 1 && !canExtract(part, args[0].DataType()):
		return nil, fmt.Errorf("function %s: %s of %s is not supported", declared, part, args[0].DataType())
	}
	return bounded(Apply(function, part, args...))
}

// bounded refuses what has grown too large by functions that use an argument twice.
func bounded(e Expression, err error) (Expression, error) {
	if err == nil && e.size() > maxNodes {
		return nil, errors.New("the plan is too large")
	}
	return e, err
}

// castTo casts a constant at once and leaves out a cast that changes nothing.
func castTo(in Expression, to Type) (Expression, error) {
	if l, constant := in.(Literal); constant {
		return cast(l, to)
	}
	from := in.DataType()
	switch {
	case from == to, from.Kind == Text && to == Type{Kind: Text}:
		return in, nil
	case widens(from, to), converts(from, to):
		return newCast(in, to), nil
	}
	return nil, fmt.Errorf("a cast of a column from %s to %s is not supported", from, to)
}

// widens says that each value of one type is one of the other's.
func widens(from, to Type) bool {
	digits := map[int]int{8: 3, 16: 5, 32: 10, 64: 19}
	switch from.Kind {
	case Int:
		return to.Kind == Int && to.Bits >= from.Bits || to.Kind == Decimal && to.Precision-to.Scale >= digits[from.Bits]
	case Float:
		return to.Kind == Float && to.Bits >= from.Bits
	case Timestamp:
		return to.Kind == Timestamp && to.Zoned == from.Zoned && to.Precision >= from.Precision
	case Text:
		return to.Kind == Text && to.Precision >= from.Precision && from.Precision > 0
	}
	return false
}

// converts says that a cast means the same for Athena and for other engines of its family.
func converts(from, to Type) bool {
	switch from.Kind {
	case Int:
		return to == Type{Kind: Float, Bits: 64} || to == Type{Kind: Text}
	case Float:
		return to.Kind == Int && to.Bits >= 32
	case Text:
		return to.Kind == Text || to.Kind == Int && to.Bits >= 32 || to == Type{Kind: Float, Bits: 64}
	case Date:
		return to.Kind == Timestamp && !to.Zoned
	case Timestamp:
		return to.Kind == Date && !from.Zoned
	}
	return false
}

// in is SQL's IN: equal to one of the options.
func (d *decoder) in(value Expression, options []*pb.Expression, input []Expression, depth int) (Expression, error) {
	equals := make([]Expression, len(options))
	for i, o := range options {
		if err := d.spend(value.size()); err != nil {
			return nil, err
		}
		option, err := d.expression(o, input, depth+1)
		if err != nil {
			return nil, err
		}
		if equals[i], err = Apply(Equal, "", value, option); err != nil {
			return nil, err
		}
	}
	return Apply(Or, "", equals...)
}

func (d *decoder) ifThen(x *pb.Expression_IfThen, input []Expression, depth int) (Expression, error) {
	c := Case{Else: Literal{Type: Type{Kind: untyped}}}
	for _, clause := range x.GetIfs() {
		when, err := d.expression(clause.GetIf(), input, depth+1)
		if err != nil {
			return nil, err
		}
		then, err := d.expression(clause.GetThen(), input, depth+1)
		if err != nil {
			return nil, err
		}
		c.When, c.Then = append(c.When, when), append(c.Then, then)
	}
	if x.GetElse() != nil {
		var err error
		if c.Else, err = d.expression(x.GetElse(), input, depth+1); err != nil {
			return nil, err
		}
	}
	if len(c.When) == 0 {
		return nil, errors.New("a CASE without a WHEN")
	}
	if _, err := booleans(c.When); err != nil {
		return nil, fmt.Errorf("CASE: %w", err)
	}
	var err error
	if c.Type, err = alike(append(append([]Expression(nil), c.Then...), c.Else)); err != nil {
		return nil, fmt.Errorf("CASE: %w", err)
	}
	c.When, c.Then, c.Else = nullsOf(Type{Kind: Bool}, c.When), nullsOf(c.Type, c.Then), nullsOf(c.Type, []Expression{c.Else})[0]
	c.nodes = sizes(c.When...) + sizes(c.Then...) + sizes(c.Else)
	return c, nil
}

// subquery reads IN over a list of constants, as Isthmus writes the longer ones.
func (d *decoder) subquery(s *pb.Expression_Subquery, input []Expression, depth int) (Expression, error) {
	p := s.GetInPredicate()
	table := p.GetHaystack().GetRead().GetVirtualTable()
	if table == nil || len(p.GetNeedles()) != 1 || p.GetHaystack().GetRead().GetFilter() != nil {
		return nil, errors.New("subqueries are not supported, but for IN over a list of constants")
	}
	value, err := d.expression(p.GetNeedles()[0], input, depth+1)
	if err != nil {
		return nil, err
	}
	var options []*pb.Expression
	for _, row := range table.GetValues() { //nolint:staticcheck // deprecated, and what Isthmus writes
		if len(row.GetFields()) != 1 {
			return nil, errors.New("an IN list with rows of several values is not supported")
		}
		options = append(options, &pb.Expression{RexType: &pb.Expression_Literal_{Literal: row.GetFields()[0]}})
	}
	for _, row := range table.GetExpressions() {
		if len(row.GetFields()) != 1 {
			return nil, errors.New("an IN list with rows of several values is not supported")
		}
		options = append(options, row.GetFields()[0])
	}
	return d.in(value, options, nil, depth)
}

// kindOf is the name of a message's variant, as Substrait has it: "Aggregate" for *substraitpb.Rel_Aggregate.
func kindOf(variant any) string {
	name := fmt.Sprintf("%T", variant)
	return strings.Trim(name[strings.LastIndex(strings.TrimRight(name, "_"), "_")+1:], "_")
}
