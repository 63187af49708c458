package main

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/timestreamquery"

	"athena-timestream/timestream/internal/bench/sample"
	"athena-timestream/timestream/internal/bench/standin"
)

// here is a lab whose stand-in runs in this process.
func here(t *testing.T) *lab {
	server := httptest.NewServer(&standin.Server{})
	t.Cleanup(server.Close)
	return &lab{short: true, url: server.URL, aws: settings(server.URL)}
}

// All ways of reading give the rows of the table, of which the digest tells one wrong bit.
func TestReadings(t *testing.T) {
	l, ctx := here(t), t.Context()
	for _, table := range []sample.Table{{Rows: 100, Columns: 6}, {Rows: 7000, Columns: 6}, {Rows: 2000, Columns: 25}} {
		t.Run(table.Name(), func(t *testing.T) {
			w := overWire{}
			for name, read := range map[string]func() error{
				"page by page": func() error { return w.readOurs(ctx, l, table) },
				"by the SDK":   func() error { return w.readSDK(ctx, l, table) },
				"bodies":       func() error { _, err := l.alone(ctx, table); return err },
				"in one split": func() error { return l.readBy(ctx, 1, table) },
				"in splits":    func() error { return l.readBy(ctx, 3, table) },
				"spilled by the SDK": func() error {
					_, err := l.sdkTable(ctx, table)
					return err
				},
			} {
				if err := read(); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
	}
}

func (l *lab) readBy(ctx context.Context, instances int, table sample.Table) error {
	all, err := l.handlers(instances)
	if err != nil {
		return err
	}
	_, err = l.readSplits(ctx, all, table)
	return err
}

// TestSpilled reads blocks back that a handler has put into the stand-in of S3.
func TestSpilled(t *testing.T) {
	l := here(t)
	if err := l.readBy(t.Context(), 1, sample.Table{Rows: 100_000, Columns: 6}); err != nil {
		t.Error(err)
	}
}

// A digest tells rows that are missing, twice, in another place or changed.
func TestWrongRowsAreNoticed(t *testing.T) {
	table := sample.Table{Rows: 100, Columns: 6}
	right := table.Page(0, 100, "")
	row := func(i int) string { return string(table.AppendRow(nil, i)) }
	for name, c := range map[string]struct{ old, new string }{
		"nothing is wrong":   {"", ""},
		"a row is missing":   {row(41) + ",", ""},
		"a row comes twice":  {row(41), row(41) + "," + row(41)},
		"rows change places": {row(41) + "," + row(42), row(42) + "," + row(41)},
		"a text is another":  {"host-", "hosT-"},
		"a value is null":    {`{"ScalarValue":"` + number(t, row(41)) + `"}`, `{"NullValue":true}`},
		"a null is a zero":   {`{"NullValue":true}`, `{"ScalarValue":"0"}`},
	} {
		t.Run(name, func(t *testing.T) {
			body := strings.Replace(string(right), c.old, c.new, 1)
			l := &lab{aws: settings("http://localhost")}
			s, err := newSink(table)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.Query(t.Context(), l.queryClient(&replies{pages: [][]byte{[]byte(body)}}), &timestreamquery.QueryInput{QueryString: &anything}, nothing); err != nil {
				t.Fatal(err)
			}
			r, err := s.b.Record()
			if err != nil {
				t.Fatal(err)
			}
			var digest sample.Digest
			if err := digest.Add(r); err != nil {
				t.Fatal(err)
			}
			if err := same(table, 0, 100, &digest); (err == nil) != (c.old == "") {
				t.Errorf("%v", err)
			}
		})
	}
}

// number is the last value of a row.
func number(t *testing.T, row string) string {
	parts := strings.Split(row, `"`)
	text := parts[len(parts)-2]
	if text == "NullValue" {
		t.Fatal("take another row")
	}
	return text
}

func TestStandInRefuses(t *testing.T) {
	l := here(t)
	for sql, want := range map[string]string{
		"SELECT * FROM \"bench\".\"r10_c6_l0\" WHERE \"host\" = 'a'": "not understood",
		"SELECT * FROM \"bench\".\"r10_c5_l0\"":                      "does not exist",
		"SELECT * FROM \"bench\".\"other\"":                          "does not exist",
		"VALUES 1":                                                   "not understood",
	} {
		_, err := l.queryClient(nil).Query(t.Context(), &timestreamquery.QueryInput{QueryString: &sql})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", sql, err, want)
		}
	}
	if _, err := l.s3Client().GetObject(t.Context(), nil); err == nil {
		t.Error("an object without a name")
	}
	if standin.NextToken([]byte(`"NextToken":"x"`)) != "x" {
		t.Error("no token")
	}
}
