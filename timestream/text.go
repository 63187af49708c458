package timestream

import (
	"context"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"athena-timestream/federation/block"
	"athena-timestream/timestream/internal/page"
	"athena-timestream/timestream/internal/tstype"
)

// texts runs a metadata statement and returns the named columns of its result, all of them varchar. A null is an empty
// text.
func (s statements) texts(ctx context.Context, sql string, columns ...string) ([][]string, error) {
	fields := make([]arrow.Field, len(columns))
	for i, name := range columns {
		fields[i] = tstype.Type{Kind: tstype.Varchar}.Arrow(name)
	}
	b, err := block.NewBuilder(arrow.NewSchema(fields, nil))
	if err != nil {
		return nil, fmt.Errorf("read the answer to %s: %w", sql, err)
	}
	cols := make([]page.Binding, len(columns))
	for i, name := range columns {
		cols[i] = page.Binding{Name: name, Column: b.Column(i), Type: tstype.Type{Kind: tstype.Varchar}}
	}
	if _, err := s.run(ctx, sql, cols, whole{b}); err != nil {
		return nil, err
	}
	record, err := b.Record()
	if err != nil {
		return nil, fmt.Errorf("read the answer to %s: %w", sql, err)
	}
	out := make([][]string, len(columns))
	for i := range columns {
		col, ok := record.Column(i).(*array.String)
		if !ok {
			return nil, fmt.Errorf("read the answer to %s: column %s is %s", sql, columns[i], record.Column(i).DataType())
		}
		for row := range col.Len() {
			out[i] = append(out[i], string([]byte(col.Value(row)))) // the record borrows the builder's memory
		}
	}
	return out, nil
}

// whole keeps all rows in a builder.
type whole struct{ *block.Builder }

func (whole) EndRow() error { return nil }

func (w whole) Rewind() bool {
	w.Reset()
	return true
}
