package timestream_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite"

	"athena-timestream/federation"
	"athena-timestream/federation/block"
	"athena-timestream/federation/client"
	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
	"athena-timestream/federation/spill"
	"athena-timestream/timestream"
)

// service is Timestream over HTTP as a script says it. It fails the test for what the real service refuses or charges
// twice: a token without its statement, MaxRows in a bulk read.
type service struct {
	t   *testing.T
	url string

	mu    sync.Mutex
	pages map[string][]string // JSON of each page by statement, without QueryId and NextToken
	fails map[string]apiError // by statement or operation
	lists map[string][]string // Write API: "" has databases, else tables by database
	query map[string]string   // PrepareQuery: columns by statement
	sizes map[string]int      // the last MaxRows by statement
	about map[string]string   // DescribeTable: the table by its name; DescribeAccountSettings: ""
	calls []string            // "Operation: statement [token]"
	agent string
	// engine answers statements that are not in pages; false if it cannot either.
	engine func(sql string) ([]string, bool)
	block  chan struct{} // if not nil, pages after the first wait for it or for the caller to go
}

type apiError struct {
	status    int
	name, msg string
}

func newService(t *testing.T) *service {
	s := &service{t: t, pages: map[string][]string{}, fails: map[string]apiError{}, lists: map[string][]string{}, query: map[string]string{}, sizes: map[string]int{}, about: map[string]string{}}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, op, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	var in struct {
		QueryString, NextToken, QueryID, DatabaseName, TableName string

		MaxRows int
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		if !errors.Is(err, io.ErrUnexpectedEOF) { // the caller has gone
			s.t.Errorf("%s: %v", op, err)
		}
		return
	}
	s.mu.Lock()
	s.agent = r.UserAgent()
	s.sizes[in.QueryString] = in.MaxRows
	s.calls = append(s.calls, strings.TrimSpace(op+": "+in.QueryString+in.DatabaseName+in.TableName+in.QueryID+" "+in.NextToken))
	fail, failed := s.fails[in.QueryString]
	if !failed {
		fail, failed = s.fails[op]
	}
	s.mu.Unlock()
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	w.Header().Set("X-Amzn-RequestId", "request-1")
	if failed {
		w.WriteHeader(fail.status)
		fmt.Fprintf(w, `{"__type":"com.amazonaws.timestream.v20181101#%s","Message":%q}`, fail.name, fail.msg)
		return
	}
	switch op {
	case "Query":
		if in.MaxRows != 0 && !strings.HasPrefix(in.QueryString, "SELECT probe") {
			s.t.Errorf("MaxRows in %s", in.QueryString)
		}
		s.page(w, r, in.QueryString, in.NextToken)
	case "CancelQuery":
		fmt.Fprint(w, `{"CancellationMessage":"gone"}`)
	case "PrepareQuery":
		fmt.Fprintf(w, `{"QueryString":"q","Columns":%s,"Parameters":[]}`, s.query[in.QueryString])
	case "DescribeTable":
		fmt.Fprintf(w, `{"Table":%s}`, s.about[in.TableName])
	case "DescribeAccountSettings":
		fmt.Fprint(w, s.about[""])
	case "ListDatabases", "ListTables":
		s.list(w, op, in.DatabaseName, in.NextToken)
	default:
		s.t.Errorf("unexpected call of %s", op)
	}
}

func (s *service) page(w http.ResponseWriter, r *http.Request, sql, token string) {
	s.mu.Lock()
	pages, ok := s.pages[sql]
	if s.engine != nil && !ok {
		pages, ok = s.engine(sql)
	}
	gate := s.block
	s.mu.Unlock()
	n := 0
	if token != "" {
		if _, err := fmt.Sscanf(token, "token-%d", &n); err != nil || sql == "" {
			s.t.Errorf("token %q with statement %q", token, sql)
		}
		if gate != nil {
			select {
			case <-gate:
			case <-r.Context().Done():
				return
			}
		}
	}
	if !ok || n >= len(pages) {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(w, `{"__type":"ValidationException","Message":"Requested database '?' not found for identifier '%s' at line 1:1"}`, strings.ReplaceAll(sql, `"`, ""))
		return
	}
	next := ""
	if n+1 < len(pages) {
		next = fmt.Sprintf(`,"NextToken":"token-%d"`, n+1)
	}
	fmt.Fprintf(w, `{"QueryId":"QUERY1",%s%s,"QueryStatus":{"ProgressPercentage":50.0}}`, pages[n], next)
}

