package message_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"athena-timestream/federation/message"
	"athena-timestream/internal/golden"
)

// freeObjects are the objects whose members have free names.
var freeObjects = map[string]bool{
	"tags": true, "configOptions": true, "properties": true, "queryPassthroughArguments": true, "summary": true, "capabilities": true,
}

// insides visits the objects with fixed members inside of a message, and not the message itself: of those that look alike
// only the first. change gets one at a time and gives back what is to stand in its place; whole is the message with that.
func insides(seen map[string]bool, name string, n node, change func(node) []node, whole func(node)) {
	for i, v := range n.values {
		member := name
		if n.names != nil {
			member = n.names[i]
		}
		replace := func(v node) {
			m := n
			m.values = slices.Clone(n.values)
			m.values[i] = v
			whole(m)
		}
		looks := fmt.Sprint(name, member, v.names)
		if len(v.names) > 0 && !freeObjects[member] && !seen[looks] {
			seen[looks] = true
			for _, changed := range change(v) {
				replace(changed)
			}
		}
		insides(seen, member, v, change, replace)
	}
}

// TestLaterFields: after its last field a message may have more, and no object inside of it may.
func TestLaterFields(t *testing.T) {
	future := func(n node) []node {
		n.names, n.values = append(slices.Clone(n.names), "future"), append(slices.Clone(n.values), node{token: true})
		return []node{n}
	}
	for _, name := range messageVectors(t, message.Newest) {
		payload := golden.Read(t, "v6", name+".json")
		m, _, err := message.Decode(future(parse(t, payload))[0].json(nil))
		if err != nil {
			t.Errorf("%s with a later field: %v", name, err)
			continue
		}
		again, err := message.Encode(m, message.Newest)
		if err != nil {
			t.Fatal(err)
		}
		sameJSON(t, payload, again)
		insides(map[string]bool{}, "", parse(t, payload), future, func(changed node) {
			if _, _, err := message.Decode(changed.json(nil)); err == nil || !strings.Contains(err.Error(), `expected "}", found "future"`) {
				t.Errorf("%s with a later field inside: %v: %s", name, err, changed.json(nil))
			}
		})
	}
}

// TestFieldOrder: no two neighbouring fields may change places, at any depth.
func TestFieldOrder(t *testing.T) {
	swaps := func(n node) (all []node) {
		for i := range len(n.names) - 1 {
			if n.names[i] == "nextToken" { // what follows is optional, and then the rest is of the future
				continue
			}
			s := node{token: n.token, names: slices.Clone(n.names), values: slices.Clone(n.values)}
			s.names[i], s.names[i+1] = s.names[i+1], s.names[i]
			s.values[i], s.values[i+1] = s.values[i+1], s.values[i]
			all = append(all, s)
		}
		return all
	}
	for _, name := range messageVectors(t, message.Newest) {
		whole := parse(t, golden.Read(t, "v6", name+".json"))
		refused := func(changed node) {
			if _, _, err := message.Decode(changed.json(nil)); err == nil {
				t.Errorf("%s was read in another order: %s", name, changed.json(nil))
			}
		}
		for _, changed := range swaps(whole) {
			if name := changed.names[len(changed.names)-2]; name == "nextToken" || name == "continuationToken" {
				continue
			}
			refused(changed)
		}
		insides(map[string]bool{}, "", whole, swaps, refused)
	}
}

// TestEqualInAllVersions: a ping is the same text in all versions, and an answer is but for its Arrow bytes.
func TestEqualInAllVersions(t *testing.T) {
	for _, name := range messageVectors(t, message.Newest) {
		ping := strings.HasPrefix(name, "Ping")
		if kind, _, _ := strings.Cut(name, "."); !ping && !strings.HasSuffix(kind, "Response") {
			continue
		}
		oldest := message.Oldest
		if strings.HasPrefix(name, "GetDataSourceCapabilities") {
			oldest = 4
		}
		want := golden.Read(t, "v6", name+".json")
		for v := oldest; v < message.Newest; v++ {
			got := golden.Read(t, fmt.Sprintf("v%d", v), name+".json")
			if ping && !bytes.Equal(got, want) {
				t.Errorf("%s at version %d: %s", name, v, got)
			}
			if a, b := withoutArrow("", parse(t, want)), withoutArrow("", parse(t, got)); string(a.json(nil)) != string(b.json(nil)) {
				t.Errorf("%s at version %d: %s", name, v, got)
			}
		}
	}
}

func withoutArrow(name string, n node) node {
	if name == "schema" || name == "records" && n.values == nil {
		return node{token: "arrow"}
	}
	n.values = slices.Clone(n.values)
	for i, v := range n.values {
		member := ""
		if n.names != nil {
			member = n.names[i]
		}
		n.values[i] = withoutArrow(member, v)
	}
	return n
}
