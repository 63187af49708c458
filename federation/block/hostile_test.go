package block_test

import (
	"encoding/binary"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/block"
	"athena-timestream/internal/golden"
)

// touch reads every cell, which panics if a decoded batch points outside its memory.
func touch(r arrow.RecordBatch) {
	if r == nil || r.NumCols() == 0 {
		return
	}
	for _, col := range r.Columns() {
		for i := range col.Len() {
			block.ValueAt(col, i)
		}
	}
	block.DataSize(r)
}

// checked fails if an error stems from a recovered panic: our own checks come first.
func checked(t *testing.T, err error) {
	t.Helper()
	if err != nil && strings.HasPrefix(err.Error(), "arrow: ") {
		t.Fatalf("unchecked: %v", err)
	}
}

func FuzzDecodeSchema(f *testing.F) {
	for _, v := range blockVectors(f) {
		f.Add(v.Legacy.Schema)
		f.Add(v.Current.Schema)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := block.DecodeSchema(b)
		if err != nil {
			return
		}
		again, err := block.EncodeSchema(s, block.Current)
		if err != nil {
			return // extension types, for example
		}
		back, err := block.DecodeSchema(again)
		if err != nil {
			t.Fatalf("our own encoding of %s: %v", s, err)
		}
		sameSchema(t, back, s)
	})
}

func FuzzDecodeRecords(f *testing.F) {
	for _, v := range blockVectors(f) {
		f.Add(v.Legacy.Schema, v.Legacy.Records)
		f.Add(v.Current.Schema, v.Current.Records)
	}
	f.Fuzz(func(t *testing.T, schema, records []byte) {
		s, err := block.DecodeSchema(schema)
		if err != nil {
			return
		}
		r, err := block.DecodeRecords(s, records)
		if err != nil {
			checked(t, err)
			return
		}
		if r == nil || r.NumCols() == 0 {
			return // rows without columns are a number only, and may be two thousand million
		}
		touch(r)
		b, err := block.AppendRecords(nil, r, block.Legacy)
		if err != nil {
			t.Fatalf("decoded rows cannot be encoded: %v", err)
		}
		back, err := block.DecodeRecords(s, b)
		if err != nil {
			t.Fatalf("our own encoding: %v", err)
		}
		sameRows(t, back, values(r))
	})
}

// TestDamagedBytes cuts every vector at every length and damages every byte of it in turn: errors or other rows, but
// no panic.
func TestDamagedBytes(t *testing.T) {
	for _, v := range blockVectors(t) {
		t.Run(v.Name, func(t *testing.T) {
			t.Parallel()
			for _, wire := range v.framings() {
				s, err := block.DecodeSchema(wire.Schema)
				if err != nil {
					t.Fatal(err)
				}
				for i := range wire.Schema {
					_, _ = block.DecodeSchema(wire.Schema[:i])
				}
				for i := range wire.Records {
					r, err := block.DecodeRecords(s, wire.Records[:i])
					if i > 0 && err == nil && v.Name != "no_columns" {
						t.Fatalf("%d of %d bytes were taken as %d rows", i, len(wire.Records), r.NumRows())
					}
				}
				damage(wire.Schema, func(b []byte) {
					if s, err := block.DecodeSchema(b); err == nil {
						_, _ = block.DecodeRecords(s, wire.Records)
					}
				})
				damage(wire.Records, func(b []byte) {
					r, err := block.DecodeRecords(s, b)
					checked(t, err)
					touch(r)
				})
			}
		})
	}
}

func damage(b []byte, try func([]byte)) {
	for i := range b {
		for _, x := range []byte{0x01, 0x08, 0x80, 0xFF} {
			bad := slices.Clone(b)
			bad[i] ^= x
			try(bad)
		}
	}
}

// flat writes a flatbuffer message by hand, for shapes that no library writes.
type flat struct{ b []byte }

func (f *flat) u16(v ...uint16) {
	for _, v := range v {
		f.b = binary.LittleEndian.AppendUint16(f.b, v)
	}
}

func (f *flat) u32(v ...uint32) {
	for _, v := range v {
		f.b = binary.LittleEndian.AppendUint32(f.b, v)
	}
}

