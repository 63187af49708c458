package page_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery/types"

	"athena-timestream/federation/block"
	"athena-timestream/timestream/internal/page"
	"athena-timestream/timestream/internal/tstype"
)

// This file reads pages the way a plain user of the SDK would: its deserializer, then time.Parse and strconv into
// Arrow's own builders. Tests compare with it, benchmarks measure against it.

// reply is an HTTP client that has one answer.
type reply string

func (r reply) Do(*http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode:    200,
		Header:        http.Header{"X-Amzn-Requestid": {"request-1"}},
		Body:          io.NopCloser(strings.NewReader(string(r))),
		ContentLength: int64(len(r)),
	}, nil
}

func client(h timestreamquery.HTTPClient) *timestreamquery.Client {
	return timestreamquery.New(timestreamquery.Options{
		Region:       "us-east-1",
		BaseEndpoint: aws.String("http://localhost"),
		HTTPClient:   h,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "id", SecretAccessKey: "secret"}, nil
		}),
		EndpointDiscovery: timestreamquery.EndpointDiscoveryOptions{
			EnableEndpointDiscovery: aws.EndpointDiscoveryDisabled,
		},
		Retryer: aws.NopRetryer{},
	})
}

func input() *timestreamquery.QueryInput {
	return &timestreamquery.QueryInput{QueryString: aws.String("SELECT 1")}
}

// referenceColumns are the fields for all columns of an answer, and their types.
func referenceColumns(infos []types.ColumnInfo) (fields []arrow.Field, kinds []tstype.Type, err error) {
	names := map[string]bool{}
	for _, c := range infos {
		if c.Type == nil {
			return nil, nil, errors.New("no type")
		}
		typ, err := tstype.FromColumnInfo(*c.Type)
		if err != nil {
			return nil, nil, err
		}
		name := aws.ToString(c.Name)
		if names[name] {
			return nil, nil, fmt.Errorf("two columns %q", name)
		}
		names[name] = true
		fields, kinds = append(fields, typ.Arrow(name)), append(kinds, typ)
	}
	if len(fields) == 0 {
		return nil, nil, errors.New("no columns")
	}
	return fields, kinds, nil
}

// referenceRead is the whole slow path.
func referenceRead(ctx context.Context, c *timestreamquery.Client) (arrow.RecordBatch, *timestreamquery.QueryOutput, error) {
	out, err := c.Query(ctx, input())
	if err != nil {
		return nil, nil, err
	}
	fields, kinds, err := referenceColumns(out.ColumnInfo)
	if err != nil {
		return nil, out, err
	}
	b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema(fields, nil))
	defer b.Release()
	for r, row := range out.Rows {
		if len(row.Data) != len(fields) {
			return nil, out, fmt.Errorf("row %d has %d values", r, len(row.Data))
		}
		for i, d := range row.Data {
			if err := referenceAppend(b.Field(i), kinds[i], &d); err != nil {
				return nil, out, fmt.Errorf("row %d, column %d: %w", r, i, err)
			}
		}
	}
	return b.NewRecordBatch(), out, nil
}

func referenceAppend(b array.Builder, t tstype.Type, d *types.Datum) error {
	if d == nil {
		return errors.New("no datum")
	}
	isNull := d.NullValue != nil && *d.NullValue
	n := 0
	for _, has := range []bool{isNull, d.ScalarValue != nil, d.ArrayValue != nil, d.RowValue != nil, d.TimeSeriesValue != nil} {
		if has {
			n++
		}
	}
	if n != 1 {
		return fmt.Errorf("datum with %d values", n)
	}
	if isNull {
		b.AppendNull() // a struct's reaches its fields
		return nil
	}
	if t.Kind.Scalar() {
		if d.ScalarValue == nil {
			return errors.New("no scalar")
		}
		return referenceScalar(b, t.Kind, *d.ScalarValue)
	}
	switch t.Kind {
	case tstype.Array:
		if d.ArrayValue == nil {
			return errors.New("no array")
		}
		l := b.(*array.ListBuilder)
		l.Append(true)
		for _, e := range d.ArrayValue {
			if err := referenceAppend(l.ValueBuilder(), *t.Elem, &e); err != nil {
				return err
			}
		}
	case tstype.Row:
		if d.RowValue == nil || len(d.RowValue.Data) != len(t.Fields) {
			return errors.New("no fitting row")
		}
		s := b.(*array.StructBuilder)
		s.Append(true)
		for i, e := range d.RowValue.Data {
			if err := referenceAppend(s.FieldBuilder(i), t.Fields[i].Type, &e); err != nil {
				return err
			}
		}
	case tstype.TimeSeries:
		if d.TimeSeriesValue == nil {
			return errors.New("no time series")
		}
		l := b.(*array.ListBuilder)
		l.Append(true)
		s := l.ValueBuilder().(*array.StructBuilder)
		for _, p := range d.TimeSeriesValue {
			s.Append(true)
			if p.Time == nil {
				return errors.New("no time")
			}
			if err := referenceScalar(s.FieldBuilder(0), tstype.Timestamp, *p.Time); err != nil {
				return err
			}
			if err := referenceAppend(s.FieldBuilder(1), *t.Elem, p.Value); err != nil {
				return err
			}
		}
	}
	return nil
}

