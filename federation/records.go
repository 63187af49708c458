package federation

import (
	"context"
	"fmt"
	"log/slog"

	"athena-timestream/federation/block"
	"athena-timestream/federation/message"
	"athena-timestream/federation/spill"
)

func (h *Handler) readRecords(ctx context.Context, r *message.ReadRecordsRequest, l *requestLog) (message.Message, error) {
	if err := h.checkConstraints(r.Constraints); err != nil {
		return nil, err
	}
	if _, applies := h.connector.(PlanApplier); !applies && r.Constraints != nil && r.Constraints.Plan != nil {
		return nil, Errorf(OperationNotSupported, "read %s: the request carries a query plan, whose filter this connector does not apply: register the catalog as a Lambda data source, which gets none", r.TableName)
	}
	ctx, stop := h.watch(ctx, r.QueryID)
	defer stop()
	result, err := h.read(ctx, r, l)
	if err != nil {
		return nil, withCode(ctx, err)
	}
	l.add(slog.Bool(keySpilled, result.Spilled))
	if f, ok := h.connector.(ReadFinisher); ok {
		f.FinishRead(ctx, r)
	}
	return h.recordsResponse(r, result), nil
}

func (h *Handler) watch(ctx context.Context, queryID string) (context.Context, context.CancelFunc) {
	if h.options.Status == nil || queryID == "" {
		return ctx, func() {}
	}
	return h.options.Status.Watch(ctx, queryID)
}

// read runs the connector. Rows count only if ctx still stood at the end: a
// connector that took its end for the end of the rows would cut them short.
func (h *Handler) read(ctx context.Context, r *message.ReadRecordsRequest, l *requestLog) (result *spill.Result, err error) {
	w, err := spill.NewWriter(ctx, h.writerOptions(r))
	if err != nil {
		return nil, err
	}
	defer func() {
		w.Abort() // waits for uploads under way, whatever ends this function
		l.read(w.Stats(), r.Split.SpillLocation, result != nil)
	}()
	if err = h.connector.ReadRecords(ctx, r, w); err == nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	if err == nil {
		result, err = w.Finish()
	}
	if err != nil && ctx.Err() != nil {
		s := w.Stats()
		err = fmt.Errorf("%w (so far %d rows, %d blocks)", withCode(ctx, err), s.Rows, s.Blocks)
	}
	return result, err
}

func (h *Handler) writerOptions(r *message.ReadRecordsRequest) spill.Options {
	limits := spill.Limits{MaxBlockSize: r.MaxBlockSize, MaxInlineSize: r.MaxInlineBlockSize}
	if h.options.Config.MaxBlockSize > 0 {
		limits.MaxBlockSize = h.options.Config.MaxBlockSize
	}
	location := r.Split.SpillLocation
	if location != nil && location.Bucket == "" {
		location = nil // nowhere: the writer says so if it has to spill
	}
	return spill.Options{
		Schema: r.Schema, Location: location, Key: r.Split.EncryptionKey,
		Limits: limits, Store: h.options.Store, Uploads: h.options.Config.SpillUploads, Memory: h.memory,
	}
}

func (h *Handler) recordsResponse(r *message.ReadRecordsRequest, result *spill.Result) message.Message {
	if result.Spilled {
		return &message.RemoteReadRecordsResponse{
			CatalogName: r.CatalogName, Schema: r.Schema,
			RemoteBlocks: result.Remote, EncryptionKey: r.Split.EncryptionKey,
		}
	}
	records := block.Block{Schema: r.Schema}
	if result.Inline != nil {
		records = *result.Inline
	}
	records.AllocatorID = orDefault(records.AllocatorID, h.options.NewID())
	return &message.ReadRecordsResponse{CatalogName: r.CatalogName, Records: &records}
}
