package tsdb

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"athena-timestream/local/internal/duck"
)

// WriteRequest is one write of any number of records; the limit of 100 is the wire's.
type WriteRequest struct {
	Database, Table string
	Common          *Record // nil: none
	Records         []Record
}

// Ingested counts stored records by the store that the real service would put them in.
type Ingested struct{ Total, Memory, Magnetic int }

// futureWindow is how far ahead of now a record may be.
const futureWindow = 15 * time.Minute

// WriteRecords stores records; when it returns they are on disk. Errors: NotFound, Validation (nothing is stored), or a
// *RejectedError for single records (all others are stored).
func (db *DB) WriteRecords(ctx context.Context, r WriteRequest) (Ingested, error) {
	points := make([]*point, len(r.Records))
	for i, rec := range r.Records {
		merged, err := merge(r.Common, rec)
		if err != nil {
			return Ingested{}, err
		}
		if points[i], err = parse(merged); err != nil {
			return Ingested{}, err
		}
	}
	db.writing.Lock()
	defer db.writing.Unlock()
	_, t, err := db.find(r.Database, r.Table)
	if err != nil {
		return Ingested{}, err
	}
	w := &writer{db: db, table: t, now: db.options.Now(), staged: map[pointKey]*row{}}
	if w.stored, err = db.existing(ctx, t, points); err != nil {
		return Ingested{}, fmt.Errorf("write to %s.%s: %w", r.Database, r.Table, err)
	}
	for i, p := range points {
		if rejected := w.add(p); rejected != nil {
			rejected.Index = i
			w.rejected = append(w.rejected, *rejected)
		}
	}
	// A write that has begun is finished: the client that gave up will repeat it.
	if err := w.commit(context.WithoutCancel(ctx)); err != nil {
		return Ingested{}, fmt.Errorf("write to %s.%s: %w", r.Database, r.Table, err)
	}
	if len(w.rejected) > 0 {
		return w.ingested, &RejectedError{Records: w.rejected, Ingested: w.ingested}
	}
	return w.ingested, nil
}

// writer gathers one write.
type writer struct {
	db       *DB
	table    *table // replaced by a private copy at the first growth
	grown    bool
	now      time.Time
	stored   map[pointKey]*row // rows in the table that the write touches
	staged   map[pointKey]*row // rows of this write
	order    []*row            // staged rows in order
	ingested Ingested
	rejected []Rejected
}

// row is a point with its place in the table.
type row struct {
	*point
	rowid    int64 // of a stored row
	replaced *row  // the stored row that this one takes the place of
}

// add stages a point, or says why not.
func (w *writer) add(p *point) *Rejected {
	if reason := p.refusal(); reason != "" {
		return &Rejected{Reason: reason}
	}
	if reason := w.table.clash(p); reason != "" {
		return &Rejected{Reason: reason}
	}
	if reason := w.outside(p); reason != "" {
		return &Rejected{Reason: reason}
	}
	key := p.key()
	old, staged := w.staged[key]
	if !staged {
		old = w.stored[key]
	}
	if old != nil {
		if p.version > old.version {
			w.overwrite(key, old, p, staged)
		} else if rejected := old.refuse(p); rejected != nil {
			return rejected
		}
		w.count(p)
		return nil
	}
	w.stage(key, &row{point: p})
	w.count(p)
	return nil
}

func (w *writer) stage(key pointKey, r *row) {
	if w.table.grows(r.point) {
		if !w.grown {
			w.table, w.grown = w.table.clone(), true
		}
		w.table.grow(r.point)
	}
	w.staged[key] = r
	w.order = append(w.order, r)
}

// overwrite replaces a stored or staged row by a newer version.
func (w *writer) overwrite(key pointKey, old *row, p *point, staged bool) {
	r := &row{point: p, replaced: old}
	if staged {
		r.replaced = old.replaced
		w.order = slices.DeleteFunc(w.order, func(o *row) bool { return o == old })
	}
	w.stage(key, r)
}

// refuse is the answer to a point whose version does not exceed the stored one: fine if it says the same.
func (r *row) refuse(p *point) *Rejected {
	if sameValues(r.values, p.values) {
		return nil
	}
	existing := r.version
	if p.version == existing {
		return &Rejected{ExistingVersion: &existing, Reason: "A record already exists with the same time, dimensions, measure name, and record version. " +
			"A higher record version must be specified in order to update the measure value. Specifying record version is supported by the latest SDKs."}
	}
	return &Rejected{ExistingVersion: &existing, Reason: fmt.Sprintf("The record version %d is lower than the existing version %d. "+
		"A higher version is required to update the measure value.", p.version, existing)}
}

