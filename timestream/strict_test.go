package timestream_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"athena-timestream/federation"
	"athena-timestream/federation/block"
	"athena-timestream/federation/client"
	"athena-timestream/federation/message"
	"athena-timestream/federation/spill"
	"athena-timestream/internal/faults"
	"athena-timestream/timestream"
)

// strict is one table of the service, as strict with tokens as the service's documentation is: a token is good for five
// calls, and dead once its successor was used; a query that was
// cancelled goes on for nobody. It keeps S3 and Athena too.
type strict struct {
	pages [][]string // rows of each page, as JSON

	mu        sync.Mutex
	queries   map[string]*strictQuery // by client token
	cancelled int
	objects   *spill.Mem
}

type strictQuery struct {
	id        string
	newest    int // page that was asked for last
	uses      int // of its token
	cancelled bool
}

const (
	strictColumns = `[{"Name":"a","Type":{"ScalarType":"VARCHAR"}},{"Name":"b","Type":{"ScalarType":"BIGINT"}}]`
	strictMetered = 10_000_000
)

// strictSchema are the columns of the table.
var strictSchema = arrow.NewSchema([]arrow.Field{
	{Name: "a", Type: arrow.BinaryTypes.String, Nullable: true}, {Name: "b", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
}, nil)

// newStrict makes a table with as many rows on its pages, numbered on.
func newStrict(rows ...int) *strict {
	s := &strict{queries: map[string]*strictQuery{}, objects: spill.NewMem()}
	number := 0
	for _, n := range rows {
		var page []string
		for range n {
			page = append(page, jsonRow([]string{fmt.Sprintf("row \"%d\"", number), fmt.Sprint(number)}))
			number++
		}
		s.pages = append(s.pages, page)
	}
	return s
}

func (s *strict) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, op, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case r.Method == http.MethodPut:
		bucket, key, _ := strings.Cut(strings.Trim(r.URL.Path, "/"), "/")
		_ = s.objects.Put(r.Context(), message.SpillLocation{Bucket: bucket, Key: key}, body) // a Mem takes everything
	case op == "Query":
		s.query(w, body)
	case op == "CancelQuery":
		s.cancel(w, body)
	case op == "DescribeEndpoints":
		fmt.Fprintf(w, `{"Endpoints":[{"Address":"query-cell1.timestream.eu-west-1.amazonaws.com","CachePeriodInMinutes":1440}]}`) //nolint:errcheck // a test's answer
	default: // Athena's GetQueryExecution
		fmt.Fprint(w, `{"QueryExecution":{"Status":{"State":"RUNNING"}}}`) //nolint:errcheck // a test's answer
	}
}

func (s *strict) query(w http.ResponseWriter, body []byte) {
	var in struct{ QueryString, ClientToken, NextToken string }
	if err := json.Unmarshal(body, &in); err != nil || in.QueryString != selectAB {
		refuse(w, "Not the statement: "+in.QueryString)
		return
	}
	run, n := in.ClientToken, 0
	if in.NextToken != "" {
		before, after, _ := strings.Cut(in.NextToken, "/")
		run = before
		n, _ = strconv.Atoi(after) // 0 is no token's
		if q := s.queries[run]; q == nil || n == 0 || !q.good(n) {
			refuse(w, "Invalid pagination token.")
			return
		}
	}
	q := s.queries[run]
	if q == nil {
		q = &strictQuery{id: fmt.Sprintf("QUERY%d", len(s.queries)+1)}
		s.queries[run] = q
	}
	next := ""
	if n+1 < len(s.pages) {
		next = fmt.Sprintf(`,"NextToken":"%s/%d"`, run, n+1)
	}
	fmt.Fprintf(w, `{"Rows":[%s],"ColumnInfo":%s,"QueryId":%q,"QueryStatus":{"CumulativeBytesMetered":%d}%s}`, //nolint:errcheck // a test's answer
		strings.Join(s.pages[n], ","), strictColumns, q.id, strictMetered, next)
}

