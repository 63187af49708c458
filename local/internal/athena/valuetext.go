package athena

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/decimal"

	"athena-timestream/federation/predicate"
)

// maxListed is how many values of a list the text of a constraint shows.
const maxListed = 20

// constraintLines writes what constraints ask for, one line a part.
func constraintLines(c *predicate.Constraints) []string {
	var lines []string
	for _, column := range c.Summary {
		lines = append(lines, setText(column.Name, column.Set))
	}
	for _, e := range c.Expressions {
		lines = append(lines, expressionText(e))
	}
	for _, o := range c.OrderBy {
		lines = append(lines, "order by "+o.Column+" "+strings.ToLower(strings.ReplaceAll(o.Direction.String(), "_", " ")))
	}
	if c.HasLimit() {
		lines = append(lines, "limit "+strconv.FormatInt(c.Limit, 10))
	}
	return lines
}

// setText writes a value set as a condition on a column.
func setText(column string, set predicate.ValueSet) string {
	switch {
	case set.IsNone():
		return column + " has no possible value"
	case set.IsAll():
		return column + " is anything"
	}
	var parts []string
	switch set := set.(type) {
	case *predicate.SortedRangeSet:
		parts = rangesText(column, set)
	case *predicate.EquatableValueSet:
		op := " not in ("
		if set.WhiteList() {
			op = " in ("
		}
		parts = []string{column + op + listText(set.DataType(), set.Values()) + ")"}
	case *predicate.AllOrNoneValueSet:
		if set.AllValues() {
			parts = []string{column + " is not null"}
		}
	}
	if set.NullAllowed() {
		parts = append(parts, column+" is null")
	}
	return strings.Join(parts, " or ")
}

func rangesText(column string, set *predicate.SortedRangeSet) []string {
	t := set.DataType()
	if gaps, ok := gapsOf(set.Ranges()); ok {
		if len(gaps) == 1 {
			return []string{column + " <> " + valueText(t, gaps[0])}
		}
		return []string{column + " not in (" + listText(t, gaps) + ")"}
	}
	var points []predicate.Value
	var parts []string
	for _, r := range set.Ranges() {
		if r.IsPoint() {
			points = append(points, r.Low.Value)
			continue
		}
		parts = append(parts, rangeText(column, t, r))
	}
	switch len(points) {
	case 0:
	case 1:
		parts = append(parts, column+" = "+valueText(t, points[0]))
	default:
		parts = append(parts, column+" in ("+listText(t, points)+")")
	}
	return parts
}

// gapsOf gives the values left out by ranges that hold everything else.
func gapsOf(ranges []predicate.Range) ([]predicate.Value, bool) {
	n := len(ranges)
	if n < 2 || !ranges[0].Low.Unbounded() || !ranges[n-1].High.Unbounded() {
		return nil, false
	}
	var gaps []predicate.Value
	for i := range n - 1 {
		from, to := ranges[i].High, ranges[i+1].Low
		gap := predicate.Range{Low: predicate.Marker{Value: from.Value, Bound: predicate.Exactly}, High: predicate.Marker{Value: to.Value, Bound: predicate.Exactly}}
		if from.Bound != predicate.Below || to.Bound != predicate.Above || !gap.IsPoint() {
			return nil, false
		}
		gaps = append(gaps, from.Value)
	}
	return gaps, true
}

func rangeText(column string, t arrow.DataType, r predicate.Range) string {
	if isZero(r.Low) && isZero(r.High) { // from minus to plus zero
		return column + " = 0"
	}
	var ends []string
	if !r.Low.Unbounded() {
		op := " > "
		if r.Low.Bound == predicate.Exactly {
			op = " >= "
		}
		ends = append(ends, column+op+valueText(t, r.Low.Value))
	}
	if !r.High.Unbounded() {
		op := " < "
		if r.High.Bound == predicate.Exactly {
			op = " <= "
		}
		ends = append(ends, column+op+valueText(t, r.High.Value))
	}
	if ends == nil {
		return column + " is not null"
	}
	return strings.Join(ends, " and ")
}

func isZero(m predicate.Marker) bool {
	return m.Bound == predicate.Exactly && (m.Value == 0.0 || m.Value == float32(0))
}

func listText(t arrow.DataType, values []predicate.Value) string {
	var texts []string
	for i, v := range values {
		if i == maxListed {
			texts = append(texts, fmt.Sprintf("… %d more", len(values)-i))
			break
		}
		texts = append(texts, valueText(t, v))
	}
	return strings.Join(texts, ", ")
}

// valueText writes a value of a constraint for people.
func valueText(t arrow.DataType, v predicate.Value) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		return "'" + strings.ReplaceAll(v, "'", "''") + "'"
	case []byte:
		return "X'" + strings.ToUpper(hex.EncodeToString(v)) + "'"
	case int64:
		switch t.ID() {
		case arrow.DATE32:
			return time.Unix(v*86400, 0).UTC().Format("2006-01-02")
		case arrow.DATE64:
			return time.UnixMilli(v).UTC().Format("2006-01-02 15:04:05.000")
		}
	case decimal.Decimal128:
		if t, ok := t.(*arrow.Decimal128Type); ok {
			return v.ToString(t.Scale)
		}
	}
	return fmt.Sprint(v)
}

// expressionText writes an expression as it is on the wire, with operators as functions.
func expressionText(e predicate.Expression) string {
	switch e := e.(type) {
	case predicate.Variable:
		return e.Name
	case predicate.Constant:
		if len(e.Values) == 1 {
			return valueText(e.Type, e.Values[0])
		}
		return "[" + listText(e.Type, e.Values) + "]"
	case predicate.Call:
		args := make([]string, len(e.Args))
		for i, a := range e.Args {
			args[i] = expressionText(a)
		}
		return e.Function + "(" + strings.Join(args, ", ") + ")"
	}
	return fmt.Sprint(e)
}
