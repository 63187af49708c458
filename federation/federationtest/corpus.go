package federationtest

import (
	"math"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/decimal128"

	"athena-timestream/federation/block"
	"athena-timestream/federation/message"
)

// Corpus is a table with a column of every type that Athena can read: ordinary
// and extreme values, empty and null ones at every depth.
func Corpus() Table {
	return Table{
		Name:   message.TableName{Schema: "corpus", Table: "Types_ä漢"},
		Schema: corpusSchema(),
		Rows: [][]any{
			corpusRow(true, 1, 1.5, "a", []byte{1}, []any{int64(1), nil, int64(3)}, []any{"x", int64(1)}, entries("k", int64(1), "l", nil)),
			corpusRow(false, -1, -2.25, "", []byte{}, []any{}, []any{nil, nil}, entries()),
			corpusRow(true, 0, 0, "é中😀", []byte{0, 255, 128}, []any{nil}, []any{"y", nil}, entries("", int64(0))),
			corpusRow(nil, nil, nil, nil, nil, nil, nil, nil),
			extremes("zz", math.MinInt8, math.MinInt16, math.MinInt32, math.MinInt64, math.Inf(-1)),
			extremes("z", math.MaxInt8, math.MaxInt16, math.MaxInt32, math.MaxInt64, math.Inf(1)),
			corpusRow(false, 1, math.NaN(), "a", []byte{1}, []any{int64(1)}, []any{"x", int64(1)}, entries("k", int64(2))),
			corpusRow(false, 1, math.Copysign(0, -1), "A", []byte{1, 0}, nil, nil, nil),
		},
	}
}

func corpusSchema() *arrow.Schema {
	field := func(name string, t arrow.DataType) arrow.Field {
		return arrow.Field{Name: name, Type: t, Nullable: true}
	}
	return arrow.NewSchema([]arrow.Field{
		field("bit", arrow.FixedWidthTypes.Boolean),
		field("tinyint", arrow.PrimitiveTypes.Int8),
		field("smallint", arrow.PrimitiveTypes.Int16),
		field("int", arrow.PrimitiveTypes.Int32),
		field("bigint", arrow.PrimitiveTypes.Int64),
		field("float4", arrow.PrimitiveTypes.Float32),
		field("float8", arrow.PrimitiveTypes.Float64),
		field("decimal", &arrow.Decimal128Type{Precision: 38, Scale: 9}),
		field("Varchar ä", arrow.BinaryTypes.String),
		field("varbinary", arrow.BinaryTypes.Binary),
		field("dateday", arrow.FixedWidthTypes.Date32),
		field("datemilli", arrow.FixedWidthTypes.Date64),
		field("timestampmillitz", &arrow.TimestampType{Unit: arrow.Millisecond, TimeZone: "UTC"}),
		field("list", arrow.ListOfField(field("", arrow.PrimitiveTypes.Int64))),
		field("struct", arrow.StructOf(field("s", arrow.BinaryTypes.String), field("n", arrow.PrimitiveTypes.Int64))),
		field("map", arrow.MapOf(arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int64)),
	}, nil)
}

// corpusRow spreads few values over all columns; a nil number is null everywhere.
func corpusRow(bit, number, float, text, binary, list, fields, entries any) []any {
	numbers := make([]any, 4)
	var dec, day, milli, zoned any
	if n, ok := number.(int); ok {
		for i := range numbers {
			numbers[i] = int64(n)
		}
		dec, day = decimal128.FromI64(int64(n)*1_500_000_000), int64(18_000+n)
		milli, zoned = int64(1_600_000_000_123+n), int64(1_600_000_000_123+n)<<12
	}
	var float4, float8 any
	switch f := float.(type) {
	case float64:
		float4, float8 = float32(f), f
	case int:
		float4, float8 = float32(f), float64(f)
	}
	return append(append([]any{bit}, numbers...), float4, float8, dec, text, binary, day, milli, zoned, list, fields, entries)
}

// extremes is a row at the end of every range.
func extremes(text string, i8, i16, i32, i64 int64, float float64) []any {
	row := corpusRow(true, 0, float, text, []byte(text), []any{i64}, []any{text, i64}, entries(text, i64))
	copy(row[1:], []any{i8, i16, i32, i64})
	return row
}

func entries(keysAndValues ...any) []block.MapEntry {
	all := []block.MapEntry{}
	for i := 0; i < len(keysAndValues); i += 2 {
		all = append(all, block.MapEntry{Key: keysAndValues[i], Value: keysAndValues[i+1]})
	}
	return all
}
