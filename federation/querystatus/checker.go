// Package querystatus ends a read when Athena's query has ended: cancelled by
// the user, failed elsewhere, or done without the rest of the rows.
//
// It asks Athena's GetQueryExecution in the background, ever less often, and
// stays quiet: whatever goes wrong with asking, the query counts as running. The
// function's role needs athena:GetQueryExecution; without it nothing is watched.
package querystatus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/athena"
	"github.com/aws/aws-sdk-go-v2/service/athena/types"

	"athena-timestream/federation"
	"athena-timestream/federation/panics"
	"athena-timestream/federation/redact"
)

// Client is the one call that is made; *athena.Client has it.
type Client interface {
	GetQueryExecution(context.Context, *athena.GetQueryExecutionInput, ...func(*athena.Options)) (*athena.GetQueryExecutionOutput, error)
}

// delays before each question; the last one repeats. They are the Java SDK's.
var delays = [...]time.Duration{
	1 * time.Second, 1 * time.Second, 2 * time.Second, 3 * time.Second, 5 * time.Second,
	8 * time.Second, 13 * time.Second, 21 * time.Second, 34 * time.Second, 55 * time.Second,
}

// Checker is a federation.StatusChecker that asks Athena.
type Checker struct {
	client Client
	logger *slog.Logger
}

var _ federation.StatusChecker = (*Checker)(nil)

// New returns a Checker. What goes wrong with asking is logged at DEBUG; a nil
// logger logs nothing.
func New(client Client, logger *slog.Logger) *Checker {
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	return &Checker{client: client, logger: logger}
}

// Watch returns a context that is cancelled when the query has ended; its cause
// is then federation.ErrQueryEnded with the query's id and state. A read that
// takes less than a second asks nothing. The returned function stops the
// watching and waits for it; it must be called.
func (c *Checker) Watch(ctx context.Context, queryID string) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		state, ended, err := c.safePoll(ctx, queryID)
		if err != nil {
			c.logger.WarnContext(ctx, "the query's state is not watched any more", "query_id", queryID, "error", redact.Text(err))
		}
		if ended {
			cancel(fmt.Errorf("query %s is %s: %w", queryID, state, federation.ErrQueryEnded))
		}
	}()
	return ctx, func() {
		cancel(context.Canceled)
		<-done
	}
}

// safePoll is poll; a panic leaves the query running, as every other trouble with asking does.
func (c *Checker) safePoll(ctx context.Context, queryID string) (state types.QueryExecutionState, ended bool, err error) {
	defer panics.Recover(&err, "asking for the query's state")
	state, ended = c.poll(ctx, queryID)
	return state, ended, nil
}

// poll asks until the query has ended, ctx has, or asking makes no sense.
func (c *Checker) poll(ctx context.Context, queryID string) (types.QueryExecutionState, bool) {
	for attempt := 0; ; attempt++ {
		if !sleep(ctx, delays[min(attempt, len(delays)-1)]) {
			return "", false
		}
		out, err := c.client.GetQueryExecution(ctx, &athena.GetQueryExecutionInput{QueryExecutionId: &queryID})
		if _, unknown := errors.AsType[*types.InvalidRequestException](err); unknown {
			c.logger.DebugContext(ctx, "Athena does not know the query: not watched", "query_id", queryID, "error", err)
			return "", false
		}
		if err != nil {
			c.logger.DebugContext(ctx, "ask for the query's state", "query_id", queryID, "error", err)
			continue
		}
		if state := stateOf(out); ended(state) {
			return state, true
		}
	}
}

func stateOf(out *athena.GetQueryExecutionOutput) types.QueryExecutionState {
	if out == nil || out.QueryExecution == nil || out.QueryExecution.Status == nil {
		return ""
	}
	return out.QueryExecution.Status.State
}

func ended(s types.QueryExecutionState) bool {
	switch s {
	case types.QueryExecutionStateSucceeded, types.QueryExecutionStateFailed, types.QueryExecutionStateCancelled:
		return true
	}
	return false
}

func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
