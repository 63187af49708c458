package timestream_test

import (
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
	"athena-timestream/timestream"
)

// TestSplitsByCount has the rows counted: by the query's conditions, but for those on time, so that the next query can use the
// same counts.
func TestSplitsByCount(t *testing.T) {
	const counting = "SELECT bin(\"time\", 900s) AS \"start\", count(*) AS \"rows\"\nFROM \"D\".\"T\"\n" +
		"WHERE \"time\" >= TIMESTAMP '2026-11-20 12:00:00.000000000' AND \"time\" < TIMESTAMP '2026-11-22 12:30:00.000000000'\n" +
		"  AND \"Host\" = 'x'\nGROUP BY 1"
	even := []string{"[, 2026-11-21T12:08:00.000Z)", "[2026-11-21T12:08:00.000Z, )"}
	for name, c := range map[string]struct {
		rows    [][]string
		fail    apiError
		want    []string
		warning bool
	}{
		// Of 30 rows, 15 are the 10 of one bin and a quarter of the other's 20.
		"uneven": {rows: [][]string{{"2026-11-22 11:00:00.000000000", "20"}, {"2026-11-21 00:00:00.000000000", "10"}}, want: []string{"[, 2026-11-22T11:03:45.000Z)", "[2026-11-22T11:03:45.000Z, )"}},
		"empty":  {want: even},
		"denied": {fail: apiError{403, "AccessDeniedException", "no"}, want: even, warning: true},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t)
			s.show(map[string][]string{"D": {"T"}})
			s.about[""] = `{}`
			s.answer(counting, []string{"start TIMESTAMP", "rows BIGINT"}, c.rows)
			if c.fail.name != "" {
				s.fail(counting, c.fail)
			}
			var log strings.Builder
			connector := s.logging(slog.New(slog.NewTextHandler(&log, nil)))
			connector.Splits = timestream.SplitConfig{Most: 2, Least: time.Hour, Count: true}
			clock := noon
			connector.SetClock(func() time.Time { return clock })
			described := &message.GetTableResponse{TableName: table("d", "t"), Schema: splitSchema("")}
			for i := range 3 {
				clock = noon.Add(time.Duration(i) * time.Minute)
				constraints := &predicate.Constraints{Limit: predicate.NoLimit, Summary: []predicate.Column{
					where(t, "time", since(2*day-time.Duration(i+1)*time.Minute)), where(t, "host", points("x")...),
				}}
				got := linesOf(splitsOf(t, connector, described, constraints))
				if i == 0 && !slices.Equal(got, c.want) {
					t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
				}
			}
			if n := countCalls(s, "Query: SELECT bin"); n != 1 {
				t.Errorf("rows were counted %d times: %q", n, s.asked())
			}
			if strings.Contains(log.String(), "cut evenly") != c.warning {
				t.Errorf("log: %s", log.String())
			}
		})
	}
}

// Before 1970 there are no bins.
func TestSplitsByCountBefore1970(t *testing.T) {
	s := newService(t)
	s.show(map[string][]string{"D": {"T"}})
	s.about[""] = `{}`
	got := splitLines(t, s, timestream.SplitConfig{Most: 2, Count: true}, "", &predicate.Constraints{Limit: predicate.NoLimit, Summary: []predicate.Column{
		where(t, "time", predicate.Range{Low: predicate.AtLeast(int64(-1000)).Low, High: predicate.LessThan(int64(1001)).High}),
	}})
	if want := []string{"[, 1970-01-01T00:00:00.001Z)", "[1970-01-01T00:00:00.001Z, )"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestSplitsByCountOfWiderConditions: what of a condition is left to the rows does not hinder counting; no column is read for it.
func TestSplitsByCountOfWiderConditions(t *testing.T) {
	const counting = "SELECT bin(\"time\", 900s) AS \"start\", count(*) AS \"rows\"\nFROM \"D\".\"T\"\n" +
		"WHERE \"time\" >= TIMESTAMP '2026-11-20 12:00:00.000000000' AND \"time\" < TIMESTAMP '2026-11-22 12:30:00.000000000'\n" +
		"  AND \"lag\" IS NOT NULL\nGROUP BY 1"
	s := newService(t)
	s.show(map[string][]string{"D": {"T"}})
	s.about[""] = `{}`
	s.answer(counting, []string{"start TIMESTAMP", "rows BIGINT"}, [][]string{{"2026-11-22 11:00:00.000000000", "20"}})
	got := splitLines(t, s, timestream.SplitConfig{Most: 2, Count: true}, "", &predicate.Constraints{Limit: predicate.NoLimit, Summary: []predicate.Column{
		where(t, "time", since(2*day)), where(t, "lag", points("x")...), // of which SQL says nothing
	}})
	if want := []string{"[, 2026-11-22T11:07:30.000Z)", "[2026-11-22T11:07:30.000Z, )"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q; asked %q", got, want, s.asked())
	}
}
