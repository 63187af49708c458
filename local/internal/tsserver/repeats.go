package tsserver

import (
	"slices"
	"sync"
	"time"
)

// Rules of client tokens (API_query_Query): the same request within five minutes has the same answer, another request or
// a later one fails, and after four hours the token counts as new.
const (
	repeatWindow = 5 * time.Minute
	tokenMemory  = 4 * time.Hour
)

// maxKept bounds the first answers that are held for repetition. A token whose answer has been let go is forgotten with it
// and runs its query again.
const maxKept = 32

// repeats remembers first calls by client token.
type repeats struct {
	now   func() time.Time
	mu    sync.Mutex
	calls map[string]*firstCall
	kept  []*firstCall // those with an answer, oldest first
}

// firstCall is a Query call without NextToken. done is closed when body and err are set.
type firstCall struct {
	token, request string
	at             time.Time
	done           chan struct{}
	body           []byte
	err            error
}

func newRepeats(now func() time.Time) *repeats {
	return &repeats{now: now, calls: map[string]*firstCall{}}
}

// begin returns the earlier call with the token, or a new one that the caller has to finish.
func (r *repeats) begin(token, request string) (call *firstCall, isNew bool, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now()
	if c, ok := r.calls[token]; ok && now.Sub(c.at) < tokenMemory {
		if c.request != request || now.Sub(c.at) > repeatWindow {
			return nil, false, invalid("The client token has already been used with a different request, or more than 5 minutes ago.")
		}
		return c, false, nil
	}
	c := &firstCall{token: token, request: request, at: now, done: make(chan struct{})}
	r.calls[token] = c
	return c, true, nil
}

// finish publishes the answer. A failed call is forgotten, so that it can be tried again.
func (r *repeats) finish(c *firstCall, body []byte, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	c.body, c.err = body, err
	close(c.done)
	if err != nil {
		r.forget(c)
		return
	}
	if r.kept = append(r.kept, c); len(r.kept) > maxKept {
		r.kept[0].body = nil
		r.forget(r.kept[0])
		r.kept = slices.Delete(r.kept, 0, 1)
	}
}

// forget drops a call, unless its token has come to stand for a newer one.
func (r *repeats) forget(c *firstCall) {
	if r.calls[c.token] == c {
		delete(r.calls, c.token)
	}
}

// wait returns the call's answer once it is there.
func (r *repeats) wait(c *firstCall) ([]byte, error) {
	<-c.done
	r.mu.Lock()
	defer r.mu.Unlock()
	if c.body == nil && c.err == nil {
		return nil, throttled() // let go between begin and here: the client comes again
	}
	return c.body, c.err
}
