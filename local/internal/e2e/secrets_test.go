package e2e_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"athena-timestream/federation"
	"athena-timestream/federation/client"
	"athena-timestream/federation/message"
	"athena-timestream/federation/spill"
	awsfaults "athena-timestream/internal/faults"
	"athena-timestream/local/internal/athena"
	"athena-timestream/local/internal/tsdb"
	"athena-timestream/timestream"
)

// What is planted: data may be told to who asks for it, and logged at DEBUG; the others to nobody.
const (
	rowSecret     = "rose-of-a-row"
	literalSecret = "lily-of-a-literal"
	passedSecret  = "palm-of-a-passthrough"
	viewSecret    = "vine-of-a-view"
	panicSecret   = "poppy-of-a-panic"

	accessKey    = "AKIAPLANTEDPLANTED00"
	secretKey    = "sage/of+a/secret+access+key"
	sessionToken = "salvia//of+a+session+token=="
	forwarded    = "fern-of-a-forwarded-token"
	headerSecret = "heather-of-a-header"
)

// watched asks a Handler and remembers what must stay secret, what was asked, and every error.
type watched struct {
	client.Invoker
	mu       sync.Mutex
	keys     []string
	payloads [][]byte
	errors   []string
}

func (w *watched) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	answer, err := w.Invoker.Invoke(ctx, payload)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.payloads = append(w.payloads, payload)
	if err != nil {
		w.errors = append(w.errors, err.Error())
		return answer, err
	}
	if m, _, err := message.Decode(answer); err == nil {
		if r, ok := m.(*message.GetSplitsResponse); ok {
			for _, s := range r.Splits {
				w.keep(s.EncryptionKey)
			}
		}
	}
	return answer, nil
}

func (w *watched) keep(k *message.EncryptionKey) {
	for _, b := range [][]byte{k.Key, k.Nonce} {
		w.keys = append(w.keys, string(b), base64.StdEncoding.EncodeToString(b), hex.EncodeToString(b))
	}
}

// gatedPanic is a client whose calls of one operation panic.
type gatedPanic struct {
	aws.HTTPClient
	operation string // none if empty
}

func (g *gatedPanic) Do(r *http.Request) (*http.Response, error) {
	if g.operation != "" && strings.HasSuffix(r.Header.Get("X-Amz-Target"), "."+g.operation) {
		panic("no client for " + panicSecret)
	}
	return g.HTTPClient.Do(r)
}

