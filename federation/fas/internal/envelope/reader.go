package envelope

import "encoding/binary"

// reader takes bytes from the front of a message. Once they do not suffice it is short, and all it gives is zero.
type reader struct {
	rest  []byte
	short bool
}

// bytes are the next n bytes: a part of the message, or zeros if the reader is short.
func (r *reader) bytes(n int) []byte {
	if r.short || n > len(r.rest) {
		r.short, r.rest = true, nil
		return make([]byte, min(n, zeros))
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

// zeros is the size of the largest field of fixed size.
const zeros = 32

func (r *reader) uint16() uint16 { return binary.BigEndian.Uint16(r.bytes(2)) }

func (r *reader) uint32() uint32 { return binary.BigEndian.Uint32(r.bytes(4)) }

func (r *reader) uint64() uint64 { return binary.BigEndian.Uint64(r.bytes(8)) }
