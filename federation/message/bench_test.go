package message_test

import (
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"athena-timestream/federation/block"
	"athena-timestream/federation/message"
	"athena-timestream/internal/golden"
)

// inline is an answer with 4 MB of rows, about what fits into a Lambda payload.
func inline() *message.ReadRecordsResponse {
	schema := arrow.NewSchema([]arrow.Field{{Name: "x", Type: arrow.PrimitiveTypes.Int64, Nullable: true}}, nil)
	b := array.NewInt64Builder(memory.DefaultAllocator)
	for i := range int64(500_000) {
		b.Append(i * i)
	}
	column := b.NewArray()
	records := array.NewRecordBatch(schema, []arrow.Array{column}, int64(column.Len()))
	return &message.ReadRecordsResponse{CatalogName: "c", Records: &block.Block{Schema: schema, Records: records}}
}

func BenchmarkEncodeRecords(b *testing.B) {
	m := inline()
	b.ReportAllocs()
	for b.Loop() {
		payload, err := message.Encode(m, message.Newest)
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(len(payload)))
	}
}

func BenchmarkDecodeRecords(b *testing.B) {
	payload, err := message.Encode(inline(), message.Newest)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(payload)))
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := message.Decode(payload); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecodeRequest(b *testing.B) {
	payload := golden.Read(b, "v6", "ReadRecordsRequest.rich.json")
	b.SetBytes(int64(len(payload)))
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := message.Decode(payload); err != nil {
			b.Fatal(err)
		}
	}
}
