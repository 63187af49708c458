package timestream_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"athena-timestream/federation/predicate"
)

// recordings are answers of the real service, kept outside the repository; see the README there.
const recordings = "../../shared/data/recorded"

// answerType and answerDatum are the service's JSON, read here without the SDK and without package page.
type answerType struct {
	ScalarType                       string
	ArrayColumnInfo                  *answerColumn
	RowColumnInfo                    []answerColumn
	TimeSeriesMeasureValueColumnInfo *answerColumn
}

type answerColumn struct {
	Name string
	Type answerType
}

type answerDatum struct {
	NullValue       bool
	ScalarValue     *string
	ArrayValue      []answerDatum
	RowValue        *struct{ Data []answerDatum }
	TimeSeriesValue []struct {
		Time  string
		Value answerDatum
	}
}

// value is what Athena is to get for the datum.
func (d answerDatum) value(t *testing.T, typ answerType) any {
	switch {
	case d.NullValue:
		return nil
	case typ.ArrayColumnInfo != nil:
		out := []any{}
		for _, e := range d.ArrayValue {
			out = append(out, e.value(t, typ.ArrayColumnInfo.Type))
		}
		return out
	case typ.RowColumnInfo != nil:
		out := []any{}
		for i, e := range d.RowValue.Data {
			out = append(out, e.value(t, typ.RowColumnInfo[i].Type))
		}
		return out
	case typ.TimeSeriesMeasureValueColumnInfo != nil:
		out := []any{}
		for _, p := range d.TimeSeriesValue {
			at := answerDatum{ScalarValue: &p.Time}
			out = append(out, []any{at.value(t, answerType{ScalarType: "TIMESTAMP"}), p.Value.value(t, typ.TimeSeriesMeasureValueColumnInfo.Type)})
		}
		return out
	}
	return scalarValue(t, *d.ScalarValue, typ.ScalarType)
}

func scalarValue(t *testing.T, s, typ string) any {
	var v any = s
	var err error
	switch typ {
	case "DOUBLE":
		v, err = strconv.ParseFloat(s, 64)
	case "BIGINT":
		v, err = strconv.ParseInt(s, 10, 64)
	case "INTEGER":
		v, err = strconv.ParseInt(s, 10, 64)
	case "TIMESTAMP":
		var at time.Time
		at, err = time.Parse("2006-01-02 15:04:05.000000000", s)
		v = at.UnixMilli()
	case "DATE":
		var at time.Time
		at, err = time.Parse(time.DateOnly, s)
		v = at.Unix() / 86400
	}
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestRecorded reads every recording as the answer to a passthrough query: its columns from a first run, since
// PrepareQuery is denied, then all rows.
func TestRecorded(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(recordings, "*.json"))
	if err != nil || len(files) == 0 {
		t.Skipf("no recorded answers in %s", recordings)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var raw struct{ ColumnInfo, Rows json.RawMessage }
			var columns []answerColumn
			var rows []struct{ Data []answerDatum }
			for from, to := range map[*json.RawMessage]any{&raw.ColumnInfo: &columns, &raw.Rows: &rows} {
				if err := json.Unmarshal(data, &raw); err != nil {
					t.Fatal(err)
				}
				if err := json.Unmarshal(*from, to); err != nil {
					t.Fatal(err)
				}
			}
			s := newService(t)
			const sql = "SELECT probe"
			s.pages[sql] = []string{fmt.Sprintf(`"ColumnInfo":%s,"Rows":%s`, raw.ColumnInfo, raw.Rows)}
			s.fail("PrepareQuery", apiError{403, "AccessDeniedException", "no"})

			c := athena(t, s.connector(nil))
			got, err := read(t, c, table("system", "query"), passthrough(sql))
			if err != nil {
				t.Fatal(err)
			}
			described, err := c.GetTable(context.Background(), table("system", "query"), passthrough(sql).Passthrough)
			if err != nil {
				t.Fatal(err)
			}
			for i, f := range described.Schema.Fields() {
				if f.Name != strings.ToLower(columns[i].Name) {
					t.Errorf("column %d is %s, want %s", i, f.Name, columns[i].Name)
				}
			}
			if len(got) != len(rows) {
				t.Fatalf("%d rows, want %d", len(got), len(rows))
			}
			for i, row := range rows {
				for j, d := range row.Data {
					if want := d.value(t, columns[j].Type); !reflect.DeepEqual(got[i][j], want) {
						t.Errorf("row %d, column %s: got %v, want %v", i, columns[j].Name, got[i][j], want)
					}
				}
			}
		})
	}
}

func passthrough(sql string) *predicate.Constraints {
	c := predicate.Unconstrained()
	c.Passthrough = map[string]string{"schemaFunctionName": "SYSTEM.QUERY", "QUERY": sql}
	return c
}
