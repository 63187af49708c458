package console

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strconv"

	"athena-timestream/local/internal/awsapi"
)

// Watch observes what passes to the services behind the address: spilled blocks, and the statements that come with
// invocations.
func (r *Recorder) Watch(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if sql := statementIn(req.Header.Get(clientContext)); sql != "" {
			req = req.WithContext(WithStatement(req.Context(), sql))
		}
		trace := req.Header.Get(awsapi.TraceHeader)
		if req.Method != http.MethodPut || trace == "" {
			next.ServeHTTP(w, req)
			return
		}
		size := req.ContentLength
		if n, err := strconv.ParseInt(req.Header.Get("X-Amz-Decoded-Content-Length"), 10, 64); err == nil {
			size = n // the body is in signed chunks
		}
		status := &statusWriter{ResponseWriter: w}
		next.ServeHTTP(status, req)
		if cmp.Or(status.status, http.StatusOK) == http.StatusOK {
			r.block(trace, size)
		}
	})
}

type statusWriter struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements [http.ResponseWriter].
func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap serves [http.ResponseController].
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// clientContext is Lambda's header for what a caller tells besides the payload: base64 of JSON, at most 3,583 bytes.
const clientContext = "X-Amz-Client-Context"

type lambdaContext struct {
	Custom struct {
		Statement string `json:"statement"`
	} `json:"custom"`
}

// TellStatement lets an invocation over HTTP carry the context's SQL.
func TellStatement(ctx context.Context, h http.Header) {
	asked := askedIn(ctx)
	if asked == nil {
		return
	}
	var c lambdaContext
	c.Custom.Statement = shortened(asked.sql, 1200) // JSON may double it, base64 adds a third
	if b, err := json.Marshal(c); err == nil && len(b) <= 2600 {
		h.Set(clientContext, base64.StdEncoding.EncodeToString(b))
	}
}

func statementIn(header string) string {
	var c lambdaContext
	if b, err := base64.StdEncoding.DecodeString(header); err != nil || json.Unmarshal(b, &c) != nil {
		return ""
	}
	return c.Custom.Statement
}

// asked is a statement on its way to the connector.
type asked struct {
	sql          string
	conversation *conversation // once there is one; guarded by the recorder's mu
}

type askedKey struct{}

// WithStatement tells the recorder which SQL the requests below this context are for: the protocol does not say.
func WithStatement(ctx context.Context, sql string) context.Context {
	return context.WithValue(ctx, askedKey{}, &asked{sql: sql})
}

func askedIn(ctx context.Context) *asked {
	a, _ := ctx.Value(askedKey{}).(*asked)
	return a
}
