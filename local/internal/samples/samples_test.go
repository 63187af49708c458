package samples_test

import (
	"errors"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"athena-timestream/local/internal/tsdb"
	"athena-timestream/local/internal/tsserver"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite"
	"github.com/rogpeppe/go-internal/diff"
)

// now is when every query is asked: a Wednesday.
var now = time.Date(2024, 5, 1, 12, 7, 30, 500_000_000, time.UTC)

// start serves the tables of testdata/data and returns a client for queries.
func start(t testing.TB) *timestreamquery.Client {
	t.Helper()
	clock := func() time.Time { return now }
	db, err := tsdb.Open(tsdb.Options{Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	server := tsserver.New(db, tsserver.Options{Now: clock})
	wire := httptest.NewServer(server)
	t.Cleanup(func() {
		wire.Close()
		if err := errors.Join(server.Close(), db.Close()); err != nil {
			t.Error(err)
		}
	})
	const region = "us-east-1"
	keys := credentials.NewStaticCredentialsProvider("AKIDLOCAL", "secret", "")
	loadTables(t, timestreamwrite.New(timestreamwrite.Options{Region: region, Credentials: keys, BaseEndpoint: &wire.URL, HTTPClient: wire.Client()}))
	return timestreamquery.New(timestreamquery.Options{Region: region, Credentials: keys, BaseEndpoint: &wire.URL, HTTPClient: wire.Client()})
}

// TestSamples asks every documented query.
func TestSamples(t *testing.T) {
	t.Parallel()
	client := start(t)
	all := readSamples(t)
	const documented = 80
	if len(all) < documented {
		t.Errorf("%d queries in testdata, want at least %d: has a script been lost?", len(all), documented)
	}
	for _, s := range all {
		t.Run(s.name(), func(t *testing.T) { s.check(t, client) })
	}
}

func (s sample) check(t *testing.T, client *timestreamquery.Client) {
	got, err := ask(t, client, s.sql)
	if err != nil && !s.refused {
		t.Fatalf("%s\n%s\n%s", s.place, s.sql, errorText(err))
	}
	if err != nil {
		got = strings.Split(errorText(err), "\n")
	}
	g, w := s.inOrder(got), s.inOrder(s.answer)
	if !slices.Equal(g, w) {
		text := func(lines []string) []byte { return []byte(strings.Join(lines, "\n") + "\n") }
		t.Errorf("%s\n%s\n%s", s.place, s.sql, diff.Diff("want", text(w), "got", text(g)))
	}
}

// ask reads a query to its end: the columns, then the rows.
func ask(t testing.TB, client *timestreamquery.Client, sql string) ([]string, error) {
	t.Helper()
	var answer []string
	for p := timestreamquery.NewQueryPaginator(client, &timestreamquery.QueryInput{QueryString: &sql}); p.HasMorePages(); {
		page, err := p.NextPage(t.Context())
		if err != nil {
			return nil, err
		}
		columns := header(page.ColumnInfo)
		if answer == nil {
			answer = []string{columns}
		}
		if columns != answer[0] {
			t.Errorf("a later page has the columns %s", columns)
		}
		answer = append(answer, rows(page)...)
	}
	return answer, nil
}
