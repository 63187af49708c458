package timestream_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"athena-timestream/federation"
	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
	"athena-timestream/internal/faults"
	"athena-timestream/timestream"
)

// TestEndings reads a result that never ends, a page each 250 ms, until something ends the read. Then the error says what
// it was and how far the read came, Timestream is told to cancel, no upload and no call goes on, and there is an answer
// before Lambda's time is up. A goroutine that stays fails the test, as synctest has it.
func TestEndings(t *testing.T) {
	const limit = 60 * time.Second // of the function
	paged := faults.Script{"Query": always(faults.Slow(250 * time.Millisecond))}
	with := func(operation string, f faults.Fault) faults.Script {
		return faults.Script{"Query": paged["Query"], operation: always(f)}
	}
	const nearlyUp = "the function's time is nearly up: add a time filter, or more splits"
	for name, test := range map[string]struct {
		plan    faults.Script
		state   string        // of Athena's query from the tenth second on; empty: it runs
		leave   time.Duration // after which the caller goes; 0: never
		after   time.Duration // when the read is to end, at the latest
		why     string        // in the error
		unknown bool          // Timestream has not yet named the query, so that it cannot be cancelled
		hung    bool          // the service gives too little for a row to count
	}{
		"the query is cancelled":        {plan: paged, state: "CANCELLED", after: 13 * time.Second, why: "stopped: read d.t: ended behind page 4"},
		"the query has failed":          {plan: paged, state: "FAILED", after: 13 * time.Second, why: "query q1 is FAILED"},
		"the query ended without us":    {plan: paged, state: "SUCCEEDED", after: 13 * time.Second, why: "query q1 is SUCCEEDED"},
		"the caller goes":               {plan: paged, leave: 10 * time.Second, after: 10 * time.Second, why: "context canceled"},
		"time is up":                    {plan: paged, after: limit - 3*time.Second, why: nearlyUp},
		"the state is denied":           {plan: with("GetQueryExecution", faults.Error(400, "AccessDeniedException", "no")), state: "CANCELLED", after: limit - 3*time.Second, why: nearlyUp},
		"the query is unknown":          {plan: with("GetQueryExecution", faults.Error(400, "InvalidRequestException", "no")), state: "CANCELLED", after: limit - 3*time.Second, why: nearlyUp},
		"Athena does not answer":        {plan: with("GetQueryExecution", faults.Hang), state: "CANCELLED", after: limit - 3*time.Second, why: nearlyUp},
		"uploads hang, time is up":      {plan: with("PutObject", faults.Hang), after: limit - 3*time.Second, why: nearlyUp},
		"uploads hang, query cancelled": {plan: with("PutObject", faults.Hang), state: "CANCELLED", after: 13 * time.Second, why: "query q1 is CANCELLED"},
		"CancelQuery hangs too":         {plan: with("CancelQuery", faults.Hang), after: limit - time.Second, why: nearlyUp},
		"CancelQuery fails":             {plan: with("CancelQuery", faults.Internal), after: limit - time.Second, why: nearlyUp},
		"the next page hangs":           {plan: faults.Script{"Query": {1: {}, faults.Always: faults.Slow(time.Hour)}}, after: limit - 3*time.Second, why: nearlyUp, hung: true},
		"before the first page":         {plan: faults.Script{"Query": always(faults.Hang)}, after: limit - 3*time.Second, why: "read d.t: ended before the first page: " + nearlyUp, unknown: true, hung: true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, log, start := newAccount(t, -1), &bytes.Buffer{}, time.Now()
				a.state = func() string {
					if test.state != "" && time.Since(start) >= 10*time.Second {
						return test.state
					}
					return "RUNNING"
				}
				h, front := a.handler(test.plan, federation.Config{}, log)
				ctx, cancel := context.WithTimeout(t.Context(), limit)
				defer cancel()
				if test.leave > 0 {
					time.AfterFunc(test.leave, cancel)
				}
				m, err := invoke(ctx, t, h, readAccount())
				took := time.Since(start)
				if m != nil || message.CodeOf(err) != federation.OperationTimeout || !strings.Contains(err.Error(), test.why) {
					t.Errorf("answer %v, error %v, want %q", m, err, test.why)
				}
				if want := howFar(log.String()); !strings.Contains(err.Error(), want) || !test.hung && strings.HasPrefix(want, "(so far 0") {
					t.Errorf("error %v does not tell how far it came: %s", err, want)
				}
				if took > test.after {
					t.Errorf("it took %v, want %v at most", took, test.after)
				}
				if n := front.Count("CancelQuery"); (n == 0) != test.unknown {
					t.Errorf("%d calls of CancelQuery", n)
				}
				calls := len(front.Calls())
				time.Sleep(time.Hour)
				if now := len(front.Calls()); now != calls || a.busy.Load() != 0 {
					t.Errorf("afterwards %d calls and %d uploads: %v", now-calls, a.busy.Load(), front.Calls()[calls:])
				}
			})
		})
	}
}

// howFar is what the error has to say of a read whose line the log has.
func howFar(log string) string {
	_, line, _ := strings.Cut(log, " rows=")
	var rows, blocks int
	fmt.Sscanf(line, "%d blocks=%d", &rows, &blocks) //nolint:errcheck // then the error does not match
	return fmt.Sprintf("(so far %d rows, %d blocks)", rows, blocks)
}

// TestUnloadEnding ends an Athena query while its splits wait for an UNLOAD: that is cancelled, and what it has written so
// far is looked for.
func TestUnloadEnding(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, start := newAccount(t, 0), time.Now()
		a.mode = timestream.ReadUnload
		a.state = func() string {
			if time.Since(start) >= 10*time.Second {
				return "CANCELLED"
			}
			return "RUNNING"
		}
		h, front := a.handler(nil, federation.Config{}, t.Output())
		m, err := invoke(t.Context(), t, h, &message.GetTableLayoutRequest{
			Header: accountHeader(), TableName: table("d", "t"), Schema: accountSchema, Constraints: predicate.Unconstrained(),
		})
		if err != nil {
			t.Fatal(err)
		}
		layout, ok := m.(*message.GetTableLayoutResponse)
		if !ok {
			t.Fatalf("answered with %T", m)
		}
		_, err = invoke(t.Context(), t, h, &message.GetSplitsRequest{
			Header: accountHeader(), TableName: table("d", "t"), Partitions: layout.Partitions, Constraints: predicate.Unconstrained(),
		})
		if took := time.Since(start); message.CodeOf(err) != federation.OperationTimeout || !strings.Contains(err.Error(), "query q1 is CANCELLED") || took > 13*time.Second {
			t.Errorf("error %v after %v", err, took)
		}
		if front.Count("CancelQuery") != 1 || front.Count("ListObjectsV2") != 1 {
			t.Errorf("%d calls of CancelQuery and %d of ListObjectsV2", front.Count("CancelQuery"), front.Count("ListObjectsV2"))
		}
	})
}
