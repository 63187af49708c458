package page

import "encoding/binary"

// The text of a timestamp is "2022-06-17 10:15:20.123456789", always nine digits of a fraction from the service; fewer,
// or none and no point, are read too. Years have four digits. The scan functions are like those of the numbers.
const (
	minuteLen = len("2022-06-17 10:15")
	dateLen   = len("2022-06-17")

	msMinute = 60_000
	msDay    = 86_400_000
)

// scanTimestamp reads milliseconds since 1970 UTC, rounded down: the digits after the third are left out, and as
// they always add to an earlier whole millisecond, that is the floor before 1970 too. last remembers a minute.
func scanTimestamp(b []byte, i int, last *minute) (int64, int) {
	date := binary.LittleEndian.Uint64(b[i:])
	clock := binary.LittleEndian.Uint64(b[i+8:])
	if date != last.date || clock != last.clock {
		ms, ok := parseMinute(b[i : i+minuteLen])
		if !ok {
			return 0, odd
		}
		*last = minute{date, clock, ms}
	}
	i += minuteLen
	s, ok := two(b[i+1:], 59)
	if !ok || b[i] != ':' {
		return 0, odd
	}
	ms := last.ms + int64(s)*1000
	if i += 3; b[i] == '"' {
		return ms, i + 1
	}
	f, n := eight(b, i+1)
	if b[i] != '.' || n == 0 {
		return 0, odd
	}
	switch {
	case n == 8: // nearly always; to divide by a constant is to multiply
		f /= 100_000
	case n > 3:
		f /= pow10[n-3]
	default:
		f *= pow10[3-n]
	}
	if i += 1 + n; n == 8 && isDigit(b[i]) {
		i++
	}
	if b[i] != '"' {
		return 0, odd
	}
	return ms + int64(f), i + 1
}

// minute is a minute's sixteen bytes of text and its time. Neighbouring rows mostly share it. The zero minute
// matches no text: zero bytes are no part of any.
type minute struct {
	date, clock uint64
	ms          int64
}

func parseMinute(b []byte) (ms int64, ok bool) {
	days, ok := parseDate(b)
	h, okHour := two(b[11:], 23)
	m, okMinute := two(b[14:], 59)
	ok = ok && okHour && okMinute && b[10] == ' ' && b[13] == ':'
	return int64(days)*msDay + int64(h*60+m)*msMinute, ok
}

// scanDate reads days since 1970.
func scanDate(b []byte, i int) (int32, int) {
	days, ok := parseDate(b[i : i+dateLen])
	if !ok || b[i+dateLen] != '"' {
		return 0, odd
	}
	return int32(days), i + dateLen + 1
}

func parseDate(b []byte) (days int, ok bool) {
	c, okCentury := two(b, 99)
	y, okYear := two(b[2:], 99)
	m, okMonth := two(b[5:], 12)
	d, okDay := two(b[8:], 31)
	y += 100 * c
	ok = okCentury && okYear && okMonth && okDay && b[4] == '-' && b[7] == '-'
	if !ok || m == 0 || d == 0 || d > daysIn(y, m) {
		return 0, false
	}
	return daysSince1970(y, m, d), true
}

// two reads two digits of at most limit.
func two(b []byte, limit int) (int, bool) {
	t, u := b[0]-'0', b[1]-'0'
	v := int(t)*10 + int(u)
	return v, t <= 9 && u <= 9 && v <= limit
}

func daysIn(y, m int) int {
	if m == 2 {
		if y%4 == 0 && (y%100 != 0 || y%400 == 0) {
			return 29
		}
		return 28
	}
	return 30 + (m+m>>3)&1
}

// daysSince1970 counts in years that begin in March, so that the leap day is the last of its year, and in eras of 400
// years, which are 146097 days each (Hinnant, "chrono-compatible low-level date algorithms", days_from_civil).
func daysSince1970(y, m, d int) int {
	if m < 3 {
		y, m = y-1, m+12
	}
	y += 400 // no negative years: the year 0 begins in the March before
	era, year := y/400, y%400
	day := (153*(m-3)+2)/5 + d - 1
	return (era-1)*146097 + year*365 + year/4 - year/100 + day - 719468
}
