package predicate_test

import (
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/predicate"
)

// "x < 5 OR x = 5 OR x IS NULL" is one range with null; what is left are the values above 5.
func ExampleUnion() {
	bigint := arrow.PrimitiveTypes.Int64
	below, err := predicate.NewSortedRangeSet(bigint, false, predicate.LessThan(int64(5)))
	if err != nil {
		fmt.Println(err)
		return
	}
	five, err := predicate.NewEquatableValueSet(bigint, true, true, int64(5))
	if err != nil {
		fmt.Println(err)
		return
	}
	upToFive, err := predicate.Union(below, five)
	if err != nil {
		fmt.Println(err)
		return
	}
	rest, err := predicate.Complement(upToFive)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(upToFive.(*predicate.SortedRangeSet).Ranges(), upToFive.Contains(nil))
	fmt.Println(rest.(*predicate.SortedRangeSet).Ranges(), rest.Contains(nil))
	// Output:
	// [{{<nil> ABOVE} {5 EXACTLY}}] true
	// [{{5 ABOVE} {<nil> BELOW}}] false
}

// A connector that filters rows itself asks the set of each constrained column. Text
// is a string, a timestamp is milliseconds in an int64, nil is null.
func ExampleValueSet() {
	recent, err := predicate.NewSortedRangeSet(arrow.FixedWidthTypes.Date64, false, predicate.AtLeast(int64(1767225600000)))
	if err != nil {
		fmt.Println(err)
		return
	}
	constraints := predicate.Unconstrained()
	constraints.Summary = []predicate.Column{{Name: "at", Set: recent}}

	if set, ok := constraints.Set("at"); ok {
		fmt.Println(set.Contains(int64(1767225600000)), set.Contains(int64(0)), set.Contains(nil))
	}
	_, ok := constraints.Set("room")
	fmt.Println("a constraint on room:", ok)
	// Output:
	// true false false
	// a constraint on room: false
}
