package timestream_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"athena-timestream/federation"
	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
	"athena-timestream/federation/spill"
	"athena-timestream/internal/faults"
	"athena-timestream/timestream"
)

// account is all of AWS that a read meets, without faults: Timestream with one query, S3, KMS and Athena.
type account struct {
	t     *testing.T
	pages int // of the query's result; below 0 it never ends
	page  string
	state func() string // of Athena's query; nil is RUNNING
	mode  timestream.ReadMode

	mu      sync.Mutex
	objects map[message.SpillLocation][]byte // of S3; nil: what is put is dropped

	busy, most, cancels atomic.Int64 // uploads under way and the most there were, calls of CancelQuery
}

// rowsPerPage rows of accounts come on each page, each with a text of rowText characters.
const (
	rowsPerPage = 10
	rowText     = 1000
)

var accountSchema = arrow.NewSchema([]arrow.Field{{Name: "a", Type: arrow.BinaryTypes.String, Nullable: true}}, nil)

func newAccount(t *testing.T, pages int) *account {
	return &account{t: t, pages: pages, page: longPage(rowsPerPage), objects: map[message.SpillLocation][]byte{}}
}

// longPage is a page of as many rows of rowText characters.
func longPage(rows int) string {
	page := make([][]string, rows)
	for i := range page {
		page[i] = []string{strings.Repeat(string(rune('a'+i%26)), rowText)}
	}
	return jsonPages([]string{"a VARCHAR"}, [][][]string{page})[0]
}

func (a *account) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	service, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	if service == "" {
		a.object(w, r)
		return
	}
	w.Header().Set("Content-Type", r.Header.Get("Content-Type"))
	switch operation {
	case "Query":
		var in struct{ QueryString, NextToken string }
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			a.t.Errorf("Query: %v", err)
		}
		a.answer(w, in.QueryString, in.NextToken)
	case "CancelQuery":
		a.cancels.Add(1)
		fmt.Fprint(w, `{"CancellationMessage":"gone"}`)
	case "GenerateDataKey":
		fmt.Fprintf(w, `{"KeyId":"k","CiphertextBlob":"AAAA","Plaintext":%q}`, base64.StdEncoding.EncodeToString(make([]byte, 16)))
	case "GenerateRandom":
		fmt.Fprintf(w, `{"Plaintext":%q}`, base64.StdEncoding.EncodeToString(make([]byte, 12)))
	case "GetQueryExecution":
		state := "RUNNING"
		if a.state != nil {
			state = a.state()
		}
		fmt.Fprintf(w, `{"QueryExecution":{"Status":{"State":%q}}}`, state)
	default:
		a.t.Errorf("unexpected call of %s", operation)
	}
}

// answer is the page of a token. An UNLOAD never ends.
func (a *account) answer(w io.Writer, sql, token string) {
	switch {
	case sql == "SHOW DATABASES":
		fmt.Fprintf(w, `{"QueryId":"SHOW1",%s}`, jsonPages([]string{"Database VARCHAR"}, [][][]string{{{"d"}}})[0]) //nolint:errcheck // a caller that has gone
		return
	case strings.HasPrefix(sql, "SHOW TABLES"):
		fmt.Fprintf(w, `{"QueryId":"SHOW2",%s}`, jsonPages([]string{"Table VARCHAR"}, [][][]string{{{"t"}}})[0]) //nolint:errcheck // a caller that has gone
		return
	case strings.HasPrefix(sql, "UNLOAD"):
		fmt.Fprint(w, `{"QueryId":"UNLOAD1","ColumnInfo":[],"Rows":[],"NextToken":"more"}`) //nolint:errcheck // a caller that has gone
		return
	}
	n, next := 0, ""
	if token != "" {
		fmt.Sscanf(token, "token-%d", &n) //nolint:errcheck // page 0 then, and the rows are too many
	}
	if n+1 != a.pages {
		next = fmt.Sprintf(`,"NextToken":"token-%d"`, n+1)
	}
	fmt.Fprintf(w, `{"QueryId":"QUERY1",%s%s}`, a.page, next) //nolint:errcheck // a caller that has gone
}

