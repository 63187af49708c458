package athena

import (
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// list is rows of text that are there already.
type list struct {
	columns int
	rows    [][]any
	at      int // rows given so far
}

func (l *list) Next() bool {
	l.at++
	return l.at <= len(l.rows)
}

func (l *list) Values() []any { return l.rows[l.at-1] }

func (l *list) Err() error { return nil }

func (l *list) Schema() (*arrow.Schema, error) {
	fields := make([]arrow.Field, l.columns)
	for i := range fields {
		fields[i] = arrow.Field{Type: arrow.BinaryTypes.String, Nullable: true}
	}
	return arrow.NewSchema(fields, nil), nil
}

func (l *list) Record(limit int) (arrow.RecordBatch, error) {
	schema, _ := l.Schema()
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer b.Release()
	n := 0
	for ; n < limit && l.Next(); n++ {
		for i, v := range l.Values() {
			b.Field(i).(*array.StringBuilder).Append(fmt.Sprint(v))
		}
	}
	if n == 0 {
		return nil, nil
	}
	return b.NewRecordBatch(), nil
}

func (l *list) Close() error { return nil }
