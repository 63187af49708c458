package tswire

import (
	"encoding/json"
	"math"
	"regexp"
	"strconv"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// The expectations are what Java prints (JDK 19 and later); the plain ones also come from answers of the real service.
func TestAppendDouble(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		x    float64
		want string
	}{
		{35, "35.0"},
		{0.13194831754663383, "0.13194831754663383"},
		{1655487883.7710001, "1.6554878837710001E9"},
		{0, "0.0"},
		{math.Copysign(0, -1), "-0.0"},
		{1, "1.0"},
		{-1.5, "-1.5"},
		{100, "100.0"},
		{123456, "123456.0"},
		{1e7, "1.0E7"},
		{9999999, "9999999.0"},
		{9999999.999999998, "9999999.999999998"},
		{12345678, "1.2345678E7"},
		{0.001, "0.001"},
		{0.0009999, "9.999E-4"},
		{1e-7, "1.0E-7"},
		{1.5e-10, "1.5E-10"},
		{1e20, "1.0E20"},
		{1e23, "1.0E23"},
		{2e23, "2.0E23"},
		{1e21, "1.0E21"},
		{1.0 / 3, "0.3333333333333333"},
		{2.0 / 3, "0.6666666666666666"},
		{math.MaxFloat64, "1.7976931348623157E308"},
		{math.SmallestNonzeroFloat64, "4.9E-324"},
		{9.9e-324, "9.9E-324"},
		{2.2250738585072014e-308, "2.2250738585072014E-308"},
		{4.35, "4.35"},
		{1.1, "1.1"},
		{2.5e-3, "0.0025"},
		{9007199254740993, "9.007199254740992E15"},
		{math.NaN(), "NaN"},
		{math.Inf(1), "Infinity"},
		{math.Inf(-1), "-Infinity"},
	} {
		if got := string(AppendDouble(nil, c.x)); got != c.want {
			t.Errorf("%g: got %s, want %s", c.x, got, c.want)
		}
	}
}

func TestTexts(t *testing.T) {
	t.Parallel()
	for want, got := range map[string][]byte{
		"2022-06-17 10:15:20.123456789":  AppendTimestamp(nil, 1655460920123456789),
		"1970-01-01 00:00:00.000000000":  AppendTimestamp(nil, 0),
		"1969-12-31 23:59:59.999999999":  AppendTimestamp(nil, -1),
		"2262-04-11 23:47:16.854775807":  AppendTimestamp(nil, math.MaxInt64),
		"1677-09-21 00:12:43.145224192":  AppendTimestamp(nil, math.MinInt64),
		"2020-08-08":                     AppendDate(nil, 18482),
		"1969-12-31":                     AppendDate(nil, -1),
		"01:00:00.000000000":             AppendTime(nil, 3600e9),
		"23:59:59.999999999":             AppendTime(nil, nanosPerDay-1),
		"1 21:00:00.000000000":           AppendDaySecond(nil, 45*3600e9),
		"0 00:00:00.042800000":           AppendDaySecond(nil, 42800000),
		"-1 02:00:00.000000001":          AppendDaySecond(nil, -(nanosPerDay + 2*3600e9 + 1)),
		"-106751 23:47:16.854775808":     AppendDaySecond(nil, math.MinInt64),
		"2-7":                            AppendYearMonth(nil, 31),
		"0-8":                            AppendYearMonth(nil, 8),
		"-1-1":                           AppendYearMonth(nil, -13),
		`"plain"`:                        AppendJSON(nil, "plain"),
		`"ä \u003c\u0026 \"\\ \n\u0000"`: AppendJSON(nil, "ä <& \"\\ \n\x00"),
	} {
		if string(got) != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func BenchmarkAppendDouble(b *testing.B) {
	b.ReportAllocs()
	var dst []byte
	for i := range b.N {
		dst = AppendDouble(dst[:0], float64(i)*1.1)
	}
}

// Whatever the double, the text reads back to it and has Java's shape.
func TestAppendDoubleReadsBack(t *testing.T) {
	t.Parallel()
	shape := regexp.MustCompile(`^-?([0-9]+\.[0-9]+|[1-9]\.[0-9]+E-?[0-9]+)$`)
	rapid.Check(t, func(t *rapid.T) {
		x := math.Float64frombits(rapid.Uint64().Draw(t, "bits"))
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return
		}
		text := string(AppendDouble(nil, x))
		if back, err := strconv.ParseFloat(text, 64); err != nil || back != x || !shape.MatchString(text) {
			t.Fatalf("%g is written %s, %v", x, text, err)
		}
	})
}

func FuzzAppendJSON(f *testing.F) {
	for _, s := range []string{"", "plain", "\"", "\\", "\x00", "ä", "\xff", "\u2028", "a\x7fb"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var back string
		if err := json.Unmarshal(AppendJSON(nil, s), &back); err != nil || utf8.ValidString(s) && back != s {
			t.Errorf("%q is written %s and read as %q, %v", s, AppendJSON(nil, s), back, err)
		}
	})
}
