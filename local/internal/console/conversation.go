package console

import (
	"strings"
	"time"
)

// The kinds of a query, which are the dialects that it may be written in.
const (
	kindAthena     = "athena"
	kindTimestream = "timestream"
)

// summary is one query in the list of the last ones. Times are milliseconds.
type summary struct {
	ID      int64     `json:"id"`
	Kind    string    `json:"kind"`
	SQL     string    `json:"sql"` // empty where the engine did not say
	Tables  []string  `json:"tables"`
	Started time.Time `json:"started"`
	Millis  float64   `json:"millis"` // to the last sign of it
	Running bool      `json:"running"`
	Error   string    `json:"error,omitempty"`
	Calls   int       `json:"calls"`
	Splits  int       `json:"splits"` // read
	Pages   int       `json:"pages"`  // of queries that read tables
	Rows    int64     `json:"rows"`
	Bytes   int64     `json:"bytes"` // of answers and spilled blocks; of pages, for Timestream's own
	Blocks  int       `json:"blocks"`
	Spilled int       `json:"spilled"` // of the blocks
}

// conversation is all that was observed of one query.
type conversation struct {
	summary
	Plan       []planned    `json:"plan"`       // of the console's own Athena queries
	Final      string       `json:"final"`      // what ran over the rows that were read; of the same
	Exchanges  []*call      `json:"exchanges"`  // in order of their start
	Statements []*statement `json:"statements"` // of a query that was asked of Timestream itself
	Dropped    int          `json:"dropped"`    // exchanges beyond the limit, counted only

	key  string
	size int // roughly, in bytes
	open int // reasons why it is running
}

// planned is what one table is asked for, and what not.
type planned struct {
	Table   string   `json:"table"`
	Details []detail `json:"details"`
}

// detail is one line of an explanation.
type detail struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// call is one request to the connector with its answer.
type call struct {
	Name          string       `json:"name"` // ReadRecords, …
	Version       int          `json:"version"`
	Table         string       `json:"table"`
	Start         float64      `json:"start"`  // since the conversation's
	Millis        float64      `json:"millis"` // until the answer; while it is awaited, 0
	Running       bool         `json:"running"`
	RequestBytes  int          `json:"requestBytes"`
	ResponseBytes int          `json:"responseBytes"`
	Error         bool         `json:"error"`
	Details       []detail     `json:"details"`
	Statements    []*statement `json:"statements"`
	Rows          int64        `json:"rows"` // of the answer; of Timestream's pages, where the answer was spilled
	Inline        int          `json:"inline"`
	Blocks        []mark       `json:"blocks"` // spilled, as they were stored
	Spilled       int          `json:"spilled"`

	of    *conversation
	trace string
	begun time.Time
}

// statement is one query that the embedded Timestream answered.
type statement struct {
	SQL      string `json:"sql"`
	Metadata bool   `json:"metadata"` // SHOW or DESCRIBE
	Pages    int    `json:"pages"`
	Rows     int64  `json:"rows"`
	Bytes    int64  `json:"bytes"`
	Marks    []mark `json:"marks"` // of the first pages

	id string
}

// mark is something that arrived: a page or a spilled block.
type mark struct {
	At    float64 `json:"at"` // since the conversation's start
	Rows  int     `json:"rows"`
	Bytes int64   `json:"bytes"`
}

// since is the time from the conversation's start to at.
func (c *conversation) since(at time.Time) float64 { return millis(at.Sub(c.Started)) }

// seen notes a sign of life.
func (c *conversation) seen(at time.Time) { c.Millis = max(c.Millis, c.since(at)) }

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// details splits lines of an explanation, "name: text".
func details(lines []string) []detail {
	out := make([]detail, 0, min(len(lines), maxDetails))
	for _, line := range lines {
		if len(out) == maxDetails {
			break
		}
		name, text, ok := strings.Cut(line, ": ")
		if !ok {
			name, text = "", line
		}
		out = append(out, detail{name, shortened(text, maxDetailText)})
	}
	return out
}

// shortened cuts a text at a number of bytes, between two characters.
func shortened(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	return strings.ToValidUTF8(text[:limit], "") + " …"
}
