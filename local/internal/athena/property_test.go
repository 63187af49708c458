package athena_test

import (
	"flag"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"athena-timestream/local/internal/athena"
)

// literals are, for each column, constants that it may be compared with in SQL.
var literals = map[string][]string{
	"i8":  {"5", "0", "127", "128", "-129", "5.5", "-0.5", "NULL", "1e3", "2 + 3"},
	"i16": {"5", "6", "32767", "40000", "-32768", "5.5", "NULL", "5e0"},
	"i32": {"5", "-5", "2147483647", "2147483648", "-3000000000", "5.5", "1.6777216e7", "REAL '5.0'", "REAL '16777216'", "NULL"},
	"i64": {"5", "-5", "9007199254740992", "9007199254740993", "9223372036854775807", "9.007199254740992e15", "5.5", "1e300", "-1e300", "NULL"},
	// No NULL for floats: what NaN is against null is the translator's business.
	"f32": {"5", "5.5", "0", "-0.5", "0.1", "REAL '0.1'"},
	"f64": {"5", "5.5", "0", "-0.5", "0.1", "1e300", "infinity()", "-infinity()", "9007199254740993"},
	"dec": {"5", "6", "0", "100000000", "DECIMAL '5.00'", "DECIMAL '5.501'", "DECIMAL '-0.01'", "NULL"},
	"s":   {"''", "'a'", "'it''s'", "'Z'", "'b'", "'😀'", "'\uffff'", "'a' || 'b'", "NULL"},
	"bin": {"X''", "X'00'", "X'FF01'", "X'10'", "NULL"},
	"d":   {"DATE '2026-11-21'", "DATE '2026-11-22'", "DATE '1969-12-31'", "TIMESTAMP '2026-11-22 10:00:00'", "current_date", "NULL"},
	"ts": {
		"TIMESTAMP '2026-11-22 12:00:00.000'", "TIMESTAMP '2026-11-22 11:59:59.999'", "TIMESTAMP '1970-01-01 00:00:00'",
		"TIMESTAMP '2026-11-22 12:00:00.0005'", "now()", "now() - interval '2' hour", "DATE '2026-11-22'", "NULL",
	},
	"tz": {"now()", "now() - interval '1' hour", "NULL"},
}

var literalColumns = func() []string {
	var names []string
	for name := range literals {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}()

// condition draws a condition over the columns of everyType.
func condition(t *rapid.T, prefix string, depth int) string {
	if depth > 0 {
		switch rapid.IntRange(0, 5).Draw(t, "shape") {
		case 0:
			return "(" + condition(t, prefix, depth-1) + " AND " + condition(t, prefix, depth-1) + ")"
		case 1:
			return "(" + condition(t, prefix, depth-1) + " OR " + condition(t, prefix, depth-1) + ")"
		case 2:
			return "NOT (" + condition(t, prefix, depth-1) + ")"
		}
	}
	column := rapid.SampledFrom(literalColumns).Draw(t, "column")
	literal := func() string { return rapid.SampledFrom(literals[column]).Draw(t, "literal") }
	name := prefix + column
	not := rapid.SampledFrom([]string{"", "NOT "}).Draw(t, "not")
	switch rapid.IntRange(0, 9).Draw(t, "leaf") {
	case 0:
		any := rapid.SampledFrom([]string{"b", "list", "Row", "map", "s", "f64"}).Draw(t, "any")
		return prefix + any + " IS " + not + "NULL"
	case 1:
		return not + prefix + "b"
	case 2:
		return name + " " + not + "BETWEEN " + literal() + " AND " + literal()
	case 3:
		items := []string{literal()}
		for range rapid.IntRange(0, 3).Draw(t, "more") {
			items = append(items, literal())
		}
		return name + " " + not + "IN (" + strings.Join(items, ", ") + ")"
	case 4:
		return name + " IS " + not + "DISTINCT FROM " + literal()
	case 5:
		return rapid.SampledFrom([]string{"1 = 1", "1 = 2", "NULL", prefix + "i16 < " + prefix + "i32", prefix + "s LIKE '%a%'"}).Draw(t, "other")
	default:
		op := rapid.SampledFrom([]string{"=", "<>", "<", "<=", ">", ">="}).Draw(t, "op")
		if rapid.Bool().Draw(t, "mirrored") {
			return literal() + " " + op + " " + name
		}
		return name + " " + op + " " + literal()
	}
}

// TestMain lowers the number of random statements: each opens two databases.
// -rapid.checks sets it.
func TestMain(m *testing.M) {
	flag.Parse()
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "rapid.checks" })
	if !given {
		if err := flag.Set("rapid.checks", "25"); err != nil {
			panic(err)
		}
	}
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/dlclark/regexp2.runClock")) // a clock that stops by itself
}

