package tswire

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Texts of values as the service writes them (docs: supported-data-types; captured answers).

const (
	secondsPerDay = 86400
	nanosPerSec   = 1_000_000_000
	nanosPerDay   = secondsPerDay * nanosPerSec
)

// AppendTimestamp writes nanoseconds since 1970 as "2006-01-02 15:04:05.999999999", always nine digits, in UTC.
func AppendTimestamp(dst []byte, ns int64) []byte {
	return time.Unix(floorDiv(ns, nanosPerSec), floorMod(ns, nanosPerSec)).UTC().AppendFormat(dst, "2006-01-02 15:04:05.000000000")
}

// AppendDate writes days since 1970.
func AppendDate(dst []byte, days int64) []byte {
	return time.Unix(days*secondsPerDay, 0).UTC().AppendFormat(dst, "2006-01-02")
}

// AppendTime writes nanoseconds of the day as "01:00:00.000000000".
func AppendTime(dst []byte, ns int64) []byte {
	return time.Unix(0, ns).UTC().AppendFormat(dst, "15:04:05.000000000")
}

// AppendDaySecond writes an interval in nanoseconds as "1 21:00:00.000000000".
func AppendDaySecond(dst []byte, ns int64) []byte {
	magnitude := uint64(ns)
	if ns < 0 {
		dst = append(dst, '-')
		magnitude = -magnitude
	}
	dst = strconv.AppendUint(dst, magnitude/nanosPerDay, 10)
	return AppendTime(append(dst, ' '), int64(magnitude%nanosPerDay))
}

// AppendYearMonth writes an interval in months as "2-7".
func AppendYearMonth(dst []byte, months int64) []byte {
	if months < 0 {
		dst = append(dst, '-')
		months = -months
	}
	dst = strconv.AppendInt(dst, months/12, 10)
	return strconv.AppendInt(append(dst, '-'), months%12, 10)
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

func floorMod(a, b int64) int64 { return a - floorDiv(a, b)*b }

// AppendDouble writes a double as Java's Double.toString does (JDK 19 and later, https://bugs.openjdk.org/browse/JDK-4511638):
// the shortest digits that read back to the same value, at least one on each side of the point, with an exponent below
// 10^-3 and from 10^7 on.
func AppendDouble(dst []byte, x float64) []byte {
	switch {
	case math.IsNaN(x):
		return append(dst, "NaN"...)
	case math.IsInf(x, 1):
		return append(dst, "Infinity"...)
	case math.IsInf(x, -1):
		return append(dst, "-Infinity"...)
	case x == 0 && math.Signbit(x):
		return append(dst, "-0.0"...)
	case x == 0:
		return append(dst, "0.0"...)
	}
	if a := math.Abs(x); a >= 1e-3 && a < 1e7 {
		from := len(dst)
		dst = strconv.AppendFloat(dst, x, 'f', -1, 64)
		if strings.IndexByte(string(dst[from:]), '.') < 0 {
			dst = append(dst, ".0"...)
		}
		return dst
	}
	return appendScientific(dst, x)
}

// appendScientific: Java takes two digits where one would do, if they are closer to the value: 4.9E-324.
func appendScientific(dst []byte, x float64) []byte {
	text := strconv.FormatFloat(x, 'e', -1, 64)
	mantissa, exponent, _ := strings.Cut(text, "e")
	if !strings.Contains(mantissa, ".") {
		two := strconv.FormatFloat(x, 'e', 1, 64)
		if back, err := strconv.ParseFloat(two, 64); err == nil && back == x {
			mantissa, exponent, _ = strings.Cut(two, "e")
		} else {
			mantissa += ".0"
		}
	}
	n, _ := strconv.Atoi(exponent) // digits with a sign, from FormatFloat
	dst = append(append(dst, mantissa...), 'E')
	return strconv.AppendInt(dst, int64(n), 10)
}
