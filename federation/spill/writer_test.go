package spill_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"pgregory.net/rapid"

	"athena-timestream/federation/block"
	"athena-timestream/federation/message"
	"athena-timestream/federation/spill"
)

var bigint = arrow.NewSchema([]arrow.Field{{Name: "c", Type: arrow.PrimitiveTypes.Int64, Nullable: true}}, nil)

var noLimit = spill.Limits{MaxBlockSize: math.MaxInt64, MaxInlineSize: math.MaxInt64}

func numbers(n int) [][]any {
	rows := make([][]any, n)
	for i := range rows {
		rows[i] = []any{int64(i)}
	}
	return rows
}

// encodedSize is the size of a block with rows.
func encodedSize(t testing.TB, schema *arrow.Schema, rows [][]any, f block.Framing) int64 {
	t.Helper()
	b, err := block.NewBuilder(schema)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		for i, v := range row {
			if err := block.AppendValue(b.Column(i), v); err != nil {
				t.Fatal(err)
			}
		}
	}
	return b.EncodedSize(f)
}

// TestBlockLimits states how blocks are cut, for rows of one bigint: a block of n rows is head + 8n bytes, and it is
// closed before it is larger than the limit. Java closes one row later and counts other bytes.
func TestBlockLimits(t *testing.T) {
	head := encodedSize(t, bigint, numbers(1), block.Legacy) - 8
	inlineHead := encodedSize(t, bigint, numbers(1), block.Current) - 8
	for name, c := range map[string]struct {
		rows, block, inline int64 // limits in bytes, of which head and inlineHead are subtracted
		want                []int // rows a block; nil: inline
	}{
		"all inline":                      {10, 80, 81, nil},
		"inline limit is exclusive":       {10, 80, 80, []int{10}},
		"block limit is inclusive":        {10, 80, 0, []int{10}},
		"one row too many":                {11, 80, 1000, []int{10, 1}},
		"the byte before a row":           {11, 87, 1000, []int{10, 1}},
		"the last row fits":               {11, 88, 0, []int{11}},
		"a row a block":                   {3, 8, 1000, []int{1, 1, 1}},
		"several":                         {100, 104, 1000, []int{13, 13, 13, 13, 13, 13, 13, 9}},
		"no rows":                         {0, 80, 1, nil},
		"no rows, and nothing inline":     {0, 80, -inlineHead, []int{}},
		"inline limit far below the rows": {5, 80, 8, []int{5}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := spill.NewMem()
			w := newWriter(t, spill.Options{
				Schema: bigint, Location: splitDirectory(), Store: store,
				Limits: spill.Limits{MaxBlockSize: head + c.block, MaxInlineSize: inlineHead + c.inline},
			})
			rows := numbers(int(c.rows))
			write(t, w, rows)
			result, err := w.Finish()
			if err != nil {
				t.Fatal(err)
			}
			if result.Spilled != (c.want != nil) || result.Spilled == (result.Inline != nil) || len(result.Remote) != len(c.want) {
				t.Fatalf("spilled %v to %d blocks, want %v", result.Spilled, len(result.Remote), c.want)
			}
			for i, loc := range result.Remote {
				if want := fmt.Sprintf("p/q/s.%d", i); loc.Key != want || loc.Directory {
					t.Errorf("block %d is at %+v, want %s", i, loc, want)
				}
				r, err := spill.ReadBlock(t.Context(), store, loc, nil, bigint)
				if err != nil || r.NumRows() != int64(c.want[i]) {
					t.Errorf("block %d has %d rows, want %d (%v)", i, r.NumRows(), c.want[i], err)
				}
			}
			if got := readAll(t, store, result, nil, bigint); !reflect.DeepEqual(got, rows) {
				t.Errorf("%d rows came back, %d were written", len(got), len(rows))
			}
			if s := result.Stats; s.Rows != c.rows || s.Blocks != len(c.want) {
				t.Errorf("stats %+v", s)
			}
		})
	}
}

