package message

import "github.com/apache/arrow-go/v18/arrow"

// GetTableRequest asks for a table's schema, or for the schema of a passthrough query's result.
type GetTableRequest struct {
	Header
	TableName   TableName
	Passthrough map[string]string // arguments of a query passthrough; empty if the request is none
}

// Kind implements [Message].
func (*GetTableRequest) Kind() string { return "GetTableRequest" }

func (m *GetTableRequest) walk(w *walker) {
	m.Header.walk(w)
	m.TableName.field(w)
	passthrough(w, &m.Passthrough)
}

// passthrough passes the arguments of a query passthrough, without which a request asks for something else.
func passthrough(w *walker, p *map[string]string) {
	const name = "queryPassthroughArguments"
	switch {
	case w.since(passthroughArgs, name):
		w.textMap(name, p)
	case w.decoding():
		*p = nil
	case len(*p) > 0:
		w.fail("serde version %d cannot carry the arguments of a query passthrough (%d and later can)", w.version(), passthroughArgs)
	}
}

// GetTableResponse has a table's schema. Metadata of the schema reaches the connector's later calls.
type GetTableResponse struct {
	CatalogName      string
	TableName        TableName
	Schema           *arrow.Schema
	PartitionColumns []string // a set: order means nothing
}

// Kind implements [Message].
func (*GetTableResponse) Kind() string { return "GetTableResponse" }

func (m *GetTableResponse) walk(w *walker) {
	w.text("catalogName", &m.CatalogName)
	m.TableName.field(w)
	w.schema("schema", &m.Schema)
	w.texts("partitionColumns", &m.PartitionColumns)
}
