package page_test

import (
	"context"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"athena-timestream/timestream/internal/bench/sample"
	"athena-timestream/timestream/internal/page"
)

// pageBytes is what the service fills a page with.
const pageBytes = 1 << 20

// flatPage is a full page of six scalar columns, a tenth of the numbers null.
func flatPage() string {
	t := sample.Table{Rows: 5000, Columns: 6}
	return string(t.Page(0, t.Rows, strings.Repeat("t", 200)))
}

func scalar(text string) string { return `{"ScalarValue":"` + text + `"}` }

func benchDouble(r *rand.Rand) string {
	if r.IntN(4) == 0 {
		return scalar(strconv.FormatFloat(r.Float64()*100, 'f', -1, 64))
	}
	return scalar(strconv.FormatFloat(float64(r.IntN(10000))/100, 'f', 2, 64))
}

// seriesPage is a full page of time series of a hundred points.
func seriesPage() string {
	r := rand.New(rand.NewPCG(2, 2))
	at := time.Date(2022, 6, 17, 10, 15, 20, 0, time.UTC)
	var sb strings.Builder
	sb.WriteString(`{"Rows":[`)
	for n := 0; sb.Len() < pageBytes-9000; n++ {
		if n > 0 {
			sb.WriteByte(',')
		}
		sb.WriteString(`{"Data":[` + scalar("host-"+strconv.Itoa(n)) + `,{"TimeSeriesValue":[`)
		for p := range 100 {
			if p > 0 {
				sb.WriteByte(',')
			}
			at = at.Add(time.Second)
			sb.WriteString(`{"Time":"` + at.Format("2006-01-02 15:04:05.000000000") + `","Value":` + benchDouble(r) + `}`)
		}
		sb.WriteString(`]}]}`)
	}
	sb.WriteString(`],"ColumnInfo":[{"Name":"host","Type":{"ScalarType":"VARCHAR"}},` +
		`{"Name":"series","Type":{"TimeSeriesMeasureValueColumnInfo":{"Type":{"ScalarType":"DOUBLE"}}}}],"QueryId":"AEBQ"}`)
	return sb.String()
}

func benchPages() map[string]string {
	return map[string]string{"flat": flatPage(), "series": seriesPage()}
}

// The pages that are measured are read equally by both.
func TestBenchPages(t *testing.T) {
	for name, body := range benchPages() {
		p, rows := compare(t, body)
		t.Logf("%s: %d rows of %d bytes", name, len(rows), p.Bytes)
		if p.BySDK {
			t.Errorf("%s: read by the SDK", name)
		}
	}
}

func benchSink(b *testing.B, body string) (*page.Decoder, *sink) {
	b.Helper()
	_, out, err := referenceRead(context.Background(), client(reply(body)))
	if err != nil {
		b.Fatal(err)
	}
	fields, kinds, err := referenceColumns(out.ColumnInfo)
	if err != nil {
		b.Fatal(err)
	}
	s := newSink(b, fields)
	return page.NewDecoder(bindAll(s.b, kinds)), s
}

// BenchmarkQuery is a call of the Query API with no network, by our way and by the plain one. The command bench
// measures whole reads, against an SDK path without the reference's checks.
func BenchmarkQuery(b *testing.B) {
	for name, body := range benchPages() {
		c, ctx := client(reply(body)), context.Background()
		b.Run(name+"/ours", func(b *testing.B) {
			d, s := benchSink(b, body)
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			b.ResetTimer()
			for range b.N {
				s.b.Reset()
				if _, err := d.Query(ctx, c, input(), func() error { return nil }); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+"/sdk", func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for range b.N {
				r, _, err := referenceRead(ctx, c)
				if err != nil {
					b.Fatal(err)
				}
				r.Release()
			}
		})
	}
}

// BenchmarkType is a page of one column of each scalar type.
func BenchmarkType(b *testing.B) {
	for _, kind := range scalarTypes {
		g := newGenerator(1)
		data := make([]string, 5000)
		for i := range data {
			data[i] = scalar("host-" + strconv.Itoa(i))
			if kind != "VARCHAR" {
				data[i] = scalar(g.scalar(kind))
			}
			if kind == "UNKNOWN" {
				data[i] = `{"NullValue":true}`
			}
		}
		body := one(kind, data...)
		b.Run(kind, func(b *testing.B) {
			d, s := benchSink(b, body)
			ctx, c := context.Background(), client(reply(body))
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for range b.N {
				s.b.Reset()
				if _, err := d.Query(ctx, c, input(), func() error { return nil }); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
