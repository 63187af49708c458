package tsserver_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"athena-timestream/local/internal/tsserver"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery"
)

// Many pages, several queries at once, every row once and in order, whatever the page size and the empty pages.
func TestPages(t *testing.T) {
	t.Parallel()
	s := start(t, setup{server: tsserver.Options{PageBytes: 20_000, Faults: &tsserver.Faults{Seed: 1, EmptyPage: 0.2}}})
	const n = 5000
	s.numbers("numbers", n)
	var wg sync.WaitGroup
	for host := range 3 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			sql := fmt.Sprintf(`SELECT measure_value::bigint, host, time FROM "Data.Base"."numbers" WHERE host = 'h%d' ORDER BY time`, host)
			rows, pages, err := readAll(s.query, &timestreamquery.QueryInput{QueryString: &sql})
			if err != nil {
				t.Error(err)
				return
			}
			empty := 0
			for _, p := range pages {
				if len(p.Rows) == 0 {
					empty++
				}
			}
			if len(pages) < 10 || empty == 0 {
				t.Errorf("host %d: %d pages, %d empty", host, len(pages), empty)
			}
			for i, r := range rows {
				if r[0] != fmt.Sprint(3*i+host) {
					t.Errorf("host %d: row %d is %v", host, i, r)
					return
				}
			}
			if want := (n + 2 - host) / 3; len(rows) != want {
				t.Errorf("host %d: %d rows, want %d", host, len(rows), want)
			}
		}()
	}
	wg.Wait()
}

func TestPageSize(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	s.numbers("numbers", 30_000)
	token := ""
	total := 0
	for page := 1; ; page++ {
		status, body, _ := s.post("Query", `{"QueryString":"SELECT * FROM \"Data.Base\".\"numbers\""`+token+`}`)
		if status != 200 || len(body) > 1<<20 {
			t.Fatalf("page %d: status %d, %d bytes", page, status, len(body))
		}
		total += strings.Count(body, `{"Data":`)
		_, rest, more := strings.Cut(body, `"NextToken":"`)
		if !more {
			break
		}
		if len(body) < 1<<20-2000 {
			t.Errorf("page %d has only %d bytes", page, len(body))
		}
		next, _, _ := strings.Cut(rest, `"`)
		token = `,"NextToken":"` + next + `"`
	}
	if total != 30_000 {
		t.Errorf("%d rows", total)
	}
}

func TestRowLargerThanAPage(t *testing.T) {
	t.Parallel()
	s := start(t, setup{server: tsserver.Options{PageBytes: 2000}})
	_, _, err := readAll(s.query, &timestreamquery.QueryInput{QueryString: aws.String("SELECT '" + strings.Repeat("x", 3000) + "'")})
	if err == nil || !strings.Contains(messageOf(err), "Query aborted as max page response size has been exceeded by the output result row") {
		t.Errorf("got %v", err)
	}
}

func TestMaxRows(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	s.numbers("numbers", 10)
	sql := aws.String(`SELECT * FROM "Data.Base"."numbers"`)
	sizes := func(maxRows int32) (out []int) {
		_, pages, err := readAll(s.query, &timestreamquery.QueryInput{QueryString: sql, MaxRows: &maxRows})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range pages {
			out = append(out, len(p.Rows))
		}
		return out
	}
	for maxRows, want := range map[int32]string{4: "[0 4 4 2]", 5: "[0 5 5]", 10: "[10]", 1000: "[10]"} {
		if got := fmt.Sprint(sizes(maxRows)); got != want {
			t.Errorf("MaxRows %d: got %s, want %s", maxRows, got, want)
		}
	}
	if first := start(t, setup{server: tsserver.Options{Faults: &tsserver.Faults{EmptyFirst: true}}}); true {
		_, pages, err := readAll(first.query, &timestreamquery.QueryInput{QueryString: aws.String("SELECT 1")})
		if err != nil || len(pages) != 2 || len(pages[0].Rows) != 0 || pages[0].QueryStatus.ProgressPercentage != 0 || len(pages[0].ColumnInfo) != 1 {
			t.Errorf("empty first page: %v, %v", pages, err)
		}
	}
}

