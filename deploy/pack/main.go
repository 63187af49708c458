// Command pack makes what Lambda is given of a compiled function: OUT.zip, with the function and whatever files go with it,
// and OUT.cdx.json, the list of the modules that the function was linked from (CycloneDX 1.6). The same files give the same
// bytes: entries stand in the order of the arguments, at the earliest time that a zip can hold, and nothing says when or
// where they were made.
//
//	pack OUT FUNCTION [FILE...]
package main

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: pack OUT FUNCTION [FILE...]")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
}

// run writes both files; the first of files is the function.
func run(out string, files []string) error {
	archive, err := pack(files)
	if err != nil {
		return err
	}
	modules, err := billOfMaterials(files[0])
	if err != nil {
		return err
	}
	if err := os.WriteFile(out+".cdx.json", modules, 0o644); err != nil {
		return fmt.Errorf("write the list of modules: %w", err)
	}
	if err := os.WriteFile(out+".zip", archive, 0o644); err != nil {
		return fmt.Errorf("write the package: %w", err)
	}
	return nil
}

// firstTime is the earliest that a zip's clock shows.
var firstTime = time.Date(1980, time.January, 1, 0, 0, 0, 0, time.UTC)

// pack puts files, each under its own name, into a zip.
func pack(files []string) ([]byte, error) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	w.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(out, flate.BestCompression)
	})
	for _, file := range files {
		if err := add(w, file); err != nil {
			return nil, fmt.Errorf("pack %s: %w", file, err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("pack %s: %w", files[0], err)
	}
	return b.Bytes(), nil
}

// add keeps of a file's mode only whether its owner may run it: the rest is the packer's umask.
func add(w *zip.Writer, file string) error {
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	header := &zip.FileHeader{Name: filepath.Base(file), Method: zip.Deflate, Modified: firstTime}
	header.SetMode(0o644 | info.Mode()&0o100 | info.Mode()&0o100>>3 | info.Mode()&0o100>>6)
	entry, err := w.CreateHeader(header)
	if err != nil {
		return err
	}
	_, err = entry.Write(content)
	return err
}
