package tsserver_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery"
	qtypes "github.com/aws/aws-sdk-go-v2/service/timestreamquery/types"

	"athena-timestream/local/internal/tsserver"
	"athena-timestream/local/internal/unload"
)

// shelf is a store that counts, and that holds every object back until gate, if there is one, is closed.
type shelf struct {
	gate    chan struct{}
	arrived chan struct{} // gets a value for each object
	mu      sync.Mutex
	keys    []string
	bytes   int64
}

func (s *shelf) HasBucket(_ context.Context, bucket string) (bool, error) {
	if bucket == "broken" {
		return false, errors.New("no connection")
	}
	return bucket == "b", nil
}

func (s *shelf) Put(ctx context.Context, o unload.Object, body io.ReadSeeker) error {
	if s.gate != nil {
		s.arrived <- struct{}{}
		select {
		case <-s.gate:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	n, err := io.Copy(io.Discard, body)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys = append(s.keys, o.Key)
	if strings.HasPrefix(o.Key, "p/results/") {
		s.bytes += n
	}
	return err
}

const unloadNumbers = `UNLOAD(SELECT time, measure_value::bigint AS n, host FROM "Data.Base"."numbers") TO 's3://b/p' WITH (partitioned_by = ARRAY['host'])`

// The answer has the documented columns; status and insights tell what was written.
func TestUnload(t *testing.T) {
	t.Parallel()
	store := &shelf{}
	s := start(t, setup{server: tsserver.Options{Objects: store}})
	s.numbers("numbers", 100)
	rows, pages, err := readAll(s.query, &timestreamquery.QueryInput{
		QueryString: aws.String(unloadNumbers), MaxRows: aws.Int32(1),
		QueryInsights: &qtypes.QueryInsights{Mode: qtypes.QueryInsightsModeEnabledWithRateControl},
	})
	if err != nil || len(pages) != 1 {
		t.Fatalf("%d pages, %v", len(pages), err)
	}
	var columns []string
	for _, c := range pages[0].ColumnInfo {
		columns = append(columns, aws.ToString(c.Name)+" "+showType(c.Type))
	}
	if got, want := fmt.Sprint(columns), "[rows BIGINT metadataFile VARCHAR manifestFile VARCHAR]"; got != want {
		t.Errorf("the columns are %s", got)
	}
	answer := regexp.MustCompile(`^\[\[100 s3://b/p/(AE[A-Z2-7]+)_\S+_metadata\.json s3://b/p/AE[A-Z2-7]+_\S+_manifest\.json\]\]$`).FindStringSubmatch(fmt.Sprint(rows))
	if answer == nil || answer[1] != *pages[0].QueryId {
		t.Errorf("query %s answered %s", *pages[0].QueryId, rows)
	}
	status, insights := pages[0].QueryStatus, pages[0].QueryInsightsResponse
	if status.ProgressPercentage != 100 || status.CumulativeBytesScanned != store.bytes || status.CumulativeBytesMetered != 10_000_000 {
		t.Errorf("the status is %+v, %d bytes were written", status, store.bytes)
	}
	if insights == nil || aws.ToInt64(insights.UnloadPartitionCount) != 3 || aws.ToInt64(insights.UnloadWrittenRows) != 100 || aws.ToInt64(insights.UnloadWrittenBytes) != store.bytes {
		t.Errorf("the insights are %+v", insights)
	}
	if len(store.keys) != 5 || !strings.HasPrefix(store.keys[0], "p/results/host=h0/"+*pages[0].QueryId+"_") {
		t.Errorf("the objects are %q", store.keys)
	}
}

// While the files are being written, answers are empty pages with tokens.
func TestSlowUnloadAnswersEmptyPages(t *testing.T) {
	t.Parallel()
	store := &shelf{gate: make(chan struct{}), arrived: make(chan struct{}, 10)}
	s := start(t, setup{server: tsserver.Options{Objects: store, AnswerTime: 5 * time.Millisecond}})
	s.numbers("numbers", 10)
	in := &timestreamquery.QueryInput{QueryString: aws.String(unloadNumbers)}
	for range 3 {
		out, err := s.query.Query(ctx, in)
		if err != nil || len(out.Rows) > 0 || out.NextToken == nil || len(out.ColumnInfo) != 3 {
			t.Fatalf("got %+v, %v", out, err)
		}
		in.NextToken = out.NextToken
	}
	close(store.gate)
	rows, _, err := readAll(s.query, in)
	if err != nil || len(rows) != 1 || rows[0][0] != "10" {
		t.Errorf("got %v, %v", rows, err)
	}
}

func TestCancelledUnloadWritesNoManifest(t *testing.T) {
	t.Parallel()
	store := &shelf{gate: make(chan struct{}), arrived: make(chan struct{}, 10)}
	s := start(t, setup{server: tsserver.Options{Objects: store, AnswerTime: 5 * time.Millisecond}})
	s.numbers("numbers", 10)
	in := &timestreamquery.QueryInput{QueryString: aws.String(unloadNumbers)}
	out, err := s.query.Query(ctx, in)
	if err != nil {
		t.Fatal(err)
	}
	<-store.arrived
	if _, err := s.query.CancelQuery(ctx, &timestreamquery.CancelQueryInput{QueryId: out.QueryId}); err != nil {
		t.Fatal(err)
	}
	in.NextToken = out.NextToken
	if _, err := s.query.Query(ctx, in); codeOf(err) != "ConflictException 409" {
		t.Errorf("the next page: %v", err)
	}
	if err := s.server.Close(); err != nil {
		t.Error(err)
	}
	if len(store.keys) > 0 {
		t.Errorf("objects were written: %q", store.keys)
	}
}

// A repeated call with the same client token does not write again.
func TestUnloadRunsOnceForAClientToken(t *testing.T) {
	t.Parallel()
	store := &shelf{}
	s := start(t, setup{server: tsserver.Options{Objects: store}})
	in := &timestreamquery.QueryInput{QueryString: aws.String("UNLOAD (SELECT 1 AS a) TO 's3://b/p'"), ClientToken: aws.String(strings.Repeat("t", 32))}
	for range 2 {
		if _, err := s.query.Query(ctx, in); err != nil {
			t.Fatal(err)
		}
	}
	if len(store.keys) != 3 {
		t.Errorf("the objects are %q", store.keys)
	}
}

func TestUnloadErrors(t *testing.T) {
	t.Parallel()
	s := start(t, setup{server: tsserver.Options{Objects: &shelf{}}})
	for sql, want := range map[string]string{
		`UNLOAD (SELECT 1 AS a) TO 's3://b/p' WITH (format = 'ORC')`:                                          "ValidationException 400: line 1:",
		`UNLOAD (SELECT 1 AS a) TO 's3://none/p'`:                                                             "ValidationException 400: The bucket 'none'",
		`UNLOAD (SELECT 1 AS a) TO 's3://broken/p'`:                                                           "ValidationException 400: UNLOAD could not look for the bucket 'broken': no connection",
		`UNLOAD (SELECT 1 AS a, 'ü' AS b) TO 's3://b/p' WITH (partitioned_by = ARRAY['b'])`:                   "QueryExecutionException 400: The value 'ü'",
		`UNLOAD (SELECT CAST(x AS bigint) AS a FROM (VALUES '1', 'a') AS t(x)) TO 's3://b/p'`:                 "QueryExecutionException 400: ",
		`UNLOAD (SELECT CAST('a' AS varbinary) AS a) TO 's3://b/p'`:                                           "ValidationException 400: ",
		`UNLOAD (SELECT 1 AS a) TO 's3://b/p' WITH (max_file_size = '1GB', partitioned_by = ARRAY['c', 'd'])`: "ValidationException 400: line 1:1: Partition column 'c' is not a column of the SELECT",
	} {
		_, _, err := readAll(s.query, &timestreamquery.QueryInput{QueryString: &sql})
		if got := codeOf(err) + ": " + messageOf(err); err == nil || !strings.HasPrefix(got, want) {
			t.Errorf("%s: got %s, want %s", sql, got, want)
		}
	}
}

func TestPrepareUnload(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	s.numbers("numbers", 1)
	out, err := s.query.PrepareQuery(ctx, &timestreamquery.PrepareQueryInput{QueryString: aws.String(unloadNumbers), ValidateOnly: aws.Bool(true)})
	if err != nil || len(out.Columns) != 3 || aws.ToString(out.Columns[2].TableName) != "numbers" || out.Columns[2].Type.ScalarType != "VARCHAR" {
		t.Errorf("got %+v, %v", out, err)
	}
}
