package page_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/aws/aws-sdk-go-v2/aws"

	"athena-timestream/federation/block"
	"athena-timestream/timestream/internal/page"
	"athena-timestream/timestream/internal/tstype"
)

func kind(k tstype.Kind) tstype.Type { return tstype.Type{Kind: k} }

func listOf(t tstype.Type) tstype.Type { return tstype.Type{Kind: tstype.Array, Elem: &t} }

func seriesOf(t tstype.Type) tstype.Type { return tstype.Type{Kind: tstype.TimeSeries, Elem: &t} }

func rowOf(ts ...tstype.Type) tstype.Type {
	t := kind(tstype.Row)
	for _, f := range ts {
		t.Fields = append(t.Fields, tstype.Field{Type: f})
	}
	return t
}

// TestBind reads a page of one row whose types differ from what the columns hold.
func TestBind(t *testing.T) {
	const point = `{"RowColumnInfo":[{"Type":{"ScalarType":"TIMESTAMP"}},{"Type":{"ScalarType":"BIGINT"}}]}`
	const at = "1970-01-01 00:00:00.001000000"
	tests := map[string]struct {
		want       tstype.Type
		have, data string
		row        string // or part of an error
	}{
		"integer as bigint":   {kind(tstype.Bigint), `{"ScalarType":"INTEGER"}`, scalar("7"), "7\n"},
		"time as varchar":     {kind(tstype.Varchar), `{"ScalarType":"TIME"}`, scalar("01:00:00"), "\"01:00:00\"\n"},
		"double as varchar":   {kind(tstype.Varchar), `{"ScalarType":"DOUBLE"}`, scalar("1.0E7"), "\"1.0E7\"\n"},
		"unknown as double":   {kind(tstype.Double), `{"ScalarType":"UNKNOWN"}`, `{"NullValue":true}`, "<nil>\n"},
		"unknown with value":  {kind(tstype.Double), `{"ScalarType":"UNKNOWN"}`, scalar("1"), `"1" is not a null`},
		"rows as series":      {seriesOf(kind(tstype.Bigint)), `{"ArrayColumnInfo":{"Type":` + point + `}}`, `{"ArrayValue":[{"RowValue":{"Data":[` + scalar(at) + `,` + scalar("7") + `]}}]}`, "[]interface {}{[]interface {}{1, 7}}\n"},
		"series as rows":      {listOf(rowOf(kind(tstype.Timestamp), kind(tstype.Bigint))), `{"TimeSeriesMeasureValueColumnInfo":{"Type":{"ScalarType":"INTEGER"}}}`, `{"TimeSeriesValue":[{"Value":` + scalar("7") + `,"Time":"` + at + `"}]}`, "[]interface {}{[]interface {}{1, 7}}\n"},
		"empty array":         {listOf(kind(tstype.Double)), `{"ArrayColumnInfo":{"Type":{"ScalarType":"UNKNOWN"}}}`, `{"ArrayValue":[]}`, "[]interface {}{}\n"},
		"bigint as integer":   {kind(tstype.Integer), `{"ScalarType":"BIGINT"}`, scalar("-7"), "-7\n"},
		"a bigint too large":  {kind(tstype.Integer), `{"ScalarType":"BIGINT"}`, scalar("2147483648"), `"2147483648" is not an integer`},
		"bigint as double":    {kind(tstype.Double), `{"ScalarType":"BIGINT"}`, scalar("9007199254740993"), "9.007199254740992e+15\n"},
		"integer as double":   {kind(tstype.Double), `{"ScalarType":"INTEGER"}`, scalar("7"), "7\n"},
		"bigint as boolean":   {kind(tstype.Boolean), `{"ScalarType":"BIGINT"}`, "", `column "a": it holds bigint and is wanted as boolean in a *block.BoolColumn`},
		"bigint as timestamp": {kind(tstype.Timestamp), `{"ScalarType":"BIGINT"}`, "", "holds bigint and is wanted as timestamp"},
		"varchar as double":   {kind(tstype.Double), `{"ScalarType":"VARCHAR"}`, "", "holds varchar and is wanted as double"},
		"array as varchar":    {kind(tstype.Varchar), `{"ArrayColumnInfo":{"Type":{"ScalarType":"BIGINT"}}}`, "", "holds array(bigint) and is wanted as varchar"},
		"scalar as array":     {listOf(kind(tstype.Double)), `{"ScalarType":"DOUBLE"}`, "", "holds double and is wanted as array(double)"},
		"other elements":      {listOf(kind(tstype.Double)), `{"ArrayColumnInfo":{"Type":{"ScalarType":"BOOLEAN"}}}`, "", "element: it holds boolean"},
		"other row":           {rowOf(kind(tstype.Double)), point, "", "holds row(timestamp, bigint) and is wanted as row(double)"},
		"rows as array":       {listOf(kind(tstype.Bigint)), `{"TimeSeriesMeasureValueColumnInfo":{"Type":{"ScalarType":"BIGINT"}}}`, "", "holds timeseries(bigint)"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			body := `{"ColumnInfo":[{"Name":"a","Type":` + test.have + `}],"Rows":[{"Data":[` + test.data + `]}]}`
			s, _, err := query(t, test.want, body)
			if err != nil {
				var c *page.ColumnsError
				if !strings.Contains(err.Error(), test.row) || test.data == "" && !errors.As(err, &c) {
					t.Errorf("error %v, want %s", err, test.row)
				}
				return
			}
			if rows := s.all(t); len(rows) != 1 || rows[0] != test.row {
				t.Errorf("rows %q, want %q", rows, test.row)
			}
		})
	}
}

