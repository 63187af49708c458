package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"athena-timestream/timestream/internal/bench/sample"
)

// curves are the drawings of what a read costs, by the names of their files.
var curves = []struct {
	file string
	draw func(*lab, context.Context) (chart, error)
}{
	{"rows.svg", (*lab).overRows},
	{"columns.svg", (*lab).overColumns},
	{"splits.svg", (*lab).overSplits},
	{"latency.svg", (*lab).overLatency},
}

// plot measures all curves and draws them into a directory.
func (l *lab) plot(ctx context.Context, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, c := range curves {
		fmt.Fprintln(os.Stderr, "…", c.file)
		drawing, err := c.draw(l, ctx)
		if err != nil {
			return fmt.Errorf("%s: %w", c.file, err)
		}
		if err := os.WriteFile(filepath.Join(dir, c.file), []byte(drawing.svg()), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// times is how often a point without latency is measured; the least counts.
const times = 4

// costs are the connector's for a table, warm, and those of reading the bodies alone.
func (l *lab) costs(ctx context.Context, t sample.Table) (ours, alone cost, err error) {
	if err := l.warm(ctx, t); err != nil {
		return ours, alone, err
	}
	h, err := l.handler(1)
	if err != nil {
		return ours, alone, err
	}
	for n := range times {
		c, err := l.readTable(ctx, h, t)
		if err != nil {
			return ours, alone, err
		}
		if n > 0 { // the first opens connections
			ours.best(c)
		}
		if c, err = l.alone(ctx, t); err != nil {
			return ours, alone, err
		}
		alone.best(c)
	}
	return ours, alone, nil
}

// overTables measures tables one after the other; x is where each has its points.
func (l *lab) overTables(ctx context.Context, tables []sample.Table, x func(sample.Table) float64) ([]line, error) {
	lines := []line{{name: "ReadRecords"}, {name: "its CPU"}, {name: "bodies alone"}}
	for _, t := range tables {
		ours, alone, err := l.costs(ctx, t)
		if err != nil {
			return nil, err
		}
		for i, took := range []time.Duration{ours.wall, ours.cpu, alone.wall} {
			lines[i].points = append(lines[i].points, point{x(t), took.Seconds()})
		}
	}
	return lines, nil
}

func (l *lab) overRows(ctx context.Context) (chart, error) {
	var tables []sample.Table
	for _, rows := range []int{1_000, 100_000, 250_000, 500_000, 750_000, 1_000_000} {
		tables = append(tables, sample.Table{Rows: rows, Columns: 6})
	}
	lines, err := l.overTables(ctx, tables, func(t sample.Table) float64 { return float64(t.Rows) / 1e6 })
	return chart{"Six columns, one split", "million rows", "seconds", lines}, err
}

func (l *lab) overColumns(ctx context.Context) (chart, error) {
	var tables []sample.Table
	for _, columns := range []int{6, 12, 24, 48} {
		tables = append(tables, sample.Table{Rows: 200_000, Columns: columns})
	}
	lines, err := l.overTables(ctx, tables, func(t sample.Table) float64 { return float64(t.Columns) })
	return chart{"200,000 rows, one split", "columns", "seconds", lines}, err
}

func (l *lab) overSplits(ctx context.Context) (chart, error) {
	t := sample.Table{Rows: 300_000, Columns: 6, Latency: pageLatency}
	read, ideal := line{name: "ReadRecords"}, line{name: "waiting alone"}
	for _, splits := range []int{1, 2, 3, 4, 6, 8, 12, 16} {
		took, err := l.waited(ctx, t, splits)
		if err != nil {
			return chart{}, err
		}
		read.points = append(read.points, point{float64(splits), took.wall.Seconds()})
		ideal.points = append(ideal.points, point{float64(splits), (float64(t.Pages(t.Rows)) * pageLatency.Seconds()) / float64(splits)})
	}
	return chart{"300,000 rows, six columns, 20 ms a page", "splits, each in an instance of its own", "seconds", []line{read, ideal}}, nil
}

func (l *lab) overLatency(ctx context.Context) (chart, error) {
	one, eight, bound := line{name: "one split"}, line{name: "eight splits"}, line{name: "pages × latency"}
	for _, millis := range []int{0, 5, 10, 20, 40} {
		t := sample.Table{Rows: 150_000, Columns: 6, Latency: time.Duration(millis) * time.Millisecond}
		for splits, curve := range map[int]*line{1: &one, 8: &eight} {
			took, err := l.waited(ctx, t, splits)
			if err != nil {
				return chart{}, err
			}
			curve.points = append(curve.points, point{float64(millis), took.wall.Seconds()})
		}
		bound.points = append(bound.points, point{float64(millis), float64(t.Pages(t.Rows)) * t.Latency.Seconds()})
	}
	return chart{"150,000 rows, six columns", "latency of a page, ms", "seconds", []line{one, eight, bound}}, nil
}
