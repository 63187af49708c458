package page

import (
	"encoding/binary"
	"math"
	"math/bits"
	"strconv"
)

// The functions of this file read the text of a scalar in b from position i up to and including the quote that ends
// it, and return the value and the position behind the quote, or odd.

// eight reads up to eight digits at once: v is their value and n their number.
func eight(b []byte, i int) (v uint64, n int) {
	t := binary.LittleEndian.Uint64(b[i:]) ^ ones*'0'
	// A byte of t is a digit if it is below 10: adding 0x76 then leaves its high bit clear.
	m := ((t &^ highs) + ones*0x76 | t) & highs
	if m == 0 {
		return combine(t), 8
	}
	n = bits.TrailingZeros64(m) >> 3
	if n == 0 {
		return 0, 0
	}
	return combine(t << (64 - 8*n)), n
}

// combine is the number whose eight decimal digits are the bytes of t, the first in the lowest byte.
func combine(t uint64) uint64 {
	t = t*10 + t>>8
	return ((t&0x000000FF000000FF)*(100+1000000<<32) + (t>>16&0x000000FF000000FF)*(1+10000<<32)) >> 32
}

var pow10 = [20]uint64{
	1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9,
	1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
}

// decimal reads a run of digits. The value is right if there are at most 19 of them.
func decimal(b []byte, i int, v uint64) (uint64, int) {
	for {
		w, n := eight(b, i)
		v = v*pow10[n] + w
		i += n
		if n < 8 {
			return v, i
		}
	}
}

// scanInteger reads an optional sign and digits whose value fits bits.
func scanInteger(b []byte, i, bitSize int) (int64, int) {
	start, neg := i, b[i] == '-'
	if neg || b[i] == '+' {
		i++
	}
	first := i
	u, i := decimal(b, i, 0)
	if b[i] != '"' || i == first {
		return 0, odd
	}
	v := int64(u)
	if neg {
		v = -v
	}
	if i-first > 18 {
		var err error
		if v, err = strconv.ParseInt(string(b[start:i]), 10, 64); err != nil {
			return 0, odd
		}
	}
	if shift := 64 - bitSize; v<<shift>>shift != v {
		return 0, odd
	}
	return v, i + 1
}

// exact10 are the powers of ten that a float64 holds exactly.
var exact10 = [23]float64{
	1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
}

// scanDouble reads what Java's Double.toString writes, "-1.5", "1.0E-7", "NaN", "-Infinity", and more generally every
// decimal number with or without fraction and exponent. What is larger than the largest double is odd.
func scanDouble(b []byte, i int) (float64, int) {
	start, neg := i, b[i] == '-'
	if neg || b[i] == '+' {
		i++
	}
	first, point := i, 0
	m, i := decimal(b, i, 0)
	if i == first {
		return scanSpecial(b, start)
	}
	n, e := i-first, 0
	if b[i] == '.' {
		point = i + 1
		m, i = decimal(b, point, m)
		e = point - i
		n -= e
	}
	if b[i]|0x20 == 'e' {
		var x int
		if x, i = exponent(b, i+1); i == odd {
			return 0, odd
		}
		e += x
	}
	if b[i] != '"' || point > 0 && !isDigit(b[point]) {
		return 0, odd
	}
	f, ok := float(m, n, e)
	if !ok {
		var err error
		if f, err = strconv.ParseFloat(string(b[start:i]), 64); err != nil {
			return 0, odd
		}
		return f, i + 1
	}
	if neg {
		f = -f
	}
	return f, i + 1
}

// float is m×10^e, m having been read from n digits. It is false where this takes more than one rounding.
func float(m uint64, n, e int) (float64, bool) {
	switch {
	case n > 19:
		return 0, false // m may have overflowed
	case m <= 1<<53 && e >= -22 && e <= 22:
		// Both operands are exact, so the one rounding of the operation is the right one (Clinger, 1990).
		if e < 0 {
			return float64(m) / exact10[-e], true
		}
		return float64(m) * exact10[e], true
	case e < 0 && -e < len(pow10):
		return quotient(m, pow10[-e]), true
	default:
		return 0, false
	}
}

// quotient is m/d correctly rounded, for m and d above 0: that of integers to 63 bits or more, the last of which stands for
// all that would follow, and rounded once. It is what doubles with all their digits take, as averages have.
func quotient(m, d uint64) float64 {
	zm, zd := bits.LeadingZeros64(m), bits.LeadingZeros64(d)
	m <<= zm
	q, rest := bits.Div64(m>>1, m<<63, d<<zd) // m×2^63/d, between 2^62 and 2^64
	if rest != 0 {
		q |= 1
	}
	return float64(q) * math.Float64frombits(uint64(1023-63+zd-zm)<<52)
}

// exponent reads what follows the letter. Ones that do not fit an int are far out of range anyhow.
func exponent(b []byte, i int) (int, int) {
	neg := b[i] == '-'
	if neg || b[i] == '+' {
		i++
	}
	first := i
	u, i := decimal(b, i, 0)
	if i == first {
		return 0, odd
	}
	v := 1 << 20
	if i-first <= 6 {
		v = int(u)
	}
	if neg {
		v = -v
	}
	return v, i
}

func scanSpecial(b []byte, i int) (float64, int) {
	for _, s := range specials {
		if j := word(b, i, s.text); j != odd {
			return s.value, j
		}
	}
	return 0, odd
}

var specials = [...]struct {
	text  string
	value float64
}{
	{`NaN"`, math.NaN()},
	{`Infinity"`, math.Inf(1)},
	{`-Infinity"`, math.Inf(-1)},
	{`+Infinity"`, math.Inf(1)},
}

func scanBoolean(b []byte, i int) (bool, int) {
	if j := word(b, i, `true"`); j != odd {
		return true, j
	}
	return false, word(b, i, `false"`)
}
