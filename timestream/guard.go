package timestream

import (
	"slices"
	"strings"

	"athena-timestream/federation"
	"athena-timestream/federation/substrait"
	"athena-timestream/timestream/internal/sqlgen"
)

// guard does what the settings say of a query that has no lower bound on time: it may be an error, or get a bound. Views have
// their own WHERE.
func (r *cutting) guard() (bound sqlgen.Span, err error) {
	if r.view != "" || r.times.First != nil || r.empty() || r.planBoundsTime() {
		return sqlgen.Span{}, nil
	}
	switch r.Splits.Unbounded {
	case RefuseUnbounded:
		return sqlgen.Span{}, federation.Errorf(federation.InvalidInput,
			"read %s.%s: the query has no lower bound on time and would scan all that the table holds: add a condition such as %s > now() - interval '1' day (the connector's setting %s forbids queries without)",
			r.Database, r.Table, sqlgen.TimeColumn, unboundedQueries)
	case LookBackUnbounded:
		from := r.now.Add(-r.Splits.LookBack).UnixMilli()
		r.times.First = &from
		return sqlgen.Span{Column: sqlgen.TimeColumn, From: &from}, nil
	default:
		return sqlgen.Span{}, nil
	}
}

// planBoundsTime says that the query's plan may have the bound that the constraints lack.
func (r *cutting) planBoundsTime() bool {
	plan, err := r.plan()
	return err != nil || plan != nil && r.mentionsTime(plan.Filter)
}

func (r *cutting) mentionsTime(e substrait.Expression) bool {
	var inner []substrait.Expression
	switch e := e.(type) {
	case substrait.Column:
		return r.column(strings.ToLower(e.Name)).Name == sqlgen.TimeColumn
	case substrait.Call:
		inner = e.Args
	case substrait.Cast:
		inner = []substrait.Expression{e.Input}
	case substrait.Case:
		inner = slices.Concat(e.When, e.Then, []substrait.Expression{e.Else})
	}
	return slices.ContainsFunc(inner, r.mentionsTime)
}
