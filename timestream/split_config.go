package timestream

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// SplitConfig says into how many splits a read may be cut, and where. Every split is a query of its own, which Timestream
// runs and charges beside the others. The zero SplitConfig makes one split of every read.
type SplitConfig struct {
	// Most is the largest number of splits of a read; 0 and 1 cut nothing.
	Most int
	// Least is the least time that a split is worth: a read of less than twice as much is not cut.
	Least time.Duration
	// LookBack is how far tables go back, as far as anybody cares; 0: unknown. It says where a query begins that has no
	// lower bound on time, for cutting and, if Unbounded is LookBackUnbounded, for reading.
	LookBack time.Duration
	// Unbounded says what becomes of a query of a table that has no lower bound on time.
	Unbounded Unbounded
	// Count has Timestream count rows before a read is cut, so that splits hold as many rows each.
	Count bool
}

// Unbounded is what becomes of a query that would read all that a table holds.
type Unbounded string

// The ways with a query without a lower bound on time.
const (
	AllowUnbounded    Unbounded = "allow"     // it is read; the zero Unbounded is this, too
	RefuseUnbounded   Unbounded = "refuse"    // it is an error that says what to write
	LookBackUnbounded Unbounded = "look_back" // it gets a bound, SplitConfig.LookBack ago
)

// DefaultSplits cuts a day into four. Timestream answers a query's rows page by page, so four queries at once read a day in a
// quarter of the time; up to half a day, what a query has to gain is less than what three more may cost.
func DefaultSplits() SplitConfig {
	return SplitConfig{Most: 4, Least: 6 * time.Hour, Unbounded: AllowUnbounded}
}

// mostSplits keeps the answer of GetSplits far below what Lambda returns.
const mostSplits = 1000

// Names of settings that faults name, too.
const (
	maxSplits        = "max_splits"
	minSplitHours    = "min_split_hours"
	lookBackHours    = "look_back_hours"
	unboundedQueries = "unbounded_queries"
	splitByCount     = "split_by_count"
)

// splitSettings are the variables of a SplitConfig.
var splitSettings = []struct {
	name string
	set  func(c *SplitConfig, value string) error
}{
	{maxSplits, func(c *SplitConfig, v string) (err error) { c.Most, err = parseSplits(v); return err }},
	{minSplitHours, func(c *SplitConfig, v string) (err error) { c.Least, err = parseHours(v); return err }},
	{lookBackHours, func(c *SplitConfig, v string) (err error) { c.LookBack, err = parseHours(v); return err }},
	{unboundedQueries, func(c *SplitConfig, v string) (err error) { c.Unbounded, err = parseUnbounded(v); return err }},
	{splitByCount, func(c *SplitConfig, v string) (err error) { c.Count, err = parseBool(v); return err }},
}

// splitConfigFromEnv reads the settings over the defaults and reports all faults, each with its variable's name.
func splitConfigFromEnv(getenv func(string) string) (SplitConfig, error) {
	c := DefaultSplits()
	var faults []error
	for _, s := range splitSettings {
		if value := getenv(s.name); value != "" {
			if err := s.set(&c, value); err != nil {
				faults = append(faults, fmt.Errorf("%s: %w", s.name, err))
			}
		}
	}
	if c.Unbounded == LookBackUnbounded && getenv(lookBackHours) == "" {
		faults = append(faults, fmt.Errorf("%s: %s says how far to look back, and is not set", unboundedQueries, lookBackHours))
	}
	return c, errors.Join(faults...)
}

func parseSplits(v string) (int, error) {
	n, err := strconv.Atoi(strings.TrimSpace(v))
	if err != nil || n < 1 || n > mostSplits {
		return 0, fmt.Errorf("%q is not a number from 1 to %d", v, mostSplits)
	}
	return n, nil
}

// parseHours reads hours, perhaps with a fraction, up to all the time that Timestream can hold.
func parseHours(v string) (time.Duration, error) {
	const most = 100 * 365 * 24
	h, err := strconv.ParseFloat(strings.TrimSpace(v), 64)
	if err != nil || !(h > 0 && h <= most) {
		return 0, fmt.Errorf("%q is not a number of hours above 0, and up to %d", v, most)
	}
	return time.Duration(h * float64(time.Hour)), nil
}

func parseUnbounded(v string) (Unbounded, error) {
	switch u := Unbounded(strings.ToLower(strings.TrimSpace(v))); u {
	case AllowUnbounded, RefuseUnbounded, LookBackUnbounded:
		return u, nil
	default:
		return "", fmt.Errorf("%q is none of %s, %s and %s", v, AllowUnbounded, RefuseUnbounded, LookBackUnbounded)
	}
}
