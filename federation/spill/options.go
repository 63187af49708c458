package spill

import (
	"encoding/base64"
	"time"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/block"
	"athena-timestream/federation/message"
)

const (
	defaultUploads = 2
	maxUploads     = 16 // above, memory (a block each) costs more than it speeds up

	// softBlockSize cuts blocks when the request sets no useful limit (Athena sends 16,000,000; tests of the Java SDK
	// send the largest long). A single row may still be as large as Limits allow.
	softBlockSize = 64 << 20

	// MaxAnswer is Lambda's limit for the answer of a synchronous call, in bytes. Source: AWS Lambda quotas.
	MaxAnswer = 6_291_556
	// envelope is room for the JSON around the block: names, catalog, allocator id.
	envelope = 4 << 10
)

// Limits are the sizes of a ReadRecords request, in encoded bytes before encryption.
type Limits struct {
	MaxBlockSize  int64 // no block is larger
	MaxInlineSize int64 // an inline block is smaller
}

// Options say what a Writer writes and where to.
type Options struct {
	Schema   *arrow.Schema
	Location *message.SpillLocation // the split's directory; needed once a block is spilled
	Key      *message.EncryptionKey // nil: blocks are stored in the clear
	Limits   Limits
	Store    Store   // needed once a block is spilled
	Uploads  int     // blocks being encrypted and stored at the same time, 16 at most; 0 is 2
	Memory   *Memory // where columns and buffers come from and go back to; nil: they are made anew
}

// Stats count what a Writer has done.
type Stats struct {
	Rows   int64 // whole rows
	Blocks int   // blocks handed to the store
	Bytes  int64 // encoded, before encryption, spilled and inline
	Stored int   // blocks that the store has confirmed; it may have others whose upload failed

	Encoding  time.Duration // rows to blocks
	Uploading time.Duration // sealing and storing; the sum over all blocks, of which several are under way at once
	Waiting   time.Duration // for uploads: for one to end before the next could begin, and for the last ones
}

// Result is the outcome of a read: one block inline, or spilled blocks in row order (maybe none, when an empty
// answer is not to be inline).
type Result struct {
	Inline  *block.Block // nil when spilled; borrows the Writer's Builder
	Remote  []message.SpillLocation
	Spilled bool
	Stats   Stats
}

// inlineLimit is the largest encoded size of an inline block: below MaxInlineSize and, in base64 with the schema and
// the JSON around it, within Lambda's answer.
func inlineLimit(l Limits, schema int) int64 {
	room := MaxAnswer - envelope - base64.StdEncoding.EncodedLen(schema)
	return min(l.MaxInlineSize-1, int64(max(room, 0)/4*3))
}
