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

	"github.com/google/shlex"

	"athena-timestream/timestream"
)

var update = flag.Bool("update", false, "write what the README's commands print into it")

const readmePath = "../../../README.md"

// TestREADME runs the commands of the README's console blocks, in order and over one data folder, and compares what they
// print with what the README shows, digits and widths aside: the demo's values change by the minute.
func TestREADME(t *testing.T) {
	readme, err := os.ReadFile(readmePath)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, example := range consoleExamples(string(readme)) {
		args, err := shlex.Split(example.command)
		if err != nil {
			t.Fatal(err)
		}
		args = athenaLocal(args)
		if args == nil {
			t.Errorf("the README's console blocks run athena-local, not: %s", example.command)
			continue
		}
		for i, arg := range args {
			if arg == "readings.csv" { // the README's name for the user's file
				args[i] = filepath.Join(sharedData, "sensor_events.csv")
				if _, err := os.Stat(args[i]); err != nil {
					t.Skip("the README's last examples need the folder shared/data beside the project")
				}
			}
		}
		var out bytes.Buffer
		args = append(args, "--data", dir)
		if code := run(context.Background(), args, streams{strings.NewReader(""), &out, &out}); code != 0 {
			t.Errorf("$ %s\nexit code %d\n%s", example.command, code, out.String())
			continue
		}
		if *update {
			readme = bytes.Replace(readme, []byte(example.command+"\n"+example.output), []byte(example.command+"\n"+out.String()), 1)
			continue
		}
		if got, want := shape(out.String()), shape(example.output); got != want {
			t.Errorf("$ %s\nprints\n%s\nthe README shows\n%s\ncompared as\n%s\nand\n%s\n(-update writes it)", example.command, out.String(), example.output, got, want)
		}
	}
	if *update {
		if err := os.WriteFile(readmePath, readme, 0o644); err != nil {
			t.Fatal(err)
		}
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

type consoleExample struct{ command, output string }

func consoleExamples(markdown string) []consoleExample {
	var out []consoleExample
	for _, block := range regexp.MustCompile("(?s)```console\n(.*?)```").FindAllStringSubmatch(markdown, -1) {
		for _, part := range strings.Split("\n"+block[1], "\n$ ")[1:] {
			command, output, _ := strings.Cut(part, "\n")
			out = append(out, consoleExample{command, output})
		}
	}
	return out
}

// athenaLocal is the arguments of a command that runs athena-local, in one way or the other.
func athenaLocal(args []string) []string {
	for _, prefix := range [][]string{{"athena-local"}, {"go", "run", "./local/cmd/athena-local"}} {
		if len(args) > len(prefix) && strings.Join(args[:len(prefix)], " ") == strings.Join(prefix, " ") {
			return args[len(prefix):]
		}
	}
	return nil
}

var (
	numbers = regexp.MustCompile(`[0-9][0-9.,:]*`)
	ids     = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}`)
	lines   = regexp.MustCompile(`─+`)
	blanks  = regexp.MustCompile(`[ \t]+`)
	units   = regexp.MustCompile(`#(µs|ms|s)\b`)
	names   = regexp.MustCompile(`host-\w+`)
	plurals = regexp.MustCompile(`# (row|page|block|split)s?\b`)
)

// shape is a text without what changes from run to run: numbers, times, ids, which host comes first, widths.
func shape(s string) string {
	s = ids.ReplaceAllString(s, "ID")
	s = names.ReplaceAllString(s, "HOST")
	s = numbers.ReplaceAllString(s, "#")
	s = units.ReplaceAllString(s, "#")
	s = strings.ReplaceAll(s, "# kB", "# B")
	s = plurals.ReplaceAllString(s, "# $1")
	s = lines.ReplaceAllString(s, "─")
	s = blanks.ReplaceAllString(s, " ")
	return strings.TrimSpace(s)
}
