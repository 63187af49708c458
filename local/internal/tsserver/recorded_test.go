package tsserver_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"athena-timestream/local/internal/tsdb"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite"
)

// answer is a recorded or own answer of Query: the two parts that can be compared word for word.
type answer struct {
	ColumnInfo  any
	Rows        []any
	QueryStatus struct{ CumulativeBytesMetered, ProgressPercentage float64 }
}

// recorded reads an answer that the real service gave (see the README beside the files). Members that are null there are
// absent in ours; SDKs do not tell the two apart.
func recorded(t *testing.T, name string) answer {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../../../../shared/data/recorded", name+".json"))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("the recorded answers of the real service are not beside the project: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return decodeAnswer(t, text)
}

func decodeAnswer(t *testing.T, text []byte) answer {
	t.Helper()
	var raw any
	if err := json.Unmarshal(text, &raw); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	clean, err := json.Marshal(withoutNulls(raw))
	if err != nil {
		t.Fatal(err)
	}
	var a answer
	if err := json.Unmarshal(clean, &a); err != nil {
		t.Fatal(err)
	}
	return a
}

func withoutNulls(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			if x == nil {
				delete(v, k)
			} else {
				v[k] = withoutNulls(x)
			}
		}
	case []any:
		for i := range v {
			v[i] = withoutNulls(v[i])
		}
	}
	return v
}

func text(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}

// sorted makes rows comparable where the service gives no order.
func sorted(rows []any) []string {
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = text(r)
	}
	slices.Sort(out)
	return out
}

// same runs a query and compares its answer with the recorded one.
func (s *service) same(t *testing.T, sql string, want answer) {
	t.Helper()
	status, body, _ := s.post("Query", text(map[string]string{"QueryString": sql}))
	if status != 200 {
		t.Fatalf("%s: %s", sql, body)
	}
	got := decodeAnswer(t, []byte(body))
	if text(got.ColumnInfo) != text(want.ColumnInfo) {
		t.Errorf("columns\n%s, want\n%s", text(got.ColumnInfo), text(want.ColumnInfo))
	}
	if g, w := sorted(got.Rows), sorted(want.Rows); !slices.Equal(g, w) {
		t.Errorf("rows\n%s, want\n%s", strings.Join(g, "\n"), strings.Join(w, "\n"))
	}
	if got.QueryStatus.CumulativeBytesMetered != want.QueryStatus.CumulativeBytesMetered {
		t.Errorf("metered %v, want %v", got.QueryStatus, want.QueryStatus)
	}
}

// cells are the columns' names with a recorded row's scalar texts; absent for null.
func (a answer) cells(row int) map[string]string {
	out := map[string]string{}
	for i, d := range a.Rows[row].(map[string]any)["Data"].([]any) {
		name := a.ColumnInfo.([]any)[i].(map[string]any)["Name"].(string)
		if v, ok := d.(map[string]any)["ScalarValue"].(string); ok {
			out[name] = v
		}
	}
	return out
}

// store writes records without the wire's limit.
func (s *service) store(t *testing.T, database, table string, records ...tsdb.Record) {
	t.Helper()
	if _, err := s.write.CreateDatabase(ctx, &timestreamwrite.CreateDatabaseInput{DatabaseName: &database}); err != nil && codeOf(err) != "ConflictException 409" {
		t.Fatal(err)
	}
	if _, err := s.write.CreateTable(ctx, &timestreamwrite.CreateTableInput{DatabaseName: &database, TableName: &table}); err != nil {
		t.Fatal(err)
	}
	if len(records) == 0 {
		return
	}
	if _, err := s.db.WriteRecords(ctx, tsdb.WriteRequest{Database: database, Table: table, Records: records}); err != nil {
		t.Fatal(err)
	}
}

func nanoseconds(t *testing.T, s string) string {
	t.Helper()
	at, err := time.Parse("2006-01-02 15:04:05.000000000", s)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(at.UnixNano())
}

// devOps are the recorded table's dimensions in order, and a record that has them all and each type of measure.
var devOps = []string{"availability_zone", "microservice_name", "hostname", "instance_name", "process_name", "os_version", "az", "jdk_version", "region", "cell", "silo", "instance_type"}

func seeds() []tsdb.Record {
	var dims []tsdb.Dimension
	for _, d := range devOps {
		dims = append(dims, tsdb.Dimension{Name: d, Value: "seed"})
	}
	var out []tsdb.Record
	for _, m := range []string{"DOUBLE", "BIGINT", "VARCHAR"} {
		out = append(out, tsdb.Record{Dimensions: dims, Time: "1", MeasureName: "seed " + m, MeasureValue: aws.String("1"), MeasureType: m})
	}
	return out
}

func TestRecordedMetadata(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	s.store(t, "grafanaDB", "DevOps", seeds()...)
	s.store(t, "grafanaDB", "IoT")
	for sql, name := range map[string]string{
		"SHOW DATABASES":                   "show-databases",
		`SHOW TABLES FROM "grafanaDB"`:     "show-tables",
		`DESCRIBE "grafanaDB"."DevOps"`:    "describe-table",
		`describe "grafanaDB" . "DevOps" `: "describe-table",
	} {
		s.same(t, sql, recorded(t, name))
	}
}

