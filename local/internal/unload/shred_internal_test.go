package unload

import (
	"math"
	"testing"

	"github.com/parquet-go/parquet-go/deprecated"
)

// Julian days are those of any almanac: 2000-01-01 is day 2451545.
func TestInt96Value(t *testing.T) {
	t.Parallel()
	const day = 86400 * 1_000_000_000
	for ns, want := range map[int64]struct {
		day  uint32
		rest uint64 // nanoseconds of the day
	}{
		0:                           {2440588, 0},
		1:                           {2440588, 1},
		-1:                          {2440587, day - 1},
		-day:                        {2440587, 0},
		946684800_000000000:         {2451545, 0},
		946684800_000000000 + 1<<40: {2451545, 1 << 40},
		1655460920_123456789:        {2459748, (10*3600+15*60+20)*1e9 + 123456789},
		math.MaxInt64:               {2547339, (23*3600+47*60+16)*1e9 + 854775807},
		-9223372036_000000000:       {2333836, (12*60 + 44) * 1e9},
	} {
		got := int96Value(ns).Int96()
		if want := (deprecated.Int96{uint32(want.rest), uint32(want.rest >> 32), want.day}); got != want {
			t.Errorf("%d: got %v, want %v", ns, got, want)
		}
	}
}
