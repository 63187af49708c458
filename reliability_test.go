package arch_test

import (
	"os"
	"strings"
	"testing"
)

const reliabilityFile = "docs/reliability.md"

// TestReliability: every promise names tests that are there, and says what the user sees.
func TestReliability(t *testing.T) {
	document, err := os.ReadFile(reliabilityFile)
	if err != nil {
		t.Fatal(err)
	}
	promises := 0
	for _, b := range markdownBlocks(string(document)) {
		if b.kind != row {
			continue
		}
		promises++
		cells := strings.Split(strings.Trim(b.text, "| "), " | ")
		if len(cells) != 3 {
			t.Errorf("%s:%d: a promise has three cells (promise, tests, what the user sees): %s", reliabilityFile, b.line, b.text)
			continue
		}
		tests := reference.FindAllString(cells[1], -1)
		if rest := strings.Trim(reference.ReplaceAllString(cells[1], ""), " ,"); len(tests) == 0 || rest != "" {
			t.Errorf("%s:%d: the second cell lists tests as [folder Test/case]: %s", reliabilityFile, b.line, cells[1])
		}
		for _, r := range tests {
			if err := resolve(t, r); err != nil {
				t.Errorf("%s:%d: %s: %v", reliabilityFile, b.line, r, err)
			}
		}
	}
	if promises == 0 {
		t.Errorf("no promises: is %s still read as it is written?", reliabilityFile)
	}
}
