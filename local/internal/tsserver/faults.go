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

func (f *faulty) hit(chance float64) bool {
	if chance <= 0 {
		return false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.rand.Float64() < chance
}

// before delays a call and decides whether it fails.
func (f *faulty) before(ctx context.Context) error {
	if f.Latency > 0 {
		f.mu.Lock()
		d := time.Duration(f.rand.Int64N(int64(f.Latency)))
		f.mu.Unlock()
		select {
		case <-time.After(d):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if f.hit(f.Throttle) {
		return throttled()
	}
	if f.hit(f.Internal) {
		return newFault(http.StatusInternalServerError, "InternalServerException", "An injected fault.")
	}
	return nil
}

// emptyPage tells whether a page that is ready is to be withheld.
func (f *faulty) emptyPage(first bool) bool {
	return first && f.EmptyFirst || f.hit(f.EmptyPage)
}
