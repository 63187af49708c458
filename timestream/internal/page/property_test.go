package page_test

import (
	"fmt"
	"testing"
)

// TestGenerated compares generated pages with the SDK's view of them. The seed is the name of the subtest.
func TestGenerated(t *testing.T) {
	tests := map[string]struct {
		loose  bool
		faults int
		bySDK  int // pages of this sort that may need the SDK
	}{
		"compact": {},
		"loose":   {loose: true, bySDK: 120},
		"faulty":  {loose: true, faults: 2, bySDK: 400},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			bySDK := 0
			const pages = 400
			for seed := range uint64(pages) {
				t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) {
					g := newGenerator(seed)
					g.loose, g.values = test.loose, test.faults
					p, _ := compare(t, g.page(1+g.IntN(6), g.IntN(30), g.IntN(4)))
					if p.BySDK {
						bySDK++
					}
				})
			}
			if t.Logf("%d of %d pages were left to the SDK", bySDK, pages); bySDK > test.bySDK {
				t.Error("the scan should read more of these")
			}
		})
	}
}
