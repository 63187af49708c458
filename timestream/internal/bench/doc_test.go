package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const document = "../../../docs/performance.md"

// TestDocument: the table in the document has the program's bars, all of them in their order, and shows its curves.
func TestDocument(t *testing.T) {
	text, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	_, inside, _, err := marked(string(text))
	if err != nil {
		t.Fatal(err)
	}
	intro, rows, found := strings.Cut(inside, head)
	if !found || !strings.HasPrefix(intro, "Machine: ") {
		t.Fatalf("no machine and no table in\n%s", inside)
	}
	lines := strings.Split(strings.TrimSpace(rows), "\n")
	if len(lines) != len(bars) {
		t.Fatalf("%d rows in the document, %d bars in the program: run make bench", len(lines), len(bars))
	}
	for i, b := range bars {
		if !strings.HasPrefix(lines[i], b.limits()) {
			t.Errorf("row %d is\n%s\nwhere the program has\n%s", i+1, lines[i], b.limits())
		}
	}
	for _, c := range curves {
		if !strings.Contains(string(text), "(performance/"+c.file+")") {
			t.Errorf("%s is not shown", c.file)
		}
		if _, err := os.Stat(filepath.Join(filepath.Dir(document), "performance", c.file)); err != nil {
			t.Error(err)
		}
	}
}

func TestVerdicts(t *testing.T) {
	fast := bar{what: "fast", atLeast: true, bar: 10, stretch: 20}
	small := bar{what: "small", bar: 10, stretch: 5}
	for _, c := range []struct {
		bar
		value   float64
		verdict string
		short   bool // good enough for CI
	}{
		{fast, 21, "stretch", true},
		{fast, 10, "reached", true},
		{fast, 9, "**missed**", true},
		{fast, 4.9, "**missed**", false},
		{small, 5, "stretch", true},
		{small, 10, "reached", true},
		{small, 11, "**missed**", true},
		{small, 20.1, "**missed**", false},
	} {
		r := row{c.bar, c.value, ""}
		if got := r.verdict(); got != c.verdict {
			t.Errorf("%s at %v: %s, want %s", c.what, c.value, got, c.verdict)
		}
		if err := failed([]row{r}, true); (err == nil) != c.short {
			t.Errorf("%s at %v, short: %v", c.what, c.value, err)
		}
		if err := failed([]row{r}, false); (err == nil) != (c.verdict != "**missed**") {
			t.Errorf("%s at %v: %v", c.what, c.value, err)
		}
	}
}

func TestTick(t *testing.T) {
	for largest, want := range map[float64]float64{0: 1, 1: 0.2, 0.35: 0.05, 7.4: 1, 16: 2, 40: 10, 48: 10, 99: 10} {
		if got := tick(largest); got < want*0.999 || got > want*1.001 {
			t.Errorf("%v has a mark every %v, want %v", largest, got, want)
		}
	}
}
