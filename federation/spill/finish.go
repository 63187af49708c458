package spill

import (
	"context"
	"time"

	"athena-timestream/federation/block"
	"athena-timestream/federation/message"
)

// Finish ends the last block and waits for all uploads. The first failure of the Writer's life is its error. Called
// again it returns the same.
func (w *Writer) Finish() (*Result, error) {
	if w.result != nil {
		return w.result, nil
	}
	r := w.finish()
	start := time.Now()
	w.group.Wait()
	w.stats.Waiting += time.Since(start)
	if w.ctx.Err() != nil { // by a failure here or in an upload, or by the caller
		return nil, w.fail(context.Cause(w.ctx))
	}
	r.Stats = w.Stats()
	w.result = r
	_ = w.fail(errFinished)
	if r.Spilled { // else r borrows the columns
		w.o.Memory.keep(grown{w.builder, w.buffers()})
	}
	return r, nil
}

// buffers takes all that are not in flight.
func (w *Writer) buffers() [][]byte {
	all := make([][]byte, len(w.free))
	for i := range all {
		all[i] = <-w.free
	}
	return all
}

// finish decides where the last rows go. Its result counts only if all uploads end well; nil is a recorded failure.
func (w *Writer) finish() *Result {
	if w.err() != nil {
		return nil
	}
	if err := w.complete(); err != nil {
		_ = w.fail(err)
		return nil
	}
	size := w.builder.EncodedSizeOf(w.pending, block.Current)
	if len(w.remote) == 0 && size <= w.inline {
		return w.finishInline(size)
	}
	if w.pending > 0 && w.cut(w.pending) != nil {
		return nil
	}
	return &Result{Remote: w.remote, Spilled: true}
}

func (w *Writer) finishInline(size int64) *Result {
	r, err := w.builder.Record()
	if err != nil {
		_ = w.fail(message.Errorf(message.InternalService, "write inline block: %w", err))
		return nil
	}
	inline := &block.Block{Schema: w.o.Schema}
	if w.pending > 0 {
		inline.Records = r
	}
	w.stats.Bytes += size
	return &Result{Inline: inline}
}

// Abort stops all uploads, waits for them and drops the rows. After Finish it does nothing.
func (w *Writer) Abort() {
	if w.result != nil {
		return
	}
	_ = w.fail(errAborted)
	w.group.Wait()
}
