package unload

import (
	"bytes"
	"fmt"
	"strconv"

	"athena-timestream/local/internal/translate"
	"athena-timestream/local/internal/tswire"
)

// jsonText is the JSON of a type's values in CSV, as the guide shows it: [23,24], {"x":23.0,"y":"hello"},
// [{"time":"1970-01-01 00:00:00.000000010Z","value":100.0}].
func jsonText(t translate.Type) tswire.Text {
	switch t.Kind {
	case translate.Array:
		return jsonList(jsonText(*t.Elem))
	case translate.TimeSeries:
		return jsonList(jsonText(point(t)))
	case translate.Row:
		return jsonObject(t.Fields)
	case translate.Varchar:
		return func(dst []byte, v any) ([]byte, error) {
			s, ok := v.(string)
			if !ok {
				return nil, fmt.Errorf("a value of type %T came where a text was announced", v)
			}
			return tswire.AppendJSON(dst, s), nil
		}
	}
	text := tswire.Scalar(t.Kind)
	switch t.Kind {
	case translate.Bigint, translate.Integer, translate.Boolean:
		return text
	case translate.Double:
		return jsonDouble(text)
	case translate.Timestamp:
		return enclosed(text, `"`, `Z"`)
	}
	return enclosed(text, `"`, `"`)
}

// point is the row that a time series is a list of.
func point(series translate.Type) translate.Type {
	return translate.Type{Kind: translate.Row, Fields: []translate.Field{
		{Name: "time", Type: translate.Type{Kind: translate.Timestamp}}, {Name: "value", Type: *series.Elem},
	}}
}

// fieldName is the name of a row's field outside of the database, where each has one.
func fieldName(f translate.Field, i int) string {
	if f.Name == "" {
		return "field" + strconv.Itoa(i)
	}
	return f.Name
}

func enclosed(text tswire.Text, before, after string) tswire.Text {
	return func(dst []byte, v any) ([]byte, error) {
		dst, err := text(append(dst, before...), v)
		return append(dst, after...), err
	}
}

// jsonDouble quotes what JSON has no number for.
func jsonDouble(text tswire.Text) tswire.Text {
	return func(dst []byte, v any) ([]byte, error) {
		from := len(dst)
		dst, err := text(dst, v)
		if err != nil || !bytes.ContainsAny(dst[from:], "Ny") { // NaN, Infinity
			return dst, err
		}
		return strconv.AppendQuote(dst[:from], string(dst[from:])), nil
	}
}

func orNull(dst []byte, v any, text tswire.Text) ([]byte, error) {
	if v == nil {
		return append(dst, "null"...), nil
	}
	return text(dst, v)
}

func jsonList(elem tswire.Text) tswire.Text {
	return func(dst []byte, v any) ([]byte, error) {
		values, ok := v.([]any)
		if !ok {
			return nil, fmt.Errorf("a value of type %T came where a list was announced", v)
		}
		dst = append(dst, '[')
		for i, x := range values {
			if i > 0 {
				dst = append(dst, ',')
			}
			var err error
			if dst, err = orNull(dst, x, elem); err != nil {
				return nil, err
			}
		}
		return append(dst, ']'), nil
	}
}

func jsonObject(fields []translate.Field) tswire.Text {
	starts, texts := make([][]byte, len(fields)), make([]tswire.Text, len(fields))
	for i, f := range fields {
		starts[i] = append(tswire.AppendJSON(nil, fieldName(f, i)), ':')
		texts[i] = jsonText(f.Type)
	}
	return func(dst []byte, v any) ([]byte, error) {
		values, ok := v.([]any)
		if !ok || len(values) != len(fields) {
			return nil, fmt.Errorf("a value of type %T came where a row of %d fields was announced", v, len(fields))
		}
		dst = append(dst, '{')
		for i, x := range values {
			if i > 0 {
				dst = append(dst, ',')
			}
			var err error
			if dst, err = orNull(append(dst, starts[i]...), x, texts[i]); err != nil {
				return nil, err
			}
		}
		return append(dst, '}'), nil
	}
}
