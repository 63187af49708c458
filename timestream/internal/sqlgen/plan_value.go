package sqlgen

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"athena-timestream/federation/redact"
	"athena-timestream/federation/substrait"
)

// value writes an expression as Athena sees its value.
func (w planWriter) value(e substrait.Expression) (string, error) {
	switch e := e.(type) {
	case substrait.Literal:
		return constant(e)
	case substrait.Column:
		return w.columnValue(e)
	case substrait.Cast:
		return w.cast(e)
	case substrait.Case:
		return w.caseValue(e)
	case substrait.Call:
		return w.call(e)
	default:
		return "", fmt.Errorf("expressions of type %T are not supported", e)
	}
}

func (w planWriter) columnValue(c substrait.Column) (string, error) {
	id, err := w.uncut(c)
	switch {
	case err != nil || c.Type.Kind != substrait.Timestamp:
		return id, err
	case w.untouched:
		return "", errors.New(truncated)
	}
	return "date_trunc('millisecond', " + id + ")", nil
}

// uncut is a column that can be compared, a timestamp with its nanoseconds.
func (w planWriter) uncut(c substrait.Column) (string, error) {
	column := w.column(c.Name)
	id := column.operand().String()
	switch {
	case column.Shown:
		return "", fmt.Errorf("column %s is text for Athena and something else in Timestream", id)
	case c.Type.Kind == substrait.Other, c.Type.Kind == substrait.Decimal:
		return "", fmt.Errorf("column %s is of type %s: conditions on it cannot be applied", id, c.Type)
	}
	return id, nil
}

func bigint(n int64) string {
	if n == math.MinInt64 {
		return "CAST('-9223372036854775808' AS bigint)"
	}
	return Bigint(n).String()
}

func constant(l substrait.Literal) (string, error) {
	switch v := l.Value.(type) {
	case nil:
		return null(l.Type)
	case bool:
		return Boolean(v).String(), nil
	case int64:
		if l.Type.Kind == substrait.Int {
			return bigint(v), nil
		}
		if v >= minDay && v <= maxDay {
			return Date(v).String(), nil
		}
	case float64:
		switch {
		case math.IsNaN(v):
			return "nan()", nil
		case math.IsInf(v, 1):
			return "infinity()", nil
		case math.IsInf(v, -1):
			return "(-infinity())", nil
		case v == 0 && math.Signbit(v):
			return "(-0E0)", nil
		}
		return Double(v).String(), nil
	case string:
		if utf8.ValidString(v) && !strings.ContainsRune(v, 0) {
			return Text(v).String(), nil
		}
	case substrait.Moment:
		if millis, whole, ok := v.Millis(); ok && whole && millis >= minMillis && millis < maxMillis {
			return Timestamp(millis * nanosPerMilli).String(), nil
		}
	}
	return "", redact.Errorf("the %s constant %v cannot be written in Timestream's SQL", l.Type, redact.Data(l.Value))
}

func null(t substrait.Type) (string, error) {
	name, err := typeName(t)
	if err != nil {
		return "NULL", nil //nolint:nilerr // a null of no known type
	}
	return "CAST(NULL AS " + name + ")", nil
}

func typeName(t substrait.Type) (string, error) {
	switch {
	case t.Kind == substrait.Bool:
		return "boolean", nil
	case t.Kind == substrait.Int && t.Bits == 64:
		return "bigint", nil
	case t.Kind == substrait.Int:
		return "integer", nil
	case t.Kind == substrait.Float && t.Bits == 64:
		return "double", nil
	case t.Kind == substrait.Text:
		return "varchar", nil
	case t.Kind == substrait.Date:
		return "date", nil
	case t.Kind == substrait.Timestamp && !t.Zoned:
		return "timestamp", nil
	}
	return "", fmt.Errorf("no type of Timestream is like %s", t)
}

func (w planWriter) cast(c substrait.Cast) (string, error) {
	in, err := w.value(c.Input)
	if err != nil {
		return "", err
	}
	from := c.Input.DataType()
	switch {
	case from.Kind == substrait.Timestamp && c.To.Kind == substrait.Timestamp:
		return in, nil
	case from.Kind == substrait.Text && c.To.Kind == substrait.Text:
		return fmt.Sprintf("substr(%s, 1, %d)", in, c.To.Precision), nil
	}
	name, err := typeName(c.To)
	return "CAST(" + in + " AS " + name + ")", err
}

func (w planWriter) caseValue(c substrait.Case) (string, error) {
	var b strings.Builder
	b.WriteString("CASE")
	for i, when := range c.When {
		condition, err := w.condition(when)
		if err != nil {
			return "", err
		}
		then, err := w.condition(c.Then[i])
		if err != nil {
			return "", err
		}
		b.WriteString(" WHEN " + condition + " THEN " + then)
	}
	otherwise, err := w.condition(c.Else)
	b.WriteString(" ELSE " + otherwise + " END")
	return "(" + b.String() + ")", err
}

// infix are the functions that are written between their arguments.
var infix = map[substrait.Function]string{
	substrait.Add: " + ", substrait.Subtract: " - ", substrait.Multiply: " * ", substrait.Divide: " / ",
	substrait.Modulus: " % ", substrait.Concat: " || ",
}

// prefix are the functions that are called by name.
var prefix = map[substrait.Function]string{
	substrait.Negate: "-", substrait.Abs: "abs", substrait.Lower: "lower", substrait.Upper: "upper",
	substrait.CharLength: "length", substrait.Substring: "substr", substrait.Coalesce: "COALESCE",
}

func (w planWriter) call(c substrait.Call) (string, error) {
	operator, between := infix[c.Function]
	name, before := prefix[c.Function]
	if c.Function == substrait.Extract {
		name, before = strings.ToLower(c.Option), true
	}
	if !between && !before {
		if c.Type.Kind == substrait.Bool {
			return w.condition(c)
		}
		return "", fmt.Errorf("function %q has no counterpart in Timestream's SQL", c.Function)
	}
	args := make([]string, len(c.Args))
	for i, a := range c.Args {
		var err error
		if args[i], err = w.condition(a); err != nil {
			return "", err
		}
	}
	if between {
		return "(" + strings.Join(args, operator) + ")", nil
	}
	return "(" + name + "(" + strings.Join(args, ", ") + "))", nil
}
