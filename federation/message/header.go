package message

import "log/slog"

// Identity is on whose behalf Athena asks.
type Identity struct {
	Account string            // AWS account id
	ARN     string            // of the caller
	Tags    map[string]string // principal tags
	Groups  []string          // IAM groups
	// ConfigOptions are the catalog's options, a forward access token perhaps among them: the tag keeps them out of JSON
	// logs. It has no part in the wire form.
	ConfigOptions map[string]string `json:"-"`

	null nulls
}

// LogValue leaves out the options, which can hold a token.
func (i Identity) LogValue() slog.Value {
	return slog.GroupValue(slog.String("account", i.Account), slog.String("arn", i.ARN))
}

func (i *Identity) walk(w *walker) {
	const nullAccount, nullARN nulls = 1, 2
	unknown := "UNKNOWN" // id and principal: written so by all senders, read by none
	w.textOrNull("id", &unknown, new(nulls), 1)
	unknown = "UNKNOWN"
	w.textOrNull("principal", &unknown, new(nulls), 1)
	w.textOrNull("account", &i.Account, &i.null, nullAccount)
	w.textOrNull("arn", &i.ARN, &i.null, nullARN)
	w.textMap("tags", &i.Tags)
	w.texts("groups", &i.Groups)
	if w.decoding() && !w.comes("configOptions") { // older engines
		i.ConfigOptions = map[string]string{}
		return
	}
	w.textMap("configOptions", &i.ConfigOptions)
}

// Header is what all requests have.
type Header struct {
	Identity    *Identity // nil if null
	QueryID     string    // of Athena; empty also if null, which encodes as null again
	CatalogName string    // "" only in a UserDefinedFunctionRequest, which has neither catalog nor query

	null nulls
}

// Head implements [Request].
func (h *Header) Head() *Header { return h }

const nullQueryID nulls = 1

func (h *Header) identity(w *walker) {
	w.field("identity", func() {
		if w.null(h.Identity == nil) {
			return
		}
		if w.decoding() {
			h.Identity = &Identity{}
		}
		w.braces(func() { h.Identity.walk(w) })
	})
}

// walk passes the header of metadata requests.
func (h *Header) walk(w *walker) {
	h.identity(w)
	w.textOrNull("queryId", &h.QueryID, &h.null, nullQueryID)
	w.text("catalogName", &h.CatalogName)
}

// TableName names a table; both parts as the catalog has them, case kept.
type TableName struct{ Schema, Table string }

// String is "schema.table", for people.
func (t TableName) String() string { return t.Schema + "." + t.Table }

func (t *TableName) walk(w *walker) {
	w.braces(func() {
		w.text("schemaName", &t.Schema)
		w.text("tableName", &t.Table)
	})
}

// field passes the table name as a member.
func (t *TableName) field(w *walker) { w.field("tableName", func() { w.notNull(false); t.walk(w) }) }