// schemaMessage is a schema whose vector of fields has n references, all to one field with the given children: the
// vector at childrenAt.
func schemaMessage(n int, fieldType byte, selfReferring bool) []byte {
	var f flat
	// 0: root → message table at 20; its vtable at 4: 4 slots
	f.u32(20)
	f.u16(12, 16, 4, 6, 8, 0) // vtable at 4: size 12, table size, version@4, type@6, header@8
	f.u32(0)                  // 16: padding
	f.u32(16)                 // 20: message, vtable at 4
	f.u16(4)                  // 24: version
	f.b = append(f.b, 1, 0)   // 26: header type schema
	f.u32(16)                 // 28: header → 44
	f.u16(8, 8, 0, 4)         // 32: schema vtable: fields@4
	f.u32(0)                  // 40
	f.u32(12)                 // 44: schema, vtable at 32
	f.u32(4)                  // 48: fields → 52
	f.u32(uint32(n))          // 52: vector
	at := 56 + 4*n            // then: field vtable (18 bytes + 2), field
	field := at + 20
	for i := range n {
		f.u32(uint32(field - (56 + 4*i)))
	}
	children := uint16(0)
	if selfReferring {
		children = 12
	}
	f.u16(16, 20, 0, 0, 4, 8, 0, children, 0, 0) // field vtable: type type@4, type@8, children@12
	f.u32(20)                                    // field, vtable 20 bytes before
	f.b = append(f.b, fieldType, 0, 0, 0)
	f.u32(12)                      // type table → field+20
	f.u32(uint32(52 - 12))         // replaced below
	f.u32(0)                       // padding
	f.u32(uint32(field + 20 - at)) // type table, with the field's vtable: its slots lie inside the buffer
	f.u32(0, 0, 0, 0)
	binary.LittleEndian.PutUint32(f.b[field+12:], uint32(1<<32+52-(field+12))) // backwards by wrapping around
	return message(f.b)
}

func message(meta []byte) []byte {
	b := binary.LittleEndian.AppendUint32(nil, 0xFFFFFFFF)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(meta)))
	return append(b, meta...)
}

func TestAmplifyingSchemas(t *testing.T) {
	for name, c := range map[string]struct {
		b    []byte
		want string
	}{
		"one field, many times": {schemaMessage(50_000, 6, false), "refers to more data"},
		"field inside itself":   {schemaMessage(1, 12, true), "flatbuffer"},
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := block.DecodeSchema(c.b)
			runtime.ReadMemStats(&after)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
			if took := after.TotalAlloc - before.TotalAlloc; took > 1<<20 {
				t.Errorf("%d bytes were allocated for a message of %d", took, len(c.b))
			}
		})
	}
	if s, err := block.DecodeSchema(schemaMessage(1, 6, false)); err != nil || s.NumFields() != 1 {
		t.Fatalf("the hand-made message is not well-formed: %v", err)
	}
}

func TestRefusedMessages(t *testing.T) {
	vectors := map[string]blockVector{}
	for _, v := range blockVectors(t) {
		vectors[v.Name] = v
	}
	utf8 := vectors["varchar"]
	s, err := block.DecodeSchema(utf8.Current.Schema)
	if err != nil {
		t.Fatal(err)
	}
	records := func(b []byte) error {
		_, err := block.DecodeRecords(s, b)
		return err
	}
	schema := func(b []byte) error {
		_, err := block.DecodeSchema(b)
		return err
	}
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"schema as records":     {records(utf8.Current.Schema), "not a record batch"},
		"records as schema":     {schema(utf8.Current.Records), "not a schema"},
		"too few columns":       {as(vectors["bigint"].Current.Records, arrow.PrimitiveTypes.Int64, arrow.PrimitiveTypes.Int64), "only 1 columns"},
		"too many buffers":      {as(utf8.Current.Records, arrow.PrimitiveTypes.Int32), "1 columns and 3 buffers"},
		"empty schema":          {schema(nil), "no length prefix"},
		"end of stream":         {schema(make([]byte, 8)), "end-of-stream"},
		"cut in the prefix":     {records([]byte{0xFF, 0xFF, 0xFF, 0xFF, 1}), "length prefix"},
		"metadata too long":     {records([]byte{0xFF, 0xFF, 0xFF, 0x7F, 0, 0}), "runs past"},
		"metadata of garbage":   {records(message([]byte{1, 2, 3, 4, 5, 6, 7, 8})), "flatbuffer"},
		"dictionary":            {encodeError(&arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}), "no form in the protocol"},
		"no schema for records": {func() error { _, err := block.DecodeRecords(nil, utf8.Current.Records); return err }(), "no schema"},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", name, c.err, c.want)
		}
	}
	if r, err := block.DecodeRecords(s, nil); r != nil || err != nil {
		t.Errorf("no bytes: %v, %v", r, err)
	}
}

