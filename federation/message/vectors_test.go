package message_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"athena-timestream/federation/message"
	"athena-timestream/internal/golden"
	"athena-timestream/internal/golden/neutral"
)

// messageVectors are the names of all messages of a version, without ".json".
func messageVectors(t testing.TB, v message.Version) []string {
	var names []string
	for _, name := range golden.Names(t, fmt.Sprintf("v%d", v)) {
		if !strings.HasSuffix(name, ".decoded") {
			names = append(names, name)
		}
	}
	return names
}

// discovered is the version at which a message sent at v is read: the highest whose fields are the same.
func discovered(kind string, v message.Version) message.Version {
	switch kind {
	case "GetTableLayoutRequest", "GetSplitsRequest", "ReadRecordsRequest":
		return max(v, 3)
	case "GetTableRequest":
		if v < 5 {
			return 4
		}
	}
	return 6
}

// Every message that the Java SDK wrote decodes to what the Java SDK decodes, and encodes to the same JSON.
func TestVectors(t *testing.T) {
	for v := message.Oldest; v <= message.Newest; v++ {
		for _, name := range messageVectors(t, v) {
			t.Run(fmt.Sprintf("v%d/%s", v, name), func(t *testing.T) {
				t.Parallel()
				folder := fmt.Sprintf("v%d", v)
				payload := golden.Read(t, folder, name+".json")
				var want any
				golden.ReadJSON(t, &want, folder, name+".decoded.json")

				m, err := message.DecodeAs(payload, v)
				if err != nil {
					t.Fatal(err)
				}
				golden.Equal(t, want, neutral.Message(m))

				found, version, err := message.Decode(payload)
				if err != nil {
					t.Fatal(err)
				}
				if want := discovered(m.Kind(), v); version != want {
					t.Errorf("found version %d, want %d", version, want)
				}
				golden.Equal(t, want, neutral.Message(found))

				encoded, err := message.Encode(m, v)
				if err != nil {
					t.Fatal(err)
				}
				sameJSON(t, payload, encoded)
			})
		}
	}
}

// No kind of message is left without a vector.
func TestVectorsCoverKinds(t *testing.T) {
	seen := map[string]int{}
	for v := message.Oldest; v <= message.Newest; v++ {
		for _, name := range messageVectors(t, v) {
			kind, _, _ := strings.Cut(name, ".")
			seen[kind]++
		}
	}
	if len(seen) != 19 {
		t.Errorf("vectors of %d kinds of message, want the protocol's 19: %v", len(seen), seen)
	}
}

// node is a JSON value with its member order.
type node struct {
	names  []string // of an object's members
	values []node   // of an array or object
	token  json.Token
}

func parse(t testing.TB, b []byte) node {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	n, err := parseNode(dec)
	if err != nil {
		t.Fatalf("parse JSON: %v", err)
	}
	return n
}

func parseNode(dec *json.Decoder) (node, error) {
	token, err := dec.Token()
	if err != nil {
		return node{}, err
	}
	n := node{token: token}
	if _, open := token.(json.Delim); !open {
		return n, nil
	}
	for dec.More() {
		if token == json.Delim('{') {
			name, err := dec.Token()
			if err != nil {
				return node{}, err
			}
			n.names = append(n.names, name.(string))
		}
		value, err := parseNode(dec)
		if err != nil {
			return node{}, err
		}
		n.values = append(n.values, value)
	}
	_, err = dec.Token()
	return n, err
}

func (n node) member(name string) (node, bool) {
	for i, m := range n.names {
		if m == name {
			return n.values[i], true
		}
	}
	return node{}, false
}

func (n node) text() string { s, _ := n.token.(string); return s }

// sameJSON compares two messages: member order counts, but not in maps from string to string; Arrow bytes must have the
// same framing and content, whatever their form.
func sameJSON(t *testing.T, want, got []byte) {
	t.Helper()
	if bytes.ContainsAny(got, "\n\t") || bytes.Contains(got, []byte(`": `)) {
		t.Error("there is white space in the output")
	}
	for _, d := range compareNodes("", "", parse(t, want), parse(t, got)) {
		t.Error(d)
	}
}

// unordered are the maps from string to string.
var unordered = map[string]bool{"tags": true, "configOptions": true, "properties": true, "queryPassthroughArguments": true}

func compareNodes(path, name string, want, got node) []string {
	if want.token != got.token && !isSchema(name, want) || len(want.values) != len(got.values) {
		return []string{fmt.Sprintf("%s: want %.80v of %d, got %.80v of %d", path, want.token, len(want.values), got.token, len(got.values))}
	}
	if isSchema(name, want) {
		return compareArrow(path, want.text(), "", got.text(), "")
	}
	if _, isBlock := want.member("aId"); isBlock {
		return compareBlocks(path, name, want, got)
	}
	var diffs []string
	for i, value := range want.values {
		if len(want.names) == 0 {
			diffs = append(diffs, compareNodes(fmt.Sprintf("%s[%d]", path, i), "", value, got.values[i])...)
			continue
		}
		member := want.names[i]
		other := got.values[i]
		if unordered[name] {
			other, _ = got.member(member)
		} else if got.names[i] != member {
			return append(diffs, fmt.Sprintf("%s: member %d is %q, want %q", path, i, got.names[i], member))
		}
		diffs = append(diffs, compareNodes(path+"."+member, member, value, other)...)
	}
	return diffs
}

func isSchema(name string, n node) bool {
	_, text := n.token.(string)
	return text && (name == "schema" || name == "outputSchema")
}

func compareBlocks(path, name string, want, got node) []string {
	if fmt.Sprint(want.names) != fmt.Sprint(got.names) {
		return []string{fmt.Sprintf("%s: members %v, want %v", path, got.names, want.names)}
	}
	// The allocator id of a constant's block is nobody's business, and not kept.
	if name != "valueBlock" && want.values[0].text() != got.values[0].text() {
		return []string{path + ".aId differs"}
	}
	return compareArrow(path, want.values[1].text(), want.values[2].text(), got.values[1].text(), got.values[2].text())
}

// compareArrow compares two schemas in base64, and the batches that follow them.
func compareArrow(path, wantSchema, wantRecords, gotSchema, gotRecords string) []string {
	want, err := arrowContent(wantSchema, wantRecords)
	if err != nil {
		return []string{fmt.Sprintf("%s: the vector: %v", path, err)}
	}
	got, err := arrowContent(gotSchema, gotRecords)
	if err != nil {
		return []string{fmt.Sprintf("%s: %v", path, err)}
	}
	var diffs []string
	for _, d := range golden.Diff(want, got) {
		diffs = append(diffs, path+d)
	}
	return diffs
}
