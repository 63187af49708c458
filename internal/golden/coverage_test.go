package golden_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"athena-timestream/internal/golden"
)

// Every vector file is read by some test: its folder as a whole, through Names or a pattern, or the file by its name.
func TestVectorsAreCovered(t *testing.T) {
	tests := testSource(t)
	folders, err := os.ReadDir(golden.Path())
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range folders {
		name := folder.Name()
		switch {
		case !folder.IsDir(), name == "generator", name == "substrait-generator":
			continue
		case len(name) == 2 && name[0] == 'v': // v2 to v6, in package message, which counts from its oldest to its newest version
			if name < "v2" || name > "v6" {
				t.Errorf("vectors of %s: package message does not speak that version", name)
			}
			pairs(t, name)
			continue
		case bytes.Contains(tests, []byte(`golden.Names(t, "`+name+`")`)), bytes.Contains(tests, []byte(`golden.Path("`+name+`", "*.json")`)):
			continue
		}
		for _, file := range golden.Names(t, name) {
			if !bytes.Contains(tests, []byte(`"`+file+`.json"`)) && !bytes.Contains(tests, []byte(name+"/"+file+".json")) {
				t.Errorf("no test reads vectors/%s/%s.json", name, file)
			}
		}
	}
}

// pairs checks that each message has its decoded form.
func pairs(t *testing.T, folder string) {
	t.Helper()
	names := map[string]bool{}
	for _, n := range golden.Names(t, folder) {
		names[n] = true
	}
	for n := range names {
		if message, decoded := strings.CutSuffix(n, ".decoded"); decoded && !names[message] || !decoded && !names[n+".decoded"] {
			t.Errorf("vectors/%s/%s.json has no counterpart", folder, n)
		}
	}
}

// testSource is the text of all tests in both modules.
func testSource(t *testing.T) []byte {
	t.Helper()
	var all bytes.Buffer
	err := filepath.WalkDir(filepath.Dir(golden.Path()), func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		b, err := os.ReadFile(path)
		all.Write(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.Bytes()
}
