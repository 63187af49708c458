package tstype_test

import (
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery/types"

	"athena-timestream/timestream/internal/tstype"
)

func scalar(t types.ScalarType) *types.Type { return &types.Type{ScalarType: t} }

func info(name string, t *types.Type) types.ColumnInfo {
	c := types.ColumnInfo{Type: t}
	if name != "" {
		c.Name = aws.String(name)
	}
	return c
}

// arrowTable is section "Types" of the Java connector's documentation, type by type.
var arrowTable = map[string]struct {
	info  *types.Type
	text  string
	arrow arrow.DataType
}{
	"varchar":   {scalar(types.ScalarTypeVarchar), "varchar", arrow.BinaryTypes.String},
	"double":    {scalar(types.ScalarTypeDouble), "double", arrow.PrimitiveTypes.Float64},
	"boolean":   {scalar(types.ScalarTypeBoolean), "boolean", arrow.FixedWidthTypes.Boolean},
	"bigint":    {scalar(types.ScalarTypeBigint), "bigint", arrow.PrimitiveTypes.Int64},
	"integer":   {scalar(types.ScalarTypeInteger), "integer", arrow.PrimitiveTypes.Int32},
	"timestamp": {scalar(types.ScalarTypeTimestamp), "timestamp", arrow.FixedWidthTypes.Date64},
	"date":      {scalar(types.ScalarTypeDate), "date", arrow.FixedWidthTypes.Date32},
	"time":      {scalar(types.ScalarTypeTime), "time", arrow.BinaryTypes.String},
	"day":       {scalar(types.ScalarTypeIntervalDayToSecond), "interval_day_to_second", arrow.BinaryTypes.String},
	"month":     {scalar(types.ScalarTypeIntervalYearToMonth), "interval_year_to_month", arrow.BinaryTypes.String},
	"unknown":   {scalar(types.ScalarTypeUnknown), "unknown", arrow.BinaryTypes.String},
	"new":       {scalar("GEOMETRY"), "unknown", arrow.BinaryTypes.String},
	"array": {
		&types.Type{ArrayColumnInfo: &types.ColumnInfo{Type: scalar(types.ScalarTypeBigint)}}, "array(bigint)",
		arrow.ListOfField(field("item", arrow.PrimitiveTypes.Int64)),
	},
	"named array": {
		&types.Type{ArrayColumnInfo: &types.ColumnInfo{Name: aws.String("n"), Type: scalar(types.ScalarTypeDate)}}, "array(date)",
		arrow.ListOfField(field("n", arrow.FixedWidthTypes.Date32)),
	},
	"row": {
		&types.Type{RowColumnInfo: []types.ColumnInfo{info("a", scalar(types.ScalarTypeDouble)), info("", scalar(types.ScalarTypeVarchar))}},
		"row(a double, varchar)",
		arrow.StructOf(field("a", arrow.PrimitiveTypes.Float64), field("field_1", arrow.BinaryTypes.String)),
	},
	"timeseries": {
		&types.Type{TimeSeriesMeasureValueColumnInfo: &types.ColumnInfo{Type: scalar(types.ScalarTypeDouble)}}, "timeseries(double)",
		arrow.ListOfField(field("item", arrow.StructOf(field("time", arrow.FixedWidthTypes.Date64), field("measure_value", arrow.PrimitiveTypes.Float64)))),
	},
	"array of row of array": {
		&types.Type{ArrayColumnInfo: &types.ColumnInfo{Type: &types.Type{RowColumnInfo: []types.ColumnInfo{
			info("t", &types.Type{ArrayColumnInfo: &types.ColumnInfo{Type: scalar(types.ScalarTypeTimestamp)}}),
		}}}},
		"array(row(t array(timestamp)))",
		arrow.ListOfField(field("item", arrow.StructOf(field("t", arrow.ListOfField(field("item", arrow.FixedWidthTypes.Date64)))))),
	},
}

func field(name string, t arrow.DataType) arrow.Field {
	return arrow.Field{Name: name, Type: t, Nullable: true}
}

func TestArrow(t *testing.T) {
	for name, c := range arrowTable {
		t.Run(name, func(t *testing.T) {
			got, err := tstype.FromColumnInfo(*c.info)
			if err != nil {
				t.Fatal(err)
			}
			if got.String() != c.text {
				t.Errorf("text is %s, want %s", got, c.text)
			}
			if f := got.Arrow("x"); !f.Equal(field("x", c.arrow)) {
				t.Errorf("field is %v, want %v", f, c.arrow)
			}
			back, err := tstype.FromArrow(c.arrow)
			if err != nil {
				t.Fatal(err)
			}
			if f := back.Arrow("x"); !f.Equal(field("x", c.arrow)) {
				t.Errorf("%s comes back from Arrow as %v", got, f)
			}
		})
	}
}

func TestFromColumnInfoRefuses(t *testing.T) {
	deep := scalar(types.ScalarTypeBigint)
	for range 100 {
		deep = &types.Type{ArrayColumnInfo: &types.ColumnInfo{Type: deep}}
	}
	for name, typ := range map[string]types.Type{
		"nothing":                {},
		"array of nothing":       {ArrayColumnInfo: &types.ColumnInfo{}},
		"row of nothing":         {RowColumnInfo: []types.ColumnInfo{{}}},
		"time series of nothing": {TimeSeriesMeasureValueColumnInfo: &types.ColumnInfo{Type: &types.Type{}}},
		"a hundred levels deep":  *deep,
		"a row without members":  {RowColumnInfo: []types.ColumnInfo{}},
	} {
		if got, err := tstype.FromColumnInfo(typ); err == nil {
			t.Errorf("%s: read as %s", name, got)
		}
	}
}

func TestParse(t *testing.T) {
	for text, want := range map[string]tstype.Kind{
		"varchar": tstype.Varchar, "double": tstype.Double, "boolean": tstype.Boolean, "bigint": tstype.Bigint, "int": tstype.Integer,
		"INTEGER": tstype.Integer, " Timestamp ": tstype.Timestamp, "date": tstype.Date, "time": tstype.Time,
		"interval day to second": tstype.IntervalDaySecond, "interval_year_to_month": tstype.IntervalYearMonth, "unknown": tstype.Unknown,
	} {
		if got, ok := tstype.Parse(text); !ok || got.Kind != want {
			t.Errorf("%q: %s, %t", text, got, ok)
		}
	}
	for _, text := range []string{"", "geometry", "varchar(10)", "array(bigint)"} {
		if got, ok := tstype.Parse(text); ok || got.Kind != tstype.Varchar {
			t.Errorf("%q: %s, %t", text, got, ok)
		}
	}
}

func TestFromArrowRefuses(t *testing.T) {
	for _, dt := range []arrow.DataType{
		arrow.PrimitiveTypes.Int8, arrow.PrimitiveTypes.Float32, arrow.BinaryTypes.Binary, arrow.ListOf(arrow.BinaryTypes.Binary),
		arrow.StructOf(field("a", arrow.PrimitiveTypes.Uint8)), &arrow.Decimal128Type{Precision: 3, Scale: 1},
		arrow.MapOf(arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int64),
	} {
		if got, err := tstype.FromArrow(dt); err == nil {
			t.Errorf("%s: read as %s", dt, got)
		}
	}
}
