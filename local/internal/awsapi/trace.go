package awsapi

import (
	"context"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// TraceHeader carries an invocation's trace id along. AWS's SDKs copy it from the Lambda runtime to each request that a
// function makes (https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html), so what a function asked for
// can be told from what others did.
const TraceHeader = "X-Amzn-Trace-Id"

// noTrace is the id of an invocation that nobody traces.
const noTrace = "Root=1-00000000-000000000000000000000000;Sampled=0"

type traceKey struct{}

// WithTrace gives an invocation a trace id, as Lambda writes them: Root=1-<8 hex digits>-<24 hex digits>.
func WithTrace(ctx context.Context, id string) context.Context {
	return context.WithValue(ctx, traceKey{}, id)
}

// TraceOf is the context's trace id, one of zeros if it has none.
func TraceOf(ctx context.Context) string {
	if id, ok := ctx.Value(traceKey{}).(string); ok {
		return id
	}
	return noTrace
}

// Traced is a client for a function in this process: it does what the SDKs do where there is a Lambda runtime.
func Traced(client aws.HTTPClient) aws.HTTPClient { return traced{client} }

type traced struct{ client aws.HTTPClient }

// Do implements [aws.HTTPClient].
func (t traced) Do(r *http.Request) (*http.Response, error) {
	r.Header.Set(TraceHeader, TraceOf(r.Context()))
	return t.client.Do(r)
}
