package block_test

import (
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"pgregory.net/rapid"

	"athena-timestream/federation/block"
)

var leafTypes = []arrow.DataType{
	arrow.FixedWidthTypes.Boolean,
	arrow.PrimitiveTypes.Int8, arrow.PrimitiveTypes.Int16, arrow.PrimitiveTypes.Int32, arrow.PrimitiveTypes.Int64,
	arrow.PrimitiveTypes.Uint8, arrow.PrimitiveTypes.Uint16, arrow.PrimitiveTypes.Uint32, arrow.PrimitiveTypes.Uint64,
	arrow.PrimitiveTypes.Float32, arrow.PrimitiveTypes.Float64, &arrow.Decimal128Type{Precision: 38, Scale: 9},
	arrow.BinaryTypes.String, arrow.BinaryTypes.Binary,
	arrow.FixedWidthTypes.Date32, arrow.FixedWidthTypes.Date64,
	&arrow.TimestampType{Unit: arrow.Millisecond, TimeZone: "UTC"},
	&arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "Europe/Berlin"},
}

func drawType(t *rapid.T, depth int) arrow.DataType {
	kind := 0
	if depth > 0 {
		kind = rapid.IntRange(0, 5).Draw(t, "kind")
	}
	switch kind {
	case 3:
		return arrow.ListOfField(drawField(t, depth-1))
	case 4:
		key := arrow.Field{Type: rapid.SampledFrom(leafTypes).Draw(t, "key")}
		return arrow.MapOfFields(key, drawField(t, depth-1))
	case 5:
		fields := make([]arrow.Field, rapid.IntRange(1, 3).Draw(t, "fields"))
		for i := range fields {
			fields[i] = drawField(t, depth-1)
		}
		return arrow.StructOf(fields...)
	}
	return rapid.SampledFrom(leafTypes).Draw(t, "leaf")
}

func drawField(t *rapid.T, depth int) arrow.Field {
	return arrow.Field{Name: rapid.StringN(0, 3, -1).Draw(t, "name"), Type: drawType(t, depth), Nullable: true}
}

func drawSchema(t *rapid.T) *arrow.Schema {
	fields := make([]arrow.Field, rapid.IntRange(0, 4).Draw(t, "columns"))
	for i := range fields {
		fields[i] = drawField(t, 3)
	}
	return arrow.NewSchema(fields, nil)
}

// drawValue draws a value of a type; nulls says how often it is null, from never (0) to always (2).
func drawValue(t *rapid.T, typ arrow.DataType, nulls int) any {
	if nulls == 2 || nulls == 1 && rapid.IntRange(0, 3).Draw(t, "null") == 0 {
		return nil
	}
	several := func(draw func()) {
		for range rapid.IntRange(0, 3).Draw(t, "length") {
			draw()
		}
	}
	switch typ := typ.(type) {
	case *arrow.BooleanType:
		return rapid.Bool().Draw(t, "bool")
	case *arrow.Int8Type:
		return int64(rapid.Int8().Draw(t, "int8"))
	case *arrow.Int16Type:
		return int64(rapid.Int16().Draw(t, "int16"))
	case *arrow.Int32Type, *arrow.Date32Type:
		return int64(rapid.Int32().Draw(t, "int32"))
	case *arrow.Uint8Type:
		return uint64(rapid.Uint8().Draw(t, "uint8"))
	case *arrow.Uint16Type:
		return uint64(rapid.Uint16().Draw(t, "uint16"))
	case *arrow.Uint32Type:
		return uint64(rapid.Uint32().Draw(t, "uint32"))
	case *arrow.Uint64Type:
		return rapid.Uint64().Draw(t, "uint64")
	case *arrow.Float32Type:
		return rapid.Float32().Draw(t, "float32")
	case *arrow.Float64Type:
		return rapid.Float64().Draw(t, "float64")
	case *arrow.Decimal128Type:
		return decimal128.New(rapid.Int64().Draw(t, "high"), rapid.Uint64().Draw(t, "low"))
	case *arrow.StringType:
		return rapid.String().Draw(t, "string")
	case *arrow.BinaryType:
		return rapid.SliceOf(rapid.Byte()).Draw(t, "binary")
	case *arrow.ListType:
		list := []any{}
		several(func() { list = append(list, drawValue(t, typ.Elem(), nulls)) })
		return list
	case *arrow.MapType:
		entries := []block.MapEntry{}
		several(func() {
			entries = append(entries, block.MapEntry{Key: drawValue(t, typ.KeyType(), 0), Value: drawValue(t, typ.ItemType(), nulls)})
		})
		return entries
	case *arrow.StructType:
		fields := make([]any, typ.NumFields())
		for i := range fields {
			fields[i] = drawValue(t, typ.Field(i).Type, nulls)
		}
		return fields
	}
	return rapid.Int64().Draw(t, "int64") // Int64, Date64, Timestamp
}

