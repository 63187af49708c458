package golden

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"strconv"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/decimal128"

	"athena-timestream/federation/predicate"
)

type neutralField struct {
	Name     string
	Nullable bool
	Type     neutralType
	Children []neutralField
	Metadata map[string]string
}

type neutralType struct {
	Type      string `json:"@type"`
	BitWidth  int
	IsSigned  bool
	Precision any
	Scale     int32
	Unit      string
	Timezone  string
}

// ParseType is the type that a neutral type without children describes.
func ParseType(neutral any) (arrow.DataType, error) {
	b, err := json.Marshal(neutral)
	if err != nil {
		return nil, err
	}
	var n neutralField
	if err := json.Unmarshal(b, &n.Type); err != nil {
		return nil, err
	}
	return parseType(n)
}

// ParseSchema is the Arrow schema that a neutral schema describes.
func ParseSchema(neutral []byte) (*arrow.Schema, error) {
	var s struct {
		Fields   []neutralField
		Metadata map[string]string
	}
	if err := json.Unmarshal(neutral, &s); err != nil {
		return nil, err
	}
	fields, err := parseFields(s.Fields)
	if err != nil {
		return nil, err
	}
	md := arrow.MetadataFrom(s.Metadata)
	return arrow.NewSchema(fields, &md), nil
}

func parseFields(neutral []neutralField) ([]arrow.Field, error) {
	fields := make([]arrow.Field, len(neutral))
	for i, n := range neutral {
		t, err := parseType(n)
		if err != nil {
			return nil, fmt.Errorf("field %q: %w", n.Name, err)
		}
		fields[i] = arrow.Field{Name: n.Name, Type: t, Nullable: n.Nullable, Metadata: arrow.MetadataFrom(n.Metadata)}
	}
	return fields, nil
}

func parseType(n neutralField) (arrow.DataType, error) {
	children, err := parseFields(n.Children)
	if err != nil {
		return nil, err
	}
	switch n.Type.Type {
	case "Bool":
		return arrow.FixedWidthTypes.Boolean, nil
	case "Utf8":
		return arrow.BinaryTypes.String, nil
	case "Binary":
		return arrow.BinaryTypes.Binary, nil
	case "Int":
		return map[bool]map[int]arrow.DataType{
			true:  {8: arrow.PrimitiveTypes.Int8, 16: arrow.PrimitiveTypes.Int16, 32: arrow.PrimitiveTypes.Int32, 64: arrow.PrimitiveTypes.Int64},
			false: {8: arrow.PrimitiveTypes.Uint8, 16: arrow.PrimitiveTypes.Uint16, 32: arrow.PrimitiveTypes.Uint32, 64: arrow.PrimitiveTypes.Uint64},
		}[n.Type.IsSigned][n.Type.BitWidth], nil
	case "FloatingPoint":
		return map[any]arrow.DataType{"SINGLE": arrow.PrimitiveTypes.Float32, "DOUBLE": arrow.PrimitiveTypes.Float64}[n.Type.Precision], nil
	case "Decimal":
		return &arrow.Decimal128Type{Precision: int32(n.Type.Precision.(float64)), Scale: n.Type.Scale}, nil
	case "Date":
		return map[string]arrow.DataType{"DAY": arrow.FixedWidthTypes.Date32, "MILLISECOND": arrow.FixedWidthTypes.Date64}[n.Type.Unit], nil
	case "Timestamp":
		unit := map[string]arrow.TimeUnit{"MILLISECOND": arrow.Millisecond, "MICROSECOND": arrow.Microsecond}[n.Type.Unit]
		return &arrow.TimestampType{Unit: unit, TimeZone: n.Type.Timezone}, nil
	case "Struct":
		return arrow.StructOf(children...), nil
	}
	if len(children) != 1 {
		return nil, fmt.Errorf("neutral type %q with %d children is not known", n.Type.Type, len(children))
	}
	switch n.Type.Type {
	case "List":
		return arrow.ListOfField(children[0]), nil
	case "Map":
		entry := children[0].Type.(*arrow.StructType)
		return arrow.MapOfFields(entry.Field(0), entry.Field(1)), nil
	}
	return nil, fmt.Errorf("neutral type %q is not known", n.Type.Type)
}

