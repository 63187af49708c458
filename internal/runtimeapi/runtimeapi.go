// Package runtimeapi stands in for Lambda's Runtime API, for tests of compiled functions.
package runtimeapi

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// patience is how long a function may take to its first answer.
const patience = 30 * time.Second

// FirstAnswer starts a function, has it answer one event, and kills it. It gives the path that was answered to, which ends in
// /response or /error, the answer, and the time from the start. The function gets, besides what the command's environment
// says, the API's address and credentials that are none.
func FirstAnswer(t testing.TB, function *exec.Cmd, event []byte) (path, answer string, took time.Duration) {
	t.Helper()
	answers := make(chan [2]string, 1)
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
			w.Write(event) //nolint:errcheck // the answer tells
			return
		}
		body, _ := io.ReadAll(r.Body) //nolint:errcheck // the answer tells
		select {
		case answers <- [2]string{r.URL.Path, string(body)}:
		default: // the first is what counts
		}
		w.WriteHeader(http.StatusAccepted)
	}))
	var output bytes.Buffer
	function.Stdout, function.Stderr = &output, &output
	function.Env = append(function.Env, "AWS_LAMBDA_RUNTIME_API="+strings.TrimPrefix(api.URL, "http://"),
		"AWS_REGION=eu-west-1", "AWS_ACCESS_KEY_ID=id", "AWS_SECRET_ACCESS_KEY=secret")
	start := time.Now()
	if err := function.Start(); err != nil {
		t.Fatal(fmt.Errorf("start the function: %w", err))
	}
	defer func() {
		function.Process.Kill() //nolint:errcheck // it may have ended
		function.Wait()         //nolint:errcheck // killed
		close(stop)
		api.Close()
	}()
	select {
	case a := <-answers:
		return a[0], a[1], time.Since(start)
	case <-time.After(patience):
		t.Fatalf("no answer\n%s", &output)
		return "", "", 0
	}
}
