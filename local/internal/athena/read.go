package athena

import (
	"context"

	"github.com/apache/arrow-go/v18/arrow"
	"golang.org/x/sync/errgroup"

	"athena-timestream/federation/client"
	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
	"athena-timestream/local/internal/duck"
)

// reader loads the scans of one statement into DuckDB.
type reader struct {
	*session
	db    *duck.DB
	slots chan struct{} // one for each read at once
}

func (s *session) read(ctx context.Context, db *duck.DB, scans []*scan) error {
	parallel := s.engine.Parallel
	if parallel <= 0 {
		parallel = DefaultParallel
	}
	r := &reader{session: s, db: db, slots: make(chan struct{}, parallel)}
	group, ctx := errgroup.WithContext(ctx)
	for _, sc := range scans {
		group.Go(func() error { return r.scan(ctx, sc) })
	}
	return group.Wait()
}

// scan reads all splits of one table into its DuckDB table.
func (r *reader) scan(ctx context.Context, s *scan) error {
	job := &scanJob{reader: r, scan: s, schema: s.projection(), where: s.constraints()}
	if s.needed() && !s.nothing {
		if err := job.split(ctx); err != nil {
			return r.failed("read "+s.title, err)
		}
	}
	if err := job.load(ctx); err != nil {
		return r.failed("read "+s.title, err)
	}
	return nil
}

// scanJob is the reading of one scan.
type scanJob struct {
	*reader
	scan   *scan
	schema *arrow.Schema // of the connector's blocks
	where  *predicate.Constraints
	splits []message.Split
}

// split asks for the table's layout and its splits.
func (j *scanJob) split(ctx context.Context) error {
	layout, err := j.client.GetTableLayout(ctx, j.scan.table, j.where)
	if err != nil {
		return err
	}
	j.splits, err = j.client.GetSplits(ctx, j.scan.table, layout, j.where)
	if err != nil {
		return err
	}
	j.advance(func(p *Progress) { p.SplitTotal += len(j.splits) })
	return nil
}

// load creates the DuckDB table and fills it with what the splits give, as it
// comes.
func (j *scanJob) load(ctx context.Context) error {
	stored := storedSchema(j.schema)
	var failure error // as it is, without DuckDB's table in it
	err := j.db.ImportArrow(ctx, j.scan.name, stored, func(add func(arrow.RecordBatch) error) error {
		group, ctx := errgroup.WithContext(ctx)
		batches := make(chan arrow.RecordBatch)
		group.Go(func() error {
			defer close(batches)
			return j.readSplits(ctx, batches)
		})
		group.Go(func() error {
			for b := range batches {
				kept, err := store(b, stored)
				if err != nil {
					return err
				}
				if err := add(kept); err != nil {
					return err
				}
			}
			return nil
		})
		failure = group.Wait()
		return failure
	})
	if failure != nil {
		return failure
	}
	return err
}

// readSplits reads the splits side by side, as far as there are free slots.
func (j *scanJob) readSplits(ctx context.Context, batches chan<- arrow.RecordBatch) error {
	group, ctx := errgroup.WithContext(ctx)
	for _, split := range j.splits {
		group.Go(func() error {
			select {
			case j.slots <- struct{}{}:
			case <-ctx.Done():
				return context.Cause(ctx)
			}
			defer func() { <-j.slots }()
			return j.readSplit(ctx, split, batches)
		})
	}
	return group.Wait()
}

func (j *scanJob) readSplit(ctx context.Context, split message.Split, batches chan<- arrow.RecordBatch) error {
	stats, err := j.client.ReadRecords(ctx, j.scan.table.TableName, j.schema, split, j.where, func(b arrow.RecordBatch) error {
		select {
		case batches <- b:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		j.advance(func(p *Progress) {
			p.Rows += b.NumRows()
			p.Blocks++
		})
		return nil
	})
	if err != nil {
		return err
	}
	j.done(stats)
	return nil
}

// done counts a split that was read.
func (j *scanJob) done(r client.ReadStats) {
	j.advance(func(p *Progress) {
		p.SplitsDone++
		p.Bytes += r.Bytes
	})
	j.mu.Lock()
	defer j.mu.Unlock()
	st := &j.stats
	st.Splits++
	st.RowsRead += r.Rows
	st.Bytes += r.Bytes
	st.Blocks += r.Blocks
	if r.Spilled {
		st.Spilled += r.Blocks
	} else {
		st.Inline += r.Blocks
	}
}
