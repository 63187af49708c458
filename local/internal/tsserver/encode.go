package tsserver

import (
	"fmt"

	"athena-timestream/local/internal/translate"
	"athena-timestream/local/internal/tswire"
)

// wireType puts a type on the wire. Types that the service cannot return (varbinary) are the caller's fault.
func wireType(t translate.Type) (*tswire.ColumnType, error) {
	c, err := tswire.NewColumnType(t)
	if err != nil {
		return nil, invalid("The type %s cannot be returned by a query.", t)
	}
	return c, nil
}

// encoder appends one value as a Datum. A value that does not fit the type is an error of the embedded server.
type encoder func(dst []byte, v any) ([]byte, error)

const nullDatum = `{"NullValue":true}`

// newEncoder binds an encoder to a type, once a query.
func newEncoder(t translate.Type) encoder {
	switch t.Kind {
	case translate.Array:
		return arrayEncoder(newEncoder(*t.Elem))
	case translate.TimeSeries:
		return seriesEncoder(newEncoder(*t.Elem))
	case translate.Row:
		fields := make([]encoder, len(t.Fields))
		for i, f := range t.Fields {
			fields[i] = newEncoder(f.Type)
		}
		return rowEncoder(fields)
	case translate.Varchar:
		return varchar
	case translate.Unknown:
		return func(dst []byte, _ any) ([]byte, error) { return append(dst, nullDatum...), nil }
	}
	return quoted(tswire.Scalar(t.Kind))
}

func varchar(dst []byte, v any) ([]byte, error) {
	s, ok := v.(string)
	if !ok {
		return nullOr[string](dst, v)
	}
	return append(tswire.AppendJSON(append(dst, `{"ScalarValue":`...), s), '}'), nil
}

// quoted writes texts that need no escaping.
func quoted(text tswire.Text) encoder {
	return func(dst []byte, v any) ([]byte, error) {
		if v == nil {
			return append(dst, nullDatum...), nil
		}
		dst, err := text(append(dst, `{"ScalarValue":"`...), v)
		return append(dst, `"}`...), err
	}
}

func nullOr[T any](dst []byte, v any) ([]byte, error) {
	if v == nil {
		return append(dst, nullDatum...), nil
	}
	var want T
	return nil, fmt.Errorf("a value of type %T came where %T was announced", v, want)
}

func arrayEncoder(elem encoder) encoder {
	return func(dst []byte, v any) ([]byte, error) {
		values, ok := v.([]any)
		if !ok {
			return nullOr[[]any](dst, v)
		}
		dst = append(dst, `{"ArrayValue":`...)
		dst, err := appendList(dst, values, func(dst []byte, _ int, x any) ([]byte, error) { return elem(dst, x) })
		return append(dst, '}'), err
	}
}

func rowEncoder(fields []encoder) encoder {
	return func(dst []byte, v any) ([]byte, error) {
		values, ok := v.([]any)
		if !ok || len(values) != len(fields) {
			return nullOr[[]any](dst, v)
		}
		dst = append(dst, `{"RowValue":{"Data":`...)
		dst, err := appendList(dst, values, func(dst []byte, i int, x any) ([]byte, error) { return fields[i](dst, x) })
		return append(dst, "}}"...), err
	}
}

// seriesEncoder writes points, each a pair of time and value.
func seriesEncoder(elem encoder) encoder {
	return func(dst []byte, v any) ([]byte, error) {
		points, ok := v.([]any)
		if !ok {
			return nullOr[[]any](dst, v)
		}
		dst = append(dst, `{"TimeSeriesValue":`...)
		dst, err := appendList(dst, points, func(dst []byte, _ int, x any) ([]byte, error) {
			pair, ok := x.([]any)
			if !ok || len(pair) != 2 {
				return nil, fmt.Errorf("a point of a time series is %v", x)
			}
			ns, ok := pair[0].(int64)
			if !ok {
				return nil, fmt.Errorf("the time of a point is %v", pair[0])
			}
			dst = append(tswire.AppendTimestamp(append(dst, `{"Time":"`...), ns), `","Value":`...)
			dst, err := elem(dst, pair[1])
			return append(dst, '}'), err
		})
		return append(dst, '}'), err
	}
}

func appendList(dst []byte, values []any, one func([]byte, int, any) ([]byte, error)) ([]byte, error) {
	dst = append(dst, '[')
	for i, x := range values {
		if i > 0 {
			dst = append(dst, ',')
		}
		var err error
		if dst, err = one(dst, i, x); err != nil {
			return dst, err
		}
	}
	return append(dst, ']'), nil
}
