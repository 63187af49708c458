// Package deptest checks what packages import, so that the architecture's rules
// are tests: each with the reason beside it. It asks the go command, which
// knows build constraints, and never compiles anything.
package deptest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Package is what the go command says of a package.
type Package struct {
	ImportPath string
	Doc        string // first sentence of the package comment
	Standard   bool
	Imports    []string // direct ones, tests left out; not in Find
	CgoFiles   []string
	Dir        string
	GoFiles    []string
	Error      *struct{ Err string }
}

// Platform is what a package is looked at for; cgo is always off.
type Platform struct{ OS, Arch string }

// Mode is how much of a package is looked at.
type Mode string

const (
	Find   Mode = "-find"       // the packages alone: name, comment, files
	Direct Mode = "-deps=false" // with their direct imports
	Deep   Mode = "-deps"       // and all packages that they reach, as results of their own
)

// Load lists packages by pattern. The directory is the calling test's. It fails
// the test if the go command does, or if a package has errors.
func Load(t testing.TB, p Platform, mode Mode, patterns ...string) []Package {
	t.Helper()
	args := []string{"list", "-json=ImportPath,Doc,Standard,Imports,Dir,CgoFiles,GoFiles,Error", string(mode)}
	cmd := exec.CommandContext(t.Context(), "go", append(args, patterns...)...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+p.OS, "GOARCH="+p.Arch)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list %s: %v\n%s", strings.Join(patterns, " "), err, &stderr)
	}
	packages, err := decode(out)
	if err != nil {
		t.Fatalf("go list %s: %v", strings.Join(patterns, " "), err)
	}
	if err := touch(packages); err != nil {
		t.Fatal(err)
	}
	return packages
}

// touch opens the folders of the packages that lie below the working directory,
// and those between. The go command reuses a test's result until a file changes
// that the test itself has opened; what go list has read it does not know.
func touch(packages []Package) error {
	top, err := os.Getwd()
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, p := range packages {
		for dir := p.Dir; !seen[dir] && (dir == top || strings.HasPrefix(dir, top+string(filepath.Separator))); dir = filepath.Dir(dir) {
			seen[dir] = true
			if _, err := os.ReadDir(dir); err != nil {
				return err
			}
		}
	}
	return nil
}

func decode(out []byte) ([]Package, error) {
	d := json.NewDecoder(bytes.NewReader(out))
	var all []Package
	for {
		var p Package
		switch err := d.Decode(&p); {
		case errors.Is(err, io.EOF):
			return all, nil
		case err != nil:
			return nil, err
		case p.Error != nil:
			return nil, fmt.Errorf("%s: %s", p.ImportPath, p.Error.Err)
		}
		all = append(all, p)
	}
}

// Rule forbids imports. A pattern is an import path; with "/..." at its end also
// everything below.
type Rule struct {
	Pattern string
	Reason  string
}

// Forbidden returns one line for each package that breaks a rule, with a
// package that imports it and the reason. packages is a Load in mode Deep.
func Forbidden(packages []Package, rules []Rule) []string {
	var faults []string
	for _, p := range packages {
		for _, r := range rules {
			if Match(r.Pattern, p.ImportPath) {
				faults = append(faults, fmt.Sprintf("%s (imported by %s): %s", p.ImportPath, importer(packages, p.ImportPath), r.Reason))
			}
		}
	}
	return faults
}

func importer(packages []Package, path string) string {
	for _, p := range packages {
		if slices.Contains(p.Imports, path) {
			return p.ImportPath
		}
	}
	return "nobody: it was asked for itself"
}

// Match reports whether an import path is meant by a pattern.
func Match(pattern, path string) bool {
	if base, all := strings.CutSuffix(pattern, "/..."); all {
		return path == base || strings.HasPrefix(path, base+"/")
	}
	return path == pattern
}

// MatchAny reports whether one of the patterns means the path.
func MatchAny(patterns []string, path string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return Match(p, path) })
}
