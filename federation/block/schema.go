package block

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// maxDepth is how deep types may nest; arrow-go has the same limit.
const maxDepth = 64

// Numbers of the union Type in Arrow's Schema.fbs.
const (
	typeTimestamp = 10
	typeUnion     = 14
	typeLast      = 17 // Map; Duration and the large and view types follow, which the protocol does not have
)

// EncodeSchema is the IPC schema message of a schema, names, nullability, children and metadata included.
// Dictionary-encoded and extension types, which nobody behind the protocol reads, are errors.
func EncodeSchema(s *arrow.Schema, f Framing) (b []byte, err error) {
	if s == nil {
		return nil, errors.New("encode schema: there is no schema")
	}
	for _, field := range s.Fields() {
		if err := encodable(field.Type, 0); err != nil {
			return nil, fmt.Errorf("encode schema: column %q: %w", field.Name, err)
		}
	}
	defer caught(&err)
	p := ipc.GetSchemaPayload(s, memory.DefaultAllocator)
	defer p.Release()
	if b, err = appendMessage(nil, &p, f); err != nil {
		return nil, fmt.Errorf("encode schema: %w", err)
	}
	return b, nil
}

func encodable(t arrow.DataType, depth int) error {
	if depth >= maxDepth {
		return fmt.Errorf("types nest deeper than %d", maxDepth)
	}
	switch t.ID() {
	case arrow.DICTIONARY, arrow.EXTENSION:
		return fmt.Errorf("type %s has no form in the protocol", t)
	}
	if n, ok := t.(arrow.NestedType); ok {
		for _, child := range n.Fields() {
			if err := encodable(child.Type, depth+1); err != nil {
				return fmt.Errorf("%q: %w", child.Name, err)
			}
		}
	}
	return nil
}

// DecodeSchema reads an IPC schema message of either framing. The schema does not refer to b. Types outside the
// protocol that Arrow has (time, interval, …) are read too, for the caller to refuse by name; unions,
// dictionaries and big-endian data are errors here.
func DecodeSchema(b []byte) (s *arrow.Schema, err error) {
	if err := checkSchema(b); err != nil {
		return nil, fmt.Errorf("decode schema: %w", err)
	}
	defer caught(&err)
	r, err := ipc.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, fmt.Errorf("decode schema: %w", err)
	}
	defer r.Release()
	return r.Schema(), nil
}

// checkSchema walks what arrow-go is going to read. Tables may refer to one another at will, so that a short
// message can describe a field that contains itself or a million copies of a name; a budget of the message's own
// length, from which each visited table and text is taken, stops both.
func checkSchema(b []byte) error {
	meta, _, err := splitMessage(b)
	if err != nil {
		return err
	}
	msg, err := openMessage(meta)
	if err != nil {
		return err
	}
	if got := msg.u8(messageHeaderType); got != headerSchema {
		return fmt.Errorf("message holds header type %d, not a schema (%d)", got, headerSchema)
	}
	if n := msg.i64(messageBodyLength); n != 0 {
		return fmt.Errorf("schema message announces a body of %d bytes", n)
	}
	schema, ok := msg.child(messageHeader)
	if !ok {
		return errFlatbuffer
	}
	if e := schema.u16(schemaEndianness); e != 0 {
		return fmt.Errorf("schema is big-endian (endianness %d); only little-endian data is exchanged", e)
	}
	w := schemaWalk{f: msg.f, budget: len(meta)}
	w.metadata(schema, schemaMetadata)
	w.fields(schema, schemaFields, 0)
	if w.err == nil && w.f.failed {
		w.err = errFlatbuffer
	}
	return w.err
}

type schemaWalk struct {
	f      *flatbuffer
	budget int
	err    error
}

func (w *schemaWalk) stopped() bool { return w.err != nil || w.f.failed }

func (w *schemaWalk) fail(format string, args ...any) {
	if w.err == nil {
		w.err = fmt.Errorf(format, args...)
	}
}

// spend takes n bytes from the budget.
func (w *schemaWalk) spend(n int) {
	if w.budget -= n; w.budget < 0 {
		w.fail("schema refers to more data than its %d bytes hold", len(w.f.b))
	}
}

func (w *schemaWalk) text(t table, slot int) {
	if _, n := t.vector(slot, 1); n > 0 {
		w.spend(n)
	}
}

// each visits the tables of a vector.
func (w *schemaWalk) each(t table, slot int, visit func(table)) {
	pos, n := t.vector(slot, 4)
	for i := range n {
		w.spend(8) // the reference and the smallest table
		if w.stopped() {
			return
		}
		visit(table{w.f, w.f.follow(pos + 4*i)})
	}
}

func (w *schemaWalk) metadata(t table, slot int) {
	w.each(t, slot, func(kv table) {
		w.text(kv, keyValueKey)
		w.text(kv, keyValueValue)
	})
}

func (w *schemaWalk) fields(t table, slot, depth int) {
	if depth >= maxDepth {
		w.fail("types nest deeper than %d", maxDepth)
		return
	}
	w.each(t, slot, func(field table) {
		w.text(field, fieldName)
		w.metadata(field, fieldMetadata)
		typ := field.u8(fieldTypeType)
		if typ == 0 || typ == typeUnion || typ > typeLast {
			w.fail("schema has a column of Arrow type number %d, which the protocol does not have", typ)
		}
		if _, ok := field.child(fieldDictionary); ok {
			w.fail("schema has a dictionary-encoded column, which the protocol does not have")
		}
		def, ok := field.child(fieldType)
		if !ok {
			w.fail("schema has a column without a type")
			return
		}
		if typ == typeTimestamp {
			w.text(def, timestampTimezone)
		}
		w.fields(field, fieldChildren, depth+1)
	})
}