// engines gives two engines over the same data: one pushes down, one does not.
func engines(t testing.TB, m *memory) (with, without *athena.Engine) {
	t.Helper()
	with, without = engine(t, m), engine(t, m)
	without.NoPushdown = true
	return with, without
}

func everything() *memory {
	return &memory{splits: 3, tables: map[string]*memoryTable{"lab.every": everyTable()}}
}

// TestPushdownChangesNothing compares random statements with and without
// push-down, against a connector that drops every row outside of the value sets.
func TestPushdownChangesNothing(t *testing.T) {
	with, without := engines(t, everything())
	const columns = "b, i8, i16, i32, i64, f32, f64, dec, s, bin, d, ts"
	rapid.Check(t, func(t *rapid.T) {
		sql := "SELECT " + columns + " FROM lab.every WHERE " + condition(t, "", 3)
		want, _, wantErr := try(without, sql)
		got, _, err := try(with, sql)
		if fmt.Sprint(err) != fmt.Sprint(wantErr) {
			t.Fatalf("%s\nwith push-down: %v\nwithout: %v", sql, err, wantErr)
		}
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Fatalf("%s\nwith push-down:\n%s\nwithout:\n%s", sql, listed(got), listed(want))
		}
	})
}

// TestSentSetsHoldEveryKeptRow runs random statements without push-down and looks
// whether the value sets sent for them hold each row of the result.
func TestSentSetsHoldEveryKeptRow(t *testing.T) {
	m := everything()
	with, without := engines(t, m)
	data := m.tables["lab.every"]
	rapid.Check(t, func(t *rapid.T) {
		sql := "SELECT id FROM lab.every WHERE " + condition(t, "", 2)
		kept, _, err := try(without, sql)
		m.reads = nil
		if _, _, again := try(with, sql); err != nil || again != nil {
			t.Skip("not a statement")
		}
		if len(m.reads) == 0 && len(kept) > 0 {
			t.Fatalf("%s\nnothing was read and %d rows are kept", sql, len(kept))
		}
		for _, id := range kept {
			n, err := strconv.Atoi(id)
			if err != nil {
				t.Fatal(err)
			}
			if c := m.reads[0].Constraints; !data.allowed(c, data.rows[n]) {
				t.Fatalf("%s\nrow %d is kept and outside of %v", sql, n, c.Summary)
			}
		}
	})
}

// TestPushdownThroughJoinsChangesNothing does the same with conditions at several
// places of joins, subqueries and WITH queries.
func TestPushdownThroughJoinsChangesNothing(t *testing.T) {
	with, without := engines(t, &memory{splits: 2, tables: map[string]*memoryTable{
		"lab.every": {schema: everyType, rows: everyTable().rows[:23]},
		"lab.other": {schema: everyType, rows: everyTable().rows[30:49]},
	}})
	shapes := []string{
		"SELECT x.i8, x.s, y.i8, y.ts FROM lab.every x %s JOIN lab.other y ON x.i16 = y.i16 AND %s AND %s WHERE %s AND %s",
		"SELECT x.i8, x.s, y.i8, y.ts FROM lab.every x JOIN (lab.every z %s JOIN lab.other y ON z.i16 = y.i16 AND %s) ON x.i8 = z.i8 AND %s WHERE %s AND %s",
		"SELECT x.i8, y.i8 FROM (SELECT * FROM lab.every) x %s JOIN (SELECT y.* FROM lab.other y WHERE %s) y ON x.i16 = y.i16 AND %s WHERE %s AND %s",
		"WITH x AS (SELECT * FROM lab.every), y AS (SELECT * FROM lab.other) SELECT x.i8, y.i8, z.i8 FROM x %s JOIN y ON x.i16 = y.i16 AND %s LEFT JOIN y z ON z.i8 = x.i8 AND %s WHERE %s AND %s",
	}
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom([]string{"INNER", "LEFT", "RIGHT", "FULL"}).Draw(t, "kind")
		side := func() string {
			return condition(t, rapid.SampledFrom([]string{"x.", "y."}).Draw(t, "side"), 1)
		}
		shape := rapid.SampledFrom(shapes).Draw(t, "shape")
		first := side()
		if shape != shapes[0] && shape != shapes[3] {
			first = condition(t, "y.", 1)
		}
		sql := fmt.Sprintf(shape, kind, first, side(), side(), side())
		want, _, wantErr := try(without, sql)
		got, _, err := try(with, sql)
		if fmt.Sprint(err) != fmt.Sprint(wantErr) {
			t.Fatalf("%s\nwith push-down: %v\nwithout: %v", sql, err, wantErr)
		}
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Fatalf("%s\nwith push-down:\n%s\nwithout:\n%s", sql, listed(got), listed(want))
		}
	})
}
