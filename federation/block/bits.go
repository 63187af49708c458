package block

import (
	"bytes"
	"math/bits"
)

func bitsToBytes(n int) int { return (n + 7) / 8 }

// countOnes counts the set bits of b[from:to], positions in bits.
func countOnes(b []byte, from, to int) int {
	n := 0
	for from < to && from%8 != 0 {
		n += int(b[from/8]>>(from%8)) & 1
		from++
	}
	for ; to-from >= 8; from += 8 {
		n += bits.OnesCount8(b[from/8])
	}
	for ; from < to; from++ {
		n += int(b[from/8]>>(from%8)) & 1
	}
	return n
}

// appendBit sets bit i, the next one, of a bitmap whose bits beyond i are zero.
func appendBit(b []byte, i int, v bool) []byte {
	if i%8 == 0 {
		b = append(b, 0)
	}
	if v {
		b[i/8] |= 1 << (i % 8)
	}
	return b
}

// truncateBits keeps n bits and clears the rest of the last byte.
func truncateBits(b []byte, n int) []byte {
	b = b[:bitsToBytes(n)]
	if n%8 != 0 {
		b[n/8] &= 1<<(n%8) - 1
	}
	return b
}

// dropBits removes the first n of all bits.
func dropBits(b []byte, n, all int) []byte {
	for i := n; i < all; i++ {
		bit := b[i/8] >> (i % 8) & 1
		to := i - n
		b[to/8] = b[to/8]&^(1<<(to%8)) | bit<<(to%8)
	}
	return truncateBits(b, all-n)
}

// firstBits is the bitmap of the first n bits: b itself, or a copy when the last byte holds later ones.
func firstBits(b []byte, n int) []byte {
	b = b[:bitsToBytes(n)]
	if n%8 != 0 && b[n/8]>>(n%8) != 0 {
		return truncateBits(bytes.Clone(b), n)
	}
	return b
}
