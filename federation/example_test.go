package federation_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation"
	"athena-timestream/federation/block"
	"athena-timestream/federation/client"
	"athena-timestream/federation/message"
	"athena-timestream/federation/spill"
)

// planets is a whole connector: one schema, one table, two columns.
type planets []planet

type planet struct {
	name  string
	moons int64
}

func (planets) ListSchemas(context.Context, *message.ListSchemasRequest) (*message.ListSchemasResponse, error) {
	return &message.ListSchemasResponse{Schemas: []string{"sky"}}, nil
}

func (planets) ListTables(_ context.Context, r *message.ListTablesRequest) (*message.ListTablesResponse, error) {
	return federation.PageTables(r, []message.TableName{{Schema: "sky", Table: "planets"}})
}

func (planets) GetTable(_ context.Context, r *message.GetTableRequest) (*message.GetTableResponse, error) {
	if r.TableName != (message.TableName{Schema: "sky", Table: "planets"}) {
		return nil, federation.Errorf(federation.EntityNotFound, "there is no table %s", r.TableName)
	}
	return &message.GetTableResponse{Schema: arrow.NewSchema([]arrow.Field{
		{Name: "name", Type: arrow.BinaryTypes.String, Nullable: true},
		{Name: "moons", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
	}, nil)}, nil
}

func (p planets) ReadRecords(_ context.Context, r *message.ReadRecordsRequest, w *spill.Writer) error {
	for _, planet := range p {
		values := map[string]any{"name": planet.name, "moons": planet.moons}
		for i, f := range r.Schema.Fields() { // the columns that are wanted
			if err := block.AppendValue(w.Builder().Column(i), values[f.Name]); err != nil {
				return fmt.Errorf("column %q: %w", f.Name, err)
			}
		}
		if err := w.EndRow(); err != nil {
			return err
		}
	}
	return nil // all rows: the engine filters
}

// A connector, asked as Athena asks it. In Lambda, lambdahandler.Start serves the
// Handler, and the Store is s3spill's.
func ExampleNewHandler() {
	ctx := context.Background()
	store := spill.NewMem()
	h, err := federation.NewHandler(planets{{"Earth", 1}, {"Mars", 2}}, federation.Options{
		SourceType: "planets", Store: store, Config: federation.Config{SpillBucket: "bucket"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	athena := &client.Client{Invoker: h, Store: store, Catalog: "lambda:planets", QueryID: "q1"}
	table, err := athena.GetTable(ctx, message.TableName{Schema: "sky", Table: "planets"}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(table.TableName, table.Schema.Field(0).Name, table.Schema.Field(1).Name)

	_, err = athena.GetTable(ctx, message.TableName{Schema: "sky", Table: "comets"}, nil)
	fmt.Println(err)
	fmt.Println(message.CodeOf(errors.Unwrap(err)))
	// Output:
	// sky.planets name moons
	// there is no table sky.comets
	// EntityNotFoundException
}
