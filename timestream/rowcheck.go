package timestream

import (
	"cmp"
	"slices"

	"athena-timestream/federation/block"
	"athena-timestream/federation/predicate"
)

// check looks again at a column's value set, which the statement accepts more than. Where SQL orders values in another way
// than the sets of Athena's SDK, and so lets a range hold others, the check takes both for right: text is ordered by code
// points or by UTF-16 units, -0.0 is less than 0.0 or the same.
type check struct {
	column block.Column
	set    predicate.ValueSet
	texts  []predicate.Range // that hold more than one text
	zero   bool              // to SQL the set holds 0.0 and -0.0
}

func newCheck(column block.Column, set predicate.ValueSet) check {
	c := check{column: column, set: set}
	switch set := set.(type) {
	case *predicate.SortedRangeSet:
		for _, r := range set.Ranges() {
			if !r.IsPoint() {
				c.texts = append(c.texts, r)
			}
			c.zero = c.zero || inSQL(r, 0.0)
		}
	case *predicate.EquatableValueSet:
		isZero := func(v predicate.Value) bool { return v == 0.0 } // of either sign
		c.zero = slices.ContainsFunc(set.Values(), isZero) == set.WhiteList()
	}
	return c
}

// holds says whether the column's last value is wanted.
func (c check) holds() bool {
	v := block.CellAt(c.column, c.column.Len()-1)
	if c.set.Contains(v) {
		return true
	}
	switch v := v.(type) {
	case string:
		return slices.ContainsFunc(c.texts, func(r predicate.Range) bool { return inSQL(r, v) })
	case float64:
		return v == 0 && c.zero
	}
	return false
}

// inSQL says whether a range holds a value in SQL's order; a bound of another type bounds nothing.
func inSQL[T cmp.Ordered](r predicate.Range, v T) bool {
	low, below := r.Low.Value.(T)
	high, above := r.High.Value.(T)
	return (!below || v > low || v == low && r.Low.Bound == predicate.Exactly) &&
		(!above || v < high || v == high && r.High.Bound == predicate.Exactly)
}
