package federation

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/block"
	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
)

// partitionID is the column of the one partition of a table without any: Athena
// reads a layout without rows as "nothing to read".
const partitionID = "partitionId"

func (h *Handler) getTableLayout(ctx context.Context, r *message.GetTableLayoutRequest, l *requestLog) (message.Message, error) {
	if err := h.checkConstraints(r.Constraints); err != nil {
		return nil, err
	}
	partitions, err := h.partitions(ctx, r)
	if err != nil {
		return nil, err
	}
	l.add(slog.Int64(keyPartitions, partitions.NumRows()))
	return &message.GetTableLayoutResponse{CatalogName: r.CatalogName, TableName: r.TableName, Partitions: partitions}, nil
}

func (h *Handler) partitions(ctx context.Context, r *message.GetTableLayoutRequest) (*block.Block, error) {
	p, ok := h.connector.(Partitioner)
	if !ok {
		return h.onePartition(nil)
	}
	columns, err := partitionColumns(r)
	if err != nil {
		return nil, err
	}
	schema, err := p.PartitionSchema(ctx, r, columns)
	if err != nil {
		return nil, err
	}
	if schema == nil || schema.NumFields() == 0 {
		return h.onePartition(schema)
	}
	b, err := block.NewBuilder(schema)
	if err != nil {
		return nil, fmt.Errorf("partition columns of %s.%s: %w", r.TableName.Schema, r.TableName.Table, err)
	}
	if err := p.WritePartitions(ctx, r, b); err != nil {
		return nil, err
	}
	rows, err := b.Record()
	if err != nil {
		return nil, fmt.Errorf("partitions of %s.%s: %w", r.TableName.Schema, r.TableName.Table, err)
	}
	return h.prune(rows, schema, r.Constraints)
}

// partitionColumns are the request's partition columns with their types.
func partitionColumns(r *message.GetTableLayoutRequest) (*arrow.Schema, error) {
	fields := make([]arrow.Field, 0, len(r.PartitionColumns))
	for _, name := range r.PartitionColumns {
		found, ok := r.Schema.FieldsByName(name)
		if !ok {
			return nil, Errorf(InvalidInput, "partition column %q is not a column of %s.%s", name, r.TableName.Schema, r.TableName.Table)
		}
		fields = append(fields, arrow.Field{Name: name, Type: found[0].Type, Nullable: true})
	}
	return arrow.NewSchema(fields, nil), nil
}

// onePartition is the layout of a table that has no partition columns. Metadata
// of the given schema, which may be nil, is kept.
func (h *Handler) onePartition(schema *arrow.Schema) (*block.Block, error) {
	var metadata arrow.Metadata
	if schema != nil {
		metadata = schema.Metadata()
	}
	b, err := block.NewBuilder(arrow.NewSchema([]arrow.Field{{Name: partitionID, Type: arrow.PrimitiveTypes.Int32, Nullable: true}}, &metadata))
	if err != nil {
		return nil, err
	}
	if err := block.AppendValue(b.Column(0), int64(1)); err != nil {
		return nil, err
	}
	return h.block(b)
}

// prune drops the rows that the constraints on their own columns exclude.
func (h *Handler) prune(rows arrow.RecordBatch, schema *arrow.Schema, where *predicate.Constraints) (*block.Block, error) {
	kept, err := block.NewBuilder(schema)
	if err != nil {
		return nil, err
	}
	tests := columnTests(schema, where)
	for row := range int(rows.NumRows()) {
		if !passes(tests, rows, row) {
			continue
		}
		for i, column := range rows.Columns() {
			if err := block.AppendValue(kept.Column(i), block.ValueAt(column, row)); err != nil {
				return nil, fmt.Errorf("partition column %q: %w", schema.Field(i).Name, err)
			}
		}
	}
	return h.block(kept)
}

// columnTest is a constraint bound to a column by position.
type columnTest struct {
	column int
	set    predicate.ValueSet
}

func columnTests(schema *arrow.Schema, where *predicate.Constraints) []columnTest {
	var tests []columnTest
	if where == nil {
		return nil
	}
	for i, f := range schema.Fields() {
		if set, ok := where.Set(f.Name); ok {
			tests = append(tests, columnTest{column: i, set: set})
		}
	}
	return tests
}

func passes(tests []columnTest, rows arrow.RecordBatch, row int) bool {
	for _, t := range tests {
		if !t.set.Contains(block.ValueAt(rows.Column(t.column), row)) {
			return false
		}
	}
	return true
}

func (h *Handler) block(b *block.Builder) (*block.Block, error) {
	rows, err := b.Record()
	if err != nil {
		return nil, err
	}
	return &block.Block{AllocatorID: h.options.NewID(), Schema: b.Schema(), Records: rows}, nil
}
