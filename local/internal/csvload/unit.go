package csvload

import (
	"fmt"
	"math/big"
	"strconv"
	"time"
)

// Unit is what the numbers of a time column count since 1970-01-01 UTC, or ISO for dates as text.
type Unit string

// The units, as users write them.
const (
	Seconds      Unit = "s"
	Milliseconds Unit = "ms"
	Microseconds Unit = "us"
	Nanoseconds  Unit = "ns"
	ISO          Unit = "iso"
)

// isoForms are what ISO reads: a zone is optional (UTC), and so is a fraction of up to nine digits.
var isoForms = []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04:05Z07:00", time.DateTime, time.DateOnly}

// nanoseconds gives the time as the decimal count of nanoseconds that WriteRecords takes, without loss: a number may
// have a fraction as long as it is whole nanoseconds.
func (u Unit) nanoseconds(v string) (string, error) {
	if u == ISO {
		for _, form := range isoForms {
			if t, err := time.ParseInLocation(form, v, time.UTC); err == nil {
				return big.NewInt(0).Add(big.NewInt(0).Mul(big.NewInt(t.Unix()), big.NewInt(1e9)), big.NewInt(int64(t.Nanosecond()))).String(), nil
			}
		}
		return "", fmt.Errorf("%q is not a time such as 2023-09-20T10:15:00Z", v)
	}
	scale := map[Unit]int64{Seconds: 1e9, Milliseconds: 1e6, Microseconds: 1e3, Nanoseconds: 1}[u]
	if n, err := strconv.ParseInt(v, 10, 64); err == nil {
		return big.NewInt(0).Mul(big.NewInt(n), big.NewInt(scale)).String(), nil
	}
	if len(v) > 40 { // longer than any time; keeps 1e999999999 from being expanded
		return "", fmt.Errorf("%.40q… is not a number of %s since 1970", v, u)
	}
	f, err := strconv.ParseFloat(v, 64)
	r, ok := new(big.Rat).SetString(v)
	if err != nil || !ok || f > 1e20 || f < -1e20 {
		return "", fmt.Errorf("%q is not a number of %s since 1970", v, u)
	}
	if r.Mul(r, new(big.Rat).SetInt64(scale)); !r.IsInt() {
		return "", fmt.Errorf("%q %s is not a whole number of nanoseconds", v, u)
	}
	return r.Num().String(), nil
}
