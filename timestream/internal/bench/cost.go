package main

import (
	"fmt"
	"net/http"
	"os"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// cost is what something took: time that passed, and time that was computed. The CPU time of both sides counts, because on
// a loopback the kernel does most of a receiver's work in the name of the sender.
type cost struct {
	wall time.Duration
	cpu  time.Duration // of this process and the stand-in
	here time.Duration // of this process
}

// spend measures f.
func (l *lab) spend(f func() error) (cost, error) {
	runtime.GC() // what was before is not f's to clean up
	there, err := l.computedThere()
	if err != nil {
		return cost{}, err
	}
	here, start := computed(), time.Now()
	if err := f(); err != nil {
		return cost{}, err
	}
	c := cost{wall: time.Since(start), here: computed() - here}
	after, err := l.computedThere()
	c.cpu = c.here + after - there
	return c, err
}

// computedThere is the CPU time of the stand-in so far.
func (l *lab) computedThere() (time.Duration, error) {
	resp, err := http.Get(l.url + cpuPath)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	var ns int64
	_, err = fmt.Fscan(resp.Body, &ns)
	return time.Duration(ns), err
}

// computed is the CPU time of this process so far.
func computed() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err) // RUSAGE_SELF cannot fail
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// best keeps the least of each: what disturbs a measurement only ever adds to it.
func (c *cost) best(other cost) {
	c.wall, c.cpu, c.here = least(c.wall, other.wall), least(c.cpu, other.cpu), least(c.here, other.here)
}

func least(a, b time.Duration) time.Duration {
	if a == 0 {
		return b
	}
	return min(a, b)
}

func ratio(a, b time.Duration) float64 { return float64(a) / float64(b) }

// ms writes a duration for people.
func ms(d time.Duration) string {
	switch v := d.Seconds() * 1000; {
	case v < 10:
		return fmt.Sprintf("%.2f ms", v)
	case v < 1000:
		return fmt.Sprintf("%.0f ms", v)
	default:
		return fmt.Sprintf("%.2f s", v/1000)
	}
}

// machine names what everything ran on.
func machine() string {
	model := "unknown CPU"
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(text)) {
			if key, value, _ := strings.Cut(line, ":"); strings.TrimSpace(key) == "model name" {
				model = strings.TrimSpace(value)
				break
			}
		}
	}
	return fmt.Sprintf("Machine: %s, %d cores, %s, %s/%s.", model, runtime.NumCPU(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
