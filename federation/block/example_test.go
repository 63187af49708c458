package block_test

import (
	"fmt"
	"time"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/block"
)

// The same row twice: value by value with AppendValue, and with the columns' own
// types, as a connector does it that has many rows.
func ExampleBuilder() {
	b, err := block.NewBuilder(arrow.NewSchema([]arrow.Field{
		{Name: "at", Type: arrow.FixedWidthTypes.Date64, Nullable: true}, // Athena's timestamp
		{Name: "tags", Type: arrow.ListOf(arrow.BinaryTypes.String), Nullable: true},
		{Name: "place", Type: arrow.StructOf(
			arrow.Field{Name: "lat", Type: arrow.PrimitiveTypes.Float64, Nullable: true},
			arrow.Field{Name: "lon", Type: arrow.PrimitiveTypes.Float64, Nullable: true}), Nullable: true},
	}, nil))
	if err != nil {
		fmt.Println(err)
		return
	}
	at := time.Date(2026, 1, 2, 3, 4, 5, 678_000_000, time.UTC)

	for i, v := range []any{at.UnixMilli(), []any{"a", nil}, []any{52.5, 13.4}} {
		if err := block.AppendValue(b.Column(i), v); err != nil {
			fmt.Println(err)
			return
		}
	}

	b.Column(0).(*block.Int64Column).Append(at.UnixMilli())
	tags := b.Column(1).(*block.ListColumn)
	tags.Append()
	tags.Elem().(*block.StringColumn).Append("a")
	tags.Elem().AppendNull()
	place := b.Column(2).(*block.StructColumn)
	place.Append()
	place.Field(0).(*block.Float64Column).Append(52.5)
	place.Field(1).(*block.Float64Column).Append(13.4)

	rows, err := b.Record()
	if err != nil {
		fmt.Println(err)
		return
	}
	for i := range b.Rows() {
		fmt.Println(block.ValueAt(rows.Column(0), i), block.ValueAt(rows.Column(1), i), block.ValueAt(rows.Column(2), i))
	}
	// Output:
	// 1767323045678 [a <nil>] [52.5 13.4]
	// 1767323045678 [a <nil>] [52.5 13.4]
}
