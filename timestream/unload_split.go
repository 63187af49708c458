package timestream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation"
	"athena-timestream/federation/message"
	"athena-timestream/federation/panics"
	"athena-timestream/federation/predicate"
	"athena-timestream/federation/redact"
	"athena-timestream/federation/spill"
	"athena-timestream/timestream/internal/page"
	"athena-timestream/timestream/internal/parquet"
	"athena-timestream/timestream/internal/unload"
)

// splitFiles is the property of a split that is files: an unloadedFiles as JSON.
const splitFiles = "unloaded"

// unloadedFiles is a part of what an UNLOAD has written.
type unloadedFiles struct {
	Query  string        `json:"query,omitempty"` // the UNLOAD's query id
	Bucket string        `json:"bucket,omitempty"`
	Prefix string        `json:"prefix,omitempty"` // of all keys
	Files  []unload.File `json:"files"`
	Plan   string        `json:"plan,omitempty"`  // digest of the query plan that the UNLOAD applied
	Wider  []string      `json:"wider,omitempty"` // constrained columns of which it took more than was asked
}

const (
	// maxFileSplits bounds the splits of one read; beyond it, a split is several files.
	maxFileSplits = 200
	// maxFiles bounds the files of one read, whose names have to fit into Lambda's answer of 6 MB.
	maxFiles = 20_000
)

// fileSplits deals files out to splits. There is one at least, of no files if there are none.
func fileSplits(files []unload.File, of unloadedFiles) []federation.SplitSpec {
	n := max(1, min(len(files), maxFileSplits))
	parts := make([]unloadedFiles, n)
	for i := range parts {
		parts[i] = of
	}
	for i, f := range files {
		f.Key = f.Key[len(of.Prefix):]
		parts[i%n].Files = append(parts[i%n].Files, f)
	}
	splits := make([]federation.SplitSpec, n)
	for i, p := range parts {
		splits[i].Properties = filesProperties(p)
	}
	return splits
}

func filesProperties(f unloadedFiles) map[string]string {
	text, err := json.Marshal(f)
	if err != nil {
		panic(err) // texts and numbers
	}
	return map[string]string{splitFiles: string(text)}
}

// filesOf is the files of a split that is files; nil for other splits. What this package would not have written is InvalidInput: to
// pass over a part of it could lose rows.
func filesOf(properties map[string]string) (*unloadedFiles, error) {
	text, ok := properties[splitFiles]
	if !ok {
		return nil, nil
	}
	f := &unloadedFiles{}
	if err := json.Unmarshal([]byte(text), f); err != nil || filesProperties(*f)[splitFiles] != text {
		return nil, badProperty(splitFiles, text)
	}
	for i := range f.Files {
		if f.Bucket == "" || f.Prefix == "" || f.Files[i].Bytes < 0 || f.Files[i].Bytes > unload.MaxFile || f.Files[i].Rows < 0 {
			return nil, badProperty(splitFiles, text)
		}
		f.Files[i].Key = f.Prefix + f.Files[i].Key
	}
	return f, nil
}

// planDigest is short for a query plan, empty for none.
func planDigest(c *predicate.Constraints) string {
	if c == nil || c.Plan == nil {
		return ""
	}
	return digest(string(c.Plan.Plan))
}

// readFiles appends the rows of a split's files, all of them or an error. The next file comes while one is decoded, so
// there are never more than two in memory.
func (c *Connector) readFiles(ctx context.Context, r *message.ReadRecordsRequest, f *unloadedFiles, w *spill.Writer) error {
	what := fmt.Sprintf("read the files of UNLOAD %s", f.Query)
	if len(f.Files) == 0 {
		return nil
	}
	if c.Unloads == nil {
		return federation.Errorf(federation.InvalidInput, "%s: this connector has no access to S3", what)
	}
	if planDigest(r.Constraints) != f.Plan {
		return federation.Errorf(federation.OperationNotSupported, "%s: they were written for another query plan: run the query again", what)
	}
	cols, rows, err := f.bind(r, w)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	ctx, stop := context.WithCancel(ctx)
	next := c.download(ctx, f, 0, nil)
	defer func() {
		stop()
		<-next
	}()
	reader := parquet.NewReader(cols)
	start := time.Now()
	var waited time.Duration
	var bytes int64
	defer func() {
		federation.AddToLog(ctx, slog.String(keyQueryID, f.Query), slog.Int(keyFiles, len(f.Files)), slog.Int64(keyFileBytes, bytes),
			slog.Int64(keyFileWait, waited.Milliseconds()), slog.Int64(keyDecoded, (time.Since(start)-waited-w.Stats().Encoding-w.Stats().Waiting).Milliseconds()))
	}()
	var free []byte
	for i, file := range f.Files {
		before := time.Now()
		d := <-next
		waited += time.Since(before)
		bytes += int64(len(d.data))
		if i+1 < len(f.Files) {
			next = c.download(ctx, f, i+1, free)
		}
		if d.err == nil {
			d.err = readFile(ctx, reader, d.data, file, rows)
		}
		if d.err != nil {
			return fileError(d.err, what, f.Bucket, file.Key)
		}
		free = d.data
	}
	return nil
}

