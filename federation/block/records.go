package block

import (
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/ipc"
)

// AppendRecords appends the IPC record batch message of r to dst, nothing when r is nil or has no rows. Metadata of
// the batch's schema is not part of it. It keeps no reference to r.
func AppendRecords(dst []byte, r arrow.RecordBatch, f Framing) (b []byte, err error) {
	if r == nil || r.NumRows() == 0 {
		return dst, nil
	}
	p, err := payload(r)
	if err != nil {
		return dst, err
	}
	defer p.Release()
	b, err = appendMessage(dst, &p, f)
	if err != nil {
		return dst, fmt.Errorf("encode records: %w", err)
	}
	return b, nil
}

// EncodedSize is exactly the number of bytes that AppendRecords would add, without copying the rows.
func EncodedSize(r arrow.RecordBatch, f Framing) (int64, error) {
	if r == nil || r.NumRows() == 0 {
		return 0, nil
	}
	p, err := payload(r)
	if err != nil {
		return 0, err
	}
	defer p.Release()
	meta := p.Meta()
	defer meta.Release()
	var body countWriter
	if err := p.SerializeBody(&body); err != nil {
		return 0, fmt.Errorf("measure records: %w", err)
	}
	return int64(f.headLen(meta.Len())) + int64(body), nil
}

// countWriter counts what is written.
type countWriter int64

func (w *countWriter) Write(p []byte) (int, error) {
	*w += countWriter(len(p))
	return len(p), nil
}

func payload(r arrow.RecordBatch) (p ipc.Payload, err error) {
	for _, field := range r.Schema().Fields() {
		if err := supported(field.Type, 0); err != nil {
			return p, fmt.Errorf("encode records: column %q: %w", field.Name, err)
		}
	}
	defer caught(&err)
	p, err = ipc.GetRecordBatchPayload(r)
	if err != nil {
		return p, fmt.Errorf("encode records: %w", err)
	}
	return p, nil
}

// supported says whether rows of a type can be exchanged: docs/protocol.md, chapter 5, and unsigned integers.
func supported(t arrow.DataType, depth int) error {
	if depth >= maxDepth {
		return fmt.Errorf("types nest deeper than %d", maxDepth)
	}
	switch t := t.(type) {
	case *arrow.BooleanType, *arrow.Int8Type, *arrow.Int16Type, *arrow.Int32Type, *arrow.Int64Type,
		*arrow.Uint8Type, *arrow.Uint16Type, *arrow.Uint32Type, *arrow.Uint64Type,
		*arrow.Float32Type, *arrow.Float64Type, *arrow.Decimal128Type, *arrow.StringType, *arrow.BinaryType,
		*arrow.Date32Type, *arrow.Date64Type, *arrow.TimestampType:
		return nil
	case *arrow.ListType:
		return supported(t.Elem(), depth+1)
	case *arrow.MapType:
		return supported(t.Elem(), depth+1)
	case *arrow.StructType:
		if t.NumFields() == 0 {
			return fmt.Errorf("a struct without fields cannot be exchanged")
		}
		for _, field := range t.Fields() {
			if err := supported(field.Type, depth+1); err != nil {
				return fmt.Errorf("%q: %w", field.Name, err)
			}
		}
		return nil
	}
	return fmt.Errorf("type %s cannot be exchanged", t)
}
