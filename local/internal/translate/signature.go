package translate

import (
	"strings"
	"sync"

	"athena-timestream/local/internal/sqlparse"
)

// function is one form of a function. signature reads like documentation, "bin(timestamp, interval) timestamp"; T and U stand for
// any type, "months" is interval year to month, and "x..." takes one or more arguments. In sql, $1 … $9 are the arguments, $* all
// of them; of aggregates and window functions also $d (DISTINCT), $o (ORDER BY inside), $n (IGNORE NULLS), $f (FILTER, OVER).
type function struct {
	signature string
	sql       string
	nan       bool // the result may be NaN though no argument is

	name     string
	params   []Type
	result   Type
	variadic bool
}

// typeVariable marks T and U in signatures: a kind beyond all others, with the letter as the name of a field.
const typeVariable Kind = 255

// catalogue is a table of functions by name.
type catalogue map[string][]*function

// parse reads the signatures of a table.
func parse(table []function) catalogue {
	c := catalogue{}
	for i := range table {
		f := table[i]
		open, end := strings.IndexByte(f.signature, '('), strings.LastIndex(f.signature, ") ")
		f.name = f.signature[:open]
		f.result = signatureType(f.signature[end+2:])
		params := f.signature[open+1 : end]
		if rest, ok := strings.CutSuffix(params, "..."); ok {
			f.variadic, params = true, rest
		}
		for _, p := range splitTop(params) {
			f.params = append(f.params, signatureType(p))
		}
		c[f.name] = append(c[f.name], &f)
	}
	return c
}

// splitTop splits at commas outside of parentheses.
func splitTop(s string) []string {
	var out []string
	depth, start := 0, 0
	for i, r := range s {
		switch {
		case r == '(':
			depth++
		case r == ')':
			depth--
		case r == ',' && depth == 0:
			out = append(out, strings.TrimSpace(s[start:i]))
			start = i + 1
		}
	}
	if s = strings.TrimSpace(s[start:]); s != "" {
		out = append(out, s)
	}
	return out
}

func signatureType(s string) Type {
	switch {
	case s == "T" || s == "U":
		return Type{Kind: typeVariable, Fields: []Field{{Name: s}}}
	case s == "interval":
		return Type{Kind: IntervalDaySecond}
	case s == "months":
		return Type{Kind: IntervalYearMonth}
	case strings.HasPrefix(s, "array("):
		return arrayOf(signatureType(s[6 : len(s)-1]))
	case strings.HasPrefix(s, "timeseries("):
		return timeSeriesOf(signatureType(s[11 : len(s)-1]))
	case strings.HasPrefix(s, "map("):
		parts := splitTop(s[4 : len(s)-1])
		k, e := signatureType(parts[0]), signatureType(parts[1])
		return Type{Kind: Map, Key: &k, Elem: &e}
	}
	return Type{Kind: scalarTypes[s]}
}

var (
	scalars = sync.OnceValue(func() map[string]catalogue {
		return map[string]catalogue{"": parse(scalarFunctions()), "Timestream": parse(timestreamFunctions()), "Athena": parse(trinoFunctions())}
	})
	aggregates = sync.OnceValue(func() map[string]catalogue {
		return map[string]catalogue{"": parse(aggregateFunctions()), "Athena": parse(trinoAggregates())}
	})
	windows = sync.OnceValue(func() catalogue { return parse(windowFunctions()) })
)

// scalarForms are the forms of a scalar function in the dialect.
func (b *binder) scalarForms(name string) []*function {
	all := scalars()
	forms := all[""][name]
	if b.d.SeriesFunctions {
		forms = append(forms[:len(forms):len(forms)], all["Timestream"][name]...)
	}
	if b.d.TrinoFunctions {
		forms = append(forms[:len(forms):len(forms)], all["Athena"][name]...)
	}
	return forms
}

// aggregateForms are the forms of an aggregate function in the dialect.
func (b *binder) aggregateForms(name string) []*function {
	if forms := aggregates()["Athena"][name]; forms != nil && b.d.TrinoFunctions {
		return forms
	}
	return aggregates()[""][name]
}