// as is the error of reading records as columns of other types.
func as(records []byte, types ...arrow.DataType) error {
	var fields []arrow.Field
	for _, t := range types {
		fields = append(fields, arrow.Field{Name: "c", Type: t})
	}
	_, err := block.DecodeRecords(arrow.NewSchema(fields, nil), records)
	return err
}

func encodeError(t arrow.DataType) error {
	_, err := block.EncodeSchema(arrow.NewSchema([]arrow.Field{{Name: "c", Type: t}}, nil), block.Current)
	return err
}

// TestBoundedAllocation: whatever a message says of its lengths, reading it takes no more than a multiple of its bytes.
func TestBoundedAllocation(t *testing.T) {
	for _, v := range blockVectors(t) {
		for _, wire := range v.framings() {
			s, err := block.DecodeSchema(wire.Schema)
			if err != nil {
				t.Fatal(err)
			}
			lengthen(wire.Schema, func(b []byte) {
				golden.Bounded(t, v.Name+", schema", len(b), 400, func() { _, _ = block.DecodeSchema(b) })
			})
			lengthen(wire.Records, func(b []byte) {
				golden.Bounded(t, v.Name+", records", len(b), 400, func() { _, _ = block.DecodeRecords(s, b) })
			})
		}
	}
}

// lengthen puts a great number wherever a message may have a length.
func lengthen(b []byte, try func([]byte)) {
	for i := 0; i+4 <= len(b); i += 4 {
		for _, n := range []uint32{1 << 20, 1<<31 - 1, 1<<32 - 8} {
			bad := slices.Clone(b)
			binary.LittleEndian.PutUint32(bad[i:], n)
			try(bad)
		}
	}
}

// TestOverlappingBuffers: a body that is used again and again would be the memory of any number of columns.
func TestOverlappingBuffers(t *testing.T) {
	const rows, columns = 1000, 50
	fields := make([]arrow.Field, columns)
	for i := range fields {
		fields[i] = arrow.Field{Name: strconv.Itoa(i), Type: arrow.PrimitiveTypes.Int64}
	}
	s := arrow.NewSchema(fields, nil)
	b := fill(t, s, nil)
	for i := range columns {
		for range rows {
			b.Column(i).(*block.Int64Column).Append(7)
		}
	}
	r, err := b.Record()
	if err != nil {
		t.Fatal(err)
	}
	wire, err := block.AppendRecords(nil, r, block.Current)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := block.DecodeRecords(s, wire); err != nil {
		t.Fatal(err)
	}
	moved := 0
	for i := 8; i+16 <= len(wire)-8*rows*columns; i += 8 { // all buffers behind the second column begin where the first does
		off, n := binary.LittleEndian.Uint64(wire[i:]), binary.LittleEndian.Uint64(wire[i+8:])
		if off > 8*rows && off%(8*rows) == 0 && (n == 8*rows || n == 0) {
			binary.LittleEndian.PutUint64(wire[i:], 0)
			moved++
		}
	}
	if moved != 2*(columns-2) {
		t.Fatalf("%d of %d buffers found", moved, 2*(columns-2))
	}
	cut := wire[:len(wire)-8*rows*(columns-2)]
	for i := 8; i+8 <= len(cut)-16*rows; i += 4 { // the body's length
		if binary.LittleEndian.Uint64(cut[i:]) == 8*rows*columns {
			binary.LittleEndian.PutUint64(cut[i:], 16*rows)
		}
	}
	if _, err := block.DecodeRecords(s, cut); err == nil || !strings.Contains(err.Error(), "overlap") {
		t.Errorf("error %v", err)
	}
}
