package e2e_test

import (
	"cmp"
	"math"
	"math/big"
	"slices"
	"strings"
	"time"
)

// keys are the texts by which the rows are sorted, one a row, in their order.
func (p *randomPlan) keys(rows [][]any) []string {
	var out [][]any
	for _, row := range rows {
		var key []any
		for _, s := range p.sort {
			key = append(key, s.eval(row))
		}
		out = append(out, key)
	}
	slices.SortStableFunc(out, func(a, b []any) int {
		for i, s := range p.sort {
			if c := s.compare(a[i], b[i]); c != 0 {
				return c
			}
		}
		return 0
	})
	return oneZero(out)
}

// oneZero are the texts of rows with -0 as 0: where DuckDB sorts doubles it gives them back so.
func oneZero(rows [][]any) []string {
	out := make([]string, len(rows))
	for i, row := range rows {
		row = slices.Clone(row)
		for j, v := range row {
			if v == 0.0 {
				row[j] = 0.0
			}
		}
		out[i] = rowText(row)
	}
	return out
}

func (s sortTerm) compare(a, b any) int {
	if a == nil || b == nil {
		c := cmp.Compare(map[bool]int{true: 1}[a == nil], map[bool]int{true: 1}[b == nil])
		if s.nullsFirst {
			return -c
		}
		return c
	}
	c := 0
	switch x := a.(type) {
	case bool:
		c = cmp.Compare(map[bool]int{true: 1}[x], map[bool]int{true: 1}[b.(bool)])
	case float64: // NaN is above all
		y := b.(float64)
		if c = cmp.Compare(x, y); math.IsNaN(x) != math.IsNaN(y) {
			c = -c
		}
	default:
		switch {
		case comparedValues("lt", a, b) == yes:
			c = -1
		case comparedValues("gt", a, b) == yes:
			c = 1
		}
	}
	if s.descending {
		return -c
	}
	return c
}

// comparedValues is a comparison by the function's name.
func comparedValues(name string, a, b any) truth {
	if a == nil || b == nil {
		return unknown
	}
	if x, y := number(a), number(b); x != nil && y != nil {
		_, first := a.(float64)
		_, second := b.(float64)
		if first || second { // as doubles
			f, g := asDouble(a), asDouble(b)
			return isTrue(map[string]bool{"equal": f == g, "not_equal": f != g, "lt": f < g, "lte": f <= g, "gt": f > g, "gte": f >= g}[name])
		}
		return ordered(name, x.Cmp(y))
	}
	switch x := a.(type) {
	case string:
		return ordered(name, strings.Compare(x, b.(string)))
	case time.Time:
		return ordered(name, x.Compare(b.(time.Time)))
	}
	return isTrue((a == b) == (name == "equal")) // booleans
}

func ordered(name string, order int) truth {
	return isTrue(map[string]bool{"equal": order == 0, "not_equal": order != 0, "lt": order < 0, "lte": order <= 0, "gt": order > 0, "gte": order >= 0}[name])
}

// number is nil for what is none.
func number(v any) *big.Rat {
	switch v := v.(type) {
	case int64:
		return new(big.Rat).SetInt64(v)
	case *big.Rat:
		return v
	case float64:
		return new(big.Rat) // its value does not matter
	}
	return nil
}

func asDouble(v any) float64 {
	if f, ok := v.(float64); ok {
		return f
	}
	f, _ := number(v).Float64()
	return f
}
