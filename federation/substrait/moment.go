package substrait

import (
	"errors"
	"math"
	"time"
)

// Moment is a point of time, or a date and time of day without zone.
type Moment struct {
	Seconds int64 // since 1970-01-01 00:00:00, negative before
	Picos   int64 // 0 to 10^12-1, forward from Seconds
}

const (
	picosPerSecond = 1_000_000_000_000
	secondsPerDay  = 24 * 60 * 60
	maxPrecision   = 12
)

// duration is an interval's length: months have no length in seconds. Picos is less than a second, either way.
type duration struct{ months, seconds, picos int64 }

// Millis is the whole milliseconds since 1970 at or before m, and whether m is exactly there. False beyond int64.
func (m Moment) Millis() (millis int64, whole, ok bool) {
	const picosPerMilli = picosPerSecond / 1000
	if m.Seconds > math.MaxInt64/1000-1 || m.Seconds < math.MinInt64/1000+1 {
		return 0, false, false
	}
	return m.Seconds*1000 + m.Picos/picosPerMilli, m.Picos%picosPerMilli == 0, true
}

// MomentOfMillis is the point of time a number of milliseconds after 1970.
func MomentOfMillis(millis int64) Moment {
	m, _ := momentOf(millis, 3) // of a precision that there is
	return m
}

// momentOf reads a count of 10^-precision seconds.
func momentOf(value int64, precision int) (Moment, error) {
	if precision < 0 || precision > maxPrecision {
		return Moment{}, errors.New("a timestamp has 0 to 12 digits of fraction")
	}
	unit := int64(math.Pow10(precision))
	seconds, rest := value/unit, value%unit
	if rest < 0 {
		seconds, rest = seconds-1, rest+unit
	}
	return Moment{Seconds: seconds, Picos: rest * (picosPerSecond / unit)}, nil
}

// reach bounds, in seconds and months, what is calculated with: far beyond every year that has four digits.
const reach = 1 << 40

func (m Moment) add(d duration) (Moment, error) {
	if max(m.Seconds, -m.Seconds, d.seconds, -d.seconds) > reach || max(d.months, -d.months) > reach/secondsPerDay/31 {
		return Moment{}, errors.New("a timestamp is too far away")
	}
	if d.months != 0 {
		// A day that the target month lacks becomes its last one, as in SQL; time.AddDate would run over.
		at := time.Unix(m.Seconds, 0).UTC()
		first := time.Date(at.Year(), at.Month(), 1, at.Hour(), at.Minute(), at.Second(), 0, time.UTC).AddDate(0, int(d.months), 0)
		last := first.AddDate(0, 1, -1).Day()
		m.Seconds = first.AddDate(0, 0, min(at.Day(), last)-1).Unix()
	}
	m.Seconds += d.seconds
	m.Picos += d.picos
	switch {
	case m.Picos < 0:
		m.Seconds, m.Picos = m.Seconds-1, m.Picos+picosPerSecond
	case m.Picos >= picosPerSecond:
		m.Seconds, m.Picos = m.Seconds+1, m.Picos-picosPerSecond
	}
	return m, nil
}

// fits says that nothing lies behind that many digits of the fraction.
func (m Moment) fits(precision int) bool {
	return precision >= maxPrecision || m.Picos%(picosPerSecond/int64(math.Pow10(max(precision, 0)))) == 0
}
