package athena

import (
	"errors"
	"iter"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"athena-timestream/local/internal/duck"
	"athena-timestream/local/internal/translate"
)

// Result is the answer to one statement. It is read once, front to back, as rows
// or as record batches, by one goroutine.
type Result struct {
	Columns []Column
	// Schema is that of Records. Timestamps are nanoseconds without a zone;
	// times of day and intervals are counts: of nanoseconds, or of months.
	Schema *arrow.Schema
	// Stats is complete after the last row.
	Stats Stats

	source rowSource
	start  time.Time
}

// Column is one column of a result.
type Column struct {
	Name string
	Type string // as Athena writes it: timestamp(3), array(double)
	sql  translate.Type
}

// Stats says what a statement took.
type Stats struct {
	Rows            int64 // of the result, as far as it was read
	RowsRead        int64 // from the connector
	Bytes           int64 // of Arrow data, decoded
	Splits          int
	Blocks          int // with rows: Inline + Spilled
	Inline, Spilled int
	Duration        time.Duration // from the call to the last row read
}

// rowSource is where a result's rows come from; duck.Rows is one.
type rowSource interface {
	Next() bool
	Values() []any
	Err() error
	Schema() (*arrow.Schema, error)
	Record(limit int) (arrow.RecordBatch, error)
	Close() error
}

func newResult(s *session, columns []translate.Column, from rowSource) (*Result, error) {
	schema, err := from.Schema()
	if err != nil {
		return nil, err
	}
	s.stats.Duration = time.Since(s.start)
	r := &Result{Stats: s.stats, source: from, start: s.start}
	fields := schema.Fields()
	for i, c := range columns {
		r.Columns = append(r.Columns, Column{Name: c.Name, Type: typeName(c.Type), sql: c.Type})
		fields[i].Name = c.Name
	}
	r.Schema = arrow.NewSchema(fields, nil)
	return r, nil
}

// Rows gives the rows. A row's slice is reused for the next; the values are the
// caller's. Null is nil; the others are, by the column's type:
//
//	boolean                        bool
//	tinyint to bigint              int64
//	real, double                   float32, float64
//	decimal                        Decimal
//	varchar, varbinary             string, []byte
//	date, timestamp (with or without time zone)  time.Time in UTC
//	time, interval day to second   time.Duration
//	interval year to month         Months
//	array, row                     []any
//	map                            []MapEntry
//
// After an error, which is the last pair, there are no more rows.
func (r *Result) Rows() iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		row := make([]any, len(r.Columns))
		for r.source.Next() {
			for i, v := range r.source.Values() {
				row[i] = goValue(r.Columns[i].sql, v)
			}
			r.count(1)
			if !yield(row, nil) {
				return
			}
		}
		if err := r.source.Err(); err != nil {
			yield(nil, statementError(err))
		}
	}
}

// Records gives the rows in batches of up to the given number of rows. A batch
// is the caller's, who releases it.
func (r *Result) Records(rows int) iter.Seq2[arrow.RecordBatch, error] {
	return func(yield func(arrow.RecordBatch, error) bool) {
		for {
			b, err := r.source.Record(rows)
			if err != nil {
				yield(nil, statementError(err))
				return
			}
			if b == nil {
				return
			}
			named := array.NewRecordBatch(r.Schema, b.Columns(), b.NumRows())
			b.Release()
			r.count(named.NumRows())
			if !yield(named, nil) {
				return
			}
		}
	}
}

func (r *Result) count(rows int64) {
	r.Stats.Rows += rows
	r.Stats.Duration = time.Since(r.start)
}

// Close frees what the result holds. It may be called at any time, and again.
func (r *Result) Close() error {
	if r.source == nil {
		return nil
	}
	err := r.source.Close()
	r.source = &list{}
	return err
}

// cursor is the rows of the final statement with the database under them.
type cursor struct {
	*duck.Rows
	db *duck.DB
}

// Close closes the rows first: the database waits for them.
func (c *cursor) Close() error { return errors.Join(c.Rows.Close(), c.db.Close()) }
