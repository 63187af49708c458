package tsdb

import (
	"math/rand/v2"
	"testing"
)

// A time that was added is in a span, whatever the order; and holes between writers stay open.
func TestSpans(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	for range 200 {
		var s spans
		var added []int64
		for range 1 + random.IntN(100) {
			time := random.Int64N(1 + random.Int64N(1000))
			s, added = s.add(time), append(added, time)
			for i := range s {
				if s[i].first > s[i].last || i > 0 && s[i-1].last >= s[i].first || len(s) > maxSpans {
					t.Fatalf("after %v: %v", added, s)
				}
			}
			for _, a := range added {
				if _, ok := s.find(a); !ok {
					t.Fatalf("%d is lost of %v: %v", a, added, s)
				}
			}
		}
	}
	var s spans
	for _, batch := range []int64{0, 200, 500, 100, 400} {
		for i := range int64(100) {
			if _, ok := s.find(batch + i); ok {
				t.Fatalf("%d would be looked for: %v", batch+i, s)
			}
			s = s.add(batch + i)
		}
	}
}
