package translate

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// reading is a text while a pattern takes fields from it.
type reading struct {
	whole, rest string
	fields      map[byte]int // 'M' the month, 'p' 1 for PM, 'S' nanoseconds, …
	zone        *time.Location
}

// parse reads a time as nanoseconds since 1970. What the pattern does not mention is that of 1970-01-01 00:00:00 UTC.
func (p timePattern) parse(text string) (int64, error) {
	r := &reading{whole: text, rest: text, fields: map[byte]int{}, zone: time.UTC}
	for _, part := range p {
		if !r.take(part) {
			return 0, r.malformed()
		}
	}
	if r.rest != "" {
		return 0, r.malformed()
	}
	t, err := r.time()
	if err != nil {
		return 0, fmt.Errorf(`%s "%s": %w`, cannotParse, text, err)
	}
	ns, ok := addSeconds(t.Unix(), int64(t.Nanosecond()))
	if !ok {
		return 0, fmt.Errorf(`%s "%s": Timestamp is out of range`, cannotParse, text)
	}
	return ns, nil
}

func (r *reading) malformed() error {
	if r.rest == "" {
		return fmt.Errorf(`%s: "%s" is too short`, invalidFormat, r.whole)
	}
	if r.rest == r.whole {
		return fmt.Errorf(`%s: "%s"`, invalidFormat, r.whole)
	}
	return fmt.Errorf(`%s: "%s" is malformed at "%s"`, invalidFormat, r.whole, r.rest)
}

// prefix takes text off the front, whatever its case.
func (r *reading) prefix(text string) bool {
	if len(r.rest) < len(text) || !strings.EqualFold(r.rest[:len(text)], text) {
		return false
	}
	r.rest = r.rest[len(text):]
	return true
}

func (r *reading) take(f timePart) bool {
	switch {
	case f.field == 0:
		return r.prefix(f.text)
	case f.field == 'M' && f.width > 2:
		return r.name('M', 12, func(i int) string { return time.Month(i).String() })
	case f.numeric():
		return r.digits(f)
	}
	switch f.field {
	case 'E':
		return r.name('e', 7, func(i int) string { return time.Weekday(i % 7).String() })
	case 'a':
		return r.name('p', 2, func(i int) string { return []string{"", "AM", "PM"}[i] })
	case 'G':
		return r.prefix("AD")
	case 'Z':
		return r.offset()
	}
	return r.zoneName()
}

// name takes one of the names, or its first three letters.
func (r *reading) name(field byte, n int, names func(i int) string) bool {
	for _, short := range []bool{false, true} {
		for i := 1; i <= n; i++ {
			name := names(i)
			if short && len(name) > 3 {
				name = name[:3]
			}
			if r.prefix(name) {
				r.fields[field] = i
				return true
			}
		}
	}
	return false
}

func (r *reading) digits(f timePart) bool {
	n := 0
	for n < len(r.rest) && n < f.most && r.rest[n] >= '0' && r.rest[n] <= '9' {
		n++
	}
	text := r.rest[:n]
	r.rest = r.rest[n:]
	if f.field == 'S' {
		text = (text + "000000000")[:9]
	}
	v, err := strconv.Atoi(text)
	if err != nil || n == 0 {
		return false
	}
	if (f.field == 'y' || f.field == 'x') && f.width == 2 && n == 2 {
		v += 1900
		if v < 1970 {
			v += 100
		}
	}
	r.fields[f.field] = v
	return true
}

// offset takes Z, +01:00, +0100 or +01.
func (r *reading) offset() bool {
	if r.prefix("Z") {
		return true
	}
	for _, n := range []int{6, 5, 3} {
		if len(r.rest) < n {
			continue
		}
		digits := strings.Replace(r.rest[1:n], ":", "", 1)
		if _, err := strconv.ParseUint(digits, 10, 32); err != nil || len(digits)%2 != 0 {
			continue
		}
		zone, ok := parseZone(r.rest[:1] + (digits + "00")[:2] + ":" + (digits + "00")[2:4])
		if ok {
			r.rest, r.zone = r.rest[n:], zone
		}
		return ok
	}
	return r.zoneName()
}

