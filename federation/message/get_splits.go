package message

import (
	"athena-timestream/federation/block"
	"athena-timestream/federation/predicate"
)

// GetSplitsRequest asks how to cut the reading of some partitions into parts.
type GetSplitsRequest struct {
	Header
	TableName         TableName
	Partitions        *block.Block           // rows of the layout, maybe not all
	PartitionColumns  []string               // a set
	Constraints       *predicate.Constraints // never nil when decoded
	ContinuationToken *string                // of the answer before; nil at first
}

// Kind implements [Message].
func (*GetSplitsRequest) Kind() string { return "GetSplitsRequest" }

func (m *GetSplitsRequest) walk(w *walker) {
	m.Header.walk(w)
	m.TableName.field(w)
	w.block("partitions", &m.Partitions)
	w.texts("partitionColumns", &m.PartitionColumns)
	w.constraints(&m.Constraints)
	w.optText("continuationToken", &m.ContinuationToken)
}

// GetSplitsResponse has some splits.
type GetSplitsResponse struct {
	CatalogName       string
	Splits            []Split // a set
	ContinuationToken *string // ask again with it; nil at the end
}

// Kind implements [Message].
func (*GetSplitsResponse) Kind() string { return "GetSplitsResponse" }

func (m *GetSplitsResponse) walk(w *walker) {
	w.text("catalogName", &m.CatalogName)
	list(w, "splits", &m.Splits, func(s *Split) { s.walk(w) })
	w.optText("continuationToken", &m.ContinuationToken)
}
