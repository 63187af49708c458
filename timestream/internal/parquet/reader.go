package parquet

import (
	"context"

	"github.com/parquet-go/parquet-go"

	"athena-timestream/timestream/internal/page"
)

// Reader appends the rows of files to columns. Its memory is a page of each column wanted, and their dictionaries.
type Reader struct {
	columns []page.Binding
}

// NewReader is a Reader for columns, which are found in each file by their names. Columns are borrowed as long as it is
// used; each must have one value a row and nothing else appended meanwhile.
func NewReader(columns []page.Binding) *Reader { return &Reader{columns: columns} }

// Read appends all rows of a file, calling endRow after each, and returns their number. file is borrowed until it
// returns. endRow may empty the columns; what it returns ends the reading. Errors of the file are *[UnsupportedError],
// *[CorruptError] and *[ValueError].
func (r *Reader) Read(ctx context.Context, file []byte, endRow func() error) (rows int64, err error) {
	o, err := r.open(file)
	if err != nil {
		return 0, err
	}
	defer o.close()
	for i, g := range o.file.RowGroups() {
		if err := o.begin(file, i); err != nil {
			return rows, err
		}
		for n := range g.NumRows() {
			if n%rowsPerCheck == 0 && ctx.Err() != nil {
				return rows, context.Cause(ctx)
			}
			if err := o.row(); err != nil {
				return rows, err
			}
			rows++
			if err := endRow(); err != nil {
				return rows, err
			}
		}
		if err := o.end(); err != nil {
			return rows, err
		}
	}
	return rows, nil
}

// rowsPerCheck is how many rows may pass before the end of a context is noticed.
const rowsPerCheck = 4096

// Check says whether Read could read a file, as far as its footer, the headers of its pages and each column's first page
// tell.
func (r *Reader) Check(file []byte) error {
	o, err := r.open(file)
	if err != nil {
		return err
	}
	defer o.close()
	for i := range o.file.RowGroups() {
		if err := o.begin(file, i); err != nil {
			return err
		}
		for _, l := range o.leaves {
			if _, _, _, err := l.peek(); err != nil {
				return err
			}
		}
	}
	return nil
}

// opened is a file with cells for its columns.
type opened struct {
	binder
	file  *parquet.File
	cells []cell
}

func (r *Reader) open(file []byte) (o *opened, err error) {
	defer damaged(&err, "its footer")
	f, err := openFile(file)
	if err != nil {
		return nil, err
	}
	o = &opened{file: f}
	for _, c := range r.columns {
		cell, err := o.column(f.Root(), c)
		if err != nil {
			return nil, err
		}
		o.cells = append(o.cells, cell)
	}
	return o, nil
}

// begin goes to a row group.
func (o *opened) begin(file []byte, group int) error {
	chunks, meta := o.file.RowGroups()[group].ColumnChunks(), &o.file.Metadata().RowGroups[group]
	for _, l := range o.leaves {
		at := l.column.Index()
		if err := l.begin(file, chunks[at], &meta.Columns[at], meta.NumRows); err != nil {
			return err
		}
	}
	return nil
}

func (o *opened) close() {
	for _, l := range o.leaves {
		l.close()
	}
}

func (o *opened) row() error {
	for _, c := range o.cells {
		if err := c.append(0); err != nil {
			return err
		}
	}
	return nil
}

func (o *opened) end() error {
	for _, l := range o.leaves {
		if err := l.end(); err != nil {
			return err
		}
	}
	return nil
}
