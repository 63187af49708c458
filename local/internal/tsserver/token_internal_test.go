package tsserver

import "testing"

func FuzzToken(f *testing.F) {
	e := &execution{id: "AEX", secret: "S"}
	f.Add(e.token(2))
	f.Add("")
	f.Add("QUVYLjIuUw")
	f.Add("Li4u")
	f.Fuzz(func(t *testing.T, s string) {
		id, n, secret, ok := parseToken(s)
		if !ok {
			return
		}
		again := (&execution{id: id, secret: secret}).token(n)
		if id2, n2, secret2, ok := parseToken(again); !ok || id2 != id || n2 != n || secret2 != secret {
			t.Errorf("%q is %s %d %s", s, id, n, secret)
		}
	})
}
