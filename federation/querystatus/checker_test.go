package querystatus_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/athena"
	"github.com/aws/aws-sdk-go-v2/service/athena/types"

	"athena-timestream/federation"
	"athena-timestream/federation/querystatus"
)

// script answers one question after another; the last answer repeats.
type script struct {
	answers []func() (types.QueryExecutionState, error)
	asked   []time.Time
}

func (s *script) GetQueryExecution(_ context.Context, in *athena.GetQueryExecutionInput, _ ...func(*athena.Options)) (*athena.GetQueryExecutionOutput, error) {
	s.asked = append(s.asked, time.Now())
	state, err := s.answers[min(len(s.asked), len(s.answers))-1]()
	if err != nil {
		return nil, err
	}
	if state == "" {
		return &athena.GetQueryExecutionOutput{}, nil
	}
	return &athena.GetQueryExecutionOutput{QueryExecution: &types.QueryExecution{
		QueryExecutionId: in.QueryExecutionId, Status: &types.QueryExecutionStatus{State: state},
	}}, nil
}

func is(s types.QueryExecutionState) func() (types.QueryExecutionState, error) {
	return func() (types.QueryExecutionState, error) { return s, nil }
}

func fails(err error) func() (types.QueryExecutionState, error) {
	return func() (types.QueryExecutionState, error) { return "", err }
}

func TestWatch(t *testing.T) {
	const running, queued = types.QueryExecutionStateRunning, types.QueryExecutionStateQueued
	tests := map[string]struct {
		answers []func() (types.QueryExecutionState, error)
		wait    time.Duration
		asked   int
		ended   string // in the cause; empty: still running
	}{
		"cancelled at once":           {[]func() (types.QueryExecutionState, error){is(types.QueryExecutionStateCancelled)}, time.Minute, 1, "CANCELLED"},
		"failed later":                {[]func() (types.QueryExecutionState, error){is(queued), is(running), is(types.QueryExecutionStateFailed)}, time.Minute, 3, "FAILED"},
		"succeeded without us":        {[]func() (types.QueryExecutionState, error){is(running), is(types.QueryExecutionStateSucceeded)}, time.Minute, 2, "SUCCEEDED"},
		"a short read asks nothing":   {[]func() (types.QueryExecutionState, error){is(types.QueryExecutionStateCancelled)}, 999 * time.Millisecond, 0, ""},
		"errors count as running":     {[]func() (types.QueryExecutionState, error){fails(errors.New("throttled")), fails(errors.New("denied"))}, 12500 * time.Millisecond, 5, ""},
		"no status counts as running": {[]func() (types.QueryExecutionState, error){is("")}, 2500 * time.Millisecond, 2, ""},
		"an unknown query is dropped": {[]func() (types.QueryExecutionState, error){fails(&types.InvalidRequestException{})}, time.Hour, 1, ""},
		"asks less and less often":    {[]func() (types.QueryExecutionState, error){is(running)}, (143 + 55 + 1) * time.Second, 11, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &script{answers: test.answers}
				ctx, stop := querystatus.New(s, nil).Watch(t.Context(), "q-1")
				time.Sleep(test.wait)
				synctest.Wait()
				cause := context.Cause(ctx)
				stop()
				if len(s.asked) != test.asked {
					t.Errorf("asked %d times, want %d", len(s.asked), test.asked)
				}
				if test.ended == "" {
					if cause != nil {
						t.Errorf("ended: %v", cause)
					}
					return
				}
				if !errors.Is(cause, federation.ErrQueryEnded) || !strings.Contains(cause.Error(), test.ended) || !strings.Contains(cause.Error(), "q-1") {
					t.Errorf("cause %v, want %s of q-1", cause, test.ended)
				}
			})
		})
	}
}

// TestWatchEnds: synctest fails if a goroutine is left when the test returns.
func TestWatchEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		parent, cancel := context.WithCancel(t.Context())
		ctx, stop := querystatus.New(&script{answers: []func() (types.QueryExecutionState, error){is(types.QueryExecutionStateRunning)}}, nil).Watch(parent, "q")
		cancel()
		<-ctx.Done()
		stop()
		stop()
		if err := context.Cause(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("cause %v", err)
		}
	})
}
