package timestream_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"athena-timestream/federation"
	"athena-timestream/federation/client"
	"athena-timestream/federation/spill"
	"athena-timestream/timestream"
)

// asClient asks a Handler made for the configuration.
func asClient(t *testing.T, cfg aws.Config, c timestream.Config) *client.Client {
	t.Helper()
	h, err := timestream.NewHandler(cfg, c, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return &client.Client{Invoker: h, Store: spill.NewMem(), Catalog: "ts", QueryID: "q"}
}

// An endpoint of one's own is asked at once: VPC endpoints and local servers need not answer DescribeEndpoints.
func TestCustomEndpoint(t *testing.T) {
	s := newService(t)
	s.show(map[string][]string{"d": {}})
	fromEnv := func(t *testing.T, name string) aws.Config {
		t.Setenv(name, s.url)
		t.Setenv("AWS_ACCESS_KEY_ID", "id")
		t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
		t.Setenv("AWS_REGION", "eu-west-1")
		cfg, err := config.LoadDefaultConfig(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		return cfg
	}
	for name, cfg := range map[string]func(*testing.T) aws.Config{
		"BaseEndpoint":                      func(*testing.T) aws.Config { return s.config() },
		"AWS_ENDPOINT_URL":                  func(t *testing.T) aws.Config { return fromEnv(t, "AWS_ENDPOINT_URL") },
		"AWS_ENDPOINT_URL_TIMESTREAM_QUERY": func(t *testing.T) aws.Config { return fromEnv(t, "AWS_ENDPOINT_URL_TIMESTREAM_QUERY") },
	} {
		t.Run(name, func(t *testing.T) {
			schemas, err := asClient(t, cfg(t), timestream.Config{}).ListSchemas(context.Background())
			if err != nil || !slices.Equal(schemas, []string{"d"}) {
				t.Errorf("%v, %v", schemas, err)
			}
			if !strings.Contains(s.agent, "aws-athena-timestream-connector") {
				t.Errorf("user agent %q", s.agent)
			}
		})
	}
	for _, call := range s.asked() {
		if !strings.HasPrefix(call, "Query: ") {
			t.Errorf("unexpected %s", call)
		}
	}
}

// Without one, the regional endpoint is asked for the account's, as the service demands.
func TestEndpointDiscovery(t *testing.T) {
	var hosts []string
	transport := roundTrip(func(r *http.Request) (*http.Response, error) {
		_, op, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		hosts = append(hosts, op+" "+r.URL.Host)
		body := `{"QueryId":"Q","ColumnInfo":[{"Name":"Database","Type":{"ScalarType":"VARCHAR"}}],"Rows":[]}`
		if op == "DescribeEndpoints" {
			body = `{"Endpoints":[{"Address":"query-cell2.timestream.eu-west-1.amazonaws.com","CachePeriodInMinutes":60}]}`
		}
		return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}, nil
	})
	cfg := aws.Config{
		Region: "eu-west-1", HTTPClient: &http.Client{Transport: transport},
		Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""),
	}
	c := asClient(t, cfg, timestream.Config{})
	for range 2 {
		if _, err := c.ListSchemas(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{
		"DescribeEndpoints query.timestream.eu-west-1.amazonaws.com",
		"Query query-cell2.timestream.eu-west-1.amazonaws.com", "Query query-cell2.timestream.eu-west-1.amazonaws.com",
	}
	if !slices.Equal(hosts, want) {
		t.Errorf("asked %v", hosts)
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// Spilled blocks go to a local S3 by path, since bucket.127.0.0.1 is no host.
func TestBucketByPath(t *testing.T) {
	var heads []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead {
			heads = append(heads, r.URL.Path)
			return
		}
		io.WriteString(w, `{"QueryString":"q","Parameters":[],"Columns":[{"Name":"a","Type":{"ScalarType":"BIGINT"}}]}`) //nolint:errcheck // a test's answer
	}))
	defer server.Close()
	cfg := aws.Config{
		Region: "eu-west-1", BaseEndpoint: &server.URL,
		Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""),
	}
	c := asClient(t, cfg, timestream.Config{Federation: federation.Config{SpillBucket: "b", DisableGlue: true, Passthrough: true}})
	ctx, query := context.Background(), passthrough("SELECT 1 AS a")
	described, err := c.GetTable(ctx, table("system", "query"), query.Passthrough)
	if err != nil {
		t.Fatal(err)
	}
	layout, err := c.GetTableLayout(ctx, described, query)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.GetSplits(ctx, described, layout, query); err != nil || !slices.Equal(heads, []string{"/b"}) {
		t.Errorf("HEAD of %v, %v", heads, err)
	}
}

