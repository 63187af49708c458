package federationtest

import (
	"runtime"
	"strings"
	"testing"
	"time"
)

// leakWait is how long goroutines get to end after a test.
const leakWait = 2 * time.Second

// NoLeaks fails the test if it ends with goroutines of this module that were
// not there when NoLeaks was called. Do not use it in parallel tests.
func NoLeaks(t testing.TB) {
	t.Helper()
	before := goroutines()
	t.Cleanup(func() {
		deadline := time.Now().Add(leakWait)
		for {
			left := newer(before, goroutines())
			if len(left) == 0 {
				return
			}
			if time.Now().After(deadline) {
				t.Errorf("%d goroutines were left behind, the first:\n%s", len(left), left[0])
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
	})
}

// goroutines are the stacks of all goroutines that run code of this module,
// other than the caller, by their ids.
func goroutines() map[string]string {
	buf := make([]byte, 1<<20)
	for n := runtime.Stack(buf, true); n == len(buf); n = runtime.Stack(buf, true) {
		buf = make([]byte, 2*len(buf))
	}
	found := map[string]string{}
	for stack := range strings.SplitSeq(strings.TrimRight(string(buf), "\x00\n"), "\n\n") {
		id, _, _ := strings.Cut(stack, " [")
		if strings.Contains(stack, "athena-timestream/") && !strings.Contains(stack, "federationtest.goroutines") &&
			!strings.Contains(stack, "testing.tRunner") {
			found[id] = stack
		}
	}
	return found
}

func newer(before, after map[string]string) []string {
	var stacks []string
	for id, stack := range after {
		if _, ok := before[id]; !ok {
			stacks = append(stacks, stack)
		}
	}
	return stacks
}
