package csvload

import "testing"

func TestNanoseconds(t *testing.T) {
	for _, test := range []struct {
		unit     Unit
		in, want string // want "" is an error
	}{
		{Milliseconds, "1695335950657", "1695335950657000000"},
		{Milliseconds, "1695335950657.25", "1695335950657250000"},
		{Milliseconds, "0.0000001", ""},
		{Seconds, "1.5e9", "1500000000000000000"},
		{Seconds, "-1", "-1000000000"},
		{Seconds, "9223372036854775807", "9223372036854775807000000000"},
		{Microseconds, "7", "7000"},
		{Nanoseconds, "7", "7"},
		{Nanoseconds, "7.5", ""},
		{Milliseconds, "", ""},
		{Milliseconds, "2023-09-20", ""},
		{Milliseconds, "1e999999999", ""},
		{Milliseconds, "1/3", ""},
		{ISO, "2023-09-20T10:15:00Z", "1695204900000000000"},
		{ISO, "2023-09-20T12:15:00.000000001+02:00", "1695204900000000001"},
		{ISO, "2023-09-20 10:15:00.5", "1695204900500000000"},
		{ISO, "2023-09-20", "1695168000000000000"},
		{ISO, "1969-12-31T23:59:59.75Z", "-250000000"},
		{ISO, "yesterday", ""},
	} {
		got, err := test.unit.nanoseconds(test.in)
		if got != test.want || (err != nil) != (test.want == "") {
			t.Errorf("%s %q: got %q, %v; want %q", test.unit, test.in, got, err, test.want)
		}
	}
}
