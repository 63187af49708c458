package e2e_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation"
	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
	"athena-timestream/local/internal/tsdb"
)

// planVector is a file of vectors/substrait.
type planVector struct {
	Name, SQL, SubstraitVersion, FilterExpected string
	SubstraitPlan                               []byte
}

// judged says, for vectors whose filterExpected is no condition in Athena's SQL, what it comes to.
var judged = map[string]string{
	"none": "true", "never true": "false",
	"ok IS UNKNOWN": "ok IS NULL", "ok IS TRUE": "COALESCE(ok, false)", "ok IS NOT TRUE": "NOT COALESCE(ok, false)",
	"ok IS FALSE": "NOT COALESCE(ok, true)", "ok IS NOT FALSE": "COALESCE(ok, true)",
	"host starts with 'web-'": "host LIKE 'web-%'", "cpu = NaN": "false", "ok OR NULL": "ok",
	"SUBSTRING(host FROM 1 FOR 3) = 'web'":         "substr(host, 1, 3) = 'web'",
	"CHAR_LENGTH(host) > 3":                        "length(host) > 3",
	"none (cpu > 1 is a hint)":                     "true",
	"requests IN (0, 1, ... 40), as 40 nested ORs": "requests BETWEEN 0 AND 40",
	"time >= TIMESTAMP '2024-02-29 12:34:56.789000001', so time > .789 for milliseconds":        "time > TIMESTAMP '2024-02-29 12:34:56.789'",
	"time >= TIMESTAMP '2024-02-29 12:34:56.789 UTC'":                                           "time >= TIMESTAMP '2024-02-29 12:34:56.789'",
	"time >= TIMESTAMP '2024-02-29 12:34:56.789123'":                                            "time > TIMESTAMP '2024-02-29 12:34:56.789'",
	"time >= TIMESTAMP '2024-02-29 12:34:56.789123' (Isthmus cuts the literal to microseconds)": "time > TIMESTAMP '2024-02-29 12:34:56.789'",
	"time > CAST('2024-02-29 12:34:56' AS TIMESTAMP(3))":                                        "time > TIMESTAMP '2024-02-29 12:34:56'",
	"time > CAST('2024-02-29 12:34:56' AS TIMESTAMP WITH LOCAL TIME ZONE)":                      "time > TIMESTAMP '2024-02-29 12:34:56'",
	"time > TIMESTAMP '2024-02-29 12:00:00' - INTERVAL '1' DAY":                                 "time > TIMESTAMP '2024-02-28 12:00:00'",
	"time > TIMESTAMP '2024-02-29 12:00:00' + INTERVAL '1' YEAR":                                "time > TIMESTAMP '2025-02-28 12:00:00'",
	"host = 'a' (field 1 of the projection cpu, host); or refuse":                               "host = 'a'",
}

// refusedPlans may end in an error instead of rows; whatever else "refuse or apply" says is applied.
var refusedPlans = map[string]bool{
	"count-star": true, "group-by": true, "having": true, "distinct": true, "window": true, // aggregates and windows
	"cast-column-to-timestamp-0": true, "trim": true,
}

var whereClause = regexp.MustCompile(`(?s) WHERE (.*?)( GROUP BY .*| ORDER BY .*| LIMIT .*| OFFSET .*)?$`)

// condition is what the vector's filter means, in Athena's SQL; empty: the plan has to be refused.
func (v planVector) condition() string {
	filter := v.FilterExpected
	if filter == "refuse or apply" {
		filter = whereClause.FindStringSubmatch(v.SQL)[1]
	}
	switch {
	case judged[filter] != "":
		return judged[filter]
	case strings.Contains(filter, "refuse"):
		return ""
	}
	return filter
}

func planVectors(t *testing.T) []planVector {
	t.Helper()
	files, err := filepath.Glob("../../../vectors/substrait/*.json")
	if err != nil || len(files) < 200 {
		t.Fatalf("%d plans, %v", len(files), err)
	}
	var out []planVector
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var v planVector
		if err := json.Unmarshal(text, &v); err == nil { // but for the list of what Isthmus refuses
			out = append(out, v)
		}
	}
	return out
}

