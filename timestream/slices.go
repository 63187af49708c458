package timestream

import (
	"context"
	"slices"
	"time"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
	"athena-timestream/federation/substrait"
	"athena-timestream/timestream/internal/cut"
	"athena-timestream/timestream/internal/sqlgen"
)

// measureName is the column by which tables are partitioned that have no key of their own.
const measureName = "measure_name"

// future is how far ahead of the clock Timestream takes records ("Quotas" of the developer guide).
const future = 15 * time.Minute

// cutting is a read on its way to its slices.
type cutting struct {
	*Connector
	*tableLayout
	constraints *predicate.Constraints
	column      func(athena string) sqlgen.Column
	now         time.Time
	times       cut.Range // that the query asks for, as far as it says
}

// newCutting begins with what is known without asking anybody. Constraints may be nil.
func (c *Connector) newCutting(t *tableLayout, constraints *predicate.Constraints) (*cutting, error) {
	column, err := origins(t.schema)
	if err != nil {
		return nil, err
	}
	if constraints == nil {
		constraints = predicate.Unconstrained()
	}
	r := &cutting{Connector: c, tableLayout: t, constraints: constraints, column: column, now: time.UnixMilli(t.Now)}
	r.times = r.asked()
	return r, nil
}

// slices are the parts that a read is cut into, most often one: rows that come page by page come sooner in several queries,
// but each of them costs. All of them lie within the bound, which has no upper end.
func (r *cutting) slices(ctx context.Context, bound sqlgen.Span) []sqlgen.Slice {
	out := []sqlgen.Slice{{}}
	if r.Splits.Most > 1 && !r.empty() && !r.limited() && (r.view == "" || sqlgen.PlainView(r.view)) {
		out = r.cut(ctx)
	}
	for i := range out {
		if s := &out[i].Span; s.From == nil && bound.From != nil {
			*s = sqlgen.Span{Column: bound.Column, From: bound.From, To: s.To}
		}
	}
	return out
}

// empty says that no row can pass.
func (r *cutting) empty() bool {
	return r.constraints.Limit == 0 || slices.ContainsFunc(r.constraints.Summary, func(c predicate.Column) bool { return c.Set.IsNone() })
}

// limited says that a few rows are enough: they would be read in each slice.
func (r *cutting) limited() bool {
	if r.constraints.HasLimit() {
		return true
	}
	plan, err := r.plan()
	return err != nil || plan != nil && plan.Limit != substrait.NoLimit
}

// plan is the query's plan; nil if it has none.
func (r *cutting) plan() (*substrait.Plan, error) {
	if r.constraints.Plan == nil {
		return nil, nil
	}
	return substrait.Decode(r.constraints.Plan.Plan)
}

// asked are the times that the constraints leave.
func (r *cutting) asked() cut.Range {
	var times cut.Range
	for _, s := range r.constraints.Summary {
		switch c := r.column(s.Name); {
		case c.Name != sqlgen.TimeColumn || c.Shown:
		case c.Nanos:
			times = times.And(cut.RangeOf(s.Set, nanosPerMilli))
		case c.Type != nil && c.Type.ID() == arrow.DATE64:
			times = times.And(cut.RangeOf(s.Set, 1))
		}
	}
	return times
}

const nanosPerMilli = int64(time.Millisecond)

// cut makes the slices.
func (r *cutting) cut(ctx context.Context) []sqlgen.Slice {
	whole := []sqlgen.Slice{{}}
	times, known := r.extent(ctx)
	if known && *times.First > *times.Last {
		return whole
	}
	n := 1
	if known {
		n = times.Count(r.Splits.Least, r.Splits.Most)
	}
	var axis sqlgen.Some
	if n < r.Splits.Most && (!known || times.Span() >= r.Splits.Least) {
		axis = r.axis(ctx)
	}
	if n == 1 && axis.Column == "" {
		return whole
	}
	most := min(r.Splits.Most, r.facts.queries(ctx))
	var cuts []int64
	if n = min(n, most); n > 1 {
		cuts = r.cuts(ctx, times, n)
	}
	var groups []sqlgen.Some
	if g := most / (len(cuts) + 1); g > 1 && axis.Column != "" {
		groups = cut.Deal(axis, g)
	}
	out := cut.Slices(sqlgen.TimeColumn, cuts, r.view != "", groups)
	r.logger.DebugContext(ctx, "read is cut", keyTable, r.Database+"."+r.Table, keySlices, len(out), keyCuts, len(cuts), keyColumn, axis.Column)
	return out
}

// extent are the times between which rows are thought to be, and whether anything is known of them: the outer slices are open,
// so a wrong guess costs time and no rows.
func (r *cutting) extent(ctx context.Context) (cut.Range, bool) {
	last := r.now.Add(future).UnixMilli()
	times := r.times.And(cut.Range{Last: &last})
	if times.First == nil {
		first := r.oldest(ctx)
		if first == nil {
			return times, false
		}
		ms := first.UnixMilli()
		times.First = &ms
	}
	return times.Storable(), true
}

// oldest is when the table begins; nil if that is not known.
func (r *cutting) oldest(ctx context.Context) *time.Time {
	switch {
	case r.Splits.LookBack > 0:
		first := r.now.Add(-r.Splits.LookBack)
		return &first
	case r.view != "":
		return nil
	default:
		return r.facts.table(ctx, r.name(), r.now).oldest
	}
}

func (r *cutting) name() message.TableName {
	return message.TableName{Schema: r.Database, Table: r.Table}
}

// axis is the column, with the values that the query asks for, by which rows are stored apart: the table's partition key, or
// else measure_name. No column: the query names no two values, or too many.
func (r *cutting) axis(ctx context.Context) sqlgen.Some {
	several := map[string]sqlgen.Some{}
	for _, s := range r.constraints.Summary {
		c := r.column(s.Name)
		if values, ok := sqlgen.Points(s.Set); ok && !c.Shown && !c.Nanos && len(values) > 1 && r.carries(values) {
			several[c.Name] = sqlgen.Some{Column: c.Name, Values: values, Null: s.Set.NullAllowed()}
		}
	}
	measures, ok := several[measureName]
	if r.view == "" && (len(several) > 1 || len(several) == 1 && !ok) {
		if s, ok := several[r.facts.table(ctx, r.name(), r.now).key]; ok {
			return s
		}
	}
	return measures
}

// mostValues bounds, in bytes, the values that the splits of a read carry together. Unlike a query's own conditions, those of a
// slice are never shortened: they have to fit into a statement, and all splits into an answer of Lambda.
const mostValues = 256 << 10

// carries says whether there is room for values to be dealt to splits, be they once for each cut in time.
func (r *cutting) carries(values []string) bool {
	size := 0
	for _, v := range values {
		size += len(v) + len("'', ")
	}
	return size <= mostValues/r.Splits.Most
}
