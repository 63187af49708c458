package spill

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"athena-timestream/federation/block"
	"athena-timestream/federation/message"
	"athena-timestream/federation/panics"
)

// Writer cuts rows into blocks. It is used by one goroutine: append one value to every column of Builder, call
// EndRow, and at the end Finish or Abort. At any time it holds the block under construction and at most
// Options.Uploads blocks in flight, each in a buffer that is used again.
type Writer struct {
	o       Options
	builder *block.Builder
	maxSize int64 // where a block of several rows is cut
	inline  int64 // largest inline size
	pending int   // rows in builder
	stats   Stats
	remote  []message.SpillLocation

	ctx    context.Context // ends with the first failed upload, Abort or Finish
	cancel context.CancelCauseFunc
	group  sync.WaitGroup
	free   chan []byte // buffers not in flight
	stored atomic.Int64
	upload atomic.Int64 // nanoseconds that uploads took
	failed atomic.Pointer[error]
	result *Result
}

var (
	errAborted  = errors.New("write blocks: the writer was aborted")
	errFinished = errors.New("write blocks: the writer is finished")
)

// NewWriter makes a Writer for the rows of one split. ctx ends all uploads. The caller must call Finish or Abort.
func NewWriter(ctx context.Context, o Options) (*Writer, error) {
	if o.Limits.MaxBlockSize <= 0 {
		return nil, message.Errorf(message.InvalidInput, "write blocks: maximum block size is %d bytes, it must be positive", o.Limits.MaxBlockSize)
	}
	if o.Key != nil {
		if _, err := newGCM(o.Key); err != nil {
			return nil, fmt.Errorf("write blocks: %w", err)
		}
	}
	g, err := o.Memory.take(o.Schema)
	if err != nil {
		return nil, message.Errorf(message.OperationNotSupported, "write blocks: %w", err)
	}
	schema, err := block.EncodeSchema(o.Schema, block.Current)
	if err != nil {
		return nil, message.Errorf(message.OperationNotSupported, "write blocks: %w", err)
	}
	if o.Uploads <= 0 {
		o.Uploads = defaultUploads
	}
	o.Uploads = min(o.Uploads, maxUploads)
	w := &Writer{
		o: o, builder: g.builder, maxSize: min(o.Limits.MaxBlockSize, softBlockSize), inline: inlineLimit(o.Limits, len(schema)),
		remote: []message.SpillLocation{}, free: make(chan []byte, o.Uploads),
	}
	w.ctx, w.cancel = context.WithCancelCause(ctx)
	for i := range o.Uploads {
		var buf []byte
		if i < len(g.buffers) {
			buf = g.buffers[i]
		}
		w.free <- buf
	}
	return w, nil
}

// Builder is where rows are appended. It and its columns stay the same until Finish, and are not the Writer's any more after
// it. Do not truncate it below the last EndRow.
func (w *Writer) Builder() *block.Builder { return w.builder }

// Stats count what was done so far. After a failure and Abort, Stored is what was left in the store for nobody.
func (w *Writer) Stats() Stats {
	s := w.stats
	s.Stored, s.Uploading = int(w.stored.Load()), time.Duration(w.upload.Load())
	return s
}

// Rewind drops all rows, as if none had been appended, and says whether it could: not once a block has been handed over,
// nor after a failure.
func (w *Writer) Rewind() bool {
	if len(w.remote) > 0 || w.err() != nil {
		return false
	}
	w.builder.Reset()
	w.pending, w.stats.Rows = 0, 0
	return true
}

// EndRow ends a row for which one value has been appended to every column. When the row would make the block larger
// than Limits.MaxBlockSize, the block is closed without it, and stored by another goroutine; EndRow waits while
// Options.Uploads blocks are in flight. An error, also of an earlier block, ends the Writer: it is returned ever
// after.
func (w *Writer) EndRow() error {
	if err := w.err(); err != nil {
		return err
	}
	w.builder.AppendEmptyRow()
	w.pending++
	w.stats.Rows++
	if w.builder.Within(w.pending, w.maxSize, block.Legacy) {
		return nil
	}
	if w.pending > 1 {
		if err := w.cut(w.pending - 1); err != nil {
			return err
		}
	}
	if size := w.builder.EncodedSizeOf(w.pending, block.Legacy); size > w.o.Limits.MaxBlockSize {
		return w.fail(w.rowTooLarge(size))
	}
	return nil
}

