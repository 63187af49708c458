package console

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"athena-timestream/local/internal/sqlparse"
)

// What a browser is given of a result.
const (
	maxRows      = 5000
	maxCell      = 8 << 10
	maxResult    = 8 << 20 // of all cells, in bytes
	cancelWithin = 5 * time.Second
)

// question is a statement to run.
type question struct {
	SQL     string `json:"sql"`
	Dialect string `json:"dialect"` // kindAthena or kindTimestream
}

// result is what a statement gave, as far as it is shown.
type result struct {
	Columns []resultColumn `json:"columns"`
	Rows    [][]*string    `json:"rows"` // nil is null
	// More says that the result is longer: it was read no further.
	More   bool    `json:"more"`
	Millis float64 `json:"millis"`
	Query  int64   `json:"query"` // what is remembered of it

	bytes int
}

type resultColumn struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

// full says that no more rows are wanted.
func (r *result) full() bool {
	r.More = len(r.Rows) == maxRows || r.bytes > maxResult
	return r.More
}

// add appends a row of as many cells as there are columns; cell gives one, nil for null.
func (r *result) add(cell func(i int) *string) {
	row := make([]*string, len(r.Columns))
	for i := range row {
		if row[i] = cell(i); row[i] == nil {
			continue
		}
		if len(*row[i]) > maxCell {
			short := shortened(*row[i], maxCell)
			row[i] = &short
		}
		r.bytes += len(*row[i])
	}
	r.Rows = append(r.Rows, row)
}

// query runs a statement while the browser waits; a browser that hangs up cancels it.
func (c *Console) query(w http.ResponseWriter, req *http.Request) error {
	var q question
	if err := json.NewDecoder(http.MaxBytesReader(w, req.Body, maxBody)).Decode(&q); err != nil {
		return refusef(http.StatusBadRequest, "the request is not readable: %v", err)
	}
	run := map[string]func(context.Context, string) (*result, int64, error){kindAthena: c.askAthena, kindTimestream: c.askTimestream}[q.Dialect]
	q.SQL = strings.TrimSuffix(strings.TrimSpace(q.SQL), ";")
	switch {
	case run == nil:
		return refusef(http.StatusBadRequest, "the dialect is %s or %s", kindAthena, kindTimestream)
	case strings.TrimSpace(q.SQL) == "":
		return refusef(http.StatusBadRequest, "there is no statement to run")
	case writes(q.SQL):
		return refusef(http.StatusBadRequest, "the console only reads: run UNLOAD through the Query API")
	}
	select {
	case c.slots <- struct{}{}:
		defer func() { <-c.slots }()
	default:
		return refusef(http.StatusTooManyRequests, "%d queries are running already: cancel one, or wait", parallel)
	}
	start := time.Now()
	r, id, err := run(req.Context(), q.SQL)
	if err != nil {
		return refusal{status: http.StatusBadRequest, message: oneLine(err), query: id}
	}
	r.Millis, r.Query = millis(time.Since(start)), id
	return writeJSON(w, r)
}

// writes tells whether a statement does more than read. One that cannot be parsed is refused by whoever is to run it.
func writes(sql string) bool {
	statement, err := sqlparse.Parse(sql, sqlparse.Timestream)
	_, unload := statement.(*sqlparse.Unload)
	return err == nil && unload
}

// oneLine keeps an error that quotes several lines on one.
func oneLine(err error) string {
	if errors.Is(err, context.Canceled) {
		return "the query was cancelled"
	}
	return strings.Join(strings.Fields(err.Error()), " ")
}
