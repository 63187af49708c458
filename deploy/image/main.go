// Command image makes an image of a compiled function without Docker: a folder in OCI's layout, which skopeo and crane push
// and Docker loads. The image holds the function at /bootstrap, which is its entry point, what certificate authorities it
// trusts, and whatever files go with it; no shell, no system. The same files give the same bytes.
//
//	image FOLDER ARCHITECTURE FUNCTION [FILE...]     ARCHITECTURE as Go calls it: arm64, amd64
package main

import (
	"archive/tar"
	"bytes"
	"encoding/pem"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"golang.org/x/crypto/x509roots/fallback/bundle"
)

func main() {
	if len(os.Args) < 4 {
		fmt.Fprintln(os.Stderr, "usage: image FOLDER ARCHITECTURE FUNCTION [FILE...]")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2], os.Args[3], os.Args[4:]); err != nil {
		fmt.Fprintln(os.Stderr, "image:", err)
		os.Exit(1)
	}
}

// run writes the image into a folder, in place of what was there.
func run(folder, architecture, function string, files []string) error {
	image, err := build(architecture, function, files)
	if err != nil {
		return err
	}
	if err := os.RemoveAll(folder); err != nil {
		return fmt.Errorf("remove the image that was there: %w", err)
	}
	written, err := layout.Write(folder, mutate.IndexMediaType(empty.Index, types.OCIImageIndex))
	if err != nil {
		return fmt.Errorf("write the image: %w", err)
	}
	platform := layout.WithPlatform(v1.Platform{OS: "linux", Architecture: architecture})
	if err := written.AppendImage(image, platform); err != nil {
		return fmt.Errorf("write the image: %w", err)
	}
	return nil
}

// build makes two layers: what seldom changes, so that a registry keeps it, and the function.
func build(architecture, function string, files []string) (v1.Image, error) {
	beside := []entry{{name: "etc/ssl/certs/ca-certificates.crt", mode: 0o644, content: authorities()}}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("put %s into the image: %w", file, err)
		}
		beside = append(beside, entry{name: "usr/share/doc/athena-timestream/" + filepath.Base(file), mode: 0o644, content: content})
	}
	program, err := os.ReadFile(function)
	if err != nil {
		return nil, fmt.Errorf("put the function into the image: %w", err)
	}
	var layers []v1.Layer
	for _, entries := range [][]entry{beside, {{name: "bootstrap", mode: 0o755, content: program}}} {
		layer, err := layerOf(entries)
		if err != nil {
			return nil, fmt.Errorf("make a layer of the image: %w", err)
		}
		layers = append(layers, layer)
	}
	image := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)
	if image, err = mutate.AppendLayers(image, layers...); err != nil {
		return nil, fmt.Errorf("join the layers of the image: %w", err)
	}
	return mutate.ConfigFile(image, withEntryPoint(image, architecture))
}

// withEntryPoint is the image's own description with what runs, where. Nothing says when it was made.
func withEntryPoint(image v1.Image, architecture string) *v1.ConfigFile {
	description, err := image.ConfigFile()
	if err != nil {
		panic(err) // it was made in memory a moment ago
	}
	description = description.DeepCopy()
	description.OS, description.Architecture = "linux", architecture
	description.Created = v1.Time{Time: time.Unix(0, 0).UTC()}
	description.Config.Entrypoint = []string{"/bootstrap"}
	return description
}

// entry is a file of a layer; its folders are made by whatever unpacks it.
type entry struct {
	name    string
	mode    int64
	content []byte
}

func layerOf(entries []entry) (v1.Layer, error) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, e := range entries {
		header := &tar.Header{Name: e.name, Mode: e.mode, Size: int64(len(e.content)), ModTime: time.Unix(0, 0), Format: tar.FormatUSTAR}
		if err := w.WriteHeader(header); err != nil {
			return nil, err
		}
		if _, err := w.Write(e.content); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b.Bytes())), nil }
	return tarball.LayerFromOpener(open, tarball.WithMediaType(types.OCILayer), tarball.WithCompressionLevel(9), tarball.WithCompressedCaching)
}

// authorities are the certificate authorities of Mozilla's list, as the Go project publishes it, in the form and at the place
// where Go's crypto/x509 looks on Linux. Those that are trusted for a part of what they sign only are left out, since a file
// cannot say so; AWS's own are trusted for all.
func authorities() []byte {
	var b bytes.Buffer
	for root := range bundle.Roots() {
		if root.Constraint == nil {
			b.Write(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: root.Certificate}))
		}
	}
	return b.Bytes()
}
