package predicate_test

import (
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/predicate"
	"athena-timestream/internal/golden"
)

// FuzzZone: a zone's name has one key, by which it is found again; any packed value is a time in its zone or an error; and
// values compare the same both ways.
func FuzzZone(f *testing.F) {
	for key := range 1 << 12 {
		if name, ok := predicate.ZoneName(key); ok && key%7 == 0 {
			f.Add(name, predicate.Pack(int64(key)<<30, key), int64(key))
		}
	}
	for _, name := range []string{"", "Z", "utc", "UTC+5", "GMT-14:00", "Etc/GMT+12", "+05:30", "-00:00", "+99:99", "US/Pacific-New", "EST", "etc/etc/gmt", "é", "utc+", "+1:2:3"} {
		f.Add(name, int64(-1), int64(1<<62))
	}
	f.Fuzz(func(t *testing.T, name string, a, b int64) {
		if key, err := predicate.ZoneKey(name); err == nil {
			canonical, ok := predicate.ZoneName(key)
			again, err := predicate.ZoneKey(canonical)
			if !ok || err != nil || again != key {
				t.Fatalf("%q has key %d, %q, which has key %d (%v)", name, key, canonical, again, err)
			}
		}
		_, key := predicate.Unpack(a)
		_, known := predicate.ZoneName(key)
		at, err := predicate.ZonedTime(a)
		if (err == nil) != known {
			t.Fatalf("key %d in use: %v; %v", key, known, err)
		}
		if millis, _ := predicate.Unpack(a); err == nil && at.UnixMilli() != millis {
			t.Fatalf("%d is %v", a, at)
		}
		x, errX := predicate.Compare(&arrow.TimestampType{Unit: arrow.Millisecond, TimeZone: "UTC"}, a, b)
		y, errY := predicate.Compare(&arrow.TimestampType{Unit: arrow.Millisecond, TimeZone: "UTC"}, b, a)
		if errX != nil || errY != nil || x != -y || (x == 0) != (a == b) {
			t.Fatalf("%d and %d compare as %d and %d (%v, %v)", a, b, x, y, errX, errY)
		}
	})
}

func TestZoneNamesAreBounded(t *testing.T) {
	for _, piece := range []string{"a", "+", "9", ":", "utc", "etc/", "é"} {
		name := strings.Repeat(piece, 1<<16)
		golden.Bounded(t, piece, len(name), 50, func() { _, _ = predicate.ZoneKey(name) })
	}
}