// zoneHours are the short names of zones that Joda reads, in hours east of UTC.
var zoneHours = map[string]int{
	"UTC": 0, "UT": 0, "GMT": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
}

// zoneName takes a short name, or one of the time zone database: Europe/Vienna.
func (r *reading) zoneName() bool {
	n := len(r.rest) - len(strings.TrimLeft(r.rest, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_/+-0123456789"))
	name := r.rest[:n]
	zone, ok := parseZone(name)
	if hours, short := zoneHours[strings.ToUpper(name)]; short {
		zone, ok = time.FixedZone(name, hours*3600), true
	}
	if ok {
		r.rest, r.zone = r.rest[n:], zone
	}
	return ok
}

// fieldLimits are checked after parsing, with Joda's names for the message.
var fieldLimits = map[byte]struct {
	name     string
	low, top int
}{
	'M': {"monthOfYear", 1, 12}, 'd': {"dayOfMonth", 1, 31}, 'D': {"dayOfYear", 1, 366}, 'w': {"weekOfWeekyear", 1, 53},
	'e': {"dayOfWeek", 1, 7}, 'H': {"hourOfDay", 0, 23}, 'k': {"clockhourOfDay", 1, 24}, 'K': {"hourOfHalfday", 0, 11},
	'h': {"clockhourOfHalfday", 1, 12}, 'm': {"minuteOfHour", 0, 59}, 's': {"secondOfMinute", 0, 59},
}

// outOfRange is worded as Joda does.
func outOfRange(v int, field string, low, top int) error {
	return fmt.Errorf("%s %d for %s must be in the range [%d,%d]", "Value", v, field, low, top)
}

func (r *reading) time() (time.Time, error) {
	for f, v := range r.fields {
		if l, ok := fieldLimits[f]; ok && (v < l.low || v > l.top) {
			return time.Time{}, outOfRange(v, l.name, l.low, l.top)
		}
	}
	day, err := r.day()
	if err != nil {
		return day, err
	}
	hour := r.get('H', r.get('k', 0)%24)
	if h, ok := r.fields['h']; ok {
		hour = h % 12
	}
	hour = r.get('K', hour)
	if r.fields['p'] == 2 && hour < 12 {
		hour += 12
	}
	return time.Date(day.Year(), day.Month(), day.Day(), hour, r.fields['m'], r.fields['s'], r.fields['S'], r.zone), nil
}

func (r *reading) get(field byte, absent int) int {
	if v, ok := r.fields[field]; ok {
		return v
	}
	return absent
}

// day finds the date by week, by day of the year, or by month and day.
func (r *reading) day() (time.Time, error) {
	year := 1970
	if century, ok := r.fields['C']; ok {
		year = century * 100
	}
	year = r.get('y', year)
	if _, ok := r.fields['w']; ok || r.fields['x'] > 0 {
		return isoWeekDay(r.get('x', year), r.get('w', 1), r.get('e', 1)), nil
	}
	if n, ok := r.fields['D']; ok {
		return time.Date(year, 1, n, 0, 0, 0, 0, time.UTC), nil
	}
	t := time.Date(year, time.Month(r.get('M', 1)), r.get('d', 1), 0, 0, 0, 0, time.UTC)
	if t.Day() != r.get('d', 1) {
		last := t.AddDate(0, 0, -t.Day()).Day()
		return t, outOfRange(r.fields['d'], fieldLimits['d'].name, 1, last)
	}
	return t, nil
}

// isoWeekDay is a date by ISO week; the 4th of January is always in the first.
func isoWeekDay(year, week, day int) time.Time {
	fourth := time.Date(year, 1, 4, 0, 0, 0, 0, time.UTC)
	monday := fourth.AddDate(0, 0, -(int(fourth.Weekday())+6)%7)
	return monday.AddDate(0, 0, (week-1)*7+day-1)
}
