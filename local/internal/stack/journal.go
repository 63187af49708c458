package stack

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"sync"

	"athena-timestream/local/internal/tsserver"
)

// Statement is one query that the embedded Timestream ran.
type Statement struct {
	// Seq counts statements from 1.
	Seq     int64
	QueryID string
	SQL     string
	// Metadata says that it is a SHOW or DESCRIBE, which reads no table.
	Metadata bool
	Pages    int64
	Rows     int64
	Bytes    int64 // of all pages' JSON
}

// kept is how many statements the journal remembers.
const kept = 1000

// journal remembers what the embedded Timestream was asked, for --explain and for the count of pages.
type journal struct {
	mu         sync.Mutex
	last       int64
	statements []Statement // by Seq
}

// page notes one page of a query.
func (j *journal) page(p tsserver.Page) {
	j.mu.Lock()
	defer j.mu.Unlock()
	var s *Statement
	for i := len(j.statements) - 1; i >= 0 && s == nil; i-- {
		if j.statements[i].QueryID == p.QueryID {
			s = &j.statements[i]
		}
	}
	if s == nil {
		if len(j.statements) == kept {
			j.statements = append(j.statements[:0], j.statements[1:]...)
		}
		j.last++
		j.statements = append(j.statements, Statement{Seq: j.last, QueryID: p.QueryID, SQL: p.SQL, Metadata: p.Metadata})
		s = &j.statements[len(j.statements)-1]
	}
	s.Pages++
	s.Rows += int64(p.Rows)
	s.Bytes += int64(p.Bytes)
}

// extract is a part of a journal.
type extract struct {
	Last       int64 // the Seq of the journal's last statement, 0 if it never had one
	Statements []Statement
}

// since returns the statements with a Seq above after.
func (j *journal) since(_ context.Context, after int64) (extract, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	out := extract{Last: j.last}
	for _, s := range j.statements {
		if s.Seq > after {
			out.Statements = append(out.Statements, s)
		}
	}
	return out, nil
}

// journalPath is where a stack answers its journal: no path of S3, whose buckets start with a letter or a digit. The token
// is known to who can read the data folder, and tells one stack from another on the same address.
func journalPath(token string) string { return "/-/" + token + "/statements" }

// withJournal answers the journal beside the AWS calls.
func withJournal(next http.Handler, path string, j *journal) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.URL.Path != path {
			next.ServeHTTP(w, req)
			return
		}
		after, err := strconv.ParseInt(req.URL.Query().Get("after"), 10, 64)
		if err != nil {
			http.Error(w, "after must be a number", http.StatusBadRequest)
			return
		}
		found, _ := j.since(req.Context(), after)
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(found) // the client has gone when this fails
	})
}

// remoteStatements asks another process's journal, which has this URL.
func remoteStatements(journal string) func(context.Context, int64) (extract, error) {
	return func(ctx context.Context, after int64) (extract, error) {
		var out extract
		err := getJSON(ctx, fmt.Sprintf("%s?after=%d", journal, after), &out)
		return out, err
	}
}

// Mark is a place in the journal.
type Mark int64

// Mark returns the journal's end.
func (s *Stack) Mark(ctx context.Context) (Mark, error) {
	found, err := s.statements(ctx, math.MaxInt64)
	return Mark(found.Last), err
}

// Since returns what Timestream was asked after the mark, also by others where the stack is served.
func (s *Stack) Since(ctx context.Context, m Mark) ([]Statement, error) {
	found, err := s.statements(ctx, int64(m))
	return found.Statements, err
}
