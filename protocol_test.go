package arch_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"athena-timestream/federation/message"
	"athena-timestream/internal/golden"
)

const protocolFile = "docs/protocol.md"

// explanatory are the sections of the protocol document that say nothing of the protocol.
var explanatory = map[string]bool{"": true, "How to read this": true}

// A reference is what stands behind a statement: a Go test by its folder, a vector or a case in one, a method of the
// examiner in Java.
var (
	reference       = regexp.MustCompile(`\[(?:vectors/|interop |[\w/]+ (?:Test|Fuzz|Example))[^\]]*\]`)
	endsInReference = regexp.MustCompile(reference.String() + `[\s|.]*$`)
	goReference     = regexp.MustCompile(`^\[([\w/]+) ((?:Test|Fuzz|Example)\w*)(?:/([^\]]+))?\]$`)
	vectorReference = regexp.MustCompile(`^\[vectors/(\S+\.json)(?: ([^\]]+))?\]$`)
	javaReference   = regexp.MustCompile(`^\[interop (\w+)\.(\w+)\]$`)
)

// TestProtocolStatements: every statement of the protocol document says which test shows it, or that none does.
func TestProtocolStatements(t *testing.T) {
	statements := 0
	for _, b := range protocolBlocks(t) {
		if explanatory[b.section] || b.kind == fence || b.kind == heading {
			continue
		}
		if b.kind == paragraph && strings.HasSuffix(b.text, ":") {
			continue // introduces what follows
		}
		statements++
		if !endsInReference.MatchString(b.text) && !strings.Contains(strings.ToLower(b.text), "unverified") {
			t.Errorf("%s:%d: nothing shows this and it does not say that it is unverified: %s", protocolFile, b.line, b.text)
		}
	}
	if statements < 200 {
		t.Errorf("only %d statements: is %s still read as it is written?", statements, protocolFile)
	}
}

// TestProtocolReferences: what the protocol document refers to is there.
func TestProtocolReferences(t *testing.T) {
	found := map[string]error{}
	for _, b := range protocolBlocks(t) {
		for _, r := range reference.FindAllString(b.text+b.info, -1) {
			err, known := found[r]
			if !known {
				err = resolve(t, r)
				found[r] = err
			}
			if err != nil && !explanatory[b.section] {
				t.Errorf("%s:%d: %s: %v", protocolFile, b.line, r, err)
			}
		}
	}
}

// TestReferencesCanBeWrong: a test that is not there is missed.
func TestReferencesCanBeWrong(t *testing.T) {
	for _, text := range []string{
		"[message TestNothing]", "[nowhere TestVectors]", "[message TestDecodeErrors/no such case]", "[message TestVector]", "[vectors/v6/Nothing.json]",
		"[vectors/handler/odd-inputs.json no such case]", "[interop Athena.nothing]", "[interop Nobody.read]", "[interop Athena]",
	} {
		if !reference.MatchString(text) || resolve(t, text) == nil {
			t.Errorf("%s is taken for a reference to something", text)
		}
	}
}

func resolve(t *testing.T, text string) error {
	if m := goReference.FindStringSubmatch(text); m != nil {
		return resolveGo(t, m[1], m[2], m[3])
	}
	if m := vectorReference.FindStringSubmatch(text); m != nil {
		return resolveVector(t, m[1], m[2])
	}
	if m := javaReference.FindStringSubmatch(text); m != nil {
		source := sources(t, "interop/engine/src/main/java/interop/"+m[1]+".java")
		declared := regexp.MustCompile(`(?m)^    [\w<>\[\].,?@ ]*\b` + m[2] + `\([^;]*$`)
		if !declared.MatchString(source) {
			return errors.New("the examiner has no such method")
		}
		return nil
	}
	return errors.New("not one of the forms [folder Test/case], [vectors/file.json case], [interop Class.method]")
}

