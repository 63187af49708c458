package page

import (
	"bytes"
	"context"
	"strconv"
	"strings"
)

// scan is the pass over one body.
type scan struct {
	d      *Decoder
	a      *Answer
	b      []byte
	p      *Page
	endRow func() error

	err  error
	seen top
	rows int // where Rows begins, if it had to be put off until the columns are known
}

// top is a set of members of the answer, as bits.
type top uint8

const (
	queryID top = 1 << iota
	nextToken
	columnInfo
	rowList
	queryStatus
	insights
)

func topOf(key []byte) top {
	switch string(key) {
	case "QueryId":
		return queryID
	case "NextToken":
		return nextToken
	case "ColumnInfo":
		return columnInfo
	case "Rows":
		return rowList
	case "QueryStatus":
		return queryStatus
	case "QueryInsightsResponse":
		return insights
	default:
		return 0
	}
}

// document reads the body. It returns false for one that is left to the SDK; p.Rows rows of it are appended by then.
func (s *scan) document(ctx context.Context) (bool, error) {
	i := after(s.b, 0, '{')
	for i != odd {
		if i = s.member(ctx, i); i == odd {
			break
		}
		if i = space(s.b, i); s.b[i] == '}' {
			i = s.late()
			return i != odd && s.err == nil, s.err
		}
		if s.b[i] != ',' {
			break
		}
		i = space(s.b, i+1)
	}
	return false, s.err
}

// late reads rows that were put off, once the whole of the answer has been seen.
func (s *scan) late() int {
	if s.d.info == nil || s.seen&columnInfo == 0 {
		return odd
	}
	if s.rows == 0 {
		return 0
	}
	return s.readRows(s.rows)
}

// member reads one member of the answer from its key on. Null is as good as not there.
func (s *scan) member(ctx context.Context, i int) int {
	key, i := s.key(i)
	if i == odd {
		return odd
	}
	m := topOf(key)
	if s.seen&m != 0 {
		return odd
	}
	if m == 0 {
		return skip(s.b, i, 0)
	}
	if s.b[i] == 'n' {
		return null(s.b, i)
	}
	s.seen |= m
	switch m {
	case queryID:
		return s.readQueryID(i)
	case nextToken:
		return s.readToken(i)
	case columnInfo:
		return s.readColumns(ctx, i)
	case rowList:
		if s.d.info == nil {
			s.rows = i
			return skip(s.b, i, 0)
		}
		return s.readRows(i)
	case queryStatus:
		return s.readStatus(i)
	default:
		return s.readInsights(ctx, i)
	}
}

// key reads a key and its colon. The key is good until the next text is read.
func (s *scan) key(i int) ([]byte, int) {
	key, i := s.text(i)
	if i == odd {
		return nil, odd
	}
	return key, after(s.b, i, ':')
}

func (s *scan) readQueryID(i int) int {
	id, i := s.text(i)
	if string(id) != s.d.queryID {
		s.d.queryID = string(id)
	}
	s.p.QueryID = s.d.queryID
	return i
}

func (s *scan) readToken(i int) int {
	token, i := s.text(i)
	if s.p.NextToken = s.a.next; s.a.next == nil || *s.a.next != string(token) {
		text := string(token)
		s.p.NextToken = &text
	}
	return i
}

func (s *scan) text(i int) (t []byte, next int) {
	if s.b[i] != '"' {
		return nil, odd
	}
	t, s.d.buf, next = text(s.b, i+1, s.d.buf)
	return t, next
}

// readColumns leaves the reading of columns to the SDK, mostly once a query: pages repeat them byte for byte.
func (s *scan) readColumns(ctx context.Context, i int) int {
	j := skip(s.b, i, 0)
	if j == odd || bytes.Equal(s.b[i:j], s.d.raw) {
		return j
	}
	out, err := s.a.deserialize(ctx, wrap("ColumnInfo", s.b[i:j]))
	if err != nil || s.d.bind(out.ColumnInfo) != nil {
		return odd // the SDK's view of the whole answer says why
	}
	s.d.raw = append(s.d.raw[:0], s.b[i:j]...)
	return j
}

// wrap makes a document of one member.
func wrap(key string, value []byte) []byte {
	return []byte(`{"` + key + `":` + string(value) + `}`)
}

func (s *scan) readRows(i int) int {
	b, d := s.b, s.d
	if b[i] != '[' {
		return odd
	}
	return list(b, i, func(i int) int {
		n := d.rowStart()
		if i = data(d.cells, b, i); i == odd {
			d.truncate(n)
			return odd
		}
		s.p.Rows++
		if s.err = s.endRow(); s.err != nil {
			return odd
		}
		return i
	})
}

func (s *scan) readStatus(i int) int {
	b := s.b
	if b[i] != '{' {
		return odd
	}
	if i = space(b, i+1); b[i] == '}' {
		return i + 1
	}
	for seen := top(0); ; {
		key, j := s.key(i)
		if j == odd {
			return odd
		}
		var m top
		if m, i = s.statusMember(key, j); i == odd || seen&m != 0 {
			return odd
		}
		seen |= m
		switch i = space(b, i); b[i] {
		case ',':
			i = space(b, i+1)
		case '}':
			return i + 1
		default:
			return odd
		}
	}
}

func (s *scan) statusMember(key []byte, i int) (m top, next int) {
	j := skip(s.b, i, 0)
	if j == odd || s.b[i] == 'n' {
		return 0, j
	}
	var err error
	switch v := s.b[i:j]; string(key) {
	case "ProgressPercentage":
		m = 1
		s.p.Progress, err = strconv.ParseFloat(string(v), 64)
	case "CumulativeBytesScanned":
		m = 2
		s.p.BytesScanned, err = strconv.ParseInt(string(v), 10, 64)
	case "CumulativeBytesMetered":
		m = 4
		s.p.BytesMetered, err = strconv.ParseInt(string(v), 10, 64)
	}
	if err != nil {
		return m, odd
	}
	return m, j
}

func (s *scan) readInsights(ctx context.Context, i int) int {
	j := skip(s.b, i, 0)
	if j == odd {
		return odd
	}
	out, err := s.a.deserialize(ctx, wrap("QueryInsightsResponse", s.b[i:j]))
	if err != nil {
		return odd
	}
	s.p.Insights = out.QueryInsightsResponse
	return j
}

// peekToken finds the token where services put it: near one of the ends. A quote inside a value is escaped, so the
// key with its quotes cannot be part of one.
func peekToken(doc []byte) string {
	const near = 4096
	const key = `"NextToken"`
	tail := doc[max(0, len(doc)-near):]
	i := bytes.LastIndex(tail, []byte(key))
	if i < 0 {
		tail = doc[:min(len(doc), near)]
		if i = bytes.Index(tail, []byte(key)); i < 0 {
			return ""
		}
	}
	rest := strings.TrimLeft(string(tail[i+len(key):]), " \t\r\n:")
	if !strings.HasPrefix(rest, `"`) {
		return ""
	}
	token, _, whole := strings.Cut(rest[1:], `"`)
	if !whole || strings.Contains(token, `\`) {
		return ""
	}
	return token
}
