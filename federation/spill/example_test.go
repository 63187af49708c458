package spill_test

import (
	"context"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/block"
	"athena-timestream/federation/spill"
)

// What a Handler does around a connector's ReadRecords when rows do not fit the
// answer, and what an engine does with the locations.
func ExampleWriter() {
	if err := spillAndRead(context.Background()); err != nil {
		fmt.Println(err)
	}
	// Output:
	// 3 rows in 2 blocks
	// spill/q1/s1.0: 2 rows, the first is 1
	// spill/q1/s1.1: 1 rows, the first is 3
}

func spillAndRead(ctx context.Context) error {
	schema := arrow.NewSchema([]arrow.Field{{Name: "n", Type: arrow.PrimitiveTypes.Int64}}, nil)
	store, location := spill.NewMem(), spill.Location("bucket", "spill", "q1", "s1")
	key, err := spill.LocalKeys{}.NewKey(ctx)
	if err != nil {
		return err
	}
	w, err := spill.NewWriter(ctx, spill.Options{
		Schema: schema, Location: &location, Key: key, Store: store, Limits: spill.Limits{MaxBlockSize: 160},
	})
	if err != nil {
		return err
	}
	defer w.Abort()
	column := w.Builder().Column(0).(*block.Int64Column)
	for n := range int64(3) {
		column.Append(n + 1)
		if err := w.EndRow(); err != nil {
			return err
		}
	}
	result, err := w.Finish()
	if err != nil {
		return err
	}
	fmt.Println(result.Stats.Rows, "rows in", len(result.Remote), "blocks")
	for _, l := range result.Remote {
		rows, err := spill.ReadBlock(ctx, store, l, key, schema)
		if err != nil {
			return err
		}
		fmt.Printf("%s: %d rows, the first is %v\n", l.Key, rows.NumRows(), block.ValueAt(rows.Column(0), 0))
	}
	return nil
}
