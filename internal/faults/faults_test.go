package faults_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"athena-timestream/internal/faults"
)

const page = `{"QueryId":"Q","Rows":[{"Data":[]}],"ColumnInfo":[]}`

var service = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	fmt.Fprint(w, page) //nolint:errcheck // a test's answer
})

// ask makes a call and tells the answer: status and body, or "broken" with what came before.
func ask(t *testing.T, ctx context.Context, c *http.Client, url, target, body string) string {
	t.Helper()
	method := http.MethodPost
	if target == "" {
		method = http.MethodPut
	}
	r, err := http.NewRequestWithContext(ctx, method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if target != "" {
		r.Header.Set("X-Amz-Target", "Timestream_20181101."+target)
	}
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=AKID/20240101/eu-west-1/timestream/aws4_request, SignedHeaders=host")
	resp, err := c.Do(r)
	if err != nil {
		return "no answer"
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		if !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("the body ends with %v", err)
		}
		return "broken: " + string(b)
	}
	return fmt.Sprint(resp.StatusCode, " ", string(b))
}

// TestFaults makes each fault in process and over a socket.
func TestFaults(t *testing.T) {
	const empty = `200 {"ColumnInfo":[],"NextToken":"withheld-1","QueryId":"Q","Rows":[]}`
	cases := map[string]struct {
		fault  faults.Fault
		target string
		want   string
	}{
		"none":        {faults.Fault{}, "Query", "200 " + page},
		"throttled":   {faults.Throttled, "Query", `429 {"__type":"ThrottlingException","message":"Rate exceeded"}`},
		"S3 slow":     {faults.Throttled, "", `503 <Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>`},
		"internal":    {faults.Internal, "Query", `500 {"__type":"InternalServerException","message":"The server met an internal error."}`},
		"KMS":         {faults.Error(400, "DisabledException", "the key is disabled"), "GenerateDataKey", `400 {"__type":"DisabledException","message":"the key is disabled"}`},
		"S3 denied":   {faults.Error(403, "AccessDenied", "Access Denied"), "", `403 <Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>`},
		"unavailable": {faults.Unavailable, "Query", `503 <html><body>503 Service Temporarily Unavailable</body></html>`},
		"refused":     {faults.Refused, "Query", "no answer"},
		"lost":        {faults.Lost, "Query", "no answer"},
		"cut":         {faults.Cut(0.5), "Query", "broken: " + page[:len(page)/2]},
		"truncated":   {faults.Truncated(0.5), "Query", "200 " + page[:len(page)/2]},
		"garbled":     {faults.Garbled(0), "Query", "200 \x01" + page[1:]},
		"empty page":  {faults.EmptyPage, "Query", empty},
	}
	for name, c := range cases {
		for way, start := range map[string]func(*faults.Front) (*http.Client, string){
			"in process":    func(f *faults.Front) (*http.Client, string) { return &http.Client{Transport: f}, "http://aws" },
			"over a socket": func(f *faults.Front) (*http.Client, string) { s := serve(t, f); return s.Client(), s.URL },
		} {
			t.Run(name+" "+way, func(t *testing.T) {
				operation := c.target
				if operation == "" {
					operation = "PutObject"
				}
				front := faults.New(service, faults.Script{operation: {2: c.fault}})
				client, url := start(front)
				url += "/bucket/key"
				for n, want := range []string{"200 " + page, c.want, "200 " + page} {
					if got := ask(t, context.Background(), client, url, c.target, "{}"); got != want {
						t.Errorf("call %d: %q, want %q", n+1, got, want)
					}
				}
				calls := front.Calls()
				if len(calls) != 3 || calls[1] != (faults.Call{Operation: operation, N: 2, AccessKey: "AKID", Body: "{}", Fault: c.fault.Name}) {
					t.Errorf("calls %+v", calls)
				}
			})
		}
	}
}

func serve(t *testing.T, h http.Handler) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(h)
	s.Client().Transport.(*http.Transport).DisableKeepAlives = true // or net/http repeats calls by itself
	t.Cleanup(s.Close)
	return s
}

