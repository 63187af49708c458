package federation

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"athena-timestream/federation/message"
	"athena-timestream/federation/redact"
	"athena-timestream/federation/spill"
)

// Keys of log lines, most of them of the one line that each request logs. They
// are a promise to whoever reads logs. None ever holds row data, a constraint, a key or an identity.
const (
	keyOperation     = "operation"
	keyVersion       = "serde_version"
	keyQueryID       = "query_id"
	keyCatalog       = "catalog"
	keySchema        = "schema"
	keyTable         = "table"
	keyPartitions    = "partitions"
	keySplits        = "splits"
	keyRows          = "rows"
	keyBlocks        = "blocks"
	keyBytes         = "bytes"
	keySpilled       = "spilled"
	keyEncode        = "encode_ms"
	keyUpload        = "upload_ms"
	keyUploadWait    = "upload_wait_ms"
	keyLeft          = "left_behind"
	keyLeftBlocks    = "left_behind_blocks"
	keyRequestBytes  = "request_bytes"
	keyResponseBytes = "response_bytes"
	keyMillis        = "duration_ms"
	keyCode          = "code"
	keyError         = "error"
	keyStack         = "stack"
	keyReason        = "reason"
	keyForCaller     = "for_caller" // true: with the permissions that the request brought
)

// requestLog gathers what one request's line says.
type requestLog struct {
	logger *slog.Logger
	start  time.Time

	mu    sync.Mutex
	attrs []slog.Attr
}

// requestLogKey holds a request's log in its context.
type requestLogKey struct{}

// AddToLog adds attributes to the one line that the [Handler] logs for the
// request whose context ctx is, at INFO or, if the request fails, at ERROR: what
// a connector has to say of a request as a whole. Durations belong in whole
// milliseconds under a name that ends in _ms. Without a Handler it does nothing.
func AddToLog(ctx context.Context, attrs ...slog.Attr) {
	if l, ok := ctx.Value(requestLogKey{}).(*requestLog); ok {
		l.add(attrs...)
	}
}

func (h *Handler) newRequestLog(requestBytes int) *requestLog {
	l := &requestLog{logger: h.options.Logger, start: time.Now(), attrs: make([]slog.Attr, 0, 16)}
	l.add(slog.Int(keyRequestBytes, requestBytes))
	return l
}

func (l *requestLog) add(attrs ...slog.Attr) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.attrs = append(l.attrs, attrs...)
}

// received notes what was asked.
func (l *requestLog) received(r message.Request, v message.Version) {
	l.add(slog.String(keyOperation, r.Kind()), slog.Int(keyVersion, int(v)))
	if head := r.Head(); head != nil && head.QueryID != "" {
		l.add(slog.String(keyQueryID, head.QueryID), slog.String(keyCatalog, head.CatalogName))
	}
	switch r := r.(type) {
	case *message.ListTablesRequest:
		l.add(slog.String(keySchema, r.SchemaName))
	case *message.GetTableRequest:
		l.table(r.TableName)
	case *message.GetTableLayoutRequest:
		l.table(r.TableName)
	case *message.GetSplitsRequest:
		l.table(r.TableName)
	case *message.ReadRecordsRequest:
		l.table(r.TableName)
	}
}

func (l *requestLog) table(t message.TableName) {
	l.add(slog.String(keySchema, t.Schema), slog.String(keyTable, t.Table))
}

// read notes how far a read came. Blocks of a read without an answer are of no
// use to anybody: they are named, for whoever tidies the bucket.
func (l *requestLog) read(s spill.Stats, to *message.SpillLocation, answered bool) {
	l.add(slog.Int64(keyRows, s.Rows), slog.Int(keyBlocks, s.Blocks), slog.Int64(keyBytes, s.Bytes))
	if !answered && s.Stored > 0 {
		l.add(slog.String(keyLeft, to.Bucket+"/"+to.Key), slog.Int(keyLeftBlocks, s.Stored))
	}
	l.add(slog.Int64(keyEncode, s.Encoding.Milliseconds()), slog.Int64(keyUpload, s.Uploading.Milliseconds()),
		slog.Int64(keyUploadWait, s.Waiting.Milliseconds()))
}

// finish writes the line: INFO, or ERROR with the code and the text that Athena
// gets, without the data in it; DEBUG has the whole.
func (l *requestLog) finish(ctx context.Context, responseBytes int, err error) {
	l.add(slog.Int64(keyMillis, time.Since(l.start).Milliseconds()))
	if err != nil {
		l.add(slog.String(keyCode, string(message.CodeOf(err))), slog.String(keyError, redact.Text(err)))
		l.logger.LogAttrs(ctx, slog.LevelError, "request failed", l.attrs...)
		l.logger.DebugContext(ctx, "what Athena is told", keyError, err.Error())
		return
	}
	l.add(slog.Int(keyResponseBytes, responseBytes))
	l.logger.LogAttrs(ctx, slog.LevelInfo, "request", l.attrs...)
}
