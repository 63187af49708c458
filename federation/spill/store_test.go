package spill_test

import (
	"bytes"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"testing"

	"athena-timestream/federation/message"
	"athena-timestream/federation/spill"
)

func TestStores(t *testing.T) {
	for name, store := range map[string]spill.Store{
		"mem":        spill.NewMem(),
		"dir":        spill.NewDir(t.TempDir()),
		"absent dir": spill.NewDir(filepath.Join(t.TempDir(), "a", "b")),
	} {
		t.Run(name, func(t *testing.T) {
			loc := message.SpillLocation{Bucket: "b", Key: "p/q/s.0"}
			if _, err := store.Get(t.Context(), loc); message.CodeOf(err) != message.EntityNotFound {
				t.Errorf("an absent object: %v", err)
			}
			for _, want := range [][]byte{[]byte("first"), []byte("second, longer"), {}} {
				body := slices.Clone(want)
				if err := store.Put(t.Context(), loc, body); err != nil {
					t.Fatal(err)
				}
				clear(body) // the store has its own
				got, err := store.Get(t.Context(), loc)
				if err != nil || !bytes.Equal(got, want) {
					t.Errorf("got %q, %v, want %q", got, err, want)
				}
			}
			if _, err := spill.ReadBlock(t.Context(), store, loc, nil, bigint); message.CodeOf(err) != message.InvalidResponse {
				t.Errorf("an empty object: %v", err)
			}
		})
	}
}

func TestDirStaysInside(t *testing.T) {
	outside := t.TempDir()
	store := spill.NewDir(filepath.Join(outside, "store"))
	for _, loc := range []message.SpillLocation{
		{Bucket: "..", Key: "x"}, {Bucket: "b", Key: "../../x"}, {Bucket: "/b", Key: "x"}, {Bucket: "", Key: "x"}, {Bucket: "b"}, {Bucket: ".", Key: "../x"},
	} {
		if err := store.Put(t.Context(), loc, []byte("x")); message.CodeOf(err) != message.InvalidInput {
			t.Errorf("%+v: %v", loc, err)
		}
		if _, err := store.Get(t.Context(), loc); message.CodeOf(err) != message.InvalidInput {
			t.Errorf("%+v: %v", loc, err)
		}
	}
	_ = filepath.WalkDir(outside, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			t.Errorf("%s was written", path)
		}
		return err
	})
}

func TestSeal(t *testing.T) {
	local, err := spill.LocalKeys{}.NewKey(t.Context())
	if err != nil || len(local.Key) != 32 || len(local.Nonce) != 12 {
		t.Fatalf("local key of %d and %d bytes, %v", len(local.Key), len(local.Nonce), err)
	}
	if other, _ := (spill.LocalKeys{}).NewKey(t.Context()); bytes.Equal(other.Key, local.Key) || bytes.Equal(other.Nonce, local.Nonce) {
		t.Error("two keys are the same")
	}
	if k, err := (spill.NoKeys{}).NewKey(t.Context()); k != nil || err != nil {
		t.Errorf("no key is %v, %v", k, err)
	}
	plain := append(make([]byte, 0, 100), "some bytes"...)
	sealed, err := spill.Seal(local, plain[:0], plain)
	if err != nil || len(sealed) != len("some bytes")+16 || &sealed[0] != &plain[0] {
		t.Errorf("sealed %d bytes not in place, %v", len(sealed), err)
	}
	wrong := *local
	wrong.Nonce = make([]byte, 12)
	if _, err := spill.Open(&wrong, nil, sealed); message.CodeOf(err) != message.InvalidInput {
		t.Errorf("a wrong nonce: %v", err)
	}
	if _, err := spill.Open(local, nil, sealed[1:]); err == nil {
		t.Error("cut bytes were opened")
	}
	opened, err := spill.Open(local, sealed[:0], sealed)
	if err != nil || string(opened) != "some bytes" {
		t.Errorf("opened %q, %v", opened, err)
	}
	for _, k := range []*message.EncryptionKey{{Key: make([]byte, 24), Nonce: make([]byte, 12)}, {Key: make([]byte, 16), Nonce: nil}} {
		_, sealErr := spill.Seal(k, nil, nil)
		_, openErr := spill.Open(k, nil, nil)
		if message.CodeOf(sealErr) != message.InvalidInput || message.CodeOf(openErr) != message.InvalidInput {
			t.Errorf("key of %d and nonce of %d bytes: %v, %v", len(k.Key), len(k.Nonce), sealErr, openErr)
		}
	}
}

func TestReadBlockErrors(t *testing.T) {
	store := spill.NewMem()
	loc := message.SpillLocation{Bucket: "b", Key: "k.0"}
	if err := store.Put(t.Context(), loc, []byte("not an Arrow message")); err != nil {
		t.Fatal(err)
	}
	if _, err := spill.ReadBlock(t.Context(), store, loc, nil, bigint); message.CodeOf(err) != message.InvalidResponse {
		t.Errorf("garbage: %v", err)
	}
	key, _ := spill.LocalKeys{}.NewKey(t.Context())
	if _, err := spill.ReadBlock(t.Context(), store, loc, key, bigint); message.CodeOf(err) != message.InvalidInput {
		t.Errorf("garbage that should be sealed: %v", err)
	}
	if _, err := spill.ReadBlock(t.Context(), &recordingStore{}, loc, nil, bigint); !errors.Is(err, errStore) {
		t.Errorf("the store's error is lost: %v", err)
	}
}
