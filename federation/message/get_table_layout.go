package message

import (
	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/block"
	"athena-timestream/federation/predicate"
)

// GetTableLayoutRequest asks for the partitions that a read has to visit.
type GetTableLayoutRequest struct {
	Header
	TableName        TableName
	Constraints      *predicate.Constraints // never nil when decoded
	Schema           *arrow.Schema
	PartitionColumns []string // a set
}

// Kind implements [Message].
func (*GetTableLayoutRequest) Kind() string { return "GetTableLayoutRequest" }

func (m *GetTableLayoutRequest) walk(w *walker) {
	m.Header.walk(w)
	m.TableName.field(w)
	w.constraints(&m.Constraints)
	w.schema("schema", &m.Schema)
	w.texts("partitionColumns", &m.PartitionColumns)
}

// GetTableLayoutResponse has one row a partition. No rows: there is nothing to read.
type GetTableLayoutResponse struct {
	CatalogName string
	TableName   TableName
	Partitions  *block.Block
}

// Kind implements [Message].
func (*GetTableLayoutResponse) Kind() string { return "GetTableLayoutResponse" }

func (m *GetTableLayoutResponse) walk(w *walker) {
	w.text("catalogName", &m.CatalogName)
	m.TableName.field(w)
	w.block("partitions", &m.Partitions)
}
