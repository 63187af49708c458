package csvload_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"athena-timestream/local/internal/csvload"
	"athena-timestream/local/internal/tsdb"
	"athena-timestream/local/internal/tsserver"
	"athena-timestream/timestream"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite"
)

// The file of the benchmark: readings of every host at every second.
const (
	hosts   = 200
	seconds = 500
	lines   = hosts * seconds
)

// BenchmarkLoad loads a file through HTTP into a table on disk and checks what is there afterwards. One operation is the
// whole file; a record's cost is in ns/record.
func BenchmarkLoad(b *testing.B) {
	for name, order := range map[string]func(i int) (host, second int){
		"by time": func(i int) (int, int) { return i % hosts, i / hosts },
		"by host": func(i int) (int, int) { return i / seconds, i % seconds },
	} {
		b.Run(name, func(b *testing.B) {
			path, sum := readings(b, order)
			for b.Loop() {
				load(b, path, sum)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/lines, "ns/record")
		})
	}
}

// readings writes the file and returns the sum of its column n.
func readings(b *testing.B, order func(i int) (host, second int)) (path string, sum int64) {
	path = filepath.Join(b.TempDir(), "readings.csv")
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	w := bufio.NewWriter(f)
	fmt.Fprintln(w, "time,host,region,cpu,n,healthy")
	random := rand.New(rand.NewPCG(1, 2))
	for i := range lines {
		host, second := order(i)
		n := random.Int64N(1e6)
		sum += n
		fmt.Fprintf(w, "%d,host-%04d,r%d,%.3f,%d,%t\n", 1_700_000_000_000+second*1000, host, host%8, random.Float64()*100, n, n%2 == 0)
	}
	if err := errors.Join(w.Flush(), f.Close()); err != nil {
		b.Fatal(err)
	}
	return path, sum
}

func load(b *testing.B, path string, sum int64) {
	ctx := context.Background()
	db, err := tsdb.Open(tsdb.Options{Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	s := tsserver.New(db, tsserver.Options{})
	h := httptest.NewServer(s)
	defer func() {
		h.Close()
		if err := errors.Join(s.Close(), db.Close()); err != nil {
			b.Fatal(err)
		}
	}()
	client := timestreamwrite.New(timestreamwrite.Options{
		Region: "us-east-1", BaseEndpoint: &h.URL, HTTPClient: timestream.HTTPClient(nil), Credentials: credentials.NewStaticCredentialsProvider("a", "b", ""),
		EndpointDiscovery: timestreamwrite.EndpointDiscoveryOptions{EnableEndpointDiscovery: aws.EndpointDiscoveryDisabled},
	})
	result, err := csvload.Load(ctx, client, csvload.Options{
		Path: path, Database: "d", Table: "t", Time: "time", Unit: csvload.Milliseconds, Dimensions: []string{"host", "region"},
	})
	if err != nil || result.Records != lines {
		b.Fatalf("got %+v, %v", result, err)
	}
	got, err := db.Query(ctx, `SELECT count(*), count(DISTINCT host), sum(n) FROM "d"."t"`)
	if err != nil {
		b.Fatal(err)
	}
	if !got.Next() || fmt.Sprint(got.Values()) != fmt.Sprintf("[%d %d %d]", lines, hosts, sum) {
		b.Errorf("got %v, %v; want [%d %d %d]", got.Values(), got.Err(), lines, hosts, sum)
	}
	if err := got.Close(); err != nil {
		b.Error(err)
	}
}