// The measures are made as the answer lists them: one record each with its dimensions.
func TestRecordedMeasures(t *testing.T) {
	t.Parallel()
	want := recorded(t, "show-measures")
	var records []tsdb.Record
	for i := range want.Rows {
		c := want.cells(i)
		r := tsdb.Record{Time: "1", MeasureName: c["measure_name"], MeasureValue: aws.String("1"), MeasureType: strings.ToUpper(c["data_type"])}
		dims := want.Rows[i].(map[string]any)["Data"].([]any)[2].(map[string]any)["ArrayValue"].([]any)
		for _, d := range dims {
			name := d.(map[string]any)["RowValue"].(map[string]any)["Data"].([]any)[0].(map[string]any)["ScalarValue"].(string)
			r.Dimensions = append(r.Dimensions, tsdb.Dimension{Name: name, Value: "x"})
		}
		records = append(records, r)
	}
	s := start(t, setup{})
	s.store(t, "grafanaDB", "DevOps", records...)
	s.same(t, `SHOW MEASURES FROM "grafanaDB"."DevOps"`, want)
}

// The recorded rows are written and read back.
func TestRecordedRows(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	for _, name := range []string{"select-star", "pagination-off_2"} {
		want := recorded(t, name)
		records := seeds()
		for i := range want.Rows {
			c := want.cells(i)
			r := tsdb.Record{Time: nanoseconds(t, c["time"]), TimeUnit: "NANOSECONDS", MeasureName: c["measure_name"]}
			for _, d := range devOps {
				if v, ok := c[d]; ok {
					r.Dimensions = append(r.Dimensions, tsdb.Dimension{Name: d, Value: v})
				}
			}
			for _, m := range []string{"double", "bigint", "varchar"} {
				if v, ok := c["measure_value::"+m]; ok {
					r.MeasureValue, r.MeasureType = &v, strings.ToUpper(m)
				}
			}
			records = append(records, r)
		}
		s.store(t, "grafanaDB", name, records...)
		s.same(t, fmt.Sprintf(`SELECT * FROM "grafanaDB".%q WHERE measure_name NOT LIKE 'seed%%' LIMIT 10`, name), want)
	}
}

func TestRecordedSeries(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	for name, c := range map[string]struct{ sql, measure string }{
		"complex-timeseries": {`SELECT measure_name, availability_zone, region, cell, silo, instance_type, instance_name, CREATE_TIME_SERIES(time, measure_value::double)
			FROM "g"."complex-timeseries" GROUP BY measure_name, availability_zone, region, cell, silo, instance_type, instance_name`, ""},
		"some-timeseries": {`SELECT region, cell, silo, availability_zone, microservice_name, instance_name, process_name, jdk_version, CREATE_TIME_SERIES(time, measure_value::double) AS gc_reclaimed
			FROM "g"."some-timeseries" GROUP BY region, cell, silo, availability_zone, microservice_name, instance_name, process_name, jdk_version`, "gc_reclaimed"},
	} {
		want := recorded(t, name)
		var records []tsdb.Record
		for i := range want.Rows {
			cells := want.cells(i)
			var dims []tsdb.Dimension
			for n, v := range cells {
				if n != "measure_name" {
					dims = append(dims, tsdb.Dimension{Name: n, Value: v})
				}
			}
			measure := c.measure
			if measure == "" {
				measure = cells["measure_name"]
			}
			data := want.Rows[i].(map[string]any)["Data"].([]any)
			for _, p := range data[len(data)-1].(map[string]any)["TimeSeriesValue"].([]any) {
				at := nanoseconds(t, p.(map[string]any)["Time"].(string))
				v := p.(map[string]any)["Value"].(map[string]any)["ScalarValue"].(string)
				records = append(records, tsdb.Record{Dimensions: dims, Time: at, TimeUnit: "NANOSECONDS", MeasureName: measure, MeasureValue: &v})
			}
		}
		s.store(t, "g", name, records...)
		s.same(t, c.sql, want)
	}
}

func TestRecordedValues(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	s.store(t, "g", "t00", seeds()...)
	s.same(t, `SELECT 1 AS t_int32, 'two' AS t_varchar, TIMESTAMP '2020-08-08 01:00:00' AS timestamp, 1d + 21h AS interval_day_to_second,
		2year + 7month AS interval_year_to_month, TIME '01:00:00' AS time, DATE '2020-08-08' AS date`, recorded(t, "select-consts"))
	s.same(t, `SELECT CASE WHEN count(*) < 0 THEN CREATE_TIME_SERIES(time, measure_value::double) END AS interpolatedValue
		FROM "g"."t00" WHERE measure_name = 'seed DOUBLE'`, recorded(t, "time-series-with-null-data-points"))
}
