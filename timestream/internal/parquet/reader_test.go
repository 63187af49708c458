package parquet_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/parquet/compress"

	"athena-timestream/federation/block"
	"athena-timestream/timestream/internal/page"
	"athena-timestream/timestream/internal/parquet"
	"athena-timestream/timestream/internal/tstype"
)

// columns makes a builder for some columns of a table, and their bindings.
func columns(t testing.TB, tab table, wanted []int) (*block.Builder, []page.Binding) {
	t.Helper()
	fields := make([]arrow.Field, len(wanted))
	for i, k := range wanted {
		fields[i] = tab.types[k].Arrow(tab.names[k])
	}
	b, err := block.NewBuilder(arrow.NewSchema(fields, nil))
	if err != nil {
		t.Fatal(err)
	}
	cols := make([]page.Binding, len(wanted))
	for i, k := range wanted {
		typ, err := tstype.FromArrow(fields[i].Type)
		if err != nil {
			t.Fatal(err)
		}
		cols[i] = page.Binding{Name: tab.names[k], Column: b.Column(i), Type: typ}
	}
	return b, cols
}

// shown is a value as Athena sees it: timestamps in milliseconds.
func shown(v any) any {
	switch v := v.(type) {
	case instant:
		return floor(int64(v), 1e6)
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = shown(x)
		}
		return out
	}
	return v
}

