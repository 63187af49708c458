// Package sdkpath reads Timestream the way that the SDK's documentation leads to: Query's pages one after another into the
// SDK's structs, time.Parse and strconv into Arrow's builders; full batches as Arrow's stream format, sealed with AES-GCM,
// put into S3. It is what the connector's speed is measured against, written as well as that way allows.
package sdkpath

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery/types"

	"athena-timestream/timestream/internal/tstype"
)

// Reader reads one statement.
type Reader struct {
	Client *timestreamquery.Client
	SQL    string
	token  *string
	ended  bool
	b      *array.RecordBuilder
}

// Next asks for one page and appends its rows to the builder. It is false after the last page.
func (r *Reader) Next(ctx context.Context) (more bool, err error) {
	if r.ended {
		return false, nil
	}
	out, err := r.Client.Query(ctx, &timestreamquery.QueryInput{QueryString: &r.SQL, NextToken: r.token})
	if err != nil {
		return false, err
	}
	if r.b == nil {
		if r.b, err = builder(out.ColumnInfo); err != nil {
			return false, err
		}
	}
	for _, row := range out.Rows {
		for i, datum := range row.Data {
			if err := appendDatum(r.b.Field(i), datum); err != nil {
				return false, fmt.Errorf("column %s: %w", r.b.Schema().Field(i).Name, err)
			}
		}
	}
	r.token, r.ended = out.NextToken, out.NextToken == nil
	return !r.ended, nil
}

// Batch takes the rows that have been appended out of the builder. The caller releases it.
func (r *Reader) Batch() arrow.RecordBatch { return r.b.NewRecordBatch() }

func builder(columns []types.ColumnInfo) (*array.RecordBuilder, error) {
	fields := make([]arrow.Field, len(columns))
	for i, c := range columns {
		t, err := tstype.FromColumnInfo(*c.Type)
		if err != nil {
			return nil, err
		}
		fields[i] = t.Arrow(*c.Name)
	}
	return array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema(fields, nil)), nil
}

func appendDatum(b array.Builder, d types.Datum) error {
	if d.NullValue != nil && *d.NullValue {
		b.AppendNull()
		return nil
	}
	if d.ScalarValue == nil {
		return fmt.Errorf("the value is no scalar")
	}
	text := *d.ScalarValue
	switch b := b.(type) {
	case *array.StringBuilder:
		b.Append(text)
		return nil
	case *array.Int64Builder:
		v, err := strconv.ParseInt(text, 10, 64)
		b.Append(v)
		return err
	case *array.Float64Builder:
		v, err := strconv.ParseFloat(text, 64)
		b.Append(v)
		return err
	case *array.Date64Builder:
		t, err := time.Parse("2006-01-02 15:04:05.000000000", text)
		b.Append(arrow.Date64(t.UnixMilli()))
		return err
	default:
		return fmt.Errorf("values of type %s are not read this way", b.Type())
	}
}
