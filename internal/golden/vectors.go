package golden

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// Path is the place of a vector file.
func Path(elem ...string) string {
	_, file, _, _ := runtime.Caller(0)
	root := filepath.Join(filepath.Dir(file), "..", "..", "vectors")
	return filepath.Join(append([]string{root}, elem...)...)
}

// Read gives a vector file's bytes.
func Read(t testing.TB, elem ...string) []byte {
	t.Helper()
	b, err := os.ReadFile(Path(elem...))
	if err != nil {
		t.Fatalf("read vector: %v", err)
	}
	return b
}

// ReadJSON decodes a vector file into v. Numbers stay json.Number where v leaves the choice.
func ReadJSON(t testing.TB, v any, elem ...string) {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(Read(t, elem...)))
	dec.UseNumber()
	if err := dec.Decode(v); err != nil {
		t.Fatalf("vector %s: %v", filepath.Join(elem...), err)
	}
}

// Names lists the vector files of a folder, without ".json". It fails the test if there are none.
func Names(t testing.TB, folder string) []string {
	t.Helper()
	files, err := filepath.Glob(Path(folder, "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no vectors in %s (%v)", folder, err)
	}
	for i, f := range files {
		files[i] = strings.TrimSuffix(filepath.Base(f), ".json")
	}
	return files
}