// TestBlocksAreFull writes random texts: each block is within the limit, and the next row would not have been.
func TestBlocksAreFull(t *testing.T) {
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "s", Type: arrow.BinaryTypes.String, Nullable: true}, {Name: "l", Type: arrow.ListOf(arrow.PrimitiveTypes.Int16), Nullable: true},
	}, nil)
	rapid.Check(t, func(rt *rapid.T) {
		var rows [][]any
		for range rapid.IntRange(0, 60).Draw(rt, "rows") {
			row := []any{nil, nil}
			if rapid.Bool().Draw(rt, "text") {
				row[0] = strings.Repeat("x", rapid.IntRange(0, 80).Draw(rt, "length"))
			}
			if rapid.Bool().Draw(rt, "list") {
				row[1] = make([]any, rapid.IntRange(0, 9).Draw(rt, "elements"))
			}
			rows = append(rows, row)
		}
		limit := rapid.Int64Range(800, 2000).Draw(rt, "limit")
		store := spill.NewMem()
		w := newWriter(t, spill.Options{Schema: schema, Location: splitDirectory(), Store: store, Limits: spill.Limits{MaxBlockSize: limit}})
		write(t, w, rows)
		result, err := w.Finish()
		if err != nil {
			rt.Fatal(err)
		}
		if got := readAll(t, store, result, nil, schema); !reflect.DeepEqual(got, append([][]any{}, rows...)) {
			rt.Fatalf("read back\n%v\nwant\n%v", got, rows)
		}
		next := 0
		for i, loc := range result.Remote {
			body, _ := store.Get(t.Context(), loc)
			r, err := block.DecodeRecords(schema, body)
			if err != nil || int64(len(body)) > limit {
				rt.Fatalf("block %d has %d bytes of %d, %v", i, len(body), limit, err)
			}
			first := next
			next += int(r.NumRows())
			if next < len(rows) && encodedSize(t, schema, rows[first:next+1], block.Legacy) <= limit {
				rt.Fatalf("block %d of %d rows has room for one more", i, r.NumRows())
			}
		}
	})
}

// TestInlineFitsAnswer keeps an inline block within Lambda's answer, whatever the request allows.
func TestInlineFitsAnswer(t *testing.T) {
	s := arrow.NewSchema([]arrow.Field{{Name: "c", Type: arrow.BinaryTypes.String, Nullable: true}}, nil)
	for size, inline := range map[int]bool{4_714_000: true, 4_719_000: false} {
		store := spill.NewMem()
		w := newWriter(t, spill.Options{Schema: s, Location: splitDirectory(), Store: store, Limits: noLimit})
		write(t, w, [][]any{{strings.Repeat("x", size)}})
		result, err := w.Finish()
		if err != nil {
			t.Fatal(err)
		}
		if result.Spilled == inline {
			t.Errorf("%d bytes: inline is %v, want %v", size, !result.Spilled, inline)
		}
		if result.Inline == nil {
			continue
		}
		b, err := block.AppendRecords(nil, result.Inline.Records, block.Current)
		if err != nil || base64Len(len(b)) > 6_291_556-2000 {
			t.Errorf("an inline block takes %d characters, %v", base64Len(len(b)), err)
		}
	}
}

