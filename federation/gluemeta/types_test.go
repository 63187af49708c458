package gluemeta_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/gluemeta"
)

// jsonField is a field in the vectors' neutral form.
type jsonField struct {
	Name     string
	Nullable bool
	Type     struct {
		Type      string `json:"@type"`
		BitWidth  int
		Precision any
		Scale     int32
		Unit      string
		Timezone  string
	}
	Children []jsonField
}

func (f jsonField) field(t testing.TB) arrow.Field {
	t.Helper()
	return arrow.Field{Name: f.Name, Nullable: f.Nullable, Type: f.dataType(t)}
}

func (f jsonField) dataType(t testing.TB) arrow.DataType {
	t.Helper()
	switch f.Type.Type {
	case "Int":
		return map[int]arrow.DataType{8: arrow.PrimitiveTypes.Int8, 16: arrow.PrimitiveTypes.Int16, 32: arrow.PrimitiveTypes.Int32, 64: arrow.PrimitiveTypes.Int64}[f.Type.BitWidth]
	case "Utf8":
		return arrow.BinaryTypes.String
	case "Binary":
		return arrow.BinaryTypes.Binary
	case "Bool":
		return arrow.FixedWidthTypes.Boolean
	case "FloatingPoint":
		return map[any]arrow.DataType{"SINGLE": arrow.PrimitiveTypes.Float32, "DOUBLE": arrow.PrimitiveTypes.Float64}[f.Type.Precision]
	case "Decimal":
		return &arrow.Decimal128Type{Precision: int32(f.Type.Precision.(float64)), Scale: f.Type.Scale}
	case "Date":
		return map[string]arrow.DataType{"DAY": arrow.FixedWidthTypes.Date32, "MILLISECOND": arrow.FixedWidthTypes.Date64}[f.Type.Unit]
	case "Timestamp":
		return &arrow.TimestampType{Unit: arrow.Millisecond, TimeZone: f.Type.Timezone}
	case "List":
		return arrow.ListOfField(f.Children[0].field(t))
	case "Map":
		entries := f.Children[0]
		if entries.Name != "entries" || entries.Nullable {
			t.Fatalf("map child %+v", entries)
		}
		return arrow.MapOfFields(entries.Children[0].field(t), entries.Children[1].field(t))
	case "Struct":
		var fields []arrow.Field
		for _, c := range f.Children {
			fields = append(fields, c.field(t))
		}
		return arrow.StructOf(fields...)
	}
	t.Fatalf("unknown type in the vector: %+v", f.Type)
	return nil
}

// deviation is where we leave the Java SDK on purpose: a type that it fails on
// is read (want) or refused with a text that says what is wrong (says).
type deviation struct {
	want arrow.DataType
	says string
}

const (
	nullPointer = "Java yields a null field and fails later with a null pointer"
	unclear     = "Java fails with a text that does not name the type"
)

var deviations = map[string]struct {
	deviation
	reason string
}{
	"decimal(10)": {deviation{want: &arrow.Decimal128Type{Precision: 10}}, "Hive's decimal(p) is (p,0); Java fails with an index out of bounds"},
	"varchar(10)": {deviation{want: arrow.BinaryTypes.String}, "a usual Hive type; " + nullPointer},
	"char(3)":     {deviation{want: arrow.BinaryTypes.String}, "a usual Hive type; " + nullPointer},
	"integer":     {deviation{want: arrow.PrimitiveTypes.Int32}, "Presto's and Hive's other name of int; " + nullPointer},
	"long":        {deviation{want: arrow.PrimitiveTypes.Int64}, "Glue's own crawlers write it; " + nullPointer},
	"real":        {deviation{want: arrow.PrimitiveTypes.Float32}, "Presto's name of float; " + nullPointer},
	"struct<time:timestamp,measure_value::double:double>": {deviation{want: arrow.StructOf(
		arrow.Field{Name: "time", Type: arrow.FixedWidthTypes.Date64, Nullable: true},
		arrow.Field{Name: "measure_value::double", Type: arrow.PrimitiveTypes.Float64, Nullable: true},
	)}, "Timestream's column names need no escaping; Java refuses them"},
	"":                      {deviation{says: `unknown type ""`}, nullPointer},
	"array<>":               {deviation{says: `unknown type ""`}, nullPointer},
	"array<foo>":            {deviation{says: `unknown type "foo"`}, nullPointer},
	"map<int>":              {deviation{says: `',' is missing at ">"`}, nullPointer},
	"uniontype<int,string>": {deviation{says: `unknown type "uniontype"`}, unclear},
}

