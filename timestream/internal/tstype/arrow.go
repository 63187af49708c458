package tstype

import (
	"fmt"
	"strconv"

	"github.com/apache/arrow-go/v18/arrow"
)

// Names that Arrow's children get when the service gives none; the Java connector's.
const (
	itemName  = "item"
	timeName  = "time"
	valueName = "measure_value"
	rowPrefix = "field_"
)

// Arrow is the nullable field under which Athena sees a column of this type. The package comment has the table.
func (t Type) Arrow(name string) arrow.Field {
	return arrow.Field{Name: name, Type: t.dataType(), Nullable: true}
}

func (t Type) dataType() arrow.DataType {
	switch t.Kind {
	case Double:
		return arrow.PrimitiveTypes.Float64
	case Boolean:
		return arrow.FixedWidthTypes.Boolean
	case Bigint:
		return arrow.PrimitiveTypes.Int64
	case Integer:
		return arrow.PrimitiveTypes.Int32
	case Timestamp:
		return arrow.FixedWidthTypes.Date64
	case Date:
		return arrow.FixedWidthTypes.Date32
	case Array:
		return arrow.ListOfField(t.elem().Arrow(either(t.ElemName, itemName)))
	case Row:
		return arrow.StructOf(t.members()...)
	case TimeSeries:
		point := arrow.StructOf(
			Type{Kind: Timestamp}.Arrow(timeName),
			t.elem().Arrow(either(t.ElemName, valueName)),
		)
		return arrow.ListOfField(arrow.Field{Name: itemName, Type: point, Nullable: true})
	default: // text: varchar, time, the intervals, unknown
		return arrow.BinaryTypes.String
	}
}

func (t Type) elem() Type {
	if t.Elem == nil {
		return Type{Kind: Unknown}
	}
	return *t.Elem
}

func (t Type) members() []arrow.Field {
	fields := make([]arrow.Field, len(t.Fields))
	for i, f := range t.Fields {
		fields[i] = f.Type.Arrow(either(f.Name, rowPrefix+strconv.Itoa(i)))
	}
	return fields
}

func either(name, fallback string) string {
	if name == "" {
		return fallback
	}
	return name
}

// FromArrow is the type that a column of this Arrow type holds when Athena asks for it. A list of two-member
// structs whose first is a Date64 called "time" is a time series: a row with such members has the same Arrow form,
// so a reader must accept the service's array of rows for it too. Types that Arrow never returns are an error.
func FromArrow(dt arrow.DataType) (Type, error) {
	switch dt := dt.(type) {
	case *arrow.StringType:
		return Type{Kind: Varchar}, nil
	case *arrow.Float64Type:
		return Type{Kind: Double}, nil
	case *arrow.BooleanType:
		return Type{Kind: Boolean}, nil
	case *arrow.Int64Type:
		return Type{Kind: Bigint}, nil
	case *arrow.Int32Type:
		return Type{Kind: Integer}, nil
	case *arrow.Date64Type:
		return Type{Kind: Timestamp}, nil
	case *arrow.Date32Type:
		return Type{Kind: Date}, nil
	case *arrow.ListType:
		return fromList(dt)
	case *arrow.StructType:
		return fromStruct(dt)
	default:
		return Type{}, fmt.Errorf("no Timestream type is read as %s", dt)
	}
}

func fromList(dt *arrow.ListType) (Type, error) {
	if st, ok := dt.Elem().(*arrow.StructType); ok && isPoint(st) {
		value, err := FromArrow(st.Field(1).Type)
		if err != nil {
			return Type{}, fmt.Errorf("time series value: %w", err)
		}
		return Type{Kind: TimeSeries, Elem: &value, ElemName: st.Field(1).Name}, nil
	}
	elem, err := FromArrow(dt.Elem())
	if err != nil {
		return Type{}, fmt.Errorf("array element: %w", err)
	}
	return Type{Kind: Array, Elem: &elem, ElemName: dt.ElemField().Name}, nil
}

func isPoint(st *arrow.StructType) bool {
	return st.NumFields() == 2 && st.Field(0).Name == timeName && st.Field(0).Type.ID() == arrow.DATE64
}

func fromStruct(dt *arrow.StructType) (Type, error) {
	fields := make([]Field, dt.NumFields())
	for i, f := range dt.Fields() {
		ft, err := FromArrow(f.Type)
		if err != nil {
			return Type{}, fmt.Errorf("row member %s: %w", f.Name, err)
		}
		fields[i] = Field{Name: f.Name, Type: ft}
	}
	return Type{Kind: Row, Fields: fields}, nil
}
