package spill_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"athena-timestream/federation/block"
	"athena-timestream/federation/message"
	"athena-timestream/federation/spill"
)

// slowStore drops what it is given, slowly, and watches the memory that waits in it.
type slowStore struct {
	spill.Store
	mu      sync.Mutex
	buffers map[*byte]int // every buffer that was ever given, with its capacity; kept, so that no address comes twice
	live    int           // bytes under way
	most    int
}

func (s *slowStore) Put(_ context.Context, _ message.SpillLocation, body []byte) error {
	s.count(cap(body))
	defer s.count(-cap(body))
	s.mu.Lock()
	s.buffers[&body[:1][0]] = cap(body)
	s.mu.Unlock()
	time.Sleep(time.Second)
	return nil
}

func (s *slowStore) count(bytes int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.live += bytes
	s.most = max(s.most, s.live)
}

// TestMemoryIsBounded: however long the result and however slow the store, a Writer holds as many buffers of a block's
// size as there are uploads, the same ones all the time.
func TestMemoryIsBounded(t *testing.T) {
	const blockSize, blocks = 64 << 10, 200
	key := &message.EncryptionKey{Key: make([]byte, 32), Nonce: make([]byte, 12)}
	for _, uploads := range []int{1, 2, 5} {
		synctest.Test(t, func(t *testing.T) {
			store := &slowStore{buffers: map[*byte]int{}}
			w := newWriter(t, spill.Options{
				Schema: bigint, Location: splitDirectory(), Key: key, Store: store, Uploads: uploads,
				Limits: spill.Limits{MaxBlockSize: blockSize},
			})
			column := w.Builder().Column(0).(*block.Int64Column)
			start := time.Now()
			for n := 0; w.Stats().Blocks < blocks; n++ {
				column.Append(int64(n))
				if err := w.EndRow(); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := w.Finish(); err != nil {
				t.Fatal(err)
			}
			const sealed = blockSize + 16 // the tag of AES-GCM
			if store.most > uploads*sealed || len(store.buffers) > uploads {
				t.Errorf("%d uploads: %d bytes in flight, in %d buffers in the whole life; want %d and %d", uploads, store.most, len(store.buffers), uploads*sealed, uploads)
			}
			if took, least := time.Since(start), time.Duration(blocks/uploads)*time.Second; took < least {
				t.Errorf("%d uploads: took %v, want %v at least: nobody waited for the store", uploads, took, least)
			}
		})
	}
}
