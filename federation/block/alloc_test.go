package block_test

import (
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/decimal128"

	"athena-timestream/federation/block"
)

// hot are the append paths of every kind of column: one row of a column of typ.
var hot = map[string]struct {
	typ    arrow.DataType
	bytes  int64 // of one row, for MB/s
	append func(c block.Column) func(i int)
}{
	"bool": {arrow.FixedWidthTypes.Boolean, 1, func(c block.Column) func(int) {
		col := c.(*block.BoolColumn)
		return func(i int) { col.Append(i%3 == 0) }
	}},
	"int8":    fixed[int8](arrow.PrimitiveTypes.Int8, 1),
	"int16":   fixed[int16](arrow.PrimitiveTypes.Int16, 2),
	"int32":   fixed[int32](arrow.PrimitiveTypes.Int32, 4),
	"int64":   fixed[int64](arrow.PrimitiveTypes.Int64, 8),
	"uint8":   fixed[uint8](arrow.PrimitiveTypes.Uint8, 1),
	"uint16":  fixed[uint16](arrow.PrimitiveTypes.Uint16, 2),
	"uint32":  fixed[uint32](arrow.PrimitiveTypes.Uint32, 4),
	"uint64":  fixed[uint64](arrow.PrimitiveTypes.Uint64, 8),
	"date":    fixed[int32](arrow.FixedWidthTypes.Date32, 4),
	"millis":  fixed[int64](arrow.FixedWidthTypes.Date64, 8),
	"float32": fixed[float32](arrow.PrimitiveTypes.Float32, 4),
	"float64": fixed[float64](arrow.PrimitiveTypes.Float64, 8),
	"decimal": {&arrow.Decimal128Type{Precision: 38}, 16, func(c block.Column) func(int) {
		col := c.(*block.DecimalColumn)
		return func(i int) { col.Append(decimal128.FromI64(int64(i))) }
	}},
	"string": {arrow.BinaryTypes.String, 16, func(c block.Column) func(int) {
		col := c.(*block.StringColumn)
		return func(int) { col.Append("twelve bytes") }
	}},
	"string from bytes": {arrow.BinaryTypes.String, 16, func(c block.Column) func(int) {
		col, b := c.(*block.StringColumn), []byte("twelve bytes")
		return func(int) { col.AppendBytes(b) }
	}},
	"binary": {arrow.BinaryTypes.Binary, 16, func(c block.Column) func(int) {
		col, b := c.(*block.BinaryColumn), []byte("twelve bytes")
		return func(int) { col.Append(b) }
	}},
	"int64 with nulls": {arrow.PrimitiveTypes.Int64, 8, func(c block.Column) func(int) {
		col := c.(*block.Int64Column)
		return func(i int) {
			if i%10 == 0 {
				col.AppendNull()
				return
			}
			col.Append(int64(i))
		}
	}},
	"time series": {
		arrow.ListOf(arrow.StructOf(arrow.Field{Name: "time", Type: arrow.FixedWidthTypes.Date64}, arrow.Field{Name: "value", Type: arrow.PrimitiveTypes.Float64})),
		4 + 4*16,
		func(c block.Column) func(int) {
			list := c.(*block.ListColumn)
			point := list.Elem().(*block.StructColumn)
			time, value := point.Field(0).(*block.Int64Column), point.Field(1).(*block.Float64Column)
			return func(i int) {
				list.Append()
				for range 4 {
					point.Append()
					time.Append(int64(i))
					value.Append(0.5)
				}
			}
		},
	},
	"map": {arrow.MapOf(arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int64), 4 + 2*16, func(c block.Column) func(int) {
		m := c.(*block.MapColumn)
		key, value := m.Key().(*block.StringColumn), m.Value().(*block.Int64Column)
		return func(i int) {
			m.Append()
			for range 2 {
				key.Append("key")
				value.Append(int64(i))
			}
		}
	}},
}

type hotCase = struct {
	typ    arrow.DataType
	bytes  int64
	append func(c block.Column) func(i int)
}

func fixed[T interface {
	int8 | int16 | int32 | int64 | uint8 | uint16 | uint32 | uint64 | float32 | float64
}](typ arrow.DataType, bytes int64) hotCase {
	return hotCase{typ, bytes, func(c block.Column) func(int) {
		col := c.(*block.FixedColumn[T])
		return func(i int) { col.Append(T(i)) }
	}}
}

