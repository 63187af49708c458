package federation_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"athena-timestream/federation"
	"athena-timestream/federation/federationtest"
	"athena-timestream/federation/message"
)

// TestDeadline: work ends ahead of the function's time, with room for the last
// calls and for the answer, however short that time is.
func TestDeadline(t *testing.T) {
	for limit, want := range map[time.Duration]struct{ work, calls time.Duration }{
		15 * time.Minute: {15*time.Minute - 3*time.Second, 1500 * time.Millisecond},
		time.Minute:      {57 * time.Second, 1500 * time.Millisecond},
		10 * time.Second: {9 * time.Second, 500 * time.Millisecond},
		time.Second:      {900 * time.Millisecond, 50 * time.Millisecond},
	} {
		t.Run(limit.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				var ended, calls time.Duration
				c := federationtest.Connector{ListSchemasFunc: func(ctx context.Context, _ *message.ListSchemasRequest) (*message.ListSchemasResponse, error) {
					<-ctx.Done()
					ended = time.Since(start)
					last, stop := federation.LastCalls(ctx)
					defer stop()
					<-last.Done()
					calls = time.Since(start) - ended
					return nil, fmt.Errorf("query: %w", ctx.Err())
				}}
				ctx, cancel := context.WithTimeout(t.Context(), limit)
				defer cancel()
				_, err := ask[*message.ListSchemasResponse](ctx, t, newHandler(t, c, federation.Options{}), &message.ListSchemasRequest{Header: header()})
				wantCode(t, err, federation.OperationTimeout, "the function's time is nearly up: add a time filter, or more splits")
				if ended != want.work || calls != want.calls {
					t.Errorf("ended after %v with %v for the last calls, want %v and %v", ended, calls, want.work, want.calls)
				}
			})
		})
	}
}

// TestLastCallsWithoutDeadline: at home nothing ends the function.
func TestLastCallsWithoutDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		start := time.Now()
		last, stop := federation.LastCalls(ended)
		defer stop()
		<-last.Done()
		if got := time.Since(start); got != 1500*time.Millisecond {
			t.Errorf("ended after %v", got)
		}
	})
}
