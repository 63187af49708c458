package parquet

import (
	"encoding/binary"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding/rle"
	"github.com/parquet-go/parquet-go/format"
)

// setRuns takes a page of booleans that are run lengths, as Java's writers make them in pages of version 2. The library
// (v0.32.0) reads those of its own writer alone, in which a run is of whole bytes: from others it makes other values
// without an error. Its decoder of levels reads the same form, and rightly.
func (v *vector) setRuns(p dataPage, count int, leaf *parquet.Column) error {
	body, err := valuesOf(p, leaf)
	if err != nil {
		return err
	}
	runs, _, ok := prefixed(body)
	if !ok {
		return corrupt("a page of column %q ends too early", leaf.Name())
	}
	if v.booleans, err = (&rle.Encoding{BitWidth: 1}).DecodeLevels(v.booleans, runs); err != nil {
		return corrupt("a page of column %q: %s", leaf.Name(), err)
	}
	if len(v.booleans) < count {
		return corrupt("a page of column %q has %d values, and should have %d", leaf.Name(), len(v.booleans), count)
	}
	return nil
}

// valuesOf is a page without its levels, unpacked.
func valuesOf(p dataPage, leaf *parquet.Column) ([]byte, error) {
	body := p.body[levelBytes(p.header):]
	if v2 := p.header.DataPageHeaderV2; !v2.Valid || v2.V.IsCompressed.V || !v2.V.IsCompressed.Valid {
		var err error
		if body, err = leaf.Compression().Decode(make([]byte, 0, p.header.UncompressedPageSize), body); err != nil {
			return nil, corrupt("a page of column %q: %s", leaf.Name(), err)
		}
	}
	if p.header.Type == format.DataPageV2 {
		return body, nil
	}
	for _, level := range []int{leaf.MaxRepetitionLevel(), leaf.MaxDefinitionLevel()} {
		if level == 0 {
			continue
		}
		_, rest, ok := prefixed(body)
		if !ok {
			return nil, corrupt("a page of column %q ends within its levels", leaf.Name())
		}
		body = rest
	}
	return body, nil
}

// prefixed is bytes with their length, of four bytes, in front of them, and what follows.
func prefixed(b []byte) (data, rest []byte, ok bool) {
	if len(b) < 4 {
		return nil, nil, false
	}
	n := binary.LittleEndian.Uint32(b)
	if uint64(n) > uint64(len(b)-4) {
		return nil, nil, false
	}
	return b[4 : 4+n], b[4+n:], true
}