func drawRows(t *rapid.T, s *arrow.Schema) [][]any {
	nulls := rapid.IntRange(0, 2).Draw(t, "nulls")
	rows := make([][]any, rapid.IntRange(0, 70).Draw(t, "rows"))
	for i := range rows {
		rows[i] = make([]any, s.NumFields())
		for j, f := range s.Fields() {
			rows[i][j] = drawValue(t, f.Type, nulls)
		}
	}
	return rows
}

// checkBuilder compares a Builder with the rows that it should hold: size, bytes of both framings, and decoded rows.
func checkBuilder(t failer, b *block.Builder, want [][]any) {
	t.Helper()
	if b.Rows() != len(want) {
		t.Fatalf("%d rows, want %d", b.Rows(), len(want))
	}
	r, err := b.Record()
	if err != nil {
		t.Fatal(err)
	}
	sameRows(t, r, want)
	if got, want := b.DataSize(), block.DataSize(r); got != want {
		t.Fatalf("Builder.DataSize = %d, DataSize of the record %d", got, want)
	}
	for _, f := range []block.Framing{block.Legacy, block.Current} {
		encoded, err := block.AppendRecords([]byte("x"), r, f)
		if err != nil {
			t.Fatal(err)
		}
		encoded = encoded[1:]
		if got := b.EncodedSize(f); got != int64(len(encoded)) {
			t.Fatalf("%s: Builder.EncodedSize = %d, AppendRecords gave %d", f, got, len(encoded))
		}
		if got, err := block.EncodedSize(r, f); err != nil || got != int64(len(encoded)) {
			t.Fatalf("%s: EncodedSize = %d, %v, AppendRecords gave %d", f, got, err, len(encoded))
		}
		back, err := block.DecodeRecords(b.Schema(), encoded)
		if err != nil {
			t.Fatal(err)
		}
		sameRows(t, back, want)
		if block.DataSize(back) != b.DataSize() {
			t.Fatalf("DataSize of decoded rows is %d, of built ones %d", block.DataSize(back), b.DataSize())
		}
	}
}

// TestBuilder appends, truncates and drops at random and compares with a plain slice of rows.
func TestBuilder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		schema := drawSchema(t)
		b, err := block.NewBuilder(schema)
		if err != nil {
			t.Fatal(err)
		}
		var rows [][]any
		for range rapid.IntRange(1, 4).Draw(t, "steps") {
			more := drawRows(t, schema)
			for _, row := range more {
				b.AppendEmptyRow()
				for i, v := range row {
					if err := block.AppendValue(b.Column(i), v); err != nil {
						t.Fatal(err)
					}
				}
			}
			rows = append(rows, more...)
			n := rapid.IntRange(0, len(rows)).Draw(t, "n")
			head, err := b.Head(n)
			if err != nil {
				t.Fatal(err)
			}
			encoded, err := block.AppendRecords(nil, head, block.Legacy)
			if err != nil || int64(len(encoded)) != b.EncodedSizeOf(n, block.Legacy) {
				t.Fatalf("head of %d rows: %d bytes, %v; EncodedSizeOf = %d", n, len(encoded), err, b.EncodedSizeOf(n, block.Legacy))
			}
			sameRows(t, head, rows[:n])
			limit := int64(len(encoded)) + rapid.Int64Range(-300, 300).Draw(t, "limit")
			if got := b.Within(n, limit, block.Legacy); got != (int64(len(encoded)) <= limit) {
				t.Fatalf("%d rows of %d bytes are within %d: %v", n, len(encoded), limit, got)
			}
			switch rapid.IntRange(0, 2).Draw(t, "then") {
			case 0:
				b.Truncate(n)
				rows = rows[:n]
			case 1:
				b.Drop(n)
				rows = rows[n:]
			}
			checkBuilder(t, b, rows)
		}
	})
}

