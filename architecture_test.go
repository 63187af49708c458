package arch_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestArchitectureIsTheTree holds ARCHITECTURE.md's table of folders against the tree, both ways: a folder that is named
// exists, and a folder with Go code of its own is named.
func TestArchitectureIsTheTree(t *testing.T) {
	text, err := os.ReadFile("ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(text), "| folder | what it holds |")
	table, _, _ = strings.Cut(table, "\n\n")
	named := map[string]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\|").FindAllStringSubmatch(table, -1) {
		named[row[1]] = true
		if info, err := os.Stat(row[1]); err != nil || !info.IsDir() {
			t.Errorf("ARCHITECTURE.md names %s, which is no folder", row[1])
		}
	}
	for _, folder := range goFolders(t, ".") {
		if !named[folder] {
			t.Errorf("%s holds Go code and ARCHITECTURE.md does not name it", folder)
		}
	}
}

func goFolders(t *testing.T, root string) []string {
	t.Helper()
	var out []string
	var visit func(string)
	visit = func(dir string) {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		holdsGo := false
		for _, e := range entries {
			name := e.Name()
			switch {
			case e.IsDir() && name != "testdata" && name != "vectors" && !strings.HasPrefix(name, "."):
				visit(strings.TrimPrefix(dir+"/"+name, "./"))
			case strings.HasSuffix(name, ".go"):
				holdsGo = true
			}
		}
		if holdsGo && dir != root {
			out = append(out, dir)
		}
	}
	visit(root)
	return out
}
