package golden

import (
	"bytes"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
)

// ReadArrow reads a schema message and a record batch message, which may be empty: then the batch is nil.
func ReadArrow(schema, records []byte) (*arrow.Schema, arrow.RecordBatch, error) {
	r, err := ipc.NewReader(bytes.NewReader(append(bytes.Clone(schema), records...)))
	if err != nil {
		return nil, nil, fmt.Errorf("arrow-go reads the schema: %w", err)
	}
	if len(records) == 0 {
		return r.Schema(), nil, nil
	}
	batch, err := r.Read()
	if err != nil {
		return nil, nil, fmt.Errorf("arrow-go reads the batch: %w", err)
	}
	return r.Schema(), batch, nil
}

// Legacy reports whether Arrow bytes are in the framing of serde version 2 and of spilled objects.
func Legacy(b []byte) bool { return !bytes.HasPrefix(b, []byte{0xFF, 0xFF, 0xFF, 0xFF}) }

// Schema is the neutral form of a schema.
func Schema(s *arrow.Schema) any {
	return map[string]any{"fields": fields(s.Fields()), "metadata": metadata(s.Metadata())}
}

func fields(fs []arrow.Field) []any {
	list := []any{}
	for _, f := range fs {
		children := []any{}
		if nested, ok := f.Type.(arrow.NestedType); ok {
			children = fields(nested.Fields())
		}
		list = append(list, map[string]any{
			"name": f.Name, "nullable": f.Nullable, "type": Type(f.Type), "children": children, "metadata": metadata(f.Metadata),
		})
	}
	return list
}

func metadata(m arrow.Metadata) any {
	o := map[string]string{}
	for i, k := range m.Keys() {
		o[k] = m.Values()[i]
	}
	return o
}

var timeUnits = []string{arrow.Second: "SECOND", arrow.Millisecond: "MILLISECOND", arrow.Microsecond: "MICROSECOND", arrow.Nanosecond: "NANOSECOND"}

// Type is the neutral form of a type, without its children.
func Type(t arrow.DataType) any {
	object := func(kind string, kv ...any) any {
		o := map[string]any{"@type": kind}
		for i := 0; i < len(kv); i += 2 {
			o[kv[i].(string)] = kv[i+1]
		}
		return o
	}
	switch t := t.(type) {
	case *arrow.BooleanType:
		return object("Bool")
	case *arrow.Int8Type, *arrow.Int16Type, *arrow.Int32Type, *arrow.Int64Type:
		return object("Int", "bitWidth", t.(arrow.FixedWidthDataType).BitWidth(), "isSigned", true)
	case *arrow.Uint8Type, *arrow.Uint16Type, *arrow.Uint32Type, *arrow.Uint64Type:
		return object("Int", "bitWidth", t.(arrow.FixedWidthDataType).BitWidth(), "isSigned", false)
	case *arrow.Float32Type:
		return object("FloatingPoint", "precision", "SINGLE")
	case *arrow.Float64Type:
		return object("FloatingPoint", "precision", "DOUBLE")
	case *arrow.StringType:
		return object("Utf8")
	case *arrow.BinaryType:
		return object("Binary")
	case *arrow.Decimal128Type:
		return object("Decimal", "precision", t.Precision, "scale", t.Scale)
	case *arrow.Date32Type:
		return object("Date", "unit", "DAY")
	case *arrow.Date64Type:
		return object("Date", "unit", "MILLISECOND")
	case *arrow.TimestampType:
		var zone any
		if t.TimeZone != "" {
			zone = t.TimeZone
		}
		return object("Timestamp", "unit", timeUnits[t.Unit], "timezone", zone)
	case *arrow.ListType:
		return object("List")
	case *arrow.StructType:
		return object("Struct")
	case *arrow.MapType:
		return object("Map")
	}
	return object(t.String())
}

// Rows is the neutral form of a batch's rows; a nil batch has none.
func Rows(r arrow.RecordBatch) []any {
	rows := []any{}
	if r == nil {
		return rows
	}
	for i := range int(r.NumRows()) {
		row := map[string]any{}
		for j, f := range r.Schema().Fields() {
			row[f.Name] = Cell(r.Column(j), i)
		}
		rows = append(rows, row)
	}
	return rows
}

// Cell is the neutral form of one cell.
func Cell(a arrow.Array, row int) any { return Value(a.DataType(), cell(a, row)) }

// cell gives a cell in the Go form of predicate.Value.
func cell(a arrow.Array, row int) any {
	if a.IsNull(row) {
		return nil
	}
	switch a := a.(type) {
	case *array.Boolean:
		return a.Value(row)
	case *array.Int8:
		return int64(a.Value(row))
	case *array.Int16:
		return int64(a.Value(row))
	case *array.Int32:
		return int64(a.Value(row))
	case *array.Int64:
		return a.Value(row)
	case *array.Uint8:
		return uint64(a.Value(row))
	case *array.Uint16:
		return uint64(a.Value(row))
	case *array.Uint32:
		return uint64(a.Value(row))
	case *array.Uint64:
		return a.Value(row)
	case *array.Float32:
		return a.Value(row)
	case *array.Float64:
		return a.Value(row)
	case *array.String:
		return a.Value(row)
	case *array.Binary:
		return a.Value(row)
	case *array.Decimal128:
		return a.Value(row)
	case *array.Date32:
		return int64(a.Value(row))
	case *array.Date64:
		return int64(a.Value(row))
	case *array.Timestamp:
		return int64(a.Value(row))
	}
	return nestedCell(a, row)
}

func nestedCell(a arrow.Array, row int) any {
	switch a := a.(type) {
	case *array.Struct:
		members := make([]any, a.NumField())
		for i := range members {
			members[i] = cell(a.Field(i), row)
		}
		return members
	case *array.Map:
		entries := []struct{ Key, Value any }{}
		start, end := a.ValueOffsets(row)
		for i := int(start); i < int(end); i++ {
			entries = append(entries, struct{ Key, Value any }{cell(a.Keys(), i), cell(a.Items(), i)})
		}
		return entries
	case *array.List:
		elems := []any{}
		start, end := a.ValueOffsets(row)
		for i := int(start); i < int(end); i++ {
			elems = append(elems, cell(a.ListValues(), i))
		}
		return elems
	}
	return "no neutral form for " + a.DataType().String()
}