// TestNothingSecretIsLogged runs conversations that end well, and others that end in every kind of error, with planted
// secrets, and looks for them in all of the log and in all that Athena is told.
func TestNothingSecretIsLogged(t *testing.T) {
	t.Parallel()
	script := awsfaults.Script{}
	s := serve(t, openDB(t), setting{}, func(next http.Handler) http.Handler { return awsfaults.New(next, script) })
	s.points(t)
	s.secretRow(t)
	s.define(t, "db", "seen", `SELECT Host AS host, cpu FROM db.points WHERE Host <> '`+viewSecret+`'`, "host string", "cpu double")
	s.define(t, "db", "torn", `SELECT 1 AS x; '`+viewSecret+`'`, "x bigint")
	s.define(t, "db", "wrong", `SELECT CAST('`+viewSecret+`' AS double) AS x FROM db.points`, "x double")
	s.define(t, "db", "odd", `SELECT no_`+viewSecret[:4]+`_here FROM db.points WHERE Host = '`+viewSecret+`'`, "x double")

	var log bytes.Buffer
	panicking := &gatedPanic{HTTPClient: s.aws.HTTPClient}
	handler := func(kms string) client.Invoker {
		cfg := s.aws.Copy()
		cfg.HTTPClient = panicking
		cfg.Credentials = credentials.NewStaticCredentialsProvider(accessKey, secretKey, sessionToken)
		h, err := timestream.NewHandler(cfg, timestream.Config{Federation: federation.Config{
			SpillBucket: bucket, KMSKeyID: kms, Passthrough: true,
			SpillPutHeaders: map[string]string{"x-amz-meta-planted": headerSecret},
		}}, slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	w := &watched{}
	ask := func(kms, sql string) {
		t.Helper()
		w.Invoker = handler(kms)
		e := &athena.Engine{
			Invoker: w, Store: s.store, Limits: spill.Limits{MaxBlockSize: 3000, MaxInlineSize: 1},
			Identity: &message.Identity{ConfigOptions: map[string]string{"fas_token": forwarded}},
		}
		_, _, _ = query(t.Context(), e, sql)
	}
	for _, kms := range []string{"", "alias/planted"} {
		for _, sql := range []string{
			"SELECT * FROM db.points WHERE host <> '" + literalSecret + "' AND cpu < 1e300",
			"SELECT * FROM db.points WHERE host LIKE '%" + literalSecret + "%' OR host = '" + rowSecret + "'",
			"SELECT * FROM db.seen WHERE host >= '" + literalSecret + "'",
			"SELECT * FROM " + through("SELECT * FROM db.points WHERE Host <> '"+passedSecret+"'"),
			"SELECT * FROM " + through("SELECT Host || '"+passedSecret+"' AS h FROM db.points"),
		} {
			ask(kms, sql)
		}
	}
	if len(w.errors) > 0 {
		t.Fatalf("what should work: %s", w.errors)
	}
	if len(w.keys) == 0 {
		t.Fatal("no split had a key")
	}
	for _, sql := range []string{
		"SELECT * FROM " + through("SELECT 1; '"+passedSecret+"'"),
		"SELECT * FROM " + through("'"+passedSecret+"'"),
		"SELECT * FROM " + through("SELECT "+passedSecret+" FROM db.points"),
		"SELECT * FROM " + through("SELECT CAST('"+passedSecret+"' AS double) FROM db.points"),
		"SELECT * FROM " + through("SELECT CAST(Host AS double) AS d FROM db.points WHERE cpu = 4711.5"),
		"SELECT * FROM " + through("SELECT date_parse(Host, '%Y') AS d FROM db.points WHERE cpu = 4711.5"),
		"SELECT * FROM db.torn", "SELECT * FROM db.wrong", "SELECT * FROM db.odd", "SELECT * FROM db.nothere",
	} {
		ask("", sql)
	}
	signature := awsfaults.Error(403, "InvalidSignatureException", "The request signature we calculated does not match the signature you provided. "+
		"The Canonical String for this request should have been 'POST\n/\n\nx-amz-security-token:"+sessionToken+"\n\n'")
	for _, fault := range []map[string]awsfaults.Fault{
		{"Query": awsfaults.Rewritten("text for a number", func(m map[string]json.RawMessage) {
			m["Rows"] = bytes.ReplaceAll(m["Rows"], []byte("4711.5"), []byte(rowSecret))
		})},
		{"Query": signature},
		{"GenerateDataKey": signature},
		{"GenerateRandom": signature},
		{"HeadBucket": signature},
		{"GetTable": signature},
		{"PutObject": awsfaults.Error(403, "SignatureDoesNotMatch", "The Canonical String for this request should have been x-amz-security-token:"+sessionToken)},
		{"PutObject": awsfaults.Error(403, "AccessDenied", "Access Denied")},
		{"HeadBucket": awsfaults.Error(404, "NotFound", "")},
		{"Query": awsfaults.Error(400, "ValidationException", "cannot read '"+literalSecret+"'")},
		{"Query": awsfaults.Error(400, "QueryExecutionException", "bad value "+rowSecret)},
		{"Query": awsfaults.Error(400, "ConflictException", "it was "+literalSecret)},
		{"Query": awsfaults.Expired},
		{"Query": awsfaults.Truncated(0.7)},
		{"Query": awsfaults.Garbled(0.5)},
		{"GetQueryExecution": signature},
	} {
		for operation, f := range fault {
			script[operation] = map[int]awsfaults.Fault{awsfaults.Always: f}
		}
		ask("alias/planted", "SELECT * FROM db.points WHERE host <> '"+literalSecret+"'")
		for operation := range fault {
			delete(script, operation)
		}
	}
	for _, operation := range []string{"GenerateDataKey", "Query"} { // in the request's goroutine, and in a page's
		panicking.operation = operation
		ask("alias/planted", "SELECT * FROM db.points WHERE host <> '"+literalSecret+"'")
	}
	panicking.operation = ""
	w.damaged(t)

	w.checkTold(t)
	w.checkLog(t, log.Bytes())
}

// secretRow writes a row to be kept.
func (s *site) secretRow(t *testing.T) {
	t.Helper()
	_, err := s.db.WriteRecords(t.Context(), tsdb.WriteRequest{Database: "db", Table: "points", Records: []tsdb.Record{{
		MeasureName: "m", MeasureType: "MULTI", Time: "300000000000", TimeUnit: "NANOSECONDS",
		Dimensions:    []tsdb.Dimension{{Name: "Host", Value: rowSecret}},
		MeasureValues: []tsdb.MeasureValue{{Name: "cpu", Type: "DOUBLE", Value: "4711.5"}},
	}}})
	if err != nil {
		t.Fatal(err)
	}
}

// damaged sends requests that are nearly good: cut, or with another kind of value somewhere.
func (w *watched) damaged(t *testing.T) {
	t.Helper()
	r := rand.New(rand.NewPCG(*seed, 0))
	for _, p := range slices.Clone(w.payloads) {
		for range 2 {
			_, _ = w.Invoke(t.Context(), p[:r.IntN(len(p))])
			for _, change := range [][2]string{{`":{`, `":[`}, {`":"`, `":["`}, {`","`, `",{"`}, {`":{"key":"`, `":"`}, {`":{"`, `":"`}, {`{"`, `"`}} {
				if n := bytes.Count(p, []byte(change[0])); n > 0 {
					parts := bytes.SplitN(p, []byte(change[0]), r.IntN(n)+2)
					last := len(parts) - 1
					bad := slices.Concat(bytes.Join(parts[:last], []byte(change[0])), []byte(change[1]), parts[last])
					_, _ = w.Invoke(t.Context(), bad)
				}
			}
		}
	}
}

func (w *watched) nobodys() []string {
	return append(slices.Clone(w.keys), accessKey, secretKey, sessionToken, forwarded, headerSecret)
}

// checkTold looks at what Athena was told. It must name the data where that helps, or this test would prove nothing.
func (w *watched) checkTold(t *testing.T) {
	t.Helper()
	all := strings.Join(w.errors, "\n")
	for _, s := range []string{rowSecret, literalSecret, passedSecret, viewSecret, panicSecret} {
		if !strings.Contains(all, s) {
			t.Errorf("no error names %s: the test has lost its edge", s)
		}
	}
	for _, e := range w.errors {
		for _, s := range w.nobodys() {
			if strings.Contains(e, s) {
				t.Errorf("seed %d: Athena is told %q: %s", *seed, s, clip(e))
			}
		}
	}
}

func (w *watched) checkLog(t *testing.T, log []byte) {
	t.Helper()
	data := []string{rowSecret, literalSecret, passedSecret, viewSecret, panicSecret, "4711.5"}
	codes := map[string]bool{}
	lines := 0
	for line := range bytes.Lines(log) {
		var l struct{ Level, Code string }
		if err := json.Unmarshal(line, &l); err != nil {
			t.Fatal(errors.Join(err, errors.New(string(line))))
		}
		forbidden := w.nobodys()
		if l.Level != "DEBUG" {
			forbidden = append(forbidden, data...)
			codes[l.Code] = true
			lines++
		}
		for _, s := range forbidden {
			quoted, _ := json.Marshal(s)
			for _, form := range []string{s, string(quoted[1 : len(quoted)-1])} {
				if bytes.Contains(bytes.ToLower(line), []byte(strings.ToLower(form))) {
					t.Errorf("seed %d: %q is logged: %s", *seed, s, clip(string(line)))
				}
			}
		}
	}
	for _, code := range []message.Code{message.InvalidInput, message.InvalidResponse, message.InternalService, message.InvalidCredentials, message.EntityNotFound, message.AccessDenied} {
		if !codes[string(code)] {
			t.Errorf("no request failed with %s: %v", code, slices.Sorted(maps.Keys(codes)))
		}
	}
	t.Logf("%d requests, %d errors, %d lines above DEBUG, %d keys", len(w.payloads), len(w.errors), lines, len(w.keys)/6)
}
