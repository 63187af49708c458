package parquet

import (
	"encoding/binary"
	"math/bits"
)

// hybrid fills dst from runs of one value and runs of packed bits, the form of levels and of dictionary positions. width is
// the number of bits of a value. What follows the last value is padding.
func hybrid[T uint8 | uint32](dst []T, src []byte, width int) error {
	for len(dst) > 0 {
		head, n := binary.Uvarint(src)
		if n <= 0 {
			return corrupt("a page has fewer levels or positions than values")
		}
		src = src[n:]
		if head&1 == 1 {
			count := min(uint64(len(dst)), head>>1<<3)
			size := min(uint64(len(src)), head>>1*uint64(width))
			if head>>1 > uint64(len(dst)) { // the product may not be true
				size = uint64(len(src))
			}
			if size*8 < count*uint64(width) {
				return corrupt("a run of packed values ends too early")
			}
			unpack(dst[:count], src[:size], width)
			dst, src = dst[count:], src[size:]
			continue
		}
		size := (width + 7) / 8
		if len(src) < size {
			return corrupt("a run of equal values has no value")
		}
		var word [4]byte
		copy(word[:], src[:size])
		v := T(binary.LittleEndian.Uint32(word[:]))
		count := min(uint64(len(dst)), head>>1)
		run := dst[:count]
		for i := range run {
			run[i] = v
		}
		dst, src = dst[count:], src[size:]
	}
	return nil
}

// unpack reads values of width bits, at most 32, the least significant bit first. src is long enough.
func unpack[T uint8 | uint32](dst []T, src []byte, width int) {
	mask := uint64(1)<<width - 1
	i, bit := 0, 0
	for ; i < len(dst) && bit>>3+8 <= len(src); i++ {
		dst[i] = T(binary.LittleEndian.Uint64(src[bit>>3:]) >> (bit & 7) & mask)
		bit += width
	}
	for ; i < len(dst); i++ {
		var word [8]byte
		copy(word[:], src[bit>>3:])
		dst[i] = T(binary.LittleEndian.Uint64(word[:]) >> (bit & 7) & mask)
		bit += width
	}
}

// levelWidth is the number of bits of levels up to most.
func levelWidth(most uint8) int { return bits.Len8(most) }
