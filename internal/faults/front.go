package faults

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"
	"sync"
)

// Front lets calls go wrong on their way to what answers them. It is an http.Handler and an http.RoundTripper, and safe
// for concurrent use.
type Front struct {
	// Quiet, set before the first call, makes the Front keep no list of calls: for runs without end.
	Quiet bool

	next http.Handler
	plan Plan

	mu       sync.Mutex
	counts   map[string]int
	calls    []Call
	withheld map[string]answer // pages whose place an empty one took, by the token that the empty one has
}

// Call is one call as the Front saw it.
type Call struct {
	Operation string
	N         int    // among the operation's calls, from 1
	AccessKey string // who signed it
	Body      string // of the request
	Fault     string // what was done to it, empty for nothing
}

// String is the call for a reader of a test's output.
func (c Call) String() string {
	return strings.TrimSpace(fmt.Sprintf("%s %d %s", c.Operation, c.N, c.Fault))
}

// New puts a Front with a plan before next. A nil plan lets all calls pass.
func New(next http.Handler, plan Plan) *Front {
	if plan == nil {
		plan = Script{}
	}
	return &Front{next: next, plan: plan, counts: map[string]int{}, withheld: map[string]answer{}}
}

// Calls are those that came so far, in their order.
func (f *Front) Calls() []Call {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]Call(nil), f.calls...)
}

// Count is how many calls of an operation came so far.
func (f *Front) Count(operation string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.counts[operation]
}

// ServeHTTP does to the call what the plan says.
func (f *Front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the caller has gone
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	fault := f.note(Call{Operation: operationOf(r), AccessKey: accessKey(r), Body: string(body)})
	next := f.resumed(body)
	if fault.Do == nil {
		next.ServeHTTP(w, r)
		return
	}
	fault.Do(f, w, r, next)
}

// note writes the call down and asks the plan.
func (f *Front) note(c Call) Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.counts[c.Operation]++
	c.N = f.counts[c.Operation]
	fault := f.plan.Fault(c)
	c.Fault = fault.Name
	if !f.Quiet {
		f.calls = append(f.calls, c)
	}
	return fault
}

// operationOf names the call as AWS's API reference does, as far as this package's users need it.
func operationOf(r *http.Request) string {
	if target := r.Header.Get("X-Amz-Target"); target != "" {
		return target[strings.LastIndexByte(target, '.')+1:]
	}
	_, key, _ := strings.Cut(strings.Trim(r.URL.Path, "/"), "/")
	things := "Bucket"
	if key != "" {
		things = "Object"
	}
	query := r.URL.Query()
	switch {
	case query.Has("uploads"):
		return "CreateMultipartUpload"
	case query.Has("uploadId"):
		return map[string]string{http.MethodPut: "UploadPart", http.MethodPost: "CompleteMultipartUpload", http.MethodDelete: "AbortMultipartUpload"}[r.Method]
	case r.Method == http.MethodGet && key == "":
		return "ListObjectsV2"
	case r.Method == http.MethodPost && query.Has("delete"):
		return "DeleteObjects"
	}
	verb, known := map[string]string{http.MethodGet: "Get", http.MethodHead: "Head", http.MethodPut: "Put", http.MethodDelete: "Delete"}[r.Method]
	if !known {
		return r.Method + " " + path.Clean(r.URL.Path)
	}
	return verb + things
}

// accessKey is who signed the request, by signature version 4.
func accessKey(r *http.Request) string {
	_, rest, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
	key, _, _ := strings.Cut(rest, "/")
	return key
}
