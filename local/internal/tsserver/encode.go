package tsserver

import (
	"encoding/json"
	"fmt"
	"strconv"
	"unicode/utf8"

	"athena-timestream/local/internal/translate"
)

// scalarNames are the wire names of the types that have one.
var scalarNames = map[translate.Kind]string{
	translate.Unknown:           "UNKNOWN",
	translate.Varchar:           "VARCHAR",
	translate.Double:            "DOUBLE",
	translate.Boolean:           "BOOLEAN",
	translate.Bigint:            "BIGINT",
	translate.Integer:           "INTEGER",
	translate.Timestamp:         "TIMESTAMP",
	translate.Date:              "DATE",
	translate.Time:              "TIME",
	translate.IntervalDaySecond: "INTERVAL_DAY_TO_SECOND",
	translate.IntervalYearMonth: "INTERVAL_YEAR_TO_MONTH",
}

// columnInfo is a column on the wire.
type columnInfo struct {
	Name string `json:",omitempty"`
	Type *columnType
}

type columnType struct {
	ScalarType                       string        `json:",omitempty"`
	ArrayColumnInfo                  *columnInfo   `json:",omitempty"`
	RowColumnInfo                    []*columnInfo `json:",omitempty"`
	TimeSeriesMeasureValueColumnInfo *columnInfo   `json:",omitempty"`
}

// newColumnType puts a type on the wire. Types that the service cannot return (varbinary) are an error.
func newColumnType(t translate.Type) (*columnType, error) {
	if name, ok := scalarNames[t.Kind]; ok {
		return &columnType{ScalarType: name}, nil
	}
	switch t.Kind {
	case translate.Array, translate.TimeSeries:
		elem, err := newColumnType(*t.Elem)
		if err != nil {
			return nil, err
		}
		if t.Kind == translate.Array {
			return &columnType{ArrayColumnInfo: &columnInfo{Type: elem}}, nil
		}
		return &columnType{TimeSeriesMeasureValueColumnInfo: &columnInfo{Type: elem}}, nil
	case translate.Row:
		c := &columnType{}
		for _, f := range t.Fields {
			ft, err := newColumnType(f.Type)
			if err != nil {
				return nil, err
			}
			c.RowColumnInfo = append(c.RowColumnInfo, &columnInfo{f.Name, ft})
		}
		return c, nil
	}
	return nil, invalid("The type %s cannot be returned by a query.", t)
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
		return scalar(func(dst []byte, s string) []byte { return appendJSON(dst, s) })
	case translate.Double:
		return quoted(appendDouble)
	case translate.Boolean:
		return quoted(strconv.AppendBool)
	case translate.Bigint, translate.Integer:
		return quoted(func(dst []byte, n int64) []byte { return strconv.AppendInt(dst, n, 10) })
	case translate.Timestamp:
		return quoted(appendTimestamp)
	case translate.Date:
		return quoted(appendDate)
	case translate.Time:
		return quoted(appendTime)
	case translate.IntervalDaySecond:
		return quoted(appendDaySecond)
	case translate.IntervalYearMonth:
		return quoted(appendYearMonth)
	}
	return func(dst []byte, _ any) ([]byte, error) { return append(dst, nullDatum...), nil } // Unknown
}

// scalar wraps a text that is written with its quotes.
func scalar[T any](write func([]byte, T) []byte) encoder {
	return func(dst []byte, v any) ([]byte, error) {
		x, ok := v.(T)
		if !ok {
			return nullOr[T](dst, v)
		}
		dst = append(dst, `{"ScalarValue":`...)
		return append(write(dst, x), '}'), nil
	}
}

// quoted is scalar for texts that need no escaping.
func quoted[T any](write func([]byte, T) []byte) encoder {
	return scalar(func(dst []byte, x T) []byte { return append(write(append(dst, '"'), x), '"') })
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
			dst = append(appendTimestamp(append(dst, `{"Time":"`...), ns), `","Value":`...)
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

// appendJSON writes a JSON string.
func appendJSON(dst []byte, s string) []byte {
	plain := true
	for i := 0; i < len(s) && plain; i++ {
		c := s[i]
		plain = c >= 0x20 && c < utf8.RuneSelf && c != '"' && c != '\\'
	}
	if plain {
		return append(append(append(dst, '"'), s...), '"')
	}
	text, _ := json.Marshal(s) // a string always marshals
	return append(dst, text...)
}
