package csvload

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite/types"
)

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
	// OnBad is told of every bad line, in the order of the file.
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
// what was written stays written, and Result counts it: all lines before the bad one and, when it was the service that
// rejected it, also those behind it that were on their way. A file that names a point twice is written in its order.
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
	l := &loader{
		client: client, o: o, plan: p, source: s, size: info.Size(), result: Result{Columns: p.columns(s.header)},
		batch: newBatch(), points: map[uint64]bool{},
	}
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

	batch  *batch          // being filled
	flying []*batch        // on their way, in the order of the file
	points map[uint64]bool // of the batches on their way

	stopped bool // by a bad line: those behind it are not reported
}

// run reads the file. Batches that are on their way are waited for also when reading has failed.
func (l *loader) run(ctx context.Context) error {
	err := l.read(ctx)
	for len(l.flying) > 0 {
		if settled := l.drain(); err == nil {
			err = settled
		}
	}
	return err
}

func (l *loader) read(ctx context.Context) error {
	for {
		fields, line, err := l.source.next()
		if errors.Is(err, io.EOF) {
			return l.send(ctx)
		}
		var record types.Record
		var point uint64
		if err == nil {
			record, point, err = l.plan.record(fields, line)
		}
		var bad *BadLine
		switch {
		case err == nil:
			err = l.add(ctx, record, point, line)
		case errors.As(err, &bad):
			err = l.leaveOut(ctx, bad)
		default:
			return errors.Join(err, l.send(ctx))
		}
		if err != nil {
			return err
		}
	}
}

// leaveOut notes a bad line in its place between the others.
func (l *loader) leaveOut(ctx context.Context, bad *BadLine) error {
	l.batch.bad = append(l.batch.bad, bad)
	if l.o.SkipBad && len(l.batch.bad) < batchSize {
		return nil
	}
	if err := l.send(ctx); err != nil || l.o.SkipBad {
		return err
	}
	return l.drain()
}

// drain waits for all that is on its way.
func (l *loader) drain() error {
	for len(l.flying) > 0 {
		if err := l.settle(); err != nil {
			return err
		}
	}
	return nil
}

func (l *loader) add(ctx context.Context, record types.Record, point uint64, line int) error {
	if l.points[point] { // of two records of one point the file's first is to come first
		if err := l.drain(); err != nil {
			return err
		}
	}
	b := l.batch
	b.records, b.points, b.lines = append(b.records, record), append(b.points, point), append(b.lines, line)
	if len(b.records) == batchSize {
		return l.send(ctx)
	}
	return nil
}

// send starts the batch on its way.
func (l *loader) send(ctx context.Context) error {
	if len(l.flying) == maxFlying {
		if err := l.settle(); err != nil {
			return err
		}
	}
	b := l.batch
	b.read = l.source.read.n
	l.batch = newBatch()
	l.flying = append(l.flying, b)
	for _, p := range b.points {
		l.points[p] = true
	}
	go b.write(ctx, l.client, l.o)
	return nil
}

// settle waits for the oldest batch, counts it and reports its bad lines.
func (l *loader) settle() error {
	b := l.flying[0]
	l.flying = l.flying[1:]
	<-b.done
	for _, p := range b.points {
		delete(l.points, p)
	}
	if b.err != nil {
		return b.err
	}
	l.result.Records += int64(b.written)
	if l.stopped {
		return nil
	}
	for _, bad := range b.bad {
		l.result.Bad++
		if l.o.OnBad != nil {
			l.o.OnBad(bad)
		}
		if !l.o.SkipBad {
			l.stopped = true
			return bad
		}
	}
	if l.o.OnProgress != nil {
		l.o.OnProgress(l.result.Records, b.read, l.size)
	}
	return nil
}
