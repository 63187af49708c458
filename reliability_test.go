package arch_test

import (
	"os"
	"strings"
	"testing"
)

// promisesIn are the documents whose tables hold promises, with the number of their cells: the promise, its tests, and for the
// first one what the user sees.
var promisesIn = map[string]int{"docs/reliability.md": 3, "SECURITY.md": 2}

// TestReliability: every promise names tests that are there.
func TestReliability(t *testing.T) {
	for file, cells := range promisesIn {
		t.Run(file, func(t *testing.T) { checkPromises(t, file, cells) })
	}
}

func checkPromises(t *testing.T, file string, want int) {
	document, err := os.ReadFile(file)
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
		if len(cells) != want {
			t.Errorf("%s:%d: a promise has %d cells: %s", file, b.line, want, b.text)
			continue
		}
		tests := reference.FindAllString(cells[1], -1)
		if rest := strings.Trim(reference.ReplaceAllString(cells[1], ""), " ,"); len(tests) == 0 || rest != "" {
			t.Errorf("%s:%d: the second cell lists tests as [folder Test/case]: %s", file, b.line, cells[1])
		}
		for _, r := range tests {
			if err := resolve(t, r); err != nil {
				t.Errorf("%s:%d: %s: %v", file, b.line, r, err)
			}
		}
	}
	if promises == 0 {
		t.Errorf("no promises: is %s still read as it is written?", file)
	}
}
