package unload_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"athena-timestream/local/internal/tsdb"
	"athena-timestream/local/internal/unload"
)

// The first three are the guide's own examples (export-unload-concepts).
func TestCSV(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, c := range []struct{ query, with, want string }{
		{`SELECT 'Time,stream', 'Time"stream', 'Time\stream'`, ``, `"Time,stream","Time\"stream","Time\\stream"`},
		{`SELECT ARRAY[23, 24, 25], CAST(ROW(23.0, 'hello') AS ROW(x double, y varchar))`, ``, `"[23,24,25]","{\"x\":23.0,\"y\":\"hello\"}"`},
		{
			`SELECT create_time_series(t, v) FROM (VALUES (from_nanoseconds(12), 120.0), (from_nanoseconds(10), 100.0)) AS x(t, v)`, ``,
			`"[{\"time\":\"1970-01-01 00:00:00.000000010Z\",\"value\":100.0},{\"time\":\"1970-01-01 00:00:00.000000012Z\",\"value\":120.0}]"`,
		},
		{
			`SELECT 1.5, 1e20, nan(), infinity(), 5, CAST(5000000000 AS bigint), true, TIMESTAMP '2022-06-17 10:15:20.123456789', DATE '2020-08-08', 45h, 8month`, ``,
			`1.5,1.0E20,NaN,Infinity,5,5000000000,true,2022-06-17 10:15:20.123456789,2020-08-08,1 21:00:00.000000000,0-8`,
		},
		{`SELECT CAST(NULL AS double), '', CAST(NULL AS varchar), 'x'`, ``, `,,,x`},
		{`SELECT 'Zürich 🌍'`, ``, `Zürich 🌍`},
		{"SELECT 'a\nb', 'c\rd', 'e\tf'", ``, "\"a\nb\",\"c\rd\",e\tf"},
		{`SELECT 'a|b', 'c,d'`, `, field_delimiter = '|'`, `"a|b"|c,d`},
		{`SELECT 'a', 'b'`, `, field_delimiter = '\t'`, "a\tb"},
		{`SELECT 'a"b', 'c\d'`, `, escaped_by = '"'`, `"a""b",c\d`},
		{`SELECT 'a"b', 'c^d'`, `, escaped_by = '^'`, `"a^"b","c^^d"`},
		{`SELECT 1 AS "a,b", 2 AS "c""d"`, `, include_header = 'true'`, "\"a,b\",\"c\\\"d\"\n1,2"},
		{`SELECT 1 AS a, 2 AS b`, `, include_header = 'TRUE', field_delimiter = ';'`, "a;b\n1;2"},
		{`SELECT ARRAY[nan(), NULL, 1.0], ARRAY[DATE '2020-08-08'], ROW('a"b', 8month, true)`, ``, `"[\"NaN\",null,1.0]","[\"2020-08-08\"]","{\"field0\":\"a\\\"b\",\"field1\":\"0-8\",\"field2\":true}"`},
	} {
		m := w.unload("UNLOAD(" + c.query + ") TO 's3://b/csv' WITH (format = 'csv', compression = 'none'" + c.with + ")")
		if got, want := w.text(m), "csv/results\n"+c.want+"\n"; got != want {
			t.Errorf("%s%s\ngot  %q\nwant %q", c.query, c.with, got, want)
		}
	}
}

// everything is a query with all types, with null in every place and lists of all lengths.
const everything = `SELECT * FROM (VALUES
	(1, 'a"\,é', 1.5, CAST(-5 AS bigint), true, TIMESTAMP '2022-06-17 10:15:20.123456000', DATE '2020-08-08', 45h, ARRAY['x', NULL, ''], CAST(ROW(2.5, 'z') AS ROW(z double, a varchar)), ARRAY[ARRAY[1, 2], NULL, ARRAY[3]]),
	(2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	(3, '', nan(), CAST(9223372036854775807 AS bigint), false, TIMESTAMP '1969-12-31 23:59:59.999999000', DATE '1970-01-01', 0s, CAST(ARRAY[] AS array(varchar)), CAST(ROW(NULL, NULL) AS ROW(z double, a varchar)), ARRAY[CAST(ARRAY[] AS array(integer))])
	) AS t(i, "S", d, n, b, ts, dt, iv, "list", "row", nested)`

