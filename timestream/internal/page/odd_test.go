package page_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/timestream/internal/page"
	"athena-timestream/timestream/internal/tstype"
)

// one is a page of one column, a, with the given type and datums as rows.
func one(scalarType string, datums ...string) string {
	return `{"ColumnInfo":[{"Name":"a","Type":{"ScalarType":"` + scalarType + `"}}],"QueryId":"Q","Rows":[` + rowsOf(datums) + `]}`
}

func rowsOf(datums []string) string {
	var rows []string
	for _, d := range datums {
		rows = append(rows, `{"Data":[`+d+`]}`)
	}
	return strings.Join(rows, ",")
}

const listInfo = `"ColumnInfo":[{"Name":"a","Type":{"ArrayColumnInfo":{"Type":{"ScalarType":"BIGINT"}}}}]`

// series and twoFields are pages of one column of another type.
func series(point string) string {
	return `{"ColumnInfo":[{"Name":"a","Type":{"TimeSeriesMeasureValueColumnInfo":{"Type":{"ScalarType":"BIGINT"}}}}],` +
		`"Rows":[{"Data":[{"TimeSeriesValue":[` + point + `]}]}]}`
}

func twoFields(datum string) string {
	return `{"ColumnInfo":[{"Name":"a","Type":{"RowColumnInfo":[{"Type":{"ScalarType":"VARCHAR"}},{"Type":{"ScalarType":"BIGINT"}}]}}],` +
		`"Rows":[{"Data":[` + datum + `]}]}`
}

