package substrait_test

import (
	"strings"
	"testing"

	pb "github.com/substrait-io/substrait-protobuf/go/substraitpb"
	"github.com/substrait-io/substrait-protobuf/go/substraitpb/extensions"
	"google.golang.org/protobuf/proto"

	"athena-timestream/federation/substrait"
)

var (
	text    = substrait.Type{Kind: substrait.Text}
	column  = substrait.Column{Name: "c", Type: text}
	boolean = substrait.Column{Name: "b", Type: substrait.Type{Kind: substrait.Bool}}
	nothing = substrait.Literal{Type: substrait.Type{Kind: substrait.Int, Bits: 64}}
)

func TestFold(t *testing.T) {
	word := substrait.Literal{Type: text, Value: "x"}
	for _, c := range []struct {
		f    substrait.Function
		args []substrait.Expression
		want substrait.Expression
	}{
		{substrait.And, nil, substrait.True},
		{substrait.Or, nil, substrait.False},
		{substrait.And, []substrait.Expression{nothing, substrait.False}, substrait.False},
		{substrait.Or, []substrait.Expression{nothing, substrait.False}, substrait.Null},
		{substrait.And, []substrait.Expression{nothing, substrait.True}, substrait.Null},
		{substrait.Not, []substrait.Expression{nothing}, substrait.Null},
		{substrait.IsTrue, []substrait.Expression{nothing}, substrait.False},
		{substrait.IsFalse, []substrait.Expression{substrait.False}, substrait.True},
		{"is_not_true", []substrait.Expression{substrait.Null}, substrait.True},
		{substrait.Coalesce, []substrait.Expression{substrait.Literal{Type: text}, column}, column},
		{substrait.Coalesce, []substrait.Expression{substrait.Literal{Type: text}, word, column}, word},
		{substrait.Equal, []substrait.Expression{column, substrait.Literal{Type: text}}, substrait.Null},
		{substrait.IsDistinctFrom, []substrait.Expression{word, substrait.Literal{Type: text}}, substrait.True},
		{substrait.NotEqual, []substrait.Expression{boolean, nothing}, substrait.Null},
	} {
		l, isLiteral := c.want.(substrait.Literal)
		got, err := substrait.Apply(c.f, "", c.args...)
		if err != nil || isLiteral && got != l || !isLiteral && got != c.want {
			t.Errorf("%s%v: %v, %v; want %v", c.f, c.args, got, err, c.want)
		}
	}
	long := substrait.Column{Name: "long", Type: substrait.Type{Kind: substrait.Text, Precision: 9}}
	short := substrait.Column{Name: "short", Type: substrait.Type{Kind: substrait.Text, Precision: 3}}
	if e, err := substrait.Apply(substrait.Coalesce, "", short, long); err != nil || e.DataType() != long.Type {
		t.Errorf("the longer text is lost: %v, %v", e, err)
	}
}

func call(args ...*pb.Expression) *pb.Expression {
	f := &pb.Expression_ScalarFunction{}
	for _, a := range args {
		f.Arguments = append(f.Arguments, &pb.FunctionArgument{ArgType: &pb.FunctionArgument_Value{Value: a}})
	}
	return &pb.Expression{RexType: &pb.Expression_ScalarFunction_{ScalarFunction: f}}
}

func field(n int32) *pb.Expression {
	return &pb.Expression{RexType: &pb.Expression_Selection{Selection: &pb.Expression_FieldReference{
		ReferenceType: &pb.Expression_FieldReference_DirectReference{DirectReference: &pb.Expression_ReferenceSegment{
			ReferenceType: &pb.Expression_ReferenceSegment_StructField_{StructField: &pb.Expression_ReferenceSegment_StructField{Field: n}},
		}},
		RootType: &pb.Expression_FieldReference_RootReference_{RootReference: &pb.Expression_FieldReference_RootReference{}},
	}}}
}

// TestHostilePlans are plans of one boolean column and one function, all refused.
func TestHostilePlans(t *testing.T) {
	nested := field(0)
	for range 200 {
		nested = call(nested, field(0))
	}
	deprecated := call()
	deprecated.GetScalarFunction().Args = []*pb.Expression{field(0)} //nolint:staticcheck // what is to be refused
	type item = pb.Expression_MaskExpression_StructItem
	for _, c := range []struct {
		function  string
		names     []string
		condition *pb.Expression
		want      string
		mask      *item
	}{
		{"nullif:any_any", []string{"b"}, nested, "too large", nil}, // each doubles what is in it
		{"and:bool", []string{"b"}, deprecated, "deprecated form", nil},
		{"and:bool", []string{"b", "c"}, field(0), "more names than columns", nil},
		{"and:bool", nil, field(0), "fewer names than columns", nil},
		{"and:bool", []string{"b"}, field(0), "picks field 1 of 1", &item{Field: 1}},
		{"and:bool", []string{"b"}, field(0), "picks field -1 of 1", &item{Field: -1}},
		{"and:bool", []string{"b"}, field(0), "or a part of it", &item{Child: &pb.Expression_MaskExpression_Select{}}},
	} {
		var mask *pb.Expression_MaskExpression
		if c.mask != nil {
			mask = &pb.Expression_MaskExpression{Select: &pb.Expression_MaskExpression_StructSelect{StructItems: []*item{c.mask}}}
		}
		plan, err := proto.Marshal(&pb.Plan{
			Extensions: []*extensions.SimpleExtensionDeclaration{{MappingType: &extensions.SimpleExtensionDeclaration_ExtensionFunction_{
				ExtensionFunction: &extensions.SimpleExtensionDeclaration_ExtensionFunction{Name: c.function},
			}}},
			Relations: []*pb.PlanRel{{RelType: &pb.PlanRel_Root{Root: &pb.RelRoot{Input: &pb.Rel{RelType: &pb.Rel_Filter{Filter: &pb.FilterRel{
				Condition: c.condition,
				Input: &pb.Rel{RelType: &pb.Rel_Read{Read: &pb.ReadRel{
					BaseSchema: &pb.NamedStruct{Names: c.names, Struct: &pb.Type_Struct{Types: []*pb.Type{{Kind: &pb.Type_Bool{Bool: &pb.Type_Boolean{}}}}}},
					Projection: mask,
					ReadType:   &pb.ReadRel_NamedTable_{NamedTable: &pb.ReadRel_NamedTable{Names: []string{"t"}}},
				}}},
			}}}}}}},
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := substrait.Decode(plan); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", c.function, err, c.want)
		}
	}
}