// DuckDB reads what was written, in Parquet's types.
func TestParquetIsReadByDuckDB(t *testing.T) {
	t.Parallel()
	for _, compression := range []string{"gzip", "none"} {
		w := newWorld(t)
		m := w.unload("UNLOAD(" + everything + ") TO 's3://b/p' WITH (format = 'parquet', compression = '" + compression + "')")
		if len(m.Files) != 1 || !strings.HasSuffix(m.Files[0].URL, ".parquet") || m.Query.Format != "PARQUET" || m.Files[0].Metadata.Rows != 3 {
			t.Errorf("the manifest is %+v", m)
		}
		got := w.duck("SELECT * FROM read_parquet($FILES) ORDER BY 1", "p/results/*")
		want := strings.Join([]string{
			`1 | a"\,é | 1.5 | -5 | true | 1655460920123456 | 18482 | 1 21:00:00.000000000 | [x <nil> ] | [2.5 z] | [[1 2] <nil> [3]]`,
			`2 | <nil> | <nil> | <nil> | <nil> | <nil> | <nil> | <nil> | <nil> | <nil> | <nil>`,
			`3 |  | NaN | 9223372036854775807 | false | -1 | 0 | 0 00:00:00.000000000 | [] | [<nil> <nil>] | [[]]`, "",
		}, "\n")
		if got != want {
			t.Errorf("%s: got\n%swant\n%s", compression, got, want)
		}
		types := w.duck("SELECT string_agg(column_name || ' ' || column_type, ', ') FROM (DESCRIBE SELECT * FROM read_parquet($FILES))", "p/results/*")
		if want := `i INTEGER, S VARCHAR, d DOUBLE, n BIGINT, b BOOLEAN, ts TIMESTAMP, dt DATE, iv VARCHAR, list VARCHAR[], row STRUCT(z DOUBLE, a VARCHAR), nested INTEGER[][]` + "\n"; types != want {
			t.Errorf("got types %s", types)
		}
		kinds := w.duck("SELECT string_agg(DISTINCT compression) || ' ' || (SELECT type FROM parquet_schema($FILES) WHERE name = 'ts') FROM parquet_metadata($FILES)", "p/results/*")
		if want := map[string]string{"gzip": "GZIP", "none": "UNCOMPRESSED"}[compression] + " INT96\n"; kinds != want {
			t.Errorf("got %s, want %s", kinds, want)
		}
	}
}

func TestTimeSeriesInParquet(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.unload(`UNLOAD(SELECT h, create_time_series(t, v) AS s FROM (VALUES
		('a', from_milliseconds(2), 20.0), ('a', from_milliseconds(1), 10.0), ('b', from_milliseconds(3), 30.0)) AS x(h, t, v) GROUP BY h)
		TO 's3://b/p' WITH (format = 'PARQUET')`)
	got := w.duck("SELECT h, unnest(s) FROM read_parquet($FILES) ORDER BY ALL", "p/results/*")
	if want := "a | [1000 10]\na | [2000 20]\nb | [3000 30]\n"; got != want {
		t.Errorf("got\n%s", got)
	}
	types := w.duck("SELECT column_type FROM (DESCRIBE SELECT s FROM read_parquet($FILES))", "p/results/*")
	if want := "STRUCT(\"time\" TIMESTAMP, \"value\" DOUBLE)[]\n"; types != want {
		t.Errorf("got type %s", types)
	}
}

// Columns may have any name.
func TestNamesInParquet(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.unload(`UNLOAD(SELECT 1 AS "b,a", 2 AS "a.b", 3 AS "ü ""x""", 4 AS "measure_value::double", 5, CAST(ROW(6, 7) AS ROW("z,z" integer, "a.a" integer)) AS r) TO 's3://b/p' WITH (format = 'PARQUET')`)
	got := w.duck("SELECT string_agg(column_name, '|'), (SELECT COLUMNS(*)::VARCHAR FROM (SELECT r FROM read_parquet($FILES))) FROM (DESCRIBE SELECT * FROM read_parquet($FILES))", "p/results/*")
	if want := `b,a|a.b|ü "x"|measure_value::double|_col4|r | {'z,z': 6, 'a.a': 7}` + "\n"; got != want {
		t.Errorf("got %s", got)
	}
}