const twoColumns = `"ColumnInfo":[{"Name":"x","Type":{"ArrayColumnInfo":{"Type":{"ScalarType":"DOUBLE"}}}},{"Name":"a","Type":{"ScalarType":"BIGINT"}}]`

// A column that is not bound is passed over, whatever is in it.
func TestUnboundColumn(t *testing.T) {
	s, p, err := query(t, kind(tstype.Bigint), `{`+twoColumns+`,"Rows":[`+
		`{"Data":[{"ArrayValue":[`+scalar("no double")+`,{"NullValue":true}]},`+scalar("1")+`]},`+
		`{"Data":[{"NullValue":true},`+scalar("2")+`]}]}`)
	if rows := s.all(t); err != nil || p.BySDK || strings.Join(rows, "") != "1\n2\n" {
		t.Errorf("rows %q, page %+v, error %v", rows, p, err)
	}
}

// Athena may ask for no column at all, to count rows.
func TestNoBindings(t *testing.T) {
	rows := 0
	body := `{` + twoColumns + `,"Rows":[` + rowsOf([]string{`{"NullValue":true},` + scalar("1"), `{"NullValue":true},` + scalar("2")}) + `]}`
	p, err := page.NewDecoder(nil).Query(context.Background(), client(reply(body)), input(), func() error { rows++; return nil })
	if err != nil || p.Rows != 2 || rows != 2 || p.BySDK {
		t.Errorf("%d rows, page %+v, error %v", rows, p, err)
	}
}

