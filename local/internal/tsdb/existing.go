package tsdb

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// pointKey finds a point again. Two points with one key are the same point unless their series hashes collide by
// accident at the same nanosecond, which one of 2^64 pairs does.
type pointKey struct {
	series uint64
	time   int64
}

// identify sets the point's key, a hash of its identity: measure name and dimensions by name, each with its length before it.
func (p *point) identify() {
	var room [256]byte
	b := appendText(room[:0], p.measure)
	dims := p.dims
	byName := func(a, b value) int { return strings.Compare(a.Name, b.Name) }
	if !slices.IsSortedFunc(dims, byName) {
		dims = slices.Clone(dims)
		slices.SortFunc(dims, byName)
	}
	for _, d := range dims {
		s, _ := d.v.(string)
		b = appendText(appendText(b, d.Name), s)
	}
	sum := sha256.Sum256(b)
	p.key = pointKey{binary.LittleEndian.Uint64(sum[:]), p.time}
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// lookupSize is how many points one statement looks for.
const lookupSize = 1000

// existing reads the rows that the writes would repeat. Points of which times knows that they are
// new are not looked for: the common case, also of files that list one series after the other or go back in time.
func (w *writer) existing(ctx context.Context) (map[pointKey]*row, error) {
	found := map[pointKey]*row{}
	known, ok := w.db.times[w.table.ID]
	if !ok {
		var err error
		if known, err = w.db.readTimes(ctx, w.table); err != nil {
			return nil, err
		}
		w.db.times[w.table.ID] = known
	}
	var old []*point
	for _, wr := range w.writes {
		for _, p := range wr.points {
			if known.may(p.key) {
				old = append(old, p)
			}
		}
	}
	for part := range slices.Chunk(old, lookupSize) {
		if err := w.db.lookup(ctx, w.table, part, found); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func (db *DB) lookup(ctx context.Context, t *table, points []*point, found map[pointKey]*row) error {
	ids, err := db.rowids(ctx, t, points)
	if err != nil || len(ids) == 0 {
		return err
	}
	rows, err := db.duck.Query(ctx, "SELECT rowid, * FROM "+t.from()+" WHERE rowid IN ("+strings.Join(ids, ", ")+")")
	if err != nil {
		return err
	}
	for rows.Next() {
		r := t.readRow(rows.Values())
		found[r.key] = r
	}
	err = rows.Err()
	return errors.Join(err, rows.Close())
}

// rowids finds where the points are, by two narrow columns: most points that are looked for are new all the same, and then
// the wide ones need not be read.
func (db *DB) rowids(ctx context.Context, t *table, points []*point) (ids []string, err error) {
	var series, times []byte // as two texts, which DuckDB reads far faster than a thousand pairs of literals
	first, last := points[0].time, points[0].time
	for _, p := range points {
		series = append(strconv.AppendUint(series, p.key.series, 10), ',')
		times = append(strconv.AppendInt(times, p.key.time, 10), ',')
		first, last = min(first, p.time), max(last, p.time)
	}
	query := fmt.Sprintf("WITH k AS (SELECT DISTINCT unnest(string_split(?, ','))::UBIGINT AS s, unnest(string_split(?, ','))::BIGINT AS n) "+
		"SELECT r.rowid FROM %s r JOIN k ON r.series = k.s AND epoch_ns(r.t) = k.n "+
		"WHERE r.t BETWEEN make_timestamp_ns(%d) AND make_timestamp_ns(%d)", t.from(), first, last)
	rows, err := db.duck.Query(ctx, query, string(series[:len(series)-1]), string(times[:len(times)-1]))
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		ids = append(ids, fmt.Sprint(rows.Values()[0]))
	}
	err = rows.Err()
	return ids, errors.Join(err, rows.Close())
}

// readRow turns rowid, series, version, m, t, c0… back into a row.
func (t *table) readRow(cells []any) *row {
	r := &row{point: &point{}}
	r.rowid, _ = cells[0].(int64)
	r.key.series, _ = cells[1].(uint64)
	r.version, _ = cells[2].(int64)
	r.measure, _ = cells[3].(string)
	r.time, _ = cells[4].(int64)
	r.key.time = r.time
	for i, c := range t.Columns {
		v := cells[5+i]
		switch {
		case v == nil:
		case c.Role == roleDimension:
			r.dims = append(r.dims, value{c, v})
		default:
			r.values = append(r.values, value{c, v})
		}
	}
	return r
}
