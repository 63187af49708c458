package console

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery/types"
	"github.com/aws/smithy-go"
)

// askTimestream runs a statement through the Query API, page after page. It returns the id of what is remembered of it too,
// also with an error.
func (c *Console) askTimestream(ctx context.Context, sql string) (*result, int64, error) {
	out, queryID, err := c.readTimestream(ctx, sql)
	if err != nil {
		var said smithy.APIError
		if errors.As(err, &said) {
			err = errors.New(said.ErrorMessage())
		}
		return nil, c.o.Recorder.failed(kindTimestream, queryID, sql, err), err
	}
	return out, c.o.Recorder.idOf(kindTimestream, queryID), nil
}

// readTimestream returns the query's id also with an error, if there was a first page.
func (c *Console) readTimestream(ctx context.Context, sql string) (_ *result, queryID string, err error) {
	out := &result{Columns: []resultColumn{}, Rows: [][]*string{}}
	in := &timestreamquery.QueryInput{QueryString: aws.String(sql)}
	defer func() {
		if queryID != "" && (err != nil || out.More) {
			c.cancelTimestream(ctx, queryID)
		}
	}()
	for {
		page, err := c.o.Timestream.Query(ctx, in)
		if err != nil {
			return nil, queryID, err
		}
		queryID = aws.ToString(page.QueryId)
		if len(out.Columns) == 0 {
			for _, column := range page.ColumnInfo {
				out.Columns = append(out.Columns, resultColumn{aws.ToString(column.Name), typeText(column.Type)})
			}
		}
		for _, row := range page.Rows {
			if out.full() {
				return out, queryID, nil
			}
			if len(row.Data) != len(out.Columns) {
				return nil, queryID, fmt.Errorf("a row has %d values for %d columns", len(row.Data), len(out.Columns))
			}
			out.add(func(i int) *string { return datumText(row.Data[i]) })
		}
		if aws.ToString(page.NextToken) == "" {
			return out, queryID, nil
		}
		in.NextToken = page.NextToken
	}
}

// cancelTimestream ends a query whose further pages nobody wants. One that has ended cannot be cancelled, and need not be.
func (c *Console) cancelTimestream(ctx context.Context, queryID string) {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), cancelWithin)
	defer stop()
	_, _ = c.o.Timestream.CancelQuery(ctx, &timestreamquery.CancelQueryInput{QueryId: aws.String(queryID)})
}

// typeText writes a type as Timestream's documentation does.
func typeText(t *types.Type) string {
	switch {
	case t == nil:
		return "unknown"
	case t.ArrayColumnInfo != nil:
		return "array(" + typeText(t.ArrayColumnInfo.Type) + ")"
	case t.TimeSeriesMeasureValueColumnInfo != nil:
		return "timeseries(" + typeText(t.TimeSeriesMeasureValueColumnInfo.Type) + ")"
	case t.RowColumnInfo != nil:
		fields := make([]string, len(t.RowColumnInfo))
		for i, f := range t.RowColumnInfo {
			fields[i] = strings.TrimSpace(aws.ToString(f.Name) + " " + typeText(f.Type))
		}
		return "row(" + strings.Join(fields, ", ") + ")"
	}
	return strings.ReplaceAll(strings.ToLower(string(t.ScalarType)), "_", " ")
}

// datumText writes a value, nil for null.
func datumText(d types.Datum) *string {
	if aws.ToBool(d.NullValue) {
		return nil
	}
	var text string
	switch {
	case d.ScalarValue != nil:
		return d.ScalarValue
	case d.RowValue != nil:
		text = "(" + datumList(d.RowValue.Data) + ")"
	case d.TimeSeriesValue != nil:
		points := make([]string, len(d.TimeSeriesValue))
		for i, p := range d.TimeSeriesValue {
			value := "null"
			if p.Value != nil {
				value = datumOrNull(*p.Value)
			}
			points[i] = aws.ToString(p.Time) + " = " + value
		}
		text = "[" + strings.Join(points, ", ") + "]"
	default:
		text = "[" + datumList(d.ArrayValue) + "]"
	}
	return &text
}

func datumList(list []types.Datum) string {
	parts := make([]string, len(list))
	for i, d := range list {
		parts[i] = datumOrNull(d)
	}
	return strings.Join(parts, ", ")
}

func datumOrNull(d types.Datum) string {
	if text := datumText(d); text != nil {
		return *text
	}
	return "null"
}
