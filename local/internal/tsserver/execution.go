package tsserver

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"athena-timestream/local/internal/tsdb"
	"athena-timestream/local/internal/tswire"
	"athena-timestream/local/internal/unload"
)

// execution is one query between its first call and its last page. Its pages form a chain: answer n carries the token
// of answer n+1. The latest answer is kept, since its token may be used again.
type execution struct {
	id, sql, principal string
	secret             string // in every token, so that tokens cannot be made up
	insights           bool   // asked for
	pageBytes          int
	cursor             *tsdb.Cursor
	cancel             context.CancelFunc
	cancelled          atomic.Bool
	head               []byte // the ColumnInfo member
	encoders           []encoder
	idle               *time.Timer

	mu       sync.Mutex // one call at a time; protects all below
	maxRows  int        // the latest that a call has asked for; 0: as many as fit
	page     *page      // being filled, or withheld
	carry    []byte     // a row that did not fit the last page
	scanned  int64
	unloaded unload.Result
	total    int    // rows given
	answered int    // the number of the latest answer, 0 before the first
	uses     int    // calls that have had the latest answer
	body     []byte // the latest answer
	rows     int    // in the latest answer
	issued   time.Time
	finished bool // the latest answer is the last one
	released sync.Once
}

// page is a page on its way. done is closed when rows, last and err are set.
type page struct {
	done chan struct{}
	most int    // rows; 0: as many as fit
	rows []byte // the JSON of the rows with commas
	ends []int  // where each of them ends
	n    int    // the number of rows
	last bool
	err  error
}

// newExecution binds the encoders.
func newExecution(cursor *tsdb.Cursor) (*execution, error) {
	e := &execution{cursor: cursor}
	infos := make([]*tswire.ColumnInfo, len(cursor.Columns()))
	for i, c := range cursor.Columns() {
		t, err := wireType(c.Type)
		if err != nil {
			return nil, err
		}
		infos[i] = &tswire.ColumnInfo{Name: c.Name, Type: t}
		e.encoders = append(e.encoders, newEncoder(c.Type))
	}
	head, err := json.Marshal(infos)
	e.head = append([]byte(`"ColumnInfo":`), head...)
	return e, err
}

// envelope is room for the parts of an answer beside ColumnInfo and rows.
const envelope = 600

// fill reads one page from the cursor. It runs alone: a next page begins after this one is taken.
func (e *execution) fill(p *page) {
	defer close(p.done)
	budget := e.pageBytes - len(e.head) - envelope
	take := func(row []byte) bool {
		if p.n > 0 && (len(p.rows)+len(row)+1 > budget || p.most > 0 && p.n == p.most) {
			e.carry = row
			return false
		}
		if len(row) > budget {
			p.err = newFault(400, "QueryExecutionException", "Query aborted as max page response size has been exceeded by the output result row")
			return false
		}
		if p.n++; p.n > 1 {
			p.rows = append(p.rows, ',')
		}
		p.rows = append(p.rows, row...)
		p.ends = append(p.ends, len(p.rows))
		return true
	}
	if carry := e.carry; carry != nil {
		e.carry = nil
		if !take(carry) {
			return
		}
	}
	var row []byte
	for e.cursor.Next() {
		var err error
		if row, err = e.encodeRow(row[:0]); err != nil {
			p.err = err
			return
		}
		if !take(row) {
			e.carry = bytes.Clone(e.carry)
			return
		}
	}
	p.last, p.err = true, e.cursor.Err()
}

// split leaves the first most rows in a page that is ready, and returns a page of the others; nil if there are none. A page
// that was filled for one call may be asked for with a smaller MaxRows by the next.
func (p *page) split(most int) *page {
	if most == 0 || p.n <= most {
		return nil
	}
	cut := p.ends[most-1]
	rest := &page{done: p.done, rows: p.rows[cut+1:], n: p.n - most, last: p.last}
	for _, end := range p.ends[most:] {
		rest.ends = append(rest.ends, end-cut-1)
	}
	p.rows, p.ends, p.n, p.last = p.rows[:cut], p.ends[:most], most, false
	return rest
}