// choose picks the form that needs the least coercion and coerces the arguments to it.
func (b *binder) choose(c *sqlparse.Call, forms []*function, args []value) (*function, []value, Type) {
	var best *function
	var bestTypes []Type
	var bestResult Type
	bestCost := 1 << 30
	for _, f := range forms {
		types, result, cost, ok := b.match(f, args)
		if ok && cost < bestCost {
			best, bestTypes, bestResult, bestCost = f, types, result, cost
		}
	}
	if best == nil {
		b.unexpectedParameters(c, forms, args)
		return nil, args, Type{}
	}
	out := make([]value, len(args))
	for i, a := range args {
		out[i] = b.coerce(a, bestTypes[i], c.Pos())
	}
	return best, out, bestResult
}

func (b *binder) unexpectedParameters(c *sqlparse.Call, forms []*function, args []value) {
	given := make([]string, len(args))
	for i, a := range args {
		given[i] = a.typ.String()
	}
	expected := make([]string, len(forms))
	for i, f := range forms {
		expected[i] = f.signature[:strings.LastIndex(f.signature, ") ")+1]
	}
	name := callName(c)
	b.fail(c.Pos(), "Unexpected parameters (%s) for function %s. Expected: %s",
		strings.Join(given, ", "), name, strings.Join(expected, ", "))
}

// match fits arguments to one form. The cost is the distance of the coercions.
func (b *binder) match(f *function, args []value) (types []Type, result Type, cost int, ok bool) {
	params := f.params
	for f.variadic && len(params) < len(args) {
		params = append(params[:len(params):len(params)], f.params[len(f.params)-1])
	}
	if len(params) != len(args) {
		return nil, result, 0, false
	}
	vars := map[string]Type{}
	for i, p := range params {
		if !b.solve(p, args[i].typ, vars) {
			return nil, result, 0, false
		}
	}
	types = make([]Type, len(params))
	for i, p := range params {
		types[i] = substitute(p, vars)
		if !types[i].Equal(args[i].typ) && !b.acceptable(args[i].typ, types[i]) {
			return nil, result, 0, false
		}
		cost += distance(args[i].typ, types[i])
	}
	return types, substitute(f.result, vars), cost, true
}

// acceptable is coercible, and lets zoned timestamps, which are held in UTC, into functions of timestamps.
func (b *binder) acceptable(from, to Type) bool {
	return b.coercible(from, to) || from.Kind == TimestampTZ && to.Kind == Timestamp ||
		from.Kind == Decimal && to.Kind == Decimal
}

func distance(from, to Type) int {
	switch {
	case from.Equal(to):
		return 0
	case isNumeric(from) && isNumeric(to):
		return ladder[to.Kind] - ladder[from.Kind]
	case from.Kind == Varchar:
		return 10
	}
	return 1
}

// solve finds the types that T and U stand for.
func (b *binder) solve(p, arg Type, vars map[string]Type) bool {
	switch {
	case p.Kind == typeVariable:
		name := p.Fields[0].Name
		known, ok := vars[name]
		if !ok {
			vars[name] = arg
			return true
		}
		t, ok := b.common(known, arg)
		vars[name] = t
		return ok
	case arg.Kind == Unknown:
		return true
	case p.Kind == Map && arg.Kind == Map:
		return b.solve(*p.Key, *arg.Key, vars) && b.solve(*p.Elem, *arg.Elem, vars)
	case p.Elem != nil:
		return p.Kind == arg.Kind && b.solve(*p.Elem, *arg.Elem, vars)
	}
	return true
}

func substitute(t Type, vars map[string]Type) Type {
	if t.Kind == typeVariable {
		return vars[t.Fields[0].Name]
	}
	if t.Elem != nil {
		e := substitute(*t.Elem, vars)
		t.Elem = &e
	}
	if t.Key != nil {
		k := substitute(*t.Key, vars)
		t.Key = &k
	}
	return t
}

// fill writes a template.
func (f *function) fill(args []value, extra ...string) string {
	pairs := append([]string{"$*", joinSQL(args)}, extra...)
	for i, a := range args {
		pairs = append(pairs, "$"+itoa(i+1), a.sql)
	}
	return strings.NewReplacer(pairs...).Replace(f.sql)
}
