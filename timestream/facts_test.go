package timestream_test

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
	"athena-timestream/timestream"
)

// TestFactsAreOptional: what the service does not tell costs the query nothing but parallel reading; it is said once and not
// asked again for a while.
func TestFactsAreOptional(t *testing.T) {
	for name, c := range map[string]struct {
		fail apiError
	}{
		"denied":    {apiError{403, "AccessDeniedException", "no"}},
		"throttled": {apiError{429, "ThrottlingException", "slow down"}},
		"broken":    {apiError{500, "InternalServerException", "oops"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newService(t)
			s.show(map[string][]string{"D": {"T"}})
			s.fail("DescribeTable", c.fail)
			s.fail("DescribeAccountSettings", c.fail)
			var log strings.Builder
			clock := noon
			connector := s.logging(slog.New(slog.NewTextHandler(&log, nil)))
			connector.Splits = timestream.DefaultSplits()
			connector.SetClock(func() time.Time { return clock })
			described := &message.GetTableResponse{TableName: table("d", "t"), Schema: splitSchema("")}
			bounded := &predicate.Constraints{Limit: predicate.NoLimit, Summary: []predicate.Column{where(t, "time", over(day, 0))}}
			for range 3 {
				if got := splitsOf(t, connector, described, nil); len(got) != 1 {
					t.Errorf("%d splits of a table of unknown age", len(got))
				}
				if got := splitsOf(t, connector, described, bounded); len(got) != 4 {
					t.Errorf("%d splits for an account of unknown size", len(got))
				}
			}
			for _, op := range []string{"DescribeTable", "DescribeAccountSettings"} {
				if n := countCalls(s, op); n != 1 {
					t.Errorf("%s was asked %d times", op, n)
				}
				if n := strings.Count(log.String(), "timestream:"+op); n != 1 {
					t.Errorf("%d warnings of %s:\n%s", n, op, log.String())
				}
			}
			clock = clock.Add(time.Hour)
			splitsOf(t, connector, described, nil)
			if n := countCalls(s, "DescribeTable"); n != 2 {
				t.Errorf("DescribeTable was asked %d times within an hour", n)
			}
		})
	}
}
