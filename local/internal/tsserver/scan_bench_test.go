package tsserver_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"runtime/debug"
	"strconv"
	"testing"

	"athena-timestream/local/internal/tsdb"
)

// scanRows is the size of the table that BenchmarkScan reads.
const scanRows = 1_000_000

// maxScanMemory is how much more memory the process may take while it answers with 170 MB.
const maxScanMemory = 64 << 20

// BenchmarkScan reads a whole table page by page over HTTP, checks the rows by their sum, and fails if the result was
// held: peak-MB is by how much the process has grown in between (Linux only).
func BenchmarkScan(b *testing.B) {
	s := start(b, setup{db: tsdb.Options{Dir: b.TempDir()}})
	s.table("scan")
	want := fillScan(b, s)
	b.ResetTimer()
	for b.Loop() {
		before := resetPeak(b)
		rows, sum, size := scan(b, s)
		if rows != scanRows || sum != want {
			b.Fatalf("%d rows with the sum %d; want %d with %d", rows, sum, scanRows, want)
		}
		grown := peak(b) - before
		if grown > maxScanMemory {
			b.Errorf("the process has grown by %d MB while it answered %d MB", grown>>20, size>>20)
		}
		b.ReportMetric(float64(grown)/(1<<20), "peak-MB")
		b.ReportMetric(float64(size)/(1<<20), "answer-MB")
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/scanRows, "ns/row")
}

func fillScan(b *testing.B, s *service) (sum int64) {
	const batch = 10_000
	for from := int64(0); from < scanRows; from += batch {
		records := make([]tsdb.Record, batch)
		for i := range records {
			n := from + int64(i)
			sum += n % 977
			value := func(n int64) string { return strconv.FormatInt(n, 10) }
			records[i] = tsdb.Record{
				Dimensions: []tsdb.Dimension{{Name: "host", Value: "host-" + value(n%1000)}, {Name: "region", Value: "r" + value(n%8)}},
				Time:       value(1_700_000_000 + n/1000), TimeUnit: "SECONDS", MeasureName: "metrics", MeasureType: "MULTI",
				MeasureValues: []tsdb.MeasureValue{{Name: "n", Type: "BIGINT", Value: value(n % 977)}, {Name: "cpu", Type: "DOUBLE", Value: value(n%100) + ".25"}},
			}
		}
		if _, err := s.db.WriteRecords(ctx, tsdb.WriteRequest{Database: "Data.Base", Table: "scan", Records: records}); err != nil {
			b.Fatal(err)
		}
	}
	return sum
}

// number is the value of column n, which follows a time.
var number = regexp.MustCompile(`:\d\d\.\d{9}"},{"ScalarValue":"(\d+)"}`)

// scan follows the pages without decoding the rows, so that the memory is the server's.
func scan(b *testing.B, s *service) (rows int, sum int64, size int) {
	request := map[string]string{"QueryString": `SELECT * FROM "Data.Base"."scan"`}
	for {
		body, err := json.Marshal(request)
		if err != nil {
			b.Fatal(err)
		}
		status, answer, _ := s.post("Query", string(body))
		if status != 200 {
			b.Fatal(answer)
		}
		size += len(answer)
		for _, m := range number.FindAllStringSubmatch(answer, -1) {
			n, err := strconv.ParseInt(m[1], 10, 64)
			if err != nil {
				b.Fatal(err)
			}
			rows, sum = rows+1, sum+n
		}
		var page struct{ NextToken string }
		if err := json.Unmarshal([]byte(answer), &page); err != nil {
			b.Fatal(err)
		}
		if page.NextToken == "" {
			return rows, sum, size
		}
		request["NextToken"] = page.NextToken
	}
}

// resetPeak makes the kernel forget the process's peak, and returns what it uses now, without what Go could give back.
func resetPeak(b *testing.B) int64 {
	debug.FreeOSMemory()
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		b.Skipf("the peak of the memory is not known here: %v", err)
	}
	return peak(b)
}

func peak(b *testing.B) int64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Fatal(err)
	}
	_, rest, _ := bytes.Cut(status, []byte("VmHWM:"))
	var kilobytes int64
	if _, err := fmt.Sscan(string(rest), &kilobytes); err != nil {
		b.Fatal(err)
	}
	return kilobytes << 10
}