// DuckDB reads the CSV with the settings that the statement named.
func TestCSVIsReadByDuckDB(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.unload("UNLOAD(SELECT i, \"S\", d, n, b, ts, dt FROM (" + everything + ")) TO 's3://b/c' WITH (include_header = 'true')")
	got := w.duck(`SELECT * FROM read_csv($FILES, header = true, quote = '"', escape = '\', delim = ',', compression = 'gzip',
		columns = {i: 'INTEGER', S: 'VARCHAR', d: 'DOUBLE', n: 'BIGINT', b: 'BOOLEAN', ts: 'TIMESTAMP_NS', dt: 'DATE'}) ORDER BY 1`, "c/results/*.gz")
	want := strings.Join([]string{
		`1 | a"\,é | 1.5 | -5 | true | 1655460920123456000 | 18482`,
		`2 | <nil> | <nil> | <nil> | <nil> | <nil> | <nil>`,
		`3 | <nil> | NaN | 9223372036854775807 | false | -1000 | 0`, "",
	}, "\n")
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

const channels = `(VALUES (1, 'Social Media', 2020), (2, 'a/b=c%', 2020), (3, CAST(NULL AS varchar), 2021), (4, 'Social Media', 2021), (5, '', NULL)) AS t(id, channel, y)`

func TestPartitions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	m := w.unload("UNLOAD(SELECT id, channel, y FROM " + channels + ") TO 's3://b/c/' WITH (compression = 'NONE', partitioned_by = ARRAY['channel', 'y'])")
	want := "c/results/channel=Social Media/y=2020\n1\n" +
		"c/results/channel=Social Media/y=2021\n4\n" +
		"c/results/channel=__HIVE_DEFAULT_PARTITION__/y=2021\n3\n" +
		"c/results/channel=__HIVE_DEFAULT_PARTITION__/y=__HIVE_DEFAULT_PARTITION__\n5\n" +
		"c/results/channel=a%2Fb%3Dc%25/y=2020\n2\n"
	if got := w.text(m); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	w.unload("UNLOAD(SELECT id, channel, y FROM " + channels + ") TO 's3://b/p' WITH (format = 'PARQUET', partitioned_by = ARRAY['channel', 'y'])")
	got := w.duck("SELECT id, channel, y FROM read_parquet($FILES, hive_partitioning = true) ORDER BY 1", "p/results/*/*/*.parquet")
	if want := "1 | Social Media | 2020\n2 | a/b=c% | 2020\n3 | <nil> | 2021\n4 | Social Media | 2021\n5 | <nil> | <nil>\n"; got != want {
		t.Errorf("DuckDB reads\n%s", got)
	}
}

// All scalar types may name folders.
func TestPartitionsOfAllTypes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	m := w.unload(`UNLOAD(SELECT 1 AS x, 1.5 AS d, true AS b, TIMESTAMP '2022-06-17 10:15:20.123456789' AS t, DATE '2020-08-08' AS dt)
		TO 's3://b/p' WITH (compression = 'NONE', partitioned_by = ARRAY['d', 'b', 't', 'dt'])`)
	if got, want := w.text(m), "p/results/d=1.5/b=true/t=2022-06-17 10%3A15%3A20.123456789/dt=2020-08-08\n1\n"; got != want {
		t.Errorf("got %s", got)
	}
}