// rowTooLarge names the largest column of the only row in the builder.
func (w *Writer) rowTooLarge(size int64) error {
	largest := 0
	for i := range w.builder.NumColumns() {
		if w.builder.ColumnSize(i) > w.builder.ColumnSize(largest) {
			largest = i
		}
	}
	where := "the schema has no columns"
	if w.builder.NumColumns() > 0 {
		where = fmt.Sprintf("its largest column is %q with %d bytes; select fewer columns or raise the block size (MAX_BLOCK_SIZE_BYTES)",
			w.o.Schema.Field(largest).Name, w.builder.ColumnSize(largest))
	}
	return message.Errorf(message.InvalidInput, "row %d takes %d encoded bytes, more than the maximum block size of %d: %s",
		w.stats.Rows, size, w.o.Limits.MaxBlockSize, where)
}

// complete checks that every column has exactly the values of the rows ended.
func (w *Writer) complete() error {
	for i := range w.builder.NumColumns() {
		if n := w.builder.Column(i).Len(); n != w.pending {
			return message.Errorf(message.InternalService,
				"write blocks: %d rows were ended and column %q has %d values; append one to every column, then call EndRow",
				w.pending, w.o.Schema.Field(i).Name, n)
		}
	}
	return nil
}

// cut hands the first rows of the builder to an upload, and keeps the others.
func (w *Writer) cut(rows int) error {
	if err := w.complete(); err != nil {
		return w.fail(err)
	}
	loc, err := w.nextLocation()
	if err != nil {
		return w.fail(err)
	}
	start := time.Now()
	buf, err := w.acquire()
	w.stats.Waiting += time.Since(start)
	if err != nil {
		return err
	}
	start = time.Now()
	buf, err = w.encode(buf, rows)
	w.stats.Encoding += time.Since(start)
	if err != nil {
		return w.fail(message.Errorf(message.InternalService, "write block %s: %w", name(loc), err))
	}
	w.builder.Drop(rows)
	w.pending -= rows
	w.remote = append(w.remote, loc)
	w.stats.Blocks++
	w.stats.Bytes += int64(len(buf))
	w.group.Go(func() {
		start := time.Now()
		buf, err := w.store(loc, buf)
		w.upload.Add(int64(time.Since(start)))
		if err != nil {
			_ = w.fail(fmt.Errorf("spill block %s: %w", name(loc), err))
			return
		}
		w.free <- buf
	})
	return nil
}

// encode writes the first rows into buf, or into a larger one with room for the tag too.
func (w *Writer) encode(buf []byte, rows int) ([]byte, error) {
	size := w.builder.EncodedSizeOf(rows, block.Legacy)
	if rows < w.pending { // one of many blocks: they are all about as large as they may be
		size = max(size, w.maxSize)
	}
	if need := size + tagSize; int64(cap(buf)) < need {
		buf = make([]byte, 0, need)
	}
	r, err := w.builder.Head(rows)
	if err != nil {
		return nil, err
	}
	return block.AppendRecords(buf[:0], r, block.Legacy)
}

func (w *Writer) nextLocation() (message.SpillLocation, error) {
	switch dir := w.o.Location; {
	case dir == nil || w.o.Store == nil:
		return message.SpillLocation{}, message.Errorf(message.InvalidInput,
			"the result is too large for one answer and the split has no spill location: configure spill_bucket")
	case !dir.Directory:
		return message.SpillLocation{}, message.Errorf(message.InternalService,
			"the split's spill location %s is not a directory", name(*dir))
	default:
		return blockLocation(*dir, len(w.remote)), nil
	}
}

// acquire waits for a buffer that is not in flight.
func (w *Writer) acquire() ([]byte, error) {
	select {
	case buf := <-w.free:
		return buf, w.err()
	case <-w.ctx.Done():
		return nil, w.fail(context.Cause(w.ctx))
	}
}

// store encrypts a block in place and uploads it.
func (w *Writer) store(loc message.SpillLocation, plain []byte) (sealed []byte, err error) {
	defer panics.Recover(&err, "storing a block")
	if sealed, err = Seal(w.o.Key, plain[:0], plain); err != nil {
		return nil, err
	}
	if err := w.o.Store.Put(w.ctx, loc, sealed); err != nil {
		return nil, err
	}
	w.stored.Add(1)
	return sealed, nil
}

// fail records the first failure, stops the uploads and returns what was recorded.
func (w *Writer) fail(err error) error {
	if w.failed.CompareAndSwap(nil, &err) {
		w.cancel(err)
	}
	return w.err()
}

// err is the first failure.
func (w *Writer) err() error {
	if p := w.failed.Load(); p != nil {
		return *p
	}
	return nil
}
