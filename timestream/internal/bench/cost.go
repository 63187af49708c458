package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// cost is what something took: time that passed, and time that this process's threads computed.
type cost struct{ wall, cpu time.Duration }

// spend measures f.
func spend(f func() error) (cost, error) {
	runtime.GC() // what was before is not f's to clean up
	cpu, start := computed(), time.Now()
	err := f()
	return cost{time.Since(start), computed() - cpu}, err
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
	c.wall, c.cpu = least(c.wall, other.wall), least(c.cpu, other.cpu)
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