// The documents are those of export-unload-concepts, with the total's name as in manifests of the service.
func TestDocuments(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	answer, err := w.run(context.Background(), "UNLOAD(SELECT id, ARRAY[1.0] AS a, channel FROM "+channels+" WHERE id IN (1, 4)) TO 's3://b/x/y' WITH (partitioned_by = ARRAY['channel'], compression = 'NONE')")
	if err != nil {
		t.Fatal(err)
	}
	stamps := regexp.MustCompile(`AEQUERY_[0-9]{10}_[0-9A-Za-z]{16}`)
	mask := func(s string) string { return stamps.ReplaceAllString(s, "AEQUERY_<UUID>") }
	if got, want := mask(fmt.Sprint(answer)), "[2 s3://b/x/y/AEQUERY_<UUID>_metadata.json s3://b/x/y/AEQUERY_<UUID>_manifest.json]"; got != want {
		t.Errorf("the answer is %s", got)
	}
	for i, want := range map[int]string{
		1: `{"ColumnInfo":[{"Name":"id","Type":{"ScalarType":"INTEGER"}},{"Name":"a","Type":{"ArrayColumnInfo":{"Type":{"ScalarType":"DOUBLE"}}}},` +
			`{"Name":"channel","Type":{"ScalarType":"VARCHAR"}}],"Author":{"Name":"Amazon Timestream","MetadataFileVersion":"1.0"}}`,
		2: `{"result_files":[{"url":"s3://b/x/y/results/channel=Social Media/AEQUERY_<UUID>.csv","file_metadata":{"content_length_in_bytes":16,"row_count":2}}],` +
			`"query_metadata":{"total_content_length_in_bytes":16,"total_row_count":2,"result_format":"CSV","result_version":"Amazon Timestream version 1.0.0"},` +
			`"author":{"name":"Amazon Timestream","manifest_file_version":"1.0"}}`,
	} {
		if got := mask(strings.TrimSpace(w.store.content(t, answer[i].(string)))); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestNoRows(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	m := w.unload("UNLOAD(SELECT 1 AS a WHERE false) TO 's3://b' WITH (format = 'PARQUET')")
	if len(m.Files) != 0 || m.Query.Rows != 0 || len(w.store.objects) != 2 || strings.Contains(w.store.objects[1].Key, "/") {
		t.Errorf("the manifest is %+v, the objects %+v", m, w.store.objects)
	}
}

func TestEncryption(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.unload("UNLOAD(SELECT 1 AS a) TO 's3://b/p' WITH (encryption = 'SSE_KMS', kms_key = 'arn:aws:kms:us-east-1:1:key/k')")
	w.unload("UNLOAD(SELECT 1 AS a) TO 's3://b/p' WITH (encryption = 'SSE_S3')")
	var keys []string
	for _, o := range w.store.objects {
		keys = append(keys, o.KMSKey)
	}
	k := "arn:aws:kms:us-east-1:1:key/k"
	if want := []string{k, k, k, "", "", ""}; !slices.Equal(keys, want) {
		t.Errorf("files are encrypted with %q", keys)
	}
}

// Several files come out of one folder when they would be larger than max_file_size.
func TestMaxFileSize(t *testing.T) {
	t.Parallel()
	const numbers = `SELECT a.x AS x, b.y AS y, 'a text that makes the lines long, and longer than they would be without it: ' || CAST(1000 * a.x + b.y AS varchar) AS s
		FROM UNNEST(sequence(1, 250)) AS a(x) CROSS JOIN UNNEST(sequence(1, 1000)) AS b(y)`
	for _, with := range []string{"compression = 'NONE'", "compression = 'NONE', format = 'PARQUET'"} {
		w := newWorld(t)
		m := w.unload("UNLOAD(" + numbers + ") TO 's3://b/p' WITH (max_file_size = '16.0MB', " + with + ")")
		if len(m.Files) < 2 || m.Query.Rows != 250_000 {
			t.Errorf("%s: %d files with %d rows", with, len(m.Files), m.Query.Rows)
		}
		var rows, bytes int64
		for i, f := range m.Files {
			rows, bytes = rows+f.Metadata.Rows, bytes+f.Metadata.Bytes
			if n := f.Metadata.Bytes; n > 17<<20 || i < len(m.Files)-1 && n < 12<<20 {
				t.Errorf("%s: file %d has %d bytes", with, i, n)
			}
			if n := int64(len(w.store.content(t, f.URL))); n != f.Metadata.Bytes {
				t.Errorf("%s: file %d has %d bytes, not %d", with, i, n, f.Metadata.Bytes)
			}
		}
		if rows != m.Query.Rows || bytes != m.Query.Bytes {
			t.Errorf("%s: the files have %d rows and %d bytes, the manifest says %+v", with, rows, bytes, m.Query)
		}
		read := "read_csv($FILES, header = false, names = ['x', 'y', 's'])"
		if strings.Contains(with, "PARQUET") {
			read = "read_parquet($FILES)"
		}
		got := w.duck("SELECT count(*), sum(x * y)::BIGINT, count(DISTINCT s) FROM "+read, "p/results/*")
		if want := w.duck("SELECT count(*), sum(x * y)::BIGINT, count(*) FROM range(1, 251) AS a(x), range(1, 1001) AS b(y)", ""); got != want {
			t.Errorf("%s: DuckDB reads %s, want %s", with, got, want)
		}
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for statement, want := range map[string]string{
		"(SELECT 1 AS a) TO 's3://b/p' WITH (format = 'ORC')":                                   "line 1:53: Invalid value of UNLOAD property 'format': 'ORC' is none of 'CSV', 'PARQUET'",
		"(SELECT 1 AS a) TO 's3://b/p' WITH (compression = 'SNAPPY')":                           "'SNAPPY' is none of 'GZIP', 'NONE'",
		"(SELECT 1 AS a) TO 's3://b/p' WITH (encryption = 'CSE')":                               "'CSE' is none of 'SSE_S3', 'SSE_KMS'",
		"(SELECT 1 AS a) TO 's3://b/p' WITH (encryption = 'SSE_KMS')":                           "needs the UNLOAD property 'kms_key'",
		"(SELECT 1 AS a) TO 's3://b/p' WITH (kms_key = 'k')":                                    "'kms_key' needs encryption = 'SSE_KMS'",
		"(SELECT 1 AS a) TO 's3://b/p' WITH (kms_key = '')":                                     "kms_key is empty",
		"(SELECT 1 AS a) TO 's3://b/p' WITH (include_header = 'yes')":                           "'yes' is none of 'TRUE', 'FALSE'",
		"(SELECT 1 AS a) TO 's3://b/p' WITH (field_delimiter = '||')":                           "'||' is not a single ASCII character",
		"(SELECT 1 AS a) TO 's3://b/p' WITH (escaped_by = 'é')":                                 "'é' is not a single ASCII character",
		"(SELECT 1 AS a) TO 's3://b/p' WITH (escaped_by = '')":                                  "'' is not a single ASCII character",
		"(SELECT 1 AS a) TO 's3://b/p' WITH (field_delimiter = '\"')":                           "field_delimiter must differ",
		"(SELECT 1 AS a) TO 's3://b/p' WITH (escaped_by = ',')":                                 "field_delimiter must differ",
		"(SELECT 1 AS a) TO 's3://b/p' WITH (format = 'PARQUET', field_delimiter = ',')":        "'field_delimiter' is for format = 'CSV' only",
		"(SELECT 1 AS a) TO 's3://b/p' WITH (format = 'PARQUET', escaped_by = '^')":             "'escaped_by' is for format = 'CSV' only",
		"(SELECT 1 AS a) TO 's3://b/p' WITH (format = 'PARQUET', include_header = 'true')":      "'include_header' is for format = 'CSV' only",
		"(SELECT 1 AS a) TO 's3://b/p' WITH (max_file_size = '15.9MB')":                         "'15.9MB' is not between 16MB and 78GB",
		"(SELECT 1 AS a) TO 's3://b/p' WITH (max_file_size = '78.1GB')":                         "'78.1GB' is not between 16MB and 78GB",
		"(SELECT 1 AS a) TO 's3://b/p' WITH (max_file_size = '20 MB')":                          "'20 MB' is not a size",
		"(SELECT 1 AS a) TO 's3://b/p' WITH (max_file_size = '20')":                             "'20' is not a size",
		"(SELECT 1 AS a) TO 's3://b/p' WITH (sort_by = 'a')":                                    "line 1:44: UNLOAD property 'sort_by' does not exist",
		"(SELECT 1 AS a) TO 's3://b/p' WITH (format = 'CSV', format = 'CSV')":                   "UNLOAD property 'format' is given twice",
		"(SELECT 1 AS a) TO 's3://b/p' WITH (format = ARRAY['CSV'])":                            "UNLOAD property 'format' must be a text",
		"(SELECT 1 AS a) TO 's3://b/p' WITH (partitioned_by = 'a')":                             "'partitioned_by' must be an array of column names",
		"(SELECT 1 AS a) TO 's3://b/p' WITH (partitioned_by = ARRAY[])":                         "'partitioned_by' must be an array of column names",
		"(SELECT 1 AS a) TO 's3://b/p' WITH (partitioned_by = ARRAY[1])":                        "'partitioned_by' must be an array of column names",
		"(SELECT 1 AS a) TO 's3://b/p' WITH (partitioned_by = ARRAY['a'])":                      "at least one column that is not in partitioned_by",
		"(SELECT 1 AS a, 2 AS b) TO 's3://b/p' WITH (partitioned_by = ARRAY['a'])":              "must be the last columns of the SELECT, in the same order: found 'b' in the place of 'a'",
		"(SELECT 1 AS a, 2 AS b, 3 AS c) TO 's3://b/p' WITH (partitioned_by = ARRAY['c', 'b'])": "must be the last columns of the SELECT",
		"(SELECT 1 AS a, 2 AS b) TO 's3://b/p' WITH (partitioned_by = ARRAY['B'])":              "Partition column 'B' is not a column of the SELECT",
		"(SELECT 1 AS a, 2 AS b) TO 's3://b/p' WITH (partitioned_by = ARRAY['b', 'b'])":         "Partition column 'b' is given twice",
		"(SELECT 1 AS a, ARRAY[2] AS b) TO 's3://b/p' WITH (partitioned_by = ARRAY['b'])":       "Partition column 'b' cannot have the type array(integer)",
		"(SELECT TIME '01:00:00' AS a) TO 's3://b/p'":                                           "UNLOAD does not support the type time",
		"(SELECT NULL AS a) TO 's3://b/p'":                                                      "UNLOAD does not support the type unknown",
		"(SELECT ARRAY[ROW(1, NULL)] AS a) TO 's3://b/p'":                                       "UNLOAD does not support the type unknown",
		"(SELECT 1 AS a, 2 AS a) TO 's3://b/p' WITH (format = 'PARQUET')":                       "Column name 'a' specified more than once",
		"(SELECT 1 AS a) TO 'b/p'":                                                              "'b/p' is not an S3 location",
		"(SELECT 1 AS a) TO 's3://'":                                                            "'s3://' is not an S3 location",
		"(SELECT 1 AS a) TO 's3:///p'":                                                          "'s3:///p' is not an S3 location",
		"(SELECT 1 AS a) TO 's3://missing/p'":                                                   "The bucket 'missing' of the UNLOAD destination does not exist",
		"(SELECT nothing) TO 's3://b/p'":                                                        "line 1:16: Column 'nothing' does not exist",
		"(SHOW DATABASES) TO 's3://b/p'":                                                        "line 1:9: mismatched input 'SHOW'",
		"(SELECT 1 AS a) 's3://b/p'":                                                            "line 1:24: mismatched input",
	} {
		_, err := w.run(context.Background(), "UNLOAD "+statement)
		var said *tsdb.Error
		if !errors.As(err, &said) || said.Code != tsdb.Validation || !strings.Contains(said.Message, want) {
			t.Errorf("UNLOAD %s:\ngot  %v\nwant %s", statement, err, want)
		}
	}
	if len(w.store.objects) > 0 {
		t.Errorf("refused statements wrote %+v", w.store.objects)
	}
}

// What goes wrong on the way leaves no manifest and nothing in the folder for temporary files.
func TestFailures(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	full := errors.New("the disk is full")
	for name, c := range map[string]struct {
		sql  string
		fail error
		want string
	}{
		"too many partitions": {
			sql:  "UNLOAD(SELECT 1 AS a, x FROM UNNEST(sequence(1, 101)) AS t(x)) TO 's3://b/p' WITH (partitioned_by = ARRAY['x'])",
			want: "UNLOAD can write at most 100 partitions",
		},
		"too many partitions in Parquet": {
			sql:  "UNLOAD(SELECT 1 AS a, x FROM UNNEST(sequence(1, 101)) AS t(x)) TO 's3://b/p' WITH (format = 'PARQUET', partitioned_by = ARRAY['x'])",
			want: "UNLOAD can write at most 100 partitions",
		},
		"a name beyond ASCII": {
			sql:  "UNLOAD(SELECT 1 AS a, 'Zürich' AS x) TO 's3://b/p' WITH (partitioned_by = ARRAY['x'])",
			want: "The value 'Zürich' of the partition column 'x' has characters that are not ASCII",
		},
		"a failing query": {sql: "UNLOAD(SELECT CAST(x AS integer) AS a FROM (VALUES ('1'), ('b')) AS t(x)) TO 's3://b/p'", want: "'b'"},
		"a failing store": {sql: "UNLOAD(SELECT 1 AS a) TO 's3://b/p'", fail: full, want: "UNLOAD could not write s3://b/p/results/AEQUERY_"},
	} {
		w := newWorld(t)
		w.store.fail = func(unload.Object) error { return c.fail }
		_, err := w.run(context.Background(), c.sql)
		var said *tsdb.Error
		if !errors.As(err, &said) || said.Code != tsdb.Execution || !strings.Contains(said.Message, c.want) || c.fail != nil && !errors.Is(err, c.fail) {
			t.Errorf("%s: got %v", name, err)
		}
		if slices.ContainsFunc(w.store.objects, func(o unload.Object) bool { return strings.HasSuffix(o.Key, ".json") }) {
			t.Errorf("%s: wrote %+v", name, w.store.objects)
		}
	}
	if left, err := os.ReadDir(tmp); err != nil || len(left) > 0 {
		t.Errorf("temporary files are left: %v, %v", left, err)
	}
}

// A hundred partitions are allowed, and come back together.
func TestHundredPartitions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.unload(`UNLOAD(SELECT y, 'v' || CAST(y AS varchar) AS s, x FROM UNNEST(sequence(1, 100)) AS a(x) CROSS JOIN UNNEST(sequence(1, 500)) AS b(y))
		TO 's3://b/p' WITH (format = 'PARQUET', partitioned_by = ARRAY['x'])`)
	got := w.duck("SELECT count(*), count(DISTINCT x), sum(x * y)::BIGINT, count(DISTINCT s) FROM read_parquet($FILES, hive_partitioning = true)", "p/results/*/*")
	if want := fmt.Sprintf("50000 | 100 | %d | 500\n", 5050*125250); got != want {
		t.Errorf("DuckDB reads %s, want %s", got, want)
	}
}

func TestCancelledUnloadStops(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, cancel := context.WithCancel(context.Background())
	w.store.fail = func(unload.Object) error { cancel(); return ctx.Err() }
	_, err := w.run(ctx, "UNLOAD(SELECT 1 AS a) TO 's3://b/p'")
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// PrepareQuery gives the columns of the SELECT and checks the rest.
func TestPrepare(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p, err := w.db.Prepare("UNLOAD(SELECT 1 AS a, 'x' AS b WHERE 1 = @n) TO 's3://missing/p' WITH (partitioned_by = ARRAY['b'])")
	if err != nil || len(p.Columns) != 2 || p.Columns[1].Name != "b" || len(p.Params) != 1 || p.Params[0].Name != "n" {
		t.Errorf("got %+v, %v", p, err)
	}
	if _, err := w.db.Prepare("UNLOAD(SELECT 1 AS a) TO 's3://b/p' WITH (format = 'ORC')"); err == nil || !strings.Contains(err.Error(), "'ORC'") {
		t.Errorf("got %v", err)
	}
}
