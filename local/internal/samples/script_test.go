package samples_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// sample is a documented query with the answer that it must get.
type sample struct {
	place    string // file:line, for messages
	page     string
	title    string
	sql      string
	anyOrder bool
	refused  bool
	answer   []string // the columns, then the rows; of a refused query the error
}

// name is how go test calls the sample.
func (s sample) name() string { return s.page + "/" + s.title }

// readSamples reads every script.
func readSamples(t testing.TB) []sample {
	t.Helper()
	paths, err := filepath.Glob("testdata/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	var all []sample
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		part, err := parseScript(path, string(text))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, part...)
	}
	return all
}

// parseScript reads the blocks of one file; the package comment shows a block.
func parseScript(path, text string) ([]sample, error) {
	var all []sample
	line := 1
	for _, block := range strings.Split(text, "\n\n") {
		s, err := parseBlock(block)
		s.place = fmt.Sprintf("%s:%d", path, line)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.place, err)
		}
		if s.sql != "" {
			all = append(all, s)
		}
		line += strings.Count(block, "\n") + 2
	}
	return all, nil
}

// parseBlock reads a block. One that is a comment from end to end gives the zero sample.
func parseBlock(block string) (s sample, err error) {
	lines := strings.Split(strings.Trim(block, "\n"), "\n")
	for len(lines) > 0 && (lines[0] == "" || strings.HasPrefix(lines[0], "#")) {
		lines = lines[1:]
	}
	if len(lines) == 0 {
		return s, nil
	}
	var ok bool
	if s.page, s.title, ok = strings.Cut(lines[0], ": "); !ok {
		return s, fmt.Errorf("%q is not a page and a title", lines[0])
	}
	for i, l := range lines[1:] {
		how, isRule := strings.CutPrefix(l, "----")
		if !isRule {
			continue
		}
		switch how {
		case "":
		case " any order":
			s.anyOrder = true
		case " refused":
			s.refused = true
		default:
			return s, fmt.Errorf("%q: nothing, \"any order\" or \"refused\" may follow the dashes", l)
		}
		s.sql = strings.Join(lines[1:i+1], "\n")
		for _, a := range lines[i+2:] {
			s.answer = append(s.answer, tidy(a))
		}
		return s, s.valid()
	}
	return s, fmt.Errorf("%s: no line of dashes", s.title)
}

// valid is an error if a sample could only pass by luck.
func (s sample) valid() error {
	text := strings.ToUpper(s.sql)
	switch {
	case s.sql == "" || len(s.answer) == 0:
		return fmt.Errorf("%s: a query above the dashes and an answer below them are wanted", s.title)
	case len(s.answer) > 2 && !s.anyOrder && !strings.Contains(text, "ORDER BY") && !strings.HasPrefix(text, "DESCRIBE"):
		return fmt.Errorf("%s: the query promises no order: write \"---- any order\"", s.title)
	}
	return nil
}

// tidy takes out the blanks that line columns up.
func tidy(row string) string {
	cells := strings.Split(row, " |")
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	return strings.Join(cells, " | ")
}
