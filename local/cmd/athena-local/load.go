package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"athena-timestream/local/internal/csvload"
	"athena-timestream/local/internal/stack"
)

type loadCommand struct {
	storage
	File        string   `arg:"" help:"CSV file; its first line names the columns." type:"existingfile"`
	Database    string   `required:"" help:"Database, made if it is missing."`
	Table       string   `required:"" help:"Table, made if it is missing."`
	Time        string   `required:"" help:"Column of the records' time." placeholder:"COL"`
	TimeUnit    string   `help:"What the time column counts since 1970: ${enum}." enum:"s,ms,us,ns,iso" default:"ms"`
	Dimensions  []string `required:"" help:"Columns that say what a record is of, as in a,b." placeholder:"COL,…"`
	MeasureName string   `help:"Column that holds measure_name (default: the table's name everywhere)." placeholder:"COL"`
	OnError     string   `help:"What a bad line does: ${enum}." enum:"stop,skip" default:"stop"`
}

// Help is printed by "load --help".
func (*loadCommand) Help() string {
	return `All columns without another role become measures; their types (bigint, double, boolean, varchar) are what all their values are.

Example:
  athena-local load readings.csv --database sensors --table events --time time --time-unit ms --dimensions gpio`
}

// Run is called by the command line's parser.
func (c *loadCommand) Run(ctx context.Context, s streams) error {
	st, err := stack.Open(ctx, stack.Options{Dir: c.dir()})
	if err != nil {
		return err
	}
	err = c.load(ctx, s, st)
	return errors.Join(err, st.Close())
}

func (c *loadCommand) load(ctx context.Context, s streams, st *stack.Stack) error {
	bar := newBar(s.stderr, "loading", true)
	start := time.Now()
	result, err := csvload.Load(ctx, st.Write, csvload.Options{
		Path: c.File, Database: c.Database, Table: c.Table, Time: c.Time, Unit: csvload.Unit(c.TimeUnit),
		Dimensions: c.Dimensions, MeasureName: c.MeasureName, SkipBad: c.OnError == "skip",
		OnBad:      func(b *csvload.BadLine) { bar.print(fmt.Sprintf("%s: %v", c.File, b)) },
		OnProgress: func(_, read, size int64) { bar.set(read, size) },
	})
	bar.stop()
	if result == nil {
		return err
	}
	c.report(s, result, time.Since(start))
	var bad *csvload.BadLine
	if errors.As(err, &bad) {
		return fmt.Errorf("stopped at line %d of %s: mend it, or leave bad lines out with --on-error skip", bad.Line, c.File)
	}
	return err
}

func (c *loadCommand) report(s streams, r *csvload.Result, took time.Duration) {
	made := ""
	if r.Created {
		made = " (new)"
	}
	for _, column := range r.Columns {
		fmt.Fprintf(s.stdout, "%-20s %s\n", column.Name, column.Role)
	}
	fmt.Fprintf(s.stdout, "%s written to %s.%s%s, %s, %s\n",
		count(r.Records, "record"), c.Database, c.Table, made, count(r.Bad, "bad line"), took.Round(time.Millisecond))
}