func TestBuilderRefuses(t *testing.T) {
	for name, typ := range map[string]arrow.DataType{
		"time":         arrow.FixedWidthTypes.Time32ms,
		"large string": arrow.BinaryTypes.LargeString,
		"fixed list":   arrow.FixedSizeListOf(2, arrow.PrimitiveTypes.Int8),
		"decimal256":   &arrow.Decimal256Type{Precision: 40},
		"empty struct": arrow.StructOf(),
		"nested":       arrow.ListOf(arrow.StructOf(arrow.Field{Name: "x", Type: arrow.Null})),
		"dictionary":   &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := block.NewBuilder(arrow.NewSchema([]arrow.Field{{Name: "bad", Type: typ}}, nil))
			if err == nil || !strings.Contains(err.Error(), `column "bad"`) {
				t.Errorf("error %v does not name the column", err)
			}
		})
	}
}

func TestIncompleteRows(t *testing.T) {
	s := arrow.NewSchema([]arrow.Field{
		{Name: "a", Type: arrow.PrimitiveTypes.Int64},
		{Name: "s", Type: arrow.StructOf(arrow.Field{Name: "f", Type: arrow.PrimitiveTypes.Int64})},
		{Name: "l", Type: arrow.ListOf(arrow.PrimitiveTypes.Int64)},
		{Name: "m", Type: arrow.MapOf(arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int64)},
	}, nil)
	row := []any{int64(1), []any{int64(2)}, []any{int64(3), nil}, []block.MapEntry{{Key: "k", Value: int64(4)}}}
	for name, c := range map[string]struct {
		spoil func(a *block.Int64Column, s *block.StructColumn, l *block.ListColumn, m *block.MapColumn)
		want  string
	}{
		"missing value": {func(a *block.Int64Column, _ *block.StructColumn, _ *block.ListColumn, _ *block.MapColumn) {
			a.Append(7)
		}, `column "a" has 2 values`},
		"missing field": {func(a *block.Int64Column, s *block.StructColumn, l *block.ListColumn, m *block.MapColumn) {
			a.Append(7)
			s.Append()
			l.Append()
			m.Append()
		}, `column "s": field "f" has 1 values for 2 structs`},
		"key without value": {func(a *block.Int64Column, s *block.StructColumn, l *block.ListColumn, m *block.MapColumn) {
			a.AppendNull()
			s.AppendNull()
			l.AppendNull()
			m.Append()
			m.Key().(*block.StringColumn).Append("k2")
		}, `column "m": map has 2 keys and 1 values`},
		"null key": {func(a *block.Int64Column, s *block.StructColumn, l *block.ListColumn, m *block.MapColumn) {
			a.AppendNull()
			s.AppendNull()
			l.AppendNull()
			m.Append()
			m.Key().AppendNull()
			m.Value().AppendNull()
		}, `column "m": map has a null key`},
	} {
		t.Run(name, func(t *testing.T) {
			b := fill(t, s, [][]any{row})
			c.spoil(b.Column(0).(*block.Int64Column), b.Column(1).(*block.StructColumn), b.Column(2).(*block.ListColumn), b.Column(3).(*block.MapColumn))
			b.EncodedSize(block.Current) // must not panic
			if _, err := b.Record(); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
			b.Truncate(1) // the way out
			checkBuilder(t, b, [][]any{row})
		})
	}
}

