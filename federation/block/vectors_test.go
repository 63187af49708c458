package block_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"reflect"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/block"
	"athena-timestream/internal/golden"
)

type blockVector struct {
	Name           string
	Schema, Rows   json.RawMessage // in neutral form
	RowCount       int
	BlockSizeBytes int64
	Legacy         wireBlock `json:"blockLegacyFraming"`
	Current        wireBlock `json:"blockCurrentFraming"`
}

type wireBlock struct{ Schema, Records []byte }

func (v blockVector) framings() map[block.Framing]wireBlock {
	return map[block.Framing]wireBlock{block.Legacy: v.Legacy, block.Current: v.Current}
}

// blockVectors reads the blocks that the Java SDK wrote.
func blockVectors(t testing.TB) []blockVector {
	t.Helper()
	var all []blockVector
	for _, name := range golden.Names(t, "blocks") {
		if name == "timezone-keys" { // package predicate
			continue
		}
		var v blockVector
		golden.ReadJSON(t, &v, "blocks", name+".json")
		all = append(all, v)
	}
	return all
}

func TestJavaBlocks(t *testing.T) {
	for _, v := range blockVectors(t) {
		t.Run(v.Name, func(t *testing.T) {
			t.Parallel()
			for framing, wire := range v.framings() {
				schema, err := block.DecodeSchema(wire.Schema)
				if err != nil {
					t.Fatal(err)
				}
				golden.Equal(t, v.Schema, golden.Schema(schema))
				r, err := block.DecodeRecords(schema, wire.Records)
				if err != nil {
					t.Fatal(err)
				}
				golden.Equal(t, v.Rows, golden.Rows(r))
				if size := block.DataSize(r); size != v.BlockSizeBytes {
					t.Errorf("DataSize = %d, Java says %d", size, v.BlockSizeBytes)
				}
				b := fill(t, schema, values(r))
				if got := b.DataSize(); got != v.BlockSizeBytes {
					t.Errorf("Builder.DataSize = %d, Java says %d", got, v.BlockSizeBytes)
				}
				built, err := b.Record()
				if err != nil {
					t.Fatal(err)
				}
				reencode(t, v, schema, r, framing)
				size := reencode(t, v, schema, built, framing)
				if got := b.EncodedSize(framing); got != size {
					t.Errorf("Builder.EncodedSize = %d, AppendRecords gave %d bytes", got, size)
				}
			}
		})
	}
}

// reencode writes schema and rows again; both arrow-go's stream reader and we must read what the Java SDK had. It
// gives the number of bytes of the rows.
func reencode(t *testing.T, v blockVector, s *arrow.Schema, r arrow.RecordBatch, framing block.Framing) int64 {
	t.Helper()
	schema, err := block.EncodeSchema(s, framing)
	if err != nil {
		t.Fatal(err)
	}
	framed(t, schema, framing)
	records, err := block.AppendRecords(nil, r, framing)
	if err != nil {
		t.Fatal(err)
	}
	if len(records) > 0 {
		framed(t, records, framing)
	}
	if size, err := block.EncodedSize(r, framing); err != nil || size != int64(len(records)) {
		t.Errorf("EncodedSize = %d, %v; AppendRecords gave %d bytes", size, err, len(records))
	}
	theirSchema, theirs, err := golden.ReadArrow(schema, records)
	if err != nil {
		t.Fatal(err)
	}
	golden.Equal(t, v.Schema, golden.Schema(theirSchema))
	golden.Equal(t, v.Rows, golden.Rows(theirs))
	ours, err := block.DecodeRecords(s, records)
	if err != nil {
		t.Fatal(err)
	}
	golden.Equal(t, v.Rows, golden.Rows(ours))
	return int64(len(records))
}

// framed checks the prefix and the metadata version of one message.
func framed(t *testing.T, b []byte, f block.Framing) {
	t.Helper()
	current := bytes.HasPrefix(b, []byte{0xFF, 0xFF, 0xFF, 0xFF})
	if current != (f == block.Current) || len(b)%8 != 0 {
		t.Errorf("%s framing: %d bytes begin with % x", f, len(b), b[:4])
	}
	prefix := map[block.Framing]int{block.Legacy: 4, block.Current: 8}[f]
	if v := block.MessageVersion(b[prefix:]); v != map[block.Framing]int{block.Legacy: 3, block.Current: 4}[f] {
		t.Errorf("%s framing: metadata version %d", f, v)
	}
}

func fill(t testing.TB, schema *arrow.Schema, rows [][]any) *block.Builder {
	t.Helper()
	b, err := block.NewBuilder(schema)
	if err != nil {
		t.Fatal(err)
	}
	appendRows(t, b, rows)
	return b
}

func appendRows(t testing.TB, b *block.Builder, rows [][]any) {
	t.Helper()
	for _, row := range rows {
		b.AppendEmptyRow()
		for i, v := range row {
			if err := block.AppendValue(b.Column(i), v); err != nil {
				t.Fatalf("column %d: %v", i, err)
			}
		}
	}
}

func sameSchema(t testing.TB, got, want *arrow.Schema) {
	t.Helper()
	if !got.Equal(want) || !maps.Equal(got.Metadata().ToMap(), want.Metadata().ToMap()) {
		t.Errorf("schema\n got %s\nwant %s", got, want)
	}
}

// failer is what *testing.T and *rapid.T have in common.
type failer interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	Fatal(args ...any)
}

// values are the rows of a batch as Go values.
func values(r arrow.RecordBatch) [][]any {
	if r == nil {
		return nil
	}
	rows := make([][]any, r.NumRows())
	for i := range rows {
		rows[i] = make([]any, r.NumCols())
		for j, col := range r.Columns() {
			rows[i][j] = block.ValueAt(col, i)
		}
	}
	return rows
}

func sameRows(t failer, r arrow.RecordBatch, want [][]any) {
	t.Helper()
	got := values(r)
	if len(got) != len(want) {
		t.Fatalf("%d rows, want %d", len(got), len(want))
	}
	for i := range want {
		for j := range want[i] {
			if g, w := comparable(got[i][j]), comparable(want[i][j]); !reflect.DeepEqual(g, w) {
				t.Fatalf("row %d, column %q:\n got %v\nwant %v", i, r.ColumnName(j), g, w)
			}
		}
	}
}

// comparable makes NaN equal to itself, and nil and empty byte strings one, at any depth.
func comparable(v any) any {
	switch v := v.(type) {
	case float32:
		return fmt.Sprintf("float32 %08x", math.Float32bits(v))
	case float64:
		return fmt.Sprintf("float64 %016x", math.Float64bits(v))
	case []byte:
		return fmt.Sprintf("bytes %x", v)
	case []any:
		s := make([]any, len(v))
		for i := range v {
			s[i] = comparable(v[i])
		}
		return s
	case []block.MapEntry:
		s := make([]any, 0, 2*len(v))
		for _, e := range v {
			s = append(s, comparable(e.Key), comparable(e.Value))
		}
		return s
	}
	return v
}
