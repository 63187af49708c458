package message

import (
	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/block"
	"athena-timestream/federation/predicate"
)

// ReadRecordsRequest asks for the rows of one split.
type ReadRecordsRequest struct {
	Header
	TableName          TableName
	Schema             *arrow.Schema // the columns wanted, and the metadata of GetTableResponse
	Split              Split
	Constraints        *predicate.Constraints // never nil when decoded
	MaxBlockSize       int64                  // bytes
	MaxInlineBlockSize int64                  // bytes
}

// Kind implements [Message].
func (*ReadRecordsRequest) Kind() string { return "ReadRecordsRequest" }

func (m *ReadRecordsRequest) walk(w *walker) {
	m.identity(w)
	w.text("queryId", &m.QueryID)
	w.text("catalogName", &m.CatalogName)
	m.TableName.field(w)
	w.schema("schema", &m.Schema)
	w.field("split", func() { w.notNull(false); m.Split.walk(w) })
	w.constraints(&m.Constraints)
	w.integerText("maxBlockSize", &m.MaxBlockSize)
	w.integerText("maxInlineBlockSize", &m.MaxInlineBlockSize)
}

// ReadRecordsResponse has all rows of a split.
type ReadRecordsResponse struct {
	CatalogName string
	Records     *block.Block
}

// Kind implements [Message].
func (*ReadRecordsResponse) Kind() string { return "ReadRecordsResponse" }

func (m *ReadRecordsResponse) walk(w *walker) {
	w.text("catalogName", &m.CatalogName)
	w.block("records", &m.Records)
}

// RemoteReadRecordsResponse tells where the rows of a split have been put.
type RemoteReadRecordsResponse struct {
	CatalogName   string
	Schema        *arrow.Schema
	RemoteBlocks  []SpillLocation // may be empty: no rows
	EncryptionKey *EncryptionKey  // nil if the blocks are not encrypted
}

// Kind implements [Message].
func (*RemoteReadRecordsResponse) Kind() string { return "RemoteReadRecordsResponse" }

func (m *RemoteReadRecordsResponse) walk(w *walker) {
	w.text("catalogName", &m.CatalogName)
	w.schema("schema", &m.Schema)
	list(w, "remoteBlocks", &m.RemoteBlocks, func(l *SpillLocation) { l.walk(w) })
	encryptionKey(w, &m.EncryptionKey)
}