func oneColumn(t testing.TB, typ arrow.DataType) *block.Builder {
	return fill(t, arrow.NewSchema([]arrow.Field{{Name: "c", Type: typ, Nullable: true}}, nil), nil)
}

func TestAppendsDoNotAllocate(t *testing.T) {
	const rows = 1000
	for name, c := range hot {
		t.Run(name, func(t *testing.T) {
			b := oneColumn(t, c.typ)
			add := c.append(b.Column(0))
			batch := func() {
				b.Reset()
				for i := range rows {
					add(i)
				}
				if b.EncodedSize(block.Legacy) == 0 || b.Within(rows, 1, block.Legacy) {
					t.Fatal("no rows")
				}
				b.Truncate(rows / 2)
				b.Drop(rows / 4)
			}
			batch() // warm up
			if n := testing.AllocsPerRun(10, batch); n != 0 {
				t.Errorf("%v allocations for %d rows", n, rows)
			}
		})
	}
}

func BenchmarkAppend(b *testing.B) {
	for name, c := range hot {
		b.Run(name, func(b *testing.B) {
			builder := oneColumn(b, c.typ)
			add := c.append(builder.Column(0))
			b.ReportAllocs()
			b.SetBytes(c.bytes)
			for i := 0; b.Loop(); i++ {
				if i&0xFFFF == 0 {
					builder.Reset()
				}
				add(i)
			}
		})
	}
}

// BenchmarkRow appends rows of six columns as a Timestream table has them, and asks after each whether the block is
// full, as spill.Writer does.
func BenchmarkRow(b *testing.B) {
	builder := sixColumns(b)
	add := sixAppends(builder)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if i&0xFFFF == 0 {
			builder.Reset()
		}
		add(i)
		if !builder.Within(builder.Column(0).Len(), 16_000_000, block.Legacy) {
			b.Fatal("full")
		}
	}
}

// BenchmarkEncode encodes a block of 84,295 rows, as in the performance notes.
func BenchmarkEncode(b *testing.B) {
	builder := sixColumns(b)
	add := sixAppends(builder)
	for i := range 84_295 {
		add(i)
	}
	var buf []byte
	b.ReportAllocs()
	b.SetBytes(builder.EncodedSize(block.Legacy))
	for b.Loop() {
		r, err := builder.Record()
		if err != nil {
			b.Fatal(err)
		}
		if buf, err = block.AppendRecords(buf[:0], r, block.Legacy); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	builder := sixColumns(b)
	add := sixAppends(builder)
	for i := range 84_295 {
		add(i)
	}
	r, err := builder.Record()
	if err != nil {
		b.Fatal(err)
	}
	buf, err := block.AppendRecords(nil, r, block.Legacy)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.SetBytes(int64(len(buf)))
	for b.Loop() {
		if _, err := block.DecodeRecords(builder.Schema(), buf); err != nil {
			b.Fatal(err)
		}
	}
}

func sixColumns(t testing.TB) *block.Builder {
	return fill(t, arrow.NewSchema([]arrow.Field{
		{Name: "time", Type: arrow.FixedWidthTypes.Date64},
		{Name: "region", Type: arrow.BinaryTypes.String},
		{Name: "host", Type: arrow.BinaryTypes.String},
		{Name: "measure_name", Type: arrow.BinaryTypes.String},
		{Name: "measure_value::double", Type: arrow.PrimitiveTypes.Float64, Nullable: true},
		{Name: "measure_value::bigint", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
	}, nil), nil)
}

func sixAppends(b *block.Builder) func(i int) {
	time := b.Column(0).(*block.Int64Column)
	region, host, name := b.Column(1).(*block.StringColumn), b.Column(2).(*block.StringColumn), b.Column(3).(*block.StringColumn)
	double, bigint := b.Column(4).(*block.Float64Column), b.Column(5).(*block.Int64Column)
	return func(i int) {
		time.Append(int64(i))
		region.Append("eu-west-1")
		host.Append("host-0042")
		name.Append("cpu_user")
		if i%10 == 0 {
			double.AppendNull()
			bigint.AppendNull()
			return
		}
		double.Append(float64(i))
		bigint.Append(int64(i))
	}
}