func TestBindingsThatDoNotFit(t *testing.T) {
	b, err := block.NewBuilder(arrow.NewSchema([]arrow.Field{{Name: "a", Type: arrow.PrimitiveTypes.Int64, Nullable: true}}, nil))
	if err != nil {
		t.Fatal(err)
	}
	a := page.Binding{Name: "a", Column: b.Column(0), Type: kind(tstype.Bigint)}
	missing := a
	missing.Name = "A"
	tests := map[string]struct {
		bindings   []page.Binding
		body, want string
	}{
		"missing": {[]page.Binding{missing}, `{` + twoColumns + `,"Rows":[]}`, `the answer's columns are not the query's: it has no "A", only ["x" array(double) "a" bigint]`},
		"twice":   {[]page.Binding{a, a}, `{` + twoColumns + `,"Rows":[]}`, `column "a" was asked for twice`},
		"double":  {[]page.Binding{a}, oddPages["two columns of a name"], `it has more than one "a"; give them different names`},
		"none":    {nil, `{"ColumnInfo":[],"Rows":[]}`, "it lists none"},
	}
	for name, test := range tests {
		_, err := page.NewDecoder(test.bindings).Query(context.Background(), client(reply(test.body)), input(), func() error { return nil })
		var c *page.ColumnsError
		if !errors.As(err, &c) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

// replies is an HTTP client with one answer after the other.
type replies []string

func (r *replies) Do(*http.Request) (*http.Response, error) {
	body := (*r)[0]
	*r = (*r)[1:]
	return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}, nil
}

// pages reads pages one after the other, each fetched while the one before it is appended.
func pages(t *testing.T, bodies ...string) (*sink, error) {
	t.Helper()
	ctx, r := context.Background(), replies(bodies)
	c := client(&r)
	s := newSink(t, []arrow.Field{{Name: "a", Type: arrow.PrimitiveTypes.Int64, Nullable: true}})
	d := page.NewDecoder(bindAll(s.b, []tstype.Type{kind(tstype.Bigint)}))
	a, err := d.Fetch(ctx, c, input())
	for err == nil {
		var next *page.Answer
		var nextErr error
		done := make(chan struct{})
		token := a.NextToken()
		go func() {
			defer close(done)
			if token != nil {
				next, nextErr = d.Fetch(ctx, c, input())
			}
		}()
		p, appendErr := d.Append(ctx, a, s.endRow)
		<-done
		if appendErr != nil {
			return s, appendErr
		}
		if aws.ToString(p.NextToken) != aws.ToString(token) {
			t.Errorf("token %q was told before as %q", aws.ToString(p.NextToken), aws.ToString(token))
		}
		if token == nil {
			break
		}
		a, err = next, nextErr
	}
	return s, err
}

func TestPages(t *testing.T) {
	a := `{"ColumnInfo":[{"Name":"a","Type":{"ScalarType":"BIGINT"}}]`
	b := `{"ColumnInfo": [{"Type": {"ScalarType":"BIGINT","RowColumnInfo":null},"Name":"a"}]`
	other := `{"ColumnInfo":[{"Name":"b","Type":{"ScalarType":"BIGINT"}}]`
	rows := func(values ...string) string {
		for i, v := range values {
			values[i] = scalar(v)
		}
		return `"Rows":[` + rowsOf(values) + `]`
	}
	tests := map[string]struct {
		pages     []string
		want, err string
	}{
		"same columns":      {[]string{a + `,"NextToken":"t1",` + rows("1", "2") + `}`, a + `,` + rows("3") + `}`}, "1 2 3", ""},
		"empty first":       {[]string{a + `,"Rows":[],"NextToken":"t1"}`, a + `,` + rows("3") + `}`}, "3", ""},
		"token alone first": {[]string{`{"NextToken":"t1","QueryId":"Q"}`, a + `,` + rows("3") + `}`}, "3", ""},
		"nothing last":      {[]string{a + `,"NextToken":"t1",` + rows("1") + `}`, `{"Rows":[],"QueryId":"Q"}`}, "1", ""},
		"written otherwise": {[]string{a + `,"NextToken":"t1",` + rows("1") + `}`, b + `,` + rows("3") + `}`}, "1 3", ""},
		"rows first":        {[]string{`{` + rows("1") + `,"NextToken" : "t1",` + a[1:] + `}`, `{` + rows("3") + `,` + a[1:] + `}`}, "1 3", ""},
		"other columns":     {[]string{a + `,"NextToken":"t1",` + rows("1") + `}`, other + `,` + rows("3") + `}`}, "1", `this page has ["b" bigint], the first had ["a" bigint]`},
		"other and late":    {[]string{a + `,"NextToken":"t1",` + rows("1") + `}`, `{` + rows("3") + `,` + other[1:] + `}`}, "1 3", `this page has ["b" bigint]`},
		"rows twice":        {[]string{a + `,` + rows("1") + `,` + rows("2") + `}`}, "1", "has its rows twice"},
		"odd in the middle": {[]string{a + `,"NextToken":"t1",` + rows("1", "2", `3","Other":"`, "4") + `}`, a + `,` + rows("5") + `}`}, "1 2 3 4 5", ""},
		"bad in the middle": {[]string{a + `,` + rows("1", "2", "x", "4") + `}`}, "1 2", "row 3 of the page"},
		"token in a value":  {[]string{a + `,"New":"\"NextToken\":\"no\"",` + rows("1") + `}`}, "1", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s, err := pages(t, test.pages...)
			if (err == nil) != (test.err == "") || err != nil && !strings.Contains(err.Error(), test.err) {
				t.Errorf("error %v, want %q", err, test.err)
			}
			if got := strings.Fields(strings.Join(s.all(t), "")); strings.Join(got, " ") != test.want {
				t.Errorf("rows %s, want %s", got, test.want)
			}
		})
	}
}
