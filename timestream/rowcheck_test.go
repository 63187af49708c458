package timestream_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/predicate"
)

// TestWiderConditions: what a statement takes too much of is looked at again, so that whoever asks the connector needs no
// filter of their own, whether they ask for the column or not. Where SQL and the sets of Athena's SDK order values
// differently, both are right.
func TestWiderConditions(t *testing.T) {
	text, double, moment, day := arrow.BinaryTypes.String, arrow.PrimitiveTypes.Float64, arrow.FixedWidthTypes.Date64, arrow.FixedWidthTypes.Date32
	for name, c := range map[string]struct {
		typ    string // of column c, as DESCRIBE has it
		set    predicate.ValueSet
		where  string   // of the statement
		values []string // that the service returns
		want   string   // the numbers of those that Athena gets
	}{
		"text, by code points":  {"varchar", between(t, text, false, predicate.AtLeast("\uff5e")), `"c" IS NOT NULL`, []string{"a", "\uff5e", "\U0001f600", "\uff00"}, "1 2"},
		"text, by UTF-16":       {"varchar", between(t, text, true, predicate.LessThan("b\uff5e")), `("c" IS NULL OR "c" < 'c')`, []string{"b\uff5e", "b\U0001f600", "null", "b\uffff", "a"}, "1 2 4"},
		"text, not in a set":    {"varchar", listed(t, text, false, "x\x00y", "z"), `"c" <> 'z'`, []string{"x\x00y", "a"}, "1"},
		"text for Athena only":  {"time", listed(t, text, true, "10:00:00.000000000"), `"c" IS NOT NULL`, []string{"11:00:00.000000000", "10:00:00.000000000"}, "1"},
		"days before 1970":      {"date", between(t, day, false, predicate.LessThan(int64(-1))), `"c" IS NOT NULL`, []string{"1970-01-02"}, ""},
		"times beyond the last": {"timestamp", between(t, moment, true, predicate.AtLeast(int64(math.MaxInt64/1_000_000+1))), ``, []string{"2026-11-22 12:00:00.000000000", "null"}, "1"},
		"zero and infinity":     {"double", listed(t, double, false, 0.0, math.Inf(1), 7.0), `"c" <> 7E0`, []string{"0.0", "Infinity", "1.0", "-0.0"}, "2 3"},
		"a hole at zero":        {"double", between(t, double, false, predicate.LessThan(0.0), predicate.GreaterThan(0.0)), `"c" IS NOT NULL`, []string{"0.0", "-0.0", "1.0"}, "1 2"},
		"one zero, not looked":  {"double", between(t, double, false, predicate.AtLeast(0.0)), `"c" >= 0E0`, []string{"-0.0", "0.0", "1.0"}, "0 1 2"},
	} {
		for _, columns := range [][]string{{"n"}, {"c", "n"}} {
			s := newService(t)
			s.describe(`"d"."t"`, []string{"c " + c.typ, "n bigint"})
			statement := ""
			s.engine = func(sql string) ([]string, bool) {
				statement = sql
				selected, _, _ := strings.Cut(sql, "\n")
				infos := strings.Split(strings.TrimPrefix(selected, "SELECT "), ", ")
				page := make([][]string, len(c.values))
				for i, v := range c.values {
					for _, column := range infos {
						page[i] = append(page[i], map[string]string{`"c"`: v, `"n"`: fmt.Sprint(i)}[column])
					}
				}
				for i, column := range infos {
					infos[i] = map[string]string{`"c"`: "c " + strings.ToUpper(c.typ), `"n"`: "n BIGINT"}[column]
				}
				return jsonPages(infos, [][][]string{page}), true
			}
			constraints := predicate.Unconstrained()
			constraints.Limit = 1
			constraints.Summary = []predicate.Column{{Name: "c", Set: c.set}}
			rows, err := read(t, athena(t, s.connector(nil)), table("d", "t"), constraints, columns...)
			var got []string
			for _, row := range rows {
				got = append(got, fmt.Sprint(row[len(row)-1]))
			}
			_, where, _ := strings.Cut(statement, "\nWHERE ")
			if err != nil || strings.Join(got, " ") != c.want || where != c.where {
				t.Errorf("%s, %v: rows %v, %v, want %s, by\n%s", name, columns, got, err, c.want, statement)
			}
		}
	}
}

func between(t *testing.T, typ arrow.DataType, null bool, ranges ...predicate.Range) predicate.ValueSet {
	t.Helper()
	set, err := predicate.NewSortedRangeSet(typ, null, ranges...)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// listed is a white list, or a black list that wants no null.
func listed(t *testing.T, typ arrow.DataType, white bool, values ...predicate.Value) predicate.ValueSet {
	t.Helper()
	set, err := predicate.NewEquatableValueSet(typ, white, false, values...)
	if err != nil {
		t.Fatal(err)
	}
	return set
}
