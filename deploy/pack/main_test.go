package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestPackIsReproducible packs the same files with other times, places and modes.
func TestPackIsReproducible(t *testing.T) {
	var archives [][]byte
	for _, mode := range []os.FileMode{0o700, 0o755} {
		folder := t.TempDir()
		function, licence := filepath.Join(folder, "bootstrap"), filepath.Join(folder, "LICENSE")
		for file, m := range map[string]os.FileMode{function: mode, licence: mode &^ 0o111} {
			if err := os.WriteFile(file, []byte(filepath.Base(file)), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(file, m); err != nil {
				t.Fatal(err)
			}
			when := time.Date(2000+int(mode), 1, 2, 3, 4, 5, 0, time.UTC)
			if err := os.Chtimes(file, when, when); err != nil {
				t.Fatal(err)
			}
		}
		archive, err := pack([]string{function, licence})
		if err != nil {
			t.Fatal(err)
		}
		archives = append(archives, archive)
	}
	if !bytes.Equal(archives[0], archives[1]) {
		t.Error("two packages of the same contents differ")
	}
	r, err := zip.NewReader(bytes.NewReader(archives[0]), int64(len(archives[0])))
	if err != nil {
		t.Fatal(err)
	}
	var entries []string
	for _, f := range r.File {
		entries = append(entries, f.Mode().String()+" "+f.Name)
	}
	if want := []string{"-rwxr-xr-x bootstrap", "-rw-r--r-- LICENSE"}; !slices.Equal(entries, want) {
		t.Errorf("the package holds %q, not %q", entries, want)
	}
}

// TestBillOfMaterials lists the modules of the program that runs: this test.
func TestBillOfMaterials(t *testing.T) {
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	text, err := billOfMaterials(program)
	if err != nil {
		t.Fatal(err)
	}
	var b bill
	if err := json.Unmarshal(text, &b); err != nil {
		t.Fatal(err)
	}
	if b.Metadata.Component.Name != "athena-timestream" || b.Metadata.Component.Type != "application" {
		t.Errorf("of %+v", b.Metadata.Component)
	}
	if !slices.ContainsFunc(b.Components, func(c component) bool { return strings.HasPrefix(c.PURL, "pkg:golang/std@1.") }) {
		t.Errorf("no Go among %+v", b.Components)
	}
}

func TestBillOfMaterialsNeedsAGoProgram(t *testing.T) {
	if _, err := billOfMaterials("main.go"); err == nil || !strings.Contains(err.Error(), "has to be a Go program") {
		t.Errorf("%v", err)
	}
}
