package translate

import (
	"regexp"
	"strconv"
	"time"
)

// isoDateForms are 2022-06-17, 2022-W24[-5] and 2022-168, with or without hyphens before a W.
var isoDateForms = regexp.MustCompile(`^(\d{4})(?:-(\d{2})(?:-(\d{2}))?|-?W(\d{2})(?:-?(\d))?|-(\d{3}))?$`)

// isoDate reads a date of ISO 8601 as days since 1970.
func isoDate(args []any) (any, error) {
	t, err := parseISODate(args[0].(string))
	if err != nil {
		return nil, err
	}
	return t.Unix() / (24 * 3600), nil
}

func parseISODate(text string) (time.Time, error) {
	m := isoDateForms.FindStringSubmatch(text)
	if m == nil {
		return time.Time{}, refuse(`%s: "%s"`, invalidFormat, text)
	}
	number := func(i, absent int) int {
		n, err := strconv.Atoi(m[i])
		if err != nil {
			return absent
		}
		return n
	}
	var t time.Time
	var valid bool
	switch year := number(1, 0); {
	case m[4] != "":
		t = isoWeekDay(year, number(4, 1), number(5, 1))
		y, week := t.ISOWeek()
		valid = y == year && week == number(4, 1) && number(5, 1) >= 1 && number(5, 1) <= 7
	case m[6] != "":
		t = time.Date(year, 1, number(6, 1), 0, 0, 0, 0, time.UTC)
		valid = t.Year() == year
	default:
		t = time.Date(year, time.Month(number(2, 1)), number(3, 1), 0, 0, 0, 0, time.UTC)
		valid = int(t.Month()) == number(2, 1) && t.Day() == number(3, 1)
	}
	if !valid {
		return t, refuse(`%s "%s": the date does not exist`, cannotParse, text)
	}
	return t, nil
}

// isoTimeForm is 08[:04[:05[.123456789]]] and an optional zone: Z, +05:00, +0500 or +05.
var isoTimeForm = regexp.MustCompile(`^(\d{2})(?::(\d{2})(?::(\d{2})(?:[.,](\d+))?)?)?(Z|[+-]\d{2}(?::?\d{2})?)?$`)

// isoTimestamp reads a date, with or without a time after a T, as nanoseconds since 1970. Without a zone the time is of UTC.
func isoTimestamp(args []any) (any, error) {
	text := args[0].(string)
	day, clock, hasClock := cutAny(text, "T ")
	t, err := parseISODate(day)
	if err != nil {
		return nil, err
	}
	if hasClock {
		m := isoTimeForm.FindStringSubmatch(clock)
		if m == nil {
			return nil, refuse(`%s: "%s"`, invalidFormat, text)
		}
		var n [4]int
		for i, digits := range []string{m[1], m[2], m[3], (m[4] + "000000000")[:9]} {
			n[i], _ = strconv.Atoi("0" + digits) // digits only
		}
		r := &reading{rest: m[5], zone: time.UTC}
		if n[0] > 23 || n[1] > 59 || n[2] > 59 || m[5] != "" && !r.offset() {
			return nil, refuse(`%s "%s": the time does not exist`, cannotParse, text)
		}
		t = time.Date(t.Year(), t.Month(), t.Day(), n[0], n[1], n[2], n[3], r.zone)
	}
	ns, ok := addSeconds(t.Unix(), int64(t.Nanosecond()))
	if !ok {
		return nil, refuse("Timestamp is out of range")
	}
	return ns, nil
}
