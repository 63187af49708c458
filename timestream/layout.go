package timestream

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"athena-timestream/federation"
	"athena-timestream/federation/block"
	"athena-timestream/federation/message"
)

// layoutColumn is the column of a layout that says what is to be read. Timestream's tables are not partitioned for
// Athena: a layout has one row.
const layoutColumn = "timestream$read"

// tableLayout is what GetTableLayout knows and GetSplits, whose request has no schema, has to know: the text of
// layoutColumn.
type tableLayout struct {
	// Database and Table are the service's names; those of Athena if the service does not tell, and of no meaning for a view.
	Database string `json:"database"`
	Table    string `json:"table"`
	// Now is the one time of all that is planned for the query, in milliseconds since 1970.
	Now int64 `json:"now"`
	// Schema is the table's as Athena has it, with its metadata, as an Arrow IPC message.
	Schema []byte `json:"schema"`

	schema *arrow.Schema
	view   string // the SQL of a view, empty for a table
}

// PartitionSchema adds the one column that GetSplits needs. A passthrough query needs none.
func (*Connector) PartitionSchema(_ context.Context, r *message.GetTableLayoutRequest, _ *arrow.Schema) (*arrow.Schema, error) {
	if isPassthrough(r.Constraints) {
		return nil, nil
	}
	name := layoutColumn
	for r.Schema.HasField(name) {
		name += "$"
	}
	return arrow.NewSchema([]arrow.Field{{Name: name, Type: arrow.BinaryTypes.String, Nullable: true}}, nil), nil
}

// WritePartitions writes the one row. It looks up the table's real name, once for all splits. A table that the service
// does not know, or may not list, keeps Athena's name: the read says what is wrong.
func (c *Connector) WritePartitions(ctx context.Context, r *message.GetTableLayoutRequest, b *block.Builder) error {
	table := r.TableName
	if viewOf(r.Schema) == "" {
		real, err := c.names.table(ctx, r.TableName)
		switch message.CodeOf(err) {
		case federation.EntityNotFound, federation.AccessDenied:
		default:
			if err != nil {
				return err
			}
			table = real
		}
	}
	schema, err := block.EncodeSchema(r.Schema, block.Current)
	if err != nil {
		return fmt.Errorf("layout of %s: %w", r.TableName, err)
	}
	text, err := json.Marshal(tableLayout{Database: table.Schema, Table: table.Table, Now: c.now().UnixMilli(), Schema: schema})
	if err != nil {
		return fmt.Errorf("layout of %s: %w", r.TableName, err)
	}
	return block.AppendValue(b.Column(0), string(text))
}

// readLayout reads what WritePartitions wrote.
func readLayout(partitions *block.Block) (*tableLayout, error) {
	l, err := decodeLayout(partitions)
	if err != nil {
		return nil, federation.Errorf(federation.InvalidInput, "make splits: the layout is not one of this connector's: %w", err)
	}
	return l, nil
}

func decodeLayout(partitions *block.Block) (*tableLayout, error) {
	if n := partitions.NumRows(); n != 1 {
		return nil, fmt.Errorf("it has %d rows, not one", n)
	}
	if n := partitions.Records.NumCols(); n != 1 {
		return nil, fmt.Errorf("it has %d columns, not one", n)
	}
	column, ok := partitions.Records.Column(0).(*array.String)
	if !ok {
		return nil, fmt.Errorf("its column is %s", partitions.Records.Schema().Field(0))
	}
	var l tableLayout
	err := json.Unmarshal([]byte(column.Value(0)), &l)
	if err != nil {
		return nil, err
	}
	if l.schema, err = block.DecodeSchema(l.Schema); err != nil {
		return nil, err
	}
	l.view = viewOf(l.schema)
	return &l, nil
}
