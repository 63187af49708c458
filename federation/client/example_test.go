package client_test

import (
	"context"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation"
	"athena-timestream/federation/block"
	"athena-timestream/federation/client"
	"athena-timestream/federation/federationtest"
	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
	"athena-timestream/federation/spill"
)

// A whole query as Athena asks it: version, columns, partitions, splits, rows.
func Example() {
	if err := query(context.Background()); err != nil {
		fmt.Println(err)
	}
	// Output:
	// speaks version 6
	// 2 splits
	// [kitchen 21.5]
	// [kitchen 20]
}

func query(ctx context.Context) error {
	connector := &federationtest.Memory{Splits: 2, Tables: []federationtest.Table{{
		Name: message.TableName{Schema: "home", Table: "rooms"},
		Schema: arrow.NewSchema([]arrow.Field{
			{Name: "room", Type: arrow.BinaryTypes.String, Nullable: true}, {Name: "celsius", Type: arrow.PrimitiveTypes.Float64, Nullable: true},
		}, nil),
		Rows: [][]any{{"kitchen", 21.5}, {"kitchen", 20.0}, {"cellar", nil}},
	}}}
	store := spill.NewMem()
	h, err := federation.NewHandler(connector, federation.Options{Store: store, Config: federation.Config{SpillBucket: "bucket"}})
	if err != nil {
		return err
	}

	c := &client.Client{Invoker: h, Store: store, Catalog: "lambda:home", QueryID: "q1"}
	if _, err := c.Ping(ctx); err != nil {
		return err
	}
	fmt.Println("speaks version", c.Version())
	table, err := c.GetTable(ctx, message.TableName{Schema: "home", Table: "rooms"}, nil)
	if err != nil {
		return err
	}
	notNull := predicate.Unconstrained()
	notNull.Summary = []predicate.Column{{Name: "celsius", Set: predicate.NotNull(arrow.PrimitiveTypes.Float64)}}
	layout, err := c.GetTableLayout(ctx, table, notNull)
	if err != nil {
		return err
	}
	splits, err := c.GetSplits(ctx, table, layout, notNull)
	if err != nil {
		return err
	}
	fmt.Println(len(splits), "splits")
	for _, split := range splits {
		if _, err := c.ReadRecords(ctx, table.TableName, table.Schema, split, notNull, printRows); err != nil {
			return err
		}
	}
	return nil
}

func printRows(rows arrow.RecordBatch) error {
	for i := range int(rows.NumRows()) {
		fmt.Println([]any{block.ValueAt(rows.Column(0), i), block.ValueAt(rows.Column(1), i)})
	}
	return nil
}
