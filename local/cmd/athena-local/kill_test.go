package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite/types"

	"athena-timestream/timestream"
)

var (
	killSeed   = flag.Uint64("kill-seed", rand.Uint64(), "seed of TestSurvivesKill")
	killRounds = flag.Int("kill-rounds", 3, "how often TestSurvivesKill kills the server")
)

// A server that is killed with SIGKILL while several clients write has, when it is started again, every record that it
// acknowledged exactly once and with the latest value, and of the requests that were under way all or nothing. The
// clients then repeat what was not answered, as the SDKs do.
func TestSurvivesKill(t *testing.T) {
	t.Parallel()
	t.Logf("-kill-seed %d", *killSeed)
	random := rand.New(rand.NewPCG(*killSeed, 0))
	dir := t.TempDir()
	writers := make([]*killWriter, 4)
	for i := range writers {
		writers[i] = &killWriter{name: fmt.Sprint("w", i), random: rand.New(rand.NewPCG(*killSeed, uint64(i+1))), points: map[int64]int64{}}
	}
	for round := range *killRounds {
		server := startKillable(t, dir)
		server.makeTable(t)
		server.check(t, writers)
		var group sync.WaitGroup
		for _, w := range writers {
			group.Go(func() { w.run(server.write) })
		}
		time.Sleep(time.Duration(100+random.IntN(500)) * time.Millisecond)
		server.kill(t)
		group.Wait()
		t.Logf("round %d: %d requests were acknowledged", round+1, server.acknowledged(writers))
	}
	server := startKillable(t, dir)
	server.check(t, writers)
	server.kill(t)
}

// killWriter writes requests until one fails.
type killWriter struct {
	name   string
	random *rand.Rand
	next   int64           // number of the next new point
	points map[int64]int64 // version by number, of what was acknowledged
	open   map[int64]int64 // the same of the request that was not answered; nil for none
	done   int             // requests
}

func (w *killWriter) run(client *timestreamwrite.Client) {
	for {
		if w.open == nil {
			w.open = w.request()
		}
		var records []types.Record
		for _, n := range slices.Sorted(maps.Keys(w.open)) {
			records = append(records, w.record(n, w.open[n]))
		}
		_, err := client.WriteRecords(context.Background(), &timestreamwrite.WriteRecordsInput{
			DatabaseName: aws.String("d"), TableName: aws.String("t"), Records: records,
		})
		if err != nil {
			return
		}
		maps.Copy(w.points, w.open)
		w.open = nil
		w.done++
	}
}

// request is some new points and some newer versions of old ones.
func (w *killWriter) request() map[int64]int64 {
	points := map[int64]int64{}
	for range 1 + w.random.IntN(20) {
		points[w.next] = 1
		w.next++
	}
	for range w.random.IntN(4) {
		if n := w.random.Int64N(w.next); w.points[n] > 0 {
			points[n] = w.points[n] + 1
		}
	}
	return points
}

// record says its version twice, so that a torn one shows. Now and then a dimension is new to the table.
func (w *killWriter) record(n, version int64) types.Record {
	text := func(n int64) *string { return aws.String(strconv.FormatInt(n, 10)) }
	return types.Record{
		Dimensions: []types.Dimension{
			{Name: aws.String("writer"), Value: &w.name},
			{Name: aws.String(fmt.Sprint("d", n/200%50)), Value: aws.String("x")},
		},
		MeasureName: aws.String("m"), MeasureValueType: types.MeasureValueTypeMulti, Time: text(1_700_000_000_000 + n), Version: &version,
		MeasureValues: []types.MeasureValue{
			{Name: aws.String("n"), Type: types.MeasureValueTypeBigint, Value: text(n)},
			{Name: aws.String("version"), Type: types.MeasureValueTypeBigint, Value: text(version)},
			{Name: aws.String("twin"), Type: types.MeasureValueTypeVarchar, Value: text(version)},
		},
	}
}