func TestElementsBeforeFirstList(t *testing.T) {
	b := fill(t, arrow.NewSchema([]arrow.Field{{Name: "l", Type: arrow.ListOf(arrow.PrimitiveTypes.Int8)}}, nil), nil)
	l := b.Column(0).(*block.ListColumn)
	l.Elem().(*block.Int8Column).Append(1)
	l.Append()
	if _, err := b.Record(); err == nil {
		t.Error("stray elements were taken")
	}
}

func TestAppendValueRefuses(t *testing.T) {
	b := fill(t, arrow.NewSchema([]arrow.Field{
		{Name: "i", Type: arrow.PrimitiveTypes.Int8},
		{Name: "u", Type: arrow.PrimitiveTypes.Uint8},
		{Name: "l", Type: arrow.ListOf(arrow.BinaryTypes.String)},
		{Name: "s", Type: arrow.StructOf(arrow.Field{Name: "f", Type: arrow.PrimitiveTypes.Float64})},
		{Name: "m", Type: arrow.MapOf(arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int8)},
		{Name: "u64", Type: arrow.PrimitiveTypes.Uint64},
		{Name: "i64", Type: arrow.PrimitiveTypes.Int64},
	}, nil), nil)
	for i, bad := range [][]any{
		{128, int64(-129), "x", 1.5, uint64(1 << 63)},
		{256, -1, "x"},
		{"x", []any{"ok", 1}},
		{[]any{}, []any{"x"}, []any{1.0, 2.0}, 1.0},
		{[]block.MapEntry{{Key: "k", Value: "x"}}, []block.MapEntry{{Key: nil}}, []any{}},
		{-1},
		{uint64(1 << 63)},
	} {
		for _, v := range bad {
			if err := block.AppendValue(b.Column(i), v); err == nil {
				t.Errorf("column %d took %v", i, v)
			}
		}
		if n := b.Column(i).Len(); n != 0 {
			t.Errorf("column %d holds %d values after refused ones", i, n)
		}
	}
	if err := block.AppendValue(b.Column(6), time.Time{}); err == nil || !strings.Contains(err.Error(), "UnixMilli") {
		t.Errorf("a time.Time: %v", err)
	}
}

// TestArrowInput encodes batches that others made: sliced, and with memory that is counted.
func TestArrowInput(t *testing.T) {
	mem := memory.NewCheckedAllocator(memory.DefaultAllocator)
	defer mem.AssertSize(t, 0)
	s := arrow.NewSchema([]arrow.Field{
		{Name: "i", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
		{Name: "l", Type: arrow.ListOf(arrow.BinaryTypes.String), Nullable: true},
	}, nil)
	rb := array.NewRecordBuilder(mem, s)
	defer rb.Release()
	for i := range 100 {
		rb.Field(0).(*array.Int64Builder).Append(int64(i))
		if i%7 == 0 {
			rb.Field(1).AppendNull()
			continue
		}
		rb.Field(1).(*array.ListBuilder).Append(true)
		rb.Field(1).(*array.ListBuilder).ValueBuilder().(*array.StringBuilder).Append(strings.Repeat("v", i%5))
	}
	r := rb.NewRecordBatch()
	defer r.Release()
	part := r.NewSlice(13, 57)
	defer part.Release()
	for _, f := range []block.Framing{block.Legacy, block.Current} {
		b, err := block.AppendRecords(nil, part, f)
		if err != nil {
			t.Fatal(err)
		}
		if size, err := block.EncodedSize(part, f); err != nil || size != int64(len(b)) {
			t.Errorf("EncodedSize = %d, %v, AppendRecords gave %d", size, err, len(b))
		}
		back, err := block.DecodeRecords(s, b)
		if err != nil {
			t.Fatal(err)
		}
		sameRows(t, back, values(part))
		if got, want := block.DataSize(part), block.DataSize(back); got != want {
			t.Errorf("DataSize of the slice is %d, of its rows %d", got, want)
		}
	}
}
