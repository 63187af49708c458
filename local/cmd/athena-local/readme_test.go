package main

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"athena-timestream/timestream"
)

var update = flag.Bool("update", false, "write what the commands of README.md and docs print into them")

const (
	readmePath = "../../../README.md"
	docsFolder = "../../../docs"
	localPath  = docsFolder + "/local.md"
)

func TestREADME(t *testing.T) {
	page{readmePath, map[string]string{"readings.csv": filepath.Join(sharedData, "sensor_events.csv")}}.run(t)
}

// TestPages runs the console blocks of the other pages.
func TestPages(t *testing.T) {
	for _, name := range []string{"push-down.md", "migrating.md", "reading.md", "unload.md", "views.md"} {
		t.Run(name, func(t *testing.T) { page{filepath.Join(docsFolder, name), nil}.run(t) })
	}
}

// TestLocalPage gives the page's only block of CSV the name that its commands use.
func TestLocalPage(t *testing.T) {
	text, err := os.ReadFile(localPath)
	if err != nil {
		t.Fatal(err)
	}
	files := blocks(string(text), "csv")
	if len(files) != 1 {
		t.Fatalf("the page shows %d CSV files, want one", len(files))
	}
	readings := filepath.Join(t.TempDir(), "readings.csv")
	if err := os.WriteFile(readings, []byte(files[0]), 0o600); err != nil {
		t.Fatal(err)
	}
	page{localPath, map[string]string{"readings.csv": readings}}.run(t)
}

// TestLocalPageIsRun: somebody runs or reads every block of code that docs/local.md shows: this package "console" and "csv",
// timestreamtest "go", interop/page.py "sh", "python" and their "text".
func TestLocalPageIsRun(t *testing.T) {
	text, err := os.ReadFile(localPath)
	if err != nil {
		t.Fatal(err)
	}
	run := []string{"console", "csv", "go", "sh", "python", "text", ""} // the last is a block's end
	for i, fence := range regexp.MustCompile("(?m)^```(.*)$").FindAllStringSubmatch(string(text), -1) {
		if !slices.Contains(run, fence[1]) || (i%2 == 1) != (fence[1] == "") {
			t.Errorf("nobody runs the page's block %q", fence[0])
		}
	}
	fenced := regexp.MustCompile("(?ms)^```.*?^```$")
	if indented := regexp.MustCompile(`(?m)^    .*$`).FindString(fenced.ReplaceAllString(string(text), "")); indented != "" {
		t.Errorf("nobody runs the page's indented block: %s", indented)
	}
}

// TestLocalPageNamesAllFlags ties the page's table of flags to serve's.
func TestLocalPageNamesAllFlags(t *testing.T) {
	text, err := os.ReadFile(localPath)
	if err != nil {
		t.Fatal(err)
	}
	var help bytes.Buffer
	if code := run(context.Background(), []string{"serve", "--help"}, streams{strings.NewReader(""), &help, &help}); code != 0 {
		t.Fatalf("exit code %d\n%s", code, help.String())
	}
	var flags, named []string
	for _, flag := range regexp.MustCompile(`(?m)^ {2,6}(?:-[a-z], )?(--[a-z-]+)`).FindAllStringSubmatch(help.String(), -1) {
		if flag[1] != "--help" {
			flags = append(flags, flag[1])
		}
	}
	_, table, _ := strings.Cut(string(text), "| flag of `serve` |")
	table, _, _ = strings.Cut(table, "\n\n")
	for _, row := range regexp.MustCompile("(?m)^\\| `(--[a-z-]+)").FindAllStringSubmatch(table, -1) {
		named = append(named, row[1])
	}
	slices.Sort(flags)
	slices.Sort(named)
	if !slices.Equal(flags, named) {
		t.Errorf("serve has the flags\n%q\nthe page's table has\n%q", flags, named)
	}
}

// TestREADMENamesAllSettings ties the README's table to what the connector reads.
func TestREADMENamesAllSettings(t *testing.T) {
	readme, err := os.ReadFile(readmePath)
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(readme), "| variable | default |")
	table, _, _ = strings.Cut(table, "\n\n")
	var named []string
	for _, row := range strings.Split(table, "\n") {
		cells := strings.Split(row, "|")
		if len(cells) > 1 {
			for _, name := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(cells[1], -1) {
				named = append(named, name[1])
			}
		}
	}
	settings := timestream.SettingNames()
	slices.Sort(named)
	slices.Sort(settings)
	if !slices.Equal(named, settings) {
		t.Errorf("the README's table has\n%q\nthe connector reads\n%q", named, settings)
	}
}
