package athena

import (
	"math/big"
)

// constantKind is how a constant compares with others.
type constantKind uint8

const (
	otherConstant  constantKind = iota // of a type that is not compared here
	nullConstant                       // of any type
	boolConstant                       // boolean
	numberConstant                     // number: integers and decimals; float: what SQL converts it to
	doubleConstant                     // float
	realConstant                       // float
	textConstant                       // text
	bytesConstant                      // bytes
	timeConstant                       // number, nanoseconds since 1970: dates and timestamps
)

// String names the kind as SQL does.
func (k constantKind) String() string {
	return [...]string{"value of another type", "null", "boolean", "number", "double", "real", "varchar", "varbinary", "timestamp"}[k]
}

// constant is the value of an expression without columns.
type constant struct {
	kind    constantKind
	boolean bool
	number  *big.Rat
	float   float64
	text    string
	bytes   []byte
}

// asFloat is the value as SQL converts it for a comparison with a double.
func (k constant) asFloat() (float64, bool) {
	switch k.kind {
	case doubleConstant, realConstant:
		return k.float, true
	case numberConstant:
		return k.float, true
	}
	return 0, false
}
