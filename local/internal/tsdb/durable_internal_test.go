package tsdb

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// writerDir makes the test binary a writer that never stops by itself.
const writerDir = "TSDB_TEST_WRITER_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(writerDir); dir != "" {
		if err := writeForEver(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/dlclark/regexp2.runClock")) // a clock that stops by itself
}

func numbered(i int) Record {
	v := strconv.Itoa(i)
	return Record{
		Dimensions: []Dimension{{"host", "h" + strconv.Itoa(i%7)}, {fmt.Sprintf("d%d", i%11), "x"}}, // new columns all the time
		Time:       strconv.Itoa(1000 + i/10), MeasureName: "n", MeasureValue: &v, MeasureType: "BIGINT",
	}
}

func prepare(db *DB) error {
	ctx := context.Background()
	if _, err := db.CreateDatabase(ctx, "d", "", nil); err != nil {
		return err
	}
	_, err := db.CreateTable(ctx, Table{Database: "d", Name: "t"}, map[string]string{"a": "b"})
	return err
}

// writeForEver writes three records at a time and prints the number of those that were acknowledged.
func writeForEver(dir string) error {
	db, err := Open(Options{Dir: dir})
	if err != nil {
		return err
	}
	if err := prepare(db); err != nil {
		return err
	}
	for i := 0; ; i += 3 {
		_, err := db.WriteRecords(context.Background(), WriteRequest{Database: "d", Table: "t", Records: []Record{numbered(i), numbered(i + 1), numbered(i + 2)}})
		if err != nil {
			return err
		}
		fmt.Println(i + 3)
	}
}

// stored returns the values in the table in order.
func stored(t *testing.T, db *DB) []int64 {
	t.Helper()
	_, tab, err := db.find("d", "t")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := db.duck.Query(context.Background(), "SELECT "+physicalColumn(tab.byName["measure_value::bigint"])+" AS n FROM "+tab.from()+" ORDER BY n")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out []int64
	for rows.Next() {
		out = append(out, rows.Values()[0].(int64))
	}
	if rows.Err() != nil {
		t.Fatal(rows.Err())
	}
	return out
}

// An acknowledged write survives kill -9, and a request is there as a whole or not at all.
func TestSurvivesKill(t *testing.T) {
	t.Parallel()
	for round := range 3 {
		dir := t.TempDir()
		c := exec.Command(os.Args[0])
		c.Env = append(os.Environ(), writerDir+"="+dir)
		c.Stderr = os.Stderr
		out, err := c.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		acknowledged := 0
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if acknowledged, err = strconv.Atoi(lines.Text()); err != nil {
				t.Fatalf("the writer says %q", lines.Text())
			}
			if acknowledged > 60+40*round {
				break
			}
		}
		if err := c.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for lines.Scan() { // acknowledged before the signal arrived
			acknowledged, _ = strconv.Atoi(lines.Text())
		}
		var killed *exec.ExitError
		if err := c.Wait(); !errors.As(err, &killed) || acknowledged == 0 {
			t.Fatalf("the writer ended with %v after %d records", err, acknowledged)
		}
		db, err := Open(Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		got := stored(t, db)
		if len(got) < acknowledged || len(got)%3 != 0 || got[len(got)-1] != int64(len(got)-1) {
			t.Errorf("%d records were acknowledged, %d are there, the last is %d", acknowledged, len(got), got[len(got)-1])
		}
		// The schema fits the data: another write of the same points changes nothing.
		n, err := db.WriteRecords(context.Background(), WriteRequest{Database: "d", Table: "t", Records: []Record{numbered(0), numbered(1)}})
		if err != nil || n.Total != 2 || !reflect.DeepEqual(stored(t, db), got) {
			t.Errorf("the repeated write: %v, %v", n, err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// Closing and opening again keeps everything: catalog, tags, schema, records, and the rules that depend on them.
func TestKeepsEverything(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	db, err := Open(Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if err := prepare(db); err != nil {
		t.Fatal(err)
	}
	write := func(r ...Record) error {
		_, err := db.WriteRecords(ctx, WriteRequest{Database: "d", Table: "t", Records: r})
		return err
	}
	if err := write(numbered(1), numbered(2)); err != nil {
		t.Fatal(err)
	}
	if _, err := db.UpdateTable(ctx, "d", "t", &Retention{1, 2}, &MagneticWrites{Enabled: true}, nil); err != nil {
		t.Fatal(err)
	}
	before, _ := db.DescribeTable("d", "t")
	_, tab, _ := db.find("d", "t")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if db, err = Open(Options{Dir: dir}); err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	after, err := db.DescribeTable("d", "t")
	if err != nil || !reflect.DeepEqual(before, after) {
		t.Errorf("the table was %+v and is %+v, %v", before, after, err)
	}
	_, again, _ := db.find("d", "t")
	if !reflect.DeepEqual(tab, again) {
		t.Errorf("the schema was %+v and is %+v", tab, again)
	}
	if tags, err := db.Tags(after.ARN); err != nil || tags["a"] != "b" {
		t.Errorf("tags %v, %v", tags, err)
	}
	changed := numbered(1)
	other := "77"
	changed.MeasureValue = &other
	var rejected *RejectedError
	if err := write(changed); !errors.As(err, &rejected) || *rejected.Records[0].ExistingVersion != 1 {
		t.Errorf("a changed point after opening: %v", err)
	}
	if _, err := db.CreateTable(ctx, Table{Database: "d", Name: "t2"}, nil); err != nil {
		t.Errorf("a new table after opening: %v", err)
	}
	// A second program on the same folder is told so.
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), writerDir+"="+dir)
	said, err := c.CombinedOutput()
	if err == nil || !strings.Contains(string(said), "another program uses it (PID") {
		t.Errorf("a second program: %v, %s", err, said)
	}
}

// The rows that a write repeats are found whatever their place in time.
func TestUpsertsInAnyOrder(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db, err := Open(Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := prepare(db); err != nil {
		t.Fatal(err)
	}
	const n = 3000
	// All numbers below n, three times in different orders.
	for _, round := range []struct{ step, version int }{{7, 6}, {11, 2}, {1, 11}} {
		var batch []Record
		version := int64(round.version)
		for i := range n {
			k := i * round.step % n
			r := numbered(k)
			v := strconv.Itoa(k + round.version*n)
			r.MeasureValue, r.Version = &v, &version
			batch = append(batch, r)
		}
		_, err := db.WriteRecords(ctx, WriteRequest{Database: "d", Table: "t", Records: batch})
		var rejected *RejectedError
		if round.version == 2 {
			if !errors.As(err, &rejected) || len(rejected.Records) != n {
				t.Fatalf("lower versions: %v", err)
			}
		} else if err != nil {
			t.Fatal(err)
		}
	}
	got := stored(t, db)
	if len(got) != n || got[0] != 11*n || got[n-1] != 12*n-1 {
		t.Errorf("%d rows from %d to %d", len(got), got[0], got[len(got)-1])
	}
}

func BenchmarkWriteBatches(b *testing.B) {
	db, err := Open(Options{Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	if err := prepare(db); err != nil {
		b.Fatal(err)
	}
	now := time.Now().UnixMilli()
	for i := range b.N {
		batch := make([]Record, 77) // as many series as numbered makes
		for k := range batch {
			batch[k] = numbered(k)
			batch[k].Time = strconv.FormatInt(now+int64(i), 10)
		}
		if _, err := db.WriteRecords(context.Background(), WriteRequest{Database: "d", Table: "t", Records: batch}); err != nil {
			b.Fatal(err)
		}
	}
}
