package main

import (
	"fmt"
	"os"
	"strings"
)

// The marks around the part of a document that is the program's.
const (
	blockOpen  = "<!-- bench: written by `make bench` -->\n"
	blockClose = "<!-- /bench -->\n"
)

// marked finds what stands between the marks.
func marked(text string) (before, inside, after string, err error) {
	before, rest, opened := strings.Cut(text, blockOpen)
	inside, after, closed := strings.Cut(rest, blockClose)
	if !opened || !closed {
		return "", "", "", fmt.Errorf("there is no part between %q and %q", strings.TrimSpace(blockOpen), strings.TrimSpace(blockClose))
	}
	return before, inside, after, nil
}

// writeBlock puts text between the marks of a document.
func writeBlock(path, text string) error {
	doc, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	before, _, after, err := marked(string(doc))
	if err != nil {
		return fmt.Errorf("write the table into %s: %w", path, err)
	}
	return os.WriteFile(path, []byte(before+blockOpen+text+blockClose+after), 0o644)
}
