package page

import (
	"fmt"
	"math"
	"math/rand/v2"
	"regexp"
	"strconv"
	"testing"
	"time"
)

const scalarSeed = 20220617

// inPage is a text as a scan meets it: the closing quote behind it, then other members, then the slack.
func inPage(text string) []byte {
	return append([]byte(text+`"},{"ScalarValue":"99999999`), zeros[:]...)
}

func TestScanTimestamp(t *testing.T) {
	tests := map[string]string{ // RFC 3339 with milliseconds, or empty for a text that is no timestamp
		"2022-06-17 10:15:20.123456789":  "2022-06-17T10:15:20.123Z",
		"2022-06-17 10:15:20":            "2022-06-17T10:15:20.000Z",
		"2022-06-17 10:15:20.1":          "2022-06-17T10:15:20.100Z",
		"2022-06-17 10:15:20.12345678":   "2022-06-17T10:15:20.123Z",
		"1970-01-01 00:00:00.000999999":  "1970-01-01T00:00:00.000Z",
		"1969-12-31 23:59:59.999999999":  "1969-12-31T23:59:59.999Z", // -1 ms, not 0
		"1969-12-31 23:59:59.000000001":  "1969-12-31T23:59:59.000Z",
		"1677-09-21 00:12:44.000000000":  "1677-09-21T00:12:44.000Z",
		"2262-04-11 23:47:16.854775807":  "2262-04-11T23:47:16.854Z",
		"2000-02-29 00:00:00.000000000":  "2000-02-29T00:00:00.000Z",
		"0000-02-29 00:00:00.000000000":  "0000-02-29T00:00:00.000Z",
		"9999-12-31 23:59:59.999999999":  "9999-12-31T23:59:59.999Z",
		"1900-02-29 00:00:00.000000000":  "",
		"2022-06-31 00:00:00.000000000":  "",
		"2022-00-01 00:00:00.000000000":  "",
		"2022-01-00 00:00:00.000000000":  "",
		"2022-06-17 24:00:00.000000000":  "",
		"2022-06-17 23:60:00.000000000":  "",
		"2022-06-17 23:59:60.000000000":  "",
		"2022-06-17 10:15:20.":           "",
		"2022-06-17 10:15:20.1234567890": "",
		"2022-06-17 10:15:20,123":        "",
		"2022-06-17T10:15:20.123":        "",
		"2022-06-17 10:15":               "",
		"2022-06-17":                     "",
		"":                               "",
	}
	for text, want := range tests {
		ms, next := scanTimestamp(inPage(text), 0, &minute{})
		switch {
		case want == "" && next != odd:
			t.Errorf("%q read as %s", text, time.UnixMilli(ms).UTC())
		case want != "" && next != len(text)+1:
			t.Errorf("%q not read", text)
		case want != "" && time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.000Z") != want:
			t.Errorf("%q read as %s", text, time.UnixMilli(ms).UTC())
		}
	}
}

// The minute that is remembered must not leak into texts that only look like it.
func TestScanTimestampRemembers(t *testing.T) {
	r := rand.New(rand.NewPCG(scalarSeed, 1))
	form := regexp.MustCompile(`^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{9}$`)
	var last minute
	for range 100_000 {
		at := time.Unix(r.Int64N(300)+1655460900, r.Int64N(1e9)).UTC()
		if r.IntN(10) == 0 {
			at = time.Unix(r.Int64N(18_000_000_000)-9_000_000_000, r.Int64N(1e9)).UTC()
		}
		text := []byte(at.Format("2006-01-02 15:04:05.000000000"))
		if r.IntN(10) == 0 {
			text[r.IntN(len(text))] ^= 1 << r.IntN(8)
		}
		want, wantErr := time.Parse("2006-01-02 15:04:05.000000000", string(text))
		ms, next := scanTimestamp(inPage(string(text)), 0, &last)
		if !form.Match(text) {
			wantErr = strconv.ErrSyntax // time.Parse takes a comma for a point and a blank for a zero
		}
		if (next == len(text)+1) != (wantErr == nil) || wantErr == nil && ms != want.UnixMilli() {
			t.Fatalf("seed %d: %q read as %d (%d), time.Parse: %v %v", scalarSeed, text, ms, next, want, wantErr)
		}
	}
}

func TestDaysSince1970(t *testing.T) {
	for at := time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() < 10000; at = at.AddDate(0, 0, 1) {
		text := at.Format("2006-01-02")
		got, next := scanDate(inPage(text), 0)
		if next != len(text)+1 || int64(got)*86400 != at.Unix() {
			t.Fatalf("%s is day %d, read as %d (%d)", text, at.Unix()/86400, got, next)
		}
	}
}

