package parquet_test

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"

	reader "athena-timestream/timestream/internal/parquet"
	"athena-timestream/timestream/internal/tstype"
)

// numbers is a table of one column.
func numbers(rows int) table {
	tab := table{names: []string{"n"}, types: []tstype.Type{{Kind: tstype.Bigint}}}
	for i := range rows {
		tab.rows = append(tab.rows, []any{int64(i)})
	}
	return tab
}

// withFooter is a file that has nothing but a footer.
func withFooter(footer []byte) []byte {
	b := append([]byte("PAR1"), footer...)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(footer)))
	return append(b, "PAR1"...)
}

// What footers and page headers say is not believed before it was compared with the file: claims are errors, and cost no
// memory. It runs alone, for the sake of what it measures.
func TestClaims(t *testing.T) {
	tab := numbers(100)
	data := write(t, tab, form{codec: compress.Codecs.Gzip, pageBytes: 1 << 20, groupRows: 100, instants: 3})
	_, cols := columns(t, tab, []int{0})
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"a list of two billion":      {withFooter([]byte{0x29, 0xfc, 0xff, 0xff, 0xff, 0xff, 0x07, 0}), "said to have 2147483647 elements"},
		"structs without end":        {withFooter(bytes.Repeat([]byte{0x1c}, 1<<20)), "nested more than 32 deep"},
		"lists of lists without end": {withFooter(bytes.Repeat([]byte{0xf9, 0x19}, 1<<20)), "a list of lists"},
		"a set":                      {withFooter([]byte{0xfa, 0x15, 0, 0}), "a set or a map"},
		"a map":                      {withFooter([]byte{0xfb, 1, 0x55, 0, 0, 0}), "a set or a map"},
		"nothing":                    {withFooter(nil), "its footer"},
		"a page of a gigabyte":       {withHeader(t, data, func(h *format.PageHeader) { h.UncompressedPageSize = 1 << 30 }), "1073741824 bytes"},
		"a page beyond the file":     {withHeader(t, data, func(h *format.PageHeader) { h.CompressedPageSize = 1 << 20 }), "1048576 in the file"},
		"a page of a billion values": {withHeader(t, data, func(h *format.PageHeader) { h.DataPageHeader.V.NumValues = 1 << 30 }), "1073741824 values"},
		"a page of fewer values":     {withHeader(t, data, func(h *format.PageHeader) { h.DataPageHeader.V.NumValues = 99 }), "damaged"},
		"less than it has":           {withHeader(t, data, func(h *format.PageHeader) { h.UncompressedPageSize = 700 }), "700 bytes for 100 values"},
		"an encoding of later days":  {withHeader(t, data, func(h *format.PageHeader) { h.DataPageHeader.V.Encoding = 77 }), "cannot be read"},
		"an index in between":        {withHeader(t, data, func(h *format.PageHeader) { h.Type = format.IndexPage }), "page of type 1"},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		n, err := readAll(cols, c.file)
		runtime.ReadMemStats(&after)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %d rows, %v", name, n, err)
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > 8<<20 {
			t.Errorf("%s: %d bytes of memory", name, used)
		}
	}
}

// What a footer says of row groups and columns is compared with the file, and with itself.
func TestFooters(t *testing.T) {
	t.Parallel()
	tab := numbers(100)
	data := write(t, tab, form{codec: compress.Codecs.Gzip, pageBytes: 1 << 20, groupRows: 50, instants: 3})
	_, cols := columns(t, tab, []int{0})
	for name, c := range map[string]struct {
		change func(m *format.FileMetaData, last *format.ColumnChunk)
		want   string
	}{
		"as it is":               {func(*format.FileMetaData, *format.ColumnChunk) {}, ""},
		"fewer rows":             {func(m *format.FileMetaData, _ *format.ColumnChunk) { m.NumRows = 50 }, "more rows than the file"},
		"more rows":              {func(m *format.FileMetaData, _ *format.ColumnChunk) { m.NumRows = 101 }, "have 100 rows, the file 101"},
		"rows below zero":        {func(m *format.FileMetaData, _ *format.ColumnChunk) { m.RowGroups[0].NumRows = -1 }, "more rows than the file"},
		"a row group less":       {func(m *format.FileMetaData, _ *format.ColumnChunk) { m.RowGroups = m.RowGroups[:1] }, "have 50 rows, the file 100"},
		"no columns":             {func(m *format.FileMetaData, _ *format.ColumnChunk) { m.RowGroups[1].Columns = nil }, "damaged"},
		"no schema":              {func(m *format.FileMetaData, _ *format.ColumnChunk) { m.Schema = nil }, "damaged"},
		"another codec at last":  {func(_ *format.FileMetaData, c *format.ColumnChunk) { c.MetaData.Codec = format.Snappy }, "method 1, and before that by another"},
		"beyond the file":        {func(_ *format.FileMetaData, c *format.ColumnChunk) { c.MetaData.DataPageOffset = 1 << 40 }, "outside of it"},
		"before the file":        {func(_ *format.FileMetaData, c *format.ColumnChunk) { c.MetaData.DataPageOffset = -1 }, "outside of it"},
		"a terabyte":             {func(_ *format.FileMetaData, c *format.ColumnChunk) { c.MetaData.TotalCompressedSize = 1 << 40 }, "outside of it"},
		"a value more than rows": {func(_ *format.FileMetaData, c *format.ColumnChunk) { c.MetaData.NumValues++ }, "51 values in 50 rows"},
		"a page that is short":   {func(_ *format.FileMetaData, c *format.ColumnChunk) { c.MetaData.TotalCompressedSize-- }, "in the file"},
		"in another file":        {func(_ *format.FileMetaData, c *format.ColumnChunk) { c.FilePath = "other" }, "in another file"},
	} {
		size := int(binary.LittleEndian.Uint32(data[len(data)-8:]))
		protocol, m := new(thrift.CompactProtocol), &format.FileMetaData{}
		if err := thrift.Unmarshal(protocol, data[len(data)-8-size:len(data)-8], m); err != nil {
			t.Fatal(err)
		}
		c.change(m, &m.RowGroups[len(m.RowGroups)-1].Columns[0])
		footer, err := thrift.Marshal(protocol, m)
		if err != nil {
			t.Fatal(err)
		}
		whole := append(data[4:len(data)-8-size:len(data)-8-size], footer...)
		n, err := readAll(cols, append(binary.LittleEndian.AppendUint32(append([]byte("PAR1"), whole...), uint32(len(footer))), "PAR1"...))
		if c.want == "" && (err != nil || n != 100) || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %d rows, %v", name, n, err)
		}
	}
}

