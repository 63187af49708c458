package substrait

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

var (
	errOverflow = errors.New("an integer overflows")
	errZero     = errors.New("a division by zero")
)

// functionOf is a function of values that are not null.
func functionOf(e Call) (func(v []any) (any, error), error) {
	switch e.Function {
	case Not:
		return func(v []any) (any, error) { return v[0] == false, nil }, nil
	case Add, Subtract, Multiply, Divide, Modulus:
		return arithmeticOf(e)
	case Negate, Abs:
		return signOf(e), nil
	case Like:
		return likeOf(e)
	case StartsWith:
		return func(v []any) (any, error) { return strings.HasPrefix(v[0].(string), v[1].(string)), nil }, nil
	case Lower:
		return func(v []any) (any, error) { return strings.Map(unicode.ToLower, v[0].(string)), nil }, nil
	case Upper:
		return func(v []any) (any, error) { return strings.Map(unicode.ToUpper, v[0].(string)), nil }, nil
	case CharLength:
		return func(v []any) (any, error) { return int64(utf8.RuneCountInString(v[0].(string))), nil }, nil
	case Concat:
		return func(v []any) (any, error) {
			var b strings.Builder
			for _, s := range v {
				b.WriteString(s.(string))
			}
			return b.String(), nil
		}, nil
	case Substring:
		return func(v []any) (any, error) {
			rest := firstRunes(v[0].(string), v[1].(int64)-1)
			s := v[0].(string)[len(rest):]
			if len(v) == 3 {
				s = firstRunes(s, v[2].(int64))
			}
			return s, nil
		}, nil
	case Extract:
		return func(v []any) (any, error) { return part(e.Option, momentOfValue(v[0])) }, nil
	}
	return nil, errors.New("it cannot be evaluated")
}

// firstRunes is at most the first n characters.
func firstRunes(s string, n int64) string {
	for i := range s {
		if n--; n < 0 {
			return s[:i]
		}
	}
	return s
}

// arithmeticOf is of two integers or of two doubles.
func arithmeticOf(e Call) (func(v []any) (any, error), error) {
	switch e.Type.Kind {
	case Float:
		if e.Type.Bits != 64 {
			return nil, fmt.Errorf("of type %s", e.Type)
		}
		return func(v []any) (any, error) { return floatResult(e.Function, v[0].(float64), v[1].(float64)), nil }, nil
	case Int:
		return func(v []any) (any, error) {
			a, b := v[0].(int64), v[1].(int64)
			if b == 0 && (e.Function == Divide || e.Function == Modulus) {
				return nil, errZero
			}
			return fitted(integerResult(e.Function, big.NewInt(a), big.NewInt(b)), e.Type)
		}, nil
	}
	return nil, fmt.Errorf("of type %s", e.Type)
}

func floatResult(f Function, a, b float64) float64 {
	switch f {
	case Add:
		return a + b
	case Subtract:
		return a - b
	case Multiply:
		return a * b
	default:
		return a / b
	}
}

// integerResult cuts quotients towards zero.
func integerResult(f Function, a, b *big.Int) *big.Int {
	switch f {
	case Add:
		return a.Add(a, b)
	case Subtract:
		return a.Sub(a, b)
	case Multiply:
		return a.Mul(a, b)
	case Divide:
		return a.Quo(a, b)
	default:
		return a.Rem(a, b)
	}
}

func fitted(n *big.Int, t Type) (any, error) {
	if !n.IsInt64() || !fitsInt(n.Int64(), t.Bits) {
		return nil, errOverflow
	}
	return n.Int64(), nil
}

// signOf is Negate or Abs.
func signOf(e Call) func(v []any) (any, error) {
	return func(v []any) (any, error) {
		switch x := v[0].(type) {
		case int64:
			if e.Function == Abs && x >= 0 {
				return x, nil
			}
			return fitted(new(big.Int).Neg(big.NewInt(x)), e.Type)
		default:
			f := x.(float64)
			if e.Function == Abs {
				return math.Abs(f), nil
			}
			return -f, nil
		}
	}
}

// likeOf matches a constant pattern.
func likeOf(e Call) (func(v []any) (any, error), error) {
	l, _ := e.Args[1].(Literal)
	text, ok := l.Value.(string)
	if !ok {
		return nil, errors.New("the pattern is no constant text")
	}
	pattern, err := parseLike(text, e.Option)
	if err != nil {
		return nil, err
	}
	return func(v []any) (any, error) { return pattern.matches([]rune(v[0].(string))), nil }, nil
}

// likePattern is a LIKE's pattern: characters, and one or any number of any.
type likePattern []rune

const (
	anyOne  rune = -1
	anyMany rune = -2
)

func parseLike(text, escape string) (likePattern, error) {
	var out likePattern
	escaped := false
	for _, r := range text {
		switch {
		case escaped && r != '%' && r != '_' && string(r) != escape:
			return nil, errors.New("an escape stands before a character that needs none")
		case escaped:
			out, escaped = append(out, r), false
		case string(r) == escape:
			escaped = true
		case r == '%':
			out = append(out, anyMany)
		case r == '_':
			out = append(out, anyOne)
		default:
			out = append(out, r)
		}
	}
	if escaped {
		return nil, errors.New("an escape stands at the end")
	}
	return out, nil
}

// matches goes back to the last % only: what an earlier one took can always be left to the last.
func (p likePattern) matches(s []rune) bool {
	at, many, from := 0, -1, 0
	for i := 0; i < len(s); {
		switch {
		case at < len(p) && p[at] == anyMany:
			many, from = at, i
			at++
		case at < len(p) && (p[at] == anyOne || p[at] == s[i]):
			at++
			i++
		case many >= 0:
			from++
			at, i = many+1, from
		default:
			return false
		}
	}
	for at < len(p) && p[at] == anyMany {
		at++
	}
	return at == len(p)
}

// part is a part of a point of time, one that canExtract knows.
func part(name string, m Moment) (any, error) {
	t := time.Unix(m.Seconds, 0).UTC()
	switch name {
	case "YEAR":
		return int64(t.Year()), nil
	case "MONTH":
		return int64(t.Month()), nil
	case "DAY":
		return int64(t.Day()), nil
	case "HOUR":
		return int64(t.Hour()), nil
	case "MINUTE":
		return int64(t.Minute()), nil
	}
	return nil, fmt.Errorf("it does not know %s", name)
}
