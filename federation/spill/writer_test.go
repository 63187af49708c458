package spill_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/block"
	"athena-timestream/federation/message"
	"athena-timestream/federation/spill"
)

var bigint = arrow.NewSchema([]arrow.Field{{Name: "c", Type: arrow.PrimitiveTypes.Int64, Nullable: true}}, nil)

var noLimit = spill.Limits{MaxBlockSize: math.MaxInt64, MaxInlineSize: math.MaxInt64}

func numbers(n int) [][]any {
	rows := make([][]any, n)
	for i := range rows {
		rows[i] = []any{int64(i)}
	}
	return rows
}

// encodedSize is the size of a block with rows.
func encodedSize(t testing.TB, schema *arrow.Schema, rows [][]any, f block.Framing) int64 {
	t.Helper()
	b, err := block.NewBuilder(schema)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		for i, v := range row {
			if err := block.AppendValue(b.Column(i), v); err != nil {
				t.Fatal(err)
			}
		}
	}
	return b.EncodedSize(f)
}

// TestBlockLimits states how blocks are cut, for rows of one bigint: a block of n rows is head + 8n bytes, and it is
// closed before it is larger than the limit. Java closes one row later and counts other bytes.
func TestBlockLimits(t *testing.T) {
	head := encodedSize(t, bigint, numbers(1), block.Legacy) - 8
	inlineHead := encodedSize(t, bigint, numbers(1), block.Current) - 8
	for name, c := range map[string]struct {
		rows, block, inline int64 // limits in bytes, of which head and inlineHead are subtracted
		want                []int // rows a block; nil: inline
	}{
		"all inline":                      {10, 80, 81, nil},
		"inline limit is exclusive":       {10, 80, 80, []int{10}},
		"block limit is inclusive":        {10, 80, 0, []int{10}},
		"one row too many":                {11, 80, 1000, []int{10, 1}},
		"the byte before a row":           {11, 87, 1000, []int{10, 1}},
		"the last row fits":               {11, 88, 0, []int{11}},
		"a row a block":                   {3, 8, 1000, []int{1, 1, 1}},
		"several":                         {100, 104, 1000, []int{13, 13, 13, 13, 13, 13, 13, 9}},
		"no rows":                         {0, 80, 1, nil},
		"no rows, and nothing inline":     {0, 80, -inlineHead, []int{}},
		"more than an answer holds":       {700_000, 16_000_000, 16_000_000, []int{700_000}},
		"inline limit far below the rows": {5, 80, 8, []int{5}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := spill.NewMem()
			w := newWriter(t, spill.Options{
				Schema: bigint, Location: splitDirectory(), Store: store,
				Limits: spill.Limits{MaxBlockSize: head + c.block, MaxInlineSize: inlineHead + c.inline},
			})
			rows := numbers(int(c.rows))
			write(t, w, rows)
			result, err := w.Finish()
			if err != nil {
				t.Fatal(err)
			}
			if result.Spilled != (c.want != nil) || result.Spilled == (result.Inline != nil) || len(result.Remote) != len(c.want) {
				t.Fatalf("spilled %v to %d blocks, want %v", result.Spilled, len(result.Remote), c.want)
			}
			for i, loc := range result.Remote {
				if want := fmt.Sprintf("p/q/s.%d", i); loc.Key != want || loc.Directory {
					t.Errorf("block %d is at %+v, want %s", i, loc, want)
				}
				r, err := spill.ReadBlock(t.Context(), store, loc, nil, bigint)
				if err != nil || r.NumRows() != int64(c.want[i]) {
					t.Errorf("block %d has %d rows, want %d (%v)", i, r.NumRows(), c.want[i], err)
				}
			}
			if got := readAll(t, store, result, nil, bigint); !reflect.DeepEqual(got, rows) {
				t.Errorf("%d rows came back, %d were written", len(got), len(rows))
			}
			if s := result.Stats; s.Rows != c.rows || s.Blocks != len(c.want) {
				t.Errorf("stats %+v", s)
			}
		})
	}
}

