package e2e_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/block"
	"athena-timestream/federation/client"
	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
	"athena-timestream/local/internal/tsserver"
)

// rows reads columns of a table, all if none is named, without an engine behind: every row that comes is one that the
// connector wants Athena to have. Values are as in block.ValueAt.
func (s *site) rows(t *testing.T, name message.TableName, where *predicate.Constraints, columns ...string) (*arrow.Schema, [][]any, error) {
	t.Helper()
	c := &client.Client{Invoker: s.handler, Store: s.store, Identity: &message.Identity{}, Catalog: "timestream", QueryID: "q"}
	table, err := c.GetTable(t.Context(), name, nil)
	if err != nil {
		return nil, nil, err
	}
	layout, err := c.GetTableLayout(t.Context(), table, where)
	if err != nil {
		return nil, nil, err
	}
	splits, err := c.GetSplits(t.Context(), table, layout, where)
	if err != nil {
		return nil, nil, err
	}
	schema := table.Schema
	if len(columns) > 0 {
		var fields []arrow.Field
		for _, name := range columns {
			f, _ := schema.FieldsByName(name)
			fields = append(fields, f...)
		}
		metadata := schema.Metadata()
		schema = arrow.NewSchema(fields, &metadata)
	}
	var rows [][]any
	for _, split := range splits {
		_, err := c.ReadRecords(t.Context(), table.TableName, schema, split, where, func(b arrow.RecordBatch) error {
			for i := range int(b.NumRows()) {
				row := make([]any, b.NumCols())
				for j := range row {
					if row[j] = block.ValueAt(b.Column(j), i); row[j] != nil {
						if text, is := row[j].(string); is {
							row[j] = strings.Clone(text) // it borrows the batch's memory
						}
					}
				}
				rows = append(rows, row)
			}
			return nil
		})
		if err != nil {
			return nil, nil, err
		}
	}
	return schema, rows, nil
}

// valueSet is one column's constraint, and what it says in SQL of a value as Athena has it.
type valueSet struct {
	set   predicate.ValueSet
	index int // of the column in the table's rows
	holds func(v any) bool
}

// bound is one end of a range, or one value of a list.
type bound struct {
	wire predicate.Value
	seen any
}

func (d drawer) bound(f field, t arrow.DataType) bound {
	v := d.value(f)
	if n, is := v.(int64); is && t.ID() == arrow.INT32 {
		v = int64(int32(n))
	}
	switch v := v.(type) {
	case instant:
		return bound{v.millis(), seenAs(v)}
	case day:
		return bound{int64(v), seenAs(v)}
	}
	return bound{v, v}
}

// valueSet draws a set of any kind.
func (d drawer) valueSet(t *testing.T, f field, typ arrow.DataType) valueSet {
	t.Helper()
	null := d.IntN(3) == 0
	known := func(holds func(v any) bool) func(v any) bool {
		return func(v any) bool {
			if v = seenAs(v); v == nil {
				return null
			}
			return holds(v)
		}
	}
	must := func(set predicate.ValueSet, err error) predicate.ValueSet {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return set
	}
	switch d.IntN(8) {
	case 0:
		all := d.IntN(2) == 0
		return valueSet{predicate.NewAllOrNoneValueSet(typ, all, null), f.index, known(func(any) bool { return all })}
	case 1, 2:
		white := d.IntN(2) == 0
		var list []predicate.Value
		var seen []any
		for range d.IntN(5) {
			b := d.bound(f, typ)
			list, seen = append(list, b.wire), append(seen, b.seen)
		}
		set, err := predicate.NewEquatableValueSet(typ, white, null, list...)
		return valueSet{must(set, err), f.index, known(func(v any) bool {
			return slices.ContainsFunc(seen, func(k any) bool { return comparedValues("equal", v, k) == yes }) == white
		})}
	}
	var ranges []predicate.Range
	var conditions []func(v any) bool
	bounds := false
	for range d.IntN(4) {
		b := d.bound(f, typ)
		build, op := pick(d.Rand, []func(predicate.Value) predicate.Range{predicate.Point, predicate.AtLeast, predicate.AtMost, predicate.GreaterThan, predicate.LessThan}), ""
		switch r := build(b.wire); {
		case r.IsPoint():
			op = "equal"
		case r.High.Unbounded():
			op = map[predicate.Bound]string{predicate.Exactly: "gte", predicate.Above: "gt"}[r.Low.Bound]
		default:
			op = map[predicate.Bound]string{predicate.Exactly: "lte", predicate.Below: "lt"}[r.High.Bound]
		}
		bounds = bounds || op != "equal"
		ranges = append(ranges, build(b.wire))
		conditions = append(conditions, func(v any) bool { return comparedValues(op, ranked(v), ranked(b.seen)) == yes })
	}
	set, err := predicate.NewSortedRangeSet(typ, null, ranges...)
	holds := func(v any) bool { return slices.ContainsFunc(conditions, func(c func(any) bool) bool { return c(v) }) }
	if d.IntN(3) > 0 || len(ranges) == 0 {
		if joined := must(set, err).(*predicate.SortedRangeSet).Ranges(); reordered(joined) {
			holds = byCodePoints(joined)
		}
		return valueSet{set, f.index, known(holds)}
	}
	rest, err := predicate.Complement(must(set, err))
	null = !null
	if sorted, is := rest.(*predicate.SortedRangeSet); is && reordered(sorted.Ranges()) {
		return valueSet{rest, f.index, known(byCodePoints(sorted.Ranges()))}
	}
	return valueSet{must(rest, err), f.index, known(func(v any) bool {
		if f, is := v.(float64); is && math.IsNaN(f) && bounds {
			return false // the rest is bounds too, between which NaN is not
		}
		return !holds(v)
	})}
}

