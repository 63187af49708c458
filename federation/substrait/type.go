package substrait

import (
	"fmt"
	"strconv"

	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"
)

// Kind is the family of a type: values of one kind compare with each other.
type Kind uint8

// The kinds there are. Other is every type that only IS NULL can be asked of: lists, structs, binary and so on.
const (
	Other Kind = iota
	Bool
	Int
	Float
	Decimal
	Text
	Date
	Timestamp
	interval // a constant inside an expression only
	untyped  // of a null whose type does not matter
)

var kindNames = [...]string{"other", "boolean", "integer", "float", "decimal", "text", "date", "timestamp", "interval", "null"}

// String is the kind in words.
func (k Kind) String() string { return kindNames[k] }

// Type is the type of an expression.
type Type struct {
	Kind Kind
	// Bits is 8, 16, 32 or 64 for Int; 32 or 64 for Float.
	Bits int
	// Precision is the digits of a Decimal, the digits of the fraction of a second of a Timestamp, and the greatest
	// number of characters of a Text (0: any).
	Precision int
	Scale     int  // digits behind the point of a Decimal
	Zoned     bool // a Timestamp that stands for a point of time
}

// String is the type in words, for errors.
func (t Type) String() string {
	switch {
	case t.Kind == Int || t.Kind == Float:
		return t.Kind.String() + strconv.Itoa(t.Bits)
	case t.Kind == Decimal:
		return fmt.Sprintf("decimal(%d,%d)", t.Precision, t.Scale)
	case t.Zoned:
		return fmt.Sprintf("timestamp(%d) with time zone", t.Precision)
	case t.Kind == Timestamp:
		return fmt.Sprintf("timestamp(%d)", t.Precision)
	default:
		return t.Kind.String()
	}
}

// numeric says that the type's values are numbers.
func (t Type) numeric() bool { return t.Kind == Int || t.Kind == Float || t.Kind == Decimal }

const micros = 6 // digits of a plain timestamp's fraction

func typeOf(t *pb.Type) Type {
	switch k := t.GetKind().(type) {
	case *pb.Type_Bool:
		return Type{Kind: Bool}
	case *pb.Type_I8_:
		return Type{Kind: Int, Bits: 8}
	case *pb.Type_I16_:
		return Type{Kind: Int, Bits: 16}
	case *pb.Type_I32_:
		return Type{Kind: Int, Bits: 32}
	case *pb.Type_I64_:
		return Type{Kind: Int, Bits: 64}
	case *pb.Type_Fp32:
		return Type{Kind: Float, Bits: 32}
	case *pb.Type_Fp64:
		return Type{Kind: Float, Bits: 64}
	case *pb.Type_String_:
		return Type{Kind: Text}
	case *pb.Type_Varchar:
		return Type{Kind: Text, Precision: int(k.Varchar.GetLength())}
	case *pb.Type_FixedChar_:
		return Type{Kind: Text, Precision: int(k.FixedChar.GetLength())}
	case *pb.Type_Decimal_:
		return Type{Kind: Decimal, Precision: int(k.Decimal.GetPrecision()), Scale: int(k.Decimal.GetScale())}
	case *pb.Type_Date_:
		return Type{Kind: Date}
	case *pb.Type_Timestamp_:
		return Type{Kind: Timestamp, Precision: micros}
	case *pb.Type_TimestampTz:
		return Type{Kind: Timestamp, Precision: micros, Zoned: true}
	case *pb.Type_PrecisionTimestamp_:
		return Type{Kind: Timestamp, Precision: int(k.PrecisionTimestamp.GetPrecision())}
	case *pb.Type_PrecisionTimestampTz:
		return Type{Kind: Timestamp, Precision: int(k.PrecisionTimestampTz.GetPrecision()), Zoned: true}
	default:
		return Type{}
	}
}

// nested counts the names that a type takes in a schema's depth-first list, beside its own.
func nested(t *pb.Type) int {
	switch k := t.GetKind().(type) {
	case *pb.Type_Struct_:
		n := len(k.Struct.GetTypes())
		for _, member := range k.Struct.GetTypes() {
			n += nested(member)
		}
		return n
	case *pb.Type_List_:
		return nested(k.List.GetType())
	case *pb.Type_Map_:
		return nested(k.Map.GetKey()) + nested(k.Map.GetValue())
	default:
		return 0
	}
}