func TestConfigFromEnv(t *testing.T) {
	env := map[string]string{"spill_bucket": "b", "disable_glue": "true", "enable_query_passthrough": "false"}
	c, err := timestream.ConfigFromEnv(func(name string) string { return env[name] })
	if err != nil || c.Federation.SpillBucket != "b" || !c.Federation.DisableGlue || c.Federation.Passthrough {
		t.Errorf("%+v, %v", c, err)
	}
	env = map[string]string{"SPILL_QUEUE_CAPACITY": "none", "MAX_BLOCK_SIZE_BYTES": "many", "nanosecond_columns": "yes"}
	_, err = timestream.ConfigFromEnv(func(name string) string { return env[name] })
	for name := range env {
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%v says nothing of %s", err, name)
		}
	}
}

// What the environment leaves open is asked of the Glue connection that it names.
func TestWithConnection(t *testing.T) {
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		body, _ := io.ReadAll(r.Body)
		if r.Header.Get("X-Amz-Target") != "AWSGlue.GetConnection" || !strings.Contains(string(body), `"Name":"conn"`) {
			w.WriteHeader(http.StatusBadRequest)
			io.WriteString(w, `{"__type":"EntityNotFoundException","Message":"no such connection"}`) //nolint:errcheck // a test's answer
			return
		}
		io.WriteString(w, `{"Connection":{"Name":"conn","AthenaProperties":{"spill_bucket":"theirs","spill_prefix":"p","spill_kms_key_id":"k"}}}`) //nolint:errcheck // a test's answer
	}))
	defer server.Close()
	cfg := aws.Config{Region: "eu-west-1", RetryMaxAttempts: 1, Credentials: credentials.NewStaticCredentialsProvider("id", "secret", "")}
	env := map[string]string{"GLUE_ENDPOINT": server.URL, "spill_bucket": "ours", "spill_prefix": ""}
	getenv := func(name string) string { return env[name] }

	if got, err := timestream.WithConnection(context.Background(), cfg, getenv); err != nil || asked != 0 || got("spill_bucket") != "ours" {
		t.Errorf("without a connection: asked %d times, %v", asked, err)
	}
	env["glue_connection"] = "conn"
	got, err := timestream.WithConnection(context.Background(), cfg, getenv)
	if err != nil {
		t.Fatal(err)
	}
	if asked != 1 {
		t.Errorf("Glue was asked %d times", asked)
	}
	for name, want := range map[string]string{"spill_bucket": "ours", "spill_prefix": "p", "kms_key_id": "k", "disable_glue": ""} {
		if got(name) != want {
			t.Errorf("%s is %q, want %q", name, got(name), want)
		}
	}
	env["glue_connection"] = "other"
	if _, err := timestream.WithConnection(context.Background(), cfg, getenv); err == nil || !strings.Contains(err.Error(), "no such connection") {
		t.Errorf("another connection: %v", err)
	}
}

// TestBucketOwner: the spill bucket has to be the function's own account's, unless the headers of blocks name another.
func TestBucketOwner(t *testing.T) {
	var owner string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead {
			owner = r.Header.Get("X-Amz-Expected-Bucket-Owner")
			w.WriteHeader(http.StatusForbidden)
			return
		}
		io.WriteString(w, `{"QueryString":"q","Parameters":[],"Columns":[{"Name":"a","Type":{"ScalarType":"BIGINT"}}]}`) //nolint:errcheck // a test's answer
	}))
	defer server.Close()
	cfg := aws.Config{
		Region: "eu-west-1", BaseEndpoint: &server.URL, RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""),
	}
	const arn = "arn:aws:lambda:eu-west-1:111122223333:function:ts"
	for name, c := range map[string]struct {
		arn     string
		headers map[string]string
		want    string
	}{
		"in Lambda":      {arn, nil, "111122223333"},
		"a version":      {arn + ":7", nil, "111122223333"},
		"not in Lambda":  {"", nil, ""},
		"no ARN":         {"a:b", nil, ""},
		"another's":      {arn, map[string]string{"X-Amz-Expected-Bucket-Owner": "444455556666"}, "444455556666"},
		"another header": {arn, map[string]string{"x-amz-acl": "private"}, "111122223333"},
		"at home":        {"", map[string]string{"x-amz-expected-bucket-owner": "444455556666"}, "444455556666"},
	} {
		ask := asClient(t, cfg, timestream.Config{Federation: federation.Config{SpillBucket: "b", SpillPutHeaders: c.headers, DisableGlue: true, Passthrough: true}})
		ctx, query := federation.WithFunctionARN(t.Context(), c.arn), passthrough("SELECT 1 AS a")
		described, err := ask.GetTable(ctx, table("system", "query"), query.Passthrough)
		if err != nil {
			t.Fatal(err)
		}
		layout, err := ask.GetTableLayout(ctx, described, query)
		if err != nil {
			t.Fatal(err)
		}
		_, err = ask.GetSplits(ctx, described, layout, query)
		if owner != c.want || err == nil || !strings.Contains(err.Error(), "not found under your account") ||
			strings.Contains(err.Error(), "belong to account "+c.want+";") != (c.want != "") {
			t.Errorf("%s: owner %q was expected, want %q; %v", name, owner, c.want, err)
		}
	}
}
