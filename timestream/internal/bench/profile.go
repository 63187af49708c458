package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime/pprof"
	"time"

	"athena-timestream/federation/client"
	"athena-timestream/timestream/internal/bench/sample"
)

// profile reads the table some times, with the profilers on, after a first time without.
func (l *lab) profile(ctx context.Context, dir string) error {
	t := l.million()
	if err := l.warm(ctx, t); err != nil {
		return err
	}
	h, err := l.handler(1)
	if err != nil {
		return err
	}
	if _, err := l.readTable(ctx, h, t); err != nil {
		return err
	}
	cpu, err := os.Create(filepath.Join(dir, "cpu.pprof"))
	if err != nil {
		return err
	}
	defer cpu.Close()
	if err := pprof.StartCPUProfile(cpu); err != nil {
		return err
	}
	for range 20 {
		took, err := l.readUnchecked(ctx, h, t)
		if err != nil {
			return err
		}
		fmt.Println(ms(took.wall), "CPU", ms(took.cpu))
	}
	pprof.StopCPUProfile()
	allocations, err := os.Create(filepath.Join(dir, "allocs.pprof"))
	if err != nil {
		return err
	}
	defer allocations.Close()
	return pprof.Lookup("allocs").WriteTo(allocations, 0)
}

// readUnchecked is readTable without reading back what was spilled, which is not to be profiled.
func (l *lab) readUnchecked(ctx context.Context, i client.Invoker, t sample.Table) (cost, error) {
	defer l.forget(ctx) //nolint:errcheck // a server that is gone fails the next call
	c, err := l.converse(ctx, i, t, time.Time{}, time.Time{})
	if err != nil {
		return cost{}, err
	}
	_, took, err := invoke(ctx, []request{{i, c.requests[0]}})
	return took, err
}
