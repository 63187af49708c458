package message_test

import (
	"encoding/base64"
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// Messages that are wrong in one place, JSON intact, neither panic nor come out changed. Random bytes, which a fuzzer
// tries, rarely get past the JSON; this changes members, scalars and the Arrow bytes inside.
func TestMutations(t *testing.T) {
	const seed, rounds = 1, 1500
	t.Logf("seed %d", seed)
	m := mutator{rand.New(rand.NewPCG(seed, seed)), nil}
	for _, s := range seeds(t) {
		if json.Valid(s) {
			m.pool = append(m.pool, parse(t, s))
		}
	}
	decoded := 0
	for range rounds {
		message := m.pick()
		for range 1 + m.IntN(2) {
			message = m.mutate(message)
		}
		if checkDecode(t, message.json(nil)) {
			decoded++
		}
	}
	if decoded < rounds/20 || decoded > rounds*19/20 {
		t.Errorf("%d of %d mutations decode: the test has lost its edge", decoded, rounds)
	}
}

type mutator struct {
	*rand.Rand
	pool []node
}

func (m mutator) pick() node { return m.pool[m.IntN(len(m.pool))] }

// mutate changes one node somewhere in a message, on a copy.
func (m mutator) mutate(n node) node {
	if len(n.values) == 0 || m.IntN(12) == 0 {
		return m.replace(n)
	}
	n.values, n.names = slices.Clone(n.values), slices.Clone(n.names)
	i, j := m.IntN(len(n.values)), m.IntN(len(n.values))
	switch m.IntN(12) {
	case 0:
		n.values = slices.Delete(n.values, i, i+1)
		if n.names != nil {
			n.names = slices.Delete(n.names, i, i+1)
		}
	case 1:
		n.values = slices.Insert(n.values, i, n.values[j])
		if n.names != nil {
			n.names = slices.Insert(n.names, i, n.names[j])
		}
	case 2:
		n.values[i], n.values[j] = n.values[j], n.values[i]
	default:
		n.values[i] = m.mutate(n.values[i])
	}
	return n
}

// replace makes another value of one.
func (m mutator) replace(n node) node {
	scalars := []json.Token{nil, true, false, "", "x", "true", "2", "UTC", json.Number("0"), json.Number("-1"), json.Number("38"), json.Number("1e400"), json.Number("9223372036854775808")}
	text, _ := n.token.(string)
	b, err := base64.StdEncoding.DecodeString(text)
	if err == nil && len(b) > 8 && m.IntN(4) > 0 {
		for range 1 + m.IntN(3) {
			b[m.IntN(len(b))] = byte(m.Uint32() >> m.IntN(32))
		}
		return node{token: base64.StdEncoding.EncodeToString(b[:len(b)-m.IntN(2)*m.IntN(len(b))])}
	}
	if m.IntN(2) == 0 {
		return node{token: scalars[m.IntN(len(scalars))]}
	}
	other := m.pick()
	for len(other.values) > 0 && m.IntN(5) > 0 {
		other = other.values[m.IntN(len(other.values))]
	}
	return other
}

// json writes a node.
func (n node) json(b []byte) []byte {
	delim, ok := n.token.(json.Delim)
	if !ok {
		scalar, err := json.Marshal(n.token)
		if err != nil {
			panic(err)
		}
		return append(b, scalar...)
	}
	b = append(b, delim.String()...)
	for i, v := range n.values {
		if i > 0 {
			b = append(b, ',')
		}
		if n.names != nil {
			b = append((node{token: n.names[i]}).json(b), ':')
		}
		b = v.json(b)
	}
	return append(b, strings.NewReplacer("{", "}", "[", "]").Replace(delim.String())...)
}
