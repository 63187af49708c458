package predicate_test

import (
	"reflect"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/predicate"
)

// TestRangesThatTouch: ranges become one if no value can lie between them by their markers alone. That the type has no
// value between two does not count.
func TestRangesThatTouch(t *testing.T) {
	five := int64(5)
	tests := map[string]struct {
		ranges, want []predicate.Range
	}{
		"all but a point, and the point": {
			[]predicate.Range{predicate.GreaterThan(five), predicate.Point(five), predicate.LessThan(five)}, []predicate.Range{predicate.Everything()},
		},
		"all but a point": {
			[]predicate.Range{predicate.GreaterThan(five), predicate.LessThan(five)}, []predicate.Range{predicate.LessThan(five), predicate.GreaterThan(five)},
		},
		"neighbours of an integer type": {
			[]predicate.Range{predicate.AtMost(int64(4)), predicate.AtLeast(five)}, []predicate.Range{predicate.AtMost(int64(4)), predicate.AtLeast(five)},
		},
		"overlapping": {[]predicate.Range{predicate.AtLeast(five), predicate.AtMost(int64(9))}, []predicate.Range{predicate.Everything()}},
	}
	for name, test := range tests {
		s, err := predicate.NewSortedRangeSet(arrow.PrimitiveTypes.Int64, false, test.ranges...)
		if err != nil || !reflect.DeepEqual(s.Ranges(), test.want) {
			t.Errorf("%s: %v (%v), want %v", name, s, err, test.want)
		}
	}
}

// TestPacking: milliseconds since 1970 in UTC above twelve bits of zone, negative ones too.
func TestPacking(t *testing.T) {
	for packed, want := range map[int64]struct {
		millis int64
		zone   int
	}{
		0: {0, 0}, 1170: {0, 1170}, 1 << 12: {1, 0}, -4096: {-1, 0}, -4096 + 1680: {-1, 1680}, 6979859251205266: {1704067200001, 1170},
	} {
		millis, zone := predicate.Unpack(packed)
		if millis != want.millis || zone != want.zone || predicate.Pack(want.millis, want.zone) != packed {
			t.Errorf("%d is %d in zone %d, want %d in zone %d", packed, millis, zone, want.millis, want.zone)
		}
	}
}
