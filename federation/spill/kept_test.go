package spill_test

import (
	"fmt"
	"reflect"
	"sync"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"pgregory.net/rapid"

	"athena-timestream/federation/spill"
)

var texts = arrow.NewSchema([]arrow.Field{
	{Name: "s", Type: arrow.BinaryTypes.String, Nullable: true}, {Name: "l", Type: arrow.ListOf(arrow.PrimitiveTypes.Int16), Nullable: true},
}, nil)

// TestMemory lets reads of two schemas follow each other over one Memory, some inline, some spilled, some given up: each
// gives its own rows, whatever was in the columns and buffers before.
func TestMemory(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var m spill.Memory
		var before []*spill.Result // inline ones borrow columns, which no later read may get
		var rowsBefore [][][]any
		for range rapid.IntRange(1, 5).Draw(r, "reads") {
			schema, rows := bigint, [][]any{}
			for i := range rapid.IntRange(0, 60).Draw(r, "rows") {
				rows = append(rows, []any{rapid.SampledFrom([]any{nil, int64(i)}).Draw(r, "number")})
			}
			if rapid.Bool().Draw(r, "texts") {
				schema = texts
				for i := range rows {
					text := fmt.Sprint("row ", i, " of ", len(rows))
					rows[i] = []any{rapid.SampledFrom([]any{nil, text}).Draw(r, "text"), rapid.SampledFrom([]any{nil, []any{int64(i), nil}}).Draw(r, "list")}
				}
			}
			store := spill.NewMem()
			w := newWriter(t, spill.Options{
				Schema: schema, Location: splitDirectory(), Store: store, Memory: &m,
				Limits: spill.Limits{MaxBlockSize: 700, MaxInlineSize: rapid.SampledFrom([]int64{0, 1 << 20}).Draw(r, "inline")},
			})
			write(t, w, rows)
			if rapid.Bool().Draw(r, "given up") {
				w.Abort()
				continue
			}
			result, err := w.Finish()
			if err != nil {
				r.Fatal(err)
			}
			if got := readAll(t, store, result, nil, schema); !reflect.DeepEqual(got, rows) {
				r.Fatalf("got %v, want %v", got, rows)
			}
			if !result.Spilled {
				before, rowsBefore = append(before, result), append(rowsBefore, rows)
			}
		}
		for i, result := range before {
			if got := readAll(t, nil, result, nil, nil); !reflect.DeepEqual(got, rowsBefore[i]) {
				r.Fatalf("later reads changed inline rows to %v, want %v", got, rowsBefore[i])
			}
		}
	})
}

// TestMemoryShared has several reads at a time over one Memory.
func TestMemoryShared(t *testing.T) {
	var m spill.Memory
	var group sync.WaitGroup
	for n := range 4 {
		group.Go(func() {
			for range 20 {
				store, rows := spill.NewMem(), numbers(100+n)
				w := newWriter(t, spill.Options{
					Schema: bigint, Location: splitDirectory(), Store: store, Memory: &m, Limits: spill.Limits{MaxBlockSize: 700},
				})
				write(t, w, rows)
				result, err := w.Finish()
				if err != nil {
					t.Error(err)
					return
				}
				if got := readAll(t, store, result, nil, bigint); !reflect.DeepEqual(got, rows) {
					t.Errorf("%d rows came back, %d were written", len(got), len(rows))
				}
			}
		})
	}
	group.Wait()
}