// ranked gives booleans an order: false is before true.
func ranked(v any) any {
	if b, is := v.(bool); is {
		return map[bool]int64{true: 1}[b]
	}
	return v
}

// TestEveryConstraint sends random value sets to the connector and takes its rows as they are. Three ways have to agree: the
// statement in the embedded Timestream; a full scan, filtered by package predicate as Athena's SDK would; and what was
// written, judged as SQL would. The last two differ in the order of some characters and in -0. No row of either may be
// missing. None is too many of which a column is wanted by neither: what the statement says wider, the connector looks at
// again. Where it pushes a limit, none is too many of those that either wants as a whole.
func TestEveryConstraint(t *testing.T) {
	t.Parallel()
	var exact, narrowed atomic.Int64
	draw(t, func(t *testing.T, r *rand.Rand) {
		var limited atomic.Bool
		s := serve(t, openDB(t), setting{server: tsserver.Options{OnPage: func(p tsserver.Page) {
			if !p.Metadata {
				limited.Store(strings.Contains(p.SQL, "LIMIT 1000000"))
			}
		}}}, nil)
		multi, single := randomTable(r, "db", "multi", 60, false), randomTable(r, "db", "single", 60, true)
		s.write(t, multi, single)
		for _, tb := range []*table{multi, single, s.oddView(t, multi)} {
			name := message.TableName{Schema: "db", Table: tb.name}
			schema, scanned, err := s.rows(t, name, predicate.Unconstrained())
			if err != nil || len(scanned) != len(tb.rows) {
				t.Fatalf("seed %d: %d rows of %d: %v", *seed, len(scanned), len(tb.rows), err)
			}
			d := drawer{r, tb.fields("", 0)}
			for range 40 {
				where := &predicate.Constraints{Limit: 1_000_000}
				var sets []valueSet
				for _, i := range r.Perm(len(d.fields))[:1+r.IntN(3)] {
					column := strings.ToLower(d.fields[i].name)
					v := d.valueSet(t, d.fields[i], schema.Field(schema.FieldIndices(column)[0]).Type)
					sets = append(sets, v)
					where.Summary = append(where.Summary, predicate.Column{Name: column, Set: v.set})
				}
				limited.Store(false)
				_, got, err := s.rows(t, name, where)
				if err != nil {
					t.Fatalf("seed %d: %v", *seed, err)
				}
				key := schema.FieldIndices("id")[0]
				bySQL, byScan, byJudge := map[any]bool{}, map[any]bool{}, map[any]bool{}
				for _, row := range got {
					bySQL[row[key]] = true
				}
				for _, row := range scanned {
					byScan[row[key]] = !slices.ContainsFunc(where.Summary, func(c predicate.Column) bool { return !c.Set.Contains(row[schema.FieldIndices(c.Name)[0]]) })
				}
				stored := map[any][]any{}
				for _, row := range tb.rows {
					stored[row[tb.index("id")]] = row
					byJudge[row[tb.index("id")]] = !slices.ContainsFunc(sets, func(v valueSet) bool { return !v.holds(row[v.index]) })
				}
				for _, row := range scanned {
					id := row[key]
					wanted := byScan[id] || byJudge[id]
					allowed := wanted || !limited.Load()
					for i, c := range where.Summary {
						in := c.Set.Contains(row[schema.FieldIndices(c.Name)[0]]) || sets[i].holds(stored[id][sets[i].index])
						allowed = allowed && in
					}
					if wanted && !bySQL[id] || !allowed && bySQL[id] {
						t.Fatalf("seed %d: row %v of %s: by SQL %t (a limit is pushed: %t), by the full scan %t, by the judge %t\n%s",
							*seed, id, tb.name, bySQL[id], limited.Load(), byScan[id], byJudge[id], described(where))
					}
				}
				if len(got) != len(bySQL) {
					t.Fatalf("seed %d: rows came twice: %s", *seed, described(where))
				}
				if limited.Load() {
					exact.Add(1)
				}
				if len(got) < len(scanned) {
					narrowed.Add(1)
				}
			}
		}
	})
	if n := int64(*rounds) * 120; exact.Load()*4 < n || narrowed.Load()*2 < n {
		t.Errorf("seed %d: of %d constraints %d were exact and %d narrowed the rows: too few to prove anything", *seed, n, exact.Load(), narrowed.Load())
	}
}

// reordered says that ranges end at texts that UTF-16 and code points order differently. A set joins its ranges in the first
// of these orders, after which they are other ranges in the second.
func reordered(ranges []predicate.Range) bool {
	return slices.ContainsFunc(ranges, func(r predicate.Range) bool {
		low, _ := r.Low.Value.(string)
		high, _ := r.High.Value.(string)
		return strings.ContainsFunc(low+high, func(c rune) bool { return c >= 0xD800 })
	})
}

// byCodePoints is whether ranges hold a text in SQL's order.
func byCodePoints(ranges []predicate.Range) func(v any) bool {
	return func(v any) bool {
		return slices.ContainsFunc(ranges, func(r predicate.Range) bool {
			low, from := r.Low.Value.(string)
			high, to := r.High.Value.(string)
			above := !from || v.(string) > low || v == low && r.Low.Bound == predicate.Exactly
			return above && (!to || v.(string) < high || v == high && r.High.Bound == predicate.Exactly)
		})
	}
}

func described(c *predicate.Constraints) string {
	var b strings.Builder
	for _, s := range c.Summary {
		fmt.Fprintf(&b, "%s: %T %v\n", s.Name, s.Set, s.Set)
	}
	return b.String()
}
