package awsapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/google/uuid"

	"athena-timestream/federation/message"
)

const (
	runtimePath = "/2018-06-01/runtime/"
	// stopGrace is how long an instance may take to end after its runtime was stopped.
	stopGrace = 2 * time.Second
)

// BinaryOptions says how a compiled Lambda function is run.
type BinaryOptions struct {
	// Path is the executable, built for this machine.
	Path string
	// Name is the function's name.
	Name string
	// Env is added to the function's environment, KEY=VALUE each.
	Env []string
	// Timeout is the function's, from the start of an invocation; Lambda's longest, 15 minutes, if zero.
	Timeout time.Duration
	// Instances is how many processes may run at once; 4 if zero.
	Instances int
	// Log takes what the processes print.
	Log io.Writer
}

// Binary runs a compiled Lambda function as Lambda does: each process asks a Runtime API of its own for one invocation
// at a time, and another process is started when all are busy. Close ends them.
//
// The Runtime API is https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html.
type Binary struct {
	o     BinaryOptions
	queue chan *invocation
	stop  context.CancelFunc
	ctx   context.Context
	wg    sync.WaitGroup

	mu      sync.Mutex
	running int
	idle    int
}

type invocation struct {
	id       string
	trace    string
	payload  []byte
	deadline time.Time
	done     chan outcome // buffered: the answering side never waits
}

type outcome struct {
	payload []byte
	err     error
}

// StartBinary checks that the executable is there. Processes start with the first invocation, as in Lambda.
func StartBinary(o BinaryOptions) (*Binary, error) {
	path, err := filepath.Abs(o.Path)
	if err != nil {
		return nil, fmt.Errorf("finding the Lambda binary %s: %w", o.Path, err)
	}
	if _, err := exec.LookPath(path); err != nil {
		return nil, fmt.Errorf("the Lambda binary cannot be run: %w", err)
	}
	o.Path = path
	if o.Timeout == 0 {
		o.Timeout = 15 * time.Minute
	}
	if o.Instances == 0 {
		o.Instances = 4
	}
	if o.Log == nil {
		o.Log = io.Discard
	}
	ctx, stop := context.WithCancel(context.Background())
	return &Binary{o: o, queue: make(chan *invocation), ctx: ctx, stop: stop}, nil
}

// Close ends all processes and waits for them. Invocations under way end in an error.
func (b *Binary) Close() {
	b.stop()
	b.wg.Wait()
}

// Invoke hands the payload to an idle process, or to a new one, and waits for its answer.
func (b *Binary) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, b.o.Timeout)
	defer cancel()
	deadline, _ := ctx.Deadline()
	inv := &invocation{id: uuid.NewString(), trace: TraceOf(ctx), payload: payload, deadline: deadline, done: make(chan outcome, 1)}
	if err := b.ensureInstance(); err != nil {
		return nil, err
	}
	select {
	case b.queue <- inv:
	case <-b.ctx.Done():
		return nil, errStopped
	case <-ctx.Done():
		return nil, b.timedOut(ctx, inv)
	}
	select {
	case out := <-inv.done:
		return out.payload, out.err
	case <-ctx.Done():
		return nil, b.timedOut(ctx, inv)
	}
}

var errStopped = errors.New("the embedded Lambda is stopping")

func (b *Binary) timedOut(ctx context.Context, inv *invocation) error {
	if !errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return ctx.Err()
	}
	return &message.FunctionError{
		Type:    "Sandbox.Timedout",
		Message: fmt.Sprintf("RequestId: %s Error: Task timed out after %.2f seconds", inv.id, b.o.Timeout.Seconds()),
	}
}

// ensureInstance starts a process if none waits for work and more may run.
func (b *Binary) ensureInstance() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.idle > 0 || b.running >= b.o.Instances {
		return nil
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("opening a Runtime API: %w", err)
	}
	in := &instance{binary: b}
	server := &http.Server{Handler: in, ReadHeaderTimeout: 10 * time.Second}
	cmd := b.command(l.Addr().String())
	if err := cmd.Start(); err != nil {
		_ = l.Close()
		return fmt.Errorf("starting the Lambda binary %s: %w", b.o.Path, err)
	}
	b.running++
	b.wg.Go(func() { _ = server.Serve(l) }) // returns when the process has ended and Close below is called
	b.wg.Go(func() {
		err := cmd.Wait()
		b.mu.Lock()
		b.running--
		b.mu.Unlock()
		_ = server.Close()
		in.ended(err)
	})
	return nil
}

