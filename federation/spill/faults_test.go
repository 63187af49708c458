package spill_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"athena-timestream/federation/block"
	"athena-timestream/federation/message"
	"athena-timestream/federation/spill"
)

// faulty is a Store with a say in every Put.
type faulty struct {
	*spill.Mem
	put func(ctx context.Context, n int) error // n counts from 0 in order of arrival

	puts     atomic.Int64
	inFlight atomic.Int64
	most     atomic.Int64
}

func (f *faulty) Put(ctx context.Context, loc message.SpillLocation, body []byte) error {
	n := f.puts.Add(1) - 1
	now := f.inFlight.Add(1)
	defer f.inFlight.Add(-1)
	for most := f.most.Load(); now > most && !f.most.CompareAndSwap(most, now); most = f.most.Load() {
	}
	if err := f.put(ctx, int(n)); err != nil {
		return err
	}
	return f.Mem.Put(ctx, loc, body)
}

// tenBlocks writes ten rows, one a block, and finishes.
func tenBlocks(ctx context.Context, t *testing.T, store spill.Store, uploads int) (*spill.Writer, *spill.Result, error) {
	t.Helper()
	w, err := spill.NewWriter(ctx, spill.Options{
		Schema: bigint, Location: splitDirectory(), Store: store, Uploads: uploads,
		Limits: spill.Limits{MaxBlockSize: encodedSize(t, bigint, numbers(1), block.Legacy)},
	})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 10 {
		w.Builder().Column(0).(*block.Int64Column).Append(int64(i))
		if err := w.EndRow(); err != nil {
			if again := w.EndRow(); !errors.Is(again, err) {
				t.Errorf("EndRow gives %v after %v", again, err)
			}
			break
		}
	}
	result, err := w.Finish()
	return w, result, err
}

var errStore = errors.New("the store is on fire")

func TestFailedUpload(t *testing.T) {
	for _, n := range []int{0, 4, 8, 9} { // 9 is the very last block
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			noLeaks(t)
			store := &faulty{Mem: spill.NewMem(), put: func(_ context.Context, i int) error {
				if i == n {
					return message.Errorf(message.Throttling, "slow down: %w", errStore)
				}
				return nil
			}}
			w, result, err := tenBlocks(t.Context(), t, store, 2)
			if result != nil || !errors.Is(err, errStore) || message.CodeOf(err) != message.Throttling || !strings.Contains(err.Error(), "b/p/q/s.") {
				t.Errorf("result %v, error %v", result, err)
			}
			if _, again := w.Finish(); !errors.Is(again, err) {
				t.Errorf("Finish gives %v after %v", again, err)
			}
			w.Abort()
			if again := w.EndRow(); !errors.Is(again, err) {
				t.Errorf("EndRow gives %v after %v", again, err)
			}
		})
	}
}

func TestUploadsAreBounded(t *testing.T) {
	for _, uploads := range []int{0, 1, 3} {
		t.Run(fmt.Sprint(uploads), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store := &faulty{Mem: spill.NewMem(), put: func(context.Context, int) error {
					time.Sleep(time.Second)
					return nil
				}}
				_, result, err := tenBlocks(t.Context(), t, store, uploads)
				if err != nil {
					t.Fatal(err)
				}
				want := int64(max(uploads, 1))
				if uploads == 0 {
					want = 2
				}
				if store.most.Load() != want {
					t.Errorf("%d uploads at once, want %d", store.most.Load(), want)
				}
				if got := readAll(t, store, result, nil, bigint); !reflect.DeepEqual(got, numbers(10)) {
					t.Errorf("rows came back in another order: %v", got)
				}
			})
		})
	}
}

// TestDurations: ten uploads of a second each, two at once.
func TestDurations(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &faulty{Mem: spill.NewMem(), put: func(context.Context, int) error {
			time.Sleep(time.Second)
			return nil
		}}
		_, result, err := tenBlocks(t.Context(), t, store, 2)
		if err != nil {
			t.Fatal(err)
		}
		if s := result.Stats; s.Uploading != 10*time.Second || s.Waiting != 5*time.Second || s.Encoding != 0 {
			t.Errorf("uploading %s, waiting %s, encoding %s on a clock that only waits", s.Uploading, s.Waiting, s.Encoding)
		}
	})
}

