package e2e_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"athena-timestream/local/internal/athena"
	"athena-timestream/local/internal/tsserver"
)

// draw gives each round a source of its own.
func draw(t *testing.T, f func(t *testing.T, r *rand.Rand)) {
	t.Helper()
	for round := range *rounds {
		f(t, rand.New(rand.NewPCG(*seed, uint64(round))))
		if t.Failed() {
			return
		}
	}
}

// TestEveryCondition runs random conditions over random tables. All three parties must give the same rows.
func TestEveryCondition(t *testing.T) {
	t.Parallel()
	draw(t, func(t *testing.T, r *rand.Rand) {
		var read, filtered atomic.Int64
		watch := func(p tsserver.Page) {
			if p.Number == 1 && !p.Metadata {
				read.Add(1)
				if strings.Contains(p.SQL, "WHERE") {
					filtered.Add(1)
				}
			}
		}
		s := serve(t, openDB(t), setting{server: tsserver.Options{OnPage: watch}}, nil)
		tables := []*table{randomTable(r, "db", "multi", 60, false), randomTable(r, "db", "single", 60, true)}
		s.write(t, tables...)
		with, without := s.engines()
		for _, tb := range tables {
			all := "SELECT " + list(tb.columns, "") + " FROM " + tb.sql()
			same(t, all, answer(t, with, all), texts(tb.rows))
			d := drawer{r, tb.fields("", 0)}
			for range 20 {
				c := d.condition(r.IntN(4))
				sql := all + " WHERE " + c.sql
				want := texts(filter(tb.rows, c))
				same(t, sql, answer(t, with, sql), want)
				if r.IntN(4) == 0 {
					same(t, "without push-down: "+sql, answer(t, without, sql), want)
				}
			}
		}
		if filtered.Load()*5 < read.Load() {
			t.Errorf("seed %d: %d of %d statements had a condition for Timestream: too few to prove anything", *seed, filtered.Load(), read.Load())
		}
	})
}

func filter(rows [][]any, c condition) [][]any {
	return slices.DeleteFunc(slices.Clone(rows), func(r []any) bool { return c.eval(r) != yes })
}

// TestEveryShape runs random statements of other shapes: limits, counts, aggregates.
func TestEveryShape(t *testing.T) {
	t.Parallel()
	draw(t, func(t *testing.T, r *rand.Rand) {
		s := serve(t, openDB(t), setting{}, nil)
		tb := randomTable(r, "db", "multi", 80, false)
		s.write(t, tb)
		with, without := s.engines()
		d := drawer{r, tb.fields("", 0)}
		for range 8 {
			c := d.condition(r.IntN(3))
			from := " FROM " + tb.sql() + " WHERE " + c.sql
			kept := filter(tb.rows, c)
			checkLimit(t, with, tb, c, r.IntN(len(kept)+3))

			sql := "SELECT count(*), " + aggregates(tb) + from
			same(t, sql, answer(t, with, sql), []string{aggregated(tb, kept)})

			sql = fmt.Sprintf("SELECT host, count(*), count(DISTINCT s), max(n), min(d), max(time) FROM %s WHERE %s GROUP BY host HAVING count(*) > %d", tb.sql(), c.sql, r.IntN(4))
			same(t, sql, answer(t, with, sql), answer(t, without, sql))

			sql = fmt.Sprintf("SELECT n, time, id%s ORDER BY n DESC NULLS FIRST, time, id LIMIT %d", from, r.IntN(20))
			got, _, err := query(t.Context(), with, sql)
			want, _, wantErr := query(t.Context(), without, sql)
			if err != nil || wantErr != nil {
				t.Fatalf("seed %d: %s\n%v\n%v", *seed, sql, err, wantErr)
			}
			if !slices.Equal(got, want) {
				same(t, sql, got, want)
				t.Fatalf("seed %d: %s\nthe order differs", *seed, sql)
			}
		}
	})
}

// checkLimit wants as many rows as there are, up to the limit, each of them a right one.
func checkLimit(t *testing.T, e *athena.Engine, tb *table, c condition, limit int) {
	t.Helper()
	sql := fmt.Sprintf("SELECT %s FROM %s WHERE %s LIMIT %d", list(tb.columns, ""), tb.sql(), c.sql, limit)
	got := answer(t, e, sql)
	right := texts(filter(tb.rows, c))
	if wrong := difference(got, right); len(wrong) > 0 || len(got) != min(limit, len(right)) {
		t.Fatalf("seed %d: %s\n%d rows, want %d; wrong ones:\n%s", *seed, clip(sql), len(got), min(limit, len(right)), listed(wrong))
	}
}

// aggregates asks for what aggregated computes.
func aggregates(tb *table) string {
	var items []string
	for _, c := range tb.columns {
		items = append(items, "count("+c.sql()+")")
		if c.kind == bigintKind || c.kind == textKind || c.kind == timeKind {
			items = append(items, "min("+c.sql()+")", "max("+c.sql()+")")
		}
	}
	return strings.Join(items, ", ")
}

