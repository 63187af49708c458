package message_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"athena-timestream/federation/message"
	"athena-timestream/internal/golden"
)

// seeds are all messages that the vectors hold.
func seeds(t testing.TB) [][]byte {
	var all [][]byte
	for v := message.Oldest; v <= message.Newest; v++ {
		for _, name := range messageVectors(t, v) {
			all = append(all, golden.Read(t, fmt.Sprintf("v%d", v), name+".json"))
		}
	}
	for _, name := range golden.Names(t, "predicates") {
		var vector struct{ ValueSet json.RawMessage }
		if b := golden.Read(t, "predicates", name+".json"); bytes.HasPrefix(b, []byte("{")) {
			golden.ReadJSON(t, &vector, "predicates", name+".json")
		}
		if vector.ValueSet != nil {
			all = append(all, withSummary(vector.ValueSet))
		}
	}
	for _, file := range []string{"exchanges.json", "odd-inputs.json"} {
		var exchanges []exchange
		golden.ReadJSON(t, &exchanges, "handler", file)
		for _, e := range exchanges {
			all = append(all, []byte(e.Request), []byte(e.Response))
		}
	}
	return all
}

// No bytes make Decode panic, and what decodes encodes at its version to something that decodes to the same.
func FuzzDecode(f *testing.F) {
	for _, s := range seeds(f) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, b []byte) { checkDecode(t, b) })
}

// checkDecode reports whether b decodes, and fails the test if what it decodes to does not survive.
func checkDecode(t *testing.T, b []byte) bool {
	t.Helper()
	m, version, err := message.Decode(b)
	if err != nil {
		if m != nil || message.CodeOf(err) != message.InvalidInput {
			t.Fatalf("%v with error %v", m, err)
		}
		return false
	}
	first, err := message.Encode(m, version)
	if err != nil {
		t.Fatalf("what was decoded does not encode: %v\n%s", err, b)
	}
	again, found, err := message.Decode(first)
	if err != nil {
		t.Fatalf("what was encoded does not decode: %v\n%s\n%s", err, b, first)
	}
	if found != version {
		t.Fatalf("version %d became %d: %s", version, found, b)
	}
	second, err := message.Encode(again, version)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, second) {
		t.Fatalf("not stable: %s\n%s\n%s", b, first, second)
	}
	return true
}

// No bytes make DecodeFunctionError panic, and what decodes encodes to the same again.
func FuzzDecodeFunctionError(f *testing.F) {
	var vectors []struct{ Payload string }
	golden.ReadJSON(f, &vectors, "errors", "lambda-errors.json")
	for _, v := range vectors {
		f.Add([]byte(v.Payload))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := message.DecodeFunctionError(b)
		if err != nil {
			return
		}
		first := e.Encode()
		again, err := message.DecodeFunctionError(first)
		if err != nil || !bytes.Equal(first, again.Encode()) {
			t.Fatalf("%s (%v)", first, err)
		}
	})
}
