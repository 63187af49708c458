package message

import (
	"errors"
	"fmt"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"
)

// typeFields are the members of a type's JSON form, of which each kind of type uses a few.
type typeFields struct {
	kind      string
	precision string // of floats
	unit      string
	timezone  *string
	signed    bool

	// bitWidth, or precision of decimals, or the size of fixed-size types
	size  int
	scale int
}

// dataType passes a type. Children of nested types are not on the wire: what is read has arrow.Null for them.
func (w *walker) dataType(name string, p *arrow.DataType) {
	w.field(name, func() {
		if !w.notNull(*p == nil) {
			return
		}
		var f typeFields
		var err error
		if !w.decoding() {
			if f, err = fieldsOf(*p); err != nil {
				w.fail("%w", err)
				return
			}
		}
		w.braces(func() { f.walk(w) })
		if w.err != nil || !w.decoding() {
			return
		}
		if *p, err = f.build(); err != nil {
			w.fail("%w", err)
		}
	})
}

func (f *typeFields) walk(w *walker) {
	w.discriminator(&f.kind)
	switch f.kind {
	case "Null", "Struct", "List", "Utf8", "Binary", "Bool", "Map":
	case "Int":
		w.count("bitWidth", &f.size)
		w.boolean("isSigned", &f.signed)
	case "FloatingPoint":
		w.text("precision", &f.precision)
	case "Decimal":
		w.count("precision", &f.size)
		w.count("scale", &f.scale)
	case "Date", "Interval":
		w.text("unit", &f.unit)
	case "Time":
		w.text("unit", &f.unit)
		w.count("bitWidth", &f.size)
	case "Timestamp":
		w.text("unit", &f.unit)
		w.optText("timezone", &f.timezone)
	case "FixedSizeList":
		w.count("listSize", &f.size)
	case "FixedSizeBinary":
		w.count("byteWidth", &f.size)
	default:
		w.fail("no serde configured for type %s", f.kind)
	}
}

// Wire names, by Arrow's numbers.
var (
	timeUnits     = [...]string{arrow.Second: "SECOND", arrow.Millisecond: "MILLISECOND", arrow.Microsecond: "MICROSECOND", arrow.Nanosecond: "NANOSECOND"}
	dateUnits     = []string{"DAY", "MILLISECOND"}
	floatTypes    = []arrow.DataType{arrow.FixedWidthTypes.Float16, arrow.PrimitiveTypes.Float32, arrow.PrimitiveTypes.Float64}
	floatNames    = []string{"HALF", "SINGLE", "DOUBLE"}
	intervalTypes = []arrow.DataType{arrow.FixedWidthTypes.MonthInterval, arrow.FixedWidthTypes.DayTimeInterval, arrow.FixedWidthTypes.MonthDayNanoInterval}
	intervalUnits = []string{"YEAR_MONTH", "DAY_TIME", "MONTH_DAY_NANO"}
	plainTypes    = map[string]arrow.DataType{
		"Null": arrow.Null, "Utf8": arrow.BinaryTypes.String, "Binary": arrow.BinaryTypes.Binary, "Bool": arrow.FixedWidthTypes.Boolean,
		"Struct": arrow.StructOf(), "List": arrow.ListOf(arrow.Null), "Map": arrow.MapOf(arrow.Null, arrow.Null),
	}
)

// fieldsOf describes a type for the wire.
func fieldsOf(t arrow.DataType) (typeFields, error) {
	for kind, plain := range plainTypes {
		if plain.ID() == t.ID() {
			return typeFields{kind: kind}, nil
		}
	}
	for i, float := range floatTypes {
		if float.ID() == t.ID() {
			return typeFields{kind: "FloatingPoint", precision: floatNames[i]}, nil
		}
	}
	for i, interval := range intervalTypes {
		if interval.ID() == t.ID() {
			return typeFields{kind: "Interval", unit: intervalUnits[i]}, nil
		}
	}
	return parameters(t)
}

