package page_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"testing"
)

// FuzzPage compares any bytes at all with the SDK's view of them: the same rows, or an error from both.
func FuzzPage(f *testing.F) {
	for _, body := range recorded(f) {
		if len(body) < 8000 {
			f.Add([]byte(body))
		}
	}
	for seed := range uint64(40) {
		g := newGenerator(seed)
		g.loose = seed%2 == 1
		f.Add([]byte(g.page(1+g.IntN(4), g.IntN(4), g.IntN(3))))
	}
	for _, p := range oddPages {
		f.Add([]byte(p))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if repeats(body) {
			t.Skip("of a member that comes twice, the SDK takes the last, which is too late for rows")
		}
		compare(t, string(body))
	})
}

// FuzzMutated does the same for pages that are nearly good, which bytes alone would not find.
func FuzzMutated(f *testing.F) {
	for seed := range uint64(60) {
		f.Add(seed, seed*7)
	}
	f.Fuzz(func(t *testing.T, seed, change uint64) {
		g := newGenerator(seed)
		g.loose = seed%2 == 0
		body := mutate([]byte(g.page(1+g.IntN(4), 1+g.IntN(4), g.IntN(3))), change)
		if repeats(body) {
			t.Skip("a member comes twice")
		}
		compare(t, string(body))
	})
}

func mutate(b []byte, change uint64) []byte {
	r := rand.New(rand.NewPCG(change, 1))
	for range 1 + r.IntN(3) {
		if len(b) == 0 {
			return b
		}
		i := r.IntN(len(b))
		j := min(len(b), i+1+r.IntN(12))
		switch r.IntN(5) {
		case 0:
			b[i] ^= 1 << r.IntN(8)
		case 1:
			b = append(b[:i], b[j:]...)
		case 2:
			b = append(b[:j:j], b[i:]...)
		case 3:
			const telling = `{}[],:"\0-.eE tfn` + "\x00\xff"
			b[i] = telling[r.IntN(len(telling))]
		default:
			b = b[:i]
		}
	}
	return b
}

// repeats says that a member of the answer comes twice.
func repeats(body []byte) bool {
	dec := json.NewDecoder(bytes.NewReader(body))
	if tok, err := dec.Token(); err != nil || tok != json.Delim('{') {
		return false
	}
	seen := map[any]bool{}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return false
		}
		if seen[key] {
			return true
		}
		seen[key] = true
		var v json.RawMessage
		if dec.Decode(&v) != nil {
			return false
		}
	}
	return false
}
