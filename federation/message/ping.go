package message

// PingRequest opens a conversation and asks what the connector can do. Its form is the same in all versions, and it is
// the only request with catalogName before queryId.
type PingRequest struct{ Header }

// Kind implements [Message].
func (*PingRequest) Kind() string { return "PingRequest" }

func (m *PingRequest) walk(w *walker) {
	m.identity(w)
	w.text("catalogName", &m.CatalogName)
	w.text("queryId", &m.QueryID)
}

// PingResponse tells who answers and what it speaks.
type PingResponse struct {
	CatalogName  string
	QueryID      string
	SourceType   *string // such as "timestream"
	Capabilities int     // a number that stands for the SDK's generation; 24 in the Java SDK 2026.24.1
	SerDeVersion int     // highest version the connector speaks; 1 if it did not say
}

// Kind implements [Message].
func (*PingResponse) Kind() string { return "PingResponse" }

func (m *PingResponse) walk(w *walker) {
	w.text("catalogName", &m.CatalogName)
	w.text("queryId", &m.QueryID)
	w.optText("sourceType", &m.SourceType)
	w.count("capabilities", &m.Capabilities)
	if w.decoding() && !w.comes("serDeVersion") { // very old connectors
		m.SerDeVersion = 1
		return
	}
	w.count("serDeVersion", &m.SerDeVersion)
	if w.decoding() {
		m.SerDeVersion = max(m.SerDeVersion, 1) // 0 means 1 as well
	}
}
