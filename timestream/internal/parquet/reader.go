package parquet

import (
	"context"
	"slices"

	"athena-timestream/timestream/internal/page"
)

// Reader appends the rows of files to columns. Its memory is a page of each column wanted, and their dictionaries.
type Reader struct {
	columns  []page.Binding
	unpacker unpacker
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
	for _, g := range o.footer.groups {
		if err := o.begin(file, g); err != nil {
			return rows, err
		}
		for n := range g.rows {
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

// Check says whether Read could read a file, as far as its footer tells.
func (r *Reader) Check(file []byte) error {
	o, err := r.open(file)
	if err != nil {
		return err
	}
	for _, g := range o.footer.groups {
		if err := o.begin(file, g); err != nil {
			return err
		}
		for _, at := range o.at {
			for _, e := range g.chunks[at].encodings {
				if !slices.Contains([]int64{plain, plainDictionary, rle, rleDictionary}, e) {
					return unsupported("it has encoding %d", e)
				}
			}
		}
	}
	return nil
}

// opened is a file with cells for its columns.
type opened struct {
	binder
	footer *footer
	total  int // leaves of the file
	cells  []cell
}

func (r *Reader) open(file []byte) (*opened, error) {
	f, err := readFooter(file)
	if err != nil {
		return nil, err
	}
	root, err := newTree(f.schema)
	if err != nil {
		return nil, err
	}
	o := &opened{binder: binder{unpacker: &r.unpacker}, footer: f, total: len(root.leaves)}
	for _, c := range r.columns {
		cell, err := o.column(root, c)
		if err != nil {
			return nil, err
		}
		o.cells = append(o.cells, cell)
	}
	var sum int64
	for _, g := range f.groups {
		if g.rows < 0 || g.rows > f.rows-sum {
			return nil, corrupt("its row groups have more rows than the file")
		}
		sum += g.rows
	}
	if sum != f.rows {
		return nil, corrupt("its row groups have %d rows, the file %d", sum, f.rows)
	}
	return o, nil
}

// begin goes to a row group.
func (o *opened) begin(file []byte, g rowGroup) error {
	if len(g.chunks) != o.total {
		return corrupt("a row group has %d columns, the schema %d", len(g.chunks), o.total)
	}
	for i, l := range o.leaves {
		if err := l.begin(file, g.chunks[o.at[i]], g.rows); err != nil {
			return err
		}
	}
	return nil
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
