package predicate

import "github.com/apache/arrow-go/v18/arrow"

// Expression is a [Constant], a [Variable] or a [Call], held by value (not by pointer).
//
// The types of variables and calls come from the wire without children: a list's element type is arrow.Null then, and a
// struct has no members. A constant's type is whole.
type Expression interface {
	// DataType is the type of the expression's result.
	DataType() arrow.DataType
}

// Constant is one value, or several for the list of an IN.
type Constant struct {
	Type   arrow.DataType
	Values []Value // nil elements are null; all of Type
	// NullBlock tells that the sender gave no block of values at all, which differs on the wire from an empty one.
	NullBlock bool
}

// DataType is the type of each value.
func (c Constant) DataType() arrow.DataType { return c.Type }

// Variable stands for a column's value.
type Variable struct {
	Name string
	Type arrow.DataType
}

// DataType is the column's type.
func (v Variable) DataType() arrow.DataType { return v.Type }

// Call applies a function. A function name this project does not know is not an error: it only cannot be pushed down.
type Call struct {
	Type     arrow.DataType
	Function string // as on the wire: "$equal"
	Args     []Expression
}

// DataType is the type of the function's result.
func (c Call) DataType() arrow.DataType { return c.Type }

// The names of the functions that the Java SDK knows (its StandardFunctions). And, Or and Array take any number of
// arguments; Not, IsNull and Negate take one; the others two. "x IN (1, 2)" is In(x, Array(1, 2)), or In(x, constant of two values).
const (
	And            = "$and"
	Or             = "$or"
	Not            = "$not"
	IsNull         = "$is_null"
	Negate         = "$negate"
	NullIf         = "$nullif"
	Equal          = "$equal"
	NotEqual       = "$not_equal"
	Less           = "$less_than"
	LessOrEqual    = "$less_than_or_equal"
	Greater        = "$greater_than"
	GreaterOrEqual = "$greater_than_or_equal"
	IsDistinctFrom = "$is_distinct_from"
	Add            = "$add"
	Subtract       = "$subtract"
	Multiply       = "$multiply"
	Divide         = "$divide"
	Modulus        = "$modulus"
	LikePattern    = "$like_pattern"
	In             = "$in"
	Array          = "$array"
)
