package golden

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// Equal fails the test if two JSON values differ, member order aside, and tells where. Either may be any Go value
// that marshals. The Java text of floating-point numbers is left out: their bits are beside it.
func Equal(t testing.TB, want, got any) {
	t.Helper()
	if diffs := Diff(normal(t, want), normal(t, got)); len(diffs) > 0 {
		t.Errorf("%d differences (want, got):\n%s", len(diffs), strings.Join(diffs[:min(len(diffs), 20)], "\n"))
	}
}

// normal brings a value into the types of encoding/json.
func normal(t testing.TB, v any) any {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatalf("marshal for comparison: %v", err)
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	var n any
	if err := dec.Decode(&n); err != nil {
		t.Fatal(err)
	}
	return withoutText(n)
}

func withoutText(v any) any {
	switch v := v.(type) {
	case map[string]any:
		if _, float := v["bits"]; float {
			delete(v, "text")
		}
		for _, e := range v {
			withoutText(e)
		}
	case []any:
		for _, e := range v {
			withoutText(e)
		}
	}
	return v
}

// Diff lists the places where two decoded JSON values differ.
func Diff(want, got any) []string { return diff("", want, got) }

func diff(path string, want, got any) (diffs []string) {
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			break
		}
		keys := maps.Clone(w)
		maps.Copy(keys, g)
		for _, k := range slices.Sorted(maps.Keys(keys)) {
			wv, inWant := w[k]
			gv, inGot := g[k]
			if inWant != inGot {
				diffs = append(diffs, fmt.Sprintf("%s.%s: only in want: %t, only in got: %t", path, k, inWant, inGot))
				continue
			}
			diffs = append(diffs, diff(path+"."+k, wv, gv)...)
		}
		return diffs
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(w) {
			break
		}
		for i := range w {
			diffs = append(diffs, diff(fmt.Sprintf("%s[%d]", path, i), w[i], g[i])...)
		}
		return diffs
	default:
		if want == got {
			return nil
		}
	}
	return []string{fmt.Sprintf("%s: %.300s, %.300s", path, text(want), text(got))}
}

func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(b)
}
