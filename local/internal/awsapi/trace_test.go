package awsapi_test

import (
	"context"
	"net/http"
	"os"
	"testing"

	"athena-timestream/local/internal/awsapi"
)

const trace = "Root=1-00000001-000000000000000000000002;Sampled=0"

func TestTraceReachesTheFunction(t *testing.T) {
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	b, err := awsapi.StartBinary(awsapi.BinaryOptions{Path: exe, Name: "timestream", Env: []string{asFunction + "=1"}})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	const none = "Root=1-00000000-000000000000000000000000;Sampled=0"
	for want, ctx := range map[string]context.Context{trace: awsapi.WithTrace(context.Background(), trace), none: context.Background()} {
		if out, err := b.Invoke(ctx, []byte(`"trace"`)); err != nil || string(out) != `"`+want+`"` {
			t.Errorf("got %s, %v, want %s", out, err, want)
		}
	}
}

// sent is an HTTP client that keeps the header it was to send.
type sent http.Header

func (s sent) Do(r *http.Request) (*http.Response, error) {
	http.Header(s).Set(awsapi.TraceHeader, r.Header.Get(awsapi.TraceHeader))
	return nil, http.ErrAbortHandler
}

func TestTraceReachesRequestsOfThisProcess(t *testing.T) {
	got := sent{}
	req, err := http.NewRequestWithContext(awsapi.WithTrace(context.Background(), trace), http.MethodGet, "http://localhost/", nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := awsapi.Traced(got).Do(req); err == nil || http.Header(got).Get(awsapi.TraceHeader) != trace {
		t.Errorf("%v, %v", got, err)
	}
}
