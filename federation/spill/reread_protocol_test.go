package spill_test

import (
	"bytes"
	"testing"

	"athena-timestream/federation/block"
	"athena-timestream/federation/message"
	"athena-timestream/federation/spill"
)

// TestReadAgain: a split that is read a second time stores the same bytes under the same names, with its one key and
// nonce in every block.
func TestReadAgain(t *testing.T) {
	key := &message.EncryptionKey{Key: bytes.Repeat([]byte{7}, 32), Nonce: make([]byte, 12)}
	store, objects := spill.NewMem(), map[message.SpillLocation][]byte{}
	for range 2 {
		w := newWriter(t, spill.Options{
			Schema: bigint, Location: splitDirectory(), Store: store, Key: key,
			Limits: spill.Limits{MaxBlockSize: encodedSize(t, bigint, numbers(3), block.Legacy)},
		})
		write(t, w, numbers(9))
		result, err := w.Finish()
		if err != nil || len(result.Remote) != 3 {
			t.Fatalf("%+v, %v", result, err)
		}
		for _, loc := range result.Remote {
			body, err := store.Get(t.Context(), loc)
			if err != nil {
				t.Fatal(err)
			}
			if before, again := objects[loc]; again && !bytes.Equal(before, body) {
				t.Errorf("%s changed", loc.Key)
			}
			objects[loc] = body
		}
	}
	if len(objects) != 3 || store.Len() != 3 {
		t.Errorf("%d objects of %d names", store.Len(), len(objects))
	}
}