var (
	timestampForm = regexp.MustCompile(`^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,9})?$`)
	dateForm      = regexp.MustCompile(`^\d{4}-\d\d-\d\d$`)
	doubleForm    = regexp.MustCompile(`^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$`)
)

func referenceScalar(b array.Builder, k tstype.Kind, text string) error {
	switch b := b.(type) {
	case *array.StringBuilder:
		b.Append(text)
		return nil
	case *array.Int64Builder:
		v, err := strconv.ParseInt(text, 10, 64)
		b.Append(v)
		return err
	case *array.Int32Builder:
		v, err := strconv.ParseInt(text, 10, 32)
		b.Append(int32(v))
		return err
	case *array.Float64Builder:
		v, err := referenceDouble(text)
		b.Append(v)
		return err
	case *array.BooleanBuilder:
		b.Append(text == "true")
		if text != "true" && text != "false" {
			return fmt.Errorf("%q is not a boolean", text)
		}
		return nil
	case *array.Date64Builder:
		v, err := referenceTimestamp(text)
		b.Append(arrow.Date64(v))
		return err
	case *array.Date32Builder:
		v, err := referenceDate(text)
		b.Append(arrow.Date32(v))
		return err
	default:
		return fmt.Errorf("no builder for %s", k)
	}
}

func referenceDouble(text string) (float64, error) {
	switch text {
	case "NaN":
		return math.NaN(), nil
	case "Infinity", "+Infinity":
		return math.Inf(1), nil
	case "-Infinity":
		return math.Inf(-1), nil
	}
	if !doubleForm.MatchString(text) {
		return 0, fmt.Errorf("%q is not a double", text)
	}
	return strconv.ParseFloat(text, 64)
}

func referenceTimestamp(text string) (int64, error) {
	if !timestampForm.MatchString(text) {
		return 0, fmt.Errorf("%q is not a timestamp", text)
	}
	t, err := time.Parse("2006-01-02 15:04:05", text)
	return t.UnixMilli(), err
}

func referenceDate(text string) (int32, error) {
	if !dateForm.MatchString(text) {
		return 0, fmt.Errorf("%q is not a date", text)
	}
	t, err := time.Parse("2006-01-02", text)
	return int32(t.Unix() / 86400), err
}

// sink receives rows as spill.Writer would: it empties the builder now and then, leaving the newest row in it.
type sink struct {
	b    *block.Builder
	cut  int // rows to a block
	rows []string
	fail error // what endRow returns after the row it is set for
	at   int
}

func newSink(t testing.TB, fields []arrow.Field) *sink {
	t.Helper()
	b, err := block.NewBuilder(arrow.NewSchema(fields, nil))
	if err != nil {
		t.Fatal(err)
	}
	return &sink{b: b, cut: 7}
}

func (s *sink) endRow() error {
	s.at++
	if s.fail != nil {
		return s.fail
	}
	if n := s.b.Rows(); n >= s.cut {
		return s.take(n - 1)
	}
	return nil
}

// take dumps the first n rows and drops them.
func (s *sink) take(n int) error {
	r, err := s.b.Head(n)
	if err != nil {
		return err
	}
	s.rows = append(s.rows, dump(r)...)
	s.b.Drop(n)
	return nil
}

