package federationtest

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation"
	"athena-timestream/federation/block"
	"athena-timestream/federation/message"
)

// The properties of a split of Memory: its number within its partition, and the
// text of each partition column's value under the prefix and the column's name.
const (
	splitProperty     = "split"
	partitionProperty = "partition."
)

// PartitionSchema adds nothing to the partition columns.
func (m *Memory) PartitionSchema(_ context.Context, _ *message.GetTableLayoutRequest, columns *arrow.Schema) (*arrow.Schema, error) {
	return columns, nil
}

// WritePartitions writes each combination of values in the partition columns once.
func (m *Memory) WritePartitions(_ context.Context, r *message.GetTableLayoutRequest, b *block.Builder) error {
	t, err := m.find(r.TableName)
	if err != nil {
		return err
	}
	columns, err := positions(t.Schema, b.Schema())
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, values := range project(asRows(t.Rows), columns) {
		if seen[values.text()] {
			continue
		}
		seen[values.text()] = true
		for i, v := range values {
			if err := block.AppendValue(b.Column(i), v); err != nil {
				return fmt.Errorf("partition column %q: %w", b.Schema().Field(i).Name, err)
			}
		}
	}
	return nil
}

// GetSplits cuts each partition into splits. The token is the number of the first
// split that has not been given.
func (m *Memory) GetSplits(_ context.Context, r *message.GetSplitsRequest) ([]federation.SplitSpec, *string, error) {
	start, err := splitStart(r.ContinuationToken)
	if err != nil {
		return nil, nil, err
	}
	each := max(1, m.Splits)
	all := int(r.Partitions.NumRows()) * each
	end := min(start+max(1, m.SplitsPerReply), all)
	var splits []federation.SplitSpec
	for n := start; n < end; n++ {
		properties := map[string]string{splitProperty: strconv.Itoa(n % each)}
		for _, name := range r.PartitionColumns {
			value, err := partitionValue(r.Partitions, name, n/each)
			if err != nil {
				return nil, nil, err
			}
			properties[partitionProperty+name] = valueText(value)
		}
		splits = append(splits, federation.SplitSpec{Properties: properties})
	}
	if end >= all {
		return splits, nil, nil
	}
	next := strconv.Itoa(end)
	return splits, &next, nil
}

func splitStart(token *string) (int, error) {
	if token == nil {
		return 0, nil
	}
	start, err := strconv.Atoi(*token)
	if err != nil || start < 0 {
		return 0, federation.Errorf(federation.InvalidInput, "continuation token %q is not one of ours: start again without a token", *token)
	}
	return start, nil
}

func partitionValue(partitions *block.Block, column string, row int) (any, error) {
	found := partitions.Schema.FieldIndices(column)
	if len(found) == 0 {
		return nil, federation.Errorf(federation.InvalidInput, "the partitions have no column %q", column)
	}
	return block.ValueAt(partitions.Records.Column(found[0]), row), nil
}

// part is the rows of one split: of those in its partition every so many.
func (m *Memory) part(t *Table, properties map[string]string) ([]row, error) {
	number, err := strconv.Atoi(properties[splitProperty])
	if err != nil || number < 0 {
		return nil, federation.Errorf(federation.InvalidInput, "the split's property %s is %q, not a number", splitProperty, properties[splitProperty])
	}
	var rows []row
	n := 0
	for _, r := range asRows(t.Rows) {
		if !inPartition(t, r, properties) {
			continue
		}
		if n%max(1, m.Splits) == number {
			rows = append(rows, r)
		}
		n++
	}
	return rows, nil
}

func inPartition(t *Table, r row, properties map[string]string) bool {
	for name, want := range properties {
		column, ok := strings.CutPrefix(name, partitionProperty)
		if !ok {
			continue
		}
		at := t.Schema.FieldIndices(column)
		if len(at) == 0 || valueText(r[at[0]]) != want {
			return false
		}
	}
	return true
}

// valueText is different for different values of a column.
func valueText(v any) string {
	var b strings.Builder
	writeValue(&b, v)
	return b.String()
}

func asRows(values [][]any) []row {
	rows := make([]row, len(values))
	for i, v := range values {
		rows[i] = v
	}
	return rows
}
