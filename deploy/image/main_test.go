package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"athena-timestream/federation/message"
	"athena-timestream/internal/runtimeapi"
)

// TestImageRuns makes an image of the function, unpacks it and runs its entry point against a stand-in of Lambda's Runtime
// API; as root, with nothing of this machine in sight.
func TestImageRuns(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a binary")
	}
	function := filepath.Join(t.TempDir(), "bootstrap")
	build := exec.Command("go", "build", "-tags", "lambda.norpc", "-trimpath", "-ldflags", "-s -w", "-o", function, "../../cmd/athena-timestream")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	folder := filepath.Join(t.TempDir(), "image")
	if err := run(folder, runtime.GOARCH, function, []string{"../../LICENSE"}); err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	entryPoint := unpack(t, folder, root)
	cmd := &exec.Cmd{Path: filepath.Join(root, entryPoint[0]), Args: entryPoint, Env: []string{"spill_bucket=b"}}
	if os.Getuid() == 0 {
		cmd.Path, cmd.Dir, cmd.SysProcAttr = entryPoint[0], "/", &syscall.SysProcAttr{Chroot: root}
	}
	ping, err := message.Encode(&message.PingRequest{Header: message.Header{
		Identity: &message.Identity{Account: "123456789012", ARN: "arn"}, QueryID: "q", CatalogName: "c",
	}}, message.Newest)
	if err != nil {
		t.Fatal(err)
	}
	path, answer, _ := runtimeapi.FirstAnswer(t, cmd, ping)
	if !strings.HasSuffix(path, "/response") || !strings.Contains(answer, `"PingResponse"`) {
		t.Errorf("%s: %s", path, answer)
	}
}

// TestImage looks at what an image holds, and makes it again from files with other modes.
func TestImage(t *testing.T) {
	files := t.TempDir()
	function, licence := filepath.Join(files, "program"), filepath.Join(files, "LICENSE")
	var trees []string
	for _, mode := range []os.FileMode{0o600, 0o755} {
		for _, file := range []string{function, licence} {
			if err := errors.Join(os.WriteFile(file, []byte(filepath.Base(file)), 0o600), os.Chmod(file, mode)); err != nil {
				t.Fatal(err)
			}
		}
		folder := filepath.Join(t.TempDir(), "image")
		for range 2 { // the second in place of the first
			if err := run(folder, "arm64", function, []string{licence}); err != nil {
				t.Fatal(err)
			}
		}
		trees = append(trees, tree(t, folder))
	}
	if trees[0] != trees[1] {
		t.Errorf("two images of the same contents differ:\n%s\n%s", trees[0], trees[1])
	}
	folder, root := filepath.Join(t.TempDir(), "image"), t.TempDir()
	if err := run(folder, "arm64", function, []string{licence}); err != nil {
		t.Fatal(err)
	}
	if got := unpack(t, folder, root); len(got) != 1 || got[0] != "/bootstrap" {
		t.Errorf("the entry point is %q", got)
	}
	if info, err := os.Stat(filepath.Join(root, "bootstrap")); err != nil || info.Mode() != 0o755 {
		t.Errorf("the function is %v, %v", info, err)
	}
	if text, err := os.ReadFile(filepath.Join(root, "usr/share/doc/athena-timestream/LICENSE")); string(text) != "LICENSE" {
		t.Errorf("the licence is %q, %v", text, err)
	}
}

// TestAuthorities has the roots of AWS's certificates among those that the image trusts.
func TestAuthorities(t *testing.T) {
	names := map[string]bool{}
	for block, rest := pem.Decode(authorities()); block != nil; block, rest = pem.Decode(rest) {
		authority, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		names[authority.Subject.CommonName] = true
	}
	// https://www.amazontrust.com/repository/
	for _, name := range []string{"Amazon Root CA 1", "Amazon Root CA 2", "Amazon Root CA 3", "Amazon Root CA 4", "Starfield Services Root Certificate Authority - G2"} {
		if !names[name] {
			t.Errorf("the image does not trust %s", name)
		}
	}
}

func TestImageFaults(t *testing.T) {
	for _, files := range [][]string{{"none"}, {"main.go", "none"}} {
		err := run(filepath.Join(t.TempDir(), "image"), "arm64", files[0], files[1:])
		if !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), "into the image") {
			t.Errorf("%v: %v", files, err)
		}
	}
}

// descriptor is what OCI's documents name each other by.
type descriptor struct {
	MediaType, Digest string
	Size              int
	Platform          struct{ OS, Architecture string }
}

// unpack reads an image as OCI's specification of layouts has it, with nothing of the library that wrote it, and puts its
// files below root. It gives the entry point.
func unpack(t *testing.T, folder, root string) []string {
	t.Helper()
	var mark struct{ ImageLayoutVersion string }
	var index struct{ Manifests []descriptor }
	var manifest struct {
		Config descriptor
		Layers []descriptor
	}
	var config struct {
		OS, Architecture string
		Config           struct{ Entrypoint []string }
		RootFS           struct {
			DiffIDs []string `json:"diff_ids"`
		}
	}
	decode(t, file(t, filepath.Join(folder, "oci-layout")), &mark)
	decode(t, file(t, filepath.Join(folder, "index.json")), &index)
	if mark.ImageLayoutVersion != "1.0.0" || len(index.Manifests) != 1 {
		t.Fatalf("%+v %+v", mark, index)
	}
	decode(t, blob(t, folder, index.Manifests[0], "application/vnd.oci.image.manifest.v1+json"), &manifest)
	decode(t, blob(t, folder, manifest.Config, "application/vnd.oci.image.config.v1+json"), &config)
	if p := index.Manifests[0].Platform; config.OS != "linux" || config.OS != p.OS || config.Architecture != p.Architecture {
		t.Errorf("for %s/%s, and %+v", config.OS, config.Architecture, p)
	}
	for i, l := range manifest.Layers {
		r, err := gzip.NewReader(bytes.NewReader(blob(t, folder, l, "application/vnd.oci.image.layer.v1.tar+gzip")))
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil || digest(content) != config.RootFS.DiffIDs[i] {
			t.Fatalf("layer %d is not what the image says: %v", i, err)
		}
		extract(t, content, root)
	}
	return config.Config.Entrypoint
}

func extract(t *testing.T, archive []byte, root string) {
	t.Helper()
	r := tar.NewReader(bytes.NewReader(archive))
	for {
		header, err := r.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Join(root, header.Name)
		mode := os.FileMode(header.Mode) //nolint:gosec // as the test has written it
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o755), os.WriteFile(name, content, mode), os.Chmod(name, mode)); err != nil {
			t.Fatal(err)
		}
	}
}

// blob reads what a descriptor names, and holds it against the descriptor.
func blob(t *testing.T, folder string, d descriptor, mediaType string) []byte {
	t.Helper()
	content := file(t, filepath.Join(folder, "blobs", strings.ReplaceAll(d.Digest, ":", "/")))
	if d.MediaType != mediaType || len(content) != d.Size || digest(content) != d.Digest {
		t.Fatalf("%+v is %d bytes with digest %s, and should be %s", d, len(content), digest(content), mediaType)
	}
	return content
}

func digest(b []byte) string { return fmt.Sprintf("sha256:%x", sha256.Sum256(b)) }

func file(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func decode(t *testing.T, b []byte, to any) {
	t.Helper()
	if err := json.Unmarshal(b, to); err != nil {
		t.Fatal(err)
	}
}

// tree lists a folder's files with their digests.
func tree(t *testing.T, folder string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(folder, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			fmt.Fprintln(&b, strings.TrimPrefix(path, folder), digest(file(t, path)))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}
