package timestream_test

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"athena-timestream/federation"
	"athena-timestream/federation/message"
	"athena-timestream/internal/faults"
)

// from gives the same fault to four calls in a row, the attempts of one page.
func from(n int, f faults.Fault) map[int]faults.Fault {
	return map[int]faults.Fault{n: f, n + 1: f, n + 2: f, n + 3: f}
}

func otherColumns(members map[string]json.RawMessage) {
	members["ColumnInfo"] = json.RawMessage(strings.Replace(strictColumns, "BIGINT", "DOUBLE", 1))
}

// TestFaultyReads reads three pages, of which the second goes wrong.
func TestFaultyReads(t *testing.T) {
	cases := map[string]struct {
		query map[int]faults.Fault
		left  bool // rows have left: blocks are small
		calls int  // of Query; 0: it may have been asked ahead, or not
		code  federation.Code
		text  []string
	}{
		"throttled":   {query: map[int]faults.Fault{2: faults.Throttled, 3: faults.Throttled, 4: faults.Throttled}, left: true, calls: 6},
		"TCU":         {query: map[int]faults.Fault{2: faults.Error(400, "ValidationException", "MaxQueryTCU exceeded")}, left: true, calls: 4},
		"internal":    {query: map[int]faults.Fault{2: faults.Internal, 4: faults.Internal}, left: true, calls: 5},
		"unavailable": {query: map[int]faults.Fault{2: faults.Unavailable}, left: true, calls: 4},
		"refused":     {query: map[int]faults.Fault{1: faults.Refused, 3: faults.Refused}, left: true, calls: 5},
		"lost":        {query: map[int]faults.Fault{1: faults.Lost, 3: faults.Lost}, left: true, calls: 5},
		"cut":         {query: map[int]faults.Fault{1: faults.Cut(0.1), 3: faults.Cut(0.99)}, left: true, calls: 5},
		"truncated":   {query: map[int]faults.Fault{1: faults.Truncated(0.3), 3: faults.Truncated(0.9)}, left: true, calls: 5},
		"empty pages": {query: map[int]faults.Fault{1: faults.EmptyPage, 3: faults.EmptyPage, 4: faults.EmptyPage}, left: true, calls: 6},
		"59 seconds":  {query: map[int]faults.Fault{1: faults.Slow(59 * time.Second), 2: faults.Slow(59 * time.Second)}, left: true, calls: 3},

		// Throttled for good: Athena is to slow down, whether rows have left or not.
		"throttled too often": {
			query: from(2, faults.Throttled), calls: 5, code: federation.Throttling,
			text: []string{"read d.t: run a Timestream query (query id QUERY1): Rate exceeded (tried 4 times; Timestream is throttling: "},
		},
		"no first page": {
			query: from(1, faults.Internal), calls: 4, code: federation.InternalService,
			text: []string{"read d.t: run a Timestream query: The server met an internal error. (tried 4 times; "},
		},
		// As long as no row has left, a query is run once more.
		"internal too often":            {query: from(2, faults.Internal), calls: 8},
		"broken too often":              {query: from(2, faults.Cut(0.5)), calls: 8},
		"garbled, run again":            {query: map[int]faults.Fault{2: faults.Garbled(0.2)}, calls: 5},
		"dead token, run again":         {query: map[int]faults.Fault{2: faults.DeadToken}, calls: 5},
		"dead token, and dead again":    {query: map[int]faults.Fault{2: faults.DeadToken, 4: faults.DeadToken}, calls: 4, code: federation.InternalService, text: []string{"query id QUERY2", "Invalid pagination token.", "run the query again"}},
		"internal after rows have left": {query: from(3, faults.Internal), left: true, calls: 6, code: federation.InternalService, text: []string{"read d.t: run a Timestream query (query id QUERY1): The server met an internal error. (tried 4 times; Timestream is in trouble"}},
		"unavailable after rows have left": {
			query: from(3, faults.Unavailable), left: true, calls: 6, code: federation.InternalService,
			text: []string{"(query id QUERY1): HTTP status 503 Service Unavailable (tried 4 times; "},
		},
		"broken after rows have left": {
			query: from(3, faults.Cut(0.5)), left: true, calls: 6, code: federation.InternalService,
			text: []string{"(query id QUERY1): ", "read the response body: unexpected EOF (tried 4 times; "},
		},
		"refused after rows have left": {
			query: from(3, faults.Refused), left: true, calls: 6, code: federation.InternalService, text: []string{"connection reset", "Timestream cannot be reached"},
		},
		"garbled after rows have left": {
			query: map[int]faults.Fault{2: faults.Garbled(0.6)}, left: true, code: federation.InvalidResponse,
			text: []string{"read page 2 of a Timestream query (query id QUERY1): deserialization failed", "not what Timestream's API promises"},
		},
		"dead token after rows have left": {
			query: map[int]faults.Fault{3: faults.DeadToken}, left: true, calls: 3, code: federation.InternalService, text: []string{"QUERY1", "does not know the next page any more"},
		},
		"credentials that stay expired": {
			query: map[int]faults.Fault{faults.Always: faults.Expired}, calls: 1, code: federation.InvalidCredentials, text: []string{"The security token included in the request is expired", "check its role"},
		},
		"other columns": {
			query: map[int]faults.Fault{2: faults.Rewritten("other columns", otherColumns)}, code: federation.InvalidResponse,
			text: []string{"read page 2", `this page has ["a" varchar "b" double], the first had ["a" varchar "b" bigint]`},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStrict(40, 40, 40)
				front := faults.New(s, faults.Script{"Query": c.query})
				rows, err := s.readAll(t, s.engine(t, inProcess(front), c.left, nil), "split", 0)
				if code := message.CodeOf(err); err != nil && code != c.code || err == nil && c.code != "" {
					t.Fatalf("error %v (%s)", err, code)
				}
				for _, text := range c.text {
					if !strings.Contains(err.Error(), text) {
						t.Errorf("%q says nothing of %q", err, text)
					}
				}
				if err != nil && strings.Contains(err.Error(), "operation error") {
					t.Errorf("%q has the SDK's wording in it", err)
				}
				if err == nil && !slices.Equal(rows, s.want()) {
					t.Errorf("%d rows: %v", len(rows), rows)
				}
				if n := front.Count("Query"); n != c.calls && c.calls > 0 {
					t.Errorf("%d calls, want %d: %v", n, c.calls, front.Calls())
				}
			})
		})
	}
}