// check compares what the server has of the writer with what it acknowledged.
func (w *killWriter) check(t *testing.T, stored map[int64]int64) {
	t.Helper()
	landed := 0
	for n, version := range w.open {
		if stored[n] == version {
			landed++
		}
	}
	if landed != 0 && landed != len(w.open) {
		t.Errorf("%s: of a request of %d records %d are there", w.name, len(w.open), landed)
	}
	want := maps.Clone(w.points)
	if landed > 0 {
		maps.Copy(want, w.open)
	}
	if !maps.Equal(stored, want) {
		for n := range want {
			if stored[n] != want[n] {
				t.Errorf("%s: point %d has version %d instead of %d", w.name, n, stored[n], want[n])
				break
			}
		}
		t.Errorf("%s: %d points are there instead of %d", w.name, len(stored), len(want))
	}
}

// killable is a running athena-local serve.
type killable struct {
	process *exec.Cmd
	write   *timestreamwrite.Client
	query   *timestreamquery.Client
}

func startKillable(t *testing.T, dir string) *killable {
	t.Helper()
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	address := fmt.Sprintf("127.0.0.1:%d", port)
	k := &killable{process: exec.Command("athena-local", "serve", "--data", dir, "--listen", address)}
	k.process.Stderr = os.Stderr
	out, err := k.process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := k.process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = k.process.Process.Kill() }) // fails when it is gone already
	if _, err := io.ReadAtLeast(out, make([]byte, 1), 1); err != nil {
		t.Fatalf("the server did not start: %v", err)
	}
	go io.Copy(io.Discard, out) //nolint:errcheck // it ends with the process
	cfg := aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String("http://" + address), HTTPClient: timestream.HTTPClient(nil), RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	}
	k.write, k.query = timestreamwrite.NewFromConfig(cfg), timestreamquery.NewFromConfig(cfg)
	return k
}

// kill gives the server no time to end.
func (k *killable) kill(t *testing.T) {
	t.Helper()
	var killed *exec.ExitError
	if err := k.process.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := k.process.Wait(); !errors.As(err, &killed) {
		t.Fatalf("the server ended by itself: %v", err)
	}
}

func (k *killable) makeTable(t *testing.T) {
	t.Helper()
	var exists *types.ConflictException
	_, err := k.write.CreateDatabase(context.Background(), &timestreamwrite.CreateDatabaseInput{DatabaseName: aws.String("d")})
	if err != nil && !errors.As(err, &exists) {
		t.Fatal(err)
	}
	_, err = k.write.CreateTable(context.Background(), &timestreamwrite.CreateTableInput{DatabaseName: aws.String("d"), TableName: aws.String("t")})
	if err != nil && !errors.As(err, &exists) {
		t.Fatal(err)
	}
}

func (k *killable) acknowledged(writers []*killWriter) int {
	n := 0
	for _, w := range writers {
		n += w.done
	}
	return n
}

// check reads the whole table.
func (k *killable) check(t *testing.T, writers []*killWriter) {
	t.Helper()
	stored := map[string]map[int64]int64{}
	for _, w := range writers {
		stored[w.name] = map[int64]int64{}
		if w.next == 0 {
			return // nothing was written, so the columns are not there
		}
	}
	pages := timestreamquery.NewQueryPaginator(k.query, &timestreamquery.QueryInput{
		QueryString: aws.String(`SELECT writer, n, version, twin, to_milliseconds(time) - 1700000000000 FROM d.t`),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range page.Rows {
			cell := func(i int) string { return aws.ToString(row.Data[i].ScalarValue) }
			n, errN := strconv.ParseInt(cell(1), 10, 64)
			version, errVersion := strconv.ParseInt(cell(2), 10, 64)
			points := stored[cell(0)]
			if errN != nil || errVersion != nil || cell(3) != cell(2) || cell(4) != cell(1) || points == nil {
				t.Fatalf("a torn row: %s %s %s %s %s", cell(0), cell(1), cell(2), cell(3), cell(4))
			}
			if _, twice := points[n]; twice {
				t.Errorf("point %d of %s is there twice", n, cell(0))
			}
			points[n] = version
		}
	}
	for _, w := range writers {
		w.check(t, stored[w.name])
	}
}
