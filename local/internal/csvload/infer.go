package csvload

import (
	"errors"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite/types"
)

// guess is what a column's values have in common so far.
type guess struct {
	seen                    bool
	bigint, double, boolean bool
}

func newGuess() guess { return guess{bigint: true, double: true, boolean: true} }

func (g *guess) add(v string) {
	if v == "" {
		return
	}
	g.seen = true
	g.bigint = g.bigint && isBigint(v)
	g.double = g.double && isDouble(v)
	g.boolean = g.boolean && isBoolean(v)
}

func (g *guess) measureType() types.MeasureValueType {
	switch {
	case !g.seen:
		return types.MeasureValueTypeVarchar
	case g.bigint:
		return types.MeasureValueTypeBigint
	case g.double:
		return types.MeasureValueTypeDouble
	case g.boolean:
		return types.MeasureValueTypeBoolean
	}
	return types.MeasureValueTypeVarchar
}

// isBigint refuses what a number would not print back: 007 is a code, not seven.
func isBigint(v string) bool {
	n, err := strconv.ParseInt(v, 10, 64)
	return err == nil && strconv.FormatInt(n, 10) == strings.TrimPrefix(v, "+")
}

// isDouble refuses what Timestream cannot store (NaN, infinities), hexadecimal and digit-group forms, and codes with
// leading zeros.
func isDouble(v string) bool {
	digits := strings.TrimLeft(v, "+-")
	if digits == "" || (digits[0] != '.' && (digits[0] < '0' || digits[0] > '9')) || strings.ContainsAny(v, "xX_") {
		return false
	}
	if len(digits) > 1 && digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9' {
		return false
	}
	f, err := strconv.ParseFloat(v, 64)
	return err == nil && !math.IsInf(f, 0)
}

func isBoolean(v string) bool { return strings.EqualFold(v, "true") || strings.EqualFold(v, "false") }

// inferTypes reads the file once. Lines that are not CSV are left for the second reading to report.
func inferTypes(path string, measures []int) ([]types.MeasureValueType, error) {
	s, err := open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = s.Close() }() // it was only read
	guesses := make([]guess, len(measures))
	for i := range guesses {
		guesses[i] = newGuess()
	}
	for {
		fields, _, err := s.next()
		var bad *BadLine
		switch {
		case errors.Is(err, io.EOF):
			out := make([]types.MeasureValueType, len(guesses))
			for i := range guesses {
				out[i] = guesses[i].measureType()
			}
			return out, nil
		case errors.As(err, &bad):
			continue
		case err != nil:
			return nil, err
		}
		for i, column := range measures {
			guesses[i].add(fields[column])
		}
	}
}
