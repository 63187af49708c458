package main

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/shlex"
)

// page is a Markdown page whose console blocks are run, in order and over one data folder.
type page struct {
	path string
	// files are what the page's commands call the user's files, and where those are.
	files map[string]string
}

// run compares what each command prints with what the page shows, digits and widths aside: the demo's values change by the
// minute. With -update it writes what they print into the page. A command that ends in & goes on while the others run.
func (p page) run(t *testing.T) {
	text, err := os.ReadFile(p.path)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, example := range consoleExamples(string(text)) {
		var printed string
		if command, goesOn := strings.CutSuffix(example.command, " &"); goesOn {
			args := append(p.arguments(t, command), "--listen", "127.0.0.1:0")
			printed = addresses.ReplaceAllString(background(t, dir, append(args, "--data", dir)), "http://127.0.0.1:8600")
		} else {
			var out bytes.Buffer
			if code := run(context.Background(), append(p.arguments(t, command), "--data", dir), streams{strings.NewReader(""), &out, &out}); code != 0 {
				t.Errorf("$ %s\nexit code %d\n%s", example.command, code, out.String())
				continue
			}
			printed = out.String()
		}
		printed = strings.ReplaceAll(printed, dir, "~/.cache/athena-local")
		if *update {
			text = bytes.Replace(text, []byte(example.command+"\n"+example.output), []byte(example.command+"\n"+printed), 1)
			continue
		}
		if got, want := shape(printed), shape(example.output); got != want {
			t.Errorf("$ %s\nprints\n%s\n%s shows\n%s\ncompared as\n%s\nand\n%s\n(-update writes it)", example.command, printed, p.path, example.output, got, want)
		}
	}
	if *update {
		if err := os.WriteFile(p.path, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// arguments are those of a command of the page that runs athena-local, in one way or the other.
func (p page) arguments(t *testing.T, command string) []string {
	t.Helper()
	words, err := shlex.Split(command)
	if err != nil {
		t.Fatal(err)
	}
	for _, prefix := range [][]string{{"athena-local"}, {"go", "run", "./local/cmd/athena-local"}} {
		if len(words) <= len(prefix) || strings.Join(words[:len(prefix)], " ") != strings.Join(prefix, " ") {
			continue
		}
		args := words[len(prefix):]
		for i, arg := range args {
			file, ok := p.files[arg]
			if !ok {
				continue
			}
			if _, err := os.Stat(file); err != nil {
				t.Skipf("the other examples of %s need %s, which is kept beside the project", p.path, filepath.Base(file))
			}
			args[i] = file
		}
		return args
	}
	t.Fatalf("the console blocks of %s run athena-local, not: %s", p.path, command)
	return nil
}

// background runs a server until the test ends, and returns what it had printed when it answered.
func background(t *testing.T, dir string, args []string) string {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	out := &lockedBuffer{}
	ended := make(chan int, 1)
	go func() { ended <- run(ctx, args, streams{strings.NewReader(""), out, out}) }()
	t.Cleanup(func() {
		stop()
		if code := <-ended; code != 0 {
			t.Errorf("athena-local %s\nexit code %d\n%s", strings.Join(args, " "), code, out.String())
		}
	})
	for range 300 {
		if _, err := os.Stat(filepath.Join(dir, "serve.url")); !errors.Is(err, fs.ErrNotExist) && strings.HasSuffix(out.String(), "ends it.\n") {
			return out.String()
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("athena-local %s does not answer:\n%s", strings.Join(args, " "), out.String())
	return ""
}

// lockedBuffer is read while a command writes to it.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

type consoleExample struct{ command, output string }

func consoleExamples(markdown string) []consoleExample {
	var out []consoleExample
	for _, block := range blocks(markdown, "console") {
		for _, part := range strings.Split("\n"+block, "\n$ ")[1:] {
			command, output, _ := strings.Cut(part, "\n")
			out = append(out, consoleExample{command, output})
		}
	}
	return out
}

// blocks are the texts of a page's code blocks of one language.
func blocks(markdown, language string) []string {
	var out []string
	for _, block := range regexp.MustCompile("(?ms)^```"+language+"\n(.*?)^```$").FindAllStringSubmatch(markdown, -1) {
		out = append(out, block[1])
	}
	return out
}

var (
	addresses = regexp.MustCompile(`http://127\.0\.0\.1:[0-9]+`)

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