// object is S3's part.
func (a *account) object(w http.ResponseWriter, r *http.Request) {
	bucket, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	loc := message.SpillLocation{Bucket: bucket, Key: key}
	switch {
	case key == "" && r.Method == http.MethodGet:
		fmt.Fprint(w, `<ListBucketResult></ListBucketResult>`)
	case key == "": // HeadBucket
	case r.Method == http.MethodPut:
		a.put(loc, r.Body)
	default:
		a.t.Errorf("unexpected %s %s", r.Method, r.URL)
	}
}

func (a *account) put(loc message.SpillLocation, body io.Reader) {
	if a.objects == nil {
		io.Copy(io.Discard, body) //nolint:errcheck // a caller that has gone
		return
	}
	b, err := io.ReadAll(body)
	if err != nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.objects[loc] = b
}

// counted watches the uploads.
func (a *account) counted(next http.RoundTripper) http.RoundTripper {
	return roundTrip(func(r *http.Request) (*http.Response, error) {
		if r.Method != http.MethodPut {
			return next.RoundTrip(r)
		}
		now := a.busy.Add(1)
		defer a.busy.Add(-1)
		for most := a.most.Load(); now > most && !a.most.CompareAndSwap(most, now); most = a.most.Load() {
		}
		return next.RoundTrip(r)
	})
}

// handler is the connector before the account, with faults on the way.
func (a *account) handler(plan faults.Plan, c federation.Config, log io.Writer) (*federation.Handler, *faults.Front) {
	a.t.Helper()
	front := faults.New(a, plan)
	cfg := aws.Config{
		Region: "eu-west-1", BaseEndpoint: aws.String("http://aws.local"),
		HTTPClient:  &http.Client{Transport: a.counted(front)},
		Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""),
	}
	c.DisableGlue, c.Passthrough, c.SpillBucket = true, true, "b"
	h, err := timestream.NewHandler(cfg, timestream.Config{Federation: c, ReadMode: a.mode}, slog.New(slog.NewTextHandler(log, nil)))
	if err != nil {
		a.t.Fatal(err)
	}
	return h, front
}

// invoke asks a handler and decodes the answer.
func invoke(ctx context.Context, t *testing.T, h *federation.Handler, r message.Message) (message.Message, error) {
	t.Helper()
	payload, err := message.Encode(r, message.Newest)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := h.Invoke(ctx, payload)
	if err != nil {
		return nil, err
	}
	m, _, err := message.Decode(answer)
	if err != nil {
		t.Fatal(err)
	}
	return m, nil
}

func accountHeader() message.Header {
	return message.Header{Identity: &message.Identity{Account: "123456789012"}, QueryID: "q1", CatalogName: "ts"}
}

// readAccount is a read that is cut into blocks of about two pages.
func readAccount() *message.ReadRecordsRequest {
	return &message.ReadRecordsRequest{
		Header: accountHeader(), TableName: table("d", "t"), Schema: accountSchema, Constraints: predicate.Unconstrained(),
		Split: message.Split{
			SpillLocation: &message.SpillLocation{Bucket: "b", Key: "p/q1/s1", Directory: true},
			EncryptionKey: &message.EncryptionKey{Key: make([]byte, 32), Nonce: make([]byte, 12)},
		},
		MaxBlockSize: 2 * rowsPerPage * (rowText + 40), MaxInlineBlockSize: 1000,
	}
}

// rows reads the answer's objects back.
func (a *account) rows(m message.Message) int64 {
	a.t.Helper()
	r, ok := m.(*message.RemoteReadRecordsResponse)
	if !ok {
		a.t.Fatalf("answered with %T", m)
	}
	n := int64(0)
	for _, loc := range r.RemoteBlocks {
		b, err := spill.ReadBlock(a.t.Context(), a, loc, r.EncryptionKey, r.Schema)
		if err != nil {
			a.t.Fatal(err)
		}
		n += b.NumRows()
	}
	return n
}

// Put is not used: the account is a store for reading its own objects.
func (a *account) Put(context.Context, message.SpillLocation, []byte) error { panic("put") }

// Get is an object.
func (a *account) Get(_ context.Context, loc message.SpillLocation) ([]byte, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	b, ok := a.objects[loc]
	if !ok {
		return nil, fmt.Errorf("no object %v", loc)
	}
	return bytes.Clone(b), nil
}