// all is what has been appended, row by row.
func (s *sink) all(t testing.TB) []string {
	t.Helper()
	for i := range s.b.Schema().NumFields() {
		if got, want := s.b.Column(i).Len(), s.b.Rows(); got != want {
			t.Fatalf("column %d has %d values, another has %d: part of a row was left", i, got, want)
		}
	}
	if err := s.take(s.b.Rows()); err != nil {
		t.Fatal(err)
	}
	return s.rows
}

// dump writes rows so that equal text is equal content: nulls, the sign of zero and NaN included.
func dump(r arrow.RecordBatch) []string {
	rows := make([]string, r.NumRows())
	for i := range rows {
		var sb strings.Builder
		for _, col := range r.Columns() {
			fmt.Fprintf(&sb, "%#v\n", block.ValueAt(col, i))
		}
		rows[i] = sb.String()
	}
	return rows
}

func bindAll(b *block.Builder, kinds []tstype.Type) []page.Binding {
	cols := make([]page.Binding, len(kinds))
	for i, k := range kinds {
		cols[i] = page.Binding{Name: b.Schema().Field(i).Name, Column: b.Column(i), Type: k}
	}
	return cols
}

// compare reads a page both ways. It returns the page and the rows of our way.
func compare(t testing.TB, body string) (page.Page, []string) {
	t.Helper()
	c, ctx := client(reply(body)), context.Background()
	want, out, wantErr := referenceRead(ctx, c)
	var infos []types.ColumnInfo
	if out != nil {
		infos = out.ColumnInfo
	}
	fields, kinds, err := referenceColumns(infos)
	if err != nil {
		fields, kinds = []arrow.Field{{Name: "a", Type: arrow.BinaryTypes.String, Nullable: true}}, make([]tstype.Type, 1)
	}
	s := newSink(t, fields)
	p, gotErr := page.NewDecoder(bindAll(s.b, kinds)).Query(ctx, c, input(), s.endRow)
	waiting := out != nil && len(out.Rows) == 0 && len(out.ColumnInfo) == 0 && aws.ToString(out.NextToken) != ""
	if waiting {
		wantErr = nil
	}
	if (gotErr == nil) != (wantErr == nil) {
		t.Fatalf("ours: %v\nSDK: %v\npage: %.2000s", gotErr, wantErr, body)
	}
	rows := s.all(t)
	if gotErr != nil || waiting {
		return p, rows
	}
	if p.Rows != len(out.Rows) {
		t.Fatalf("ours has %d rows, the SDK %d\npage: %.2000s", p.Rows, len(out.Rows), body)
	}
	for i, r := range dump(want) {
		if rows[i] != r {
			t.Fatalf("row %d:\nours\n%sSDK\n%spage: %.2000s", i, rows[i], r, body)
		}
	}
	compareRest(t, p, out)
	return p, rows
}

func compareRest(t testing.TB, p page.Page, out *timestreamquery.QueryOutput) {
	t.Helper()
	want := page.Page{
		NextToken: out.NextToken, QueryID: aws.ToString(out.QueryId), RequestID: "request-1",
		Rows: len(out.Rows), Bytes: p.Bytes, BySDK: p.BySDK, Insights: p.Insights,
	}
	if aws.ToString(out.NextToken) == "" {
		want.NextToken = nil
	}
	if s := out.QueryStatus; s != nil {
		want.Progress, want.BytesScanned, want.BytesMetered = s.ProgressPercentage, s.CumulativeBytesScanned, s.CumulativeBytesMetered
	}
	if aws.ToString(p.NextToken) != aws.ToString(want.NextToken) {
		t.Fatalf("token %q, SDK %q", aws.ToString(p.NextToken), aws.ToString(want.NextToken))
	}
	p.NextToken = want.NextToken
	if fmt.Sprint(p) != fmt.Sprint(want) {
		t.Fatalf("page %+v, SDK %+v", p, want)
	}
	if fmt.Sprint(p.Insights == nil) != fmt.Sprint(out.QueryInsightsResponse == nil) {
		t.Fatalf("insights %v, SDK %v", p.Insights, out.QueryInsightsResponse)
	}
}
