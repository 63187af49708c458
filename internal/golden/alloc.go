package golden

import (
	"runtime"
	"testing"
)

// Bounded runs f, which reads an input of size bytes, and fails the test if it allocated more than a fixed sum and factor
// times that. Tests that use it do not run in parallel: the whole process is counted.
func Bounded(t testing.TB, what string, size, factor int, f func()) {
	t.Helper()
	const fixed = 256 << 10
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; took > uint64(fixed+factor*size) {
		t.Errorf("%s: %d bytes were allocated for an input of %d", what, took, size)
	}
}