// A query that is run again or given up is cancelled before, and not otherwise.
func TestBrokenRunIsCancelled(t *testing.T) {
	for name, c := range map[string]struct {
		query map[int]faults.Fault
		want  int
	}{
		"whole":     {nil, 0},
		"run again": {map[int]faults.Fault{2: faults.DeadToken}, 1},
		"given up":  {map[int]faults.Fault{2: faults.DeadToken, 4: faults.DeadToken}, 2},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := newStrict(4, 4, 4)
			_, err := s.readAll(t, s.engine(t, inProcess(faults.New(s, faults.Script{"Query": c.query})), false, nil), "split", 0)
			if s.cancelled != c.want || (err != nil) != (c.want == 2) {
				t.Errorf("%s: cancelled %d times, want %d; error %v", name, s.cancelled, c.want, err)
			}
		})
	}
}

// No attempt is waited for that could not be made before the function ends, and the service's words are not lost for it.
func TestNoTimeToTryAgain(t *testing.T) {
	ends := map[string]int{}
	for range 100 { // pauses are random
		synctest.Test(t, func(t *testing.T) {
			s := newStrict(4, 4, 4)
			front := faults.New(s, faults.Script{"Query": {1: faults.Slow(50 * time.Second), faults.Always: faults.Throttled}})
			_, err := s.readAll(t, s.engine(t, inProcess(front), false, nil), "split", time.Minute) // of which the Handler keeps 3 s
			if message.CodeOf(err) != federation.Throttling || !strings.Contains(err.Error(), "query id QUERY1): Rate exceeded (") {
				t.Fatalf("error %v", err)
			}
			for _, end := range []string{"there was no time to try again before the function's end", "tried 4 times"} {
				if strings.Contains(err.Error(), end) {
					ends[end]++
				}
			}
		})
	}
	if len(ends) != 2 || ends["tried 4 times"]+ends["there was no time to try again before the function's end"] != 100 {
		t.Errorf("reads ended with %v", ends)
	}
}

