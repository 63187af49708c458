package federation_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"athena-timestream/federation"
)

var errRefused = errors.New("too many requests")

func refusal(err error) bool { return errors.Is(err, errRefused) }

// TestThrottleVector replays the Java SDK's trace: the pause before each call.
func TestThrottleVector(t *testing.T) {
	var v struct {
		InitialDelayMs, MaxDelayMs, IncreaseMs int64
		DecreaseFactor                         float64
		Steps                                  []struct {
			Outcome     string
			DelayBefore int64
		}
	}
	raw, err := os.ReadFile("../vectors/misc/throttling.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		throttle := &federation.Throttle{Refused: refusal, Config: federation.ThrottleConfig{
			InitialDelay: time.Duration(v.InitialDelayMs) * time.Millisecond, MaxDelay: time.Duration(v.MaxDelayMs) * time.Millisecond,
			Increase: time.Duration(v.IncreaseMs) * time.Millisecond, DecreaseFactor: v.DecreaseFactor,
		}}
		step, last := 0, time.Now()
		for step < len(v.Steps) {
			err := throttle.Do(t.Context(), func(context.Context) error {
				s := v.Steps[step]
				if got := time.Since(last).Milliseconds(); got != s.DelayBefore {
					t.Errorf("step %d: waited %d ms, want %d", step, got, s.DelayBefore)
				}
				step, last = step+1, time.Now()
				if s.Outcome == "T" {
					return errRefused
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestThrottleTellsAthena(t *testing.T) {
	spilled, calls := false, 0
	throttle := &federation.Throttle{Config: federation.DefaultThrottle(), Refused: refusal, Spilled: func() bool { return spilled }}
	call := func(context.Context) error {
		calls++
		if calls < 4 {
			return errRefused
		}
		return nil
	}
	err := throttle.Do(t.Context(), call)
	wantCode(t, err, federation.Throttling, "the source asks to slow down: too many requests")
	spilled = true
	if err := throttle.Do(t.Context(), call); err != nil || calls != 4 {
		t.Errorf("got %v after %d calls", err, calls)
	}
}

func TestThrottleEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		throttle := &federation.Throttle{Config: federation.DefaultThrottle(), Refused: refusal}
		err := throttle.Do(ctx, func(context.Context) error { return errRefused })
		wantCode(t, err, federation.OperationTimeout, "gave up before call")
		other := errors.New("syntax")
		if err := throttle.Do(t.Context(), func(context.Context) error { return other }); !errors.Is(err, other) {
			t.Errorf("got %v", err)
		}
	})
}

func TestCodeOfStatus(t *testing.T) {
	for status, want := range map[int]federation.Code{
		400: federation.InvalidInput, 401: federation.InvalidCredentials, 403: federation.AccessDenied, 404: federation.EntityNotFound,
		408: federation.OperationTimeout, 409: federation.InvalidInput, 418: federation.InvalidInput, 429: federation.Throttling,
		500: federation.InternalService, 501: federation.OperationNotSupported, 502: federation.InternalService,
		503: federation.InternalService, 504: federation.OperationTimeout,
	} {
		if got := federation.CodeOfStatus(status); got != want {
			t.Errorf("%d is %s, want %s", status, got, want)
		}
	}
}
