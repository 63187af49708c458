package tsserver_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"text/template"
	"time"

	"athena-timestream/local/internal/tsdb"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite"
	wtypes "github.com/aws/aws-sdk-go-v2/service/timestreamwrite/types"
	"github.com/aws/smithy-go/middleware"
)

// TestRules sends the requests of testdata/rules through AWS's SDK and compares the answers. A file is one server from its
// beginning to its end; a block is
//
//	# the rule
//	Operation {"its": "input"}
//	----
//	the answer
//
// Both are templates: {{x 61}} is a text of 61 x, {{list 3 `"a%d"`}} is "a0","a1","a2". An answer is ok, or ok and the
// output's members that have a value, or an error's status, code and message, and rejected records line by line. An
// ellipsis stands for anything. The first line "retention enforced" switches that on; the clock stands at now.
func TestRules(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/rules/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			rest, enforced := strings.CutPrefix(string(text), "retention enforced\n")
			runRules(t, file, rest, enforced)
		})
	}
}

// now is the rules' time.
var now = time.Date(2024, 1, 10, 0, 0, 0, 0, time.UTC)

func runRules(t *testing.T, file, text string, enforced bool) {
	s := start(t, setup{db: tsdb.Options{EnforceRetention: enforced, Now: func() time.Time { return now }}})
	line := 1
	if enforced {
		line++
	}
	for _, block := range strings.Split(text, "\n\n") {
		at := fmt.Sprintf("%s:%d", file, line)
		line += strings.Count(block, "\n") + 2
		rule, rest, _ := strings.Cut(strings.TrimSpace(block), "\n")
		request, want, ok := strings.Cut(rest, "\n----\n")
		if !ok || !strings.HasPrefix(rule, "#") {
			t.Fatalf("%s: not a block of rule, request and answer:\n%s", at, block)
		}
		want = expand(t, at, want)
		got := s.answer(expand(t, at, request))
		if !matches(want, got) {
			t.Errorf("%s: %s\n%s\n----\n%s\nwant\n%s", at, rule, request, got, want)
		}
	}
}

func expand(t *testing.T, at, request string) string {
	parsed, err := template.New(at).Funcs(template.FuncMap{
		"x": func(n int) string { return strings.Repeat("x", n) },
		"list": func(n int, format string) string {
			items := make([]string, n)
			for i := range items {
				items[i] = strings.ReplaceAll(format, "%d", fmt.Sprint(i))
			}
			return strings.Join(items, ",")
		},
	}).Parse(request)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := parsed.Execute(&b, nil); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func matches(want, got string) bool {
	pattern := strings.ReplaceAll(regexp.QuoteMeta(strings.TrimSpace(want)), "…", "(?s:.*)")
	return regexp.MustCompile("^" + pattern + "$").MatchString(got)
}

// answer sends "Operation {input}" through the SDK, without the SDK's own validation, and writes the answer down.
func (s *service) answer(request string) string {
	operation, input, _ := strings.Cut(request, " ")
	unchecked := func(stack *middleware.Stack) error {
		_, _ = stack.Initialize.Remove("OperationInputValidation") // absent where nothing is required
		return nil
	}
	var method, options reflect.Value
	if method = reflect.ValueOf(s.write).MethodByName(operation); method.IsValid() {
		options = reflect.ValueOf(func(o *timestreamwrite.Options) { o.APIOptions = append(o.APIOptions, unchecked) })
	} else if method = reflect.ValueOf(s.query).MethodByName(operation); method.IsValid() {
		options = reflect.ValueOf(func(o *timestreamquery.Options) { o.APIOptions = append(o.APIOptions, unchecked) })
	} else {
		return "no operation " + operation
	}
	in := reflect.New(method.Type().In(1).Elem())
	d := json.NewDecoder(strings.NewReader(input))
	d.DisallowUnknownFields()
	if err := d.Decode(in.Interface()); err != nil {
		return err.Error()
	}
	out := method.Call([]reflect.Value{reflect.ValueOf(context.Background()), in, options})
	if err, failed := out[1].Interface().(error); failed {
		return failure(err)
	}
	if q, ok := out[0].Interface().(*timestreamquery.QueryOutput); ok {
		var rows []string
		for _, r := range q.Rows {
			rows = append(rows, showAll(r.Data))
		}
		return strings.TrimSpace("ok\n" + strings.Join(rows, "\n"))
	}
	return success(out[0].Interface())
}

func failure(err error) string {
	code, status, _ := strings.Cut(codeOf(err), " ")
	answer := fmt.Sprintf("%s %s: %s", status, code, messageOf(err))
	var rejected *wtypes.RejectedRecordsException
	if errors.As(err, &rejected) {
		answer = status + " " + code
		for _, r := range rejected.RejectedRecords {
			answer += fmt.Sprintf("\n%d: %s", r.RecordIndex, aws.ToString(r.Reason))
			if r.ExistingVersion != nil {
				answer += fmt.Sprintf(" (existing %d)", *r.ExistingVersion)
			}
		}
	}
	return answer
}

func success(out any) string {
	text, err := json.Marshal(out)
	if err != nil {
		return err.Error()
	}
	var members map[string]any
	if err := json.Unmarshal(text, &members); err != nil {
		return err.Error()
	}
	delete(members, "ResultMetadata")
	if members = withValue(members).(map[string]any); len(members) == 0 {
		return "ok"
	}
	if text, err = json.Marshal(members); err != nil {
		return err.Error()
	}
	return "ok " + string(text)
}

// withValue leaves out null members.
func withValue(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, member := range v {
			if member == nil || member == "" {
				delete(v, k)
			} else {
				v[k] = withValue(member)
			}
		}
	case []any:
		for i := range v {
			v[i] = withValue(v[i])
		}
	}
	return v
}