// bind ties the columns of the files to those of a request, and says where the rows go.
func (f *unloadedFiles) bind(r *message.ReadRecordsRequest, w *spill.Writer) ([]page.Binding, sink, error) {
	column, err := origins(r.Schema)
	if err != nil {
		return nil, nil, err
	}
	read := read{column: column}
	for _, name := range f.Wider {
		set, ok := r.Constraints.Set(name)
		if !ok {
			return nil, nil, federation.Errorf(federation.InvalidInput, "they were written for a query with a condition on %s: run the query again", name)
		}
		read.wider = append(read.wider, predicate.Column{Name: name, Set: set})
		if !r.Schema.HasField(name) {
			read.hidden = append(read.hidden, arrow.Field{Name: name, Type: set.DataType(), Nullable: true})
		}
	}
	cols, err := bindSchema(r.Schema, column, w.Builder())
	if err != nil {
		return nil, nil, err
	}
	rows, hidden, err := newRowFilter(r, read, w)
	return append(cols, hidden...), rows, err
}

func readFile(ctx context.Context, reader *parquet.Reader, data []byte, file unload.File, to sink) error {
	rows, err := reader.Read(ctx, data, to.EndRow)
	if err == nil && rows != file.Rows {
		err = fmt.Errorf("%w: %d rows, and the manifest says %d", unload.ErrSize, rows, file.Rows)
	}
	return err
}

// download is a file on its way; the channel is closed behind it.
type download struct {
	data []byte
	err  error
}

func (c *Connector) download(ctx context.Context, f *unloadedFiles, i int, memory []byte) <-chan download {
	to := make(chan download, 1)
	go func() {
		defer close(to)
		var d download
		defer func() { to <- d }()
		defer panics.Recover(&d.err, "fetching a file")
		d.data, d.err = unload.Read(ctx, c.Unloads.Objects, f.Bucket, f.Files[i].Key, f.Files[i].Bytes, memory)
	}()
	return to
}

// fileError gives an error of reading a file its code.
func fileError(err error, what, bucket, key string) error {
	if errors.Is(err, unload.ErrGone) {
		return federation.Errorf(federation.EntityNotFound, "%s: %w: another attempt at this part of the query has read it and removed it: run the query again", what, err)
	}
	if _, coded := errors.AsType[*federation.Error](err); coded {
		return fmt.Errorf("%s: %w", what, err)
	}
	var foreign *parquet.UnsupportedError
	var damaged *parquet.CorruptError
	var value *parquet.ValueError
	if errors.As(err, &foreign) || errors.As(err, &damaged) || errors.As(err, &value) || errors.Is(err, unload.ErrSize) {
		return federation.Errorf(federation.InvalidResponse, "%s: s3://%s/%s: %w", what, bucket, key, err)
	}
	return fmt.Errorf("%s: %w (the function's role needs s3:GetObject on the spill prefix)", what, err)
}

// FinishRead removes the files of a split whose rows have all been handed over.
func (c *Connector) FinishRead(ctx context.Context, r *message.ReadRecordsRequest) {
	f, err := filesOf(r.Split.Properties)
	if f == nil || err != nil || len(f.Files) == 0 {
		return
	}
	keys := make([]string, len(f.Files))
	for i, file := range f.Files {
		keys[i] = file.Key
	}
	if err := unload.Delete(ctx, c.Unloads.Objects, f.Bucket, keys...); err != nil {
		c.logger.WarnContext(ctx, "files of an UNLOAD stay in the spill bucket", keyError, redact.Text(err), keyQueryID, f.Query, keyFiles, keys)
	}
}