func TestRowLargerThanBlock(t *testing.T) {
	s := arrow.NewSchema([]arrow.Field{
		{Name: "small", Type: arrow.BinaryTypes.String}, {Name: "large", Type: arrow.BinaryTypes.String}, {Name: "n", Type: arrow.PrimitiveTypes.Int64},
	}, nil)
	for _, before := range []int{0, 3} {
		store := spill.NewMem()
		w := newWriter(t, spill.Options{Schema: s, Location: splitDirectory(), Store: store, Limits: spill.Limits{MaxBlockSize: 5000, MaxInlineSize: 100}})
		for range before {
			write(t, w, [][]any{{"a", "b", 1}})
		}
		for i, v := range []any{"x", strings.Repeat("y", 5000), 1} {
			if err := block.AppendValue(w.Builder().Column(i), v); err != nil {
				t.Fatal(err)
			}
		}
		err := w.EndRow()
		for _, want := range []string{fmt.Sprintf("row %d takes", before+1), "maximum block size of 5000", `largest column is "large" with 50`} {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("error %v lacks %q", err, want)
			}
		}
		if message.CodeOf(err) != message.InvalidInput {
			t.Errorf("code %s", message.CodeOf(err))
		}
		if _, again := w.Finish(); !errors.Is(again, err) {
			t.Errorf("Finish gives %v after %v", again, err)
		}
	}
}

