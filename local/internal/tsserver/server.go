package tsserver

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"athena-timestream/local/internal/tsdb"
	"athena-timestream/local/internal/unload"
)

// Options configure a server. Zero values are the service's behaviour.
type Options struct {
	PageBytes   int           // the most JSON in one page; default 1 MB
	AnswerTime  time.Duration // after this a page comes empty with a token; default 50 s (the service: up to 60 s)
	IdleTimeout time.Duration // an untouched query is dropped; default 15 minutes
	MaxCursors  int           // open queries; more are throttled; default 100
	Now         func() time.Time
	OnPage      func(Page)   // called for each page that is answered for the first time, from several goroutines
	Faults      *Faults      // nil: none
	Objects     unload.Store // where UNLOAD writes to; nil: UNLOAD is refused
}

// Page is one answer to Query, for those who watch.
type Page struct {
	QueryID  string
	SQL      string
	Metadata bool // the statement is a SHOW or DESCRIBE
	Number   int  // from 1
	Rows     int
	Bytes    int // of the answer's JSON
	Took     time.Duration
	Trace    string // the request's X-Amzn-Trace-Id: on whose behalf a Lambda function asked
}

// Server is an http.Handler. Close ends its queries.
type Server struct {
	db      *tsdb.DB
	options Options
	faults  atomic.Pointer[faulty]
	ctx     context.Context // ends with Close; the parent of every query's context
	stop    context.CancelFunc

	mu         sync.Mutex
	closed     bool
	executions map[string]*execution
	order      []*execution // by start
	repeats    *repeats
}