// A query is not run again if the time that the first run took is not left.
func TestNoTimeToRunAgain(t *testing.T) {
	for timeout, runs := range map[time.Duration]int{70 * time.Second: 1, 10 * time.Minute: 2} {
		synctest.Test(t, func(t *testing.T) {
			s := newStrict(4, 4, 4)
			front := faults.New(s, faults.Script{"Query": {1: faults.Slow(40 * time.Second), 2: faults.DeadToken}})
			_, err := s.readAll(t, s.engine(t, inProcess(front), false, nil), "split", timeout)
			if len(s.queries) != runs || (err == nil) != (runs == 2) {
				t.Errorf("%d runs within %s, want %d; error %v", len(s.queries), timeout, runs, err)
			}
		})
	}
}

// renewed are credentials that are good for half an hour by their own word.
type renewed struct{ keys []string }

func (r *renewed) Retrieve(ctx context.Context) (aws.Credentials, error) {
	key := r.keys[0]
	if len(r.keys) > 1 {
		r.keys = r.keys[1:]
	}
	return aws.Credentials{AccessKeyID: key, SecretAccessKey: "secret", SessionToken: "token", CanExpire: true, Expires: time.Now().Add(30 * time.Minute)}, nil
}

// Credentials that expire between two pages are fetched anew: by their own word, or by the service's.
func TestCredentialsExpire(t *testing.T) {
	for name, plan := range map[string]faults.Plan{
		"by the clock":   faults.Script{"Query": {1: faults.Slow(59 * time.Minute)}},
		"by the service": faults.Script{"Query": {2: faults.Expired}},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := newStrict(40, 40)
			front := faults.New(s, plan)
			cfg := inProcess(front)
			cfg.Credentials = aws.NewCredentialsCache(&renewed{keys: []string{"FIRST", "SECOND"}})
			rows, err := s.readAll(t, s.engine(t, cfg, true, nil), "split", 0)
			if err != nil || !slices.Equal(rows, s.want()) {
				t.Errorf("%s: %d rows, %v", name, len(rows), err)
			}
			var keys []string
			for _, c := range front.Calls() {
				if c.Operation == "Query" && c.Fault != faults.Expired.Name {
					keys = append(keys, c.AccessKey)
				}
			}
			if !slices.Equal(keys, []string{"FIRST", "SECOND"}) {
				t.Errorf("%s: pages were asked for by %v", name, keys)
			}
		})
	}
}

// byHost answers for the hosts of two cells and of the region.
type byHost struct {
	next  http.RoundTripper
	dead  map[string]error // hosts that cannot be reached
	asked []string
}

func (b *byHost) RoundTrip(r *http.Request) (*http.Response, error) {
	_, op, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	if op == "Query" || op == "DescribeEndpoints" {
		b.asked = append(b.asked, op+" "+strings.SplitN(r.URL.Host, ".", 2)[0])
	}
	if err := b.dead[r.URL.Host]; err != nil {
		return nil, err
	}
	return b.next.RoundTrip(r)
}

