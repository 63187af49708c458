package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"athena-timestream/internal/runtimeapi"
)

// maxBinary is what the binary may weigh, in bytes: Lambda unpacks it at every cold start.
const maxBinary = 25 << 20

// TestBinary builds the function as it is deployed and starts it against a stand-in of Lambda's Runtime API. How long it
// takes from its start to its first answer is logged; the machine decides, so it is not judged.
func TestBinary(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a binary")
	}
	path := filepath.Join(t.TempDir(), "bootstrap")
	build := exec.Command("go", "build", "-tags", "lambda.norpc", "-trimpath", "-ldflags", "-s -w", "-o", path, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%.1f MB", float64(info.Size())/(1<<20))
	if info.Size() > maxBinary {
		t.Errorf("the binary has %d bytes, more than %d: a new dependency?", info.Size(), maxBinary)
	}
	var times []time.Duration
	for range 5 {
		times = append(times, firstAnswer(t, path))
	}
	slices.Sort(times)
	t.Logf("start to first answer: %v, median %v", times, times[len(times)/2])
}

// firstAnswer starts the binary, has it answer one ping, and stops it.
func firstAnswer(t *testing.T, path string) time.Duration {
	t.Helper()
	cmd := exec.Command(path)
	cmd.Env = []string{"spill_bucket=b"}
	to, answer, took := runtimeapi.FirstAnswer(t, cmd, ping(t))
	if !strings.HasSuffix(to, "/response") || !strings.Contains(answer, `"PingResponse"`) {
		t.Fatalf("answer to %s: %s", to, answer)
	}
	return took
}
