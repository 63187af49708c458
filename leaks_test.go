package arch_test

import (
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

// TestMain fails the tests if a goroutine outlives them.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

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
