package e2e_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation"
	"athena-timestream/federation/client"
	"athena-timestream/federation/message"
	"athena-timestream/local/internal/tsserver"
	"athena-timestream/timestream"
)

// meddler stands before all of AWS and answers in its place, or changes what it answers.
type meddler struct {
	// answers is asked first; true says that it has answered.
	answers func(w http.ResponseWriter, r *http.Request, body string) bool
	// change is what becomes of an object that is read.
	change func(key string, object []byte) []byte
	// page is what becomes of an answer to a query.
	page func(body string) string
}

func (m *meddler) wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		if m.answers != nil && m.answers(w, r, string(body)) {
			return
		}
		object := m.change != nil && r.Method == http.MethodGet && strings.Contains(r.URL.Path, bucket+"/")
		page := m.page != nil && strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".Query")
		if !object && !page {
			next.ServeHTTP(w, r)
			return
		}
		answer := httptest.NewRecorder()
		next.ServeHTTP(answer, r)
		text := answer.Body.Bytes()
		switch {
		case answer.Code != http.StatusOK:
			w.WriteHeader(answer.Code)
		case object:
			text = m.change(r.URL.Path, text)
		case page:
			text = []byte(m.page(string(text)))
		}
		_, _ = w.Write(text)
	})
}

// denied answers calls of which it is true as a policy does.
func denied(what func(r *http.Request, body string) bool) func(http.ResponseWriter, *http.Request, string) bool {
	return func(w http.ResponseWriter, r *http.Request, body string) bool {
		if !what(r, body) {
			return false
		}
		w.WriteHeader(http.StatusForbidden)
		_, _ = io.WriteString(w, `{"__type":"AccessDeniedException","Message":"no"}`)
		return true
	}
}

func isUnload(_ *http.Request, body string) bool { return strings.Contains(body, `"UNLOAD (`) }

func isObject(suffix string) func(*http.Request, string) bool {
	return func(r *http.Request, _ string) bool {
		return r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, suffix)
	}
}

func replaced(suffix, old, with string) func(string, []byte) []byte {
	return func(key string, object []byte) []byte {
		if strings.HasSuffix(key, suffix) {
			return bytes.Replace(object, []byte(old), []byte(with), 1)
		}
		return object
	}
}

// TestUnloadThatFails: whatever goes wrong before the splits are handed out, the rows come in pages.
func TestUnloadThatFails(t *testing.T) {
	t.Parallel()
	for name, m := range map[string]*meddler{
		"refused":                 {answers: denied(isUnload)},
		"no manifest":             {answers: denied(isObject("_manifest.json"))},
		"no metadata":             {answers: denied(isObject("_metadata.json"))},
		"no file":                 {answers: denied(isObject(".parquet"))},
		"other rows":              {change: replaced("_manifest.json", `"row_count":5`, `"row_count":4`)},
		"other total":             {change: replaced("_manifest.json", `"total_row_count":5`, `"total_row_count":6`)},
		"foreign file":            {change: replaced("_manifest.json", "s3://"+bucket+"/athena", "s3://"+bucket+"/other!")},
		"a column is an interval": {change: replaced("_metadata.json", "VARCHAR", "INTERVAL_DAY_TO_SECOND")},
		"a column less":           {change: replaced("_metadata.json", `"cpu"`, `"gpu"`)},
		"no Parquet":              {change: replaced(".parquet", "PAR1", "ORC1")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			log := &journal{}
			s := serve(t, openDB(t), setting{mode: timestream.ReadUnload, server: tsserver.Options{OnPage: log.note}}, m.wrap)
			s.points(t)
			same(t, name, answer(t, s.engine(), "SELECT cpu FROM db.points"), []string{"-0", "1.5", "1e+300", "3.5", "7"})
			same(t, name, answer(t, s.engine(), "SELECT count(*) FROM db.points"), []string{"5"})
			if _, others := log.unloads(); others != 2 {
				t.Errorf("%d statements ran in pages, not 2", others)
			}
			if left := (objects{s}).left(t); len(left) > 0 {
				t.Errorf("left in the bucket: %s", left)
			}
		})
	}
}

