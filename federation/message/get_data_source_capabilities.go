package message

// GetDataSourceCapabilitiesRequest asks what the engine may push down. There is none before version 4.
type GetDataSourceCapabilitiesRequest struct{ Header }

// Kind implements [Message].
func (*GetDataSourceCapabilitiesRequest) Kind() string { return "GetDataSourceCapabilitiesRequest" }

func (m *GetDataSourceCapabilitiesRequest) walk(w *walker) {
	w.require(capabilities)
	m.Header.walk(w)
}

// GetDataSourceCapabilitiesResponse tells what the engine may push down.
type GetDataSourceCapabilitiesResponse struct {
	CatalogName  string
	Capabilities []Capability // names unique; order is kept
}

// Capability is one optimisation, such as "supports_limit_pushdown", or one passthrough function.
type Capability struct {
	Name    string
	Entries []CapabilityEntry
}

// CapabilityEntry is one form of an optimisation.
type CapabilityEntry struct {
	SubType    string
	Properties []string
}

// Kind implements [Message].
func (*GetDataSourceCapabilitiesResponse) Kind() string { return "GetDataSourceCapabilitiesResponse" }

func (m *GetDataSourceCapabilitiesResponse) walk(w *walker) {
	w.require(capabilities)
	w.text("catalogName", &m.CatalogName)
	w.object("capabilities", func() {
		if w.decoding() {
			m.Capabilities = []Capability{}
			w.members(func(name string) {
				c := Capability{Name: name}
				c.walk(w)
				m.Capabilities = append(m.Capabilities, c)
			})
			return
		}
		for i := range m.Capabilities {
			c := &m.Capabilities[i]
			w.field(c.Name, func() { c.walk(w) })
		}
	})
	unique(w, m.Capabilities, func(c Capability) string { return c.Name })
}

func (c *Capability) walk(w *walker) {
	listValue(w, &c.Entries, func(e *CapabilityEntry) {
		w.braces(func() {
			w.text("subType", &e.SubType)
			w.texts("properties", &e.Properties)
		})
	})
}
