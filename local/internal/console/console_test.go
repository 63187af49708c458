package console_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"athena-timestream/local/internal/stack"
)

// visitor is a browser's page without the browser.
type visitor struct {
	t     *testing.T
	url   string
	token string
}

// TestConsole holds the tests that one server is enough for.
func TestConsole(t *testing.T) {
	url := serve(t).URL
	for _, test := range []struct {
		name string
		run  func(*testing.T, visitor)
	}{
		{"only its own page is answered", testOnlyItsOwnPageIsAnswered},
		{"every answer is hardened", testEveryAnswerIsHardened},
		{"the root is shared with S3", testRootIsSharedWithS3},
		{"pages of other sites reach no service", testForeignPagesReachNoService},
		{"catalog", testCatalog},
		{"query", testQuery},
		{"a result has a limit", testResultHasALimit},
		{"hanging up cancels", testHangingUpCancels},
		{"conversation of the console", testConversationOfTheConsole},
		{"statements of SDKs", testStatementsOfSDKs},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, visit(t, url)) })
	}
}

// visit opens the page of a server.
func visit(t *testing.T, url string) visitor {
	t.Helper()
	v := visitor{t: t, url: url}
	page := v.ask("GET", "/", "", map[string]string{"Accept": "text/html"})
	found := regexp.MustCompile(`<meta name="token" content="([A-Z2-7]{26,})">`).FindStringSubmatch(page.body)
	if page.status != http.StatusOK || found == nil {
		t.Fatalf("the page has no token: %d %s", page.status, page.body)
	}
	v.token = found[1]
	return v
}