// parameters describes the types that have some.
func parameters(t arrow.DataType) (typeFields, error) {
	switch t := t.(type) {
	case *arrow.Int8Type, *arrow.Int16Type, *arrow.Int32Type, *arrow.Int64Type:
		return typeFields{kind: "Int", size: t.(arrow.FixedWidthDataType).BitWidth(), signed: true}, nil
	case *arrow.Uint8Type, *arrow.Uint16Type, *arrow.Uint32Type, *arrow.Uint64Type:
		return typeFields{kind: "Int", size: t.(arrow.FixedWidthDataType).BitWidth()}, nil
	case *arrow.Decimal128Type:
		return typeFields{kind: "Decimal", size: int(t.Precision), scale: int(t.Scale)}, nil
	case *arrow.Date32Type:
		return typeFields{kind: "Date", unit: dateUnits[0]}, nil
	case *arrow.Date64Type:
		return typeFields{kind: "Date", unit: dateUnits[1]}, nil
	case *arrow.Time32Type:
		return typeFields{kind: "Time", unit: timeUnits[t.Unit], size: 32}, nil
	case *arrow.Time64Type:
		return typeFields{kind: "Time", unit: timeUnits[t.Unit], size: 64}, nil
	case *arrow.TimestampType:
		f := typeFields{kind: "Timestamp", unit: timeUnits[t.Unit]}
		if t.TimeZone != "" {
			f.timezone = &t.TimeZone
		}
		return f, nil
	case *arrow.FixedSizeListType:
		return typeFields{kind: "FixedSizeList", size: int(t.Len())}, nil
	case *arrow.FixedSizeBinaryType:
		return typeFields{kind: "FixedSizeBinary", size: t.ByteWidth}, nil
	}
	return typeFields{}, fmt.Errorf("no serde configured for type %s", t)
}

// build is the type that was described.
func (f typeFields) build() (arrow.DataType, error) {
	if t, ok := plainTypes[f.kind]; ok {
		return t, nil
	}
	switch f.kind {
	case "Int":
		return f.integer()
	case "FloatingPoint":
		return pick("precision", f.precision, floatNames, floatTypes)
	case "Decimal":
		if f.size < 1 || f.size > 38 {
			return nil, fmt.Errorf("a decimal of %d digits does not fit into 128 bits", f.size)
		}
		if f.scale < -38 || f.scale > 38 {
			return nil, fmt.Errorf("decimal scale %d is out of range", f.scale)
		}
		return &arrow.Decimal128Type{Precision: int32(f.size), Scale: int32(f.scale)}, nil
	case "Date":
		return pick("unit", f.unit, dateUnits, []arrow.DataType{arrow.FixedWidthTypes.Date32, arrow.FixedWidthTypes.Date64})
	case "Interval":
		return pick("unit", f.unit, intervalUnits, intervalTypes)
	case "Time", "Timestamp":
		return f.temporal()
	}
	return f.fixedSize()
}

func pick(what, name string, names []string, types []arrow.DataType) (arrow.DataType, error) {
	if i := slices.Index(names, name); i >= 0 {
		return types[i], nil
	}
	return nil, fmt.Errorf("unknown %s %q", what, name)
}

func (f typeFields) integer() (arrow.DataType, error) {
	types := []arrow.DataType{arrow.PrimitiveTypes.Uint8, arrow.PrimitiveTypes.Uint16, arrow.PrimitiveTypes.Uint32, arrow.PrimitiveTypes.Uint64}
	if f.signed {
		types = []arrow.DataType{arrow.PrimitiveTypes.Int8, arrow.PrimitiveTypes.Int16, arrow.PrimitiveTypes.Int32, arrow.PrimitiveTypes.Int64}
	}
	if i := slices.Index([]int{8, 16, 32, 64}, f.size); i >= 0 {
		return types[i], nil
	}
	return nil, fmt.Errorf("there are no integers of %d bits", f.size)
}

func (f typeFields) temporal() (arrow.DataType, error) {
	i := slices.Index(timeUnits[:], f.unit)
	if i < 0 {
		return nil, fmt.Errorf("unknown unit %q", f.unit)
	}
	unit := arrow.TimeUnit(i)
	switch {
	case f.kind == "Timestamp" && f.timezone != nil:
		return &arrow.TimestampType{Unit: unit, TimeZone: *f.timezone}, nil
	case f.kind == "Timestamp":
		return &arrow.TimestampType{Unit: unit}, nil
	case f.size == 32 && unit <= arrow.Millisecond:
		return &arrow.Time32Type{Unit: unit}, nil
	case f.size == 64 && unit > arrow.Millisecond:
		return &arrow.Time64Type{Unit: unit}, nil
	}
	return nil, fmt.Errorf("there is no time of day in %s of %d bits", f.unit, f.size)
}

func (f typeFields) fixedSize() (arrow.DataType, error) {
	const most = 1 << 30
	switch {
	case f.size < 1 || f.size > most:
		return nil, fmt.Errorf("size %d is out of range", f.size)
	case f.kind == "FixedSizeList":
		return arrow.FixedSizeListOf(int32(f.size), arrow.Null), nil
	case f.kind == "FixedSizeBinary":
		return &arrow.FixedSizeBinaryType{ByteWidth: f.size}, nil
	}
	return nil, errors.New("no serde configured for type " + f.kind)
}

// sameWireType reports whether a type out of a block's schema is the one that JSON describes, as far as JSON can.
func sameWireType(full, wire arrow.DataType) bool {
	if arrow.IsNested(wire.ID()) {
		return full.ID() == wire.ID()
	}
	return arrow.TypeEqual(full, wire)
}
