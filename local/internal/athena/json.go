package athena

import (
	"bytes"
	"encoding/json"
	"math"

	"athena-timestream/local/internal/translate"
)

// JSON writes a value of the column as JSON: numbers and booleans as such, arrays as arrays, rows and maps as objects in
// their order, everything else as the text that Text gives. What JSON has no number for (NaN, infinities) is text too.
func (c Column) JSON(v any) ([]byte, error) {
	var b bytes.Buffer
	if err := writeJSON(&b, c.sql, v); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func writeJSON(b *bytes.Buffer, t translate.Type, v any) error {
	switch v := v.(type) {
	case nil:
		b.WriteString("null")
		return nil
	case Decimal:
		b.WriteString(string(v))
		return nil
	case bool, int64:
		return marshal(b, v)
	case float32:
		return writeFloat(b, t, float64(v), v)
	case float64:
		return writeFloat(b, t, v, v)
	case []any:
		return writeList(b, t, v)
	case []MapEntry:
		return writeObject(b, len(v), func(i int) (string, translate.Type, any) {
			return text(*t.Key, v[i].Key), *t.Elem, v[i].Value
		})
	}
	return marshal(b, text(t, v))
}

func marshal(b *bytes.Buffer, v any) error {
	encoded, err := json.Marshal(v)
	b.Write(encoded)
	return err
}

func writeFloat(b *bytes.Buffer, t translate.Type, f float64, v any) error {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return marshal(b, text(t, v))
	}
	return marshal(b, v)
}

func writeList(b *bytes.Buffer, t translate.Type, v []any) error {
	if t.Kind == translate.Row {
		return writeObject(b, len(v), func(i int) (string, translate.Type, any) {
			return fieldName(t.Fields[i], i), t.Fields[i].Type, v[i]
		})
	}
	b.WriteByte('[')
	for i, x := range v {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := writeJSON(b, elementType(t), x); err != nil {
			return err
		}
	}
	b.WriteByte(']')
	return nil
}

func writeObject(b *bytes.Buffer, n int, member func(int) (string, translate.Type, any)) error {
	b.WriteByte('{')
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		name, t, v := member(i)
		if err := marshal(b, name); err != nil {
			return err
		}
		b.WriteByte(':')
		if err := writeJSON(b, t, v); err != nil {
			return err
		}
	}
	b.WriteByte('}')
	return nil
}
