package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
)

// bar is one thing that has to be so fast, or so small.
type bar struct {
	what         string
	atLeast      bool // else at most
	bar, stretch float64
	unit         string
	measure      func(*lab, context.Context) (float64, string, error) // the second says how it came about
}

// bars is the whole table.
var bars = []bar{
	{"decoder, page in memory → columns, against the SDK path", true, 40, 60, "×", (*lab).decoder},
	{"the decoder's allocations a page, after the first", false, 0, 0, "", (*lab).allocations},
	{"real client over loopback HTTP → Arrow, against the SDK path", true, 25, 35, "×", (*lab).loopback},
	{"decode + encode + AES-GCM, rows/s a core, against reading the same bodies alone", true, 0.3, 0.45, "×", (*lab).oneCore},
	{"whole ReadRecords of 1,000,000 rows with spills, against the SDK path on the same server", true, 15, 20, "×", (*lab).againstSDK},
	{"the same against reading the same bodies alone, wall", false, 2.5, 2, "×", (*lab).againstAloneWall},
	{"the same against reading the same bodies alone, CPU", false, 3.5, 2.5, "×", (*lab).againstAloneCPU},
	{"the same with 20 ms a page, one split, against pages × latency", false, 1.2, 1.1, "×", (*lab).latency},
	{"the same with 20 ms a page, 8 splits in 8 instances of the handler, against one split", true, 5, 7, "×", (*lab).eightSplits},
	{"peak RSS of the function for 1,000,000 rows", false, 150, 100, " MB", (*lab).peakOne},
	{"peak RSS of the function for 10,000,000 rows", false, 150, 100, " MB", (*lab).peakTen},
	{"the two peaks, larger against smaller", false, 1.2, 1.2, "×", (*lab).peaksEqual},
	{"process start to the first whole conversation answered (Ping to ReadRecords, small result)", false, 100, 60, " ms", (*lab).start},
	{"Lambda zip, arm64", false, 9, 7, " MB", (*lab).zip},
}

// row is a bar that was measured.
type row struct {
	bar
	value float64
	how   string
}

func (l *lab) measure(ctx context.Context) ([]row, error) {
	var rows []row
	for _, b := range bars {
		fmt.Fprintln(os.Stderr, "…", b.what)
		value, how, err := b.measure(l, ctx)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", b.what, err)
		}
		rows = append(rows, row{b, value, how})
	}
	return rows, nil
}

// reaches says whether a value is good enough for a limit.
func (b bar) reaches(value, limit float64) bool {
	if b.atLeast {
		return value >= limit
	}
	return value <= limit
}

// half is the limit that is kept on a machine that does other things too.
func (b bar) half() float64 {
	if b.atLeast {
		return b.bar / 2
	}
	return b.bar * 2
}

func (r row) verdict() string {
	switch {
	case !r.reaches(r.value, r.bar.bar):
		return "**missed**"
	case r.reaches(r.value, r.stretch):
		return "stretch"
	default:
		return "reached"
	}
}

// limits are the cells of a table that say what is wanted.
func (b bar) limits() string {
	sign := "≤"
	if b.atLeast {
		sign = "≥"
	}
	return fmt.Sprintf("| %s | %s %v%s | %v%s |", b.what, sign, b.bar, b.unit, b.stretch, b.unit)
}

// head is the table's.
const head = "| what | bar | stretch | measured | | from |\n|---|---|---|---|---|---|\n"

func table(rows []row) string {
	var sb strings.Builder
	sb.WriteString(head)
	for _, r := range rows {
		fmt.Fprintf(&sb, "%s %.3g%s | %s | %s |\n", r.limits(), r.value, r.unit, r.verdict(), r.how)
	}
	return sb.String()
}

// failed is an error that names the bars that were missed, by more than half if short.
func failed(rows []row, short bool) error {
	var faults []error
	for _, r := range rows {
		limit := r.bar.bar
		if short {
			limit = r.half()
		}
		if !r.reaches(r.value, limit) {
			faults = append(faults, fmt.Errorf("missed: %s: %.3g%s where %.3g%s is the limit", r.what, r.value, r.unit, limit, r.unit))
		}
	}
	return errors.Join(faults...)
}
