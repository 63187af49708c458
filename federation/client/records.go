package client

import (
	"context"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
	"athena-timestream/federation/spill"
)

// ReadStats says how one split's rows came.
type ReadStats struct {
	Blocks          int   // blocks with rows: 0 or 1 inline, any number spilled
	Inline, Spilled bool  // exactly one is true after a successful read
	Rows            int64 // over all blocks
	Bytes           int64 // bytes of Arrow data, decoded
}

// ReadRecords reads one split and hands each block's rows to each, in block
// order. The batch belongs to each from then on. Its columns are those of
// schema; a connector that returns others is an error.
func (c *Client) ReadRecords(ctx context.Context, table message.TableName, schema *arrow.Schema, split message.Split, where *predicate.Constraints, each func(arrow.RecordBatch) error) (ReadStats, error) {
	limits := c.limits()
	m, err := c.exchange(ctx, &message.ReadRecordsRequest{
		Header: c.head(), TableName: table, Schema: schema, Split: split, Constraints: orNone(where),
		MaxBlockSize: limits.MaxBlockSize, MaxInlineBlockSize: limits.MaxInlineSize,
	})
	if err != nil {
		return ReadStats{}, err
	}
	r := reading{want: schema, each: each}
	switch m := m.(type) {
	case *message.ReadRecordsResponse:
		r.stats.Inline = true
		err = r.batch(m.Records.Schema, m.Records.Records)
	case *message.RemoteReadRecordsResponse:
		r.stats.Spilled = true
		err = c.fetch(ctx, m, &r)
	default:
		err = message.Errorf(message.InvalidResponse, "ReadRecordsRequest was answered with %s", m.Kind())
	}
	return r.stats, err
}

func (c *Client) limits() spill.Limits {
	l := c.Limits
	if l.MaxBlockSize == 0 {
		l.MaxBlockSize = DefaultLimits.MaxBlockSize
	}
	if l.MaxInlineSize == 0 {
		l.MaxInlineSize = DefaultLimits.MaxInlineSize
	}
	return l
}

// fetch reads spilled blocks one after another: splits are what is read side by
// side.
func (c *Client) fetch(ctx context.Context, m *message.RemoteReadRecordsResponse, r *reading) error {
	if c.Store == nil && len(m.RemoteBlocks) > 0 {
		return fmt.Errorf("the connector spilled %d blocks to %s and there is no store to read them from", len(m.RemoteBlocks), m.RemoteBlocks[0].Bucket)
	}
	for _, loc := range m.RemoteBlocks {
		batch, err := spill.ReadBlock(ctx, c.Store, loc, m.EncryptionKey, m.Schema)
		if err != nil {
			return err
		}
		if err := r.batch(m.Schema, batch); err != nil {
			return err
		}
	}
	return nil
}

// reading is the state of one ReadRecords call.
type reading struct {
	want  *arrow.Schema
	each  func(arrow.RecordBatch) error
	stats ReadStats
}

// batch counts the rows and passes them on; nil is a block without rows.
func (r *reading) batch(schema *arrow.Schema, b arrow.RecordBatch) error {
	if err := sameColumns(r.want, schema); err != nil {
		return err
	}
	if b == nil {
		return nil
	}
	r.stats.Blocks++
	r.stats.Rows += b.NumRows()
	for _, column := range b.Columns() {
		r.stats.Bytes += int64(column.Data().SizeInBytes())
	}
	return r.each(b)
}

// sameColumns compares names and types by position, without metadata and
// nullability.
func sameColumns(want, got *arrow.Schema) error {
	if want.NumFields() != got.NumFields() {
		return message.Errorf(message.InvalidResponse, "the connector returned %d columns where %d were asked for", got.NumFields(), want.NumFields())
	}
	for i, w := range want.Fields() {
		g := got.Field(i)
		if w.Name != g.Name || !arrow.TypeEqual(w.Type, g.Type) {
			return message.Errorf(message.InvalidResponse, "column %d is %q %v where %q %v was asked for", i, g.Name, g.Type, w.Name, w.Type)
		}
	}
	return nil
}
