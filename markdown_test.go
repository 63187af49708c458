package arch_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// blockKind is what a block of a Markdown document is.
type blockKind int

const (
	paragraph blockKind = iota
	item                // of a list, with its further lines
	row                 // of a table, without its head
	fence               // code
	heading
)

// markdownBlock is one block of a Markdown document.
type markdownBlock struct {
	kind    blockKind
	line    int    // its first, from 1
	section string // title of the chapter ("## ") that it stands in
	info    string // what follows the opening fence
	text    string // its lines on one, but for code
}

var (
	itemStart   = regexp.MustCompile(`^\s*(?:[-*]|\d+\.) `)
	tableRule   = regexp.MustCompile(`^\|[-|: ]+\|$`)
	sectionMark = regexp.MustCompile(`^\d+\. `)
)

// protocolBlocks reads the protocol document.
func protocolBlocks(t *testing.T) []markdownBlock {
	t.Helper()
	b, err := os.ReadFile(protocolFile)
	if err != nil {
		t.Fatal(err)
	}
	return markdownBlocks(string(b))
}

// markdownBlocks takes apart as much of Markdown as the document uses.
func markdownBlocks(document string) []markdownBlock {
	r := markdownReader{lines: strings.Split(document, "\n")}
	for r.next < len(r.lines) {
		r.block()
	}
	return r.blocks
}

type markdownReader struct {
	lines   []string
	next    int
	section string
	blocks  []markdownBlock
}

func (r *markdownReader) block() {
	start, line := r.next, r.lines[r.next]
	r.next++
	b := markdownBlock{line: start + 1, section: r.section, text: line}
	switch {
	case strings.TrimSpace(line) == "":
		return
	case strings.HasPrefix(line, "```"):
		b.kind, b.info = fence, line[3:]
		b.text = strings.Join(r.until(func(l string) bool { return strings.HasPrefix(l, "```") }), "\n")
		r.next++
	case strings.HasPrefix(line, "#"):
		b.kind = heading
		if title, ok := strings.CutPrefix(line, "## "); ok {
			r.section = sectionMark.ReplaceAllString(title, "")
			b.section = r.section
		}
	case strings.HasPrefix(line, "|"):
		b.kind = row
		if r.next < len(r.lines) && tableRule.MatchString(r.lines[r.next]) {
			r.next++ // this was the head
			return
		}
	default:
		if itemStart.MatchString(line) {
			b.kind = item
		}
		more := r.until(func(l string) bool {
			return strings.TrimSpace(l) == "" || itemStart.MatchString(l) || strings.HasPrefix(l, "```") || strings.HasPrefix(l, "|")
		})
		for _, l := range more {
			b.text += " " + strings.TrimSpace(l)
		}
	}
	r.blocks = append(r.blocks, b)
}

// until takes the lines before the first that stops.
func (r *markdownReader) until(stop func(string) bool) []string {
	start := r.next
	for r.next < len(r.lines) && !stop(r.lines[r.next]) {
		r.next++
	}
	return r.lines[start:r.next]
}

func read(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
