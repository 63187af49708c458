package soak_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/client"
	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
	"athena-timestream/federation/spill"
)

var (
	length  = flag.Duration("for", 2*time.Second, "how long it goes on")
	seed    = flag.Uint64("seed", 1, "what is random is drawn from it")
	readers = flag.Int("readers", 64, "how many reads go on at once")
)

// TestSoak reads in rounds, and counts between them.
func TestSoak(t *testing.T) {
	t.Logf("seed %d, %d readers, %v", *seed, *readers, *length)
	w := newWorld(t, *seed)
	const least = 3
	round := min(15*time.Second, *length/least)
	start := time.Now()
	var all []count
	var right int64
	for len(all) < least || time.Since(start) < *length {
		c := w.round(t, uint64(len(all)), round)
		right += c.right
		all = append(all, c)
		t.Logf("%6s  %s", time.Since(start).Round(time.Second), c)
		if t.Failed() {
			return
		}
	}
	judge(t, all, right)
}

// count is what a round did and what it left.
type count struct {
	right, failed, gone int64 // reads: with the right rows, with an error, left by their readers
	left                int   // blocks in the spill bucket
	heap, rss           int64 // bytes, once all was quiet
	goroutines          int
}

func (c count) String() string {
	return fmt.Sprintf("%d reads right, %d failed, %d left in the middle; %d blocks left behind; heap %.1f MB, resident %d MB, %d goroutines",
		c.right, c.failed, c.gone, c.left, float64(c.heap)/(1<<20), c.rss>>20, c.goroutines)
}

// round lets the readers read for a while, then waits for quiet and counts.
func (w *world) round(t *testing.T, n uint64, d time.Duration) count {
	t.Helper()
	var right, failed, gone atomic.Int64
	var group sync.WaitGroup
	end := time.Now().Add(d)
	for i := range *readers {
		group.Go(func() {
			r := rand.New(rand.NewPCG(*seed, n<<16+uint64(i)+1))
			for time.Now().Before(end) && !t.Failed() {
				switch outcome, err := w.read(t.Context(), r); {
				case err != nil:
					t.Errorf("seed %d, round %d, reader %d: %v", *seed, n, i, err)
				default:
					map[string]*atomic.Int64{"right": &right, "failed": &failed, "gone": &gone}[outcome].Add(1)
				}
			}
		})
	}
	group.Wait()
	left, err := w.tidy(t.Context())
	if err != nil {
		t.Errorf("seed %d, after round %d: %v", *seed, n, err)
	}
	c := count{right: right.Load(), failed: failed.Load(), gone: gone.Load(), left: left, goroutines: settled()}
	runtime.GC() // what pools keep goes at the second collection
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	c.heap, c.rss = int64(m.HeapAlloc), resident(t)
	return c
}

