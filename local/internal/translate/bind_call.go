package translate

import (
	"strings"

	"athena-timestream/local/internal/sqlparse"
)

// callName is the function's name as the tables have it.
func callName(c *sqlparse.Call) string { return strings.ToLower(c.Name[len(c.Name)-1].Name) }

// call binds a function call: first the forms with a rule of their own, then aggregates, window functions and the tables.
func (b *binder) call(c *sqlparse.Call, s *scope) value {
	name := callName(c)
	if len(c.Name) > 1 {
		return b.fail(c.Pos(), "Function %s not registered", (&sqlparse.Name{Parts: c.Name}).String())
	}
	if forms := windows()[name]; forms != nil {
		if c.Over == nil {
			return b.fail(c.Pos(), "Window function %s requires an OVER clause", name)
		}
		return b.windowCall(c, forms, s)
	}
	if forms := b.aggregateForms(name); forms != nil {
		return b.aggregate(c, forms, s)
	}
	if name == "create_time_series" && b.d.SeriesFunctions {
		return b.createTimeSeries(c, s)
	}
	special, isSpecial := b.specials[name]
	forms := b.scalarForms(name)
	if !isSpecial && forms == nil {
		if b.known(name) {
			return b.unsupported(c.Pos(), "function "+name)
		}
		return b.fail(c.Pos(), "Function %s not registered", name)
	}
	if !b.scalarShape(c, name) {
		return null
	}
	if isSpecial {
		return special(b, c, s)
	}
	return b.scalar(c, forms, b.exprs(c.Args, s))
}

// scalarShape refuses what only aggregates take.
func (b *binder) scalarShape(c *sqlparse.Call, name string) bool {
	switch {
	case c.Over != nil:
		b.fail(c.Pos(), "Function %s is not a window function", name)
	case c.Star || c.Distinct || c.Filter != nil || c.OrderBy != nil || c.IgnoreNulls:
		b.fail(c.Pos(), "Function %s is not an aggregate function: DISTINCT, FILTER, ORDER BY and * are not allowed", name)
	default:
		return true
	}
	return false
}

func (b *binder) scalar(c *sqlparse.Call, forms []*function, args []value) value {
	f, args, result := b.choose(c, forms, args)
	if f == nil {
		return null
	}
	v := value{sql: f.fill(args), typ: result, nan: f.nan}.with(args...)
	if strings.Contains(f.sql, "ts_") || strings.Count(f.sql, "$1") > 1 {
		v = v.repeated()
	}
	return v
}

// aggregate binds an aggregate function, plain or over a window.
func (b *binder) aggregate(c *sqlparse.Call, forms []*function, s *scope) value {
	args := b.exprs(c.Args, s)
	var parts []value
	if c.Star {
		if callName(c) != "count" {
			return b.fail(c.Pos(), "Unexpected parameters (*) for function %s", callName(c))
		}
		forms, args = []*function{countStar}, nil
	}
	parts = append(parts, args...)
	filter := ""
	if c.Filter != nil {
		v := b.boolean(c.Filter, s, "FILTER clause")
		parts = append(parts, v)
		filter = " FILTER (WHERE " + v.sql + ")"
	}
	order := ""
	if c.OrderBy != nil {
		if callName(c) != "array_agg" {
			return b.unsupported(c.Pos(), "ORDER BY inside "+callName(c))
		}
		var vs []value
		order, vs = b.orderBy(c.OrderBy, s, nil, false)
		parts = append(parts, vs...)
	}
	for _, v := range parts {
		if v.agg != nil && c.Over == nil {
			return b.fail(v.agg.Pos(), "Cannot nest aggregations inside aggregation '%s': [%s]", callName(c), v.agg)
		}
		if v.window != nil {
			return b.fail(v.window.Pos(), "Cannot nest window functions inside aggregation '%s': [%s]", callName(c), v.window)
		}
	}
	f, args, result := b.choose(c, forms, args)
	if f == nil || !b.distinctFits(c, f) {
		return null
	}
	if i := percentageArgument(f); i > 0 && len(args[i].free) > 0 {
		return b.unsupported(c.Pos(), "a percentage of "+callName(c)+" that is not constant")
	}
	over, overParts := b.over(c, s)
	sql := f.fill(args, "$d", distinctWord(c), "$o", order, "$n", "", "$f", filter+over)
	v := value{sql: sql, typ: result, nan: f.nan}
	if c.Over != nil {
		v = v.with(parts...).with(overParts...)
		v.window = c
		return v
	}
	for _, p := range parts {
		v.nan = v.nan || p.nan
	}
	v.nan = v.nan && result.Kind == Double
	v.agg = c
	return v
}

// percentageArgument is the place of the percentage among the arguments of approx_percentile; 0 for other functions.
func percentageArgument(f *function) int {
	switch {
	case f.name != "approx_percentile":
		return 0
	case strings.Contains(f.sql, "ts_weighted"):
		return 2
	}
	return 1
}

// distinctFits refuses DISTINCT where it would get lost.
func (b *binder) distinctFits(c *sqlparse.Call, f *function) bool {
	switch {
	case !c.Distinct:
		return true
	case c.Over != nil:
		b.fail(c.Pos(), "DISTINCT in window function parameters not yet supported: %s", c)
	case !strings.Contains(f.sql, "$d"):
		b.unsupported(c.Pos(), "DISTINCT in "+callName(c))
	default:
		return true
	}
	return false
}

func distinctWord(c *sqlparse.Call) string {
	if c.Distinct {
		return "DISTINCT "
	}
	return ""
}

var countStar = &function{signature: "count() bigint", sql: "count(*)$f", result: Type{Kind: Bigint}}

// createTimeSeries is the aggregate that makes a time series of any value type, in the order of time.
func (b *binder) createTimeSeries(c *sqlparse.Call, s *scope) value {
	if len(c.Args) != 2 || c.Star || c.Distinct || c.OrderBy != nil || c.Over != nil {
		return b.fail(c.Pos(), "Unexpected parameters for function create_time_series. Expected: create_time_series(timestamp, T)")
	}
	at, v := b.expr(c.Args[0], s), b.expr(c.Args[1], s)
	if at.typ.Kind != Timestamp || v.typ.Kind == Unknown || v.typ.Elem != nil {
		return b.fail(c.Pos(), "Unexpected parameters (%s, %s) for function create_time_series. Expected: create_time_series(timestamp, T)", at.typ, v.typ)
	}
	filter, checked := "", "ts_not_null_time("+at.sql+", "+v.sql+")"
	parts := []value{at, v}
	if c.Filter != nil {
		f := b.boolean(c.Filter, s, "FILTER clause")
		parts = append(parts, f)
		filter = " FILTER (WHERE " + f.sql + ")"
		checked = "CASE WHEN " + f.sql + " THEN " + checked + " ELSE " + at.sql + " END" // arguments come before the filter
	}
	for _, p := range parts {
		if p.agg != nil {
			return b.fail(p.agg.Pos(), "Cannot nest aggregations inside aggregation 'create_time_series': [%s]", p.agg)
		}
	}
	sql := "list({'time': " + checked + ", 'value': " + v.sql + "} ORDER BY CAST(" + at.sql + " AS TIMESTAMP_NS))" + filter
	return value{sql: sql, typ: timeSeriesOf(v.typ), agg: c}
}
