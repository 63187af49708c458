package arch_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	operatingFile = "docs/operating.md"
	dashboardFile = "deploy/dashboard.json"
)

// TestLogKeys holds the table of log keys against the code that logs them.
func TestLogKeys(t *testing.T) {
	literals := stringLiterals(t)
	for key := range loggedKeys(t) {
		if !slices.Contains(literals, key) {
			t.Errorf("deploy/README.md has the log key %s, which nothing logs", key)
		}
	}
}

// loggedKeys are those that deploy/README.md explains, and those that every line has.
func loggedKeys(t *testing.T) map[string]bool {
	t.Helper()
	_, chapter, _ := strings.Cut(read(t, "deploy/README.md"), "\n## Logs\n")
	chapter, _, _ = strings.Cut(chapter, "\n## ")
	keys := map[string]bool{"code": true, "error": true}
	for _, b := range markdownBlocks(chapter) {
		if b.kind != row {
			continue
		}
		for _, key := range regexp.MustCompile("`(\\w+)`").FindAllStringSubmatch(strings.Split(b.text, "|")[1], -1) {
			keys[key[1]] = true
		}
	}
	if len(keys) < 20 {
		t.Fatalf("deploy/README.md explains %d keys only: does this test still look at the right chapter?", len(keys))
	}
	return keys
}

// TestInsights: every name that a query for Logs Insights uses is logged, is Lambda's, or is given by the query itself.
func TestInsights(t *testing.T) {
	queries := dashboardQueries(t)
	for _, b := range markdownBlocks(read(t, operatingFile)) {
		if b.kind == fence && b.info == "insights" {
			queries = append(queries, b.text)
		}
	}
	if len(queries) < 10 {
		t.Fatalf("only %d queries", len(queries))
	}
	keys := loggedKeys(t)
	for _, q := range queries {
		for _, name := range unknownNames(q, keys) {
			t.Errorf("%s is logged by nobody, in\n%s", name, q)
		}
	}
}

// Words of the query language that the queries use, and fields that are Lambda's.
// Sources: CloudWatch Logs user guide, "CloudWatch Logs Insights query syntax"; Lambda developer guide, "Telemetry API event schema".
var insightsWords = regexp.MustCompile(`^(SOURCE|filter|fields|sort|limit|stats|by|as|asc|desc|and|or|not|like|in|` +
	`sum|count|max|min|avg|pct|latest|bin|ispresent|` +
	`level|type|record\.metrics\.(maxMemoryUsedMB|memorySizeMB|initDurationMs)|\d[\w.]*)$`)

// unknownNames are the names of a query that have no meaning.
func unknownNames(query string, keys map[string]bool) []string {
	bare := regexp.MustCompile(`"[^"]*"|'[^']*'`).ReplaceAllString(query, " ")
	given := map[string]bool{"@timestamp": true, "@message": true}
	for _, m := range regexp.MustCompile(`\bas (\w+)`).FindAllStringSubmatch(bare, -1) {
		given[m[1]] = true
	}
	var out []string
	for _, name := range regexp.MustCompile(`@?[\w.]+`).FindAllString(bare, -1) {
		if !keys[name] && !given[name] && !insightsWords.MatchString(name) {
			out = append(out, name)
		}
	}
	return out
}

func TestUnknownNames(t *testing.T) {
	got := unknownNames(`SOURCE 'x' | filter rows > 1e6 and tabel = "t" | stats sum(rows) as n by bin(5m) | sort n desc | fields @log`, map[string]bool{"rows": true})
	if want := []string{"tabel", "@log"}; !slices.Equal(got, want) {
		t.Errorf("%q, not %q", got, want)
	}
}

// knownMetrics are those of AWS that the dashboard shows, with the names of their dimensions.
// Sources: Lambda developer guide, "Types of metrics for Lambda functions"; Timestream developer guide, "Metrics and dimensions".
var knownMetrics = map[string]string{
	"AWS/Lambda Invocations": "FunctionName", "AWS/Lambda Errors": "FunctionName", "AWS/Lambda Throttles": "FunctionName",
	"AWS/Lambda Duration": "FunctionName", "AWS/Lambda ConcurrentExecutions": "FunctionName",
	"AWS/Timestream CumulativeBytesMetered": "Operation", "AWS/Timestream UserErrors": "Operation", "AWS/Timestream SystemErrors": "Operation",
}

