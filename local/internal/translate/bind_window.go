package translate

import (
	"strings"

	"athena-timestream/local/internal/sqlparse"
)

// windowCall binds a function that exists over windows only.
func (b *binder) windowCall(c *sqlparse.Call, forms []*function, s *scope) value {
	if c.Star || c.Distinct || c.Filter != nil || c.OrderBy != nil {
		return b.fail(c.Pos(), "Window function %s takes no *, DISTINCT, FILTER or ORDER BY", callName(c))
	}
	f, args, result := b.choose(c, forms, b.exprs(c.Args, s))
	if f == nil {
		return null
	}
	nulls := ""
	if c.IgnoreNulls {
		if !strings.Contains(f.sql, "$n") {
			return b.fail(c.Pos(), "Cannot specify null treatment clause for %s function", callName(c))
		}
		nulls = " IGNORE NULLS"
	}
	over, parts := b.over(c, s)
	v := value{sql: f.fill(args, "$n", nulls, "$f", over), typ: result}.with(args...).with(parts...)
	if v.window != nil {
		return b.fail(v.window.Pos(), "Cannot nest window functions inside window function '%s': [%s]", callName(c), v.window)
	}
	v.window = c
	return v
}

// over binds the OVER clause. It is written out in full; named windows are resolved here.
func (b *binder) over(c *sqlparse.Call, s *scope) (string, []value) {
	if c.Over == nil {
		return "", nil
	}
	w := b.resolveWindow(c.Over, s, 0)
	var sql []string
	var parts []value
	if len(w.PartitionBy) > 0 {
		keys := b.exprs(w.PartitionBy, s)
		for i := range keys {
			keys[i].sql = notOrdinal(keys[i])
		}
		sql = append(sql, "PARTITION BY "+joinSQL(keys))
		parts = append(parts, keys...)
	}
	if len(w.OrderBy) > 0 {
		order, keys := b.windowOrder(w, s)
		sql = append(sql, order)
		parts = append(parts, keys...)
	}
	if w.Frame != nil {
		sql = append(sql, b.frame(w, s, parts))
	}
	for _, p := range parts {
		if p.window != nil {
			b.fail(p.window.Pos(), "Cannot nest window functions inside a window specification: [%s]", p.window)
		}
	}
	return " OVER (" + strings.Join(sql, " ") + ")", parts
}

// resolveWindow replaces a window's name by its definition.
func (b *binder) resolveWindow(w *sqlparse.Window, s *scope, depth int) *sqlparse.Window {
	if w.Name == nil {
		return w
	}
	def := s.query().windows[b.foldKey(w.Name.Name)]
	if def == nil || depth > len(s.query().windows) {
		b.fail(w.Pos(), "Cannot resolve WINDOW name %s", w.Name.Name)
		return &sqlparse.Window{At: w.At}
	}
	base := b.resolveWindow(def, s, depth+1)
	merged := *base
	if len(w.PartitionBy) > 0 || len(w.OrderBy) > 0 && len(base.OrderBy) > 0 {
		b.fail(w.Pos(), "WINDOW %s cannot be overridden here", w.Name.Name)
	}
	if len(w.OrderBy) > 0 {
		merged.OrderBy = w.OrderBy
	}
	if w.Frame != nil {
		merged.Frame = w.Frame
	}
	return &merged
}

// rangeOffset tells a frame of RANGE with an offset, which computes with the sort key.
func rangeOffset(f *sqlparse.Frame) bool {
	return f != nil && f.Unit == "RANGE" && (f.Start.Offset != nil || f.End != nil && f.End.Offset != nil)
}

// windowOrder writes ORDER BY; timestamps become nanoseconds when the frame adds intervals to them.
func (b *binder) windowOrder(w *sqlparse.Window, s *scope) (string, []value) {
	parts := make([]string, len(w.OrderBy))
	values := make([]value, len(w.OrderBy))
	for i, o := range w.OrderBy {
		v := b.expr(o.Expr, s)
		values[i] = v
		parts[i] = notOrdinal(v)
		if rangeOffset(w.Frame) && isTimestamp(v.typ) {
			parts[i] = "epoch_ns(" + v.sql + ")"
		}
		parts[i] += sortSuffix(o)
	}
	return "ORDER BY " + strings.Join(parts, ", "), values
}

func (b *binder) frame(w *sqlparse.Window, s *scope, keys []value) string {
	bound := func(f sqlparse.FrameBound) string {
		if f.Offset == nil {
			return f.Kind
		}
		v := b.plain(f.Offset, s, "Window frame")
		if rangeOffset(w.Frame) {
			b.checkRange(w, keys, v)
		} else if v.typ.Kind != Integer && v.typ.Kind != Bigint {
			b.fail(f.Offset.Pos(), "Window frame offset must be an integer (actual: %s)", v.typ)
		} else if _, literal := f.Offset.(*sqlparse.NumberLit); !literal {
			v.sql = "ts_offset(" + v.sql + ", 0)"
		}
		return v.sql + " " + f.Kind
	}
	if w.Frame.End == nil {
		return w.Frame.Unit + " " + bound(w.Frame.Start)
	}
	return w.Frame.Unit + " BETWEEN " + bound(w.Frame.Start) + " AND " + bound(*w.Frame.End)
}

// checkRange wants one sort key, the last of keys, that the offset can be added to.
func (b *binder) checkRange(w *sqlparse.Window, keys []value, offset value) {
	if len(w.OrderBy) != 1 {
		b.fail(w.Frame.Pos(), "Window frame of type RANGE with an offset requires exactly one ORDER BY key, not %d", len(w.OrderBy))
		return
	}
	key := keys[len(keys)-1]
	fits := isNumeric(key.typ) && isNumeric(offset.typ) || isTimestamp(key.typ) && offset.typ.Kind == IntervalDaySecond
	if !fits {
		b.fail(w.Frame.Pos(), "Window frame of type RANGE does not fit: sort key is %s, offset is %s", key.typ, offset.typ)
	}
}
