package substrait

import (
	"errors"
	"fmt"
	"slices"
)

// Function is the name of a function, as Substrait's function files have it, without the argument types behind a colon.
type Function string

// The functions that are understood. And and Or take any number of arguments; In takes a value and at least one more.
// Positions in texts count characters from 1.
const (
	And               Function = "and"
	Or                Function = "or"
	Not               Function = "not"
	Equal             Function = "equal"
	NotEqual          Function = "not_equal"
	Less              Function = "lt"
	LessOrEqual       Function = "lte"
	Greater           Function = "gt"
	GreaterOrEqual    Function = "gte"
	IsNull            Function = "is_null"
	IsTrue            Function = "is_true"
	IsFalse           Function = "is_false"
	IsDistinctFrom    Function = "is_distinct_from"
	Like              Function = "like"        // the second argument is a constant pattern of % and _
	StartsWith        Function = "starts_with" // the second argument is a constant
	Coalesce          Function = "coalesce"
	NullIf            Function = "nullif" // becomes a Case
	Add               Function = "add"
	Subtract          Function = "subtract"
	Multiply          Function = "multiply"
	Divide            Function = "divide" // of integers: cut towards zero
	Modulus           Function = "modulus"
	Negate            Function = "negate"
	Abs               Function = "abs"
	Lower             Function = "lower"
	Upper             Function = "upper"
	Concat            Function = "concat"
	CharLength        Function = "char_length"
	Substring         Function = "substring"
	Extract           Function = "extract"
	isNotNull         Function = "is_not_null"
	isNotTrue         Function = "is_not_true"
	isNotFalse        Function = "is_not_false"
	isNotDistinctFrom Function = "is_not_distinct_from"
	between           Function = "between"
)

type signature struct {
	least, most int // number of arguments; most < 0: no bound
	result      func(args []Expression) (Type, error)
}

// signatures is filled once; it is a function's table and never changes.
var signatures = map[Function]signature{
	And:               {0, -1, booleans},
	Or:                {0, -1, booleans},
	Not:               {1, 1, booleans},
	Equal:             {2, 2, comparable},
	NotEqual:          {2, 2, comparable},
	Less:              {2, 2, ordered},
	LessOrEqual:       {2, 2, ordered},
	Greater:           {2, 2, ordered},
	GreaterOrEqual:    {2, 2, ordered},
	IsNull:            {1, 1, anything},
	isNotNull:         {1, 1, anything},
	IsTrue:            {1, 1, booleans},
	IsFalse:           {1, 1, booleans},
	isNotTrue:         {1, 1, booleans},
	isNotFalse:        {1, 1, booleans},
	IsDistinctFrom:    {2, 2, comparable},
	isNotDistinctFrom: {2, 2, comparable},
	between:           {3, 3, ordered},
	Like:              {2, 2, pattern},
	StartsWith:        {2, 2, pattern},
	Coalesce:          {1, -1, alike},
	NullIf:            {2, 2, alike},
	Add:               {2, 2, arithmetic},
	Subtract:          {2, 2, arithmetic},
	Multiply:          {2, 2, arithmetic},
	Divide:            {2, 2, arithmetic},
	Modulus:           {2, 2, integers},
	Negate:            {1, 1, arithmetic},
	Abs:               {1, 1, arithmetic},
	Lower:             {1, 1, texts},
	Upper:             {1, 1, texts},
	Concat:            {2, -1, texts},
	CharLength:        {1, 1, length},
	Substring:         {2, 3, substring},
	Extract:           {1, 1, extract},
}

func booleans(args []Expression) (Type, error) {
	for _, a := range args {
		if t := a.DataType(); t.Kind != Bool && !isNull(a) {
			return Type{}, fmt.Errorf("%s is no boolean", t)
		}
	}
	return Type{Kind: Bool}, nil
}

func anything([]Expression) (Type, error) { return Type{Kind: Bool}, nil }

// comparable demands arguments of which each compares with the first.
func comparable(args []Expression) (Type, error) {
	for _, a := range args[1:] {
		if !compares(args[0], a) {
			return Type{}, fmt.Errorf("%s does not compare with %s", args[0].DataType(), a.DataType())
		}
	}
	return Type{Kind: Bool}, nil
}