func TestWithheldPage(t *testing.T) {
	front := faults.New(service, faults.Script{"Query": {1: faults.EmptyPage, 2: faults.Throttled}})
	client := &http.Client{Transport: front}
	for n, want := range []string{
		`200 {"ColumnInfo":[],"NextToken":"withheld-1","QueryId":"Q","Rows":[]}`,
		`429 {"__type":"ThrottlingException","message":"Rate exceeded"}`, "200 " + page, "200 " + page,
	} {
		if got := ask(t, context.Background(), client, "http://aws", "Query", `{"NextToken":"withheld-1"}`); got != want {
			t.Errorf("call %d: %s", n+1, got)
		}
	}
}

// Slow calls take no time on the clock of a test, and end with their caller.
func TestSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		front := faults.New(service, faults.Script{"Query": {1: faults.Slow(59 * time.Second), 2: faults.Slow(time.Minute, faults.Throttled), faults.Always: faults.Hang}})
		client, start := &http.Client{Transport: front}, time.Now()
		if got := ask(t, t.Context(), client, "http://aws", "Query", "{}"); got != "200 "+page || time.Since(start) != 59*time.Second {
			t.Errorf("%s after %s", got, time.Since(start))
		}
		if got := ask(t, t.Context(), client, "http://aws", "Query", "{}"); !strings.HasPrefix(got, "429 ") || time.Since(start) != 119*time.Second {
			t.Errorf("%s after %s", got, time.Since(start))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if got := ask(t, ctx, client, "http://aws", "Query", "{}"); got != "no answer" || time.Since(start) != 2*time.Minute {
			t.Errorf("%s after %s", got, time.Since(start))
		}
	})
}

// A seed draws the same faults whatever other operations do in between.
func TestRandom(t *testing.T) {
	drawn := func(seed uint64) (names []string) {
		plan := faults.Random(seed, faults.With("Query", 0.25, faults.Throttled), faults.With("Query", 0.25, faults.Internal), faults.With("PutObject", 1, faults.Lost))
		for n := range 4000 {
			names = append(names, plan.Fault(faults.Call{Operation: "Query", N: n}).Name)
			if f := plan.Fault(faults.Call{Operation: "PutObject", N: n}); f.Name != "lost" {
				t.Fatalf("a certain fault came as %q", f.Name)
			}
		}
		return names
	}
	first := drawn(1)
	if !slices.Equal(first, drawn(1)) || slices.Equal(first, drawn(2)) {
		t.Error("the seed does not decide")
	}
	count := map[string]int{}
	for _, name := range first {
		count[name]++
	}
	if count["throttled"] < 900 || count["throttled"] > 1100 || count["internal"] < 900 || count["internal"] > 1100 || len(count) != 3 {
		t.Errorf("drawn %v of 4000", count)
	}
}

func TestOperations(t *testing.T) {
	front := faults.New(service, nil)
	for request, want := range map[string]string{
		"HEAD /b": "HeadBucket", "GET /b": "ListObjectsV2", "GET /b/k/l": "GetObject", "PUT /b/k": "PutObject", "DELETE /b/k": "DeleteObject", "POST /b?delete": "DeleteObjects",
		"POST /b/k?uploads": "CreateMultipartUpload", "PUT /b/k?partNumber=1&uploadId=u": "UploadPart", "POST /b/k?uploadId=u": "CompleteMultipartUpload",
		"POST /2015-03-31/functions/f/invocations": "POST /2015-03-31/functions/f/invocations",
	} {
		method, url, _ := strings.Cut(request, " ")
		r, err := http.NewRequestWithContext(t.Context(), method, "http://s3"+url, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := front.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if calls := front.Calls(); calls[len(calls)-1].Operation != want || front.Count(want) != 1 {
			t.Errorf("%s is %s", request, calls[len(calls)-1].Operation)
		}
	}
}
