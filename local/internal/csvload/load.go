package csvload

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite/types"
)

// batchSize is the most records that one WriteRecords takes.
const batchSize = 100

// Options says what becomes of the file.
type Options struct {
	Path            string
	Database, Table string
	// Time names the column of the record's time; Unit says what its numbers are.
	Time string
	Unit Unit
	// Dimensions name the columns that say what a reading is of. All columns that have no other role are measures.
	Dimensions []string
	// MeasureName names the column that holds measure_name; if empty, every record's measure_name is Table.
	MeasureName string
	// SkipBad leaves bad lines out; otherwise the first one ends the load.
	SkipBad bool
	// OnBad is told of every bad line, in the order in which they are found.
	OnBad func(*BadLine)
	// OnProgress is told, after each batch, the records written so far and the bytes read of how many.
	OnProgress func(records, read, size int64)
}

// Result tells what a load did.
type Result struct {
	Records int64
	Bad     int64
	Created bool // the table was made
	Columns []Column
}

// Column is what became of one column of the file.
type Column struct {
	Name string
	// Role is time, measure_name, dimension, or the measure's type.
	Role string
}

// Load reads the file and writes its records. Without SkipBad the error of a load that met a bad line is that *BadLine;
// what was written before it stays written, and Result counts it.
func Load(ctx context.Context, client *timestreamwrite.Client, o Options) (*Result, error) {
	s, err := open(o.Path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = s.Close() }() // it was only read
	p, err := newPlan(s, o)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(o.Path)
	if err != nil {
		return nil, fmt.Errorf("reading the CSV file: %w", err)
	}
	l := &loader{client: client, o: o, plan: p, source: s, size: info.Size(), result: Result{Columns: p.columns(s.header)}}
	if l.result.Created, err = ensureTable(ctx, client, o.Database, o.Table); err != nil {
		return nil, err
	}
	if err := l.run(ctx); err != nil {
		return &l.result, err
	}
	return &l.result, nil
}

type loader struct {
	client *timestreamwrite.Client
	o      Options
	plan   *plan
	source *source
	size   int64
	result Result

	batch []types.Record
	lines []int // of the batch's records
}

func (l *loader) run(ctx context.Context) error {
	for {
		fields, line, err := l.source.next()
		if errors.Is(err, io.EOF) {
			return l.flush(ctx)
		}
		var record types.Record
		if err == nil {
			record, err = l.plan.record(fields, line)
		}
		if err != nil {
			// The lines before a bad one are written first, so that "stop" stops behind all that was good.
			if flushErr := l.flush(ctx); flushErr != nil {
				return flushErr
			}
			if err := l.bad(err); err != nil {
				return err
			}
			continue
		}
		l.batch, l.lines = append(l.batch, record), append(l.lines, line)
		if len(l.batch) == batchSize {
			if err := l.flush(ctx); err != nil {
				return err
			}
		}
	}
}

// bad reports a bad line and decides whether the load goes on. An error of another kind ends it.
func (l *loader) bad(err error) error {
	var bad *BadLine
	if !errors.As(err, &bad) {
		return err
	}
	l.result.Bad++
	if l.o.OnBad != nil {
		l.o.OnBad(bad)
	}
	if l.o.SkipBad {
		return nil
	}
	return bad
}

func (l *loader) flush(ctx context.Context) error {
	if len(l.batch) == 0 {
		return nil
	}
	batch, lines := l.batch, l.lines
	l.batch, l.lines = l.batch[:0], l.lines[:0]
	_, err := l.client.WriteRecords(ctx, &timestreamwrite.WriteRecordsInput{
		DatabaseName: aws.String(l.o.Database), TableName: aws.String(l.o.Table), Records: batch,
		CommonAttributes: &types.Record{MeasureValueType: types.MeasureValueTypeMulti, TimeUnit: types.TimeUnitNanoseconds},
	})
	var rejected *types.RejectedRecordsException
	if err != nil && !errors.As(err, &rejected) {
		return fmt.Errorf("writing lines %d to %d to %s.%s: %w", lines[0], lines[len(lines)-1], l.o.Database, l.o.Table, err)
	}
	l.result.Records += int64(len(batch))
	if rejected != nil {
		l.result.Records -= int64(len(rejected.RejectedRecords))
		if err := l.rejections(rejected.RejectedRecords, lines); err != nil {
			return err
		}
	}
	if l.o.OnProgress != nil {
		l.o.OnProgress(l.result.Records, l.source.read.n, l.size)
	}
	return nil
}

func (l *loader) rejections(rejected []types.RejectedRecord, lines []int) error {
	slices.SortFunc(rejected, func(a, b types.RejectedRecord) int { return int(a.RecordIndex) - int(b.RecordIndex) })
	for _, r := range rejected {
		if int(r.RecordIndex) >= len(lines) || r.RecordIndex < 0 {
			return fmt.Errorf("writing to %s.%s: the service rejected record %d of a batch of %d: %s", l.o.Database, l.o.Table, r.RecordIndex, len(lines), aws.ToString(r.Reason))
		}
		if err := l.bad(&BadLine{Line: lines[r.RecordIndex], Reason: "Timestream rejected it: " + aws.ToString(r.Reason)}); err != nil {
			return err
		}
	}
	return nil
}
