package message

// UnlimitedPageSize asks for all tables in one answer.
const UnlimitedPageSize = -1

// ListTablesRequest asks for the names of a schema's tables, or of a page of them.
type ListTablesRequest struct {
	Header
	SchemaName string
	NextToken  *string // of the answer before; nil for the first page
	PageSize   int     // UnlimitedPageSize for all

	nullSchema nulls
}

// Kind implements [Message].
func (*ListTablesRequest) Kind() string { return "ListTablesRequest" }

func (m *ListTablesRequest) walk(w *walker) {
	m.Header.walk(w)
	w.textOrNull("schemaName", &m.SchemaName, &m.nullSchema, 1)
	if w.decoding() && !w.comes("nextToken") { // engines before paging
		m.PageSize = UnlimitedPageSize
		return
	}
	w.optText("nextToken", &m.NextToken)
	w.count("pageSize", &m.PageSize)
}

// ListTablesResponse has the names of tables. On the wire, the tables come before the catalog.
type ListTablesResponse struct {
	Tables      []TableName
	CatalogName string
	NextToken   *string // ask again with it; nil at the end
}

// Kind implements [Message].
func (*ListTablesResponse) Kind() string { return "ListTablesResponse" }

func (m *ListTablesResponse) walk(w *walker) {
	list(w, "tables", &m.Tables, func(t *TableName) { t.walk(w) })
	w.text("catalogName", &m.CatalogName)
	if w.decoding() && !w.comes("nextToken") {
		return
	}
	w.optText("nextToken", &m.NextToken)
}
