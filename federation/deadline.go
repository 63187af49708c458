package federation

import (
	"context"
	"time"
)

// deadlineMargin is the time kept for ending what is under way and for telling
// Athena that time is up. It holds the last calls and as much again.
const deadlineMargin = 3 * time.Second

// lastCalls is how long a source may take to hear that its work is not wanted
// any more.
const lastCalls = 1500 * time.Millisecond

// deadlineKey holds the deadline of the function itself in a request's context.
type deadlineKey struct{}

// beforeDeadline ends the work ahead of ctx's deadline, by deadlineMargin or a
// tenth of what is left, whichever is less.
func beforeDeadline(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return ctx, func() {}
	}
	margin := min(deadlineMargin, time.Until(deadline)/10)
	cause := Errorf(OperationTimeout, "the function's time is nearly up: add a time filter, or more splits, or raise the function's timeout")
	ctx = context.WithValue(ctx, deadlineKey{}, deadline)
	return context.WithDeadlineCause(ctx, deadline.Add(-margin), cause)
}

// LastCalls is a context for what a connector still has to say when the context
// of its request has ended, such as that a query be cancelled. It does not end
// with ctx but soon: in one and a half seconds, or in half of what is left until
// Lambda ends the function, so that there is time to answer.
func LastCalls(ctx context.Context) (context.Context, context.CancelFunc) {
	patience := lastCalls
	if deadline, ok := ctx.Value(deadlineKey{}).(time.Time); ok {
		patience = min(patience, time.Until(deadline)/2)
	}
	return context.WithTimeout(context.WithoutCancel(ctx), patience)
}
