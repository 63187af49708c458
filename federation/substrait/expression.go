package substrait

import (
	"fmt"
	"slices"
)

// Expression is a [Column], a [Literal], a [Call], a [Cast] or a [Case], held by value. It has SQL's three-valued
// logic.
type Expression interface {
	// DataType is the type of the expression's value.
	DataType() Type
	size() int
}

// Column is a column of the table that is read.
type Column struct {
	Name string // as the plan has it
	Type Type
}

// Literal is a constant.
type Literal struct {
	Type Type
	// Value is nil for null; otherwise, by the type's kind: bool; int64; float64; *big.Rat for Decimal; string; int64
	// for Date, days since 1970-01-01; Moment for Timestamp.
	Value any
}

// Call applies a function to its arguments.
type Call struct {
	Function Function
	Type     Type
	Args     []Expression
	// Option is what Extract extracts, "YEAR" and so on, and the escape character of a Like, if it has one.
	Option string
	nodes  int
}

// Cast turns a value into another type, or fails the query. The input is no constant: those are cast already.
type Cast struct {
	To    Type
	Input Expression
	nodes int
}

// Case is CASE WHEN … THEN … ELSE … END: the value beside the first condition that is true.
type Case struct {
	When  []Expression // conditions
	Then  []Expression // as many values
	Else  Expression   // an untyped null if there was none
	Type  Type
	nodes int
}

// DataType is the column's type.
func (c Column) DataType() Type { return c.Type }

// DataType is the constant's type.
func (l Literal) DataType() Type { return l.Type }

// DataType is the type of the function's result.
func (c Call) DataType() Type { return c.Type }

// DataType is the type cast to.
func (c Cast) DataType() Type { return c.To }

// DataType is the type of the values.
func (c Case) DataType() Type { return c.Type }

func (Column) size() int  { return 1 }
func (Literal) size() int { return 1 }
func (c Call) size() int  { return c.nodes }
func (c Cast) size() int  { return c.nodes }
func (c Case) size() int  { return c.nodes }

func sizes(es ...Expression) int {
	n := 1
	for _, e := range es {
		n += e.size()
	}
	return n
}

func newCast(input Expression, to Type) Expression {
	return Cast{To: to, Input: input, nodes: sizes(input)}
}

// True, False and Null are the boolean constants.
var (
	True  = Literal{Type: Type{Kind: Bool}, Value: true}
	False = Literal{Type: Type{Kind: Bool}, Value: false}
	Null  = Literal{Type: Type{Kind: Bool}}
)

func isLiteral(e Expression) bool {
	_, ok := e.(Literal)
	return ok
}

// nullsOf gives every null the one type that its neighbours have.
func nullsOf(t Type, es []Expression) []Expression {
	out := slices.Clone(es)
	for i, e := range out {
		if isNull(e) {
			out[i] = Literal{Type: t}
		}
	}
	return out
}

func isNull(e Expression) bool {
	l, ok := e.(Literal)
	return ok && l.Value == nil
}

// Apply is the call of a function, checked, and evaluated as far as it can be without a row. The option is empty but
// for Extract and Like.
func Apply(f Function, option string, args ...Expression) (Expression, error) {
	s, known := signatures[f]
	if !known {
		return nil, fmt.Errorf("function %q is not supported", f)
	}
	if len(args) < s.least || s.most >= 0 && len(args) > s.most {
		return nil, fmt.Errorf("function %q does not take %d arguments", f, len(args))
	}
	t, err := s.result(args)
	if err != nil {
		return nil, fmt.Errorf("function %q: %w", f, err)
	}
	return fold(Call{Function: f, Type: t, Args: args, Option: option, nodes: sizes(args...)})
}
