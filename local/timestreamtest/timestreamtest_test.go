package timestreamtest_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite/types"

	"athena-timestream/local/timestreamtest"
)

// one runs a query and returns its only value.
func one(t *testing.T, s *timestreamtest.Server, sql string) string {
	t.Helper()
	out, err := timestreamquery.NewFromConfig(s.Config()).Query(t.Context(), &timestreamquery.QueryInput{QueryString: aws.String(sql)})
	if err != nil {
		t.Fatal(err)
	}
	if len(out.Rows) != 1 || len(out.Rows[0].Data) != 1 {
		t.Fatalf("%s: %d rows, want one value", sql, len(out.Rows))
	}
	return aws.ToString(out.Rows[0].Data[0].ScalarValue)
}

func create(t *testing.T, s *timestreamtest.Server, database string) {
	t.Helper()
	write := timestreamwrite.NewFromConfig(s.Config())
	if _, err := write.CreateDatabase(t.Context(), &timestreamwrite.CreateDatabaseInput{DatabaseName: &database}); err != nil {
		t.Fatal(err)
	}
	if _, err := write.CreateTable(t.Context(), &timestreamwrite.CreateTableInput{DatabaseName: &database, TableName: aws.String("t")}); err != nil {
		t.Fatal(err)
	}
}

// Each of several servers at once has a database of the same name and a value of its own.
func TestServersDoNotSeeEachOther(t *testing.T) {
	for i := range 4 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			s := timestreamtest.Start(t)
			create(t, s, "same")
			_, err := timestreamwrite.NewFromConfig(s.Config()).WriteRecords(t.Context(), &timestreamwrite.WriteRecordsInput{
				DatabaseName: aws.String("same"), TableName: aws.String("t"), Records: []types.Record{{
					Time: aws.String("0"), MeasureName: aws.String("n"), MeasureValueType: types.MeasureValueTypeBigint, MeasureValue: aws.String(fmt.Sprint(i)),
					Dimensions: []types.Dimension{{Name: aws.String("host"), Value: aws.String("a")}},
				}},
			})
			if err != nil {
				t.Fatal(err)
			}
			if got, want := one(t, s, `SELECT sum(measure_value::bigint) FROM same.t`), fmt.Sprint(i); got != want {
				t.Errorf("the server holds %s, want its own %s", got, want)
			}
		})
	}
}

func TestStartsEmpty(t *testing.T) {
	s := timestreamtest.Start(t)
	out, err := timestreamwrite.NewFromConfig(s.Config()).ListDatabases(t.Context(), &timestreamwrite.ListDatabasesInput{})
	if err != nil || len(out.Databases) != 0 {
		t.Errorf("a new server has %d databases, %v", len(out.Databases), err)
	}
}

func TestS3IsThere(t *testing.T) {
	s := timestreamtest.Start(t)
	client := s3.NewFromConfig(s.Config())
	if _, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String("b"), Key: aws.String("k"), Body: strings.NewReader("text")}); err != nil {
		t.Fatal(err)
	}
	out, err := client.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: aws.String("b")})
	if err != nil || len(out.Contents) != 1 {
		t.Errorf("the bucket holds %d objects, %v", len(out.Contents), err)
	}
}

// A stopped server refuses, and stopping it again at the test's end is no failure.
func TestStop(t *testing.T) {
	s := timestreamtest.Start(t)
	for range 2 {
		if err := s.Stop(); err != nil {
			t.Fatal(err)
		}
	}
	client := timestreamquery.NewFromConfig(s.Config(), func(o *timestreamquery.Options) { o.RetryMaxAttempts = 1 })
	if _, err := client.Query(t.Context(), &timestreamquery.QueryInput{QueryString: aws.String("SELECT 1")}); err == nil {
		t.Error("a stopped server answers")
	}
}

// What a server and its clients started is gone after the test that had it: the goroutines of this package and of what it
// stands on are the same before and after, once connections have noticed.
func TestLeavesNoGoroutines(t *testing.T) {
	before := goroutines()
	t.Run("server", func(t *testing.T) {
		s := timestreamtest.Start(t, timestreamtest.WithDemo())
		// A query that is left open after its first page.
		client := timestreamquery.NewFromConfig(s.Config())
		out, err := client.Query(t.Context(), &timestreamquery.QueryInput{QueryString: aws.String("SELECT * FROM demo.devops"), MaxRows: aws.Int32(1)})
		if err != nil || out.NextToken == nil {
			t.Fatalf("no second page: %v", err)
		}
	})
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		after := goroutines()
		if after <= before {
			return
		}
		if time.Now().After(deadline) {
			stacks := make([]byte, 1<<20)
			t.Fatalf("%d goroutines before, %d after:\n%s", before, after, stacks[:runtime.Stack(stacks, true)])
		}
	}
}

func goroutines() int { return runtime.NumGoroutine() }

// BenchmarkStart is what a test pays for a server of its own.
func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		if err := timestreamtest.Start(b).Stop(); err != nil {
			b.Fatal(err)
		}
	}
}

// The start of a server is far below a second. The bound is wide, for machines under load, and the fastest of several
// counts.
func TestStartIsQuick(t *testing.T) {
	fastest := time.Hour
	for range 3 {
		began := time.Now()
		s := timestreamtest.Start(t)
		fastest = min(fastest, time.Since(began))
		if err := s.Stop(); err != nil {
			t.Fatal(err)
		}
	}
	if fastest > time.Second {
		t.Errorf("the fastest of three starts took %v", fastest)
	}
}