func serve(t *testing.T) *stack.Stack {
	t.Helper()
	s, err := stack.Serve(context.Background(), stack.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

type answer struct {
	status int
	header http.Header
	body   string
}

// ask sends a request with these headers; "Host" is one of them.
func (v visitor) ask(method, path, body string, headers map[string]string) answer {
	v.t.Helper()
	req, err := http.NewRequest(method, v.url+path, strings.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	for name, value := range headers {
		req.Header.Set(name, value)
		if name == "Host" {
			req.Host = value
		}
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		v.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header, string(text)}
}

// api asks as the page does, with the headers in changed instead, and reads the answer into out unless that is nil.
func (v visitor) api(method, path, body string, changed map[string]string, out any) answer {
	v.t.Helper()
	headers := map[string]string{"X-Console-Token": v.token, "Content-Type": "application/json", "Sec-Fetch-Site": "same-origin", "Origin": v.url}
	for name, value := range changed {
		headers[name] = value
	}
	a := v.ask(method, "/-/console/api/"+path, body, headers)
	if out != nil {
		if err := json.Unmarshal([]byte(a.body), out); err != nil {
			v.t.Fatalf("%s: %v in %d %s", path, err, a.status, a.body)
		}
	}
	return a
}

// result is the API's answer to a statement.
type result struct {
	Columns []struct{ Name, Type string }
	Rows    [][]*string
	More    bool
	Query   int64
	Error   string
}

func (v visitor) query(dialect, sql string) result {
	v.t.Helper()
	var r result
	v.api("POST", "query", question(dialect, sql), nil, &r)
	return r
}

func question(dialect, sql string) string {
	text, _ := json.Marshal(map[string]string{"dialect": dialect, "sql": sql}) // texts marshal
	return string(text)
}

func testOnlyItsOwnPageIsAnswered(t *testing.T, v visitor) {
	good := question("timestream", "SELECT 1")
	for name, test := range map[string]struct {
		changed map[string]string
		want    int
	}{
		"as the page asks":             {nil, http.StatusOK},
		"no browser":                   {map[string]string{"Sec-Fetch-Site": "", "Origin": ""}, http.StatusOK},
		"without the token":            {map[string]string{"X-Console-Token": ""}, http.StatusForbidden},
		"with another token":           {map[string]string{"X-Console-Token": strings.Repeat("A", 26)}, http.StatusForbidden},
		"from another site":            {map[string]string{"Sec-Fetch-Site": "cross-site"}, http.StatusForbidden},
		"from another port":            {map[string]string{"Sec-Fetch-Site": "same-site"}, http.StatusForbidden},
		"from another origin":          {map[string]string{"Origin": "https://evil.example"}, http.StatusForbidden},
		"from a sandboxed frame":       {map[string]string{"Origin": "null"}, http.StatusForbidden},
		"as a form":                    {map[string]string{"Content-Type": "text/plain"}, http.StatusUnsupportedMediaType},
		"to a rebound name":            {map[string]string{"Host": "evil.example", "Origin": "http://evil.example"}, http.StatusForbidden},
		"to a name like loopback's":    {map[string]string{"Host": "127.0.0.1.evil.example", "Origin": ""}, http.StatusForbidden},
		"to another machine's address": {map[string]string{"Host": "192.168.1.7:8600", "Origin": ""}, http.StatusForbidden},
		"to localhost":                 {map[string]string{"Host": "localhost:8600", "Origin": "http://localhost:8600"}, http.StatusOK},
		"to loopback's IPv6 address":   {map[string]string{"Host": "[::1]:8600", "Origin": "http://[::1]:8600"}, http.StatusOK},
	} {
		if a := v.api("POST", "query", good, test.changed, nil); a.status != test.want {
			t.Errorf("%s: %d %s, want %d", name, a.status, a.body, test.want)
		}
	}
	for _, path := range []string{"/", "/-/console/assets/main.js", "/-/console/api/catalog"} {
		a := v.ask("GET", path, "", map[string]string{"Accept": "text/html", "Host": "evil.example"})
		if a.status != http.StatusForbidden || strings.Contains(a.body, v.token) {
			t.Errorf("%s under another name: %d %s", path, a.status, a.body)
		}
	}
	if a := v.ask("GET", "/-/console/api/query", "", map[string]string{"X-Console-Token": v.token}); a.status != http.StatusMethodNotAllowed {
		t.Errorf("a statement by GET: %d", a.status)
	}
}

func testEveryAnswerIsHardened(t *testing.T, v visitor) {
	for _, path := range []string{"/", "/-/console/assets/main.js", "/-/console/assets/parts.css", "/-/console/api/catalog", "/-/console/nothing"} {
		a := v.ask("GET", path, "", map[string]string{"Accept": "text/html"})
		for name, want := range map[string]string{
			"Content-Security-Policy":      "default-src 'none'",
			"X-Content-Type-Options":       "nosniff",
			"X-Frame-Options":              "DENY",
			"Referrer-Policy":              "no-referrer",
			"Cross-Origin-Resource-Policy": "same-origin",
			"Cross-Origin-Opener-Policy":   "same-origin",
			"Cache-Control":                "no-store",
		} {
			if got := a.header.Get(name); !strings.Contains(got, want) {
				t.Errorf("%s: %s is %q, want %q", path, name, got, want)
			}
		}
		for _, source := range []string{"http:", "https:", "unsafe", "*", "data:"} {
			if policy := a.header.Get("Content-Security-Policy"); strings.Contains(policy, source) {
				t.Errorf("%s: the policy lets %s in: %s", path, source, policy)
			}
		}
		if len(a.header.Values("Access-Control-Allow-Origin")) > 0 {
			t.Errorf("%s may be read by other origins", path)
		}
	}
}

func testRootIsSharedWithS3(t *testing.T, v visitor) {
	client := s3.New(s3.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(v.url), UsePathStyle: true,
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	})
	if _, err := client.ListBuckets(context.Background(), &s3.ListBucketsInput{}); err != nil {
		t.Error(err)
	}
	for name, headers := range map[string]map[string]string{
		"unsigned":         {"Accept": "*/*"},
		"signed, for HTML": {"Accept": "text/html", "Authorization": "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/s3/aws4_request"},
	} {
		if a := v.ask("GET", "/", "", headers); !strings.Contains(a.body, "ListAllMyBucketsResult") {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
}

func testCatalog(t *testing.T, v visitor) {
	var databases []struct {
		Name   string
		Tables []string
	}
	v.api("GET", "catalog", "", nil, &databases)
	if len(databases) != 1 || databases[0].Name != "demo" || strings.Join(databases[0].Tables, " ") != "Deployments climate devops" {
		t.Errorf("the databases are %+v", databases)
	}
	var table struct {
		Columns  []struct{ Name, Type, Kind string }
		Records  int64
		From, To time.Time
	}
	v.api("GET", "table?database=demo&name=climate", "", nil, &table)
	kinds := map[string]string{}
	for _, c := range table.Columns {
		kinds[c.Name] = c.Kind + " " + c.Type
	}
	for name, want := range map[string]string{
		"room": "dimension varchar", "time": "time timestamp", "measure_name": "measure name varchar", "measure_value::double": "measure double",
	} {
		if kinds[name] != want {
			t.Errorf("%s is a %q, want %q", name, kinds[name], want)
		}
	}
	if span := table.To.Sub(table.From); table.Records < 1000 || span < 23*time.Hour || span > 25*time.Hour {
		t.Errorf("%d records from %s to %s", table.Records, table.From, table.To)
	}
	var missing struct{ Error string }
	a := v.api("GET", "table?database=demo&name=%22%3B", "", nil, &missing)
	if a.status != http.StatusNotFound || missing.Error != `there is no table demo.";` {
		t.Errorf("a missing table: %d %+v", a.status, missing)
	}
}

func testQuery(t *testing.T, v visitor) {
	for _, test := range []struct{ name, dialect, sql, columns, row, err string }{
		{"Timestream", "timestream", "SELECT 1 AS a, 'x' AS b, CAST(NULL AS double) AS c;", "a integer, b varchar, c double", "1|x|null", ""},
		{"nested", "timestream", "SELECT ARRAY[1, 2] AS a, ROW(1, 'x') AS r", "a array(integer), r row(integer, varchar)", "[1, 2]|(1, x)", ""},
		{"Athena", "athena", "SELECT count(*) AS n, CAST(NULL AS varchar) AS x FROM demo.devops WHERE hostname = 'nobody'", "n bigint, x varchar", "0|null", ""},
		{"text like HTML", "timestream", "SELECT '</script><b onclick=\"x\">' AS h", "h varchar", `</script><b onclick="x">`, ""},
		{"Timestream's words", "timestream", "SELECT nope FROM demo.devops", "", "", "nope"},
		{"Athena's words", "athena", "SELECT nope FROM demo.devops", "", "", "nope"},
		{"syntax", "athena", "SELEC", "", "", "SELEC"},
		{"nothing", "athena", " ; ", "", "", "there is no statement to run"},
		{"unload", "timestream", "UNLOAD (SELECT 1) TO 's3://bucket/p'", "", "", "the console only reads"},
		{"no dialect", "cobol", "SELECT 1", "", "", "the dialect is"},
	} {
		r := v.query(test.dialect, test.sql)
		var columns, row []string
		for _, c := range r.Columns {
			columns = append(columns, c.Name+" "+c.Type)
		}
		if len(r.Rows) > 0 {
			for _, cell := range r.Rows[0] {
				row = append(row, aws.ToString(cell))
				if cell == nil {
					row[len(row)-1] = "null"
				}
			}
		}
		if strings.Join(columns, ", ") != test.columns || strings.Join(row, "|") != test.row || (r.Error == "") != (test.err == "") || !strings.Contains(r.Error, test.err) {
			t.Errorf("%s: %v %v %q, want %s %s %q", test.name, columns, row, r.Error, test.columns, test.row, test.err)
		}
		if strings.Contains(r.Error, "\n") {
			t.Errorf("%s: an error of several lines: %s", test.name, r.Error)
		}
	}
	a := v.api("POST", "query", question("timestream", "SELECT '<b>' AS h"), nil, nil)
	if strings.Contains(a.body, "<") || a.header.Get("Content-Type") != "application/json" {
		t.Errorf("text left as it is in %s: %s", a.header.Get("Content-Type"), a.body)
	}
}

func testResultHasALimit(t *testing.T, v visitor) {
	if r := v.query("timestream", "SELECT time, hostname FROM demo.devops"); len(r.Rows) != 5000 || !r.More {
		t.Errorf("%d rows of Timestream's, more: %t", len(r.Rows), r.More)
	}
	if r := v.query("athena", "SELECT time, hostname FROM demo.devops LIMIT 5000"); len(r.Rows) != 5000 || r.More {
		t.Errorf("%d rows of Athena's, more: %t", len(r.Rows), r.More)
	}
}

// slow runs for minutes unless someone cancels it.
const slow = "SELECT count(*) FROM demo.devops a, demo.devops b, demo.devops c WHERE a.cpu_user + b.cpu_user < c.cpu_system"

func testHangingUpCancels(t *testing.T, v visitor) {
	for _, dialect := range []string{"timestream", "athena"} {
		ctx, hangUp := context.WithTimeout(context.Background(), 300*time.Millisecond)
		req, err := http.NewRequestWithContext(ctx, "POST", v.url+"/-/console/api/query", strings.NewReader(question(dialect, slow)))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("X-Console-Token", v.token)
		req.Header.Set("Content-Type", "application/json")
		if resp, err := http.DefaultClient.Do(req); err == nil {
			t.Errorf("%s: the slow query was answered: %s", dialect, resp.Status)
			_ = resp.Body.Close()
		}
		hangUp()
		var last []struct {
			Kind, SQL, Error string
			Running          bool
		}
		for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
			v.api("GET", "queries", "", nil, &last)
			if len(last) > 0 && last[0].Kind == dialect && !last[0].Running {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("%s: still not over: %+v", dialect, last)
			}
		}
		if last[0].Error != "the query was cancelled" || last[0].SQL != slow {
			t.Errorf("%s: %+v", dialect, last[0])
		}
	}
}

func testForeignPagesReachNoService(t *testing.T, v visitor) {
	for origin, want := range map[string]int{
		"":                          http.StatusOK,
		"http://localhost:3000":     http.StatusOK, // a program under development, with AWS's SDK for browsers
		"http://127.0.0.1:1":        http.StatusOK,
		"https://evil.example":      http.StatusForbidden,
		"http://127.0.0.1.evil.com": http.StatusForbidden,
		"null":                      http.StatusForbidden, // a file, or a frame in a sandbox
	} {
		headers := map[string]string{"X-Amz-Target": "Timestream_20181101.DescribeEndpoints", "Content-Type": "application/x-amz-json-1.0"}
		if origin != "" {
			headers["Origin"] = origin
		}
		if got := v.ask("POST", "/", "{}", headers); got.status != want {
			t.Errorf("origin %q: status %d, want %d: %s", origin, got.status, want, got.body)
		}
	}
	// A GET says no origin: a name that was led here tells the page, if a browser asks.
	for host, want := range map[string]int{"evil.example:8600": http.StatusForbidden, "localhost:8600": http.StatusOK} {
		headers := map[string]string{"Host": host, "Accept-Language": "en"}
		if got := v.ask("GET", "/", "", headers); got.status != want {
			t.Errorf("a browser's GET of buckets from %s: status %d, want %d: %s", host, got.status, want, got.body)
		}
		delete(headers, "Accept-Language")
		if got := v.ask("GET", "/", "", headers); got.status != http.StatusOK {
			t.Errorf("a program's GET of buckets from %s: status %d: %s", host, got.status, got.body)
		}
	}
}