// TestInlineFitsAnswer keeps an inline block within Lambda's answer, whatever the request allows.
func TestInlineFitsAnswer(t *testing.T) {
	s := arrow.NewSchema([]arrow.Field{{Name: "c", Type: arrow.BinaryTypes.String, Nullable: true}}, nil)
	for size, inline := range map[int]bool{4_714_000: true, 4_719_000: false} {
		store := spill.NewMem()
		w := newWriter(t, spill.Options{Schema: s, Location: splitDirectory(), Store: store, Limits: noLimit})
		write(t, w, [][]any{{strings.Repeat("x", size)}})
		result, err := w.Finish()
		if err != nil {
			t.Fatal(err)
		}
		if result.Spilled == inline {
			t.Errorf("%d bytes: inline is %v, want %v", size, !result.Spilled, inline)
		}
		if result.Inline == nil {
			continue
		}
		b, err := block.AppendRecords(nil, result.Inline.Records, block.Current)
		if err != nil || base64Len(len(b)) > 6_291_556-2000 {
			t.Errorf("an inline block takes %d characters, %v", base64Len(len(b)), err)
		}
	}
}

func TestRowLargerThanBlock(t *testing.T) {
	s := arrow.NewSchema([]arrow.Field{
		{Name: "small", Type: arrow.BinaryTypes.String}, {Name: "large", Type: arrow.BinaryTypes.String}, {Name: "n", Type: arrow.PrimitiveTypes.Int64},
	}, nil)
	for _, before := range []int{0, 3} {
		store := spill.NewMem()
		w := newWriter(t, spill.Options{Schema: s, Location: splitDirectory(), Store: store, Limits: spill.Limits{MaxBlockSize: 5000, MaxInlineSize: 100}})
		for range before {
			write(t, w, [][]any{{"a", "b", 1}})
		}
		for i, v := range []any{"x", strings.Repeat("y", 5000), 1} {
			if err := block.AppendValue(w.Builder().Column(i), v); err != nil {
				t.Fatal(err)
			}
		}
		err := w.EndRow()
		for _, want := range []string{fmt.Sprintf("row %d takes", before+1), "maximum block size of 5000", `largest column is "large" with 50`} {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("error %v lacks %q", err, want)
			}
		}
		if message.CodeOf(err) != message.InvalidInput {
			t.Errorf("code %s", message.CodeOf(err))
		}
		if _, again := w.Finish(); again != err {
			t.Errorf("Finish gives %v after %v", again, err)
		}
	}
}

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
			if again := w.EndRow(); again != err {
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
			if _, again := w.Finish(); again != err {
				t.Errorf("Finish gives %v after %v", again, err)
			}
			w.Abort()
			if again := w.EndRow(); again != err {
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
	noLeaks(t)
	store := &faulty{Mem: spill.NewMem(), put: waitForEnd}
	w := newWriter(t, spill.Options{
		Schema: bigint, Location: splitDirectory(), Store: store, Limits: spill.Limits{MaxBlockSize: encodedSize(t, bigint, numbers(1), block.Legacy)},
	})
	write(t, w, numbers(3)) // two blocks are waiting in the store
	w.Abort()
	if store.inFlight.Load() != 0 {
		t.Error("Abort did not wait")
	}
	if err := w.EndRow(); err == nil {
		t.Error("EndRow after Abort is no error")
	}
	if _, err := w.Finish(); err == nil || !strings.Contains(err.Error(), "aborted") {
		t.Errorf("Finish after Abort: %v", err)
	}
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

func TestNowhereToSpill(t *testing.T) {
	file := splitDirectory()
	file.Directory = false
	for name, c := range map[string]struct {
		o    spill.Options
		code message.Code
		want string
	}{
		"no location":     {spill.Options{Store: spill.NewMem()}, message.InvalidInput, "no spill location"},
		"no store":        {spill.Options{Location: splitDirectory()}, message.InvalidInput, "no spill location"},
		"not a directory": {spill.Options{Location: file, Store: spill.NewMem()}, message.InternalService, "not a directory"},
	} {
		t.Run(name, func(t *testing.T) {
			c.o.Schema, c.o.Limits = bigint, spill.Limits{MaxBlockSize: 1000}
			w := newWriter(t, c.o)
			write(t, w, numbers(1))
			if _, err := w.Finish(); err == nil || message.CodeOf(err) != c.code || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v", err)
			}
			c.o.Limits.MaxInlineSize = 1000 // what stays inline needs no place
			w = newWriter(t, c.o)
			write(t, w, numbers(1))
			if _, err := w.Finish(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestIncompleteRow(t *testing.T) {
	s := arrow.NewSchema([]arrow.Field{{Name: "a", Type: arrow.PrimitiveTypes.Int64}, {Name: "b", Type: arrow.PrimitiveTypes.Int64}}, nil)
	for name, c := range map[string]struct{ a, b int }{"too few": {1, 0}, "too many": {1, 2}} {
		t.Run(name, func(t *testing.T) {
			w := newWriter(t, spill.Options{Schema: s, Limits: noLimit})
			for range c.a {
				w.Builder().Column(0).AppendNull()
			}
			for range c.b {
				w.Builder().Column(1).AppendNull()
			}
			_ = w.EndRow()
			if _, err := w.Finish(); err == nil || !strings.Contains(err.Error(), `column "b"`) {
				t.Errorf("error %v does not name the column", err)
			}
		})
	}
}

func TestNewWriterRefuses(t *testing.T) {
	good := spill.Options{Schema: bigint, Limits: noLimit}
	for name, spoil := range map[string]func(*spill.Options){
		"no schema":     func(o *spill.Options) { o.Schema = nil },
		"unknown type":  func(o *spill.Options) { o.Schema = arrow.NewSchema([]arrow.Field{{Name: "c", Type: arrow.Null}}, nil) },
		"no block size": func(o *spill.Options) { o.Limits.MaxBlockSize = 0 },
		"short key":     func(o *spill.Options) { o.Key = &message.EncryptionKey{Key: make([]byte, 8), Nonce: make([]byte, 12)} },
		"long nonce":    func(o *spill.Options) { o.Key = &message.EncryptionKey{Key: make([]byte, 32), Nonce: make([]byte, 16)} },
	} {
		o := good
		spoil(&o)
		if _, err := spill.NewWriter(t.Context(), o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// TestRowsWithoutColumns counts rows that have no cells.
func TestRowsWithoutColumns(t *testing.T) {
	w := newWriter(t, spill.Options{Schema: arrow.NewSchema(nil, nil), Limits: noLimit})
	for range 5 {
		if err := w.EndRow(); err != nil {
			t.Fatal(err)
		}
	}
	result, err := w.Finish()
	if err != nil || result.Inline.NumRows() != 5 {
		t.Errorf("%d rows, %v", result.Inline.NumRows(), err)
	}
}

// TestSameBuilder keeps columns valid across blocks, and memory to the blocks in flight.
func TestSameBuilder(t *testing.T) {
	var mu sync.Mutex
	buffers := map[*byte]bool{}
	store := &recordingStore{put: func(body []byte) {
		mu.Lock()
		defer mu.Unlock()
		buffers[&body[0]] = true
	}}
	w := newWriter(t, spill.Options{
		Schema: bigint, Location: splitDirectory(), Store: store, Uploads: 2,
		Key: &message.EncryptionKey{Key: make([]byte, 32), Nonce: make([]byte, 12)}, Limits: spill.Limits{MaxBlockSize: 4096},
	})
	col := w.Builder().Column(0).(*block.Int64Column)
	for i := range 100_000 {
		col.Append(int64(i))
		if err := w.EndRow(); err != nil {
			t.Fatal(err)
		}
	}
	result, err := w.Finish()
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Remote) < 150 || len(buffers) != 2 {
		t.Errorf("%d blocks went through %d buffers, want 2", len(result.Remote), len(buffers))
	}
	if w.Builder().Column(0) != block.Column(col) {
		t.Error("the column changed")
	}
}

type recordingStore struct{ put func([]byte) }

func (s *recordingStore) Put(_ context.Context, _ message.SpillLocation, body []byte) error {
	s.put(body)
	return nil
}

func (s *recordingStore) Get(context.Context, message.SpillLocation) ([]byte, error) {
	return nil, errStore
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

func BenchmarkWriter(b *testing.B) {
	for name, key := range map[string]*message.EncryptionKey{"plain": nil, "aes256": {Key: make([]byte, 32), Nonce: make([]byte, 12)}} {
		b.Run(name, func(b *testing.B) {
			w := newWriter(b, spill.Options{
				Schema: bigint, Location: splitDirectory(), Store: &recordingStore{put: func([]byte) {}}, Key: key,
				Limits: spill.Limits{MaxBlockSize: 16_000_000},
			})
			col := w.Builder().Column(0).(*block.Int64Column)
			b.ReportAllocs()
			b.SetBytes(8)
			for i := 0; b.Loop(); i++ {
				col.Append(int64(i))
				if err := w.EndRow(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