func TestScanInteger(t *testing.T) {
	r := rand.New(rand.NewPCG(scalarSeed, 2))
	texts := []string{
		"", "-", "+", "0", "-0", "+7", "007", "00000000000000000000000000000001", "1 ", " 1", "1.0", "1e3", "0x1", "1_0", "١",
		"2147483647", "2147483648", "-2147483648", "-2147483649", "999999999999999999",
		"9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "18446744073709551617",
	}
	for range 50_000 {
		texts = append(texts, strconv.FormatInt(int64(r.Uint64())>>r.IntN(64), 10))
	}
	for _, text := range texts {
		for _, size := range []int{32, 64} {
			want, err := strconv.ParseInt(text, 10, size)
			got, next := scanInteger(inPage(text), 0, size)
			if (next == len(text)+1) != (err == nil) || err == nil && got != want {
				t.Errorf("seed %d: %q in %d bits read as %d (%d), strconv: %d %v", scalarSeed, text, size, got, next, want, err)
			}
		}
	}
}

func TestScanDouble(t *testing.T) {
	r := rand.New(rand.NewPCG(scalarSeed, 3))
	texts := []string{
		"0.0", "-0.0", "1.0E7", "1.6554878837710001E9", "1e-7", "1E+7", "4.9E-324", "2.4E-324", "1.7976931348623157E308",
		"1.7976931348623159E308", "-1e309", "9007199254740993", "9007199254740992.0", "0.30000000000000004", "1e22", "1e23",
		"123456789012345678901234567890", "0.000000000000000000000000000000000000001", "1e99999999999", "1e-99999999999",
		"0e99999999999", "1844674407370955161.6", "18446744073709551616", "00000000000000000000000000001.5",
	}
	for range 100_000 {
		f := math.Float64frombits(r.Uint64())
		if math.IsNaN(f) || math.IsInf(f, 0) {
			continue
		}
		texts = append(texts, strconv.FormatFloat(f, "eEfg"[r.IntN(4)], r.IntN(24)-1, 64))
		texts = append(texts, strconv.FormatFloat(r.NormFloat64(), 'f', r.IntN(20), 64))
		// Seventeen digits and more; half-way between two doubles, and next to it.
		texts = append(texts, fmt.Sprintf("%de-%d", r.Uint64()>>r.IntN(12), r.IntN(24)))
		half := 1<<52 + r.Int64N(1<<52)
		texts = append(texts, fmt.Sprintf("%d.5", half), fmt.Sprintf("%d.49", half), fmt.Sprintf("%d.501", half))
		texts = append(texts, fmt.Sprintf("%d.25", half>>1), fmt.Sprintf("%d.750", half>>1), fmt.Sprintf("%d.251", half>>1))
	}
	for _, text := range texts {
		want, err := strconv.ParseFloat(text, 64)
		got, next := scanDouble(inPage(text), 0)
		if (next == len(text)+1) != (err == nil) || err == nil && math.Float64bits(got) != math.Float64bits(want) {
			t.Errorf("seed %d: %q read as %v (%d), strconv: %v %v", scalarSeed, text, got, next, want, err)
		}
	}
}

func TestScanDoubleSpecial(t *testing.T) {
	for text, want := range map[string]float64{"NaN": math.NaN(), "Infinity": math.Inf(1), "-Infinity": math.Inf(-1)} {
		got, next := scanDouble(inPage(text), 0)
		if next != len(text)+1 || got != want && !math.IsNaN(want) || math.IsNaN(got) != math.IsNaN(want) {
			t.Errorf("%q read as %v (%d)", text, got, next)
		}
	}
	for _, text := range []string{"", "-", ".", ".5", "5.", "-.5", "1e", "1e+", "1.5.5", "1e5.5", "nan", "inf", "+NaN", "infinity", "0x1p4", "1_000", "1,5", "1 ", "1d", "1f"} {
		if got, next := scanDouble(inPage(text), 0); next == len(text)+1 {
			t.Errorf("%q read as %v", text, got)
		}
	}
}

// Whatever is cut off or altered, a scan stays within the body.
func TestScansStopInTheSlack(t *testing.T) {
	texts := []string{"2022-06-17 10:15:20.123456789", "1.6554878837710001E-9", "-9223372036854775808", "-Infinity", "false", `a\ud83d\ude00é"`}
	for _, whole := range texts {
		for n := range len(whole) {
			b := append([]byte(whole[:n]), zeros[:]...)
			_, i := scanTimestamp(b, 0, &minute{})
			_, j := scanDouble(b, 0)
			_, k := scanInteger(b, 0, 64)
			_, l := scanBoolean(b, 0)
			_, m := scanDate(b, 0)
			_, _, o := text(b, 0, nil)
			if i != odd || j != odd || k != odd || l != odd || m != odd || o != odd {
				t.Errorf("%q was read", whole[:n])
			}
		}
	}
}
