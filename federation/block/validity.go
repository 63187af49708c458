package block

import (
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// validity is the null bitmap of a column under construction. As long as there is no null there is no bitmap:
// bits is empty, and a value costs one comparison.
type validity struct {
	bits  []byte
	nulls int
}

// append records value number i, the next one.
func (v *validity) append(i int, valid bool) {
	if !valid {
		if v.nulls == 0 {
			v.fill(i)
		}
		v.nulls++
	}
	v.bits = appendBit(v.bits, i, valid)
}

// fill writes the bitmap of n values without nulls.
func (v *validity) fill(n int) {
	v.bits = v.bits[:0]
	for range n / 8 {
		v.bits = append(v.bits, 0xFF)
	}
	if n%8 != 0 {
		v.bits = append(v.bits, 1<<(n%8)-1)
	}
}

// nullsIn is the number of nulls among the first n of all values.
func (v *validity) nullsIn(n, all int) int {
	if v.nulls == 0 || n == all {
		return v.nulls
	}
	return v.nulls - (all - n - countOnes(v.bits, n, all))
}

func (v *validity) truncate(n, all int) {
	if v.nulls = v.nullsIn(n, all); v.nulls == 0 {
		v.bits = v.bits[:0]
		return
	}
	v.bits = truncateBits(v.bits, n)
}

func (v *validity) drop(n, all int) {
	if v.nulls == 0 {
		return
	}
	v.nulls -= v.nullsIn(n, all)
	if v.bits = dropBits(v.bits, n, all); v.nulls == 0 {
		v.bits = v.bits[:0]
	}
}

// bodySize is what arrow-go writes for the first n of all values: nothing without nulls, and a bitmap rounded up
// to 64 bytes when all are null.
func (v *validity) bodySize(n, all int) int64 {
	if v.nulls == 0 {
		return 0
	}
	switch v.nullsIn(n, all) {
	case 0:
		return 0
	case n:
		return int64(bitsToBytes(n)+63) &^ 63
	}
	return ceil8(int64(bitsToBytes(n)))
}

// buffer borrows the bitmap of the first n of all values, nil without nulls.
func (v *validity) buffer(n, all int) (*memory.Buffer, int) {
	nulls := v.nullsIn(n, all)
	if nulls == 0 {
		return nil, 0
	}
	return memory.NewBufferBytes(firstBits(v.bits, n)), nulls
}
