package block

import "github.com/apache/arrow-go/v18/arrow"

// Block is a table fragment as messages carry it: partitions, rows of an answer, or the constants of a predicate.
type Block struct {
	// AllocatorID is the id that the Java SDK gives its allocator. Readers ignore it, but the field is on the wire.
	AllocatorID string
	Schema      *arrow.Schema
	// Records are the rows; nil means zero rows.
	Records arrow.RecordBatch
}

// NumRows is the number of rows, 0 for a nil block or one without records.
func (b *Block) NumRows() int64 {
	if b == nil || b.Records == nil {
		return 0
	}
	return b.Records.NumRows()
}