// resolveGo looks for a test function in a folder, and for the name of its subtest: in the folder's tests or as a vector's.
func resolveGo(t *testing.T, folder, function, subtest string) error {
	var source string
	if folder == "root" {
		source = sources(t, "*_test.go")
	}
	for _, places := range []string{folder, "federation/" + folder, "federation/*/" + folder, "federation/*/internal/" + folder, "timestream/internal/" + folder, "internal/" + folder} {
		source += sources(t, places+"/*_test.go")
	}
	if !regexp.MustCompile(`(?m)^func ` + function + `\(`).MatchString(source) {
		return errors.New("no test in a folder of this name is called so")
	}
	if subtest == "" || strings.Contains(source, strconv.Quote(subtest)) {
		return nil
	}
	if named, _ := filepath.Glob("vectors/*/" + subtest + ".json"); len(named) == 0 {
		return errors.New("the folder's tests have no such case, and no vector is called so")
	}
	return nil
}

func resolveVector(t *testing.T, pattern, entry string) error {
	if files, _ := filepath.Glob("vectors/" + pattern); len(files) == 0 {
		return errors.New("there is no such vector")
	}
	if entry != "" && !strings.Contains(sources(t, "vectors/"+pattern), strconv.Quote(entry)) {
		return errors.New("the vector has no such case")
	}
	return nil
}

// sources is the text of all files that match.
func sources(t *testing.T, pattern string) string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(b)
	}
	return all.String()
}

// TestProtocolExamples: each piece of JSON in the protocol document is what a vector holds, or else a message, or a
// function's error, that is read and written again as it stands. The document breaks lines where it likes, and may leave
// out the rest of a text, for which it has "…", or a value, for which it has that text alone.
func TestProtocolExamples(t *testing.T) {
	kinds := map[string]bool{}
	for _, b := range protocolBlocks(t) {
		language, cited, _ := strings.Cut(b.info, " ")
		if b.kind != fence || language != "json" {
			continue
		}
		var example bytes.Buffer
		if err := json.Compact(&example, []byte(b.text)); err != nil {
			t.Errorf("%s:%d: %v", protocolFile, b.line, err)
			continue
		}
		var m struct {
			Kind string `json:"@type"`
		}
		if err := json.Unmarshal(example.Bytes(), &m); err != nil {
			t.Errorf("%s:%d: %v", protocolFile, b.line, err)
		}
		kinds[m.Kind] = true
		err := roundTrip(example.Bytes())
		if cited != "" {
			err = quoted(t, example.String(), m.Kind, cited)
		}
		if err != nil {
			t.Errorf("%s:%d: %v", protocolFile, b.line, err)
		}
	}
	for _, name := range golden.Names(t, "v6") {
		kind, _, _ := strings.Cut(name, ".")
		if !kinds[kind] {
			t.Errorf("%s has no example of a %s", protocolFile, kind)
		}
		kinds[kind] = true
	}
}

// quoted compares an example with the vector that it quotes, of which it may be a part unless it is a message itself.
func quoted(t *testing.T, example, kind, cited string) error {
	m := vectorReference.FindStringSubmatch(cited)
	if m == nil {
		return fmt.Errorf("%s is no reference to a vector", cited)
	}
	var vector bytes.Buffer
	if err := json.Compact(&vector, golden.Read(t, m[1])); err != nil {
		return err
	}
	rest := vector.String()
	parts := strings.Split(strings.ReplaceAll(example, `"…"`, "…"), "…")
	if kind != "" && strings.Contains(m[1], "/"+kind+".") && (!strings.HasPrefix(rest, parts[0]) || !strings.HasSuffix(rest, parts[len(parts)-1])) {
		return fmt.Errorf("%s begins or ends differently", cited)
	}
	for _, part := range parts {
		_, after, ok := strings.Cut(rest, part)
		if !ok {
			return fmt.Errorf("%s does not hold %s", cited, part)
		}
		rest = after
	}
	return nil
}

func roundTrip(example []byte) error {
	if !bytes.Contains(example, []byte(`"@type"`)) {
		e, err := message.DecodeFunctionError(example)
		if err == nil && !bytes.Equal(e.Encode(), example) {
			err = fmt.Errorf("read and written again: %s", e.Encode())
		}
		return err
	}
	m, version, err := message.Decode(example)
	if err != nil {
		return err
	}
	again, err := message.Encode(m, version)
	if err == nil && !bytes.Equal(again, example) {
		err = fmt.Errorf("read and written again: %s", again)
	}
	return err
}
