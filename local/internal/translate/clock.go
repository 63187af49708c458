package translate

import (
	"math"
	"strconv"
	"strings"
	"time"
)

const timestampLayout = "2006-01-02 15:04:05.000000000"

func formatTimestamp(ns int64) string { return time.Unix(0, ns).UTC().Format(timestampLayout) }

// earliest is the first instant of the service's range, and the first whole second that DuckDB reads.
const earliest = -9223372036e9

// latest is the last instant that DuckDB holds; it takes the end of int64 for infinity.
const latest = math.MaxInt64 - 1

// timestampText writes a TIMESTAMP_NS; what lies outside of the range moves to its end.
func timestampText(ns int64) string {
	ns = max(min(ns, latest), earliest)
	return "TIMESTAMP_NS '" + formatTimestamp(ns) + "'"
}

// parseTimestamp reads 2022-06-17[ 10:15[:20[.123456789]]] as nanoseconds since 1970. A T may stand for the space and a Z may
// follow the time.
func parseTimestamp(s string) (int64, bool) {
	s = strings.TrimSpace(s)
	day, clock, hasClock := cutAny(s, " T")
	sign := ""
	if strings.HasPrefix(day, "-") || strings.HasPrefix(day, "+") {
		return 0, false
	}
	fields := strings.Split(sign+day, "-")
	if len(fields) != 3 || len(fields[0]) != 4 {
		return 0, false
	}
	var n [3]int
	for i, f := range fields {
		v, err := strconv.Atoi(f)
		if err != nil || i > 0 && len(f) > 2 {
			return 0, false
		}
		n[i] = v
	}
	t := time.Date(n[0], time.Month(n[1]), n[2], 0, 0, 0, 0, time.UTC)
	if t.Year() != n[0] || int(t.Month()) != n[1] || t.Day() != n[2] {
		return 0, false
	}
	var ns int64
	if hasClock {
		var ok bool
		if ns, ok = parseTime(strings.TrimSuffix(strings.TrimSpace(clock), "Z")); !ok {
			return 0, false
		}
	}
	return addSeconds(t.Unix()+ns/1e9, ns%1e9)
}

// addSeconds joins seconds and nanoseconds unless the sum leaves int64.
func addSeconds(sec, ns int64) (int64, bool) {
	const limit = math.MaxInt64 / int64(1e9)
	if sec > limit || sec < -limit-1 {
		return 0, false
	}
	if sec < 0 {
		sec, ns = sec+1, ns-1e9
	}
	n := sec * 1e9
	if ns > 0 && n > math.MaxInt64-ns || ns < 0 && n < math.MinInt64-ns {
		return 0, false
	}
	return n + ns, true
}

func cutAny(s, chars string) (string, string, bool) {
	if i := strings.IndexAny(s, chars); i >= 0 {
		return s[:i], s[i+1:], true
	}
	return s, "", false
}

// parseTime reads 10:15[:20[.123456789]] as nanoseconds of the day. A point needs digits after it.
func parseTime(s string) (int64, bool) {
	parts := strings.Split(s, ":")
	if len(parts) < 2 || len(parts) > 3 {
		return 0, false
	}
	limits := []int64{24 * 3600e9, 3600e9, 60e9}
	units := []int64{3600e9, 60e9, 1e9}
	var ns int64
	for i, p := range parts {
		whole, frac, point := strings.Cut(p, ".")
		if whole == "" || len(whole) > 2 || p[0] == '-' || p[0] == '+' || point && (i != 2 || frac == "") {
			return 0, false
		}
		v, ok := scaled(p, units[i])
		if !ok || v >= limits[i] {
			return 0, false
		}
		ns += v
	}
	return ns, true
}

// parseZoned reads a timestamp with a zone: 2022-06-17 10:15:20 UTC, +05:00, Europe/Vienna.
func parseZoned(s string) (int64, bool) {
	s = strings.TrimSpace(s)
	i := strings.LastIndexByte(s, ' ')
	if i < 0 {
		return 0, false
	}
	local, ok := parseTimestamp(s[:i])
	if !ok {
		return 0, false
	}
	loc, ok := parseZone(s[i+1:])
	if !ok {
		return 0, false
	}
	w := time.Unix(0, local).UTC()
	t := time.Date(w.Year(), w.Month(), w.Day(), w.Hour(), w.Minute(), w.Second(), w.Nanosecond(), loc)
	return t.UnixNano(), true
}

func parseZone(s string) (*time.Location, bool) {
	if len(s) == 6 && (s[0] == '+' || s[0] == '-') && s[3] == ':' {
		h, err1 := strconv.Atoi(s[1:3])
		m, err2 := strconv.Atoi(s[4:])
		if err1 != nil || err2 != nil || h > 14 || m > 59 {
			return nil, false
		}
		offset := (h*60 + m) * 60
		if s[0] == '-' {
			offset = -offset
		}
		return time.FixedZone(s, offset), true
	}
	if s == "" || s[0] >= '0' && s[0] <= '9' {
		return nil, false
	}
	loc, err := time.LoadLocation(s)
	return loc, err == nil && s != "Local"
}