// list answers two names a page, fewer than the service's 20.
func (s *service) list(w http.ResponseWriter, op, database, token string) {
	names, start := s.lists[database], 0
	fmt.Sscanf(token, "list-%d", &start) //nolint:errcheck // no token: from the start
	end := min(start+2, len(names))
	next := ""
	if end < len(names) {
		next = fmt.Sprintf(`,"NextToken":"list-%d"`, end)
	}
	kind := strings.TrimPrefix(op, "List")
	var items []string
	for _, name := range names[start:end] {
		items = append(items, fmt.Sprintf(`{"%sName":%q}`, strings.TrimSuffix(kind, "s"), name))
	}
	fmt.Fprintf(w, `{"%s":[%s]%s}`, kind, strings.Join(items, ","), next)
}

// answer scripts a statement: columns as "name TYPE", then pages of rows of texts; "null" is null.
func (s *service) answer(sql string, columns []string, pages ...[][]string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pages[sql] = jsonPages(columns, pages)
}

func jsonPages(columns []string, pages [][][]string) []string {
	infos := make([]string, len(columns))
	for i, c := range columns {
		name, typ, _ := strings.Cut(c, " ")
		infos[i] = fmt.Sprintf(`{"Name":%q,"Type":{"ScalarType":%q}}`, name, typ)
	}
	out := make([]string, len(pages))
	for i, rows := range pages {
		lines := make([]string, len(rows))
		for j, row := range rows {
			lines[j] = jsonRow(row)
		}
		out[i] = `"ColumnInfo":[` + strings.Join(infos, ",") + `],"Rows":[` + strings.Join(lines, ",") + `]`
	}
	return out
}

func jsonRow(row []string) string {
	data := make([]string, len(row))
	for i, v := range row {
		if v == "null" {
			data[i] = `{"NullValue":true}`
			continue
		}
		text, err := json.Marshal(v)
		if err != nil {
			panic(err)
		}
		data[i] = `{"ScalarValue":` + string(text) + `}`
	}
	return `{"Data":[` + strings.Join(data, ",") + `]}`
}

// show scripts SHOW DATABASES and SHOW TABLES.
func (s *service) show(tables map[string][]string) {
	var databases [][]string
	for d, ts := range tables {
		databases = append(databases, []string{d})
		var rows [][]string
		for _, t := range ts {
			rows = append(rows, []string{t})
		}
		s.answer(`SHOW TABLES FROM "`+d+`"`, []string{"Table VARCHAR"}, rows)
	}
	s.answer("SHOW DATABASES", []string{"Database VARCHAR"}, databases)
}

// describe scripts DESCRIBE; columns are "name type".
func (s *service) describe(table string, pages ...[]string) {
	var out [][][]string
	for _, columns := range pages {
		rows := [][]string{}
		for _, c := range columns {
			name, typ, _ := strings.Cut(c, " ")
			rows = append(rows, []string{name, typ, "MULTI"})
		}
		out = append(out, rows)
	}
	s.answer("DESCRIBE "+table, []string{"Column VARCHAR", "Type VARCHAR", "Timestream-attribute-type VARCHAR"}, out...)
}

func (s *service) fail(what string, e apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fails[what] = e
}

// asked are the calls so far, each as "Operation: statement token".
func (s *service) asked() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.calls...)
}

func (s *service) config() aws.Config {
	return aws.Config{
		Region: "eu-west-1", BaseEndpoint: aws.String(s.url), RetryMaxAttempts: 1, HTTPClient: timestream.HTTPClient(nil),
		Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""),
	}
}

