package athena

import (
	"fmt"
	"slices"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/predicate"
)

// operator is a comparison of two values.
type operator uint8

const (
	equal operator = iota
	notEqual
	less
	lessOrEqual
	greater
	greaterOrEqual
)

func (o operator) ordering() bool { return o >= less }

// holds reports whether "a o b" is true, from the sign of a - b.
func (o operator) holds(sign int) bool {
	return [...]bool{sign == 0, sign != 0, sign < 0, sign <= 0, sign > 0, sign >= 0}[o]
}

// negated is the operator that is true exactly where o is false.
func (o operator) negated() operator {
	return [...]operator{notEqual, equal, greaterOrEqual, greater, lessOrEqual, less}[o]
}

// mirrored is the operator with its sides exchanged.
func (o operator) mirrored() operator {
	return [...]operator{equal, notEqual, greater, greaterOrEqual, less, lessOrEqual}[o]
}

// leftOut is the reason why a condition is not pushed down.
type leftOut string

func (e leftOut) Error() string { return string(e) }

func leaveOut(format string, args ...any) error { return leftOut(fmt.Sprintf(format, args...)) }

// compare gives the rows for which "column o k" is true and false.
func compare(c columnRef, o operator, k constant) (verdict, error) {
	if k.kind == nullConstant {
		return constantVerdict(true, false), nil
	}
	yes, err := satisfying(c, o, k)
	if err != nil {
		return undecided, err
	}
	if isFloat(c.dataType()) && o.ordering() {
		// NaN is above everything in a value set and not comparable in SQL: "greater"
		// is a little wide, and what is not greater is not "less or equal".
		yes.exact = yes.exact && (o == less || o == lessOrEqual)
		return verdict{yes, unknown}, nil
	}
	no, err := satisfying(c, o.negated(), k)
	return verdict{yes, no}, err
}

// satisfying gives the rows for which "column o k" is true; k is not null.
func satisfying(c columnRef, o operator, k constant) (region, error) {
	ranges, err := rangesOf(c.dataType(), o, k)
	if err != nil {
		return unknown, err
	}
	return rangeRegion(c, ranges)
}

func rangeRegion(c columnRef, ranges []predicate.Range) (region, error) {
	if len(ranges) == 0 {
		return noRow, nil
	}
	set, err := predicate.NewSortedRangeSet(c.dataType(), false, ranges...)
	if err != nil {
		return unknown, leaveOut("%v", err)
	}
	return oneColumn(c, set, true), nil
}

// isIn gives the verdict of "column IN (ks)".
func isIn(c columnRef, ks []constant) (verdict, error) {
	ks, hasNull := withoutNulls(ks)
	ks, err := sameNumbers(c.dataType(), ks)
	if err != nil {
		return undecided, err
	}
	var ranges []predicate.Range
	for _, k := range ks {
		one, err := rangesOf(c.dataType(), equal, k)
		if err != nil {
			return undecided, err
		}
		ranges = append(ranges, one...)
	}
	yes, err := rangeRegion(c, ranges)
	if err != nil {
		return undecided, err
	}
	if hasNull {
		return verdict{yes, noRow}, nil
	}
	notNull := oneColumn(c, predicate.NotNull(c.dataType()), true)
	if yes.empty {
		return verdict{yes, notNull}, nil
	}
	if c.dataType().ID() == arrow.BOOL { // at most one value is outside
		return verdict{yes, noneOf(c, ks)}, nil
	}
	outside, err := predicate.Complement(yes.sets[c])
	if err != nil {
		return undecided, leaveOut("%v", err)
	}
	return verdict{yes, oneColumn(c, outside, true).intersect(notNull)}, nil
}

// noneOf gives the rows whose boolean is not among constants.
func noneOf(c columnRef, ks []constant) region {
	rows := oneColumn(c, predicate.NotNull(c.dataType()), true)
	for _, k := range ks {
		other, err := satisfying(c, notEqual, k)
		if err != nil {
			return unknown
		}
		rows = rows.intersect(other)
	}
	return rows
}

func withoutNulls(ks []constant) (kept []constant, found bool) {
	kept = slices.DeleteFunc(slices.Clone(ks), func(k constant) bool { return k.kind == nullConstant })
	return kept, len(kept) < len(ks)
}

// sameNumbers gives the members of an IN list the type at which SQL compares
// them: with one double among them, all are doubles.
func sameNumbers(t arrow.DataType, ks []constant) ([]constant, error) {
	approximate := slices.ContainsFunc(ks, func(k constant) bool { return k.kind == doubleConstant || k.kind == realConstant })
	if !approximate || isFloat(t) {
		return ks, nil
	}
	for i, k := range ks {
		if k.kind != numberConstant {
			continue
		}
		if f, exact := k.number.Float64(); !exact || f != k.float {
			return nil, leaveOut("the list mixes doubles with numbers that no double can hold")
		}
		ks[i] = constant{kind: doubleConstant, float: k.float}
	}
	return ks, nil
}

// isNull gives the verdict of "column IS NULL".
func isNull(c columnRef) verdict {
	t := c.dataType()
	return verdict{oneColumn(c, predicate.OnlyNull(t), true), oneColumn(c, predicate.NotNull(t), true)}
}

// isDistinct gives the verdict of "column IS DISTINCT FROM k".
func isDistinct(c columnRef, k constant) (verdict, error) {
	null := isNull(c)
	if k.kind == nullConstant {
		return null.not(), nil
	}
	v, err := compare(c, notEqual, k)
	if err != nil {
		return undecided, err
	}
	return verdict{v.yes.union(null.yes), v.no}, nil
}
