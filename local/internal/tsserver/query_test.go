package tsserver_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"athena-timestream/local/internal/tsserver"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery/types"
)

// show writes a Datum as text.
func show(d types.Datum) string {
	switch {
	case aws.ToBool(d.NullValue):
		return "NULL"
	case d.ScalarValue != nil:
		return *d.ScalarValue
	case d.RowValue != nil:
		return "(" + showAll(d.RowValue.Data) + ")"
	case d.TimeSeriesValue != nil:
		var parts []string
		for _, p := range d.TimeSeriesValue {
			parts = append(parts, aws.ToString(p.Time)+" = "+show(*p.Value))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case d.ArrayValue != nil:
		return "[" + showAll(d.ArrayValue) + "]"
	}
	return "nothing"
}

func showAll(data []types.Datum) string {
	var parts []string
	for _, d := range data {
		parts = append(parts, show(d))
	}
	return strings.Join(parts, ", ")
}

func showType(t *types.Type) string {
	switch {
	case t.ArrayColumnInfo != nil:
		return "array(" + showType(t.ArrayColumnInfo.Type) + ")"
	case t.TimeSeriesMeasureValueColumnInfo != nil:
		return "timeseries(" + showType(t.TimeSeriesMeasureValueColumnInfo.Type) + ")"
	case t.RowColumnInfo != nil:
		var parts []string
		for _, f := range t.RowColumnInfo {
			parts = append(parts, strings.TrimSpace(aws.ToString(f.Name)+" "+showType(f.Type)))
		}
		return "row(" + strings.Join(parts, ", ") + ")"
	}
	return string(t.ScalarType)
}

// rows runs a query to its end.
func (s *service) rows(sql string) [][]string {
	s.t.Helper()
	out, _, err := readAll(s.query, &timestreamquery.QueryInput{QueryString: &sql})
	if err != nil {
		s.t.Fatalf("%s: %v", sql, err)
	}
	return out
}

// readAll follows the pages and checks what every page must have.
func readAll(q *timestreamquery.Client, in *timestreamquery.QueryInput) (rows [][]string, pages []*timestreamquery.QueryOutput, err error) {
	for p := timestreamquery.NewQueryPaginator(q, in); p.HasMorePages(); {
		page, err := p.NextPage(ctx)
		if err != nil {
			return rows, pages, err
		}
		pages = append(pages, page)
		if page.QueryStatus == nil || aws.ToString(page.QueryId) != aws.ToString(pages[0].QueryId) || !reflect.DeepEqual(page.ColumnInfo, pages[0].ColumnInfo) {
			return rows, pages, fmt.Errorf("page %d differs from the first: %+v", len(pages), page)
		}
		for _, r := range page.Rows {
			var cells []string
			for _, d := range r.Data {
				cells = append(cells, show(d))
			}
			rows = append(rows, cells)
		}
	}
	return rows, pages, nil
}

func TestSelectOne(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var seen []tsserver.Page
	s := start(t, setup{server: tsserver.Options{OnPage: func(p tsserver.Page) {
		mu.Lock()
		defer mu.Unlock()
		p.Bytes, p.Took = 0, 0
		seen = append(seen, p)
	}}})
	_, pages, err := readAll(s.query, &timestreamquery.QueryInput{QueryString: aws.String("SELECT 1")})
	if err != nil || len(pages) != 1 {
		t.Fatal(pages, err)
	}
	p := pages[0]
	if show(p.Rows[0].Data[0]) != "1" || *p.ColumnInfo[0].Name != "_col0" || p.ColumnInfo[0].Type.ScalarType != types.ScalarTypeInteger || p.NextToken != nil {
		t.Errorf("got %+v", p)
	}
	if p.QueryStatus.ProgressPercentage != 100 || p.QueryStatus.CumulativeBytesMetered != 10000000 {
		t.Errorf("status %+v", p.QueryStatus)
	}
	if id := *p.QueryId; len(id) != 56 || !strings.HasPrefix(id, "AE") || strings.Trim(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") != "" {
		t.Errorf("query id %s", id)
	}
	if want := []tsserver.Page{{QueryID: *p.QueryId, SQL: "SELECT 1", Number: 1, Rows: 1}}; !reflect.DeepEqual(seen, want) {
		t.Errorf("observed %v", seen)
	}
}

func TestInsights(t *testing.T) {
	t.Parallel()
	s := start(t, setup{server: tsserver.Options{PageBytes: 2000}})
	s.numbers("numbers", 30)
	_, pages, err := readAll(s.query, &timestreamquery.QueryInput{
		QueryString:   aws.String(`SELECT * FROM "Data.Base"."numbers"`),
		QueryInsights: &types.QueryInsights{Mode: types.QueryInsightsModeEnabledWithRateControl},
	})
	if err != nil || len(pages) < 2 {
		t.Fatal(len(pages), err)
	}
	i := pages[len(pages)-1].QueryInsightsResponse
	if i == nil || aws.ToInt64(i.QueryTableCount) != 1 || aws.ToInt64(i.OutputRows) != 30 || pages[0].QueryInsightsResponse != nil {
		t.Errorf("got %+v", i)
	}
}

func TestTypes(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	s.table("tab")
	s.put("tab", nil, single("h", "cpu", "0.13194831754663383", "", 1663679165000), single("h", "cpu", "2", "", 1663679166000))
	for sql, want := range map[string][2]string{
		"SELECT 'a\"b\\ä\n'": {"VARCHAR", "a\"b\\ä\n"}, "SELECT 1e9": {"DOUBLE", "1.0E9"}, "SELECT true": {"BOOLEAN", "true"},
		"SELECT NULL":                {"UNKNOWN", "NULL"},
		"SELECT 9223372036854775807": {"BIGINT", "9223372036854775807"},
		"SELECT TIMESTAMP '2022-06-17 10:15:20.123456789'": {"TIMESTAMP", "2022-06-17 10:15:20.123456789"},
		"SELECT DATE '2020-08-08'":                         {"DATE", "2020-08-08"},
		"SELECT 1d + 21h":                                  {"INTERVAL_DAY_TO_SECOND", "1 21:00:00.000000000"},
		"SELECT 8month":                                    {"INTERVAL_YEAR_TO_MONTH", "0-8"},
		"SELECT ARRAY[1, NULL]":                            {"array(INTEGER)", "[1, NULL]"},
		`SELECT create_time_series(time, measure_value::double) FROM "Data.Base".tab`: {
			"timeseries(DOUBLE)", "{2022-09-20 13:06:05.000000000 = 0.13194831754663383, 2022-09-20 13:06:06.000000000 = 2.0}",
		},
	} {
		rows, pages, err := readAll(s.query, &timestreamquery.QueryInput{QueryString: &sql})
		if err != nil {
			t.Errorf("%s: %v", sql, err)
			continue
		}
		if got := [2]string{showType(pages[0].ColumnInfo[0].Type), rows[0][0]}; got != want {
			t.Errorf("%s: got %q, want %q", sql, got, want)
		}
	}
}

func TestStatementErrors(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	s.table("iot")
	s.numbers("numbers", 3)
	for sql, want := range map[string]string{
		`SELECT * FROM "abc"."sampleDB"`:                         "ValidationException 400: Requested database 'abc' not found for identifier 'abc.sampleDB' at line 1:15",
		`SELECT * FROM "Data.Base".IoT`:                          "ValidationException 400: Requested table 'IoT' not found for identifier 'Data.Base.IoT' at line 1:15",
		`DESCRIBE sampledb.iot`:                                  "ValidationException 400: Requested database 'sampledb' not found for identifier 'sampledb.iot' at line 1:1",
		`SHOW TABLES FROM nowhere`:                               "ValidationException 400: Requested database 'nowhere' not found for identifier 'nowhere' at line 1:1",
		`SELECT vehicleName FROM "Data.Base"."iot"`:              "ValidationException 400: line 1:8: Column 'vehicleName' does not exist",
		`DELETE FROM "Data.Base"."iot"`:                          "ValidationException 400: line 1:1",
		`SELEC 1`:                                                "ValidationException 400: line 1:1",
		`UNLOAD (SELECT 1) TO 's3://b/p'`:                        "ValidationException 400: UNLOAD needs S3",
		`SELECT * FROM read_csv('/etc/hosts')`:                   "ValidationException 400: ",
		`SELECT CAST(host AS bigint) FROM "Data.Base"."numbers"`: "QueryExecutionException 400: ",
	} {
		_, _, err := readAll(s.query, &timestreamquery.QueryInput{QueryString: &sql})
		if got := codeOf(err) + ": " + messageOf(err); err == nil || !strings.HasPrefix(got, want) {
			t.Errorf("%s: got %s, want %s", sql, got, want)
		}
	}
}

func TestShow(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	s.table("DevOps")
	s.table("dev_x")
	s.table("IoT")
	for sql, want := range map[string]string{
		`SHOW DATABASES`:                             "[[Data.Base]]",
		`show databases like 'D%'`:                   "[[Data.Base]]",
		`SHOW DATABASES LIKE 'd%'`:                   "[]",
		`SHOW TABLES FROM "Data.Base"`:               "[[DevOps] [IoT] [dev_x]]",
		`SHOW TABLES FROM "Data.Base" LIKE '_e%'`:    "[[DevOps] [dev_x]]",
		`SHOW TABLES FROM "Data.Base" LIKE 'Dev.ps'`: "[]",
		`SHOW MEASURES FROM "Data.Base"."IoT"`:       "[]",
		`SELECT * FROM "Data.Base"."IoT"`:            "[]",
	} {
		rows, pages, err := readAll(s.query, &timestreamquery.QueryInput{QueryString: &sql})
		if err != nil || fmt.Sprint(rows) != want {
			t.Errorf("%s: got %v, %v", sql, rows, err)
			continue
		}
		st := pages[0].QueryStatus
		if free := !strings.HasPrefix(sql, "SELECT"); (st.CumulativeBytesMetered == 0) != free || st.ProgressPercentage != 100 {
			t.Errorf("%s: status %+v", sql, st)
		}
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	s := start(t, setup{server: tsserver.Options{PageBytes: 2000}})
	s.numbers("numbers", 500)
	sql := aws.String(`SELECT * FROM "Data.Base"."numbers"`)
	first, err := s.query.Query(ctx, &timestreamquery.QueryInput{QueryString: sql})
	if err != nil {
		t.Fatal(err)
	}
	out, err := s.query.CancelQuery(ctx, &timestreamquery.CancelQueryInput{QueryId: first.QueryId})
	if err != nil || out.CancellationMessage != nil {
		t.Errorf("got %v, %v", out, err)
	}
	out, err = s.query.CancelQuery(ctx, &timestreamquery.CancelQueryInput{QueryId: first.QueryId})
	if err != nil || out.CancellationMessage == nil {
		t.Errorf("again: got %v, %v", out, err)
	}
	_, err = s.query.Query(ctx, &timestreamquery.QueryInput{QueryString: sql, NextToken: first.NextToken})
	if codeOf(err) != "ConflictException 409" {
		t.Errorf("polling: %v", err)
	}
	_, err = s.query.CancelQuery(ctx, &timestreamquery.CancelQueryInput{QueryId: aws.String("AENONE")})
	if codeOf(err) != "ValidationException 400" {
		t.Errorf("unknown: %v", err)
	}
	// Too late is no fault: the last page is still there to be repeated.
	ended, pages, err := readAll(s.query, &timestreamquery.QueryInput{QueryString: sql})
	if err != nil || len(pages) < 2 {
		t.Fatal(ended, err)
	}
	out, err = s.query.CancelQuery(ctx, &timestreamquery.CancelQueryInput{QueryId: pages[0].QueryId})
	if err != nil || out.CancellationMessage != nil {
		t.Errorf("after the end: got %v, %v", out, err)
	}
	again, err := s.query.Query(ctx, &timestreamquery.QueryInput{QueryString: sql, NextToken: pages[len(pages)-2].NextToken})
	if err != nil || len(again.Rows) != len(pages[len(pages)-1].Rows) {
		t.Errorf("the last page after the end: %v, %v", again, err)
	}
}

// A query that computes for long answers with empty pages and can be cancelled meanwhile.
func TestSlowQuery(t *testing.T) {
	t.Parallel()
	s := start(t, setup{server: tsserver.Options{AnswerTime: 20 * time.Millisecond}})
	s.numbers("numbers", 3000)
	const n = `"Data.Base"."numbers"`
	sql := aws.String("SELECT count(*) FROM " + n + " a CROSS JOIN " + n + " b CROSS JOIN " + n + " c WHERE a.measure_value::bigint + b.measure_value::bigint * c.measure_value::bigint = -1")
	first, err := s.query.Query(ctx, &timestreamquery.QueryInput{QueryString: sql})
	if err != nil || len(first.Rows) != 0 || first.NextToken == nil {
		t.Fatalf("got %v, %v", first, err)
	}
	second, err := s.query.Query(ctx, &timestreamquery.QueryInput{QueryString: sql, NextToken: first.NextToken})
	if err != nil || len(second.Rows) != 0 || second.NextToken == nil {
		t.Fatalf("got %v, %v", second, err)
	}
	if _, err := s.query.CancelQuery(ctx, &timestreamquery.CancelQueryInput{QueryId: first.QueryId}); err != nil {
		t.Error(err)
	}
}

// A client that leaves before the first answer leaves no query behind: nobody could cancel it.
func TestClientLeaves(t *testing.T) {
	t.Parallel()
	s := start(t, setup{server: tsserver.Options{MaxCursors: 1}})
	s.numbers("numbers", 3000)
	const n = `"Data.Base"."numbers"`
	slow := "SELECT count(*) FROM " + n + " a CROSS JOIN " + n + " b CROSS JOIN " + n + " c WHERE a.measure_value::bigint + b.measure_value::bigint * c.measure_value::bigint = -1"
	short, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
	defer cancel()
	if _, err := s.query.Query(short, &timestreamquery.QueryInput{QueryString: &slow}); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("got %v", err)
	}
	var err error
	for range 100 {
		if _, err = s.query.Query(ctx, &timestreamquery.QueryInput{QueryString: aws.String("SELECT 1")}); err == nil {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Errorf("the query goes on: %v", err)
}

func TestTooManyCursors(t *testing.T) {
	t.Parallel()
	s := start(t, setup{server: tsserver.Options{PageBytes: 2000, MaxCursors: 2, IdleTimeout: time.Second}})
	s.numbers("numbers", 500)
	sql := aws.String(`SELECT * FROM "Data.Base"."numbers"`)
	open := func() (string, error) {
		// A new input each time: the SDK leaves its client token in the one it was given.
		out, err := s.query.Query(ctx, &timestreamquery.QueryInput{QueryString: sql})
		if err != nil {
			return "", err
		}
		return aws.ToString(out.NextToken), nil
	}
	token, err := open()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := open(); err != nil {
		t.Fatal(err)
	}
	if _, err := open(); codeOf(err) != "ThrottlingException 429" {
		t.Errorf("the third: %v", err)
	}
	time.Sleep(1500 * time.Millisecond)
	if _, err := open(); err != nil {
		t.Errorf("after the others were dropped: %v", err)
	}
	_, err = s.query.Query(ctx, &timestreamquery.QueryInput{QueryString: sql, NextToken: &token})
	if codeOf(err) != "ValidationException 400" {
		t.Errorf("a dropped query goes on: %v", err)
	}
}

func TestPrepare(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	s.numbers("numbers", 3)
	prepare := func(sql string) (string, error) {
		out, err := s.query.PrepareQuery(ctx, &timestreamquery.PrepareQueryInput{QueryString: &sql, ValidateOnly: aws.Bool(true)})
		if err != nil {
			return "", err
		}
		var parts []string
		for _, c := range out.Columns {
			part := aws.ToString(c.Name) + " " + showType(c.Type)
			if c.TableName != nil {
				part += " of " + *c.DatabaseName + "/" + *c.TableName
			}
			if aws.ToBool(c.Aliased) {
				part += " aliased"
			}
			parts = append(parts, part)
		}
		for _, p := range out.Parameters {
			parts = append(parts, "@"+*p.Name)
		}
		return strings.Join(parts, ", "), nil
	}
	for sql, want := range map[string]string{
		`SELECT host, avg(measure_value::bigint) AS a FROM "Data.Base"."numbers" WHERE host = @h GROUP BY host`: "host VARCHAR of Data.Base/numbers, a DOUBLE aliased, @h",
		`SELECT *, 1 FROM "Data.Base"."numbers" n`:                                                              "host VARCHAR of Data.Base/numbers, measure_name VARCHAR of Data.Base/numbers, time TIMESTAMP of Data.Base/numbers, measure_value::bigint BIGINT of Data.Base/numbers, _col4 INTEGER aliased",
		`SHOW DATABASES`: "Database VARCHAR",
	} {
		if got, err := prepare(sql); err != nil || got != want {
			t.Errorf("%s: got %s, %v, want %s", sql, got, err, want)
		}
	}
	if _, err := prepare(`SELECT nothing FROM "Data.Base"."numbers"`); codeOf(err) != "ValidationException 400" {
		t.Error(err)
	}
}