type widget struct {
	Type                string
	X, Y, Width, Height int
	Properties          struct {
		Title, Region, View, Query, Stat string
		Period                           int
		Metrics                          [][]any
	}
}

func dashboard(t *testing.T) []widget {
	t.Helper()
	var d struct{ Widgets []widget }
	decoder := json.NewDecoder(strings.NewReader(read(t, dashboardFile)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&d); err != nil {
		t.Fatal(err)
	}
	return d.Widgets
}

func dashboardQueries(t *testing.T) []string {
	t.Helper()
	var out []string
	for _, w := range dashboard(t) {
		if w.Type == "log" {
			out = append(out, w.Properties.Query)
		}
	}
	return out
}

// TestDashboard: no two widgets lie over each other, metrics exist, and each widget has a title.
func TestDashboard(t *testing.T) {
	taken := map[[2]int]string{}
	for _, w := range dashboard(t) {
		title := w.Properties.Title
		if title == "" || w.Properties.Region != "REGION" || w.Type == "log" == (w.Properties.Query == "") || w.Type == "metric" == (w.Properties.Metrics == nil) {
			t.Errorf("widget %+v", w)
		}
		for x := w.X; x < w.X+w.Width; x++ {
			for y := w.Y; y < w.Y+w.Height; y++ {
				if other := taken[[2]int{x, y}]; other != "" || x >= 24 {
					t.Fatalf("%q lies over %q, or beyond the right edge", title, other)
				}
				taken[[2]int{x, y}] = title
			}
		}
		for _, m := range w.Properties.Metrics {
			if _, expression := m[0].(map[string]any); expression {
				continue
			}
			if name := m[0].(string) + " " + m[1].(string); knownMetrics[name] != m[2] { //nolint:errcheck // a panic tells
				t.Errorf("%q shows %s by %v", title, name, m[2])
			}
		}
	}
}

// TestTroubleshooting: every text in the tables is one that the code has. "…" stands for what differs.
func TestTroubleshooting(t *testing.T) {
	_, chapter, _ := strings.Cut(read(t, operatingFile), "\n## Troubleshooting\n")
	chapter, _, _ = strings.Cut(chapter, "\n## ")
	ours, _, _ := strings.Cut(chapter, "\n### Texts of AWS's own\n")
	literals := stringLiterals(t)
	n := 0
	for _, b := range markdownBlocks(ours) {
		if b.kind != row {
			continue
		}
		n++
		text := strings.Trim(strings.TrimSpace(strings.Split(b.text, "|")[1]), "`")
		if !slices.ContainsFunc(literals, func(l string) bool { return holds(l, strings.Split(text, "…")) }) {
			t.Errorf("no text of the code is %q", text)
		}
	}
	if n < 20 {
		t.Errorf("only %d texts", n)
	}
}

// holds says that a text has all these parts, in this order.
func holds(text string, parts []string) bool {
	for _, part := range parts {
		i := strings.Index(text, part)
		if i < 0 {
			return false
		}
		text = text[i+len(part):]
	}
	return true
}

// stringLiterals are the texts in what runs in Lambda, those that are joined with + as one, whatever stands between them.
func stringLiterals(t *testing.T) []string {
	t.Helper()
	out := map[string]bool{}
	for _, file := range shippedFiles(t) {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if e, ok := n.(ast.Expr); ok {
				if text := joined(e); text != "" {
					out[text] = true
				}
			}
			return true
		})
	}
	return slices.Collect(maps.Keys(out))
}

func joined(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		if text, err := strconv.Unquote(e.Value); err == nil && e.Kind == token.STRING {
			return text
		}
	case *ast.BinaryExpr:
		if e.Op == token.ADD {
			return joined(e.X) + joined(e.Y)
		}
	}
	return ""
}
