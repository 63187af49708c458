package sqlgen_test

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// where evaluates the condition of a statement for one value of its only column, as the service would: text by bytes,
// timestamps in nanoseconds, NaN equal to and beside nothing, null by three-valued logic. It reads the SQL text anew,
// so a fault in quoting shows up here too.
//
// Values: nil, bool, int64, float64, string, time.Time (timestamps and dates).
func where(sql string, value any) (bool, error) {
	_, condition, ok := strings.Cut(sql, "\nWHERE ")
	if !ok {
		return true, nil
	}
	toks, err := tokens(condition)
	if err != nil {
		return false, err
	}
	e := evaluator{toks: toks, value: value}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%s: %v", condition, r)
		}
	}()
	got := e.or()
	if e.at != len(e.toks) && !e.is("LIMIT") {
		return false, fmt.Errorf("%s: stopped at %q", condition, e.toks[e.at:])
	}
	return got == yes, err
}

func tokens(s string) ([]string, error) {
	var out []string
	for i := 0; i < len(s); {
		c := s[i]
		start := i
		switch {
		case unicode.IsSpace(rune(c)):
			i++
			continue
		case c == '\'' || c == '"':
			i++
			for ; ; i++ {
				if i >= len(s) {
					return nil, fmt.Errorf("no end of %q", s[start:])
				}
				if s[i] == c {
					if i+1 < len(s) && s[i+1] == c {
						i++
						continue
					}
					break
				}
			}
			i++
		case strings.IndexByte("(),=", c) >= 0:
			i++
		case c == '<' || c == '>':
			i++
			if i < len(s) && (s[i] == '=' || s[i] == '>') {
				i++
			}
		default:
			for i < len(s) && strings.IndexByte(" \n(),=<>'\"", s[i]) < 0 {
				i++
			}
		}
		out = append(out, s[start:i])
	}
	return out, nil
}

type truth int

const (
	no truth = iota
	unknown
	yes
)

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

type evaluator struct {
	toks  []string
	at    int
	value any
}

func (e *evaluator) is(word string) bool { return e.at < len(e.toks) && e.toks[e.at] == word }

func (e *evaluator) eat(word string) bool {
	if e.is(word) {
		e.at++
		return true
	}
	return false
}

func (e *evaluator) need(word string) {
	if !e.eat(word) {
		panic("want " + word + " before " + strings.Join(e.toks[e.at:], " "))
	}
}

func (e *evaluator) or() truth {
	r := e.and()
	for e.eat("OR") {
		r = max(r, e.and())
	}
	return r
}

func (e *evaluator) and() truth {
	r := e.not()
	for e.eat("AND") {
		r = min(r, e.not())
	}
	return r
}

func (e *evaluator) not() truth {
	if e.eat("NOT") {
		return yes - e.not()
	}
	if e.eat("(") {
		r := e.or()
		e.need(")")
		return r
	}
	return e.comparison()
}

func (e *evaluator) comparison() truth {
	if name := e.toks[e.at]; name != `"c"` {
		panic("unknown column " + name)
	}
	e.at++
	switch op := e.toks[e.at]; op {
	case "IS":
		e.at++
		not := e.eat("NOT")
		e.need("NULL")
		return truthOf((e.value == nil) != not)
	case "NOT", "IN":
		not := e.eat("NOT")
		e.need("IN")
		e.need("(")
		found := no
		for {
			found = max(found, e.compare("=", e.literal()))
			if !e.eat(",") {
				break
			}
		}
		e.need(")")
		if not {
			return yes - found
		}
		return found
	default:
		e.at++
		return e.compare(op, e.literal())
	}
}

func (e *evaluator) literal() any {
	t := e.toks[e.at]
	e.at++
	switch {
	case t == "TIMESTAMP" || t == "DATE":
		layout := map[string]string{"TIMESTAMP": "2006-01-02 15:04:05.000000000", "DATE": time.DateOnly}[t]
		v, err := time.Parse(layout, strings.Trim(e.toks[e.at], "'"))
		if err != nil {
			panic(err)
		}
		e.at++
		return v
	case t == "true" || t == "false":
		return t == "true"
	case t[0] == '\'':
		return strings.ReplaceAll(t[1:len(t)-1], "''", "'")
	case strings.Contains(t, "E"):
		f, err := strconv.ParseFloat(t, 64)
		if err != nil {
			panic(err)
		}
		return f
	default:
		digits := strings.TrimPrefix(t, "-")
		n, err := strconv.ParseInt(digits, 10, 64)
		if err != nil {
			panic(err)
		}
		if digits != t {
			n = -n
		}
		return n
	}
}

func (e *evaluator) compare(op string, lit any) truth {
	if e.value == nil {
		return unknown
	}
	order := 0
	switch v := e.value.(type) {
	case string:
		order = strings.Compare(v, lit.(string))
	case int64:
		order = sign(v < lit.(int64), v > lit.(int64))
	case bool:
		order = sign(!v && lit.(bool), v && !lit.(bool))
	case time.Time:
		order = v.Compare(lit.(time.Time))
	case float64:
		if math.IsNaN(v) {
			return truthOf(op == "<>")
		}
		order = sign(v < lit.(float64), v > lit.(float64))
	default:
		panic(fmt.Sprintf("no order for %T", v))
	}
	return truthOf(map[string]bool{"=": order == 0, "<>": order != 0, "<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[op])
}

func sign(less, more bool) int {
	switch {
	case less:
		return -1
	case more:
		return 1
	}
	return 0
}