func TestNowhereToSpill(t *testing.T) {
	file := splitDirectory()
	file.Directory = false
	for name, c := range map[string]struct {
		o    spill.Options
		code message.Code
		want string
	}{
		"no location":     {spill.Options{Store: spill.NewMem()}, message.InvalidInput, "no spill location"},
		"no store":        {spill.Options{Location: splitDirectory()}, message.InvalidInput, "no spill location"},
		"not a directory": {spill.Options{Location: file, Store: spill.NewMem()}, message.InternalService, "not a directory"},
	} {
		t.Run(name, func(t *testing.T) {
			c.o.Schema, c.o.Limits = bigint, spill.Limits{MaxBlockSize: 1000}
			w := newWriter(t, c.o)
			write(t, w, numbers(1))
			if _, err := w.Finish(); err == nil || message.CodeOf(err) != c.code || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v", err)
			}
			c.o.Limits.MaxInlineSize = 1000 // what stays inline needs no place
			w = newWriter(t, c.o)
			write(t, w, numbers(1))
			if _, err := w.Finish(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestIncompleteRow(t *testing.T) {
	s := arrow.NewSchema([]arrow.Field{{Name: "a", Type: arrow.PrimitiveTypes.Int64}, {Name: "b", Type: arrow.PrimitiveTypes.Int64}}, nil)
	for name, c := range map[string]struct{ a, b int }{"too few": {1, 0}, "too many": {1, 2}} {
		t.Run(name, func(t *testing.T) {
			w := newWriter(t, spill.Options{Schema: s, Limits: noLimit})
			for range c.a {
				w.Builder().Column(0).AppendNull()
			}
			for range c.b {
				w.Builder().Column(1).AppendNull()
			}
			_ = w.EndRow()
			if _, err := w.Finish(); err == nil || !strings.Contains(err.Error(), `column "b"`) {
				t.Errorf("error %v does not name the column", err)
			}
		})
	}
}

func TestNewWriterRefuses(t *testing.T) {
	good := spill.Options{Schema: bigint, Limits: noLimit}
	for name, spoil := range map[string]func(*spill.Options){
		"no schema":     func(o *spill.Options) { o.Schema = nil },
		"unknown type":  func(o *spill.Options) { o.Schema = arrow.NewSchema([]arrow.Field{{Name: "c", Type: arrow.Null}}, nil) },
		"no block size": func(o *spill.Options) { o.Limits.MaxBlockSize = 0 },
		"short key":     func(o *spill.Options) { o.Key = &message.EncryptionKey{Key: make([]byte, 8), Nonce: make([]byte, 12)} },
		"long nonce":    func(o *spill.Options) { o.Key = &message.EncryptionKey{Key: make([]byte, 32), Nonce: make([]byte, 16)} },
	} {
		o := good
		spoil(&o)
		if _, err := spill.NewWriter(t.Context(), o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// TestRowsWithoutColumns counts rows that have no cells.
func TestRowsWithoutColumns(t *testing.T) {
	w := newWriter(t, spill.Options{Schema: arrow.NewSchema(nil, nil), Limits: noLimit})
	for range 5 {
		if err := w.EndRow(); err != nil {
			t.Fatal(err)
		}
	}
	result, err := w.Finish()
	if err != nil || result.Inline.NumRows() != 5 {
		t.Errorf("%d rows, %v", result.Inline.NumRows(), err)
	}
}

// TestRewind: until a block has been handed over, the rows can be written anew.
func TestRewind(t *testing.T) {
	store := spill.NewMem()
	w := newWriter(t, spill.Options{
		Schema: bigint, Location: splitDirectory(), Store: store, Limits: spill.Limits{MaxBlockSize: encodedSize(t, bigint, numbers(5), block.Legacy)},
	})
	write(t, w, numbers(5))
	w.Builder().Column(0).AppendNull() // a row that was broken off
	if !w.Rewind() || w.Stats().Rows != 0 {
		t.Fatalf("rows stay: %+v", w.Stats())
	}
	write(t, w, numbers(6))
	if w.Rewind() {
		t.Fatal("the block that left was forgotten")
	}
	result, err := w.Finish()
	if err != nil {
		t.Fatal(err)
	}
	if got := readAll(t, store, result, nil, bigint); !reflect.DeepEqual(got, numbers(6)) || result.Stats.Rows != 6 {
		t.Errorf("%+v, rows %v", result.Stats, got)
	}
	failed := newWriter(t, spill.Options{Schema: bigint, Limits: noLimit})
	failed.Abort()
	if failed.Rewind() {
		t.Error("an aborted writer begins anew")
	}
}

// TestSameBuilder keeps columns valid across blocks, and memory to the blocks in flight.
func TestSameBuilder(t *testing.T) {
	var mu sync.Mutex
	buffers := map[*byte]bool{}
	store := &recordingStore{put: func(body []byte) {
		mu.Lock()
		defer mu.Unlock()
		buffers[&body[0]] = true
	}}
	words := arrow.NewSchema([]arrow.Field{{Name: "c", Type: arrow.BinaryTypes.String}}, nil)
	w := newWriter(t, spill.Options{
		Schema: words, Location: splitDirectory(), Store: store, Uploads: 2,
		Key: &message.EncryptionKey{Key: make([]byte, 32), Nonce: make([]byte, 12)}, Limits: spill.Limits{MaxBlockSize: 4096},
	})
	col := w.Builder().Column(0).(*block.StringColumn)
	for i := range 50_000 {
		col.Append(strings.Repeat("w", i%97))
		if err := w.EndRow(); err != nil {
			t.Fatal(err)
		}
	}
	result, err := w.Finish()
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Remote) < 500 || len(buffers) != 2 {
		t.Errorf("%d blocks went through %d buffers, want 2", len(result.Remote), len(buffers))
	}
	if w.Builder().Column(0) != block.Column(col) {
		t.Error("the column changed")
	}
}

type recordingStore struct{ put func([]byte) }

func (s *recordingStore) Put(_ context.Context, _ message.SpillLocation, body []byte) error {
	s.put(body)
	return nil
}

func (s *recordingStore) Get(context.Context, message.SpillLocation) ([]byte, error) {
	return nil, errStore
}

func BenchmarkWriter(b *testing.B) {
	for name, key := range map[string]*message.EncryptionKey{"plain": nil, "aes256": {Key: make([]byte, 32), Nonce: make([]byte, 12)}} {
		b.Run(name, func(b *testing.B) {
			w := newWriter(b, spill.Options{
				Schema: bigint, Location: splitDirectory(), Store: &recordingStore{put: func([]byte) {}}, Key: key,
				Limits: spill.Limits{MaxBlockSize: 16_000_000},
			})
			col := w.Builder().Column(0).(*block.Int64Column)
			b.ReportAllocs()
			b.SetBytes(8)
			for i := 0; b.Loop(); i++ {
				col.Append(int64(i))
				if err := w.EndRow(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
