package golden

import (
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

// ParseType is the type that a neutral form describes. Nested types are errors: their children are not in it.
func ParseType(neutral any) (arrow.DataType, error) {
	b, err := json.Marshal(neutral)
	if err != nil {
		return nil, err
	}
	var n struct {
		Kind      string `json:"@type"`
		BitWidth  int
		IsSigned  bool
		Precision any
		Scale     int32
		Unit      string
		Timezone  string
	}
	if err := json.Unmarshal(b, &n); err != nil {
		return nil, err
	}
	switch n.Kind {
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
		}[n.IsSigned][n.BitWidth], nil
	case "FloatingPoint":
		return map[any]arrow.DataType{"SINGLE": arrow.PrimitiveTypes.Float32, "DOUBLE": arrow.PrimitiveTypes.Float64}[n.Precision], nil
	case "Decimal":
		return &arrow.Decimal128Type{Precision: int32(n.Precision.(float64)), Scale: n.Scale}, nil
	case "Date":
		return map[string]arrow.DataType{"DAY": arrow.FixedWidthTypes.Date32, "MILLISECOND": arrow.FixedWidthTypes.Date64}[n.Unit], nil
	case "Timestamp":
		unit := map[string]arrow.TimeUnit{"MILLISECOND": arrow.Millisecond, "MICROSECOND": arrow.Microsecond}[n.Unit]
		return &arrow.TimestampType{Unit: unit, TimeZone: n.Timezone}, nil
	}
	return nil, fmt.Errorf("neutral type %q is not known", n.Kind)
}

// ParseValue is the value that a neutral form of type t describes. Numbers are json.Number there. Values of nested types
// are errors.
func ParseValue(t arrow.DataType, neutral any) (predicate.Value, error) {
	if neutral == nil {
		return nil, nil
	}
	members, _ := neutral.(map[string]any)
	member := func(name string) string { return fmt.Sprint(members[name]) }
	switch t := t.(type) {
	case *arrow.BooleanType, *arrow.StringType:
		return neutral, nil
	case *arrow.Int8Type, *arrow.Int16Type, *arrow.Int32Type, *arrow.Int64Type:
		return strconv.ParseInt(fmt.Sprint(neutral), 10, 64)
	case *arrow.Uint8Type, *arrow.Uint16Type, *arrow.Uint32Type, *arrow.Uint64Type:
		return strconv.ParseUint(fmt.Sprint(neutral), 10, 64)
	case *arrow.Float32Type:
		bits, err := strconv.ParseUint(member("bits"), 16, 32)
		return math.Float32frombits(uint32(bits)), err
	case *arrow.Float64Type:
		bits, err := strconv.ParseUint(member("bits"), 16, 64)
		return math.Float64frombits(bits), err
	case *arrow.BinaryType:
		return hex.DecodeString(member("hex"))
	case *arrow.Decimal128Type:
		return parseDecimal(fmt.Sprint(neutral), t.Scale)
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
	return nil, fmt.Errorf("no value of %s for neutral form %v", t, neutral)
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
