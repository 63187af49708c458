package standin

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"sync/atomic"
	"time"
)

// Function is a compiled Lambda function in a process of its own, behind a stand-in of Lambda's Runtime API.
type Function struct {
	cmd     *exec.Cmd
	api     *httptest.Server
	output  bytes.Buffer
	ended   chan struct{} // closed when the process has
	pending chan call
	running atomic.Pointer[call]
	begun   time.Time
	init    atomic.Int64 // nanoseconds, 0 until it is known
}

type call struct {
	payload []byte
	answer  chan answered
}

type answered struct {
	body []byte
	err  error
}

// Start starts the function with an environment and does not wait until it is ready.
func Start(path string, env []string) (*Function, error) {
	f := &Function{cmd: exec.Command(path), ended: make(chan struct{}), pending: make(chan call)}
	f.api = httptest.NewServer(http.HandlerFunc(f.serve))
	f.cmd.Env = append(env, "AWS_LAMBDA_RUNTIME_API="+strings.TrimPrefix(f.api.URL, "http://"))
	f.cmd.Stdout, f.cmd.Stderr = &f.output, &f.output
	f.begun = time.Now()
	if err := f.cmd.Start(); err != nil {
		f.api.Close()
		return nil, fmt.Errorf("start the function: %w", err)
	}
	go func() {
		defer close(f.ended)
		f.cmd.Wait() //nolint:errcheck // it is stopped by force, or said why it stopped
	}()
	return f, nil
}

// Invoke has the function answer one payload.
func (f *Function) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	c := call{payload, make(chan answered, 1)}
	select {
	case f.pending <- c:
	case <-f.ended:
		return nil, errors.New("the function has ended: " + f.output.String())
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	select {
	case a := <-c.answer:
		return a.body, a.err
	case <-f.ended:
		return nil, errors.New("the function ended while it answered: " + f.output.String())
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Init is how long the function took from its start until it asked for its first invocation; 0 if it has not.
func (f *Function) Init() time.Duration { return time.Duration(f.init.Load()) }

// Pid is the process's id.
func (f *Function) Pid() int { return f.cmd.Process.Pid }

// Stop ends the process.
func (f *Function) Stop() {
	f.cmd.Process.Kill() //nolint:errcheck // it may have ended
	<-f.ended
	f.api.CloseClientConnections()
	f.api.Close()
}

// serve is the Runtime API: an invocation at a time, its answer, and failures at start.
func (f *Function) serve(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.Path, "/invocation/next") {
		f.next(w, r)
		return
	}
	body, err := io.ReadAll(r.Body)
	c := f.running.Swap(nil)
	switch {
	case c == nil: // an error before the first invocation, which the process also writes before it ends
	case err != nil:
		c.answer <- answered{err: err}
	case strings.HasSuffix(r.URL.Path, "/response"):
		c.answer <- answered{body: body}
	default:
		c.answer <- answered{err: fmt.Errorf("the function failed: %s", body)}
	}
	w.WriteHeader(http.StatusAccepted)
}

func (f *Function) next(w http.ResponseWriter, r *http.Request) {
	f.init.CompareAndSwap(0, int64(time.Since(f.begun)))
	select {
	case c := <-f.pending:
		f.running.Store(&c)
		w.Header().Set("Lambda-Runtime-Aws-Request-Id", "request-1")
		w.Header().Set("Lambda-Runtime-Deadline-Ms", "9999999999999")
		w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-west-1:123456789012:function:timestream")
		w.Write(c.payload) //nolint:errcheck // then no answer comes, and the process's end is told
	case <-r.Context().Done():
	case <-f.ended:
	}
}