// ParseRows turns neutral rows into values of the columns, in the form of predicate.Value.
func ParseRows(s *arrow.Schema, neutral []byte) ([][]any, error) {
	var raw []map[string]any
	d := json.NewDecoder(bytes.NewReader(neutral))
	d.UseNumber()
	if err := d.Decode(&raw); err != nil {
		return nil, err
	}
	rows := make([][]any, len(raw))
	for i, r := range raw {
		rows[i] = make([]any, s.NumFields())
		for j, f := range s.Fields() {
			v, err := ParseValue(f.Type, r[f.Name])
			if err != nil {
				return nil, fmt.Errorf("row %d, column %q: %w", i, f.Name, err)
			}
			rows[i][j] = v
		}
	}
	return rows, nil
}

// ParseValue is the value that a neutral value of type t describes. Numbers are json.Number there.
func ParseValue(t arrow.DataType, v any) (predicate.Value, error) {
	if v == nil {
		return nil, nil
	}
	member := func(name string) string { return fmt.Sprint(v.(map[string]any)[name]) }
	switch t := t.(type) {
	case *arrow.BooleanType, *arrow.StringType:
		return v, nil
	case *arrow.Int8Type, *arrow.Int16Type, *arrow.Int32Type, *arrow.Int64Type:
		return strconv.ParseInt(fmt.Sprint(v), 10, 64)
	case *arrow.Uint8Type, *arrow.Uint16Type, *arrow.Uint32Type, *arrow.Uint64Type:
		return strconv.ParseUint(fmt.Sprint(v), 10, 64)
	case *arrow.Float32Type:
		bits, err := strconv.ParseUint(member("bits"), 16, 32)
		return math.Float32frombits(uint32(bits)), err
	case *arrow.Float64Type:
		bits, err := strconv.ParseUint(member("bits"), 16, 64)
		return math.Float64frombits(bits), err
	case *arrow.BinaryType:
		return hex.DecodeString(member("hex"))
	case *arrow.Decimal128Type:
		return parseDecimal(v.(string), t.Scale)
	case *arrow.Date32Type:
		return strconv.ParseInt(member("days"), 10, 64)
	case *arrow.Date64Type:
		return strconv.ParseInt(member("millis"), 10, 64)
	case *arrow.TimestampType:
		if t.Unit == arrow.Microsecond {
			return strconv.ParseInt(member("raw"), 10, 64)
		}
		return strconv.ParseInt(member("packed"), 10, 64)
	}
	return parseNested(t, v)
}

func parseNested(t arrow.DataType, v any) (any, error) {
	switch t := t.(type) {
	case *arrow.ListType:
		elems := []any{}
		for _, e := range v.([]any) {
			elem, err := ParseValue(t.Elem(), e)
			if err != nil {
				return nil, err
			}
			elems = append(elems, elem)
		}
		return elems, nil
	case *arrow.StructType:
		values := make([]any, t.NumFields())
		for i, f := range t.Fields() {
			var err error
			if values[i], err = ParseValue(f.Type, v.(map[string]any)[f.Name]); err != nil {
				return nil, err
			}
		}
		return values, nil
	case *arrow.MapType:
		entries := []predicate.MapEntry{}
		for _, e := range v.([]any) {
			pair := e.([]any)
			key, err := ParseValue(t.KeyType(), pair[0])
			if err != nil {
				return nil, err
			}
			value, err := ParseValue(t.ItemType(), pair[1])
			if err != nil {
				return nil, err
			}
			entries = append(entries, predicate.MapEntry{Key: key, Value: value})
		}
		return entries, nil
	}
	return nil, fmt.Errorf("type %s has no neutral form", t)
}

// parseDecimal takes a decimal of any scale that the type's scale can hold exactly.
func parseDecimal(s string, scale int32) (predicate.Value, error) {
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		return nil, fmt.Errorf("%q is no decimal", s)
	}
	r.Mul(r, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil)))
	if !r.IsInt() {
		return nil, fmt.Errorf("%q has more than %d fraction digits", s, scale)
	}
	return decimal128.FromBigInt(r.Num()), nil
}
