package console

import (
	"encoding/json"
	"slices"
	"sync"
	"time"

	"athena-timestream/local/internal/tsserver"
)

// What is remembered at most.
const (
	maxConversations = 50
	maxExchanges     = 1000 // of a conversation
	maxMarks         = 200  // of a statement, and of a call's blocks
	maxStatements    = 50   // of a call
	maxDetails       = 100  // of a call
	maxDetailText    = 4 << 10
	maxSQL           = 16 << 10
	maxSize          = 16 << 20 // of all, roughly, in bytes; of one, a quarter

	markSize = 32
	callSize = 1 << 10
)

// Recorder remembers the last queries that passed. It is safe for concurrent use.
type Recorder struct {
	mu     sync.Mutex
	lastID int64
	kept   []*conversation // oldest first
	traces map[string]*call
}

// NewRecorder makes a Recorder that remembers nothing yet.
func NewRecorder() *Recorder { return &Recorder{traces: map[string]*call{}} }

// Forget drops all that is not under way.
func (r *Recorder) Forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range slices.Clone(r.kept) {
		if c.open == 0 {
			r.drop(c)
		}
	}
}

// Page notes a page that the embedded Timestream answered: for the call that it was asked by, or as a query of its own.
func (r *Recorder) Page(p tsserver.Page) {
	now := time.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	if c := r.traces[p.Trace]; c != nil {
		c.of.seen(now)
		c.page(p, now)
		r.trim(c.of)
		return
	}
	c := r.find(kindTimestream, p.QueryID)
	if c == nil {
		c = r.add(kindTimestream, p.QueryID, now.Add(-p.Took))
		c.SQL = shortened(p.SQL, maxSQL)
		c.Statements = []*statement{{SQL: c.SQL, Metadata: p.Metadata, id: p.QueryID}}
		c.size += len(c.SQL)
	}
	c.seen(now)
	c.size += c.Statements[0].page(p, c.since(now))
	c.count(p)
	c.Bytes += int64(p.Bytes)
	c.Rows += int64(p.Rows)
	r.trim(c)
}

func (c *conversation) count(p tsserver.Page) {
	if !p.Metadata {
		c.Pages++
	}
}

// page notes a page for a call. The recorder's mu is held.
func (c *call) page(p tsserver.Page, now time.Time) {
	c.of.count(p)
	i := slices.IndexFunc(c.Statements, func(s *statement) bool { return s.id == p.QueryID })
	if i < 0 {
		if len(c.Statements) == maxStatements {
			return
		}
		i = len(c.Statements)
		c.Statements = append(c.Statements, &statement{SQL: shortened(p.SQL, maxSQL), Metadata: p.Metadata, id: p.QueryID})
		c.of.size += len(c.Statements[i].SQL)
	}
	c.of.size += c.Statements[i].page(p, c.of.since(now))
}

// page notes a page, and returns about how many bytes that takes.
func (s *statement) page(p tsserver.Page, at float64) int {
	s.Pages++
	s.Rows += int64(p.Rows)
	s.Bytes += int64(p.Bytes)
	if len(s.Marks) == maxMarks {
		return 0
	}
	s.Marks = append(s.Marks, mark{At: at, Rows: p.Rows, Bytes: int64(p.Bytes)})
	return markSize
}

// block notes a spilled block of a call.
func (r *Recorder) block(trace string, bytes int64) {
	now := time.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	c := r.traces[trace]
	if c == nil {
		return
	}
	c.of.seen(now)
	c.of.Bytes += bytes
	if len(c.Blocks) < maxMarks {
		c.Blocks = append(c.Blocks, mark{At: c.of.since(now), Bytes: bytes})
		c.of.size += markSize
	}
}

// find returns the conversation about a query, nil if there is none or the query has no id. r.mu is held.
func (r *Recorder) find(kind, queryID string) *conversation {
	if queryID == "" {
		return nil
	}
	for _, c := range slices.Backward(r.kept) {
		if c.key == kind+"/"+queryID {
			return c
		}
	}
	return nil
}

// add begins a conversation. r.mu is held.
func (r *Recorder) add(kind, queryID string, start time.Time) *conversation {
	r.lastID++
	c := &conversation{
		summary: summary{ID: r.lastID, Kind: kind, Started: start, Tables: []string{}}, key: kind + "/" + queryID,
		Plan: []planned{}, Exchanges: []*call{}, Statements: []*statement{}, size: callSize,
	}
	r.kept = append(r.kept, c)
	r.trim(c)
	return c
}

// trim drops the oldest conversations but c while there are too many. r.mu is held.
func (r *Recorder) trim(c *conversation) {
	size := 0
	for _, k := range r.kept {
		size += k.size
	}
	for len(r.kept) > 1 && (len(r.kept) > maxConversations || size > maxSize) {
		oldest := r.kept[0]
		if oldest == c {
			oldest = r.kept[1]
		}
		size -= oldest.size
		r.drop(oldest)
	}
}

// drop forgets a conversation, also one that is under way. r.mu is held.
func (r *Recorder) drop(c *conversation) {
	for _, x := range c.Exchanges {
		delete(r.traces, x.trace)
	}
	r.kept = slices.DeleteFunc(r.kept, func(k *conversation) bool { return k == c })
}

// list tells of all conversations, the latest first.
func (r *Recorder) list() []summary {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := make([]summary, 0, len(r.kept))
	for _, c := range slices.Backward(r.kept) {
		s := c.summary
		s.Tables = slices.Clone(s.Tables)
		out = append(out, s)
	}
	return out
}

// describe writes one conversation as JSON; false if it is not there.
func (r *Recorder) describe(id int64) ([]byte, bool, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	i := slices.IndexFunc(r.kept, func(c *conversation) bool { return c.ID == id })
	if i < 0 {
		return nil, false, nil
	}
	text, err := json.Marshal(r.kept[i])
	return text, true, err
}