func aggregated(tb *table, rows [][]any) string {
	row := []any{len(rows)}
	for i, c := range tb.columns {
		n := 0
		var least, most any
		for _, r := range rows {
			v := r[i]
			if v == nil {
				continue
			}
			if n++; n == 1 || order(v, least) < 0 {
				least = v
			}
			if n == 1 || order(v, most) > 0 {
				most = v
			}
		}
		row = append(row, n)
		if c.kind == bigintKind || c.kind == textKind || c.kind == timeKind {
			row = append(row, least, most)
		}
	}
	return rowText(row)
}

// TestEveryJoin joins two tables with conditions at both places.
func TestEveryJoin(t *testing.T) {
	t.Parallel()
	draw(t, func(t *testing.T, r *rand.Rand) {
		s := serve(t, openDB(t), setting{}, nil)
		left, right := randomTable(r, "db", "multi", 25, false), randomTable(r, "other", "single", 20, true)
		s.write(t, left, right)
		with, without := s.engines()
		a, b := left.fields("a.", 0), right.fields("b.", len(left.columns))
		key := left.index("Host")
		for range 25 {
			outer := r.IntN(2) == 0
			on := drawer{r, pick(r, [][]field{a, b})}.condition(r.IntN(2))
			where := drawer{r, pick(r, [][]field{a, b, slices.Concat(a, b)})}.condition(r.IntN(3))
			join := map[bool]string{true: "LEFT", false: "INNER"}[outer]
			sql := fmt.Sprintf("SELECT %s, %s FROM %s a %s JOIN %s b ON a.host = b.host AND %s WHERE %s",
				list(left.columns, "a."), list(right.columns, "b."), left.sql(), join, right.sql(), on.sql, where.sql)
			var want [][]any
			for _, x := range left.rows {
				found := false
				for _, y := range right.rows {
					if row := slices.Concat(x, y); x[key] == y[key] && on.eval(row) == yes {
						want, found = append(want, row), true
					}
				}
				if outer && !found {
					want = append(want, slices.Concat(x, make([]any, len(right.columns))))
				}
			}
			expected := texts(filter(want, where))
			same(t, sql, answer(t, with, sql), expected)
			if r.IntN(4) == 0 {
				same(t, "without push-down: "+sql, answer(t, without, sql), expected)
			}
		}
	})
}

// TestLongLists sends more constants than a Timestream statement may have characters.
func TestLongLists(t *testing.T) {
	t.Parallel()
	var sqls []string
	s := serve(t, openDB(t), setting{server: tsserver.Options{OnPage: func(p tsserver.Page) { sqls = append(sqls, p.SQL) }}}, nil)
	tb := &table{database: "db", name: "long", columns: []column{
		{"id", textKind, true}, {"x", textKind, true}, {"y", textKind, true}, {"measure_name", textKind, false}, {"time", timeKind, false}, {"n", bigintKind, false},
	}}
	padding := strings.Repeat("'", 100)
	var names, numbers, moments []string
	for i := range 2400 {
		if text := fmt.Sprintf("%05d%s", i, padding); i%2 == 0 {
			names = append(names, quote(text))
		}
		if i%3 == 0 {
			numbers = append(numbers, fmt.Sprint(i*1_000_000_007))
			moments = append(moments, fmt.Sprintf("TIMESTAMP '1970-01-01 00:%02d:%02d.%03d'", i/60000, i/1000%60, i%1000))
		}
		if i%10 != 0 {
			continue
		}
		row := []any{fmt.Sprint(i), fmt.Sprintf("%05d%s", i+i/10%2, padding), "y", "m", instant(i*1e6 + i), int64(i * 1_000_000_007)}
		tb.rows = append(tb.rows, row)
		tb.records = append(tb.records, tb.record(row, false))
	}
	s.write(t, tb)
	with, without := s.engines()
	for _, where := range []string{
		"x IN (" + strings.Join(names, ", ") + ")",
		"n NOT IN (" + strings.Join(numbers, ", ") + ") AND x IN (" + strings.Join(names, ", ") + ")",
		"time NOT IN (" + strings.Join(moments, ", ") + ")",
	} {
		sql := "SELECT id, time FROM db.long WHERE " + where
		want := answer(t, without, sql)
		sqls = nil
		same(t, sql, answer(t, with, sql), want)
		if len(want) == 0 || len(want) == len(tb.rows) {
			t.Errorf("%s…: %d rows prove nothing", where[:20], len(want))
		}
		if rows := answer(t, with, sql+" LIMIT 7"); len(rows) != 7 || len(difference(rows, want)) > 0 {
			t.Errorf("%s… LIMIT 7: %d rows, wrong: %s", where[:20], len(rows), listed(difference(rows, want)))
		}
		for _, q := range sqls {
			if len(q) > 256<<10 {
				t.Errorf("a statement of %d bytes was sent", len(q))
			}
		}
	}
}
