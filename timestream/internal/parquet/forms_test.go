package parquet_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"

	"athena-timestream/timestream/internal/page"
	reader "athena-timestream/timestream/internal/parquet"
	"athena-timestream/timestream/internal/tstype"
)

// row is in each encoding that a type may have.
type row struct {
	Plain  string    `parquet:"s0,optional"`
	Dict   string    `parquet:"s1,dict,optional"`
	Delta  string    `parquet:"s2,optional,delta"` // "" is null
	Needed string    `parquet:"s3,delta"`
	N      int64     `parquet:"n0,optional,delta"` // 0 is null
	M      int64     `parquet:"n1,dict"`
	I      int32     `parquet:"i0,delta,optional"`
	T      int64     `parquet:"t0,delta,timestamp(nanosecond)"`
	D      float64   `parquet:"d0,split"`
	E      *float64  `parquet:"d1,optional,dict"`
	B      *bool     `parquet:"b0,optional"`
	L      []float64 `parquet:"l0,list"`
	P      []string  `parquet:"l1,list"`
}

// What parquet-go writes, in every combination of page, compression and encoding, is read as it is.
func TestForms(t *testing.T) {
	t.Parallel()
	const seed, rows = 5, 3000
	all, tab := formRows(rand.New(rand.NewPCG(seed, seed)), rows)
	wanted := make([]int, len(tab.names))
	for i := range wanted {
		wanted[i] = i
	}
	want, _ := columns(t, tab, wanted)
	appendRows(t, want, tab, wanted)
	for _, version := range []int{1, 2} {
		for _, codec := range []compress.Codec{&parquet.Uncompressed, &parquet.Gzip, &parquet.Snappy, &parquet.Zstd} {
			what := fmt.Sprintf("seed %d, pages of version %d, %s", seed, version, codec)
			var out bytes.Buffer
			w := parquet.NewGenericWriter[row](&out, parquet.DataPageVersion(version), parquet.Compression(codec), parquet.PageBufferSize(4096), parquet.MaxRowsPerRowGroup(rows/2))
			if _, err := w.Write(all); err != nil {
				t.Fatal(what, err)
			}
			if err := w.Close(); err != nil {
				t.Fatal(what, err)
			}
			got, cols := columns(t, tab, wanted)
			if n, err := readAll(cols, out.Bytes()); err != nil || n != rows {
				t.Fatalf("%s: %d rows, %v", what, n, err)
			}
			expected := dump(t, want)
			for i, line := range dump(t, got) {
				if line != expected[i] {
					t.Fatalf("%s, row %d:\ngot  %s\nwant %s", what, i, line, expected[i])
				}
			}
		}
	}
}

func readAll(cols []page.Binding, data []byte) (int64, error) {
	return reader.NewReader(cols).Read(context.Background(), data, func() error { return nil })
}

// formRows are rows, and the same as a table.
func formRows(g *rand.Rand, n int) ([]row, table) {
	kinds := []tstype.Kind{
		tstype.Varchar, tstype.Varchar, tstype.Varchar, tstype.Varchar, tstype.Bigint, tstype.Bigint, tstype.Integer, tstype.Timestamp,
		tstype.Double, tstype.Double, tstype.Boolean,
	}
	tab := table{names: []string{"s0", "s1", "s2", "s3", "n0", "n1", "i0", "t0", "d0", "d1", "b0", "l0", "l1"}}
	for _, k := range kinds {
		tab.types = append(tab.types, tstype.Type{Kind: k})
	}
	tab.types = append(tab.types,
		tstype.Type{Kind: tstype.Array, Elem: &tstype.Type{Kind: tstype.Double}}, tstype.Type{Kind: tstype.Array, Elem: &tstype.Type{Kind: tstype.Varchar}})
	rows := make([]row, n)
	for i := range rows {
		r := row{
			Plain: text(g), Dict: text(g), Delta: or0(g, text(g)), Needed: text(g), N: or0(g, g.Int64()), M: g.Int64N(9), I: 1 + g.Int32N(1<<30),
			T: 1_700_000_000_000_000_000 + int64(i)*1_000_000, D: g.NormFloat64(), E: perhaps(g, float64(g.IntN(7))), B: perhaps(g, i/50%2 == 0),
		}
		tab.rows = append(tab.rows, []any{r.Plain, r.Dict, not0(r.Delta), r.Needed, not0(r.N), r.M, r.I, instant(r.T), r.D, given(r.E), given(r.B), nil, nil})
		floats, texts := []any{}, []any{}
		for range g.IntN(4) {
			r.L, r.P = append(r.L, g.Float64()), append(r.P, text(g))
			floats, texts = append(floats, r.L[len(r.L)-1]), append(texts, r.P[len(r.P)-1])
		}
		tab.rows[i][11], tab.rows[i][12] = floats, texts
		rows[i] = r
	}
	return rows, tab
}

func text(g *rand.Rand) string { return fmt.Sprintf("host-%03d.example", g.IntN(300)) }

func perhaps[T any](g *rand.Rand, v T) *T {
	if g.IntN(4) == 0 {
		return nil
	}
	return &v
}

func given[T any](p *T) any {
	if p == nil {
		return nil
	}
	return *p
}

func or0[T any](g *rand.Rand, v T) (out T) {
	if g.IntN(4) > 0 {
		out = v
	}
	return out
}

func not0[T comparable](v T) any {
	var zero T
	if v == zero {
		return nil
	}
	return v
}