func (b *Binary) command(runtimeAPI string) *exec.Cmd {
	cmd := exec.CommandContext(b.ctx, b.o.Path)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = stopGrace
	cmd.Stdout, cmd.Stderr = b.o.Log, b.o.Log
	cmd.Env = append(os.Environ(),
		"AWS_LAMBDA_RUNTIME_API="+runtimeAPI,
		"AWS_LAMBDA_FUNCTION_NAME="+b.o.Name,
		"AWS_LAMBDA_FUNCTION_VERSION=$LATEST",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE=3008",
		"AWS_LAMBDA_LOG_GROUP_NAME=/aws/lambda/"+b.o.Name,
		"AWS_LAMBDA_LOG_STREAM_NAME=local",
		"_HANDLER=bootstrap",
		"AWS_REGION="+Region,
		"AWS_DEFAULT_REGION="+Region,
	)
	cmd.Env = append(cmd.Env, b.o.Env...)
	return cmd
}

// instance is the Runtime API of one process, which asks for its next invocation only after it answered the last.
type instance struct {
	binary *Binary

	mu      sync.Mutex
	current *invocation
	failure error // what the process said of its own initialisation
}

func (in *instance) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	switch path := strings.TrimPrefix(req.URL.Path, runtimePath); {
	case path == "invocation/next":
		in.next(w, req)
	case path == "init/error":
		in.mu.Lock()
		in.failure = readFunctionError(req)
		in.mu.Unlock()
		w.WriteHeader(http.StatusAccepted)
	case strings.HasPrefix(path, "invocation/") && (strings.HasSuffix(path, "/response") || strings.HasSuffix(path, "/error")):
		in.answer(w, req, path)
	default:
		http.NotFound(w, req)
	}
}

func (in *instance) next(w http.ResponseWriter, req *http.Request) {
	b := in.binary
	b.addIdle(1)
	defer b.addIdle(-1)
	select {
	case inv := <-b.queue:
		in.mu.Lock()
		in.current = inv
		in.mu.Unlock()
		h := w.Header()
		h.Set("Content-Type", "application/json")
		h.Set("Lambda-Runtime-Aws-Request-Id", inv.id)
		h.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(inv.deadline.UnixMilli(), 10))
		h.Set("Lambda-Runtime-Invoked-Function-Arn", FunctionARN(b.o.Name))
		h.Set("Lambda-Runtime-Trace-Id", inv.trace)
		_, _ = w.Write(inv.payload) // a process that died is noticed by its exit
	case <-req.Context().Done():
	}
}

func (b *Binary) addIdle(n int) {
	b.mu.Lock()
	b.idle += n
	b.mu.Unlock()
}

func (in *instance) answer(w http.ResponseWriter, req *http.Request, path string) {
	in.mu.Lock()
	inv := in.current
	in.mu.Unlock()
	if inv == nil || !strings.HasPrefix(path, "invocation/"+inv.id+"/") {
		writeJSON(w, http.StatusBadRequest, map[string]string{"errorType": "InvalidRequestID", "errorMessage": "this invocation is not under way here"})
		return
	}
	var out outcome
	if strings.HasSuffix(path, "/error") {
		out.err = readFunctionError(req)
	} else if out.payload, out.err = io.ReadAll(req.Body); out.err != nil {
		out.err = fmt.Errorf("reading the function's answer: %w", out.err)
	}
	in.mu.Lock()
	in.current = nil
	in.mu.Unlock()
	inv.done <- out
	w.WriteHeader(http.StatusAccepted)
}

func readFunctionError(req *http.Request) error {
	b, err := io.ReadAll(req.Body)
	if err != nil {
		return fmt.Errorf("reading the function's error: %w", err)
	}
	e, err := message.DecodeFunctionError(b)
	if err != nil {
		return fmt.Errorf("reading the function's error: %w", err)
	}
	return e
}

// ended fails the invocation that the process left behind, and, where it never got as far as asking for one, the next.
func (in *instance) ended(exit error) {
	in.mu.Lock()
	inv, failure := in.current, in.failure
	in.mu.Unlock()
	if failure == nil {
		failure = &message.FunctionError{Type: "Runtime.ExitError", Message: "Error: Runtime exited with error: " + exitText(exit)}
	}
	if inv == nil {
		select {
		case inv = <-in.binary.queue:
		case <-in.binary.ctx.Done():
			return
		case <-time.After(time.Second): // nobody waits: the next invocation starts a new process
			return
		}
	}
	inv.done <- outcome{err: failure}
}

func exitText(err error) string {
	if err == nil {
		return "exit status 0"
	}
	return err.Error()
}
