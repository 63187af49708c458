package parquet

import (
	"errors"
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// leaf reads the values of one column chunk, page after page.
type leaf struct {
	name, part             string // part is what errors of the library are about
	repetition, definition uint8  // the highest levels
	column                 *parquet.Column

	stored []dataPage    // the pages of the chunk
	pages  parquet.Pages // the same, read by the library
	read   int           // how many of them are read
	left   int64         // values not yet taken, those of the page included

	page       parquet.Page // borrowed from the library until it is released
	reps, defs []byte
	n, next    int // values of the page, and how many of them are taken

	// The page's values that are not null are those of own, or those of entries at positions.
	own, entries, values vector
	dictionary           parquet.Dictionary // that entries are of
	positions            []int32
	taken                int
}

func newLeaf(c *parquet.Column) *leaf {
	return &leaf{
		name: c.Name(), part: fmt.Sprintf("a page of column %q", c.Name()), column: c,
		repetition: uint8(c.MaxRepetitionLevel()), definition: uint8(c.MaxDefinitionLevel()),
	}
}

// begin goes to the chunk of a row group.
func (l *leaf) begin(file []byte, chunk parquet.ColumnChunk, meta *format.ColumnChunk, rows int64) (err error) {
	defer damaged(&err, l.part)
	l.close()
	if l.stored, err = checkChunk(file, l.column, meta, rows, l.stored[:0]); err != nil {
		return err
	}
	l.pages, l.read, l.left = chunk.Pages(), 0, meta.MetaData.NumValues
	return nil
}

// close gives the library back what it lent.
func (l *leaf) close() {
	parquet.Release(l.page)
	if l.pages != nil {
		_ = l.pages.Close() // it reads from memory
	}
	l.page, l.pages, l.dictionary = nil, nil, nil
	l.n, l.next = 0, 0
}

// end checks that nothing is left.
func (l *leaf) end() error {
	if l.left != 0 {
		return corrupt("column %q has %d values more than rows", l.name, l.left)
	}
	return nil
}

// peek is the levels of the next value; ok is false behind the last one.
func (l *leaf) peek() (repetition, definition uint8, ok bool, err error) {
	for l.next == l.n {
		if l.left == 0 {
			return 0, 0, false, nil
		}
		if err := l.load(); err != nil {
			return 0, 0, false, err
		}
	}
	if l.repetition > 0 {
		repetition = l.reps[l.next]
	}
	definition = l.definition
	if definition > 0 {
		definition = l.defs[l.next]
	}
	return repetition, definition, true, nil
}

// take goes on to the next value, which must come at the given repetition and be defined up to least.
func (l *leaf) take(repetition, least uint8) (definition uint8, err error) {
	r, d, ok, err := l.peek()
	if err != nil {
		return 0, err
	}
	if !ok || r != repetition || d < least {
		return 0, corrupt("the levels of column %q do not fit its rows", l.name)
	}
	l.next++
	l.left--
	return d, nil
}

// load goes to the next page.
func (l *leaf) load() (err error) {
	defer damaged(&err, l.part)
	parquet.Release(l.page)
	l.page, l.n, l.next = nil, 0, 0
	if l.page, err = l.pages.ReadPage(); errors.Is(err, io.EOF) {
		return corrupt("column %q ends %d values too early", l.name, l.left)
	} else if err != nil {
		return foreign(err, l.part)
	}
	count, err := l.readLevels()
	if err != nil {
		return err
	}
	return l.readValues(count)
}

// readLevels takes the page's levels and counts the values that are not null.
func (l *leaf) readLevels() (count int, err error) {
	n := int(l.page.NumValues())
	l.reps, l.defs = l.page.RepetitionLevels(), l.page.DefinitionLevels()
	if int64(n) > l.left || l.repetition > 0 && len(l.reps) != n || l.definition > 0 && len(l.defs) != n {
		return 0, corrupt("a page of column %q has %d values, %d and %d levels", l.name, n, len(l.reps), len(l.defs))
	}
	l.n, count = n, n
	if l.definition == 0 {
		return count, nil
	}
	for _, d := range l.defs {
		if d == l.definition {
			continue
		}
		if d > l.definition {
			return 0, corrupt("a level of column %q is %d, above %d", l.name, d, l.definition)
		}
		count--
	}
	return count, nil
}

// readValues makes the page's values, those that are not null, ready to be taken.
func (l *leaf) readValues(count int) error {
	p := l.stored[l.read]
	l.read++
	l.taken, l.positions = 0, nil
	if count == 0 {
		return nil
	}
	if dictionary := l.page.Dictionary(); dictionary != nil {
		return l.readPositions(dictionary, count)
	}
	encoding := encodingOf(p.header)
	if size := int64(p.header.UncompressedPageSize) - levelBytes(p.header); encoding == format.Plain && size < int64(count)*leastWidth(l.column) {
		return corrupt("a page of column %q has %d bytes for %d values", l.name, size, count)
	}
	defer func() { l.values = l.own }()
	if encoding == format.RLE && l.column.Type().Kind() == parquet.Boolean {
		return l.own.setRuns(p, count, l.column)
	}
	return l.own.set(l.page.Data(), count, l.name)
}

// readPositions reads places in the dictionary, and checks that it has them.
func (l *leaf) readPositions(dictionary parquet.Dictionary, count int) error {
	if dictionary != l.dictionary {
		if err := l.entries.set(dictionary.Page().Data(), dictionary.Len(), l.name); err != nil {
			return err
		}
		l.dictionary = dictionary
	}
	data := l.page.Data()
	l.values, l.positions = l.entries, data.Int32()
	if len(l.positions) < count {
		return corrupt("a page of column %q has %d values, and should have %d", l.name, len(l.positions), count)
	}
	for _, p := range l.positions[:count] {
		if uint64(p) >= uint64(dictionary.Len()) {
			return corrupt("column %q refers to entry %d of a dictionary of %d", l.name, p, dictionary.Len())
		}
	}
	return nil
}

// at is where the next value is. It must be there: the levels say so, and readValues has counted.
func (l *leaf) at() int {
	i := l.taken
	l.taken++
	if l.positions != nil {
		return int(l.positions[i])
	}
	return i
}
