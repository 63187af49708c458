package gluemeta

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
)

// maxDepth bounds the nesting of types: the text is foreign and the parser recursive.
const maxDepth = 64

// primitives are the types without parameters. The second group is known to
// Hive or Presto and not to the Java SDK, which fails on them.
var primitives = map[string]arrow.DataType{
	"boolean":     arrow.FixedWidthTypes.Boolean,
	"tinyint":     arrow.PrimitiveTypes.Int8,
	"smallint":    arrow.PrimitiveTypes.Int16,
	"int":         arrow.PrimitiveTypes.Int32,
	"bigint":      arrow.PrimitiveTypes.Int64,
	"float":       arrow.PrimitiveTypes.Float32,
	"double":      arrow.PrimitiveTypes.Float64,
	"decimal":     &arrow.Decimal128Type{Precision: 38, Scale: 18},
	"string":      arrow.BinaryTypes.String,
	"varchar":     arrow.BinaryTypes.String,
	"binary":      arrow.BinaryTypes.Binary,
	"date":        arrow.FixedWidthTypes.Date32,
	"timestamp":   arrow.FixedWidthTypes.Date64,
	"timestamptz": &arrow.TimestampType{Unit: arrow.Millisecond, TimeZone: "UTC"},

	"integer": arrow.PrimitiveTypes.Int32,
	"long":    arrow.PrimitiveTypes.Int64,
	"real":    arrow.PrimitiveTypes.Float32,
	"char":    arrow.BinaryTypes.String,
}

// ParseType reads Glue's text of a column type into a nullable field.
//
//	type   = name [ "(" number { "," number } ")" ]
//	       | "array" "<" type ">" | "set" "<" type ">"
//	       | "map" "<" type "," type ">"
//	       | "struct" "<" member ":" type { "," member ":" type } ">"
//
// Type names are case-insensitive, member names are not; blanks do not count; a
// backslash takes the next character into a member name as it is. A member's
// name goes up to the last colon before its type, so that Timestream's
// "measure_value::double:double" needs no backslashes. Closing ">" may be missing
// at the end of the text. timestamp is Date64 (Athena's timestamp, see the
// protocol), decimal is (38,18), decimal(p) is (p,0); lengths of char and
// varchar are dropped.
//
// The child of a list is named as the list itself; a map is
// entries{key, value}: both as the Java SDK names them.
func ParseType(column, text string) (arrow.Field, error) {
	p := &typeParser{text: text}
	f, err := p.parse(column, 0)
	if err == nil {
		if p.blanks(); p.pos < len(p.text) {
			err = fmt.Errorf("%q is left over", p.text[p.pos:])
		}
	}
	if err != nil {
		return arrow.Field{}, fmt.Errorf("glue type %q: %w", text, err)
	}
	return f, nil
}

type typeParser struct {
	text string
	pos  int
}

func (p *typeParser) parse(column string, depth int) (arrow.Field, error) {
	if depth > maxDepth {
		return arrow.Field{}, fmt.Errorf("nested deeper than %d", maxDepth)
	}
	name := strings.ToLower(p.word())
	t, err := p.dataType(column, name, depth)
	return arrow.Field{Name: column, Type: t, Nullable: true}, err
}

func (p *typeParser) dataType(column, name string, depth int) (arrow.DataType, error) {
	switch name {
	case "array", "set":
		return p.list(column, depth)
	case "map":
		return p.mapType(depth)
	case "struct":
		return p.structType(depth)
	}
	return primitive(name)
}

func (p *typeParser) list(column string, depth int) (arrow.DataType, error) {
	if err := p.expect('<'); err != nil {
		return nil, err
	}
	elem, err := p.parse(column, depth+1)
	if err != nil {
		return nil, err
	}
	return arrow.ListOfField(elem), p.close()
}

func (p *typeParser) mapType(depth int) (arrow.DataType, error) {
	if err := p.expect('<'); err != nil {
		return nil, err
	}
	key, err := p.parse("key", depth+1)
	if err != nil {
		return nil, err
	}
	key.Nullable = false
	if err := p.expect(','); err != nil {
		return nil, err
	}
	value, err := p.parse("value", depth+1)
	if err != nil {
		return nil, err
	}
	return arrow.MapOfFields(key, value), p.close()
}

