// Package sample makes up tables of any length for measurements: rows that can be written from any place on, as pages of
// the Query API, and the digest that a right reading of them has.
//
// A table's name says all there is to know of it, so that a server of its pages keeps nothing: r1000000_c6_l20 has a
// million rows of six columns, and each of its pages takes 20 ms. The columns are time, host, region and measure_name, then
// doubles and bigints by turns. Doubles have full precision, and a tenth of the numbers is null.
package sample

import (
	"fmt"
	"strconv"
	"time"

	"athena-timestream/timestream/internal/tstype"
)

// Table is one made-up table.
type Table struct {
	Rows    int
	Columns int           // 6 to 100
	Latency time.Duration // of each page, in whole milliseconds
}

const nameForm = "r%d_c%d_l%d"

// Name is the table's name.
func (t Table) Name() string {
	return fmt.Sprintf(nameForm, t.Rows, t.Columns, t.Latency.Milliseconds())
}

// Parse is the table of a name, false for any other text.
func Parse(name string) (Table, bool) {
	var t Table
	var ms int64
	if _, err := fmt.Sscanf(name, nameForm, &t.Rows, &t.Columns, &ms); err != nil {
		return Table{}, false
	}
	t.Latency = time.Duration(ms) * time.Millisecond
	return t, t.Name() == name && t.Rows >= 0 && t.Columns >= minColumns && t.Columns <= maxColumns
}

const (
	minColumns = 6
	maxColumns = 100
)

// Column is one column of a table.
type Column struct {
	Name string
	Kind tstype.Kind
}

var first = [...]Column{
	{"time", tstype.Timestamp},
	{"host", tstype.Varchar},
	{"region", tstype.Varchar},
	{"measure_name", tstype.Varchar},
	{"cpu", tstype.Double},
	{"count", tstype.Bigint},
}

// Column is column i.
func (t Table) Column(i int) Column {
	if i < len(first) {
		return first[i]
	}
	return Column{"m" + strconv.Itoa(i), first[4+i%2].Kind}
}

// PageRows is how many rows a page has: about 600 kB of JSON, however many columns there are.
func (t Table) PageRows() int { return 2995 * minColumns / t.Columns }

// Pages is the number of pages of rows rows.
func (t Table) Pages(rows int) int { return max((rows+t.PageRows()-1)/t.PageRows(), 1) }

// step is the time from a row to the next, less than a second's deviation not counted.
const step = time.Second

// Start is the time before which there is no row.
var Start = time.Date(2024, time.January, 1, 0, 0, 0, 0, time.UTC)

// End is a time behind the last row.
func (t Table) End() time.Time { return Start.Add(time.Duration(t.Rows) * step) }

// nanos is the time of row i in nanoseconds since 1970.
func nanos(i int) int64 {
	return Start.UnixNano() + int64(i)*int64(step) + int64(random(i, 0)%uint64(step))
}

// Find is the first row that is not before at, t.Rows if there is none.
func (t Table) Find(at time.Time) int {
	i := min(max(int(at.Sub(Start)/step), 0), t.Rows)
	for i < t.Rows && nanos(i) < at.UnixNano() {
		i++
	}
	return i
}

// random is a number that depends on row and column alone (splitmix64).
func random(row, column int) uint64 {
	z := (uint64(row)*maxColumns + uint64(column) + 1) * 0x9E3779B97F4A7C15
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	return z ^ z>>31
}

// The value of a cell; a number is null if its random number says so.
func host(row int) uint64     { return random(row, 1) % 1000 }
func null(r uint64) bool      { return r%10 == 0 }
func double(r uint64) float64 { return float64(r>>11) / (1 << 53) * 100 }
func bigint(r uint64) int64   { return int64(r >> 8 % 1_000_000_000) }

const (
	hostPrefix  = "host-" // and four digits
	region      = "eu-west-1"
	measureName = "metrics"
)