// withHeader is a file of one page with another header, for which the page gives as many bytes as it takes.
func withHeader(t *testing.T, data []byte, change func(*format.PageHeader)) []byte {
	t.Helper()
	f, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	at := int(f.Metadata().RowGroups[0].Columns[0].MetaData.DataPageOffset)
	protocol := new(thrift.CompactProtocol)
	r := protocol.NewReaderFromBytes(data[at:])
	h := &format.PageHeader{}
	if err := thrift.NewDecoder(r).Decode(h); err != nil {
		t.Fatal(err)
	}
	size := r.BytesRead()
	h.DataPageHeader.V.Statistics = format.Statistics{} // room
	change(h)
	changed, err := thrift.Marshal(protocol, h)
	if err != nil || len(changed) > size {
		t.Fatal(len(changed), size, err)
	}
	out := slices.Clone(data)
	// A field that nobody knows fills what is left: a text.
	changed = changed[:len(changed)-1]
	if room := size - len(changed) - 3; room >= 0 {
		changed = append(changed, 0xf8, byte(room))
		changed = append(changed, bytes.Repeat([]byte("x"), room)...)
	}
	copy(out[at:], append(changed, 0))
	return out
}

// Fields of later versions are passed over.
func TestUnknownFields(t *testing.T) {
	t.Parallel()
	tab := numbers(10)
	data := write(t, tab, form{codec: compress.Codecs.Gzip, pageBytes: 1 << 20, groupRows: 100, instants: 3})
	size := int(binary.LittleEndian.Uint32(data[len(data)-8:]))
	more := []byte{0xf8, 3, 'a', 'b', 'c', 0x1c, 0x15, 4, 0, 0x19, 0x28, 1, 'x', 1, 'y', 0}
	changed := append(slices.Clone(data[:len(data)-9]), more...)
	changed = binary.LittleEndian.AppendUint32(changed, uint32(size-1+len(more)))
	changed = append(changed, "PAR1"...)
	b, cols := columns(t, tab, []int{0})
	if n, err := readAll(cols, changed); err != nil || n != 10 || b.Rows() != 10 {
		t.Errorf("%d rows, %v", n, err)
	}
}

// A file of which any byte is another is an error, or has the rows it had: pages are compressed by GZIP, which has checksums.
func TestDamaged(t *testing.T) {
	t.Parallel()
	const seed = 11
	g := &generator{Rand: rand.New(rand.NewPCG(seed, seed)), depth: 1}
	tab := g.table(3, 60)
	data := write(t, tab, form{codec: compress.Codecs.Gzip, dictionary: true, pageBytes: 512, groupRows: 40, instants: 3})
	pages := len(data) - 8 - int(binary.LittleEndian.Uint32(data[len(data)-8:]))
	b, cols := columns(t, tab, []int{0, 1, 2})
	if _, err := readAll(cols, data); err != nil {
		t.Fatal(err)
	}
	want := dump(t, b)
	changed := slices.Clone(data)
	for at := range data {
		for _, bits := range []byte{1, 0x40, 0xff} {
			changed[at] = data[at] ^ bits
			b.Reset()
			n, err := readAll(cols, changed)
			if err == nil && (n != int64(len(want)) || at < pages && !slices.Equal(dump(t, b), want)) {
				t.Errorf("seed %d, byte %d (pages end at %d) with bits %#x: %d rows of %d, or others", seed, at, pages, bits, n, len(want))
			}
			b.Reset()
		}
		changed[at] = data[at]
	}
	if err := reader.NewReader(cols).Check(data); err != nil {
		t.Error(err)
	}
}