func (p *typeParser) structType(depth int) (arrow.DataType, error) {
	if err := p.expect('<'); err != nil {
		return nil, err
	}
	var fields []arrow.Field
	for {
		name, err := p.member()
		if err != nil {
			return nil, err
		}
		f, err := p.parse(name, depth+1)
		if err != nil {
			return nil, err
		}
		fields = append(fields, f)
		if !p.next(',') {
			return arrow.StructOf(fields...), p.close()
		}
	}
}

// member reads a struct member's name and the colon after it: the last one
// before the type's own brackets begin or the member ends.
func (p *typeParser) member() (string, error) {
	var name strings.Builder
	end, length := -1, 0 // position after the last colon, and the name's length there
	parens := 0
scan:
	for i := p.pos; i < len(p.text); i++ {
		switch c := p.text[i]; {
		case c == '\\' && i+1 < len(p.text):
			i++
			name.WriteByte(p.text[i])
		case c == '<', c == '>', c == ',' && parens == 0:
			break scan
		case c == ':':
			end, length = i+1, name.Len()
			name.WriteByte(c)
		case c == ' ', c == '\t':
		default:
			parens += parenStep(c)
			name.WriteByte(c)
		}
	}
	if end < 0 {
		return "", fmt.Errorf("a struct member needs name:type at %q", p.text[p.pos:])
	}
	p.pos = end
	return name.String()[:length], nil
}

// word reads a type's name with its parenthesised parameters, without blanks.
func (p *typeParser) word() string {
	var word strings.Builder
	parens := 0
	for ; p.pos < len(p.text); p.pos++ {
		c := p.text[p.pos]
		if c == ' ' || c == '\t' {
			continue
		}
		if strings.IndexByte("<>:", c) >= 0 || c == ',' && parens == 0 {
			break
		}
		parens += parenStep(c)
		word.WriteByte(c)
	}
	return word.String()
}

func parenStep(c byte) int {
	switch c {
	case '(':
		return 1
	case ')':
		return -1
	}
	return 0
}

func (p *typeParser) blanks() {
	for p.pos < len(p.text) && (p.text[p.pos] == ' ' || p.text[p.pos] == '\t') {
		p.pos++
	}
}

// next consumes c if it is next.
func (p *typeParser) next(c byte) bool {
	p.blanks()
	if p.pos < len(p.text) && p.text[p.pos] == c {
		p.pos++
		return true
	}
	return false
}

func (p *typeParser) expect(c byte) error {
	if p.next(c) {
		return nil
	}
	if p.pos == len(p.text) {
		return fmt.Errorf("%q is missing at the end", c)
	}
	return fmt.Errorf("%q is missing at %q", c, p.text[p.pos:])
}

// close accepts a missing ">" at the end of the text, as the Java SDK does.
func (p *typeParser) close() error {
	if p.blanks(); p.pos == len(p.text) {
		return nil
	}
	return p.expect('>')
}

func primitive(text string) (arrow.DataType, error) {
	name, rest, parameters := strings.Cut(text, "(")
	t, known := primitives[name]
	if !known {
		return nil, fmt.Errorf("unknown type %q", text)
	}
	if !parameters {
		return t, nil
	}
	numbers, err := parseNumbers(rest)
	if err != nil {
		return nil, fmt.Errorf("%q: %w", text, err)
	}
	switch {
	case name == "decimal":
		return decimalType(text, numbers)
	case (name == "varchar" || name == "char") && len(numbers) == 1:
		return t, nil
	}
	return nil, fmt.Errorf("%q: %s takes no parameters like these", text, name)
}

func parseNumbers(text string) ([]int32, error) {
	inner, after, closed := strings.Cut(text, ")")
	if !closed || after != "" {
		return nil, fmt.Errorf("parentheses do not match")
	}
	var numbers []int32
	for part := range strings.SplitSeq(inner, ",") {
		n, err := strconv.ParseInt(part, 10, 32)
		if err != nil {
			return nil, fmt.Errorf("%q is not a number", part)
		}
		numbers = append(numbers, int32(n))
	}
	return numbers, nil
}

// decimalType takes precision, scale (default 0) and the width in bits, which
// can only be 128.
func decimalType(text string, n []int32) (arrow.DataType, error) {
	n = append(n, []int32{0, 0, 128}[min(len(n), 3):]...)
	if len(n) > 3 || n[0] < 1 || n[0] > 38 || n[1] < 0 || n[1] > n[0] || n[2] != 128 {
		return nil, fmt.Errorf("%q: precision is 1 to 38, scale 0 to the precision", text)
	}
	return &arrow.Decimal128Type{Precision: n[0], Scale: n[1]}, nil
}
