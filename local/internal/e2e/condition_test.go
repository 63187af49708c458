package e2e_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"strconv"
	"strings"
	"unicode/utf8"
)

// truth is SQL's.
type truth int

const (
	no truth = iota
	unknown
	yes
)

func isTrue(b bool) truth {
	if b {
		return yes
	}
	return no
}

func (t truth) not() truth { return yes - t }

// condition is a condition in SQL, and what it says of a row.
type condition struct {
	sql  string
	eval func(row []any) truth
}

// field is a column that conditions may use.
type field struct {
	column
	sql   string
	index int   // in the rows
	seen  []any // values that occur
}

// fields of a table whose rows begin at an offset.
func (t *table) fields(prefix string, offset int) []field {
	var out []field
	for i, c := range t.columns {
		f := field{column: c, sql: prefix + c.sql(), index: offset + i}
		for _, r := range t.rows {
			if x, ok := r[i].(float64); r[i] != nil && !(ok && (math.IsNaN(x) || math.IsInf(x, 0))) {
				f.seen = append(f.seen, r[i])
			}
		}
		out = append(out, f)
	}
	return out
}

// drawer draws conditions.
type drawer struct {
	*rand.Rand
	fields []field
}

func (d drawer) condition(depth int) condition {
	if depth == 0 {
		return d.leaf(pick(d.Rand, d.fields))
	}
	switch d.IntN(6) {
	case 0, 1:
		a, b := d.condition(depth-1), d.condition(depth-1)
		return condition{"(" + a.sql + " AND " + b.sql + ")", func(r []any) truth { return min(a.eval(r), b.eval(r)) }}
	case 2, 3:
		a, b := d.condition(depth-1), d.condition(depth-1)
		return condition{"(" + a.sql + " OR " + b.sql + ")", func(r []any) truth { return max(a.eval(r), b.eval(r)) }}
	case 4:
		return negated(d.condition(depth - 1))
	}
	return d.condition(depth - 1)
}

func negated(c condition) condition {
	return condition{"NOT (" + c.sql + ")", func(r []any) truth { return c.eval(r).not() }}
}

var operators = map[string]func(c int) bool{
	"=": func(c int) bool { return c == 0 }, "<>": func(c int) bool { return c != 0 }, "<": func(c int) bool { return c < 0 },
	"<=": func(c int) bool { return c <= 0 }, ">": func(c int) bool { return c > 0 }, ">=": func(c int) bool { return c >= 0 },
}

var operatorNames = []string{"=", "<>", "<", "<=", ">", ">="}

var mirrored = map[string]string{"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}

// leaf is a condition on one column.
func (d drawer) leaf(f field) condition {
	not := pick(d.Rand, []string{"", "NOT "})
	give := func(sql string, eval func(v any) truth) condition {
		return condition{sql, func(r []any) truth {
			if not != "" {
				return eval(r[f.index]).not()
			}
			return eval(r[f.index])
		}}
	}
	switch n := d.IntN(10); {
	case n == 0:
		return give(f.sql+" IS "+not+"NULL", func(v any) truth { return isTrue(v == nil) })
	case n == 1:
		a, b := d.constant(f), d.constant(f)
		return give(f.sql+" "+not+"BETWEEN "+a.sql+" AND "+b.sql, func(v any) truth {
			return min(compared(v, ">=", a.value), compared(v, "<=", b.value))
		})
	case n == 2 || n == 3:
		return d.in(f, not, give)
	case n == 4:
		k := d.constant(f)
		return give(f.sql+" IS "+not+"DISTINCT FROM "+k.sql, func(v any) truth { return compared(v, "=", k.value).knownOr(v == nil && k.value == nil).not() })
	case n == 5 && f.kind == textKind:
		return d.like(f, not, give)
	case n == 5 && f.kind == boolKind:
		return give(not+f.sql, func(v any) truth { return compared(v, "=", true) })
	case n == 6 && f.kind == textKind:
		k := d.IntN(4)
		return give(not+"length("+f.sql+") > "+strconv.Itoa(k), func(v any) truth {
			if v == nil {
				return unknown
			}
			return isTrue(utf8.RuneCountInString(v.(string)) > k)
		})
	}
	not = ""
	op, k := pick(d.Rand, operatorNames), d.constant(f)
	sql := f.sql + " " + op + " " + k.sql
	if d.IntN(4) == 0 {
		sql = k.sql + " " + mirrored[op] + " " + f.sql
	}
	return give(sql, func(v any) truth { return compared(v, op, k.value) })
}

// knownOr replaces unknown.
func (t truth) knownOr(b bool) truth {
	if t == unknown {
		return isTrue(b)
	}
	return t
}

func (d drawer) in(f field, not string, give func(string, func(any) truth) condition) condition {
	n := 1 + d.IntN(5)
	if d.IntN(12) == 0 {
		n = 500 + d.IntN(2500)
	}
	items := make([]constant, n)
	texts := make([]string, n)
	approximate := false
	for i := range items {
		items[i] = d.constant(f)
		for _, decimal := items[i].value.(*big.Rat); decimal; _, decimal = items[i].value.(*big.Rat) {
			items[i] = d.constant(f)
		}
		_, double := items[i].value.(float64)
		approximate = approximate || double
		texts[i] = items[i].sql
	}
	return give(f.sql+" "+not+"IN ("+strings.Join(texts, ", ")+")", func(v any) truth {
		if n, ok := v.(int64); ok && approximate {
			v = float64(n)
		}
		found := no
		for _, k := range items {
			found = max(found, compared(v, "=", k.value))
		}
		return found
	})
}

func (d drawer) like(f field, not string, give func(string, func(any) truth) condition) condition {
	s := []rune(d.value(f).(string))
	var pattern []any // runes, and "%" or "_" as strings
	for _, c := range s[:min(len(s), 12)] {
		switch d.IntN(5) {
		case 0:
			pattern = append(pattern, "%")
		case 1:
			pattern = append(pattern, "_")
		default:
			pattern = append(pattern, c)
		}
	}
	if d.IntN(2) == 0 {
		pattern = append(pattern, "%")
	}
	var sql strings.Builder
	for _, p := range pattern {
		switch p := p.(type) {
		case string:
			sql.WriteString(p)
		case rune:
			if strings.ContainsRune("%_!", p) {
				sql.WriteByte('!')
			}
			sql.WriteRune(p)
		}
	}
	return give(f.sql+" "+not+"LIKE "+quote(sql.String())+" ESCAPE '!'", func(v any) truth {
		if v == nil {
			return unknown
		}
		return isTrue(matches([]rune(v.(string)), pattern))
	})
}

// matches keeps, for each part of the pattern, the ends that the part before it may have.
func matches(s []rune, pattern []any) bool {
	ends := make([]bool, len(s)+1)
	ends[0] = true
	for _, part := range pattern {
		next := make([]bool, len(s)+1)
		for i := range ends {
			switch {
			case part == "%":
				next[i] = ends[i] || i > 0 && next[i-1]
			case i > 0:
				next[i] = ends[i-1] && (part == "_" || part == s[i-1])
			}
		}
		ends = next
	}
	return ends[len(s)]
}
