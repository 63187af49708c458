package athena

import (
	"fmt"
	"math"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// storedSchema is the schema under which a scan is kept in DuckDB: columns are
// named by position (names may differ in case only), rows' fields as package
// translate names them, and instants are timestamps in UTC.
func storedSchema(s *arrow.Schema) *arrow.Schema {
	fields := make([]arrow.Field, s.NumFields())
	for i, f := range s.Fields() {
		fields[i] = arrow.Field{Name: storedColumn(i), Type: storedType(f.Type), Nullable: true}
	}
	return arrow.NewSchema(fields, nil)
}

func storedColumn(i int) string { return fmt.Sprintf("c%d", i) }

func storedType(t arrow.DataType) arrow.DataType {
	switch t := t.(type) {
	case *arrow.ListType:
		return arrow.ListOf(storedType(t.Elem()))
	case *arrow.MapType:
		return arrow.MapOf(storedType(t.KeyType()), storedType(t.ItemType()))
	case *arrow.StructType:
		fields := make([]arrow.Field, t.NumFields())
		for i, f := range t.Fields() {
			name := strings.ToLower(f.Name)
			if name == "" {
				name = fmt.Sprintf("f%d", i+1)
			}
			fields[i] = arrow.Field{Name: name, Type: storedType(f.Type), Nullable: true}
		}
		return arrow.StructOf(fields...)
	case *arrow.TimestampType:
		return &arrow.TimestampType{Unit: arrow.Nanosecond}
	}
	return t
}

// store gives a batch the stored schema. Columns are shared with the batch where
// nothing about them changes.
func store(b arrow.RecordBatch, schema *arrow.Schema) (arrow.RecordBatch, error) {
	columns := make([]arrow.Array, b.NumCols())
	for i, c := range b.Columns() {
		data, err := retype(c.Data(), schema.Field(i).Type)
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", b.ColumnName(i), err)
		}
		columns[i] = array.MakeFromData(data)
	}
	return array.NewRecordBatch(schema, columns, b.NumRows()), nil
}

func retype(d arrow.ArrayData, t arrow.DataType) (arrow.ArrayData, error) {
	if zoned, ok := d.DataType().(*arrow.TimestampType); ok {
		return instants(d, zoned)
	}
	nested, ok := t.(arrow.NestedType)
	if !ok {
		return d, nil
	}
	fields := nested.Fields()
	children := make([]arrow.ArrayData, len(d.Children()))
	for i, child := range d.Children() {
		var err error
		if children[i], err = retype(child, fields[i].Type); err != nil {
			return nil, err
		}
	}
	return array.NewData(t, d.Len(), d.Buffers(), children, d.NullN(), d.Offset()), nil
}

// instants turns timestamps with a zone into nanoseconds. Milliseconds are in
// Athena's packed form: the instant shifted left by 12 bits, a zone key below.
func instants(d arrow.ArrayData, t *arrow.TimestampType) (arrow.ArrayData, error) {
	a := array.NewTimestampData(d)
	out := make([]int64, d.Offset()+d.Len())
	for i := range d.Len() {
		if a.IsNull(i) {
			continue
		}
		v, scale := int64(a.Value(i)), int64(1_000)
		if t.Unit == arrow.Millisecond {
			v, scale = v>>12, 1_000_000
		}
		if v > math.MaxInt64/scale || v < math.MinInt64/scale {
			return nil, fmt.Errorf("row %d lies outside the years 1677 to 2262", i)
		}
		out[d.Offset()+i] = v * scale
	}
	buffers := []*memory.Buffer{d.Buffers()[0], memory.NewBufferBytes(arrow.Int64Traits.CastToBytes(out))}
	return array.NewData(&arrow.TimestampType{Unit: arrow.Nanosecond}, d.Len(), buffers, nil, d.NullN(), d.Offset()), nil
}