// TestOrder lets earlier uploads end last.
func TestOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &faulty{Mem: spill.NewMem(), put: func(_ context.Context, n int) error {
			time.Sleep(time.Duration(10-n) * time.Second)
			return nil
		}}
		_, result, err := tenBlocks(t.Context(), t, store, 5)
		if err != nil {
			t.Fatal(err)
		}
		if got := readAll(t, store, result, nil, bigint); !reflect.DeepEqual(got, numbers(10)) {
			t.Errorf("rows came back in another order: %v", got)
		}
	})
}

func waitForEnd(ctx context.Context, _ int) error {
	<-ctx.Done()
	return ctx.Err()
}

func TestCancelledContext(t *testing.T) {
	noLeaks(t)
	cause := errors.New("the query has ended")
	ctx, cancel := context.WithCancelCause(t.Context())
	store := &faulty{Mem: spill.NewMem(), put: func(ctx context.Context, n int) error {
		if n == 1 {
			cancel(cause)
		}
		return waitForEnd(ctx, n)
	}}
	if _, result, err := tenBlocks(ctx, t, store, 2); result != nil || err == nil {
		t.Errorf("result %v, error %v", result, err)
	}

	ctx, cancel = context.WithCancelCause(t.Context())
	w, err := spill.NewWriter(ctx, spill.Options{Schema: bigint, Limits: noLimit})
	if err != nil {
		t.Fatal(err)
	}
	write(t, w, numbers(3))
	cancel(cause)
	if _, err := w.Finish(); !errors.Is(err, cause) {
		t.Errorf("an inline answer of a cancelled read: %v", err)
	}
}

func TestAbort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &faulty{Mem: spill.NewMem(), put: func(ctx context.Context, n int) error {
			err := waitForEnd(ctx, n)
			time.Sleep(time.Second) // a store that is slow to notice
			return err
		}}
		w := newWriter(t, spill.Options{
			Schema: bigint, Location: splitDirectory(), Store: store, Limits: spill.Limits{MaxBlockSize: encodedSize(t, bigint, numbers(1), block.Legacy)},
		})
		write(t, w, numbers(3)) // two blocks are waiting in the store
		synctest.Wait()
		w.Abort()
		if store.inFlight.Load() != 0 || store.puts.Load() != 2 {
			t.Errorf("after Abort %d of %d uploads go on", store.inFlight.Load(), store.puts.Load())
		}
		if err := w.EndRow(); err == nil {
			t.Error("EndRow after Abort is no error")
		}
		if _, err := w.Finish(); err == nil || !strings.Contains(err.Error(), "aborted") {
			t.Errorf("Finish after Abort: %v", err)
		}
	})
}

func TestAbortAfterFinish(t *testing.T) {
	noLeaks(t)
	w, result, err := tenBlocks(t.Context(), t, spill.NewMem(), 2)
	if err != nil {
		t.Fatal(err)
	}
	w.Abort()
	if again, err := w.Finish(); again != result || err != nil {
		t.Errorf("Finish gives %v, %v the second time", again, err)
	}
	w.Builder().Column(0).AppendNull()
	if err := w.EndRow(); err == nil {
		t.Error("EndRow after Finish is no error")
	}
}

// noLeaks fails the test if goroutines of this package outlive it.
func noLeaks(t *testing.T) {
	t.Helper()
	t.Cleanup(func() {
		var stacks string
		for range 100 {
			buf := make([]byte, 1<<20)
			if stacks = string(buf[:runtime.Stack(buf, true)]); !strings.Contains(stacks, "spill.(*Writer)") {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
		t.Errorf("a writer's goroutine is still there:\n%s", stacks)
	})
}