// oddPages are forms that the service is not known to send. Both readers must make the same of them.
var oddPages = map[string]string{
	"empty body":             ``,
	"null":                   `null`,
	"not an object":          `[]`,
	"empty object":           `{}`,
	"only a token":           `{"NextToken":"t","QueryId":"Q"}`,
	"only an empty token":    `{"NextToken":"","QueryId":"Q"}`,
	"bytes behind the end":   one("BIGINT", `{"ScalarValue":"1"}`) + `}{"x`,
	"cut off":                one("BIGINT", `{"ScalarValue":"1"}`)[:105],
	"bad end after rows":     strings.TrimSuffix(one("BIGINT", `{"ScalarValue":"1"}`), "}") + `,"x":tru}`,
	"escaped key":            strings.Replace(one("BIGINT", `{"ScalarValue":"1"}`), "Rows", `Ro\u0077s`, 1),
	"escaped datum key":      one("BIGINT", `{"ScalarValue":"1"}`, `{"ScalarV\u0061lue":"2"}`, `{"ScalarValue":"3"}`),
	"unknown datum member":   one("BIGINT", `{"ScalarValue":"1"}`, `{"New":[1],"ScalarValue":"2"}`),
	"unknown row member":     strings.Replace(one("BIGINT", `{"ScalarValue":"1"}`), `{"Data"`, `{"New":1,"Data"`, 1),
	"empty datum":            one("BIGINT", `{}`),
	"null datum":             one("BIGINT", `null`),
	"null row":               `{` + listInfo + `,"Rows":[null]}`,
	"null rows":              `{` + listInfo + `,"Rows":null}`,
	"rows are an object":     `{` + listInfo + `,"Rows":{}}`,
	"no rows member":         `{` + listInfo + `}`,
	"null columns":           `{"ColumnInfo":null,"Rows":[]}`,
	"NullValue false":        one("BIGINT", `{"NullValue":false,"ScalarValue":"2"}`),
	"NullValue false alone":  one("BIGINT", `{"NullValue":false}`),
	"NullValue text":         one("BIGINT", `{"NullValue":"true"}`),
	"null and value":         one("BIGINT", `{"NullValue":true,"ScalarValue":"2"}`),
	"value and null":         one("BIGINT", `{"ScalarValue":"2","NullValue":true}`),
	"repeated member":        one("BIGINT", `{"ScalarValue":"2","ScalarValue":"3"}`),
	"repeated member null":   one("BIGINT", `{"ScalarValue":"2","ScalarValue":null}`),
	"number for text":        one("BIGINT", `{"ScalarValue":2}`),
	"escaped number":         one("BIGINT", `{"ScalarValue":"1\u0032"}`),
	"quote in a number":      one("BIGINT", `{"ScalarValue":"5\"7"}`),
	"array for scalar":       one("BIGINT", `{"ArrayValue":[]}`),
	"scalar for array":       `{` + listInfo + `,"Rows":[{"Data":[{"ScalarValue":"1"}]}]}`,
	"null array":             `{` + listInfo + `,"Rows":[{"Data":[{"ArrayValue":null}]}]}`,
	"element of no value":    `{` + listInfo + `,"Rows":[{"Data":[{"ArrayValue":[{"ScalarValue":"1"},{}]}]}]}`,
	"two values in a row":    one("BIGINT", `{"ScalarValue":"1"},{"ScalarValue":"2"}`),
	"no value in a row":      one("BIGINT", ``),
	"progress as text":       `{` + listInfo + `,"Rows":[],"QueryStatus":{"ProgressPercentage":"NaN"}}`,
	"scanned as fraction":    `{` + listInfo + `,"Rows":[],"QueryStatus":{"CumulativeBytesScanned":1.0}}`,
	"scanned too large":      `{` + listInfo + `,"Rows":[],"QueryStatus":{"CumulativeBytesScanned":9223372036854775808}}`,
	"token as number":        `{` + listInfo + `,"Rows":[],"NextToken":7}`,
	"insights of a bad type": `{` + listInfo + `,"Rows":[],"QueryInsightsResponse":{"OutputRows":"7"}}`,
	"nested deeply":          `{` + listInfo + `,"Rows":[],"x":` + strings.Repeat("[", 300) + strings.Repeat("]", 300) + `}`,
	"leading zero":           `{` + listInfo + `,"Rows":[],"x":01}`,
	"column without type":    `{"ColumnInfo":[{"Name":"a"}],"Rows":[]}`,
	"column of new type":     one("DECIMAL", `{"ScalarValue":"1.50"}`),
	"two columns of a name":  `{"ColumnInfo":[{"Name":"a","Type":{"ScalarType":"DATE"}},{"Name":"a","Type":{"ScalarType":"DATE"}}],"Rows":[]}`,
	"broken UTF-8":           one("VARCHAR", "{\"ScalarValue\":\"\xff\xe6\xbc\"}", "{\"ScalarValue\":\"\xed\xa0\x80é\"}"),
	"half a pair":            one("VARCHAR", `{"ScalarValue":"\ud83d"}`, `{"ScalarValue":"\ud83dx\ude00"}`, `{"ScalarValue":"\ud83d\u0041"}`, `{"ScalarValue":"\ud83d\n"}`, `{"ScalarValue":"\ud83d\ude00"}`),
	"control character":      one("VARCHAR", "{\"ScalarValue\":\"a\x1f\"}"),
	"zero byte":              one("VARCHAR", "{\"ScalarValue\":\"a\x00"),
	"bad escape":             one("VARCHAR", `{"ScalarValue":"\x"}`),
	"all escapes":            one("VARCHAR", `{"ScalarValue":"\b\f\n\r\t\"\\\/\u0041\u00E9"}`),
	"skipped escapes":        `{` + listInfo + `,"Rows":[],"x":["\b\f\n\r\t\"\\\/\u0041\u00E9é",-0.5e-7,1E+2]}`,
	"bad skipped escape":     `{` + listInfo + `,"Rows":[],"x":"\u00G1"}`,
	"bad skipped number":     `{` + listInfo + `,"Rows":[],"x":[1.]}`,
	"bad skipped exponent":   `{` + listInfo + `,"Rows":[],"x":1e}`,
	"bad skipped key":        `{` + listInfo + `,"Rows":[],"x":{1:2}}`,
	"point":                  series(`{"Value":{"ScalarValue":"1"},"Time":"2022-06-17 10:15:20"}`),
	"point with white space": series("{ \"Time\" : \"2022-06-17 10:15:20\"\n, \"Value\" :\t{ \"NullValue\" : true } } "),
	"point without time":     series(`{"Value":{"ScalarValue":"1"}}`),
	"point without value":    series(`{"Time":"2022-06-17 10:15:20"}`),
	"point of null time":     series(`{"Time":null,"Value":{"ScalarValue":"1"}}`),
	"point of null value":    series(`{"Time":"2022-06-17 10:15:20","Value":null}`),
	"point of two times":     series(`{"Time":"2022-06-17 10:15:20","Time":"2022-06-17 10:15:21","Value":{"NullValue":true}}`),
	"point of bad time":      series(`{"Time":"2022-06-17","Value":{"NullValue":true}}`),
	"point with more":        series(`{"Time":"2022-06-17 10:15:20","Value":{"NullValue":true},"New":1}`),
	"null point":             series(`null`),
	"series with no end":     series(`{"Time":"2022-06-17 10:15:20","Value":{"NullValue":true}} 7`),
	"row":                    twoFields(`{"RowValue":{"Data":[{"ScalarValue":"1"},{"NullValue":true}]}}`),
	"row with white space":   twoFields(`{"RowValue": { "Data" : [ {"ScalarValue":"1"} , {"NullValue":true} ] } }`),
	"row too short":          twoFields(`{"RowValue":{"Data":[{"ScalarValue":"1"}]}}`),
	"row too long":           twoFields(`{"RowValue":{"Data":[{"ScalarValue":"1"},{"NullValue":true},{"NullValue":true}]}}`),
	"row without data":       twoFields(`{"RowValue":{}}`),
	"row of null data":       twoFields(`{"RowValue":{"Data":null}}`),
	"row with more":          twoFields(`{"RowValue":{"New":1,"Data":[{"ScalarValue":"1"},{"NullValue":true}]}}`),
	"row of a bad member":    twoFields(`{"RowValue":{"Data":[{"ScalarValue":"1"},{"ScalarValue":"x"}]}}`),
	"array for row":          twoFields(`{"ArrayValue":[{"ScalarValue":"1"},{"NullValue":true}]}`),
	"rows before columns":    `{"Rows":[{"Data":[{"ArrayValue":[]}]}],` + listInfo + `}`,
}