// read plays one query. The outcome is right, failed or gone; the error is what must not be.
func (w *world) read(ctx context.Context, r *rand.Rand) (outcome string, err error) {
	host, want, where := "", w.whole, predicate.Unconstrained()
	if n := r.IntN(2 * hosts); n < hosts {
		host, want = hostName(n), w.byHost[n]
		set, err := predicate.NewEquatableValueSet(arrow.BinaryTypes.String, true, false, host)
		if err != nil {
			return "", err
		}
		where.Summary = []predicate.Column{{Name: "host", Set: set}}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if r.IntN(20) == 0 {
		defer time.AfterFunc(time.Duration(r.IntN(500))*time.Millisecond, cancel).Stop()
	}
	limits := spill.Limits{MaxBlockSize: 20_000 << r.IntN(8), MaxInlineSize: 1 << r.IntN(23)}
	got, err := w.rows(ctx, strconv.FormatUint(r.Uint64(), 36), limits, where, host)
	switch {
	case err == nil && got == want:
		return "right", nil
	case err == nil:
		return "", fmt.Errorf("%d rows with digest %x, want %d with %x (host %q, limits %+v)", got.rows, got.sum, want.rows, want.sum, host, limits)
	case ctx.Err() != nil:
		return "gone", nil
	case !told(err):
		return "", fmt.Errorf("an error that no connector makes: %w", err)
	}
	return "failed", nil
}

// told says that the connector ended the read with an error of its own: in Athena's class, and no panic.
func told(err error) bool {
	f, ok := errors.AsType[*message.FunctionError](err)
	return ok && strings.HasPrefix(f.Type, "com.amazonaws.athena.connector.lambda.exceptions.") && f.Message != "" && !strings.Contains(f.Message, "panic")
}

// rows asks as Athena does: table, layout, splits, and every split's rows.
func (w *world) rows(ctx context.Context, queryID string, limits spill.Limits, where *predicate.Constraints, host string) (digest, error) {
	var d digest
	c := &client.Client{
		Invoker: w.guest.Invoker, Store: w.guest.Store, Identity: &message.Identity{}, Catalog: "timestream", QueryID: queryID, Limits: limits,
	}
	table, err := c.GetTable(ctx, message.TableName{Schema: "db", Table: "t"}, nil)
	if err != nil {
		return d, err
	}
	layout, err := c.GetTableLayout(ctx, table, where)
	if err != nil {
		return d, err
	}
	splits, err := c.GetSplits(ctx, table, layout, where)
	if err != nil {
		return d, err
	}
	fields := make([]arrow.Field, len(columns))
	for i, name := range columns {
		found, ok := table.Schema.FieldsByName(name)
		if !ok {
			return d, fmt.Errorf("no column %s in %s", name, table.Schema)
		}
		fields[i] = found[0]
	}
	metadata := table.Schema.Metadata()
	schema := arrow.NewSchema(fields, &metadata)
	for _, s := range splits {
		_, err := c.ReadRecords(ctx, table.TableName, schema, s, where, func(b arrow.RecordBatch) error {
			d.of(b, host)
			return nil
		})
		if err != nil {
			return d, err
		}
	}
	return d, nil
}

// settled is the number of goroutines once those that are on their way out have ended.
func settled() int {
	n := runtime.NumGoroutine()
	for deadline := time.Now().Add(2 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if now := runtime.NumGoroutine(); now < n {
			n, deadline = now, time.Now().Add(200*time.Millisecond)
		}
	}
	return n
}

// resident is the process's memory, DuckDB's included, 0 where the system does not tell.
func resident(t *testing.T) int64 {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, line, _ := strings.Cut(string(status), "VmRSS:")
	var kb int64
	if _, err := fmt.Sscanf(line, "%d kB", &kb); err != nil {
		t.Fatalf("read VmRSS: %v", err)
	}
	return kb << 10
}

// judge compares the last third of the rounds with what was there once all had warmed up: the second quarter.
func judge(t *testing.T, all []count, right int64) {
	t.Helper()
	before, after := all[len(all)/4:max(len(all)/2, len(all)/4+1)], all[len(all)-max(len(all)/3, 1):]
	for _, m := range []struct {
		what  string
		of    func(count) int64
		slack int64 // beyond a quarter
	}{
		{"heap", func(c count) int64 { return c.heap }, 48 << 20}, // a page for each query that could not be cancelled
		{"resident memory", func(c count) int64 { return c.rss }, 96 << 20},
		{"goroutines", func(c count) int64 { return int64(c.goroutines) }, 16},
	} {
		was, is := median(before, m.of), median(after, m.of)
		t.Logf("%s: %d, then %d", m.what, was, is)
		if is > was+was/4+m.slack {
			t.Errorf("seed %d: %s grew from %d to %d", *seed, m.what, was, is)
		}
	}
	var total int64
	for _, c := range all {
		total += c.right + c.failed + c.gone
	}
	if right < total/2 || right < int64(*readers) {
		t.Errorf("seed %d: only %d of %d reads came through", *seed, right, total)
	}
}

func median(rounds []count, of func(count) int64) int64 {
	var values []int64
	for _, c := range rounds {
		values = append(values, of(c))
	}
	slices.Sort(values)
	return values[len(values)/2]
}