// hostMetrics is the vectors' table: a view, since records hold no dates.
func (s *site) hostMetrics(t *testing.T) {
	t.Helper()
	create(t, s.writer(), "metrics", "raw")
	r := rand.New(rand.NewPCG(*seed, 0))
	base := time.Date(2024, 2, 29, 12, 34, 56, 789_000_000, time.UTC)
	times := []time.Time{
		base, base.Add(1), base.Add(999_999), base.Add(1_000_000), base.Add(-1), base.Add(123_456), base.Truncate(time.Second), base.Truncate(time.Second).Add(-1),
		base.Truncate(time.Second).Add(1_000_001), time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC), time.Date(2024, 3, 1, 0, 0, 0, 1, time.UTC), time.Date(2024, 2, 28, 12, 0, 0, 5e8, time.UTC),
		time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2025, 2, 28, 12, 0, 0, 1e6, time.UTC),
	}
	hosts := []string{"", "a", "b", "cc", "bbb", "web-1", "WEB-1", "web", "web-", "m", "x", "zz"}
	regions := []string{"eu", "us", "ap", "eu-west-1", "sa"}
	cpus := []string{"", "0.0", "-0.0", "0.5", "1.0", "1.5", "2.0", "6.5", "7.0", "7.5", "15.0", "90.0", "-1.25", "-1.2500001", "1E15"}
	requests := []string{"", "0", "1", "2", "3", "4", "5", "6", "7", "9", "10", "15", "20", "21", "25", "26", "40", "41", "-1", "-3000000000", "-2999999999", "9223372036854775806", "9223372036854775807"}
	notes := []string{"", "x", "y", " x ", "a ", "a", `it's "quoted" \ here`, "ünïcødé 日本 😀", "web"}
	days := []string{"", "2024-02-28", "2024-02-29", "2024-03-01", "1970-01-01"}
	var records []tsdb.Record
	for i := range 240 {
		measures := []tsdb.MeasureValue{{Name: "row", Type: "BIGINT", Value: strconv.Itoa(i)}}
		measure := func(name, typ, value string) {
			if value != "" {
				measures = append(measures, tsdb.MeasureValue{Name: name, Type: typ, Value: value})
			}
		}
		measure("cpu", "DOUBLE", pick(r, cpus))
		measure("requests", "BIGINT", pick(r, requests))
		measure("ok", "BOOLEAN", pick(r, []string{"", "true", "false"}))
		measure("note", "VARCHAR", pick(r, notes))
		measure("day", "VARCHAR", pick(r, days))
		dimensions := []tsdb.Dimension{{Name: "region", Value: pick(r, regions)}, {Name: "n", Value: strconv.Itoa(i)}}
		if h := pick(r, hosts); h != "" {
			dimensions = append(dimensions, tsdb.Dimension{Name: "host", Value: h})
		}
		records = append(records, tsdb.Record{
			MeasureName: "m", MeasureType: "MULTI", Time: strconv.FormatInt(pick(r, times).UnixNano(), 10), TimeUnit: "NANOSECONDS", Dimensions: dimensions, MeasureValues: measures,
		})
	}
	for from := 0; from < len(records); from += 80 {
		if _, err := s.db.WriteRecords(t.Context(), tsdb.WriteRequest{Database: "metrics", Table: "raw", Records: records[from : from+80]}); err != nil {
			t.Fatal(err)
		}
	}
	s.define(t, "metrics", "host_metrics", `SELECT time, region, host, measure_name, cpu, requests, ok, CAST(day AS date) AS day, note, "row" FROM "metrics"."raw"`,
		"time timestamp", "region string", "host string", "measure_name string", "cpu double", "requests bigint", "ok boolean", "day date", "note string")
}

// planned reads columns of a table, all if none is named, the way of an Athena that sends plans: every row that comes is an
// answer.
func (s *site) planned(t *testing.T, name message.TableName, plan *predicate.QueryPlan, columns ...string) ([]string, error) {
	t.Helper()
	where := predicate.Unconstrained()
	where.Plan = plan
	schema, all, err := s.rows(t, name, where, columns...)
	if err != nil {
		return nil, err
	}
	var rows []string
	for _, row := range all {
		for i, v := range row {
			row[i] = seenCell(schema.Field(i).Type, v)
		}
		rows = append(rows, rowText(row))
	}
	return rows, nil
}

// seenCell is a value as the player has it.
func seenCell(t arrow.DataType, v any) any {
	if n, is := v.(int64); is {
		switch t.ID() {
		case arrow.DATE64:
			return time.UnixMilli(n).UTC()
		case arrow.DATE32:
			return day(n)
		}
	}
	return v
}

// TestPlans reads with every plan. The judge is Athena's player without push-down, whose SQL is the vector's text.
func TestPlans(t *testing.T) {
	t.Parallel()
	s := serve(t, openDB(t), setting{}, nil)
	s.hostMetrics(t)
	_, judge := s.engines()
	wanted := map[string][]string{} // by condition
	for _, v := range planVectors(t) {
		t.Run(v.Name, func(t *testing.T) {
			got, err := s.planned(t, message.TableName{Schema: "metrics", Table: "host_metrics"}, &predicate.QueryPlan{Version: v.SubstraitVersion, Plan: v.SubstraitPlan})
			condition := v.condition()
			switch {
			case err != nil && (condition == "" || refusedPlans[v.Name]):
				if message.CodeOf(err) != federation.OperationNotSupported {
					t.Errorf("refused with code %q: %v", message.CodeOf(err), err)
				}
				return
			case condition == "":
				t.Fatalf("%d rows, but the plan has to be refused (%s)", len(got), v.FilterExpected)
			case err != nil:
				t.Fatalf("%s: %v", condition, err)
			}
			if wanted[condition] == nil {
				wanted[condition] = answer(t, judge, "SELECT time, region, host, measure_name, cpu, requests, ok, day, note FROM metrics.host_metrics WHERE "+condition)
			}
			checkPlanned(t, v, condition, got, wanted[condition])
		})
	}
}

func checkPlanned(t *testing.T, v planVector, condition string, got, want []string) {
	t.Helper()
	limit := -1
	if m := regexp.MustCompile(` LIMIT (\d+)(?: OFFSET (\d+))?`).FindStringSubmatch(v.SQL); m != nil {
		count, _ := strconv.Atoi(m[1])
		offset, _ := strconv.Atoi(m[2])
		limit = min(offset+count, len(want))
	}
	if limit < 0 {
		same(t, fmt.Sprintf("%s: %s", v.Name, condition), got, want)
		return
	}
	if len(got) != limit {
		t.Errorf("%d rows, want the first %d of %d", len(got), limit, len(want))
	}
	if extra := difference(got, want); len(extra) > 0 {
		t.Errorf("rows that do not match: %s", listed(extra))
	}
}
