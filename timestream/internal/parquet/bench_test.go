package parquet_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	apache "github.com/apache/arrow-go/v18/parquet"

	"athena-timestream/federation/block"
	"athena-timestream/timestream/internal/parquet"
	"athena-timestream/timestream/internal/tstype"
)

// BenchmarkRead reads rows like those that the pages' benchmarks are made of: two dimensions, a measure's name, a time and
// two measures. It reports what a row costs in time and in bytes.
func BenchmarkRead(b *testing.B) {
	const rows = 100_000
	g := rand.New(rand.NewPCG(1, 1))
	tab := table{
		names: []string{"host", "region", "measure_name", "time", "cpu", "count"},
		types: []tstype.Type{{}, {}, {}, {Kind: tstype.Timestamp}, {Kind: tstype.Double}, {Kind: tstype.Bigint}},
	}
	for i := range rows {
		row := []any{
			fmt.Sprintf("host-%03d", g.IntN(200)), fmt.Sprintf("eu-west-%d", g.IntN(3)), "metrics",
			instant(1_700_000_000_000_000_000 + int64(i)*250_000_000), float64(g.IntN(10_000)) / 100, g.Int64N(100_000),
		}
		if g.IntN(4) == 0 {
			row[4] = g.Float64()
		}
		for _, k := range []int{4, 5} {
			if g.IntN(10) == 0 {
				row[k] = nil
			}
		}
		tab.rows = append(tab.rows, row)
	}
	for _, gzip := range []bool{true, false} {
		b.Run(fmt.Sprintf("gzip=%t", gzip), func(b *testing.B) {
			data := write(b, tab, form{gzip: gzip, dictionary: true, pageBytes: 1 << 20, groupRows: rows, instants: apache.Types.Int96})
			builder, cols := columns(b, tab, []int{0, 1, 2, 3, 4, 5})
			r := parquet.NewReader(cols)
			b.ReportAllocs()
			for b.Loop() {
				builder.Reset()
				if n, err := r.Read(context.Background(), data, func() error { return nil }); n != rows || err != nil {
					b.Fatal(n, err)
				}
			}
			for k, row := range []int{0, rows / 2, rows - 1} {
				record, err := builder.Record()
				if err != nil {
					b.Fatal(err)
				}
				for i := range cols {
					if got, want := block.ValueAt(record.Column(i), row), shown(tab.rows[row][i]); got != want {
						b.Fatal(k, row, i, got, want)
					}
				}
			}
			b.ReportMetric(float64(len(data))/rows, "B/row")
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows, "ns/row")
		})
	}
}
