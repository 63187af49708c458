package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"athena-timestream/timestream/internal/bench/sample"
	"athena-timestream/timestream/internal/bench/standin"
)

// function starts the compiled connector, with the stand-in as its AWS.
func (l *lab) function() (*standin.Function, error) {
	path := filepath.Join(l.dist, runtime.GOARCH, "bootstrap")
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("the compiled function: %w; `make package` makes it", err)
	}
	return standin.Start(path, []string{
		"AWS_REGION=eu-west-1", "AWS_ACCESS_KEY_ID=id", "AWS_SECRET_ACCESS_KEY=secret", "AWS_ENDPOINT_URL=" + l.url,
		"AWS_EC2_METADATA_DISABLED=true", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=1024", "spill_bucket=" + bucket,
	})
}

// peaks are the function's, in bytes.
type peaks struct{ one, ten float64 }

func (l *lab) peakMemory(ctx context.Context) (*peaks, error) {
	if l.peaks != nil {
		return l.peaks, nil
	}
	t := l.million()
	t.Rows = 1_000_000
	p := &peaks{}
	var err error
	if p.one, err = l.peakOf(ctx, t); err != nil {
		return nil, err
	}
	t.Rows = pick(l, 10_000_000, 2_000_000)
	if p.ten, err = l.peakOf(ctx, t); err != nil {
		return nil, err
	}
	l.peaks = p
	return p, nil
}

// peakOf is the largest resident set of a process that has read a table.
func (l *lab) peakOf(ctx context.Context, t sample.Table) (float64, error) {
	if err := l.warm(ctx, t); err != nil {
		return 0, err
	}
	f, err := l.function()
	if err != nil {
		return 0, err
	}
	defer f.Stop()
	if _, err := l.readTable(ctx, f, t); err != nil {
		return 0, err
	}
	return peakRSS(f.Pid())
}

// peakRSS reads VmHWM, which Linux keeps for each process.
func peakRSS(pid int) (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(text), "VmHWM:")
	var kB float64
	if _, err := fmt.Sscanf(rest, "%f kB", &kB); err != nil {
		return 0, errors.New("the system does not tell a process's largest resident set")
	}
	return kB * 1024, nil
}

const megabyte = 1e6

func (l *lab) peakOne(ctx context.Context) (float64, string, error) {
	p, err := l.peakMemory(ctx)
	if err != nil {
		return 0, "", err
	}
	return p.one / megabyte, "VmHWM", nil
}

func (l *lab) peakTen(ctx context.Context) (float64, string, error) {
	p, err := l.peakMemory(ctx)
	if err != nil {
		return 0, "", err
	}
	return p.ten / megabyte, pick(l, "VmHWM", "VmHWM for 2,000,000"), nil
}

func (l *lab) peaksEqual(ctx context.Context) (float64, string, error) {
	p, err := l.peakMemory(ctx)
	if err != nil {
		return 0, "", err
	}
	return max(p.one, p.ten) / min(p.one, p.ten), "", nil
}

// start is the median of several starts, each up to the end of a conversation about a small table.
func (l *lab) start(ctx context.Context) (float64, string, error) {
	t := sample.Table{Rows: 100, Columns: 6}
	if err := l.warm(ctx, t); err != nil {
		return 0, "", err
	}
	var all, inits []time.Duration
	for range pick(l, 15, 5) {
		took, init, err := l.startOnce(ctx, t)
		if err != nil {
			return 0, "", err
		}
		all, inits = append(all, took), append(inits, init)
	}
	slices.Sort(all)
	slices.Sort(inits)
	how := fmt.Sprintf("median of %d, from %s to %s; %s until it asks for work", len(all), ms(all[0]), ms(all[len(all)-1]), ms(inits[len(inits)/2]))
	return all[len(all)/2].Seconds() * 1000, how, nil
}

func (l *lab) startOnce(ctx context.Context, t sample.Table) (took, init time.Duration, err error) {
	begin := time.Now()
	f, err := l.function()
	if err != nil {
		return 0, 0, err
	}
	defer f.Stop()
	_, err = l.readTable(ctx, f, t)
	return time.Since(begin), f.Init(), err
}

func (l *lab) zip(context.Context) (float64, string, error) {
	path := filepath.Join(l.dist, "athena-timestream-arm64.zip")
	info, err := os.Stat(path)
	if err != nil {
		return 0, "", fmt.Errorf("the package: %w; `make package` makes it", err)
	}
	return float64(info.Size()) / megabyte, "", nil
}