func compares(a, b Expression) bool {
	s, t := a.DataType(), b.DataType()
	instant := func(t Type) bool { return t.Kind == Date || t.Kind == Timestamp }
	switch {
	case isNull(a), isNull(b):
		return true
	case s.numeric() && t.numeric(), instant(s) && instant(t):
		return true
	default:
		return s.Kind == t.Kind && (s.Kind == Bool || s.Kind == Text)
	}
}

func ordered(args []Expression) (Type, error) {
	if args[0].DataType().Kind == Bool && !isNull(args[0]) {
		return Type{}, errors.New("booleans have no order here")
	}
	return comparable(args)
}

func pattern(args []Expression) (Type, error) {
	if _, err := texts(args); err != nil {
		return Type{}, err
	}
	if _, constant := args[1].(Literal); !constant {
		return Type{}, errors.New("the second argument is no constant")
	}
	return Type{Kind: Bool}, nil
}

// alike demands arguments of one type, but for nulls.
func alike(args []Expression) (Type, error) {
	t := args[0].DataType()
	for _, a := range args[1:] {
		other := a.DataType()
		switch {
		case isNull(a):
		case t.Kind == untyped:
			t = other
		case other.Kind != t.Kind || other.Bits != t.Bits || other.Zoned != t.Zoned:
			return Type{}, fmt.Errorf("%s beside %s", t, other)
		default:
			t = wider(t, other)
		}
	}
	if t.Kind == Other || t.Kind == interval {
		return Type{}, fmt.Errorf("not of type %s", t)
	}
	return t, nil
}

// wider is the type of two that are alike but for how many characters or digits they have.
func wider(a, b Type) Type {
	switch {
	case a.Kind == Text && (a.Precision == 0 || b.Precision == 0):
		a.Precision = 0
	case a.Kind == Decimal:
		whole := max(a.Precision-a.Scale, b.Precision-b.Scale)
		a.Scale = max(a.Scale, b.Scale)
		a.Precision = whole + a.Scale
	default:
		a.Precision = max(a.Precision, b.Precision)
	}
	return a
}

// arithmetic is of two numbers of one type; Athena and Timestream agree on all of them. A point of time and a constant
// interval may be added, see foldMoment.
func arithmetic(args []Expression) (Type, error) {
	t := args[0].DataType()
	if t.Kind == Timestamp && len(args) == 2 && args[1].DataType().Kind == interval {
		return t, nil
	}
	if t.Kind != Int && t.Kind != Float {
		return Type{}, fmt.Errorf("not of type %s", t)
	}
	return alike(args)
}

func integers(args []Expression) (Type, error) {
	if t := args[0].DataType(); t.Kind != Int {
		return Type{}, fmt.Errorf("not of type %s", t)
	}
	return alike(args)
}

func texts(args []Expression) (Type, error) {
	for _, a := range args {
		if t := a.DataType(); t.Kind != Text && !isNull(a) {
			return Type{}, fmt.Errorf("%s is no text", t)
		}
	}
	return Type{Kind: Text}, nil
}

func length(args []Expression) (Type, error) {
	_, err := texts(args)
	return Type{Kind: Int, Bits: 64}, err
}

func substring(args []Expression) (Type, error) {
	if _, err := texts(args[:1]); err != nil {
		return Type{}, err
	}
	for _, a := range args[1:] {
		l, constant := a.(Literal)
		if n, ok := l.Value.(int64); !constant || !ok || n < 1 {
			return Type{}, errors.New("start and length are to be positive constants")
		}
	}
	return Type{Kind: Text}, nil
}

// extractable are the parts of a point of time on which there is no disagreement about weeks or fractions, those of a
// date first. It is never changed.
var extractable = []string{"YEAR", "MONTH", "DAY", "HOUR", "MINUTE"}

func extract(args []Expression) (Type, error) {
	switch t := args[0].DataType(); {
	case t.Kind == Date, t.Kind == Timestamp && !t.Zoned:
		return Type{Kind: Int, Bits: 64}, nil
	default:
		return Type{}, fmt.Errorf("not from %s", t)
	}
}

func canExtract(part string, from Type) bool {
	if from.Kind == Date {
		return slices.Contains(extractable[:3], part)
	}
	return slices.Contains(extractable, part)
}
