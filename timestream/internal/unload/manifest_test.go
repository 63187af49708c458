package unload_test

import (
	"fmt"
	"strings"
	"testing"

	"athena-timestream/timestream/internal/page"
	"athena-timestream/timestream/internal/tstype"
	"athena-timestream/timestream/internal/unload"
)

var place = unload.Place{Bucket: "b", Prefix: "p/q/"}

func manifest(total any, files ...string) string {
	return fmt.Sprintf(`{"result_files":[%s],"query_metadata":{"total_content_length_in_bytes":32295,"total_row_count":%v,"result_format":"PARQUET",`+
		`"result_version":"Amazon Timestream version 1.0.0"},"author":{"name":"Amazon Timestream","manifest_file_version":"1.0"}}`, strings.Join(files, ","), total)
}

func file(url string, bytes, rows any) string {
	return fmt.Sprintf(`{"url":%q,"file_metadata":{"content_length_in_bytes":%v,"row_count":%v}}`, url, bytes, rows)
}

func TestFiles(t *testing.T) {
	t.Parallel()
	one, two := file("s3://b/p/q/results/AE_1.parquet", 100, 7), file("s3://b/p/q/AE_2.parquet", 200, 3)
	got, err := unload.Files([]byte(manifest(10, one, two)), place, 10)
	if want := "[{p/q/results/AE_1.parquet 100 7} {p/q/AE_2.parquet 200 3}]"; err != nil || fmt.Sprint(got) != want {
		t.Errorf("got %v, %v", got, err)
	}
	if got, err := unload.Files([]byte(manifest(0)), place, 0); err != nil || len(got) != 0 {
		t.Errorf("no rows: %v, %v", got, err)
	}
	for text, want := range map[string]string{
		"{":                         "no JSON",
		"{}":                        "has no rows",
		manifest(11, one, two):      "has 11 rows, the UNLOAD answered 10",
		manifest(10, one):           "3 rows less",
		manifest(10, one, one):      "again",
		manifest(10, one, two, two): "again",
		manifest(10, one, file("s3://b/p/other/x.parquet", 1, 3)):        "not below s3://b/p/q/",
		manifest(10, one, file("s3://c/p/q/x.parquet", 1, 3)):            "not below",
		manifest(10, one, file("s3://b/p/q/", 1, 3)):                     "not below",
		manifest(10, one, file("s3://b/p/q/x", 1, 4)):                    "4 rows",
		manifest(10, one, file("s3://b/p/q/x", 1, -3)):                   "-3 rows",
		manifest(10, one, file("s3://b/p/q/x", unload.MaxFile+1, 3)):     "bytes",
		manifest(10, one, file("s3://b/p/q/x", -1, 3)):                   "-1 bytes",
		manifest(10, one, `{"url":"s3://b/p/q/x","file_metadata":{}}`):   "no bytes and no rows",
		strings.Replace(manifest(10, one, two), `"PARQUET"`, `"CSV"`, 1): "CSV",
	} {
		if _, err := unload.Files([]byte(text), place, 10); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\n%v, want %s", text, err, want)
		}
	}
}

func TestCheckColumns(t *testing.T) {
	t.Parallel()
	const scalar = `{"Name":"c","Type":{"ScalarType":"%s"}}`
	list := func(kind, elem string) string {
		return fmt.Sprintf(`{"Name":"c","Type":{"%s":{"Type":%s}}}`, kind, elem)
	}
	const double, varchar = `{"ScalarType":"DOUBLE"}`, `{"ScalarType":"VARCHAR"}`
	number, text := tstype.Type{Kind: tstype.Double}, tstype.Type{}
	series, array := tstype.Type{Kind: tstype.TimeSeries, Elem: &number}, tstype.Type{Kind: tstype.Array, Elem: &text}
	points := tstype.Type{Kind: tstype.Array, Elem: &tstype.Type{Kind: tstype.Row, Fields: []tstype.Field{{Type: tstype.Type{Kind: tstype.Timestamp}}, {Type: number}}}}
	row := tstype.Type{Kind: tstype.Row, Fields: []tstype.Field{{Type: number}}}
	for _, c := range []struct {
		info string
		want tstype.Type
		ok   bool
	}{
		{fmt.Sprintf(scalar, "VARCHAR"), text, true},
		{fmt.Sprintf(scalar, "DOUBLE"), number, true},
		{fmt.Sprintf(scalar, "DOUBLE"), text, false},
		{fmt.Sprintf(scalar, "INTERVAL_DAY_TO_SECOND"), text, false},
		{fmt.Sprintf(scalar, "BIGINT"), tstype.Type{Kind: tstype.Integer}, true},
		{list("TimeSeriesMeasureValueColumnInfo", double), series, true},
		{list("TimeSeriesMeasureValueColumnInfo", double), points, true},
		{list("ArrayColumnInfo", varchar), array, true},
		{list("ArrayColumnInfo", double), array, false},
		{list("ArrayColumnInfo", double), text, false},
		{list("ArrayColumnInfo", `{"RowColumnInfo":[{"Type":{"ScalarType":"TIMESTAMP"}},{"Type":{"ScalarType":"DOUBLE"}}]}`), series, true},
		{list("ArrayColumnInfo", `{"RowColumnInfo":[{"Type":{"ScalarType":"DOUBLE"}}]}`), tstype.Type{Kind: tstype.Array, Elem: &row}, true},
		{`{"Name":"c","Type":{"RowColumnInfo":[{"Type":{"ScalarType":"INTERVAL_YEAR_TO_MONTH"}}]}}`, tstype.Type{Kind: tstype.Row, Fields: []tstype.Field{{}}}, false},
		{`{"Name":"d","Type":{"ScalarType":"DOUBLE"}}`, number, false},
	} {
		err := unload.CheckColumns([]byte(`{"ColumnInfo":[`+c.info+`],"Author":{}}`), []page.Binding{{Name: "c", Type: c.want}})
		if (err == nil) != c.ok {
			t.Errorf("%s as %s: %v", c.info, c.want, err)
		}
	}
}