// connector is the connector on the scripted service, with clients that do not retry.
func (s *service) connector(glue timestream.TableSource) *timestream.Connector {
	return s.with(glue, nil)
}

// logging is the same without Glue, but with a log.
func (s *service) logging(l *slog.Logger) *timestream.Connector { return s.with(nil, l) }

func (s *service) with(glue timestream.TableSource, l *slog.Logger) *timestream.Connector {
	query := timestreamquery.NewFromConfig(s.config(), func(o *timestreamquery.Options) {
		o.EndpointDiscovery.EnableEndpointDiscovery = aws.EndpointDiscoveryDisabled
	})
	write := timestreamwrite.NewFromConfig(s.config(), func(o *timestreamwrite.Options) {
		o.EndpointDiscovery.EnableEndpointDiscovery = aws.EndpointDiscoveryDisabled
	})
	return timestream.New(query, write, glue, l)
}

// athena is the engine's side of a connector.
func athena(t *testing.T, c federation.Connector) *client.Client {
	t.Helper()
	store := spill.NewMem()
	h, err := federation.NewHandler(c, federation.Options{
		SourceType: timestream.SourceType, Store: store,
		Config: federation.Config{SpillBucket: "bucket", Passthrough: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	return &client.Client{
		Invoker: h, Store: store, Identity: &message.Identity{Account: "123456789012"}, Catalog: "ts", QueryID: "q1",
		Limits: spill.Limits{MaxBlockSize: 16_000_000, MaxInlineSize: 1_000_000},
	}
}

// splitsOf are the properties of a table's splits.
func splitsOf(t *testing.T, c federation.Connector, described *message.GetTableResponse, constraints *predicate.Constraints) []map[string]string {
	t.Helper()
	engine := athena(t, c)
	layout, err := engine.GetTableLayout(t.Context(), described, constraints)
	if err != nil {
		t.Fatal(err)
	}
	splits, err := engine.GetSplits(t.Context(), described, layout, constraints)
	if err != nil {
		t.Fatal(err)
	}
	out := make([]map[string]string, len(splits))
	for i, s := range splits {
		out[i] = s.Properties
	}
	return out
}

// read plays a whole query. columns, if any, are what Athena asks for; constraints may be nil.
func read(t *testing.T, c *client.Client, table message.TableName, constraints *predicate.Constraints, columns ...string) ([][]any, error) {
	t.Helper()
	ctx := context.Background()
	if constraints == nil {
		constraints = predicate.Unconstrained()
	}
	described, err := c.GetTable(ctx, table, constraints.Passthrough)
	if err != nil {
		return nil, err
	}
	layout, err := c.GetTableLayout(ctx, described, constraints)
	if err != nil {
		return nil, err
	}
	splits, err := c.GetSplits(ctx, described, layout, constraints)
	if err != nil {
		return nil, err
	}
	if len(splits) != 1 {
		t.Fatalf("%d splits", len(splits))
	}
	schema := described.Schema
	if columns != nil {
		schema = project(t, schema, columns)
	}
	var rows [][]any
	_, err = c.ReadRecords(ctx, described.TableName, schema, splits[0], constraints, func(b arrow.RecordBatch) error {
		for row := range int(b.NumRows()) {
			values := make([]any, b.NumCols())
			for i := range values {
				values[i] = block.ValueAt(b.Column(i), row)
			}
			rows = append(rows, values)
		}
		return nil
	})
	return rows, err
}

func project(t *testing.T, schema *arrow.Schema, columns []string) *arrow.Schema {
	t.Helper()
	fields := []arrow.Field{}
	for _, name := range columns {
		f, ok := schema.FieldsByName(name)
		if !ok {
			t.Fatalf("no column %s in %s", name, schema)
		}
		fields = append(fields, f...)
	}
	metadata := schema.Metadata()
	return arrow.NewSchema(fields, &metadata)
}
