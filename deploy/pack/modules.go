package main

import (
	"cmp"
	"debug/buildinfo"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
)

// bill is as much of a CycloneDX document as there is to say of a Go program. It has neither serial number nor time, which
// the format leaves open: they would make each build another.
type bill struct {
	Format     string      `json:"bomFormat"`
	Spec       string      `json:"specVersion"`
	Version    int         `json:"version"`
	Metadata   metadata    `json:"metadata"`
	Components []component `json:"components"`
}

type metadata struct {
	Component component `json:"component"`
}

type component struct {
	Type    string `json:"type"`
	Ref     string `json:"bom-ref"`
	Name    string `json:"name"`
	Version string `json:"version,omitempty"`
	PURL    string `json:"purl"`
	Hashes  []hash `json:"hashes,omitempty"`
}

type hash struct {
	Algorithm string `json:"alg"`
	Content   string `json:"content"`
}

// billOfMaterials reads out of a compiled Go program what the linker noted: its modules, and Go itself as the module std.
func billOfMaterials(program string) ([]byte, error) {
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		return nil, fmt.Errorf("read the modules of %s, which has to be a Go program: %w", program, err)
	}
	standard := debug.Module{Path: "std", Version: strings.TrimPrefix(info.GoVersion, "go")}
	components := []component{library(standard)}
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		components = append(components, library(*m))
	}
	slices.SortFunc(components, func(a, b component) int { return cmp.Compare(a.Ref, b.Ref) })
	itself := library(info.Main)
	itself.Type = "application"
	document := bill{
		Format: "CycloneDX", Spec: "1.6", Version: 1,
		Metadata: metadata{Component: itself}, Components: components,
	}
	b, err := json.MarshalIndent(document, "", "  ")
	return append(b, '\n'), err
}

// library names a module as package URLs do. Its hash is the one of go.sum, the SHA-256 of a list of its files.
// What was built from a work tree has no version.
func library(m debug.Module) component {
	c := component{Type: "library", Name: m.Path, PURL: "pkg:golang/" + strings.ToLower(m.Path)}
	if m.Version != "(devel)" {
		c.Version = m.Version
		c.PURL += "@" + strings.ReplaceAll(m.Version, "+", "%2B")
	}
	c.Ref = c.PURL
	if sum, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(m.Sum, "h1:")); err == nil && len(sum) > 0 {
		c.Hashes = []hash{{Algorithm: "SHA-256", Content: hex.EncodeToString(sum)}}
	}
	return c
}
