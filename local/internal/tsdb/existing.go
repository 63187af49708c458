package tsdb

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// pointKey finds a point again. Two points with one key are the same point unless their series hashes collide by
// accident at the same nanosecond, which one of 2^64 pairs does.
type pointKey struct {
	series uint64
	time   int64
}

// key hashes the identity: measure name and dimensions by name, each with its length before it.
func (p *point) key() pointKey {
	b := appendText(nil, p.measure)
	dims := slices.Clone(p.dims)
	slices.SortFunc(dims, func(a, b value) int { return strings.Compare(a.Name, b.Name) })
	for _, d := range dims {
		s, _ := d.v.(string)
		b = appendText(appendText(b, d.Name), s)
	}
	sum := sha256.Sum256(b)
	return pointKey{binary.LittleEndian.Uint64(sum[:]), p.time}
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// lookupSize is how many points one statement looks for.
const lookupSize = 1000

// newest is the latest time stored of each series. It takes some 40 bytes a series.
type newest map[uint64]int64

// may tells whether a row with the key can be in the table.
func (n newest) may(k pointKey) bool {
	last, ok := n[k.series]
	return ok && k.time <= last
}

// add notes a row that was stored.
func (n newest) add(k pointKey) {
	if last, ok := n[k.series]; !ok || k.time > last {
		n[k.series] = k.time
	}
}

// existing reads the rows that the points would repeat. Points newer than everything of their series are not looked for:
// the common case, also of files that list one series after the other.
func (db *DB) existing(ctx context.Context, t *table, points []*point) (map[pointKey]*row, error) {
	found := map[pointKey]*row{}
	known, ok := db.newest[t.ID]
	if !ok {
		var err error
		if known, err = db.readNewest(ctx, t); err != nil {
			return nil, err
		}
		db.newest[t.ID] = known
	}
	var old []*point
	for _, p := range points {
		if known.may(p.key()) {
			old = append(old, p)
		}
	}
	for part := range slices.Chunk(old, lookupSize) {
		if err := db.lookup(ctx, t, part, found); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func (db *DB) readNewest(ctx context.Context, t *table) (newest, error) {
	rows, err := db.duck.Query(ctx, "SELECT series, max(t) FROM "+t.from()+" GROUP BY series")
	if err != nil {
		return nil, err
	}
	known := newest{}
	for rows.Next() {
		cells := rows.Values()
		series, isSeries := cells[0].(uint64)
		last, isTime := cells[1].(int64)
		if !isSeries || !isTime {
			return nil, errors.Join(fmt.Errorf("a series is %v with time %v", cells[0], cells[1]), rows.Close())
		}
		known[series] = last
	}
	err = rows.Err()
	return known, errors.Join(err, rows.Close())
}

func (db *DB) lookup(ctx context.Context, t *table, points []*point, found map[pointKey]*row) error {
	keys := make([]string, len(points))
	first, last := points[0].time, points[0].time
	for i, p := range points {
		k := p.key()
		keys[i] = fmt.Sprintf("(%d::UBIGINT, %d::BIGINT)", k.series, k.time)
		first, last = min(first, p.time), max(last, p.time)
	}
	query := fmt.Sprintf("SELECT r.rowid, r.* FROM %s r JOIN (SELECT DISTINCT * FROM (VALUES %s) v(s, n)) k ON r.series = k.s AND r.t = make_timestamp_ns(k.n) "+
		"WHERE r.t BETWEEN make_timestamp_ns(%d) AND make_timestamp_ns(%d)", t.from(), strings.Join(keys, ", "), first, last)
	rows, err := db.duck.Query(ctx, query)
	if err != nil {
		return err
	}
	for rows.Next() {
		r := t.readRow(rows.Values())
		found[r.key()] = r
	}
	err = rows.Err()
	return errors.Join(err, rows.Close())
}

// readRow turns rowid, series, version, m, t, c0… back into a row.
func (t *table) readRow(cells []any) *row {
	r := &row{point: &point{}}
	r.rowid, _ = cells[0].(int64)
	r.version, _ = cells[2].(int64)
	r.measure, _ = cells[3].(string)
	r.time, _ = cells[4].(int64)
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
