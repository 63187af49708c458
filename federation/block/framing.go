package block

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"github.com/apache/arrow-go/v18/arrow/ipc"
)

// Framing is the outer form of one IPC message; the package comment draws both.
type Framing uint8

const (
	// Legacy is the framing before Arrow 0.15 with metadata V4: serde version 2 and all spilled objects.
	Legacy Framing = iota
	// Current is today's framing with metadata V5: serde versions 3 to 6.
	Current
)

// String is "legacy" or "current".
func (f Framing) String() string {
	if f == Legacy {
		return "legacy"
	}
	return "current"
}

const (
	continuation = 0xFFFFFFFF
	metadataV4   = 3 // enum MetadataVersion of Arrow's Message.fbs, version field of the legacy framing
)

// prefixLen is the number of bytes before the metadata.
func (f Framing) prefixLen() int {
	if f == Legacy {
		return 4
	}
	return 8
}

// headLen is the number of bytes from the start of the message to its body, for metadata of n bytes.
func (f Framing) headLen(n int) int {
	return ceil8(f.prefixLen() + n)
}

func ceil8[T int | int64](n T) T { return (n + 7) &^ 7 }

// appendMessage frames one payload of arrow-go, which speaks only the current form: for Legacy the version inside
// the metadata is rewritten.
func appendMessage(dst []byte, p *ipc.Payload, f Framing) ([]byte, error) {
	buf := p.Meta()
	defer buf.Release()
	meta, prefix := buf.Bytes(), f.prefixLen()
	head := f.headLen(len(meta))

	dst = slices.Grow(dst, head)
	if f == Current {
		dst = binary.LittleEndian.AppendUint32(dst, continuation)
	}
	dst = binary.LittleEndian.AppendUint32(dst, uint32(head-prefix))
	start := len(dst)
	dst = append(dst, meta...)
	dst = append(dst, make([]byte, head-prefix-len(meta))...)
	if f == Legacy {
		if err := setVersion(dst[start:], metadataV4); err != nil {
			return nil, err
		}
	}
	w := byteWriter{dst}
	err := p.SerializeBody(&w)
	return w.b, err
}

// byteWriter appends what is written.
type byteWriter struct{ b []byte }

func (w *byteWriter) Write(p []byte) (int, error) {
	w.b = append(w.b, p...)
	return len(p), nil
}

// splitMessage takes one message of either framing apart. What follows the metadata is the body and, as in Java's
// reader, anything behind the body is left alone.
func splitMessage(b []byte) (meta, rest []byte, err error) {
	if len(b) < 4 {
		return nil, nil, fmt.Errorf("message of %d bytes has no length prefix", len(b))
	}
	n, at := binary.LittleEndian.Uint32(b), 4
	if n == continuation {
		if len(b) < 8 {
			return nil, nil, fmt.Errorf("message of %d bytes ends in its length prefix", len(b))
		}
		n, at = binary.LittleEndian.Uint32(b[4:]), 8
	}
	if n == 0 {
		return nil, nil, errors.New("message is an end-of-stream marker")
	}
	if uint64(n) > uint64(len(b)-at) {
		return nil, nil, fmt.Errorf("metadata of %d bytes runs past the message's %d bytes", n, len(b))
	}
	return b[at : at+int(n)], b[at+int(n):], nil
}

// caught turns a panic of arrow-go into an error. The checks before each call make it unreachable as far as we
// know; arrow-go panics in many places, and a Lambda must not die of one.
func caught(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("arrow: %v", p)
	}
}