// TestFilesThatFail: what goes wrong with a file when it is read is an error, never fewer rows.
func TestFilesThatFail(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	m := &meddler{}
	s := serve(t, openDB(t), setting{mode: timestream.ReadUnload}, m.wrap)
	s.points(t)
	c := &client.Client{Invoker: s.handler, Store: s.store}
	table, splits := s.splits(t, c, "points")
	if len(splits) != 1 || !strings.Contains(splits[0].Properties["unloaded"], `"rows":5`) {
		t.Fatalf("the splits are %v", splits)
	}
	read := func(change func(map[string]string)) (int64, error) {
		split := splits[0]
		split.Properties = map[string]string{"unloaded": split.Properties["unloaded"]}
		if change != nil {
			change(split.Properties)
		}
		stats, err := c.ReadRecords(ctx, table.TableName, table.Schema, split, nil, func(arrow.RecordBatch) error { return nil })
		return stats.Rows, err
	}
	swap := func(old, with string) func(map[string]string) {
		return func(p map[string]string) { p["unloaded"] = strings.Replace(p["unloaded"], old, with, 1) }
	}
	for name, c := range map[string]struct {
		change func(map[string]string)
		object func(string, []byte) []byte
		want   string
	}{
		"another number of rows": {change: swap(`"rows":5`, `"rows":6`), want: "the file is not what the manifest says: 5 rows, and the manifest says 6"},
		"another size":           {change: swap(`"bytes":`, `"bytes":1`), want: "the file is not what the manifest says"},
		"another plan":           {change: swap(`}]}`, `}],"plan":"x"}`), want: "written for another query plan"},
		"no JSON":                {change: swap(`{`, `[`), want: "not one of this connector's splits"},
		"damaged":                {object: replaced(".parquet", "PAR1", "ORC1"), want: "damaged"},
		"another column":         {object: replaced(".parquet", "cpu", "gpu"), want: `no column "cpu"`},
	} {
		m.change = c.object
		if n, err := read(c.change); err == nil || !strings.Contains(err.Error(), c.want) || n != 0 {
			t.Errorf("%s: %d rows, %v, want %q", name, n, err, c.want)
		}
		m.change = nil
	}
	if n, err := read(nil); n != 5 || err != nil {
		t.Errorf("%d rows, %v", n, err)
	}
	if _, err := read(nil); err == nil || !strings.Contains(err.Error(), "another attempt at this part of the query has read it and removed it: run the query again") {
		t.Errorf("read again: %v", err)
	}
}

// splits is the conversation up to the splits.
func (s *site) splits(t testing.TB, c *client.Client, name string) (*message.GetTableResponse, []message.Split) {
	t.Helper()
	table, err := c.GetTable(t.Context(), message.TableName{Schema: "db", Table: name}, nil)
	if err != nil {
		t.Fatal(err)
	}
	layout, err := c.GetTableLayout(t.Context(), table, nil)
	if err != nil {
		t.Fatal(err)
	}
	splits, err := c.GetSplits(t.Context(), table, layout, nil)
	if err != nil {
		t.Fatal(err)
	}
	return table, splits
}

// hasty gives each request little time.
type hasty struct {
	*federation.Handler
	requests atomic.Int64
}

func (h *hasty) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, 600*time.Millisecond)
	defer cancel()
	if bytes.Contains(payload, []byte("GetSplitsRequest")) {
		h.requests.Add(1)
	}
	return h.Handler.Invoke(ctx, payload)
}

// TestSlowUnload: an UNLOAD that takes longer than a request is followed by token, and it is one UNLOAD.
func TestSlowUnload(t *testing.T) {
	t.Parallel()
	log := &journal{}
	start := time.Now()
	m := &meddler{answers: func(_ http.ResponseWriter, r *http.Request, _ string) bool {
		if r.Method == http.MethodPut && strings.HasSuffix(r.URL.Path, ".parquet") {
			time.Sleep(time.Until(start.Add(1500 * time.Millisecond)))
		}
		return false
	}}
	s := serve(t, openDB(t), setting{mode: timestream.ReadUnload, server: tsserver.Options{OnPage: log.note, AnswerTime: 30 * time.Millisecond}}, m.wrap)
	s.points(t)
	h := &hasty{Handler: s.handler}
	c := &client.Client{Invoker: h, Store: s.store}
	start = time.Now()
	table, splits := s.splits(t, c, "points")
	if n := h.requests.Load(); n < 3 || int64(len(splits)) != n {
		t.Errorf("%d splits of %d requests", len(splits), n)
	}
	var rows int64
	for _, split := range splits {
		stats, err := c.ReadRecords(t.Context(), table.TableName, table.Schema, split, nil, func(arrow.RecordBatch) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		rows += stats.Rows
	}
	if n, others := log.unloads(); rows != 5 || n != 1 || others != 0 {
		t.Errorf("%d rows from %d UNLOADs and %d other statements", rows, n, others)
	}
}

// TestCancelledUnload: an UNLOAD that nobody waits for any more is cancelled, and its files are removed.
func TestCancelledUnload(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var cancels, files atomic.Int64
	m := &meddler{answers: func(_ http.ResponseWriter, r *http.Request, body string) bool {
		switch {
		case r.Method == http.MethodPut && strings.HasSuffix(r.URL.Path, ".parquet"):
			files.Add(1)
		case r.Method == http.MethodPut && strings.HasSuffix(r.URL.Path, "_metadata.json"):
			<-r.Context().Done() // the file is there, and the UNLOAD goes on until it is cancelled
			return true
		case strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".CancelQuery"):
			cancels.Add(1)
		case isUnload(r, body) && strings.Contains(body, "NextToken"):
			cancel()
		}
		return false
	}}
	s := serve(t, openDB(t), setting{mode: timestream.ReadUnload, server: tsserver.Options{AnswerTime: 100 * time.Millisecond}}, m.wrap)
	s.points(t)
	if _, _, err := query(ctx, s.engine(), "SELECT * FROM db.points"); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want the context's", err)
	}
	if f, c := files.Load(), cancels.Load(); f != 1 || c != 1 {
		t.Errorf("%d files and %d calls of CancelQuery, want 1 of each", f, c)
	}
	if left := (objects{s}).left(t); len(left) > 0 {
		t.Errorf("left in the bucket: %s", left)
	}
}
