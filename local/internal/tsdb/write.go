package tsdb

import (
	"context"
	"encoding/json"
	"fmt"
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
	w := &write{database: r.Database, table: r.Table, points: make([]*point, len(r.Records))}
	for i, rec := range r.Records {
		merged, err := merge(r.Common, rec)
		if err != nil {
			return Ingested{}, err
		}
		if w.points[i], err = parse(merged); err != nil {
			return Ingested{}, err
		}
	}
	// A write that has begun is finished: the client that gave up will repeat it.
	db.queue.put(w, func(all []*write) { db.store(context.WithoutCancel(ctx), all) })
	if w.err == nil && len(w.rejected) > 0 {
		return w.ingested, &RejectedError{Records: w.rejected, Ingested: w.ingested}
	}
	return w.ingested, w.err
}

// writer gathers what one transaction does to one table.
type writer struct {
	db     *DB
	found  *table // as it is in the catalog
	table  *table // replaced by a private copy at the first growth
	now    time.Time
	writes []*write
	stored map[pointKey]*row // rows in the table that the writes touch
	staged map[pointKey]*row // new rows
	order  []*row            // staged rows in order; nil for those that were overwritten in between
}

// stageAll decides on all records of the writes, in order.
func (w *writer) stageAll(ctx context.Context) error {
	var err error
	if w.stored, err = w.existing(ctx); err != nil {
		return err
	}
	for _, wr := range w.writes {
		wr.ingested, wr.rejected = Ingested{}, nil
		for i, p := range wr.points {
			if rejected := w.add(p); rejected != nil {
				rejected.Index = i
				wr.rejected = append(wr.rejected, *rejected)
				continue
			}
			wr.ingested.Total++
			if p.time >= w.memoryStart().UnixNano() {
				wr.ingested.Memory++
			} else {
				wr.ingested.Magnetic++
			}
		}
	}
	return nil
}

// row is a point with its place in the table.
type row struct {
	*point
	rowid    int64 // of a stored row
	replaced *row  // the stored row that this one takes the place of
	place    int   // of a staged row in the writer's order
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
	old, staged := w.staged[p.key]
	if !staged {
		old = w.stored[p.key]
	}
	switch {
	case old == nil:
		w.stage(&row{point: p})
	case p.version > old.version:
		w.overwrite(old, p, staged)
	default:
		return old.refuse(p)
	}
	return nil
}

func (w *writer) stage(r *row) {
	if w.table.grows(r.point) {
		if w.table == w.found {
			w.table = w.table.clone()
		}
		w.table.grow(r.point)
	}
	w.staged[r.key] = r
	r.place = len(w.order)
	w.order = append(w.order, r)
}

// overwrite replaces a stored or staged row by a newer version.
func (w *writer) overwrite(old *row, p *point, staged bool) {
	r := &row{point: p, replaced: old}
	if staged {
		r.replaced = old.replaced
		w.order[old.place] = nil
	}
	w.stage(r)
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

// commit writes the staged rows in one transaction and then shows the new schemas.
func (db *DB) commit(ctx context.Context, all []*writer) error {
	var writers []*writer // that have something to write
	for _, w := range all {
		if len(w.order) > 0 {
			writers = append(writers, w)
		}
	}
	if len(writers) == 0 {
		return nil
	}
	err := db.duck.Update(ctx, func(tx *duck.Tx) error {
		for _, w := range writers {
			if err := w.write(ctx, tx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, w := range writers {
		if w.table != w.found {
			db.swapTable(w.table.Table.Database, w.table.Table.Name, w.table)
		}
		for key := range w.staged {
			db.times[w.table.ID].add(key)
		}
	}
	return nil
}

// write puts the staged rows into the table.
func (w *writer) write(ctx context.Context, tx *duck.Tx) error {
	if w.table != w.found {
		if err := storeGrowth(ctx, tx, w.table, len(w.found.Columns)); err != nil {
			return err
		}
	}
	if err := w.deleteReplaced(ctx, tx); err != nil {
		return err
	}
	return tx.Append(ctx, "main", w.table.physicalName(), w.appendRows)
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
		if r != nil && r.replaced != nil {
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
		if r == nil {
			continue
		}
		clear(cells)
		cells[0], cells[1], cells[2], cells[3] = r.key.series, r.version, r.measure, r.time
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
