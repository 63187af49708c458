package tsserver_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/timestreamquery"
)

// TestDocumented asks a server, through AWS's client, what the documentation of Timestream and of Trino says about functions and
// operators: testdata/documented.txt.
func TestDocumented(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/documented.txt")
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, setup{})
	page, cases := "", 0
	for i, line := range strings.Split(string(text), "\n") {
		if name, ok := strings.CutPrefix(line, "== "); ok {
			page = name
		}
		expression, want, ok := cutLast(line, " => ")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		cases++
		if !strings.HasPrefix(expression, "SELECT ") {
			expression = "SELECT " + expression
		}
		got := s.single(expression)
		if message, refused := strings.CutPrefix(want, "error: "); refused && strings.HasPrefix(got, "error: "+message) {
			continue
		}
		if got != want {
			t.Errorf("testdata/documented.txt:%d (%s): %s: got %q, want %q", i+1, page, expression, got, want)
		}
	}
	if cases < 350 {
		t.Errorf("only %d cases were found", cases)
	}
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// single is the one value that a statement answers, or its error.
func (s *service) single(sql string) string {
	rows, _, err := readAll(s.query, &timestreamquery.QueryInput{QueryString: &sql})
	switch {
	case err != nil:
		return "error: " + messageOf(err)
	case len(rows) != 1 || len(rows[0]) != 1:
		return fmt.Sprint(rows)
	}
	return rows[0][0]
}