func sameValues(a, b []value) bool {
	if len(a) != len(b) {
		return false
	}
	have := make(map[string]any, len(a))
	for _, v := range a {
		have[v.Name] = v.v
	}
	for _, v := range b {
		if x, ok := have[v.Name]; !ok || x != v.v {
			return false
		}
	}
	return true
}

func (w *writer) count(p *point) {
	w.ingested.Total++
	if p.time >= w.memoryStart().UnixNano() {
		w.ingested.Memory++
	} else {
		w.ingested.Magnetic++
	}
}

func (w *writer) memoryStart() time.Time {
	return w.now.Add(-time.Duration(w.table.Table.Retention.MemoryHours) * time.Hour)
}

// outside is why the point's time is refused, or "". The texts are the service's.
func (w *writer) outside(p *point) string {
	if !w.db.options.EnforceRetention {
		return ""
	}
	from, store := w.memoryStart(), "of the memory store."
	if w.table.Table.MagneticWrites.Enabled {
		from, store = w.table.keptSince(w.now), "of the data ingestion window."
	}
	to := w.now.Add(futureWindow)
	if p.time >= from.UnixNano() && p.time < to.UnixNano() {
		return ""
	}
	const layout = "2006-01-02T15:04:05.000Z"
	return fmt.Sprintf("The record timestamp is outside the time range [%s, %s) %s", from.UTC().Format(layout), to.UTC().Format(layout), store)
}

// keptSince is the time before which records have outlived both stores.
func (t *table) keptSince(now time.Time) time.Time {
	r := t.Table.Retention
	epoch := time.Unix(0, 0)
	since := now.Add(-time.Duration(r.MemoryHours)*time.Hour).AddDate(0, 0, -int(r.MagneticDays))
	if since.Before(epoch) {
		return epoch
	}
	return since
}

// commit writes the staged rows in one transaction and then shows the new schema.
func (w *writer) commit(ctx context.Context) error {
	if len(w.order) == 0 {
		return nil
	}
	t := w.table
	_, old, err := w.db.find(t.Table.Database, t.Table.Name)
	if err != nil {
		return err
	}
	before := len(old.Columns)
	err = w.db.duck.Update(ctx, func(tx *duck.Tx) error {
		if w.grown {
			if err := storeGrowth(ctx, tx, t, before); err != nil {
				return err
			}
		}
		if err := w.deleteReplaced(ctx, tx); err != nil {
			return err
		}
		return tx.Append(ctx, "main", t.physicalName(), w.appendRows)
	})
	if err != nil {
		return err
	}
	if w.grown {
		w.db.swapTable(t.Table.Database, t.Table.Name, t)
	}
	for _, r := range w.order {
		w.db.newest[t.ID].add(r.key())
	}
	return nil
}

func storeGrowth(ctx context.Context, tx *duck.Tx, t *table, before int) error {
	for i := before; i < len(t.Columns); i++ {
		alter := fmt.Sprintf("ALTER TABLE %s ADD COLUMN %s %s", t.from(), physicalColumn(i), physical[t.Columns[i].Type])
		if err := tx.Exec(ctx, alter); err != nil {
			return err
		}
	}
	doc, err := json.Marshal(t)
	if err != nil {
		return err
	}
	return tx.Exec(ctx, updateTable, string(doc), t.ID)
}

func (w *writer) deleteReplaced(ctx context.Context, tx *duck.Tx) error {
	var ids []string
	for _, r := range w.order {
		if r.replaced != nil {
			ids = append(ids, fmt.Sprint(r.replaced.rowid))
		}
	}
	if len(ids) == 0 {
		return nil
	}
	return tx.Exec(ctx, "DELETE FROM "+w.table.from()+" WHERE rowid IN ("+strings.Join(ids, ", ")+")")
}

func (w *writer) appendRows(add func(values ...any) error) error {
	cells := make([]any, 4+len(w.table.Columns))
	for _, r := range w.order {
		clear(cells)
		cells[0], cells[1], cells[2], cells[3] = r.key().series, r.version, r.measure, r.time
		for _, v := range r.dims {
			cells[4+w.table.byName[v.Name]] = v.v
		}
		for _, v := range r.values {
			cells[4+w.table.byName[v.Name]] = v.v
		}
		if err := add(cells...); err != nil {
			return err
		}
	}
	return nil
}
