package unload

import (
	"io"
	"reflect"

	"github.com/parquet-go/parquet-go"
)

// group is a Parquet group whose fields keep their order; the library's own sorts them by name.
type group struct {
	parquet.Group // what is the same for all groups
	fields        []parquet.Field
}

func (g *group) Fields() []parquet.Field { return g.fields }

// GoType is for rows that are Go values, which there are none of.
func (g *group) GoType() reflect.Type { return reflect.TypeFor[any]() }

func (g *group) append(name string, n parquet.Node) { g.fields = append(g.fields, &field{n, name}) }

type field struct {
	parquet.Node
	name string
}

func (f *field) Name() string { return f.name }

// Value is for rows that are Go values.
func (f *field) Value(reflect.Value) reflect.Value { return reflect.Value{} }

// parquetEncoder writes rows as Parquet. Rows are taken apart into columns and handed over in batches.
type parquetEncoder struct {
	out     *parquet.GenericWriter[any]
	shred   *shredder
	page    int64 // how much of a column goes into a page
	pending int64 // bytes in the shredder
	group   int64 // bytes in the unfinished row group
}

const (
	// batchBytes is how much the shredder collects.
	batchBytes = 16 << 10
	// dictionaryBytes is when a column of a row group goes on without its dictionary; the library looks at the end of a page. It
	// measures pages by the places in the dictionary, we by the texts.
	dictionaryBytes = 256 << 10
	// pageBytes bounds a column's page, and pagesBytes the unfinished pages of all columns of all files.
	pageBytes, minPageBytes, pagesBytes = 256 << 10, 8 << 10, 32 * megabyte
)

func newParquetEncoder(w io.Writer, p *Plan) *parquetEncoder {
	shred := newShredder(p.columns[:p.stored])
	files := 1
	if len(p.partitionedBy) > 0 {
		files = maxPartitions
	}
	codec := parquet.Compression(&parquet.Uncompressed)
	if p.gzip {
		codec = parquet.Compression(&parquet.Gzip)
	}
	page := min(pageBytes, max(minPageBytes, pagesBytes/files/len(shred.leaves)))
	return &parquetEncoder{shred: shred, page: int64(page), out: parquet.NewGenericWriter[any](w,
		parquet.NewSchema("timestream", shred.root),
		parquet.PageBufferSize(page),
		parquet.DataPageVersion(1), // all readers know it
		parquet.DictionaryMaxBytes(dictionaryBytes),
		codec,
	)}
}

func (e *parquetEncoder) add(row []any) error {
	n, err := e.shred.add(row)
	if err != nil {
		return err
	}
	if e.pending += n; e.pending < batchBytes {
		return nil
	}
	return e.hand()
}

// hand gives the shredder's values to the library.
func (e *parquetEncoder) hand() error {
	for i, column := range e.out.ColumnWriters() {
		leaf := e.shred.leaves[i]
		if _, err := column.WriteRowValues(leaf.values); err != nil {
			return err
		}
		clear(leaf.values)
		leaf.values = leaf.values[:0]
		if leaf.page < e.page {
			continue
		}
		leaf.page = 0
		if err := column.Flush(); err != nil {
			return err
		}
	}
	e.group += e.pending
	e.pending = 0
	return nil
}

func (e *parquetEncoder) size() int64 { return e.out.Size() + e.pending }

func (e *parquetEncoder) held() int64 { return e.group + e.pending }

func (e *parquetEncoder) flush() error {
	if err := e.hand(); err != nil {
		return err
	}
	e.group = 0
	return e.out.Flush()
}

func (e *parquetEncoder) close() error {
	if err := e.hand(); err != nil {
		return err
	}
	return e.out.Close()
}