func TestOddPages(t *testing.T) {
	for name, body := range oddPages {
		t.Run(name, func(t *testing.T) { compare(t, body) })
	}
}

// These must not need the SDK although they are not what the service writes.
func TestReadWithoutSDK(t *testing.T) {
	for _, name := range []string{
		"rows before columns", "no rows member", "NullValue false", "half a pair", "broken UTF-8", "bytes behind the end", "column of new type", "escaped key",
		"all escapes", "skipped escapes", "point", "point with white space", "row", "row with white space",
	} {
		if p, _ := compare(t, oddPages[name]); p.BySDK {
			t.Errorf("%s: read by the SDK", name)
		}
	}
}

// query reads body into one column a of the given type.
func query(t *testing.T, typ tstype.Type, body string) (*sink, page.Page, error) {
	t.Helper()
	s := newSink(t, []arrow.Field{typ.Arrow("a")})
	p, err := page.NewDecoder(bindAll(s.b, []tstype.Type{typ})).Query(context.Background(), client(reply(body)), input(), s.endRow)
	return s, p, err
}

func TestValueErrors(t *testing.T) {
	tests := map[string]struct{ typ, datum, want string }{
		"bigint":    {"BIGINT", `{"ScalarValue":"12a"}`, `column "a" (bigint), row 3 of the page: "12a" is not a bigint`},
		"integer":   {"INTEGER", `{"ScalarValue":"2147483648"}`, `column "a" (integer), row 3 of the page: "2147483648" is not an integer`},
		"double":    {"DOUBLE", `{"ScalarValue":"1e999"}`, `column "a" (double), row 3 of the page: "1e999" is not a double`},
		"boolean":   {"BOOLEAN", `{"ScalarValue":"TRUE"}`, `column "a" (boolean), row 3 of the page: "TRUE" is not a boolean`},
		"timestamp": {"TIMESTAMP", `{"ScalarValue":"2022-02-29 00:00:00"}`, `column "a" (timestamp), row 3 of the page: "2022-02-29 00:00:00" is not a timestamp`},
		"date":      {"DATE", `{"ScalarValue":"2022-13-01"}`, `column "a" (date), row 3 of the page: "2022-13-01" is not a date`},
		"no value":  {"VARCHAR", `{}`, `column "a" (varchar), row 3 of the page: the service sent no value, not even null`},
		"two":       {"VARCHAR", `{"ScalarValue":"1","ArrayValue":[]}`, `column "a" (varchar), row 3 of the page: the service sent ScalarValue and ArrayValue where a ScalarValue was due`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			typ, _ := tstype.Parse(test.typ)
			null := `{"NullValue":true}`
			s, p, err := query(t, typ, one(test.typ, null, null, test.datum, null))
			var v *page.ValueError
			if !errors.As(err, &v) || err.Error() != test.want {
				t.Errorf("error %v, want %s", err, test.want)
			}
			if rows := s.all(t); len(rows) != 2 || p.Rows != 2 {
				t.Errorf("%d rows in the block, %d on the page, want the 2 before the fault", len(rows), p.Rows)
			}
		})
	}
}
