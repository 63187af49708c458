package message

import (
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/block"
	"athena-timestream/federation/predicate"
)

// schema passes a schema, in base64 of its IPC message.
func (w *walker) schema(name string, p **arrow.Schema) {
	w.field(name, func() { w.schemaValue(p) })
}

func (w *walker) schemaValue(p **arrow.Schema) {
	if !w.notNull(*p == nil) {
		return
	}
	var b []byte
	var err error
	if !w.decoding() {
		if b, err = block.EncodeSchema(*p, w.version().Framing()); err != nil {
			w.fail("%w", err)
			return
		}
	}
	if w.base64(&b); w.err != nil || !w.decoding() {
		return
	}
	if *p, err = block.DecodeSchema(b); err != nil {
		w.fail("%w", err)
	}
}

// block passes a block with its own schema.
func (w *walker) block(name string, p **block.Block) {
	w.field(name, func() {
		if !w.notNull(*p == nil) {
			return
		}
		if w.decoding() {
			*p = &block.Block{}
		}
		b := *p
		w.braces(func() {
			w.textOrNull("aId", &b.AllocatorID, new(nulls), 1)
			w.schema("schema", &b.Schema)
			w.field("records", func() { w.records(b) })
		})
	})
}

func (w *walker) records(b *block.Block) {
	var bytes []byte
	var err error
	if !w.decoding() && b.Records != nil {
		if bytes, err = encodeRecords(b.Records, w.version().Framing()); err != nil {
			w.fail("%w", err)
			return
		}
	}
	if w.base64(&bytes); w.err != nil || !w.decoding() {
		return
	}
	if b.Records, err = block.DecodeRecords(b.Schema, bytes); err != nil {
		w.fail("%w", err)
	}
}

func encodeRecords(r arrow.RecordBatch, f block.Framing) ([]byte, error) {
	size, err := block.EncodedSize(r, f)
	if err != nil {
		return nil, err
	}
	return block.AppendRecords(make([]byte, 0, size), r, f)
}

// valueColumn is the name of the one column that every block of constants has.
const valueColumn = "col1"

// valueAllocator is the allocator id of blocks of constants. Readers ask only that there is one.
const valueAllocator = "constants"

// values is a block of constants as it is on the wire: for a marker, only a later field tells whether there are any.
type values struct{ schema, records []byte }

func (v *values) walk(w *walker) {
	w.braces(func() {
		id := valueAllocator
		w.textOrNull("aId", &id, new(nulls), 1)
		w.bytes("schema", &v.schema)
		w.bytes("records", &v.records)
	})
}

// encodedSchema is the schema of a block of constants of some type, encoded.
type encodedSchema struct {
	schema *arrow.Schema
	bytes  []byte
}

// encodeValues builds the block of some constants of type t.
func (w *walker) encodeValues(t arrow.DataType, vs ...predicate.Value) (values, error) {
	if s := w.encoded.schema; s == nil || !arrow.TypeEqual(s.Field(0).Type, t) {
		schema := arrow.NewSchema([]arrow.Field{{Name: valueColumn, Type: t, Nullable: true}}, nil)
		b, err := block.EncodeSchema(schema, w.version().Framing())
		if err != nil {
			return values{}, err
		}
		w.encoded = encodedSchema{schema, b}
	}
	v := values{schema: w.encoded.bytes}
	if len(vs) == 0 {
		return v, nil
	}
	builder, err := block.NewBuilder(w.encoded.schema)
	if err != nil {
		return values{}, err
	}
	for _, c := range vs {
		if err := block.AppendValue(builder.Column(0), c); err != nil {
			return values{}, err
		}
	}
	r, err := builder.Record()
	if err != nil {
		return values{}, err
	}
	v.records, err = encodeRecords(r, w.version().Framing())
	return v, err
}

// decodeValues reads the constants of a block, whose type must be t if t is not nil. The type it gives back is the
// block's, which has the children of a nested type that t lacks.
func (w *walker) decodeValues(v values, t arrow.DataType) (arrow.DataType, []predicate.Value, error) {
	schema, ok := w.schemas[string(v.schema)]
	if !ok {
		var err error
		if schema, err = block.DecodeSchema(v.schema); err != nil {
			return nil, nil, err
		}
		if w.schemas == nil {
			w.schemas = map[string]*arrow.Schema{}
		}
		w.schemas[string(v.schema)] = schema
	}
	if n := schema.NumFields(); n != 1 || schema.Field(0).Name != valueColumn {
		return nil, nil, fmt.Errorf("a block of constants must have one column, %q, not %s", valueColumn, columnNames(schema))
	}
	own := schema.Field(0).Type
	if t != nil && !sameWireType(own, t) {
		return nil, nil, fmt.Errorf("constants are of type %s, not %s", own, t)
	}
	r, err := block.DecodeRecords(schema, v.records)
	if err != nil || r == nil {
		return own, nil, err
	}
	if cells := r.NumRows() * cellsOf(own); cells > maxCells*int64(len(v.records)) {
		return nil, nil, fmt.Errorf("%d constants of type %s are more than a block of %d bytes should hold", r.NumRows(), own, len(v.records))
	}
	vs := make([]predicate.Value, r.NumRows())
	for i := range vs {
		vs[i] = block.ValueAt(r.Column(0), i)
	}
	return own, vs, nil
}

// maxCells is how many values a byte of a block may become. Booleans are eight; structs inside of structs take no bytes, but
// memory once they are values.
const maxCells = 32

// cellsOf is how many values one constant is, at least.
func cellsOf(t arrow.DataType) int64 {
	s, ok := t.(*arrow.StructType)
	if !ok {
		return 1
	}
	n := int64(1)
	for _, f := range s.Fields() {
		n += cellsOf(f.Type)
	}
	return n
}

func columnNames(s *arrow.Schema) string {
	names := make([]string, s.NumFields())
	for i, f := range s.Fields() {
		names[i] = f.Name
	}
	return fmt.Sprintf("%q", names)
}
