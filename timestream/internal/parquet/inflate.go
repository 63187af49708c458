package parquet

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
)

// unpacker undoes GZIP, with memory that is used again.
type unpacker struct {
	in  bytes.Reader
	out *gzip.Reader
}

var errLonger = errors.New("it is longer than it says")

// inflate fills dst, which is as long as the data.
func (u *unpacker) inflate(dst, src []byte) error {
	u.in.Reset(src)
	var err error
	if u.out == nil {
		u.out, err = gzip.NewReader(&u.in)
	} else {
		err = u.out.Reset(&u.in)
	}
	if err != nil {
		return err
	}
	if _, err := io.ReadFull(u.out, dst); err != nil {
		return err
	}
	var more [1]byte
	switch n, err := io.ReadFull(u.out, more[:]); {
	case n > 0:
		return errLonger
	case err != io.EOF:
		return err
	}
	return nil
}
