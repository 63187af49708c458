package sample

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"athena-timestream/timestream/internal/tstype"
)

// Digest is a fingerprint of rows in their order, however they are cut into batches. The zero Digest has none.
type Digest struct {
	rows    int64
	columns []digest
	buf     []byte
}

// digest is a column's: of its values, each behind its length or 0 and 1 for a null.
type digest uint32

var polynomial = crc32.MakeTable(crc32.Castagnoli)

// Add takes in the rows of a batch.
func (d *Digest) Add(r arrow.RecordBatch) error {
	d.start(int(r.NumCols()))
	for c, col := range r.Columns() {
		for i := range col.Len() {
			if err := d.cell(col, i); err != nil {
				return fmt.Errorf("digest of column %s: %w", r.ColumnName(c), err)
			}
		}
		d.end(c)
	}
	d.rows += r.NumRows()
	return nil
}

func (d *Digest) cell(col arrow.Array, i int) error {
	switch col := col.(type) {
	case *array.Date64:
		d.number(uint64(col.Value(i)), col.IsNull(i))
	case *array.Int64:
		d.number(uint64(col.Value(i)), col.IsNull(i))
	case *array.Float64:
		d.number(math.Float64bits(col.Value(i)), col.IsNull(i))
	case *array.String:
		d.text(col.Value(i))
	default:
		return fmt.Errorf("no column of a made-up table is a %s", col.DataType())
	}
	return nil
}

// Digest is what the rows from first up to end come to.
func (t Table) Digest(first, end int) *Digest {
	const chunk = 4096
	d := &Digest{}
	d.start(t.Columns)
	for ; first < end; first += chunk {
		last := min(first+chunk, end)
		for c := range t.Columns {
			for i := first; i < last; i++ {
				t.digestCell(d, i, c)
			}
			d.end(c)
		}
		d.rows += int64(last - first)
	}
	return d
}

func (t Table) digestCell(d *Digest, row, column int) {
	r := random(row, column)
	switch t.Column(column).Kind {
	case tstype.Timestamp:
		d.number(uint64(nanos(row)/1e6), false)
	case tstype.Double:
		d.number(math.Float64bits(double(r)), null(r))
	case tstype.Bigint:
		d.number(uint64(bigint(r)), null(r))
	default:
		d.text(string(t.appendText(nil, row, column)))
	}
}

func (d *Digest) start(columns int) {
	if d.columns == nil {
		d.columns = make([]digest, columns)
	}
}

func (d *Digest) number(v uint64, null bool) {
	if null {
		d.buf = append(d.buf, 0)
		return
	}
	d.buf = binary.LittleEndian.AppendUint64(append(d.buf, 1), v)
}

func (d *Digest) text(s string) {
	d.buf = binary.LittleEndian.AppendUint32(d.buf, uint32(len(s)))
	d.buf = append(d.buf, s...)
}

// end takes what was collected for a column.
func (d *Digest) end(column int) {
	d.columns[column] = digest(crc32.Update(uint32(d.columns[column]), polynomial, d.buf))
	d.buf = d.buf[:0]
}

// String is the number of rows and the columns' digests.
func (d *Digest) String() string {
	var sb strings.Builder
	fmt.Fprintf(&sb, "%d rows", d.rows)
	for _, c := range d.columns {
		fmt.Fprintf(&sb, " %08x", uint32(c))
	}
	return sb.String()
}
