package tsserver

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"athena-timestream/local/internal/unload"
)

type queryInput struct {
	QueryString   *string
	ClientToken   *string
	NextToken     *string
	MaxRows       *int64
	QueryInsights *struct{ Mode *string }
}

func (in *queryInput) validate() error {
	var c constraints
	c.required("queryString", in.QueryString)
	c.length("queryString", in.QueryString, 1, 262144)
	c.length("clientToken", in.ClientToken, 32, 128)
	c.length("nextToken", in.NextToken, 1, 2048)
	c.between("maxRows", in.MaxRows, 1, 1000)
	if in.QueryInsights != nil {
		c.required("queryInsights.mode", in.QueryInsights.Mode)
		c.oneOf("queryInsights.mode", in.QueryInsights.Mode, "ENABLED_WITH_RATE_CONTROL", "DISABLED")
	}
	return c.err()
}

// query is the operation Query.
func (s *Server) query(c *call) (any, error) {
	var in queryInput
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if err := in.validate(); err != nil {
		return nil, err
	}
	if in.NextToken != nil {
		return s.resume(c, &in)
	}
	if in.ClientToken == nil {
		return s.start(c, &in)
	}
	request := fmt.Sprintf("%s\x00%s", *in.QueryString, optional(in.MaxRows))
	first, isNew, err := s.repeats.begin(c.principal+"\x00"+*in.ClientToken, request)
	if err != nil {
		return nil, err
	}
	if !isNew {
		return s.repeats.wait(first)
	}
	body, err := s.start(c, &in)
	s.repeats.finish(first, body, err)
	return body, err
}

func optional(n *int64) string {
	if n == nil {
		return ""
	}
	return fmt.Sprint(*n)
}

// start runs a statement and answers with its first page.
func (s *Server) start(c *call, in *queryInput) ([]byte, error) {
	if err := s.admit(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(s.ctx)
	id := newID("AE", 56)
	cursor, err := s.db.QueryTo(ctx, *in.QueryString, unload.Destination{Store: s.options.Objects, QueryID: id})
	if err != nil {
		cancel()
		return nil, err
	}
	e, err := newExecution(cursor)
	if err != nil {
		cancel()
		return nil, errors.Join(err, cursor.Close())
	}
	e.id, e.secret = id, newID("", 26)
	e.sql, e.principal, e.cancel, e.pageBytes = *in.QueryString, c.principal, cancel, s.options.PageBytes
	if in.MaxRows != nil {
		e.maxRows = int(*in.MaxRows)
	}
	e.insights = in.QueryInsights != nil && text(in.QueryInsights.Mode) == "ENABLED_WITH_RATE_CONTROL"
	if !s.register(e) {
		return nil, errors.Join(throttled(), e.close())
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	// A client that leaves now knows no query id: it can neither come back for its pages nor cancel the query.
	defer context.AfterFunc(c.ctx, cancel)()
	return s.answer(c, e, true)
}

// resume answers a call with a token.
func (s *Server) resume(c *call, in *queryInput) ([]byte, error) {
	id, n, secret, ok := parseToken(*in.NextToken)
	if !ok {
		return nil, badToken
	}
	s.mu.Lock()
	e := s.executions[id]
	s.mu.Unlock()
	if e == nil || secret != e.secret || *in.QueryString != e.sql || c.principal != e.principal {
		return nil, badToken
	}
	if e.cancelled.Load() {
		return nil, errCancelled
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	switch e.check(n, s.options.Now()) {
	case repeat:
		return e.body, nil
	case advance:
		if in.MaxRows != nil {
			e.maxRows = int(*in.MaxRows)
		}
		return s.answer(c, e, false)
	}
	return nil, badToken
}

var errCancelled = conflict("The query has been cancelled.")

// answer makes the next answer of e, and drops e when that fails. e.mu is held.
func (s *Server) answer(c *call, e *execution, first bool) ([]byte, error) {
	body, err := e.next(s.options.AnswerTime, s.options.Now(), func(p *page) bool {
		return first && e.maxRows > 0 && !p.last || s.faults.Load().emptyPage(first)
	})
	if err != nil {
		if e.cancelled.Load() {
			err = errCancelled
		}
		s.forget(e)
		go e.close() //nolint:errcheck // it waits for e.mu, which the caller holds; a cursor closes without errors
		return nil, err
	}
	if e.finished {
		if err := e.cursor.Close(); err != nil {
			return nil, err
		}
	}
	e.idle.Reset(s.options.IdleTimeout)
	if s.options.OnPage != nil {
		s.options.OnPage(Page{QueryID: e.id, SQL: e.sql, Metadata: e.cursor.Metadata(), Number: e.answered, Rows: e.rows, Bytes: len(body), Took: time.Since(c.began), Trace: c.trace})
	}
	return body, nil
}

// patience is how long an open cursor that nobody reads is safe from being dropped for a new query.
const patience = time.Minute

// maxFinished bounds the finished queries whose last page is kept for repetition.
const maxFinished = 32

// admit makes room for one more query.
func (s *Server) admit() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return newFault(503, "InternalServerException", "The embedded Timestream is shutting down.")
	}
	var open, finished []*execution
	for _, e := range s.order {
		if !e.mu.TryLock() { // busy
			open = append(open, e)
			continue
		}
		if e.finished || e.cancelled.Load() {
			finished = append(finished, e)
		} else {
			open = append(open, e)
		}
		e.mu.Unlock()
	}
	if len(finished) >= maxFinished {
		s.remove(finished[0])
	}
	if len(open) < s.options.MaxCursors {
		return nil
	}
	for _, e := range open {
		if e.mu.TryLock() {
			stale := e.answered > 0 && s.options.Now().Sub(e.issued) > patience
			e.mu.Unlock()
			if stale {
				s.remove(e)
				return nil
			}
		}
	}
	return throttled()
}

// register makes e known; false when the server is closing.
func (s *Server) register(e *execution) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	e.idle = time.AfterFunc(s.options.IdleTimeout, func() {
		s.forget(e)
		_ = e.close() // an abandoned cursor closes without errors
	})
	s.executions[e.id] = e
	s.order = append(s.order, e)
	return true
}

func (s *Server) forget(e *execution) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.executions, e.id)
	s.order = slices.DeleteFunc(s.order, func(o *execution) bool { return o == e })
}

// remove is forget and close. s.mu is held.
func (s *Server) remove(e *execution) {
	delete(s.executions, e.id)
	s.order = slices.DeleteFunc(s.order, func(o *execution) bool { return o == e })
	go e.close() //nolint:errcheck // it may wait for a page; a cursor closes without errors
}

var idPattern = newPattern(`[a-zA-Z0-9]+`)

// cancelQuery is the operation CancelQuery.
func (s *Server) cancelQuery(c *call) (any, error) {
	var in struct{ QueryId *string } //nolint:revive // the wire's spelling
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	var check constraints
	check.required("queryId", in.QueryId)
	check.length("queryId", in.QueryId, 1, 64)
	check.matches("queryId", in.QueryId, idPattern)
	if err := check.err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	e := s.executions[*in.QueryId]
	s.mu.Unlock()
	if e == nil {
		return nil, invalid("The query with the QueryId %s does not exist or has ended.", *in.QueryId)
	}
	answer := struct {
		CancellationMessage string `json:",omitempty"`
	}{}
	if e.ended() { // too late, which is no fault; the last page can still be asked for again
		return answer, nil
	}
	if e.cancelled.Swap(true) {
		answer.CancellationMessage = "A cancellation of the query has already been requested."
	}
	go e.release() //nolint:errcheck // it may wait for a page; a cursor closes without errors
	return answer, nil
}
