package samples_test

import (
	"errors"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery/types"
	"github.com/aws/smithy-go"
)

// header is a result's columns as a script writes them.
func header(columns []types.ColumnInfo) string {
	parts := make([]string, len(columns))
	for i, c := range columns {
		parts[i] = strings.TrimSpace(aws.ToString(c.Name) + " " + typeText(c.Type))
	}
	return strings.Join(parts, " | ")
}

func typeText(t *types.Type) string {
	switch {
	case t.ArrayColumnInfo != nil:
		return "array(" + typeText(t.ArrayColumnInfo.Type) + ")"
	case t.TimeSeriesMeasureValueColumnInfo != nil:
		return "timeseries(" + typeText(t.TimeSeriesMeasureValueColumnInfo.Type) + ")"
	case t.RowColumnInfo != nil:
		return "row(" + strings.ReplaceAll(header(t.RowColumnInfo), " | ", ", ") + ")"
	}
	return strings.ToLower(string(t.ScalarType))
}

// rows writes each row of a page as a script does.
func rows(page *timestreamquery.QueryOutput) []string {
	lines := make([]string, len(page.Rows))
	for i, r := range page.Rows {
		lines[i] = tidy(join(r.Data, " | "))
	}
	return lines
}

func join(data []types.Datum, between string) string {
	parts := make([]string, len(data))
	for i, d := range data {
		parts[i] = datumText(d)
	}
	return strings.Join(parts, between)
}

func datumText(d types.Datum) string {
	switch {
	case aws.ToBool(d.NullValue):
		return "NULL"
	case d.ScalarValue != nil:
		return *d.ScalarValue
	case d.RowValue != nil:
		return "(" + join(d.RowValue.Data, ", ") + ")"
	case d.ArrayValue != nil:
		return "[" + join(d.ArrayValue, ", ") + "]"
	case d.TimeSeriesValue != nil:
		parts := make([]string, len(d.TimeSeriesValue))
		for i, p := range d.TimeSeriesValue {
			parts[i] = aws.ToString(p.Time) + "=" + datumText(*p.Value)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	return "a datum without a value"
}

// errorText is the service's error: its name and what it says.
func errorText(err error) string {
	var e smithy.APIError
	if errors.As(err, &e) {
		return e.ErrorCode() + ": " + e.ErrorMessage()
	}
	return err.Error()
}

// inOrder sorts the rows of an answer, but for its first line, when the query promises no order.
func (s sample) inOrder(answer []string) []string {
	if s.anyOrder {
		answer = slices.Clone(answer)
		slices.Sort(answer[1:])
	}
	return answer
}
