package standin

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"athena-timestream/timestream/internal/bench/sample"
)

// ready is how many rows of a table are kept as JSON; those behind them are written anew for each page.
const ready = 1_000_000

// pages writes pages of tables.
type pages struct {
	mu    sync.Mutex
	slabs map[int]*slab // by number of columns: the rows of equally wide tables are the same
}

// slab is the JSON of a table's first rows, each followed by a comma.
type slab struct {
	mu    sync.Mutex
	bytes []byte
	ends  []int // of each row, behind its comma
}

func (p *pages) slab(t sample.Table) *slab {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.slabs == nil {
		p.slabs = map[int]*slab{}
	}
	if p.slabs[t.Columns] == nil {
		p.slabs[t.Columns] = &slab{}
	}
	return p.slabs[t.Columns]
}

// fill makes the first rows ready. The rows before stay where they are.
func (s *slab) fill(t sample.Table, rows int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := len(s.ends); i < min(rows, ready); i++ {
		s.bytes = append(t.AppendRow(s.bytes, i), ',')
		s.ends = append(s.ends, len(s.bytes))
	}
}

// rows is the JSON of the rows from first up to end, with commas between them.
func (p *pages) rows(t sample.Table, first, end int) []byte {
	if first == end {
		return nil
	}
	s := p.slab(t)
	if s.fill(t, t.Rows); end <= ready {
		s.mu.Lock()
		defer s.mu.Unlock()
		begin := 0
		if first > 0 {
			begin = s.ends[first-1]
		}
		return s.bytes[begin : s.ends[end-1]-1]
	}
	var b []byte
	for i := first; i < end; i++ {
		b = append(t.AppendRow(b, i), ',')
	}
	return b[:len(b)-1]
}

// tokenLength is that of the service's tokens, more or less.
const tokenLength = 200

// write answers with the page that a token asks for: the number of its first row.
func (p *pages) write(w http.ResponseWriter, q query, token string) error {
	first := q.first
	if token != "" {
		var err error
		if first, err = strconv.Atoi(strings.TrimLeft(token, "t")); err != nil || first < q.first || first >= q.end {
			return fmt.Errorf("the token %s is of no page", token)
		}
	}
	end, next := min(first+q.table.PageRows(), q.end), ""
	if end < q.end {
		next = strconv.Itoa(end)
		next = strings.Repeat("t", tokenLength-len(next)) + next
	}
	rows, tail := p.rows(q.table, first, end), q.table.Tail(next)
	time.Sleep(q.table.Latency)
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.Header().Set("Content-Length", strconv.Itoa(len(sample.Head)+len(rows)+len(tail)))
	for _, part := range [][]byte{[]byte(sample.Head), rows, []byte(tail)} {
		if _, err := w.Write(part); err != nil {
			return nil //nolint:nilerr // nobody is there to be told
		}
	}
	return nil
}

// NextToken is a page's token of the next one, empty on the last: all that a reader of bodies alone has to know.
func NextToken(body []byte) string {
	_, rest, found := bytes.Cut(body[max(0, len(body)-4096):], []byte(`"NextToken":"`))
	if !found {
		return ""
	}
	value, _, _ := bytes.Cut(rest, []byte(`"`))
	return string(value)
}
