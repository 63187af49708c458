package arch_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write "+thirdParty+" anew")

// thirdParty is a file that goes into the packages beside the function: most licences ask for that.
const thirdParty = "THIRD_PARTY.txt"

// licences are those that may be in the function, by words that nothing else has. A text with none of them fails the test.
var licences = []struct{ name, words string }{
	{"Apache-2.0", "Apache License Version 2.0"},
	{"MIT", "Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the \"Software\"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following"},
	{"MIT-0", "MIT No Attribution Permission is hereby granted, free of charge"},
	{"BSD-3-Clause", "may be used to endorse or promote products derived from this software without specific prior written permission"},
	{"BSD-2-Clause", "Redistributions in binary form must reproduce the above copyright notice"},
}

// forbidden are words of licences that ask for more than a notice.
var forbidden = regexp.MustCompile(`(?i)general public licen[sc]e|\bA?GPL|\bLGPL|Mozilla Public|\bMPL\b|Business Source|Commons Clause|Server Side Public|Creative Commons`)

// TestThirdParty holds THIRD_PARTY.txt, the modules in the Lambda function with their licences, against what the function is
// built of. `go test -run ThirdParty . -update` writes it.
func TestThirdParty(t *testing.T) {
	texts := map[string][]string{} // by text: the modules, or their folders, that have it
	modules := map[string]map[string]bool{}
	for _, p := range linked(t) {
		name, root := "std (Go itself)", p.Root
		if p.Standard { // texts further down are for what is not built, such as crypto/internal/boring
			p.Dir = root
		}
		if p.Module != nil {
			name, root = p.Module.Path, p.Module.Dir
		}
		if modules[name] == nil {
			modules[name] = map[string]bool{}
		}
		for dir := p.Dir; strings.HasPrefix(dir, root); dir = filepath.Dir(dir) {
			for file, text := range legal(t, dir) {
				where := name + strings.TrimPrefix(filepath.Join(dir, file), root)
				if !slices.Contains(texts[text], where) {
					texts[text] = append(texts[text], where)
				}
				found := licenceOf(text)
				if found == "" && regexp.MustCompile(`(?i)^(licen[sc]e|copying)`).MatchString(file) && !strings.Contains(file, "SUMMARY") {
					t.Errorf("%s is none of the licences that may be in the function: %.200s", where, text)
				}
				if bad := forbidden.FindString(text); bad != "" {
					t.Errorf("%s speaks of %q", where, bad)
				}
				if found != "" {
					modules[name][found] = true
				}
			}
		}
	}
	var b bytes.Buffer
	fmt.Fprint(&b, "The modules in the Lambda function, and the licences of what is used of them. The texts are below.\n\n")
	for _, name := range slices.Sorted(maps.Keys(modules)) {
		if len(modules[name]) == 0 {
			t.Errorf("%s has no licence", name)
		}
		fmt.Fprintf(&b, "    %-70s %s\n", name, strings.Join(slices.Sorted(maps.Keys(modules[name])), ", "))
	}
	for _, text := range slices.SortedFunc(maps.Keys(texts), func(x, y string) int { return cmp.Compare(slices.Min(texts[x]), slices.Min(texts[y])) }) {
		slices.Sort(texts[text])
		fmt.Fprintf(&b, "\n%s\n%s\n\n%s\n", strings.Repeat("-", 120), strings.Join(texts[text], "\n"), text)
	}
	if *update {
		if err := os.WriteFile(thirdParty, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if read(t, thirdParty) != b.String() {
		t.Errorf("%s is not what the function is made of: go test -run ThirdParty . -update", thirdParty)
	}
	if !strings.Contains(read(t, "scripts/package"), thirdParty) {
		t.Errorf("scripts/package leaves %s out", thirdParty)
	}
}

// pkg is a package as `go list` tells of it.
type pkg struct {
	Dir, Root string
	Standard  bool
	Module    *struct {
		Path, Dir string
		Main      bool
	}
}

// linked are the packages in the function that are not ours.
func linked(t *testing.T) []pkg {
	t.Helper()
	var all []pkg
	for _, p := range platforms {
		list := exec.Command("go", "list", "-deps", "-json=Dir,Root,Standard,Module", "./cmd/athena-timestream")
		list.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+p.OS, "GOARCH="+p.Arch)
		out, err := list.Output()
		if err != nil {
			t.Fatal(err)
		}
		for d := json.NewDecoder(bytes.NewReader(out)); ; {
			var p pkg
			if err := d.Decode(&p); err == io.EOF {
				break
			} else if err != nil {
				t.Fatal(err)
			}
			if p.Standard || p.Module != nil && !p.Module.Main {
				all = append(all, p)
			}
		}
	}
	return all
}

// legal are the legal texts of a folder by their files.
func legal(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, e := range entries {
		if !e.IsDir() && regexp.MustCompile(`(?i)^(licen[sc]e|copying|notice|patents)`).MatchString(e.Name()) && !strings.HasSuffix(e.Name(), ".go") {
			out[e.Name()] = strings.TrimSpace(read(t, filepath.Join(dir, e.Name())))
		}
	}
	return out
}

func licenceOf(text string) string {
	words := strings.Join(strings.Fields(text), " ")
	for _, l := range licences {
		if strings.Contains(words, l.words) {
			return l.name
		}
	}
	return ""
}
