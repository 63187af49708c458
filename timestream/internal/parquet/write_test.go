package parquet_test

import (
	"bytes"
	"fmt"
	"testing"

	apache "github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/schema"

	"athena-timestream/timestream/internal/tstype"
)

// instant is a timestamp of a table in nanoseconds since 1970.
type instant int64

// table is rows of values as the service has them: nil, string, bool, int64, int32, float64, instant, []any for arrays and
// rows, a time series being an array of rows.
type table struct {
	names []string
	types []tstype.Type
	rows  [][]any
}

// form is how a file is written, of all the ways there are.
type form struct {
	codec                compress.Compression
	dictionary, version2 bool
	deltas               bool // the encodings that are neither plain nor a dictionary
	pageBytes            int64
	groupRows            int
	lists                int         // which form of lists
	instants             apache.Type // INT96 or INT64
	unit                 schema.TimeUnitType
}

// writer takes rows apart with Apache Arrow's writer of Parquet, which shares nothing with the reader.
type writer struct {
	form
	leaves []*written
}

// written is a leaf's values with their levels.
type written struct {
	values     []any
	defs, reps []int16
}

type put func(v any, rep, def int16)

func write(t testing.TB, tab table, f form) []byte {
	t.Helper()
	w := &writer{form: f}
	var fields schema.FieldList
	var puts []put
	for i, typ := range tab.types {
		n, p := w.node(tab.names[i], typ, apache.Repetitions.Optional, 0, 0)
		fields = append(fields, n)
		puts = append(puts, p)
	}
	root, err := schema.NewGroupNode("timestream", apache.Repetitions.Required, fields, -1)
	if err != nil {
		t.Fatal(err)
	}
	props := []apache.WriterProperty{
		apache.WithDictionaryDefault(f.dictionary), apache.WithDataPageSize(f.pageBytes), apache.WithBatchSize(16), apache.WithCompression(f.codec),
	}
	if f.version2 {
		props = append(props, apache.WithDataPageVersion(apache.DataPageV2))
	}
	if f.deltas {
		props = append(props, deltaEncodings(root)...)
	}
	var out bytes.Buffer
	fw := file.NewParquetWriter(&out, root, file.WithWriterProps(apache.NewWriterProperties(props...)))
	for from := 0; from < len(tab.rows); from += f.groupRows {
		for _, l := range w.leaves {
			*l = written{}
		}
		for _, row := range tab.rows[from:min(from+f.groupRows, len(tab.rows))] {
			for i, p := range puts {
				p(row[i], 0, 0)
			}
		}
		g, err := fw.AppendRowGroupChecked()
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range w.leaves {
			c, err := g.NextColumn()
			if err == nil {
				err = l.writeTo(c)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := g.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if err := fw.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// deltaEncodings are those that are neither plain nor a dictionary. In small pages Arrow's writer (v18.8.0) does not manage
// them: it makes other booleans from the second page on, which its own reader sees too, and panics on differences.
func deltaEncodings(root *schema.GroupNode) []apache.WriterProperty {
	encodings := map[apache.Type][]apache.Encoding{
		apache.Types.Int32:     {apache.Encodings.DeltaBinaryPacked},
		apache.Types.Int64:     {apache.Encodings.DeltaBinaryPacked},
		apache.Types.Double:    {apache.Encodings.ByteStreamSplit},
		apache.Types.ByteArray: {apache.Encodings.DeltaByteArray, apache.Encodings.DeltaLengthByteArray},
		apache.Types.Boolean:   {apache.Encodings.RLE},
	}
	var props []apache.WriterProperty
	s := schema.NewSchema(root)
	for i := range s.NumColumns() {
		if e := encodings[s.Column(i).PhysicalType()]; len(e) > 0 {
			path := s.Column(i).Path()
			props = append(props, apache.WithDictionaryFor(path, false), apache.WithEncodingFor(path, e[i%len(e)]))
		}
	}
	return props
}

// node makes the node of a type below def and rep, and the function that takes its values apart.
func (w *writer) node(name string, t tstype.Type, repetition apache.Repetition, rep, def int16) (schema.Node, put) {
	if repetition != apache.Repetitions.Required {
		def++
	}
	if repetition == apache.Repetitions.Repeated {
		rep++
	}
	switch t.Kind {
	case tstype.Array:
		return w.list(name, *t.Elem, repetition, rep, def)
	case tstype.TimeSeries:
		return w.list(name, tstype.Type{Kind: tstype.Row, Fields: []tstype.Field{
			{Name: "time", Type: tstype.Type{Kind: tstype.Timestamp}}, {Name: "value", Type: *t.Elem},
		}}, repetition, rep, def)
	case tstype.Row:
		return w.row(name, t, repetition, rep, def)
	}
	l := &written{}
	w.leaves = append(w.leaves, l)
	return w.leaf(name, t.Kind, repetition), func(v any, r, d int16) {
		if v != nil {
			d = def
			l.values = append(l.values, w.stored(v))
		}
		l.defs, l.reps = append(l.defs, d), append(l.reps, r)
	}
}

func (w *writer) row(name string, t tstype.Type, repetition apache.Repetition, rep, def int16) (schema.Node, put) {
	var fields schema.FieldList
	var puts []put
	for i, f := range t.Fields {
		n, p := w.node(fmt.Sprintf("%s%d", f.Name, i), f.Type, apache.Repetitions.Optional, rep, def)
		fields, puts = append(fields, n), append(puts, p)
	}
	return schema.Must(schema.NewGroupNode(name, repetition, fields, -1)), func(v any, r, d int16) {
		if v != nil {
			d = def
		}
		for i, p := range puts {
			if v == nil {
				p(nil, r, d)
			} else {
				p(v.([]any)[i], r, d)
			}
		}
	}
}

// list writes lists in three forms: list.element, bag.array_element, and for lists without null elements a repeated
// element without anything around it.
func (w *writer) list(name string, elem tstype.Type, repetition apache.Repetition, rep, def int16) (schema.Node, put) {
	var entry schema.Node
	var p put
	switch names := [][2]string{{"list", "element"}, {"bag", "array_element"}}; {
	case w.lists < 2:
		var inner schema.Node
		inner, p = w.node(names[w.lists][1], elem, apache.Repetitions.Optional, rep+1, def+1)
		entry = schema.Must(schema.NewGroupNode(names[w.lists][0], apache.Repetitions.Repeated, schema.FieldList{inner}, -1))
	default:
		entry, p = w.node("array", elem, apache.Repetitions.Repeated, rep, def)
	}
	n := schema.Must(schema.NewGroupNodeLogical(name, repetition, schema.FieldList{entry}, schema.NewListLogicalType(), -1))
	return n, func(v any, r, d int16) {
		if v != nil {
			d = def
		}
		values, _ := v.([]any)
		if len(values) == 0 {
			p(nil, r, d)
			return
		}
		for i, x := range values {
			if i > 0 {
				r = rep + 1
			}
			p(x, r, def+1)
		}
	}
}

func (w *writer) leaf(name string, k tstype.Kind, r apache.Repetition) schema.Node {
	switch k {
	case tstype.Double:
		return schema.NewFloat64Node(name, r, -1)
	case tstype.Boolean:
		return schema.NewBooleanNode(name, r, -1)
	case tstype.Bigint:
		return schema.NewInt64Node(name, r, -1)
	case tstype.Integer:
		return schema.Must(schema.NewPrimitiveNodeLogical(name, r, schema.NewIntLogicalType(32, true), apache.Types.Int32, 0, -1))
	case tstype.Date:
		return schema.Must(schema.NewPrimitiveNodeLogical(name, r, schema.DateLogicalType{}, apache.Types.Int32, 0, -1))
	case tstype.Timestamp:
		if w.instants == apache.Types.Int96 {
			return schema.NewInt96Node(name, r, -1)
		}
		return schema.Must(schema.NewPrimitiveNodeLogical(name, r, schema.NewTimestampLogicalType(true, w.unit), apache.Types.Int64, 0, -1))
	}
	return schema.Must(schema.NewPrimitiveNodeLogical(name, r, schema.StringLogicalType{}, apache.Types.ByteArray, 0, -1))
}

const day = 86_400_000_000_000

// stored is a value in its physical type.
func (w *writer) stored(v any) any {
	i, ok := v.(instant)
	if !ok {
		return v
	}
	if w.instants != apache.Types.Int96 {
		return floor(int64(i), map[schema.TimeUnitType]int64{schema.TimeUnitMillis: 1e6, schema.TimeUnitMicros: 1e3, schema.TimeUnitNanos: 1}[w.unit])
	}
	days := floor(int64(i), day)
	var x apache.Int96
	x.SetNanoSeconds(int64(i) - days*day)
	julian := uint32(days + 2440588)
	x[8], x[9], x[10], x[11] = byte(julian), byte(julian>>8), byte(julian>>16), byte(julian>>24)
	return x
}

func floor(v, unit int64) int64 {
	q := v / unit
	if v%unit < 0 {
		q--
	}
	return q
}

func (l *written) writeTo(c file.ColumnChunkWriter) error {
	var err error
	switch c := c.(type) {
	case *file.BooleanColumnChunkWriter:
		_, err = c.WriteBatch(all[bool](l), l.defs, l.reps)
	case *file.Int32ColumnChunkWriter:
		_, err = c.WriteBatch(all[int32](l), l.defs, l.reps)
	case *file.Int64ColumnChunkWriter:
		_, err = c.WriteBatch(all[int64](l), l.defs, l.reps)
	case *file.Int96ColumnChunkWriter:
		_, err = c.WriteBatch(all[apache.Int96](l), l.defs, l.reps)
	case *file.Float64ColumnChunkWriter:
		_, err = c.WriteBatch(all[float64](l), l.defs, l.reps)
	case *file.ByteArrayColumnChunkWriter:
		texts := make([]apache.ByteArray, len(l.values))
		for i, v := range l.values {
			texts[i] = apache.ByteArray(v.(string))
		}
		_, err = c.WriteBatch(texts, l.defs, l.reps)
	default:
		err = fmt.Errorf("no way to write %T", c)
	}
	if err != nil {
		return err
	}
	return c.Close()
}

func all[T any](l *written) []T {
	out := make([]T, len(l.values))
	for i, v := range l.values {
		out[i] = v.(T)
	}
	return out
}
