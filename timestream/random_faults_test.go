package timestream_test

import (
	flags "flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"athena-timestream/federation"
	"athena-timestream/federation/client"
	"athena-timestream/federation/message"
	"athena-timestream/internal/faults"
)

var (
	faultySeed  = flags.Uint64("faulty-seed", 20240229, "of the first randomly faulted read; the next ones count on")
	faultyReads = flags.Uint64("faulty-reads", 2000, "how many reads are randomly faulted")
)

// anyFault is what may happen to a call. The more it breaks, the rarer.
var anyFault = []faults.Odds{
	faults.With("Query", 0.05, faults.Throttled),
	faults.With("Query", 0.04, faults.Internal),
	faults.With("Query", 0.02, faults.Unavailable),
	faults.With("Query", 0.03, faults.Refused),
	faults.With("Query", 0.03, faults.Lost),
	faults.With("Query", 0.02, faults.Cut(0.01)),
	faults.With("Query", 0.02, faults.Cut(0.7)),
	faults.With("Query", 0.02, faults.Cut(0.99)),
	faults.With("Query", 0.02, faults.Truncated(0.4)),
	faults.With("Query", 0.01, faults.Truncated(0.98)),
	faults.With("Query", 0.01, faults.Garbled(0.1)),
	faults.With("Query", 0.01, faults.Garbled(0.8)),
	faults.With("Query", 0.08, faults.EmptyPage),
	faults.With("Query", 0.02, faults.Slow(59*time.Second)),
	faults.With("Query", 0.02, faults.Slow(20*time.Second, faults.Throttled)),
	faults.With("Query", 0.01, faults.Expired),
	faults.With("Query", 0.01, faults.DeadToken),
	faults.With("PutObject", 0.05, faults.Throttled),
	faults.With("PutObject", 0.05, faults.Internal),
	faults.With("PutObject", 0.02, faults.Refused),
	faults.With("PutObject", 0.02, faults.Lost),
	faults.With("PutObject", 0.02, faults.Cut(0)),
	faults.With("PutObject", 0.02, faults.Slow(30*time.Second)),
	faults.With("PutObject", 0.01, faults.Error(403, "AccessDenied", "Access Denied")),
	faults.With("CancelQuery", 0.5, faults.Internal),
	faults.With("GetQueryExecution", 0.5, faults.Throttled),
}

// How a read ends that does not fail.
const (
	whole      = "whole"
	wholeAgain = "whole, at the second run"
)

// mayFailWith are the codes with which a read of a table that is there may end, each with whether some read surely does.
var mayFailWith = map[federation.Code]bool{
	federation.Throttling: true, federation.InternalService: true, federation.InvalidResponse: true, federation.OperationTimeout: true,
	federation.AccessDenied:       true,  // of S3
	federation.InvalidCredentials: false, // expired at the last of a page's attempts
}

// TestRandomFaults: whatever goes wrong, a read has each row once and in its order, or it fails with a code of Athena's. No
// page is asked for more than four times.
func TestRandomFaults(t *testing.T) {
	t.Logf("seeds from %d on", *faultySeed)
	outcomes := map[string]uint64{}
	for n := range *faultyReads {
		synctest.Test(t, func(t *testing.T) {
			f := newFaulty(*faultySeed + n)
			outcome := f.readAtOnce(t, 1)[0]
			if outcome == whole && f.runs() > 1 {
				outcome = wholeAgain
			}
			outcomes[outcome]++
		})
	}
	t.Log(outcomes)
	if *faultyReads < 1000 {
		return // too few to judge the faults by
	}
	if outcomes[whole] < *faultyReads/2 || outcomes[wholeAgain] < *faultyReads/100 {
		t.Errorf("of %d reads %v: too few came through for the others to prove anything", *faultyReads, outcomes)
	}
	for code, surely := range mayFailWith {
		if surely && outcomes[string(code)] == 0 {
			t.Errorf("no read failed with %s: the faults are too kind, or the code is never given", code)
		}
	}
}

// TestFaultySplits: eight splits that one instance reads at once, with what they share, are each whole or fail.
func TestFaultySplits(t *testing.T) {
	t.Logf("seeds from %d on", *faultySeed)
	outcomes := map[string]uint64{}
	for n := range *faultyReads / 50 {
		synctest.Test(t, func(t *testing.T) {
			for _, outcome := range newFaulty(*faultySeed+n).readAtOnce(t, 8) {
				outcomes[outcome]++
			}
		})
	}
	t.Log(outcomes)
	if reads := *faultyReads / 50 * 8; outcomes[whole] < reads/2 {
		t.Errorf("of %d reads %v: too few came through for the others to prove anything", reads, outcomes)
	}
}

// faulty is a table and what goes wrong with it, drawn from a seed.
type faulty struct {
	*strict
	front       *faults.Front
	seed        uint64
	smallBlocks bool
	timeout     time.Duration
}

func newFaulty(seed uint64) *faulty {
	draw := rand.New(rand.NewPCG(seed, 1))
	rows := make([]int, 1+draw.IntN(5))
	for i := range rows {
		rows[i] = draw.IntN(60)
	}
	f := &faulty{strict: newStrict(rows...), seed: seed, smallBlocks: draw.IntN(2) == 0, timeout: 15 * time.Minute}
	if draw.IntN(10) == 0 {
		f.timeout = time.Minute
	}
	f.front = faults.New(f.strict, faults.Random(seed, anyFault...))
	return f
}

// readAtOnce reads the table several times at once, by one instance of the function, and tells how each read ended.
func (f *faulty) readAtOnce(t *testing.T, reads int) []string {
	t.Helper()
	cfg := inProcess(f.front)
	cfg.Credentials = aws.NewCredentialsCache(&renewed{keys: []string{"FIRST", "SECOND"}})
	engine := f.engine(t, cfg, f.smallBlocks, nil)
	outcomes := make([]string, reads)
	var group sync.WaitGroup
	for i := range outcomes {
		group.Go(func() { outcomes[i] = f.outcome(t, engine, i) })
	}
	group.Wait()
	for page, n := range asked(f.front) {
		if n > 4 {
			t.Errorf("%s was asked for %d times: %s", page, n, f)
		}
	}
	return outcomes
}

// String says how the test is repeated, and what happened.
func (f *faulty) String() string {
	return fmt.Sprintf("-faulty-seed %d, small blocks %v: %v", f.seed, f.smallBlocks, f.front.Calls())
}

func (f *faulty) outcome(t *testing.T, engine *client.Client, split int) string {
	got, err := f.readAll(t, engine, fmt.Sprint("split", split), f.timeout)
	if err != nil {
		code := message.CodeOf(err)
		if _, known := mayFailWith[code]; !known {
			t.Errorf("failed with %s (%v): %s", code, err, f)
		}
		return string(code)
	}
	if !slices.Equal(got, f.want()) {
		t.Errorf("got %d rows of %d: %s\n%v", len(got), len(f.want()), f, got)
	}
	return whole
}