// appendRows appends some columns of a table as Athena sees them.
func appendRows(t testing.TB, b *block.Builder, tab table, wanted []int) {
	t.Helper()
	for _, row := range tab.rows {
		for i, k := range wanted {
			if err := block.AppendValue(b.Column(i), shown(row[k])); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func dump(t testing.TB, b *block.Builder) []string {
	t.Helper()
	r, err := b.Record()
	if err != nil {
		t.Fatal(err)
	}
	out := make([]string, b.Rows())
	for row := range out {
		for i := range b.NumColumns() {
			out[row] += fmt.Sprintf("%#v|", block.ValueAt(r.Column(i), row))
		}
	}
	return out
}

// Whatever a table holds and however it is written, the rows come back.
func TestRandomTables(t *testing.T) {
	t.Parallel()
	for seed := range uint64(400) {
		g := &generator{Rand: rand.New(rand.NewPCG(seed, 1)), depth: int(seed % 4)}
		f := g.form()
		g.nulls = f.lists < 2
		tab := g.table(1+g.IntN(5), g.IntN(300))
		what := fmt.Sprintf("seed %d, %+v, %v", seed, f, tab.types)
		data := write(t, tab, f)
		wanted := g.Perm(len(tab.names))[:g.IntN(len(tab.names)+1)]
		b, cols := columns(t, tab, wanted)
		want, _ := columns(t, tab, wanted)
		appendRows(t, want, tab, wanted)
		r := parquet.NewReader(cols)
		if err := r.Check(data); err != nil {
			t.Fatal(what, err)
		}
		n, err := r.Read(context.Background(), data, func() error { return nil })
		if err != nil || n != int64(len(tab.rows)) {
			t.Fatalf("%s: %d of %d rows, %v", what, n, len(tab.rows), err)
		}
		if len(wanted) == 0 {
			continue
		}
		if got, want := dump(t, b), dump(t, want); strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Fatalf("%s:\ngot  %s\nwant %s", what, got, want)
		}
	}
}

// A file cut short at any byte is an error, and so is one in which any byte of the footer is lost.
func TestTruncated(t *testing.T) {
	t.Parallel()
	g := &generator{Rand: rand.New(rand.NewPCG(7, 7)), depth: 2}
	tab := g.table(4, 40)
	data := write(t, tab, form{codec: compress.Codecs.Gzip, dictionary: true, pageBytes: 256, groupRows: 30, instants: 3})
	_, cols := columns(t, tab, []int{0, 1, 2, 3})
	for n := range data {
		if _, err := parquet.NewReader(cols).Read(context.Background(), data[:n], func() error { return nil }); err == nil {
			t.Fatalf("%d of %d bytes were read without an error", n, len(data))
		}
	}
}

// Faults name the column and are of their kinds.
func TestMisfits(t *testing.T) {
	t.Parallel()
	tab := table{
		names: []string{"a", "n", "t", "l"},
		types: []tstype.Type{{Kind: tstype.Varchar}, {Kind: tstype.Bigint}, {Kind: tstype.Timestamp}, {Kind: tstype.Array, Elem: &tstype.Type{Kind: tstype.Double}}},
		rows:  [][]any{{"x", int64(1 << 40), instant(-1), []any{1.5}}},
	}
	data := write(t, tab, form{pageBytes: 100, groupRows: 10, instants: 3})
	for name, typ := range map[string]tstype.Kind{"a": tstype.Double, "t": tstype.Bigint, "l": tstype.Varchar, "missing": tstype.Varchar} {
		other := table{names: []string{name}, types: []tstype.Type{{Kind: typ}}}
		_, cols := columns(t, other, []int{0})
		_, err := parquet.NewReader(cols).Read(context.Background(), data, func() error { return nil })
		if _, ok := errors.AsType[*parquet.UnsupportedError](err); !ok || !strings.Contains(err.Error(), fmt.Sprintf("%q", name)) {
			t.Errorf("%s as %s: %v", name, typ, err)
		}
	}
	_, cols := columns(t, table{names: []string{"n"}, types: []tstype.Type{{Kind: tstype.Integer}}}, []int{0})
	_, err := parquet.NewReader(cols).Read(context.Background(), data, func() error { return nil })
	if _, ok := errors.AsType[*parquet.ValueError](err); !ok || err.Error() != `a value of column "n" is no integer of 32 bits` {
		t.Errorf("a bigint as an integer: %v", err)
	}
	b, cols := columns(t, table{names: []string{"n", "t"}, types: []tstype.Type{{Kind: tstype.Double}, {Kind: tstype.Timestamp}}}, []int{0, 1})
	if _, err := parquet.NewReader(cols).Read(context.Background(), data, func() error { return nil }); err != nil {
		t.Fatal(err)
	}
	if got := dump(t, b)[0]; got != "1.099511627776e+12|-1|" {
		t.Errorf("a bigint as a double, and a nanosecond before 1970: %s", got)
	}
	lz4 := write(t, tab, form{codec: compress.Codecs.Lz4Raw, pageBytes: 100, groupRows: 10, instants: 3})
	_, cols = columns(t, tab, []int{0})
	err = parquet.NewReader(cols).Check(lz4)
	if _, ok := errors.AsType[*parquet.UnsupportedError](err); !ok || !strings.Contains(err.Error(), "compressed by method 7") {
		t.Errorf("LZ4: %v", err)
	}
}

// The end of a context and an error of endRow end the reading.
func TestEndsEarly(t *testing.T) {
	t.Parallel()
	g := &generator{Rand: rand.New(rand.NewPCG(3, 3))}
	tab := g.table(1, 50)
	data := write(t, tab, form{pageBytes: 1000, groupRows: 100, instants: 3})
	_, cols := columns(t, tab, []int{0})
	full := errors.New("full")
	n, err := parquet.NewReader(cols).Read(context.Background(), data, func() error { return full })
	if n != 1 || !errors.Is(err, full) {
		t.Errorf("%d rows, %v", n, err)
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(full)
	if n, err := parquet.NewReader(cols).Read(ctx, data, func() error { return nil }); n != 0 || !errors.Is(err, full) {
		t.Errorf("%d rows, %v", n, err)
	}
}

// Any bytes are an error or rows, and never a panic; what is read has as many values as rows in each column.
func FuzzRead(f *testing.F) {
	shapes := []tstype.Type{}
	for seed := range uint64(30) {
		g := &generator{Rand: rand.New(rand.NewPCG(seed, 2)), depth: int(seed % 4)}
		form := g.form()
		g.nulls = form.lists < 2
		tab := g.table(2, g.IntN(40))
		shapes = append(shapes, tab.types[0])
		f.Add(write(f, tab, form), uint8(seed), uint16(0), uint8(0))
	}
	f.Fuzz(func(t *testing.T, data []byte, shape uint8, at uint16, change uint8) {
		if len(data) > 0 {
			data = append([]byte(nil), data...)
			data[len(data)-1-int(at)%len(data)] ^= change
		}
		tab := table{names: []string{"c0"}, types: []tstype.Type{shapes[int(shape)%len(shapes)]}}
		b, cols := columns(t, tab, []int{0})
		n, err := parquet.NewReader(cols).Read(context.Background(), data, func() error {
			if b.Rows() > 1000 {
				b.Reset()
			}
			return nil
		})
		if err == nil && n < 1000 && int64(b.Rows()) != n {
			t.Errorf("%d rows, %d values", n, b.Rows())
		}
	})
}
