package timestreamtest

import (
	"time"

	"athena-timestream/local/internal/stack"
	"athena-timestream/local/internal/tsserver"
)

// Option changes what [Start] starts.
type Option struct{ apply func(*stack.Options) }

// WithDemo has the database demo in the server from the start: the last day of devops (multi-measure, a point a minute for
// each of four hosts), climate (single-measure) and Deployments (names of mixed case).
func WithDemo() Option {
	return Option{func(o *stack.Options) { o.NoDemo = false }}
}

// WithClock replaces the server's clock: SQL's now() and ago(), times of creation, how long a pagination token is good.
// The function is called from several goroutines.
func WithClock(now func() time.Time) Option {
	return Option{func(o *stack.Options) { o.Now = now }}
}

// WithRetention refuses records that are too old for their table, or more than 15 minutes ahead of the clock, and forgets those
// that have outlived the table's stores, as the service does.
func WithRetention() Option {
	return Option{func(o *stack.Options) { o.EnforceRetention = true }}
}

// Faults are what a server does wrong. Chances are between 0 and 1; the zero value is a server that works.
type Faults struct {
	Seed        uint64        // the same faults in the same order of calls
	Throttle    float64       // chance that a call is answered with ThrottlingException
	Internal    float64       // chance that a call is answered with InternalServerException
	EmptyPage   float64       // chance that a page of a result comes without its rows, which the next one has
	EmptyFirst  bool          // every result begins with an empty page
	PageLatency time.Duration // how much later every answer to Query comes
}

// WithFaults tests how a program bears what the service does at times.
func WithFaults(f Faults) Option {
	return Option{func(o *stack.Options) {
		o.Faults = &tsserver.Faults{
			Seed: f.Seed, Throttle: f.Throttle, Internal: f.Internal,
			EmptyPage: f.EmptyPage, EmptyFirst: f.EmptyFirst, PageTime: f.PageLatency,
		}
	}}
}
