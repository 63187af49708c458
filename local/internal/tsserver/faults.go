package tsserver

import (
	"context"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"
)

// Faults make a server misbehave for tests, the same way each time for the same seed and order of requests. Chances are
// between 0 and 1.
type Faults struct {
	Seed       uint64
	Throttle   float64       // chance that a call is throttled
	Internal   float64       // chance of an internal error
	EmptyPage  float64       // chance that a page that could be given comes empty, with a token
	EmptyFirst bool          // every query begins with an empty page
	Latency    time.Duration // the most that a call is delayed
	PageTime   time.Duration // how much later every answer to Query comes
}

// faulty draws the faults.
type faulty struct {
	Faults
	mu   sync.Mutex
	rand *rand.Rand
}

func newFaulty(f *Faults) *faulty {
	if f == nil {
		f = &Faults{}
	}
	return &faulty{Faults: *f, rand: rand.New(rand.NewPCG(f.Seed, 0))}
}

// Misbehave replaces the server's faults; nil ends them.
func (s *Server) Misbehave(f *Faults) { s.faults.Store(newFaulty(f)) }

func (f *faulty) hit(chance float64) bool {
	if chance <= 0 {
		return false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.rand.Float64() < chance
}

// before delays a call and decides whether it fails. DescribeEndpoints, on which clients found all else, is spared.
func (f *faulty) before(ctx context.Context, operation string) error {
	if operation == "DescribeEndpoints" {
		return nil
	}
	if err := sleep(ctx, f.delay(operation)); err != nil {
		return err
	}
	if f.hit(f.Throttle) {
		return throttled()
	}
	if f.hit(f.Internal) {
		return newFault(http.StatusInternalServerError, "InternalServerException", "An injected fault.")
	}
	return nil
}

func (f *faulty) delay(operation string) time.Duration {
	var d time.Duration
	if operation == "Query" {
		d = f.PageTime
	}
	if f.Latency > 0 {
		f.mu.Lock()
		defer f.mu.Unlock()
		d += time.Duration(f.rand.Int64N(int64(f.Latency)))
	}
	return d
}

func sleep(ctx context.Context, d time.Duration) error {
	if d == 0 {
		return nil
	}
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// emptyPage tells whether a page that is ready is to be withheld.
func (f *faulty) emptyPage(first bool) bool {
	return first && f.EmptyFirst || f.hit(f.EmptyPage)
}
