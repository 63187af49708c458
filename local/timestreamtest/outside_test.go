package timestreamtest_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

const page = "../../docs/local.md"

// TestFromAnotherModule runs the Go test that docs/local.md shows, in a module of its own that has nothing but the require
// and replace lines that the page names.
func TestFromAnotherModule(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllSubmatch(text, -1)
	if len(blocks) != 1 {
		t.Fatalf("%s has %d blocks of Go, want one", page, len(blocks))
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for from, to := range map[string]string{"../go.mod": "go.mod", "../go.sum": "go.sum"} { // the versions that the tree is tested with
		b, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, to), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "page_test.go"), blocks[0][1], 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) {
		t.Helper()
		c := exec.Command("go", args...)
		c.Dir = dir
		c.Env = append(os.Environ(), "GOWORK=off", "GOPROXY=off", "GOFLAGS=-mod=mod")
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatalf("go %v: %v\n%s", args, err, out)
		}
	}
	run("mod", "edit", "-module=outside", "-require=athena-timestream/local@v0.0.0",
		"-replace=athena-timestream="+root, "-replace=athena-timestream/local="+filepath.Join(root, "local"))
	run("test", ".")
}