// An endpoint that was discovered and has died is discovered anew, in the middle of a read.
func TestEndpointDies(t *testing.T) {
	const first, second = "query-cell1.timestream.eu-west-1.amazonaws.com", "query-cell2.timestream.eu-west-1.amazonaws.com"
	moved := faults.Rewritten("moved", func(members map[string]json.RawMessage) {
		members["Endpoints"] = json.RawMessage(`[{"Address":"` + second + `","CachePeriodInMinutes":1440}]`)
	})
	const old, asks, new = "Query query-cell1", "DescribeEndpoints query", "Query query-cell2"
	for name, c := range map[string]struct {
		query map[int]faults.Fault
		dead  error
		want  []string // asked in the second read
	}{
		"it says so":       {query: map[int]faults.Fault{4: faults.WrongEndpoint}, want: []string{old, old, asks, new}},
		"no such host":     {dead: &net.DNSError{Err: "no such host", Name: first, IsNotFound: true}, want: []string{old, asks, new, new}},
		"nothing is there": {dead: &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, want: []string{old, old, old, old, asks, new, new}},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := newStrict(40, 40)
			hosts := &byHost{next: faults.New(s, faults.Script{"Query": c.query, "DescribeEndpoints": {2: moved}}), dead: map[string]error{}}
			cfg := inProcess(hosts)
			cfg.BaseEndpoint = nil
			engine := s.engine(t, cfg, false, nil)
			if _, err := s.readAll(t, engine, "split", 0); err != nil || !slices.Equal(hosts.asked, []string{asks, old, old}) {
				t.Fatalf("%s: the first read asked %v, %v", name, hosts.asked, err)
			}
			hosts.asked, hosts.dead[first] = nil, c.dead
			rows, err := s.readAll(t, engine, "split", 0)
			if err != nil || !slices.Equal(rows, s.want()) {
				t.Errorf("%s: %d rows, %v", name, len(rows), err)
			}
			if !slices.Equal(hosts.asked, c.want) {
				t.Errorf("%s: asked %v, want %v", name, hosts.asked, c.want)
			}
		})
	}
}

// Pages that lead nowhere end in an error: the same token again and again with rows, empty pages for ever.
func TestEndlessPages(t *testing.T) {
	sameToken := faults.Rewritten("same token", func(members map[string]json.RawMessage) {
		members["NextToken"] = json.RawMessage(`"withheld-1"`)
	})
	for name, c := range map[string]struct {
		query map[int]faults.Fault
		calls int
		text  string
	}{
		"same token":       {map[int]faults.Fault{1: faults.EmptyPage, faults.Always: sameToken}, 2, "page 2 of a Timestream query (query id QUERY1): it has rows, and the token that it was asked with"},
		"empty at once":    {map[int]faults.Fault{faults.Always: faults.EmptyPage}, 3600, "the last 3600 pages had no rows"},
		"empty and slowly": {map[int]faults.Fault{faults.Always: faults.Slow(50*time.Second, faults.EmptyPage)}, 78, "since 1h5m"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStrict(4)
				front := faults.New(s, faults.Script{"Query": c.query})
				_, err := s.readAll(t, s.engine(t, inProcess(front), false, nil), "split", 0)
				if message.CodeOf(err) != federation.InvalidResponse || !strings.Contains(err.Error(), c.text) {
					t.Errorf("error %v", err)
				}
				if n := front.Count("Query"); n != c.calls && n != c.calls+1 { // one may have been asked ahead
					t.Errorf("%d calls, want %d", n, c.calls)
				}
			})
		})
	}
}

// All reads of an instance share one pace: what one is refused, the next waits for a little.
func TestSharedPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStrict(4)
		engine := s.engine(t, inProcess(faults.New(s, faults.Script{"Query": from(1, faults.Throttled)})), false, nil)
		if _, err := s.readAll(t, engine, "split", 0); message.CodeOf(err) != federation.Throttling {
			t.Fatalf("error %v", err)
		}
		var took []time.Duration
		for range 9 {
			start := time.Now()
			if _, err := s.readAll(t, engine, "split", 0); err != nil {
				t.Fatal(err)
			}
			took = append(took, time.Since(start)/time.Millisecond)
		}
		if want := []time.Duration{80, 70, 60, 50, 40, 30, 20, 10, 0}; !slices.Equal(took, want) {
			t.Errorf("reads after four refusals took %d ms, want %d", took, want)
		}
	})
}
