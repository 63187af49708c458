package tswire

import (
	"fmt"
	"strconv"

	"athena-timestream/local/internal/translate"
)

// Text appends the text of one value that is not null. A value that does not have the type's physical form is an error of the
// embedded server.
type Text func(dst []byte, v any) ([]byte, error)

// Scalar is the text of a scalar type's values, nil for other types. Of all of them only varchar's text may hold characters
// that JSON escapes.
func Scalar(kind translate.Kind) Text {
	switch kind {
	case translate.Varchar:
		return text(func(dst []byte, s string) []byte { return append(dst, s...) })
	case translate.Double:
		return text(AppendDouble)
	case translate.Boolean:
		return text(strconv.AppendBool)
	case translate.Bigint, translate.Integer:
		return text(func(dst []byte, n int64) []byte { return strconv.AppendInt(dst, n, 10) })
	case translate.Timestamp:
		return text(AppendTimestamp)
	case translate.Date:
		return text(AppendDate)
	case translate.Time:
		return text(AppendTime)
	case translate.IntervalDaySecond:
		return text(AppendDaySecond)
	case translate.IntervalYearMonth:
		return text(AppendYearMonth)
	}
	return nil
}

func text[T any](write func([]byte, T) []byte) Text {
	return func(dst []byte, v any) ([]byte, error) {
		x, ok := v.(T)
		if !ok {
			return nil, fmt.Errorf("a value of type %T came where %T was announced", v, x)
		}
		return write(dst, x), nil
	}
}
