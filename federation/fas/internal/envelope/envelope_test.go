package envelope_test

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"athena-timestream/federation/fas/internal/envelope"
)

// sealed is a message that AWS's Encryption SDK for Java wrote.
type sealed struct {
	Name      string
	Token     []byte
	Plaintext string
	DataKeys  []struct {
		KeyID             string
		Sealed            string
		Plaintext         []byte
		EncryptionContext map[string]string
	}
}

// committed says whether the message is of a suite with key commitment, by the SDK's name of the suite.
func (s sealed) committed() bool {
	return !strings.HasPrefix(s.Name, "ALG_") || strings.Contains(s.Name, "COMMIT_KEY")
}

func vectors(t testing.TB) []sealed {
	t.Helper()
	text, err := os.ReadFile("../../../../vectors/fas/tokens.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Cases []sealed }
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	return file.Cases
}

// open opens a message with the data key that it was made with.
func open(b, dataKey []byte) (string, error) {
	m, err := envelope.Parse(b)
	if err != nil {
		return "", err
	}
	plain, err := m.Open(dataKey)
	return string(plain), err
}

func TestOpen(t *testing.T) {
	for _, v := range vectors(t) {
		t.Run(v.Name, func(t *testing.T) {
			m, err := envelope.Parse(v.Token)
			if !v.committed() {
				if err == nil || !strings.Contains(err.Error(), "only format version 2, with key commitment, is read") {
					t.Errorf("a message without key commitment: %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			for i, key := range v.DataKeys {
				if got := m.DataKeys[i]; got.Provider != "aws-kms" || got.KeyID != key.KeyID || string(got.Sealed) != key.Sealed {
					t.Errorf("data key %d: %+v", i, got)
				}
			}
			for name, value := range v.DataKeys[0].EncryptionContext {
				if m.Context[name] != value {
					t.Errorf("encryption context has %q for %q, want %q", m.Context[name], name, value)
				}
			}
			plain, err := m.Open(v.DataKeys[0].Plaintext)
			if err != nil || string(plain) != v.Plaintext || len(m.Context) != len(v.DataKeys[0].EncryptionContext) {
				t.Errorf("%q, %v, want %q", plain, err, v.Plaintext)
			}
		})
	}
}

// Whatever is changed, cut off or added: nothing is opened.
func TestOpenRefuses(t *testing.T) {
	for _, v := range vectors(t) {
		if !v.committed() {
			continue
		}
		t.Run(v.Name, func(t *testing.T) {
			t.Parallel()
			key := v.DataKeys[0].Plaintext
			for i := range v.Token {
				b := slices.Clone(v.Token)
				b[i] ^= 1 << (i % 8)
				if plain, err := open(b, key); err == nil {
					t.Errorf("byte %d is changed: %q", i, plain)
				}
				if plain, err := open(v.Token[:i], key); err == nil {
					t.Errorf("all from byte %d on is missing: %q", i, plain)
				}
			}
			other := slices.Clone(key)
			other[31] ^= 1
			for name, test := range map[string]struct{ message, key []byte }{
				"a byte more":      {append(slices.Clone(v.Token), 0), key},
				"another data key": {v.Token, other},
				"a short data key": {v.Token, key[:16]},
				"no data key":      {v.Token, nil},
			} {
				if plain, err := open(test.message, test.key); err == nil {
					t.Errorf("%s: %q", name, plain)
				}
			}
		})
	}
}

func FuzzOpen(f *testing.F) {
	for _, v := range vectors(f) {
		f.Add(v.Token, v.DataKeys[0].Plaintext)
	}
	known := map[string]string{}
	for _, v := range vectors(f) {
		known[base64.StdEncoding.EncodeToString(v.Token)] = v.Plaintext
	}
	f.Fuzz(func(t *testing.T, b, key []byte) {
		plain, err := open(b, key)
		if want, ok := known[base64.StdEncoding.EncodeToString(b)]; err == nil && (!ok || plain != want) {
			t.Errorf("opened %x with %x: %q", b, key, plain)
		}
	})
}
