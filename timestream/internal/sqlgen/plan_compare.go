package sqlgen

import (
	"math/big"

	"athena-timestream/federation/substrait"
)

var operators = map[substrait.Function]string{
	substrait.Equal: "=", substrait.NotEqual: "<>",
	substrait.Less: "<", substrait.LessOrEqual: "<=", substrait.Greater: ">", substrait.GreaterOrEqual: ">=",
}

var mirrored = map[substrait.Function]substrait.Function{
	substrait.Equal: substrait.Equal, substrait.NotEqual: substrait.NotEqual,
	substrait.Less: substrait.Greater, substrait.LessOrEqual: substrait.GreaterOrEqual,
	substrait.Greater: substrait.Less, substrait.GreaterOrEqual: substrait.LessOrEqual,
}

// compare writes a comparison. A constant, if there is one, comes to stand on the right.
func (w planWriter) compare(op substrait.Function, a, b substrait.Expression) (string, error) {
	constant, ok := b.(substrait.Literal)
	if first, is := a.(substrait.Literal); is && !ok {
		return w.compare(mirrored[op], b, first)
	}
	if !ok {
		return w.binary(a, " "+operators[op]+" ", b)
	}
	switch constant.Type.Kind {
	case substrait.Int, substrait.Decimal:
		return w.compareNumber(op, a, constant)
	case substrait.Timestamp:
		return w.compareMoment(op, a, constant)
	case substrait.Date:
		return w.compareDay(op, a, constant)
	default:
		return w.binary(a, " "+operators[op]+" ", b)
	}
}

// always is a comparison whose answer is known, whatever the row, unless the value is null: then it is null.
func always(sql string, holds bool) string {
	if holds {
		return "(" + sql + " = " + sql + ")"
	}
	return "(" + sql + " <> " + sql + ")"
}

// compareNumber compares with an exact number: integers exactly, doubles with the nearest double, as Athena does.
func (w planWriter) compareNumber(op substrait.Function, a substrait.Expression, l substrait.Literal) (string, error) {
	number, ok := l.Value.(*big.Rat)
	if n, is := l.Value.(int64); is {
		number, ok = new(big.Rat).SetInt64(n), true
	}
	if !ok {
		return w.binary(a, " "+operators[op]+" ", l)
	}
	for {
		c, is := a.(substrait.Cast)
		if !is || c.To.Kind != substrait.Decimal && c.To.Kind != substrait.Int || c.Input.DataType().Kind != substrait.Int {
			break
		}
		a = c.Input // widening, so the comparison stays what it is
	}
	if a.DataType().Kind != substrait.Int {
		f, _ := number.Float64()
		return w.binary(a, " "+operators[op]+" ", substrait.Literal{Type: substrait.Type{Kind: substrait.Float, Bits: 64}, Value: f})
	}
	sql, err := w.value(a)
	if err != nil {
		return "", err
	}
	return integerCondition(op, sql, number), nil
}

// integerCondition compares an integer with any number.
func integerCondition(op substrait.Function, sql string, number *big.Rat) string {
	floor := new(big.Int).Div(number.Num(), number.Denom()) // Euclidean: downwards, since denominators are positive
	if !number.IsInt() {
		switch op {
		case substrait.Equal, substrait.NotEqual:
			return always(sql, op == substrait.NotEqual)
		case substrait.Less:
			op = substrait.LessOrEqual
		case substrait.GreaterOrEqual:
			op = substrait.Greater
		}
	}
	if !floor.IsInt64() {
		return beyondAll(op, sql, floor.Sign() < 0)
	}
	return "(" + sql + " " + operators[op] + " " + bigint(floor.Int64()) + ")"
}

// compareMoment compares with a point of time. The column has nanoseconds, Athena sees its milliseconds: each
// comparison becomes bounds on the column itself, which keeps the service's pruning by time.
func (w planWriter) compareMoment(op substrait.Function, a substrait.Expression, l substrait.Literal) (string, error) {
	for {
		c, is := a.(substrait.Cast)
		if !is || c.To.Kind != substrait.Timestamp || c.Input.DataType().Kind != substrait.Timestamp {
			break
		}
		a = c.Input // widening
	}
	moment, ok := l.Value.(substrait.Moment)
	if !ok {
		return w.binary(a, " "+operators[op]+" ", l)
	}
	read := w.value
	if column, is := a.(substrait.Column); is {
		read = func(substrait.Expression) (string, error) { return w.uncut(column) }
	}
	id, err := read(a)
	if err != nil {
		return "", err
	}
	millis, whole, ok := moment.Millis()
	if !ok || millis < minMillis || millis > maxMillis {
		return beyondAll(op, id, moment.Seconds < 0), nil
	}
	at := Timestamp(millis * nanosPerMilli).String()
	if millis == maxMillis {
		return lastMillisecond(op, id, at, whole), nil
	}
	next := Timestamp((millis + 1) * nanosPerMilli).String()
	switch op {
	case substrait.Less:
		if !whole {
			at = next
		}
		return "(" + id + " < " + at + ")", nil
	case substrait.LessOrEqual:
		return "(" + id + " < " + next + ")", nil
	case substrait.Greater:
		return "(" + id + " >= " + next + ")", nil
	case substrait.GreaterOrEqual:
		if !whole {
			at = next
		}
		return "(" + id + " >= " + at + ")", nil
	case substrait.Equal:
		if !whole {
			return always(id, false), nil
		}
		return "(" + id + " >= " + at + " AND " + id + " < " + next + ")", nil
	default:
		if !whole {
			return always(id, true), nil
		}
		return "(" + id + " < " + at + " OR " + id + " >= " + next + ")", nil
	}
}

// lastMillisecond compares with a point in the last millisecond of the service's range, of which it can hold a part. The
// next one has no name, and nothing is in it.
func lastMillisecond(op substrait.Function, id, at string, whole bool) string {
	switch {
	case op == substrait.Greater, op == substrait.LessOrEqual, !whole:
		return beyondAll(op, id, false)
	case op == substrait.Equal, op == substrait.GreaterOrEqual:
		return "(" + id + " >= " + at + ")"
	default:
		return "(" + id + " < " + at + ")"
	}
}

// beyondAll compares with a value before or after all that the column can hold.
func beyondAll(op substrait.Function, sql string, before bool) string {
	switch op {
	case substrait.Greater, substrait.GreaterOrEqual:
		return always(sql, before)
	case substrait.Less, substrait.LessOrEqual:
		return always(sql, !before)
	default:
		return always(sql, op == substrait.NotEqual)
	}
}

// compareDay compares with a date, which beside a timestamp is its midnight. What Timestream has no date for it may
// still have a timestamp for: views can compute days before 1970.
func (w planWriter) compareDay(op substrait.Function, a substrait.Expression, l substrait.Literal) (string, error) {
	day, ok := l.Value.(int64)
	if !ok || day >= minDay && day <= maxDay && a.DataType().Kind == substrait.Date {
		return w.binary(a, " "+operators[op]+" ", l)
	}
	midnight := substrait.Literal{
		Type: substrait.Type{Kind: substrait.Timestamp, Precision: 3}, Value: substrait.Moment{Seconds: day * secondsPerDay},
	}
	return w.compareMoment(op, a, midnight)
}