// New makes a server for db. The caller closes the server before the database.
func New(db *tsdb.DB, o Options) *Server {
	if o.PageBytes == 0 {
		o.PageBytes = 1 << 20
	}
	if o.AnswerTime == 0 {
		o.AnswerTime = 50 * time.Second
	}
	if o.IdleTimeout == 0 {
		o.IdleTimeout = 15 * time.Minute
	}
	if o.MaxCursors == 0 {
		o.MaxCursors = 100
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &Server{db: db, options: o, executions: map[string]*execution{}, repeats: newRepeats(o.Now)}
	s.Misbehave(o.Faults)
	s.ctx, s.stop = context.WithCancel(context.Background())
	return s
}

// Close stops all queries and waits until their cursors are closed. Requests that come later fail.
func (s *Server) Close() error {
	s.stop()
	s.mu.Lock()
	s.closed = true
	all := s.order
	s.order, s.executions = nil, map[string]*execution{}
	s.mu.Unlock()
	var errs []error
	for _, e := range all {
		errs = append(errs, e.close())
	}
	return errors.Join(errs...)
}

// call is one request.
type call struct {
	ctx       context.Context
	host      string
	userAgent string
	principal string
	trace     string
	began     time.Time
	body      []byte
}

// operations by name. An operation returns the answer, as bytes or as a value to be marshalled.
var operations = map[string]func(*Server, *call) (any, error){
	"DescribeEndpoints":       (*Server).describeEndpoints,
	"Query":                   (*Server).query,
	"CancelQuery":             (*Server).cancelQuery,
	"PrepareQuery":            (*Server).prepareQuery,
	"DescribeAccountSettings": (*Server).describeAccountSettings,
	"UpdateAccountSettings":   (*Server).updateAccountSettings,
	"CreateDatabase":          (*Server).createDatabase,
	"DescribeDatabase":        (*Server).describeDatabase,
	"UpdateDatabase":          (*Server).updateDatabase,
	"DeleteDatabase":          (*Server).deleteDatabase,
	"ListDatabases":           (*Server).listDatabases,
	"CreateTable":             (*Server).createTable,
	"DescribeTable":           (*Server).describeTable,
	"UpdateTable":             (*Server).updateTable,
	"DeleteTable":             (*Server).deleteTable,
	"ListTables":              (*Server).listTables,
	"WriteRecords":            (*Server).writeRecords,
	"TagResource":             (*Server).tagResource,
	"UntagResource":           (*Server).untagResource,
	"ListTagsForResource":     (*Server).listTags,

	"CreateBatchLoadTask":   absent(noBatchLoad),
	"DescribeBatchLoadTask": absent(noBatchLoad),
	"ListBatchLoadTasks":    absent(noBatchLoad),
	"ResumeBatchLoadTask":   absent(noBatchLoad),

	"CreateScheduledQuery":   absent(noScheduledQueries),
	"DeleteScheduledQuery":   absent(noScheduledQueries),
	"DescribeScheduledQuery": absent(noScheduledQueries),
	"ExecuteScheduledQuery":  absent(noScheduledQueries),
	"ListScheduledQueries":   absent(noScheduledQueries),
	"UpdateScheduledQuery":   absent(noScheduledQueries),
}

// What is said to calls of operations that are not here.
const (
	noBatchLoad        = "Batch load is not supported by the embedded Timestream: write the records with WriteRecords, or load a CSV file with athena-local load."
	noScheduledQueries = "Scheduled queries are not supported by the embedded Timestream: run the statement with Query, and write its rows with WriteRecords."
)

// absent is an operation that only says why it is not here.
func absent(message string) func(*Server, *call) (any, error) {
	return func(*Server, *call) (any, error) { return nil, invalid("%s", message) }
}

// maxBody is above the largest legal request, 100 records of 256 measures with names of 256 bytes.
const maxBody = 32 << 20

// ServeHTTP implements http.Handler. The path does not matter.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.Header().Set("X-Amzn-Requestid", newID("", 32))
	target := r.Header.Get("X-Amz-Target")
	name := target[strings.LastIndexByte(target, '.')+1:]
	operation, ok := operations[name]
	if !ok || r.Method != http.MethodPost {
		writeError(w, &fault{http.StatusNotFound, coralSpace, "UnknownOperationException", ""})
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		writeError(w, &fault{http.StatusBadRequest, coralSpace, "SerializationException", "the request cannot be read: " + err.Error()})
		return
	}
	answer, err := s.run(operation, name, &call{ctx: r.Context(), host: r.Host, userAgent: r.UserAgent(), principal: principal(r), trace: r.Header.Get("X-Amzn-Trace-Id"), began: began, body: body})
	if err != nil {
		writeError(w, err)
		return
	}
	text, ok := answer.([]byte)
	if !ok {
		if text, err = json.Marshal(answer); err != nil {
			writeError(w, err)
			return
		}
	}
	_, _ = w.Write(text) // a client that is gone cannot be told
}

func (s *Server) run(operation func(*Server, *call) (any, error), name string, c *call) (any, error) {
	if err := s.faults.Load().before(c.ctx, name); err != nil {
		return nil, err
	}
	return operation(s, c)
}

// decode reads the request's JSON; unknown members are ignored as the service does.
func (c *call) decode(into any) error {
	err := json.Unmarshal(c.body, into)
	if err == nil {
		return nil
	}
	reason := err.Error()
	if wrong := (*json.UnmarshalTypeError)(nil); errors.As(err, &wrong) { // its own text speaks of our types
		at := "the request"
		if wrong.Field != "" {
			at = wrong.Field
		}
		reason = at + " cannot be of JSON's type " + wrong.Value
	}
	return &fault{http.StatusBadRequest, coralSpace, "SerializationException", "the request is not the operation's JSON: " + reason}
}

// principal is who a pagination token belongs to: a long-term access key. Temporary keys (ASIA…) are renewed while their
// owner stays the same, so they count as one.
func principal(r *http.Request) string {
	_, rest, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
	key, _, _ := strings.Cut(rest, "/")
	if strings.HasPrefix(key, "ASIA") {
		return ""
	}
	return key
}

// newID makes an identifier of length characters in the alphabet of the service's query ids, A-Z and 2-7.
func newID(prefix string, length int) string {
	raw := make([]byte, length)
	_, _ = rand.Read(raw) // never fails (crypto/rand)
	return (prefix + base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(raw))[:length]
}
