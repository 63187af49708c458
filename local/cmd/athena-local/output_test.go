package main

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
)

// everything is a statement with a value of each kind, and nulls.
const everything = `SELECT * FROM (VALUES
	(1, 9007199254740993, 1.5e0, true, 'a "b", é', timestamp '2024-02-29 12:00:00.123', date '2024-02-29', interval '2' hour, ARRAY[1, NULL]),
	(2, NULL, 1e20, NULL, NULL, NULL, NULL, NULL, NULL)
) AS t (i, big, d, ok, s, at, day, took, list) ORDER BY i`

// query runs one statement without any stored data.
func query(t *testing.T, format, sql string) []byte {
	t.Helper()
	var out, errs bytes.Buffer
	code := run(context.Background(), []string{"query", "--in-memory", "--format", format, sql}, streams{strings.NewReader(""), &out, &errs})
	if code != 0 {
		t.Fatalf("exit code %d: %s", code, errs.String())
	}
	return out.Bytes()
}

func TestCSV(t *testing.T) {
	want := `i,big,d,ok,s,at,day,took,list
1,9007199254740993,1.5,true,"a ""b"", é",2024-02-29 12:00:00.123,2024-02-29,0 02:00:00.000,"[1, null]"
2,,1.0E20,,,,,,
`
	if got := string(query(t, "csv", everything)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestJSON(t *testing.T) {
	got := query(t, "json", everything)
	want := `[
{"i":1,"big":9007199254740993,"d":1.5,"ok":true,"s":"a \"b\", é","at":"2024-02-29 12:00:00.123","day":"2024-02-29","took":"0 02:00:00.000","list":[1,null]},
{"i":2,"big":null,"d":100000000000000000000,"ok":null,"s":null,"at":null,"day":null,"took":null,"list":null}
]
`
	if string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for sql, want := range map[string]string{
		"SELECT 1 AS x WHERE 1 = 0":                                           `[]`,
		"SELECT nan() AS x, infinity() AS y":                                  `[{"x":"NaN","y":"Infinity"}]`,
		`SELECT 1 AS "a ""quoted"" name", 2 AS "é"`:                           `[{"a \"quoted\" name":1,"é":2}]`,
		`SELECT hostname, cpu FROM demo.cpu_series WHERE hostname = 'nobody'`: `[]`,
	} {
		var compact bytes.Buffer
		if err := json.Compact(&compact, query(t, "json", sql)); err != nil || compact.String() != want {
			t.Errorf("%s: got %s, %v; want %s", sql, compact.String(), err, want)
		}
	}
}

func TestArrow(t *testing.T) {
	r, err := ipc.NewReader(bytes.NewReader(query(t, "arrow", everything)))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Release()
	if !r.Next() {
		t.Fatal("no batch", r.Err())
	}
	b := r.RecordBatch()
	if b.NumRows() != 2 || b.ColumnName(0) != "i" {
		t.Errorf("got %v", b)
	}
	if big := b.Column(1).(*array.Int64); big.Value(0) != 9007199254740993 || !big.IsNull(1) {
		t.Errorf("big: %v", big)
	}
	if at := b.Column(5).(*array.Timestamp); at.DataType().(*arrow.TimestampType).Unit != arrow.Nanosecond || at.Value(0) != 1709208000123000000 {
		t.Errorf("at: %v", at)
	}
}

func TestTableAlignsNumbers(t *testing.T) {
	want := `┌───┬──────┬───────┐
│ i │ name │     d │
├───┼──────┼───────┤
│ 1 │ a    │   1.5 │
│ 2 │ null │ 100.0 │
└───┴──────┴───────┘
`
	got := string(query(t, "table", "SELECT * FROM (VALUES (1, 'a', 1.5e0), (2, NULL, 100e0)) AS t (i, name, d) ORDER BY i"))
	if !strings.HasPrefix(got, want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