// good counts a use of the token of page n.
func (q *strictQuery) good(n int) bool {
	if n == q.newest+1 {
		q.newest, q.uses = n, 0
	}
	q.uses++
	return n == q.newest && q.uses <= 5 && !q.cancelled
}

func (s *strict) cancel(w http.ResponseWriter, body []byte) {
	var in struct{ QueryID string }
	if err := json.Unmarshal(body, &in); err != nil {
		panic(err)
	}
	for _, q := range s.queries {
		q.cancelled = q.cancelled || q.id == in.QueryID
	}
	s.cancelled++
	fmt.Fprint(w, `{"CancellationMessage":"gone"}`) //nolint:errcheck // a test's answer
}

func refuse(w http.ResponseWriter, message string) {
	w.WriteHeader(http.StatusBadRequest)
	fmt.Fprintf(w, `{"__type":"com.amazonaws.timestream.v20181101#ValidationException","Message":%q}`, message) //nolint:errcheck // a test's answer
}

// inProcess configures clients that reach the front in process, whatever the host.
func inProcess(front http.RoundTripper) aws.Config {
	return aws.Config{
		Region: "eu-west-1", BaseEndpoint: aws.String("http://aws"), HTTPClient: &http.Client{Transport: front},
		Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""),
	}
}

// engine is Athena's side of the connector as it is deployed.
func (s *strict) engine(t *testing.T, cfg aws.Config, smallBlocks bool, logger *slog.Logger) *client.Client {
	t.Helper()
	h, err := timestream.NewHandler(cfg, timestream.Config{Federation: federation.Config{DisableGlue: true}}, logger)
	if err != nil {
		t.Fatal(err)
	}
	limits := spill.Limits{MaxBlockSize: 16_000_000, MaxInlineSize: 1_000_000}
	if smallBlocks {
		limits = spill.Limits{MaxBlockSize: 1200, MaxInlineSize: 1}
	}
	return &client.Client{Invoker: h, Store: s.objects, Catalog: "ts", QueryID: "q", Limits: limits}
}

// readAll reads the table and returns its rows as text.
func (s *strict) readAll(t *testing.T, engine *client.Client, split string, timeout time.Duration) ([]string, error) {
	t.Helper()
	ctx := t.Context()
	if timeout > 0 {
		var cancel func()
		ctx, cancel = context.WithTimeout(ctx, timeout)
		defer cancel()
	}
	where := message.Split{SpillLocation: &message.SpillLocation{Bucket: "bucket", Key: "prefix/q/" + split, Directory: true}}
	var rows []string
	_, err := engine.ReadRecords(ctx, table("d", "t"), strictSchema, where, nil, func(b arrow.RecordBatch) error {
		for row := range int(b.NumRows()) {
			rows = append(rows, fmt.Sprint(block.ValueAt(b.Column(0), row), " ", block.ValueAt(b.Column(1), row)))
		}
		return nil
	})
	return rows, err
}

// runs are the queries so far.
func (s *strict) runs() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.queries)
}

// want are the table's rows as readAll gives them.
func (s *strict) want() (rows []string) {
	for _, page := range s.pages {
		for range page {
			rows = append(rows, fmt.Sprintf("row \"%d\" %d", len(rows), len(rows)))
		}
	}
	return rows
}

// asked counts the calls of Query for each page of each run: by token, or by client token for the first page.
func asked(front *faults.Front) map[string]int {
	counts := map[string]int{}
	for _, c := range front.Calls() {
		var in struct{ ClientToken, NextToken string }
		if c.Operation != "Query" || json.Unmarshal([]byte(c.Body), &in) != nil {
			continue
		}
		if in.NextToken == "" {
			in.NextToken = "first of " + in.ClientToken
		}
		counts[in.NextToken]++
	}
	return counts
}