func (e *execution) encodeRow(dst []byte) ([]byte, error) {
	dst = append(dst, `{"Data":[`...)
	for i, v := range e.cursor.Values() {
		if i > 0 {
			dst = append(dst, ',')
		}
		var err error
		if dst, err = e.encoders[i](dst, v); err != nil {
			return nil, fmt.Errorf("column %d: %w", i+1, err)
		}
	}
	return append(dst, "]}"...), nil
}

// next waits for the next page and makes it the latest answer; after wait it answers with an empty page instead. withhold
// says whether a page that is ready is kept back for the following call. e.mu is held.
func (e *execution) next(wait time.Duration, now time.Time, withhold func(p *page) bool) ([]byte, error) {
	if e.page == nil {
		e.page = &page{done: make(chan struct{}), most: e.maxRows}
		go e.fill(e.page)
	}
	p := e.page
	timer := time.NewTimer(wait)
	defer timer.Stop()
	ready := false
	select {
	case <-p.done:
		ready = p.err != nil || !withhold(p)
	case <-timer.C:
	}
	var rows []byte
	e.rows = 0
	if ready {
		if p.err != nil {
			return nil, p.err
		}
		e.page = p.split(e.maxRows)
		rows, e.rows = p.rows, p.n
		e.finished = p.last
		e.scanned += int64(len(rows))
		if u := e.cursor.Unloaded(); u != nil {
			e.unloaded = *u
			e.scanned = u.Bytes
		}
		e.total += p.n
	}
	e.answered++
	e.uses, e.issued = 1, now
	e.body = e.answer(rows)
	return e.body, nil
}

// answer is the JSON of a page.
func (e *execution) answer(rows []byte) []byte {
	b := make([]byte, 0, len(rows)+len(e.head)+envelope)
	b = append(tswire.AppendJSON(append(b, `{"QueryId":`...), e.id), ',')
	if !e.finished {
		b = append(tswire.AppendJSON(append(b, `"NextToken":`...), e.token(e.answered+1)), ',')
	}
	b = append(append(append(append(b, e.head...), `,"Rows":[`...), rows...), `],"QueryStatus":{"ProgressPercentage":`...)
	b = strconv.AppendFloat(b, e.progress(), 'f', 1, 64)
	metered := max(e.scanned, 10_000_000)
	scanned := e.scanned
	if e.cursor.Metadata() {
		metered, scanned = 0, 0
	}
	b = strconv.AppendInt(append(b, `,"CumulativeBytesScanned":`...), scanned, 10)
	b = strconv.AppendInt(append(b, `,"CumulativeBytesMetered":`...), metered, 10)
	b = append(b, '}')
	if e.insights && e.finished {
		b = fmt.Appendf(b, `,"QueryInsightsResponse":{"QueryTableCount":%d,"OutputRows":%d,"OutputBytes":%d,"UnloadPartitionCount":%d,"UnloadWrittenRows":%d,"UnloadWrittenBytes":%d}`,
			e.cursor.Tables(), e.total, e.scanned, e.unloaded.Partitions, e.unloaded.Rows, e.unloaded.Bytes)
	}
	return append(b, '}')
}

// progress has no way of knowing the end: it approaches 100 and arrives with the last page.
func (e *execution) progress() float64 {
	if e.finished {
		return 100
	}
	if e.scanned == 0 {
		return 0
	}
	return 100 - 100/float64(e.answered+1)
}

// ended tells whether the last page has been given. An execution that is busy has not ended.
func (e *execution) ended() bool {
	if !e.mu.TryLock() {
		return false
	}
	defer e.mu.Unlock()
	return e.finished && !e.cancelled.Load()
}

// release stops the query, waits for a page that is being filled, and frees the cursor. The execution may stay known, to
// answer that it was cancelled.
func (e *execution) release() error {
	var err error
	e.released.Do(func() {
		e.cancel()
		e.mu.Lock()
		defer e.mu.Unlock()
		if e.page != nil {
			<-e.page.done
		}
		err = e.cursor.Close()
	})
	return err
}

// close is release for an execution that is forgotten.
func (e *execution) close() error {
	if e.idle != nil {
		e.idle.Stop()
	}
	return e.release()
}
