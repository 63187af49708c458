package block_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/endian"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"athena-timestream/federation/block"
	"athena-timestream/internal/golden"
)

// TestDataSizeExample spells the Java SDK's count out: validity, offsets and values of each column, nothing for padding
// and metadata.
func TestDataSizeExample(t *testing.T) {
	b := fill(t, arrow.NewSchema([]arrow.Field{
		{Name: "i", Type: arrow.PrimitiveTypes.Int32}, {Name: "s", Type: arrow.BinaryTypes.String}, {Name: "l", Type: arrow.ListOf(arrow.PrimitiveTypes.Int64)},
	}, nil), [][]any{{int64(7), "ab", []any{}}})
	if got := b.DataSize(); got != (1+4)+(1+4*2+2)+(1+4*2+0) {
		t.Errorf("DataSize = %d", got)
	}
}

// TestValidityMayBeMissing: the Java SDK writes a null bitmap for columns without nulls, we write none, and both forms
// are read.
func TestValidityMayBeMissing(t *testing.T) {
	for _, v := range blockVectors(t) {
		if v.Name != "no_nulls_many_rows" {
			continue
		}
		s, err := block.DecodeSchema(v.Current.Schema)
		if err != nil {
			t.Fatal(err)
		}
		theirs, err := block.DecodeRecords(s, v.Current.Records)
		if err != nil {
			t.Fatal(err)
		}
		ours, err := block.AppendRecords(nil, theirs, block.Current)
		if err != nil {
			t.Fatal(err)
		}
		if bitmaps := s.NumFields() * ((v.RowCount + 63) / 64 * 8); len(v.Current.Records)-len(ours) != bitmaps {
			t.Errorf("Java's message is %d bytes, ours %d, and the bitmaps are %d", len(v.Current.Records), len(ours), bitmaps)
		}
		_, again, err := golden.ReadArrow(v.Current.Schema, ours)
		if err != nil {
			t.Fatal(err)
		}
		golden.Equal(t, v.Rows, golden.Rows(again))
		return
	}
	t.Fatal("no vector")
}

// TestOtherWritersLengths: a writer may count the padding in a buffer's length, as arrow-go does with buffers that have it.
func TestOtherWritersLengths(t *testing.T) {
	s := arrow.NewSchema([]arrow.Field{{Name: "c", Type: arrow.PrimitiveTypes.Int64, Nullable: true}}, nil)
	values := make([]byte, 64)
	values[0], values[8], values[16] = 1, 2, 3
	data := array.NewData(s.Field(0).Type, 3, []*memory.Buffer{memory.NewBufferBytes(append([]byte{5}, make([]byte, 63)...)), memory.NewBufferBytes(values)}, nil, 1, 0)
	defer data.Release()
	r := array.NewRecordBatch(s, []arrow.Array{array.MakeFromData(data)}, 3)
	defer r.Release()
	p, err := ipc.GetRecordBatchPayload(r)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Release()
	var b bytes.Buffer
	if _, err := p.WritePayload(&b); err != nil {
		t.Fatal(err)
	}
	rows := [][]any{{int64(1)}, {nil}, {int64(3)}}
	if exact := fill(t, s, rows).EncodedSize(block.Current); int64(b.Len()) <= exact {
		t.Fatalf("arrow-go writes %d bytes, a builder's rows take %d: nothing is padded", b.Len(), exact)
	}
	again, err := block.DecodeRecords(s, b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	sameRows(t, again, rows)
}

// TestMapShape: a map is a list of entries with a key that is never null, under these names.
func TestMapShape(t *testing.T) {
	for _, v := range blockVectors(t) {
		s, err := block.DecodeSchema(v.Current.Schema)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range s.Fields() {
			m, ok := f.Type.(*arrow.MapType)
			if !ok {
				continue
			}
			entries := m.ElemField()
			if entries.Name != "entries" || entries.Nullable || m.KeyField().Name != "key" || m.KeyField().Nullable || m.ItemField().Name != "value" || m.KeysSorted {
				t.Errorf("%s: %s", v.Name, f)
			}
		}
	}
}

// TestOtherForms: what Arrow has and the protocol does not is refused by name.
func TestOtherForms(t *testing.T) {
	fields := []arrow.Field{{Name: "c", Type: arrow.PrimitiveTypes.Int64, Nullable: true}}
	big, err := block.EncodeSchema(arrow.NewSchemaWithEndian(fields, nil, endian.BigEndian), block.Current)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := block.DecodeSchema(big); err == nil || !strings.Contains(err.Error(), "big-endian") {
		t.Errorf("a big-endian schema: %v", err)
	}
	s := arrow.NewSchema(fields, nil)
	r, err := fill(t, s, [][]any{{int64(1)}, {int64(2)}}).Record()
	if err != nil {
		t.Fatal(err)
	}
	p, err := ipc.GetRecordBatchPayload(r, ipc.WithZstd())
	if err != nil {
		t.Fatal(err)
	}
	defer p.Release()
	var compressed bytes.Buffer
	if _, err := p.WritePayload(&compressed); err != nil {
		t.Fatal(err)
	}
	if _, err := block.DecodeRecords(s, compressed.Bytes()); err == nil || !strings.Contains(err.Error(), "compressed") {
		t.Errorf("a compressed body: %v", err)
	}
}
