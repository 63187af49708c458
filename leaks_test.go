package arch_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"athena-timestream/internal/deptest"
)

// TestMain fails the tests if a goroutine outlives them.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestGoroutinesRecover: a file of what runs in Lambda that starts a goroutine uses package panics, since a panic that nobody
// recovers from ends the process, and with it every request that it serves.
func TestGoroutinesRecover(t *testing.T) {
	started := 0
	for _, file := range shippedFiles(t) {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		starts := false
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.GoStmt:
				starts = true
			case *ast.CallExpr: // of a sync.WaitGroup or errgroup.Group
				if called, ok := n.Fun.(*ast.SelectorExpr); ok && called.Sel.Name == "Go" {
					starts = true
				}
			}
			return true
		})
		if !starts {
			continue
		}
		started++
		if !slices.ContainsFunc(f.Imports, func(i *ast.ImportSpec) bool { return strings.HasSuffix(i.Path.Value, `/federation/panics"`) }) {
			t.Errorf("%s starts a goroutine that does not recover from a panic: defer panics.Recover in it, and hand on the error", file)
		}
	}
	if started == 0 {
		t.Error("no goroutine is started anywhere: does this test still look at the right files?")
	}
}

// shippedFiles are the files of the Lambda binary that are ours.
func shippedFiles(t *testing.T) []string {
	t.Helper()
	var files []string
	for _, p := range deptest.Load(t, platforms[0], deptest.Deep, ours([]string{"cmd/athena-timestream"})...) {
		if folder, is := strings.CutPrefix(p.ImportPath, module+"/"); is {
			for _, name := range p.GoFiles {
				files = append(files, filepath.Join(folder, name))
			}
		}
	}
	return files
}

// TestLeaksAreLookedFor: every package with tests, of both modules, fails them if a goroutine outlives them.
func TestLeaksAreLookedFor(t *testing.T) {
	check := regexp.MustCompile(`(?m)^(func TestMain\(m \*testing\.M\) \{ |\t+|\t+if err := )goleak\.(VerifyTestMain|Find)\(`)
	looks := map[string]bool{} // by folder
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || d.Name() == "node_modules") {
			return fs.SkipDir
		}
		if strings.HasSuffix(path, "_test.go") {
			folder := filepath.Dir(path)
			looks[folder] = looks[folder] || check.MatchString(read(t, path))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for folder, does := range looks {
		if !does {
			t.Errorf("%s has tests and does not look for goroutines that they leave: add a TestMain with goleak.VerifyTestMain", folder)
		}
	}
}
