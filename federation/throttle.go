package federation

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"time"
)

// ThrottleConfig sets how a [Throttle] slows down: additive increase of speed,
// multiplicative decrease.
type ThrottleConfig struct {
	InitialDelay   time.Duration // first delay after a refusal
	MaxDelay       time.Duration // longest delay between two calls, at least 1 ms
	DecreaseFactor float64       // a refusal divides the speed: the delay is divided by this, 0.001 to 1
	Increase       time.Duration // a success takes this off the delay, at least 1 ms
}

// DefaultThrottle is the Java SDK's: 10 ms doubling up to a second, 10 ms less
// after each success.
func DefaultThrottle() ThrottleConfig {
	return ThrottleConfig{InitialDelay: 10 * time.Millisecond, MaxDelay: time.Second, DecreaseFactor: 0.5, Increase: 10 * time.Millisecond}
}

// Validate reports every value out of range at once.
func (c ThrottleConfig) Validate() error {
	var faults []error
	if c.DecreaseFactor < 0.001 || c.DecreaseFactor > 1 || math.IsNaN(c.DecreaseFactor) {
		faults = append(faults, fmt.Errorf("throttle_decrease_factor: %v is not between 0.001 and 1", c.DecreaseFactor))
	}
	if c.MaxDelay < time.Millisecond {
		faults = append(faults, fmt.Errorf("throttle_max_delay_ms: %v is less than 1 ms", c.MaxDelay))
	}
	if c.Increase < time.Millisecond {
		faults = append(faults, fmt.Errorf("throttle_increase_ms: %v is less than 1 ms", c.Increase))
	}
	if c.InitialDelay < 0 {
		faults = append(faults, fmt.Errorf("throttle_initial_delay_ms: %v is negative", c.InitialDelay))
	}
	return errors.Join(faults...)
}

// Throttle paces calls to a source that refuses when asked too often: every
// refusal makes the pause before each further call longer, every success
// shorter. Set Config and Refused before the first call; then it is safe for
// concurrent use, and paces all who share it.
type Throttle struct {
	Config  ThrottleConfig
	Refused func(error) bool // is the error a refusal for calling too often?

	// Spilled, if set, says whether the read has already written a block.
	// Before that a refusal is not retried but answered with Throttling, so
	// that Athena itself can slow down and ask again.
	Spilled func() bool

	mu    sync.Mutex
	delay time.Duration
}

// Delay is the pause before the next call.
func (t *Throttle) Delay() time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.delay
}

// Do makes the call, after the pause that is due, until it is not refused.
// Errors that are no refusals are returned as they are.
func (t *Throttle) Do(ctx context.Context, call func(context.Context) error) error {
	for attempt := 1; ; attempt++ {
		if err := t.Wait(ctx); err != nil {
			return Errorf(OperationTimeout, "gave up before call %d: the source asked to slow down: %w", attempt, err)
		}
		err := call(ctx)
		t.Note(err)
		if err == nil || !t.Refused(err) {
			return err
		}
		if t.Spilled != nil && !t.Spilled() {
			return Errorf(Throttling, "the source asks to slow down: %w", err)
		}
	}
}

// Wait makes the pause that is due before a call. It is for callers that repeat
// calls by rules of their own, and tell the outcome of each to Note. It returns
// context.Cause(ctx) when ctx ends.
func (t *Throttle) Wait(ctx context.Context) error { return pause(ctx, t.Delay()) }

// Note learns how a call ended. Errors that are no refusals change nothing.
func (t *Throttle) Note(err error) {
	switch {
	case err == nil:
		t.succeeded()
	case t.Refused(err):
		t.refused()
	}
}

func (t *Throttle) succeeded() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.delay = max(0, t.delay-t.Config.Increase)
}

// refused lengthens the delay in whole milliseconds, as the Java SDK does.
func (t *Throttle) refused() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.delay == 0 {
		t.delay = t.Config.InitialDelay
	} else {
		ms := math.Ceil(float64(t.delay.Milliseconds()) / t.Config.DecreaseFactor)
		t.delay = time.Duration(ms) * time.Millisecond
	}
	t.delay = min(t.delay, t.Config.MaxDelay)
}

func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return context.Cause(ctx)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}
