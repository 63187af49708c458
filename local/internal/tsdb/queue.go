package tsdb

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// write is one request on its way to the disk.
type write struct {
	database, table string
	points          []*point
	done            chan struct{} // closed when the rest is set
	ingested        Ingested
	rejected        []Rejected
	err             error
}

// errUnfinished stays when storing ended without an answer.
var errUnfinished = errors.New("the write was not finished: repeat it")

// queue holds the writes that wait. A commit costs milliseconds however little it stores, so whoever has the turn stores
// all that came while the one before was at it.
type queue struct {
	turn    chan struct{} // full while somebody has the turn
	mu      sync.Mutex
	waiting []*write
}

func newQueue() *queue { return &queue{turn: make(chan struct{}, 1)} }

// put returns when w is done, by store in this goroutine or in another.
func (q *queue) put(w *write, store func([]*write)) {
	w.done, w.err = make(chan struct{}), errUnfinished
	q.mu.Lock()
	q.waiting = append(q.waiting, w)
	q.mu.Unlock()
	select {
	case <-w.done:
		return
	case q.turn <- struct{}{}:
	}
	defer func() { <-q.turn }()
	select {
	case <-w.done: // both cases above were ready: those who still wait take the turn
		return
	default:
	}
	q.mu.Lock()
	all := q.waiting
	q.waiting = nil
	q.mu.Unlock()
	defer func() {
		for _, w := range all {
			close(w.done)
		}
	}()
	store(all)
}

// store stores writes as if one came after the other.
func (db *DB) store(ctx context.Context, all []*write) {
	db.writing.Lock()
	defer db.writing.Unlock()
	if err := db.transact(ctx, all); err == nil {
		return
	}
	for i, w := range all { // one of them may have spoilt it for the others
		if err := db.transact(ctx, all[i:i+1]); err != nil {
			w.err = fmt.Errorf("write to %s.%s: %w", w.database, w.table, err)
		}
	}
}

// transact stores writes in one transaction, all or none. A write that names no table fails alone.
func (db *DB) transact(ctx context.Context, all []*write) error {
	var writers []*writer
	byTable := map[*table]*writer{}
	for _, w := range all {
		_, t, err := db.find(w.database, w.table)
		if err != nil {
			w.err = err
			continue
		}
		if byTable[t] == nil {
			byTable[t] = &writer{db: db, table: t, found: t, now: db.options.Now(), staged: map[pointKey]*row{}}
			writers = append(writers, byTable[t])
		}
		byTable[t].writes = append(byTable[t].writes, w)
	}
	for _, w := range writers {
		if err := w.stageAll(ctx); err != nil {
			return err
		}
	}
	if err := db.commit(ctx, writers); err != nil {
		return err
	}
	for _, w := range writers {
		for _, stored := range w.writes {
			stored.err = nil
		}
	}
	return nil
}
