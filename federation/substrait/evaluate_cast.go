package substrait

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

func (c *compiler) cast(e Cast) (evaluation, error) {
	in, err := c.expression(e.Input)
	if err != nil {
		return nil, err
	}
	from := e.Input.DataType()
	if !widens(from, e.To) && !converts(from, e.To) {
		return nil, fmt.Errorf("a cast from %s to %s cannot be evaluated", from, e.To)
	}
	return strictly([]evaluation{in}, func(v []any) (any, error) {
		out, err := castValue(v[0], from, e.To)
		if err != nil {
			return nil, fmt.Errorf("cast from %s to %s: %w", from, e.To, err)
		}
		return out, nil
	}), nil
}

// castValue casts what widens or converts.
func castValue(v any, from, to Type) (any, error) {
	switch from.Kind {
	case Text:
		return castText(v.(string), to)
	case to.Kind:
		return v, nil
	case Date:
		return momentOfValue(v), nil
	case Timestamp:
		seconds := v.(Moment).Seconds
		day := seconds / secondsPerDay
		if seconds%secondsPerDay < 0 {
			day--
		}
		return day, nil
	case Float: // halves go away from zero
		f := math.Round(v.(float64))
		if math.IsNaN(f) || f < -1<<63 || f >= 1<<63 || !fitsInt(int64(f), to.Bits) {
			return nil, errOverflow
		}
		return int64(f), nil
	}
	switch n := v.(int64); to.Kind { // of an integer
	case Float:
		return float64(n), nil
	case Decimal:
		return rational(n), nil
	default:
		return strconv.FormatInt(n, 10), nil
	}
}

// castText reads numbers written plainly. What else engines may take, spaces around it for one, is an error.
func castText(s string, to Type) (any, error) {
	switch to.Kind {
	case Text:
		if to.Precision > 0 {
			s = firstRunes(s, int64(to.Precision))
		}
		return s, nil
	case Int:
		n, err := strconv.ParseInt(s, 10, to.Bits)
		if err != nil {
			return nil, errors.New("a text is no integer")
		}
		return n, nil
	default:
		f, err := strconv.ParseFloat(s, 64)
		if err != nil || strings.Trim(s, "+-.0123456789eE") != "" {
			return nil, errors.New("a text is no number")
		}
		return f, nil
	}
}