// A follow-up call's MaxRows holds from its page on, also for a page that waits since the call before.
func TestMaxRowsOfFollowUp(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	s.numbers("numbers", 20)
	in := &timestreamquery.QueryInput{QueryString: aws.String(`SELECT measure_value::bigint FROM "Data.Base"."numbers"`), MaxRows: aws.Int32(7)}
	var sizes []int
	seen := map[string]bool{}
	for _, maxRows := range []*int32{in.MaxRows, aws.Int32(3), nil, aws.Int32(5), aws.Int32(2), aws.Int32(100)} {
		in.MaxRows = maxRows
		page, err := s.query.Query(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range page.Rows {
			seen[*row.Data[0].ScalarValue] = true
		}
		sizes, in.NextToken = append(sizes, len(page.Rows)), page.NextToken
	}
	if got := fmt.Sprint(sizes); got != "[0 3 3 1 2 11]" || in.NextToken != nil || len(seen) != 20 {
		t.Errorf("pages of %s rows, %d different ones, next token %v", got, len(seen), in.NextToken)
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	now := time.Now()
	clock := func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		return now
	}
	s := start(t, setup{server: tsserver.Options{PageBytes: 2000, Now: clock}})
	s.numbers("numbers", 500)
	sql := `SELECT measure_value::bigint FROM "Data.Base"."numbers" ORDER BY time`
	page := func(q *timestreamquery.Client, text string, token *string) (*timestreamquery.QueryOutput, string) {
		out, err := q.Query(ctx, &timestreamquery.QueryInput{QueryString: &text, NextToken: token})
		if err != nil {
			return nil, codeOf(err) + ": " + messageOf(err)
		}
		return out, show(out.Rows[0].Data[0])
	}
	const bad = "ValidationException 400: Invalid pagination token."
	expect := func(what, got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("%s: got %s, want %s", what, got, want)
		}
	}
	first, _ := page(s.query, sql, nil)
	second, secondRow := page(s.query, sql, first.NextToken)
	for i := range 4 {
		_, got := page(s.query, sql, first.NextToken)
		expect(fmt.Sprint("use ", i+2), got, secondRow)
	}
	_, got := page(s.query, sql, first.NextToken)
	expect("sixth use", got, bad)
	_, other := s.clients("AKIDOTHER")
	for what, got := range map[string]func() string{
		"another text":   func() string { _, r := page(s.query, sql+" ", second.NextToken); return r },
		"another caller": func() string { _, r := page(other, sql, second.NextToken); return r },
		"made up":        func() string { _, r := page(s.query, sql, aws.String("abc")); return r },
		"cut off":        func() string { _, r := page(s.query, sql, aws.String((*second.NextToken)[:20])); return r },
	} {
		expect(what, got(), bad)
	}
	third, thirdRow := page(s.query, sql, second.NextToken)
	_, got = page(s.query, sql, first.NextToken)
	expect("dead after its successor was used", got, bad)
	_, got = page(s.query, sql, second.NextToken)
	expect("the successor again", got, thirdRow)
	mu.Lock()
	now = now.Add(61 * time.Minute)
	mu.Unlock()
	_, got = page(s.query, sql, third.NextToken)
	expect("after an hour", got, bad)
}

func TestClientToken(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	now := time.Now()
	s := start(t, setup{server: tsserver.Options{Now: func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		return now
	}}})
	token := aws.String(strings.Repeat("t", 32))
	ask := func(sql string) string {
		out, err := s.query.Query(ctx, &timestreamquery.QueryInput{QueryString: &sql, ClientToken: token})
		if err != nil {
			return codeOf(err)
		}
		return *out.QueryId
	}
	later := func(d time.Duration) {
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(d)
	}
	first := ask("SELECT 1")
	if again := ask("SELECT 1"); again != first {
		t.Errorf("the same call gives %s and %s", first, again)
	}
	if got := ask("SELECT 2"); got != "ValidationException 400" {
		t.Errorf("another text: %s", got)
	}
	later(6 * time.Minute)
	if got := ask("SELECT 1"); got != "ValidationException 400" {
		t.Errorf("after six minutes: %s", got)
	}
	later(4 * time.Hour)
	if got := ask("SELECT 2"); len(got) != 56 || got == first {
		t.Errorf("after four hours: %s", got)
	}
}

// One operation is one row of six columns, through HTTP, undecoded.
func BenchmarkPages(b *testing.B) {
	s := start(b, setup{})
	s.numbers("numbers", b.N)
	b.ResetTimer()
	token, rows := "", 0
	for {
		_, body, _ := s.post("Query", `{"QueryString":"SELECT *, time, measure_value::bigint / 1e0 FROM \"Data.Base\".\"numbers\""`+token+`}`)
		rows += strings.Count(body, `{"Data":`)
		_, rest, more := strings.Cut(body, `"NextToken":"`)
		if !more {
			break
		}
		next, _, _ := strings.Cut(rest, `"`)
		token = `,"NextToken":"` + next + `"`
	}
	if rows != b.N {
		b.Fatalf("%d rows of %d", rows, b.N)
	}
}
