package tsdb

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// times knows of each series when it has rows, so that a new point need not be looked for. It takes some 200 bytes a
// series at most.
type times map[uint64]spans

// spans are disjoint and in order. All rows of a series are in one of them; a time in one of them need not have a row.
type spans []span

type span struct{ first, last int64 }

// maxSpans is how many spans a series has at most. Several, because writers that work side by side leave holes that
// they fill soon after.
const maxSpans = 8

// may tells whether a row with the key can be in the table.
func (t times) may(k pointKey) bool {
	_, ok := t[k.series].find(k.time)
	return ok
}

// add notes a row that was stored.
func (t times) add(k pointKey) { t[k.series] = t[k.series].add(k.time) }

// find returns the place of the span that the time is in, or before which it belongs.
func (s spans) find(time int64) (int, bool) {
	i := len(s)
	for i > 0 && time <= s[i-1].last { // from behind: most points are new ones
		i--
	}
	return i, i < len(s) && s[i].first <= time
}

// add puts a time in, and closes the smallest hole when there are too many.
func (s spans) add(time int64) spans {
	i, ok := s.find(time)
	if ok {
		return s
	}
	s = slices.Insert(s, i, span{time, time})
	if len(s) <= maxSpans {
		return s
	}
	smallest := 1
	for i := range s[1:] {
		if s[i+1].first-s[i].last < s[smallest].first-s[smallest-1].last {
			smallest = i + 1
		}
	}
	s[smallest-1].last = s[smallest].last
	return slices.Delete(s, smallest, smallest+1)
}

func (db *DB) readTimes(ctx context.Context, t *table) (times, error) {
	rows, err := db.duck.Query(ctx, "SELECT series, min(t), max(t) FROM "+t.from()+" GROUP BY series")
	if err != nil {
		return nil, err
	}
	known := times{}
	for rows.Next() {
		cells := rows.Values()
		series, isSeries := cells[0].(uint64)
		first, isFirst := cells[1].(int64)
		last, isLast := cells[2].(int64)
		if !isSeries || !isFirst || !isLast {
			return nil, errors.Join(fmt.Errorf("a series is %v with the times %v and %v", cells[0], cells[1], cells[2]), rows.Close())
		}
		known[series] = spans{{first, last}}
	}
	err = rows.Err()
	return known, errors.Join(err, rows.Close())
}