type glueVector struct {
	GlueType string
	Field    *jsonField
	Error    string
}

func vectors(t testing.TB) []glueVector {
	t.Helper()
	raw, err := os.ReadFile("../../vectors/misc/glue-types.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []glueVector
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestParseTypeVectors(t *testing.T) {
	used := 0
	for _, v := range vectors(t) {
		t.Run(v.GlueType, func(t *testing.T) {
			got, err := gluemeta.ParseType("col", v.GlueType)
			if d, ok := deviations[v.GlueType]; ok {
				used++
				if v.Field != nil {
					t.Errorf("no deviation: the vector has a field")
				}
				d.check(t, got, err)
				return
			}
			if v.Field == nil {
				t.Fatalf("Java has no field (%s) and no deviation is stated", v.Error)
			}
			if err != nil {
				t.Fatal(err)
			}
			if want := v.Field.field(t); !got.Equal(want) {
				t.Errorf("got  %v\nwant %v", got, want)
			}
		})
	}
	if used != len(deviations) {
		t.Errorf("%d of %d deviations met a vector", used, len(deviations))
	}
}

func (d deviation) check(t *testing.T, got arrow.Field, err error) {
	t.Helper()
	if d.says != "" {
		if err == nil || !strings.Contains(err.Error(), d.says) {
			t.Errorf("got %v, %v; want an error saying %s", got, err, d.says)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if !arrow.TypeEqual(got.Type, d.want) {
		t.Errorf("got %v, want %v", got.Type, d.want)
	}
}

func TestParseTypeErrors(t *testing.T) {
	for text, says := range map[string]string{
		"int)":                       `unknown type "int)"`,
		"int(5)":                     "takes no parameters",
		"decimal(39,2)":              "precision is 1 to 38",
		"decimal(5,6)":               "precision is 1 to 38",
		"decimal(5,-1)":              "precision is 1 to 38",
		"decimal(a)":                 `"a" is not a number`,
		"decimal(5":                  "parentheses do not match",
		"decimal(10,2,256)":          "precision is 1 to 38",
		"array":                      "'<' is missing at the end",
		"int,int":                    `",int" is left over`,
		"array<int>>":                `">" is left over`,
		"struct<a>":                  "needs name:type",
		"struct<>":                   "needs name:type",
		"map<string,int,int>":        "is missing at",
		strings.Repeat("array<", 99): "nested deeper",
	} {
		if f, err := gluemeta.ParseType("col", text); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: got %v, %v; want an error saying %s", text, f, err, says)
		}
	}
}

func TestParseTypeMembers(t *testing.T) {
	f, err := gluemeta.ParseType("c", `struct< a\<b\>\,c : decimal( 10 , 2 , 128 ), Keep Case:map<string,set<int>>`)
	if err != nil {
		t.Fatal(err)
	}
	const want = `struct<a<b>,c: decimal(10, 2) nullable, KeepCase: map<utf8, list<value: int32, nullable>, items_nullable> nullable>`
	if got := f.Type.String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func FuzzParseType(f *testing.F) {
	for _, v := range vectors(f) {
		f.Add(v.GlueType)
	}
	f.Fuzz(func(t *testing.T, text string) {
		field, err := gluemeta.ParseType("c", text)
		if err == nil && field.Type == nil {
			t.Errorf("%q: no type and no error", text)
		}
	})
}
