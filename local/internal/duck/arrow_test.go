package duck_test

import (
	"context"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"athena-timestream/local/internal/duck"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// column is a type and a JSON array of its values, as arrow-go reads them.
type column struct {
	dataType arrow.DataType
	values   string
}

func batchOf(t testing.TB, mem memory.Allocator, c column) arrow.RecordBatch {
	t.Helper()
	arr, _, err := array.FromJSON(mem, c.dataType, strings.NewReader(c.values))
	if err != nil {
		t.Fatal(err)
	}
	defer arr.Release()
	schema := arrow.NewSchema([]arrow.Field{{Name: `the "x"`, Type: c.dataType, Nullable: true}}, nil)
	return array.NewRecordBatch(schema, []arrow.Array{arr}, int64(arr.Len()))
}

func importAll(db *duck.DB, table string, batches ...arrow.RecordBatch) error {
	return db.ImportArrow(context.Background(), table, batches[0].Schema(), func(add func(arrow.RecordBatch) error) error {
		for _, b := range batches {
			if err := add(b); err != nil {
				return err
			}
		}
		return nil
	})
}

func TestImportArrow(t *testing.T) {
	t.Parallel()
	db := open(t, "")
	point := arrow.StructOf(arrow.Field{Name: "a", Type: arrow.PrimitiveTypes.Int32, Nullable: true}, arrow.Field{Name: "b", Type: arrow.BinaryTypes.String, Nullable: true})
	packed := int64(-1)<<12 | 841 // one millisecond before 1970 at +00:01
	for name, c := range map[string]struct {
		column
		text string
		want []any
	}{
		"bool":      {column{arrow.FixedWidthTypes.Boolean, `[true, null, false]`}, "BOOLEAN", []any{true, nil, false}},
		"int8":      {column{arrow.PrimitiveTypes.Int8, `[-128, null]`}, "TINYINT", []any{int64(-128), nil}},
		"int16":     {column{arrow.PrimitiveTypes.Int16, `[-32768]`}, "SMALLINT", []any{int64(-32768)}},
		"int32":     {column{arrow.PrimitiveTypes.Int32, `[null, 7]`}, "INTEGER", []any{nil, int64(7)}},
		"int64":     {column{arrow.PrimitiveTypes.Int64, `[9223372036854775807]`}, "BIGINT", []any{int64(math.MaxInt64)}},
		"uint64":    {column{arrow.PrimitiveTypes.Uint64, `[18446744073709551615]`}, "UBIGINT", []any{uint64(math.MaxUint64)}},
		"float32":   {column{arrow.PrimitiveTypes.Float32, `[1.5]`}, "FLOAT", []any{float32(1.5)}},
		"float64":   {column{arrow.PrimitiveTypes.Float64, `[1.5, null]`}, "DOUBLE", []any{1.5, nil}},
		"text":      {column{arrow.BinaryTypes.String, `["", null, "ä long enough text"]`}, "VARCHAR", []any{"", nil, "ä long enough text"}},
		"binary":    {column{arrow.BinaryTypes.Binary, `["AP8=", null]`}, "BLOB", []any{[]byte{0, 255}, nil}},
		"date":      {column{arrow.FixedWidthTypes.Date32, `["1969-12-31"]`}, "DATE", []any{int64(-1)}},
		"dec4":      {column{&arrow.Decimal128Type{Precision: 4, Scale: 2}, `["-1.23", null]`}, "DECIMAL(4,2)", []any{decimal128.FromI64(-123), nil}},
		"dec9":      {column{&arrow.Decimal128Type{Precision: 9, Scale: 2}, `["1.23"]`}, "DECIMAL(9,2)", []any{decimal128.FromI64(123)}},
		"dec18":     {column{&arrow.Decimal128Type{Precision: 18, Scale: 0}, `["-5"]`}, "DECIMAL(18,0)", []any{decimal128.FromI64(-5)}},
		"dec38":     {column{&arrow.Decimal128Type{Precision: 38, Scale: 2}, `["-99999999999999999999.01"]`}, "DECIMAL(38,2)", []any{decimal128.New(-109, 0).Add(decimal128.FromU64(0))}},
		"list":      {column{arrow.ListOf(arrow.PrimitiveTypes.Int64), `[[1, null], null, [], [3]]`}, "BIGINT[]", []any{[]any{int64(1), nil}, nil, []any{}, []any{int64(3)}}},
		"lists":     {column{arrow.ListOf(arrow.ListOf(arrow.BinaryTypes.String)), `[[["a"], null, []], [["b", "c"]]]`}, "VARCHAR[][]", []any{[]any{[]any{"a"}, nil, []any{}}, []any{[]any{"b", "c"}}}},
		"struct":    {column{point, `[{"a": 1, "b": "x"}, null, {"a": null, "b": "y"}]`}, `STRUCT("a" INTEGER, "b" VARCHAR)`, []any{[]any{int64(1), "x"}, nil, []any{nil, "y"}}},
		"structs":   {column{arrow.ListOf(point), `[[{"a": 1, "b": "x"}, null], []]`}, `STRUCT("a" INTEGER, "b" VARCHAR)[]`, []any{[]any{[]any{int64(1), "x"}, nil}, []any{}}},
		"map":       {column{arrow.MapOf(arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int64), `[[{"key": "z", "value": 1}, {"key": "a", "value": null}], null, []]`}, "MAP(VARCHAR, BIGINT)", []any{[]duck.MapEntry{{Key: "z", Value: int64(1)}, {Key: "a"}}, nil, []duck.MapEntry{}}},
		"null":      {column{arrow.Null, `[null, null]`}, "INTEGER", []any{nil, nil}},
		"ns":        {column{arrow.FixedWidthTypes.Timestamp_ns, fmt.Sprint([]int64{7})}, "TIMESTAMP_NS", []any{int64(7)}},
		"plain us":  {column{&arrow.TimestampType{Unit: arrow.Microsecond}, `[7]`}, "TIMESTAMP", []any{int64(7)}},
		"packed ms": {column{arrow.FixedWidthTypes.Timestamp_ms, fmt.Sprintf("[%d, null]", packed)}, "TIMESTAMP_NS", []any{int64(-1000000), nil}},
		"zoned us":  {column{arrow.FixedWidthTypes.Timestamp_us, `[-7]`}, "TIMESTAMP_NS", []any{int64(-7000)}},
	} {
		t.Run(name, func(t *testing.T) {
			mem := memory.NewCheckedAllocator(memory.DefaultAllocator)
			defer mem.AssertSize(t, 0)
			batch := batchOf(t, mem, c.column)
			defer batch.Release()
			tail := batch.NewSlice(1, batch.NumRows())
			defer tail.Release()
			if err := importAll(db, "main."+name, batch, tail, batch); err != nil {
				t.Fatal(err)
			}
			got, err := all(db, "SELECT * FROM "+duck.QuoteIdent(name))
			if err != nil {
				t.Fatal(err)
			}
			want := append(append(append([]any{}, c.want...), c.want[1:]...), c.want...)
			if name == "dec38" {
				want = nil
				for range 2 {
					want = append(want, mustDecimal(t, "-9999999999999999999901"))
				}
			}
			if len(got) != len(want) {
				t.Fatalf("%d rows, want %d", len(got), len(want))
			}
			for i := range got {
				if !reflect.DeepEqual(got[i][0], want[i]) {
					t.Errorf("row %d: got %#v, want %#v", i, got[i][0], want[i])
				}
			}
			rows, err := db.Query(context.Background(), "SELECT * FROM "+duck.QuoteIdent(name))
			if err != nil {
				t.Fatal(err)
			}
			defer rows.Close()
			if col := rows.Columns()[0]; col.Text != c.text || col.Name != `the "x"` {
				t.Errorf("column %s of type %s, want %s", col.Name, col.Text, c.text)
			}
		})
	}
}

func mustDecimal(t *testing.T, s string) decimal128.Num {
	t.Helper()
	n, err := decimal128.FromString(s, 38, 0)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// More rows than a vector holds, with nulls and lists at every place, in batches of odd sizes.
func TestImportManyRows(t *testing.T) {
	t.Parallel()
	db := open(t, "")
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "i", Type: arrow.PrimitiveTypes.Int64},
		{Name: "s", Type: arrow.BinaryTypes.String, Nullable: true},
		{Name: "l", Type: arrow.ListOf(arrow.PrimitiveTypes.Int64), Nullable: true},
	}, nil)
	const total = 50_000
	err := db.ImportArrow(context.Background(), "many", schema, func(add func(arrow.RecordBatch) error) error {
		b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
		defer b.Release()
		for i := int64(0); i < total; i++ {
			b.Field(0).(*array.Int64Builder).Append(i)
			if i%3 == 0 {
				b.Field(1).AppendNull()
			} else {
				b.Field(1).(*array.StringBuilder).Append(fmt.Sprint("row number ", i))
			}
			list := b.Field(2).(*array.ListBuilder)
			list.Append(i%5 != 0)
			for k := int64(0); i%5 != 0 && k < i%4; k++ {
				list.ValueBuilder().(*array.Int64Builder).Append(i + k)
			}
			if i%3333 == 0 || i == total-1 {
				batch := b.NewRecordBatch()
				err := add(batch)
				batch.Release()
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := all(db, `SELECT count(*) FROM many WHERE i BETWEEN 0 AND 49999
		AND s IS NOT DISTINCT FROM CASE WHEN i % 3 = 0 THEN NULL ELSE 'row number ' || i END
		AND l IS NOT DISTINCT FROM CASE WHEN i % 5 = 0 THEN NULL ELSE range(i, i + i % 4) END`)
	if err != nil || got[0][0] != int64(total) {
		t.Errorf("%v of %d rows are right, %v", got, total, err)
	}
}

func TestImportErrors(t *testing.T) {
	t.Parallel()
	db := open(t, "")
	bad := array.NewStringBuilder(memory.DefaultAllocator)
	bad.Append("\xff")
	schema := arrow.NewSchema([]arrow.Field{{Name: "s", Type: arrow.BinaryTypes.String}}, nil)
	for name, c := range map[string]struct {
		batch arrow.RecordBatch
		want  string
	}{
		"not utf-8": {array.NewRecordBatch(schema, []arrow.Array{bad.NewArray()}, 1), "column s: row 0 is not valid UTF-8"},
		"year 9999": {batchOf(t, memory.DefaultAllocator, column{arrow.FixedWidthTypes.Date64, `[253402214400000]`}), "1677 to 2262"},
		"type":      {batchOf(t, memory.DefaultAllocator, column{arrow.FixedWidthTypes.Duration_s, `[1]`}), "has no DuckDB type"},
	} {
		if err := importAll(db, "bad", c.batch); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
		if _, err := all(db, "SELECT * FROM bad"); err == nil {
			t.Errorf("%s: the table stays", name)
		}
	}
}

func TestRecord(t *testing.T) {
	t.Parallel()
	db := open(t, "")
	const columns = `true AS a, 1::TINYINT AS b, 2::UINTEGER AS c, 1.5::FLOAT AS d, 2.5::DOUBLE AS e, 1.23::DECIMAL(5,2) AS f, 'x' AS g,
		'\x01'::BLOB AS h, DATE '2020-08-08' AS i, make_timestamp_ns(7) AS j, [1, NULL] AS k, {'p': 1, 'q': NULL} AS l, MAP {'k': 2} AS m,
		5::HUGEINT AS n, INTERVAL 3 DAY AS o, TIME '00:00:01' AS p`
	rows, err := db.Query(context.Background(), "SELECT "+columns+" FROM range(5000)")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	total := int64(0)
	var first string
	for {
		batch, err := rows.Record(3000)
		if err != nil {
			t.Fatal(err)
		}
		if batch == nil {
			break
		}
		if first == "" {
			line, err := batch.NewSlice(0, 1).MarshalJSON()
			if err != nil {
				t.Fatal(err)
			}
			first = strings.TrimSpace(string(line))
		}
		total += batch.NumRows()
		batch.Release()
	}
	want := `[{"a":true,"b":1,"c":2,"d":1.5,"e":2.5,"f":"1.23","g":"x","h":"AQ==","i":"2020-08-08","j":"1970-01-01T00:00:00.000000007","k":[1,null],"l":{"p":1,"q":null},"m":[{"key":"k","value":2}],"n":"5","o":{"months":0,"days":3,"nanoseconds":0},"p":"00:00:01"}` + "\n]"
	if total != 5000 || strings.TrimSpace(first) != want {
		t.Errorf("%d rows, the first is\n%s, want\n%s", total, first, want)
	}
}

func BenchmarkImportArrow(b *testing.B) {
	db := open(b, "")
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "t", Type: arrow.PrimitiveTypes.Date64}, {Name: "host", Type: arrow.BinaryTypes.String}, {Name: "x", Type: arrow.PrimitiveTypes.Float64},
	}, nil)
	builder := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	for i := range 10_000 {
		builder.Field(0).(*array.Date64Builder).Append(arrow.Date64(i))
		builder.Field(1).(*array.StringBuilder).Append("host with a longer name")
		builder.Field(2).(*array.Float64Builder).Append(float64(i))
	}
	batch := builder.NewRecordBatch()
	b.ResetTimer()
	err := db.ImportArrow(context.Background(), "bench", schema, func(add func(arrow.RecordBatch) error) error {
		for i := 0; i < b.N; i += 10_000 {
			if err := add(batch); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}
