package console

import (
	"bytes"
	"crypto/rand"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/timestreamquery"

	"athena-timestream/local/internal/athena"
	"athena-timestream/local/internal/tsdb"
)

// Options says what the console shows. All are needed.
type Options struct {
	// Tables is the embedded Timestream, asked for its catalog only.
	Tables *tsdb.DB
	// Timestream runs Timestream SQL, and is the embedded one's Query API.
	Timestream *timestreamquery.Client
	// Athena runs Athena SQL. A copy of it is used for each statement, with a Trace of its own.
	Athena athena.Engine
	// Recorder has what there is to tell of the last queries.
	Recorder *Recorder
}

// Console is the http.Handler of the page, of what the page loads, and of the API that it asks.
type Console struct {
	o     Options
	token string // of this process; the page has it, and the API wants it
	page  []byte
	mux   *http.ServeMux
	slots chan struct{} // one for each query that may run
}

const (
	root     = "/-/console/"
	maxBody  = 1 << 20
	parallel = 4
)

//go:embed web
var web embed.FS

// New makes a console.
func New(o Options) (*Console, error) {
	c := &Console{o: o, token: rand.Text(), mux: http.NewServeMux(), slots: make(chan struct{}, parallel)}
	files, err := fs.Sub(web, "web")
	if err != nil {
		return nil, fmt.Errorf("reading the console's files: %w", err)
	}
	page, err := template.ParseFS(files, "index.html")
	if err != nil {
		return nil, fmt.Errorf("reading the console's page: %w", err)
	}
	var text bytes.Buffer
	if err := page.Execute(&text, map[string]string{"Token": c.token}); err != nil {
		return nil, fmt.Errorf("writing the console's page: %w", err)
	}
	c.page = text.Bytes()
	c.mux.HandleFunc("GET /{$}", c.index)
	c.mux.Handle("GET "+root+"assets/", http.StripPrefix(root+"assets/", http.FileServerFS(files)))
	api := root + "api/"
	c.mux.Handle("GET "+api+"catalog", c.guarded(c.catalog))
	c.mux.Handle("GET "+api+"table", c.guarded(c.table))
	c.mux.Handle("POST "+api+"query", c.guarded(c.query))
	c.mux.Handle("GET "+api+"queries", c.guarded(c.queries))
	c.mux.Handle("GET "+api+"queries/{id}", c.guarded(c.conversation))
	c.mux.Handle("DELETE "+api+"queries", c.guarded(c.forget))
	return c, nil
}

// Answers reports whether a request is the console's: what lies below its own path, which no bucket of S3 can have, and the
// root where a browser asks for it. S3's clients ask for the root too, signed and not for HTML.
func (c *Console) Answers(req *http.Request) bool {
	switch {
	case strings.HasPrefix(req.URL.Path, root):
		return true
	case req.URL.Path != "/" || req.Method != http.MethodGet && req.Method != http.MethodHead:
		return false
	}
	signed := req.Header.Get("Authorization") != "" || req.URL.Query().Has("X-Amz-Signature") || req.URL.Query().Has("Signature")
	return !signed && strings.Contains(req.Header.Get("Accept"), "text/html")
}

// ServeHTTP implements [http.Handler].
func (c *Console) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	harden(w.Header())
	if err := fromHere(req); err != nil {
		http.Error(w, err.Error(), http.StatusForbidden)
		return
	}
	c.mux.ServeHTTP(w, req)
}

func (c *Console) index(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(c.page) // the browser has gone when this fails
}

func (c *Console) queries(w http.ResponseWriter, _ *http.Request) error {
	return writeJSON(w, c.o.Recorder.list())
}

func (c *Console) conversation(w http.ResponseWriter, req *http.Request) error {
	id, err := strconv.ParseInt(req.PathValue("id"), 10, 64)
	if err != nil {
		return refusef(http.StatusBadRequest, "a query's id is a number")
	}
	text, ok, err := c.o.Recorder.describe(id)
	if err != nil {
		return err
	}
	if !ok {
		return refusef(http.StatusNotFound, "query %d is forgotten: only the last %d are kept", id, maxConversations)
	}
	return writeJSON(w, json.RawMessage(text))
}

func (c *Console) forget(w http.ResponseWriter, _ *http.Request) error {
	c.o.Recorder.Forget()
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func writeJSON(w http.ResponseWriter, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(text) // the browser has gone when this fails
	return nil
}
