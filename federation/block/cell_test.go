package block_test

import (
	"reflect"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/decimal128"

	"athena-timestream/federation/block"
)

// TestCellAt reads from columns under construction what ValueAt reads from their record batch.
func TestCellAt(t *testing.T) {
	list := arrow.ListOf(arrow.PrimitiveTypes.Int64)
	for _, c := range []struct {
		typ    arrow.DataType
		values []any
	}{
		{arrow.FixedWidthTypes.Boolean, []any{true, nil, false}},
		{arrow.PrimitiveTypes.Int8, []any{int64(-1), nil}},
		{arrow.PrimitiveTypes.Int16, []any{nil, int64(-300)}},
		{arrow.PrimitiveTypes.Int32, []any{int64(1 << 30), nil}},
		{arrow.PrimitiveTypes.Int64, []any{int64(-1 << 62), int64(0)}},
		{arrow.PrimitiveTypes.Uint8, []any{uint64(255), nil}},
		{arrow.PrimitiveTypes.Uint16, []any{uint64(65535)}},
		{arrow.PrimitiveTypes.Uint32, []any{uint64(1 << 31)}},
		{arrow.PrimitiveTypes.Uint64, []any{uint64(1 << 63), nil}},
		{arrow.PrimitiveTypes.Float32, []any{float32(1.5), nil}},
		{arrow.PrimitiveTypes.Float64, []any{nil, -0.25}},
		{&arrow.Decimal128Type{Precision: 38, Scale: 2}, []any{decimal128.FromI64(-7), nil}},
		{arrow.BinaryTypes.String, []any{"", nil, "日本"}},
		{arrow.BinaryTypes.Binary, []any{[]byte{}, nil, []byte{0, 1}}},
		{arrow.FixedWidthTypes.Date32, []any{int64(-1), nil}},
		{arrow.FixedWidthTypes.Date64, []any{int64(123), nil}},
		{list, []any{[]any{int64(1)}, nil, []any{}}},
		{arrow.StructOf(arrow.Field{Name: "x", Type: list, Nullable: true}), []any{[]any{nil}, nil}},
		{arrow.MapOf(arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int64), []any{[]block.MapEntry{{Key: "k"}}, nil}},
	} {
		b, err := block.NewBuilder(arrow.NewSchema([]arrow.Field{{Name: "c", Type: c.typ, Nullable: true}}, nil))
		if err != nil {
			t.Fatal(err)
		}
		for row, v := range c.values {
			if err := block.AppendValue(b.Column(0), v); err != nil {
				t.Fatal(err)
			}
			want := v
			if arrow.IsNested(c.typ.ID()) && v != nil {
				want = struct{}{}
			}
			if got := block.CellAt(b.Column(0), row); !reflect.DeepEqual(got, want) {
				t.Errorf("%s, row %d: %v (%T), want %v", c.typ, row, got, got, want)
			}
		}
	}
}
