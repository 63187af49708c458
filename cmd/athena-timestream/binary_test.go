package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
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
	answers := make(chan string, 1)
	stop := make(chan struct{})
	asked := false
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/invocation/next") {
			if asked {
				<-stop
				return
			}
			asked = true
			w.Header().Set("Lambda-Runtime-Aws-Request-Id", "request-1")
			w.Header().Set("Lambda-Runtime-Deadline-Ms", "9999999999999")
			w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-west-1:123456789012:function:ts")
			w.Write(ping(t)) //nolint:errcheck // the answer tells
			return
		}
		body, _ := io.ReadAll(r.Body) //nolint:errcheck // the answer tells
		answers <- r.URL.Path + " " + string(body)
		w.WriteHeader(http.StatusAccepted)
	}))
	var output bytes.Buffer
	cmd := exec.Command(path)
	cmd.Stdout, cmd.Stderr = &output, &output
	cmd.Env = []string{
		"AWS_LAMBDA_RUNTIME_API=" + strings.TrimPrefix(api.URL, "http://"), "AWS_REGION=eu-west-1",
		"AWS_ACCESS_KEY_ID=id", "AWS_SECRET_ACCESS_KEY=secret", "spill_bucket=b",
	}
	start := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		cmd.Process.Kill() //nolint:errcheck // it may have ended
		cmd.Wait()         //nolint:errcheck // killed
		close(stop)
		api.Close()
	}()
	select {
	case answer := <-answers:
		took := time.Since(start)
		if !strings.Contains(answer, "/response ") || !strings.Contains(answer, `"PingResponse"`) {
			t.Fatalf("answer %s\n%s", answer, &output)
		}
		return took
	case <-time.After(30 * time.Second):
		t.Fatalf("no answer\n%s", &output)
		return 0
	}
}
