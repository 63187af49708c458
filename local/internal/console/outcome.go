package console

import (
	"context"
	"time"

	"athena-timestream/local/internal/athena"
)

// start begins a conversation before its first request, for a context of WithStatement, and returns its id.
func (r *Recorder) start(ctx context.Context, kind string) int64 {
	a := askedIn(ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	c := r.add(kind, "", time.Now())
	c.SQL, c.Running, c.open = shortened(a.sql, maxSQL), true, 1
	c.size += len(c.SQL)
	a.conversation = c
	return c.ID
}

// finish ends what start began, with what the engine tells and the recorder cannot see.
func (r *Recorder) finish(ctx context.Context, steps []athena.Step, err error) {
	c := askedIn(ctx).conversation
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range steps {
		switch s.Kind {
		case athena.PlanStep:
			c.Plan = append(c.Plan, planned{s.Table, details(s.Details)})
		case athena.StatementStep:
			for _, line := range s.Details {
				c.Final = shortened(line, maxSQL)
			}
		}
	}
	for _, p := range c.Plan {
		for _, d := range p.Details {
			c.size += len(d.Name) + len(d.Text)
		}
	}
	c.size += len(c.Final)
	c.open--
	c.Running = c.open > 0
	c.fail(err)
	c.seen(time.Now())
	r.trim(c)
}

// failed notes the end of a query that the embedded Timestream was asked, also of one that got no page, and returns its id.
func (r *Recorder) failed(kind, queryID, sql string, err error) int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	c := r.find(kind, queryID)
	if c == nil {
		c = r.add(kind, queryID, time.Now())
		c.SQL = shortened(sql, maxSQL)
		c.size += len(c.SQL)
	}
	c.fail(err)
	r.trim(c)
	return c.ID
}

// fail says why a query ended, in the words of whoever was last to know.
func (c *conversation) fail(err error) {
	if err != nil {
		c.Error = shortened(oneLine(err), maxDetailText)
	}
}

// idOf finds the id of a query's conversation, 0 if it is not kept.
func (r *Recorder) idOf(kind, queryID string) int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	if c := r.find(kind, queryID); c != nil {
		return c.ID
	}
	return 0
}
