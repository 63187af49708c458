package timestream

import (
	"crypto/sha256"
	"sync"
	"time"
)

// maxPrepared bounds the queries remembered; past it they are forgotten all at once.
const maxPrepared = 1000

// prepared remembers the columns of queries for [nameAge]: of passthrough queries within one query of Athena, which may
// ask for them several times, and of views, since the service prepares five queries a second for the whole account.
type prepared struct {
	now func() time.Time

	mu    sync.Mutex
	known map[[sha256.Size]byte]preparedQuery
}

type preparedQuery struct {
	columns []column // never changed
	at      time.Time
}

func newPrepared() *prepared {
	return &prepared{now: time.Now, known: map[[sha256.Size]byte]preparedQuery{}}
}

// columns are those that find gave for the statement lately, or gives now. A scope, which is Athena's query or anything
// else, remembers for itself. An error is not remembered.
func (p *prepared) columns(scope, sql string, find func() ([]column, error)) ([]column, error) {
	key := sha256.Sum256([]byte(scope + "\x00" + sql))
	p.mu.Lock()
	known, ok := p.known[key]
	p.mu.Unlock()
	if ok && p.now().Sub(known.at) < nameAge {
		return known.columns, nil
	}
	columns, err := find()
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.known) >= maxPrepared {
		clear(p.known)
	}
	p.known[key] = preparedQuery{columns, p.now()}
	return columns, nil
}
