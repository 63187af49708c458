package message

// ListSchemasRequest asks for the names of all schemas.
type ListSchemasRequest struct{ Header }

// Kind implements [Message].
func (*ListSchemasRequest) Kind() string { return "ListSchemasRequest" }

func (m *ListSchemasRequest) walk(w *walker) { m.Header.walk(w) }

// ListSchemasResponse has the names of all schemas.
type ListSchemasResponse struct {
	CatalogName string
	Schemas     []string
}

// Kind implements [Message].
func (*ListSchemasResponse) Kind() string { return "ListSchemasResponse" }

func (m *ListSchemasResponse) walk(w *walker) {
	w.text("catalogName", &m.CatalogName)
	w.texts("schemas", &m.Schemas)
}
