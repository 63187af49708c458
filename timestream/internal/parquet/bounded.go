package parquet

import (
	"errors"
	"fmt"

	"github.com/parquet-go/parquet-go/encoding/thrift"
)

// decode reads a structure of Thrift's compact protocol from the beginning of b, and says how long it is.
func decode(b []byte, v any) (int, error) {
	r := &bounded{BytesReader: new(thrift.CompactProtocol).NewReaderFromBytes(b), size: len(b), open: []int32{1}}
	err := thrift.NewDecoder(r).Decode(v)
	return r.BytesRead(), err
}

// bounded keeps the library's decoder, which makes room for a list before it reads it and calls itself for what is nested,
// to what the bytes can hold.
type bounded struct {
	thrift.BytesReader
	size int
	open []int32 // for each level of nesting, how many structs are still to end
}

// maxNesting bounds structs in structs; Parquet's own need six.
const maxNesting = 32

var errForeign = errors.New("it has a list of lists, a set or a map")

// ReadField is the head of a field.
func (b *bounded) ReadField() (thrift.Field, error) {
	f, err := b.BytesReader.ReadField()
	if err != nil {
		return f, err
	}
	switch f.Type {
	case thrift.STOP:
		b.end()
	case thrift.STRUCT:
		return f, b.begin(1)
	}
	return f, nil
}

// ReadList is the head of a list, which is not longer than the bytes that are left.
func (b *bounded) ReadList() (thrift.List, error) {
	l, err := b.BytesReader.ReadList()
	if err != nil {
		return l, err
	}
	if int(l.Size) > b.size-b.BytesRead() {
		return l, fmt.Errorf("a list is said to have %d elements", l.Size)
	}
	switch l.Type {
	case thrift.LIST, thrift.SET, thrift.MAP:
		return l, errForeign
	case thrift.STRUCT:
		return l, b.begin(l.Size)
	}
	return l, nil
}

// ReadSet fails: Parquet has none.
func (b *bounded) ReadSet() (thrift.Set, error) { return thrift.Set{}, errForeign }

// ReadMap fails: Parquet has none.
func (b *bounded) ReadMap() (thrift.Map, error) { return thrift.Map{}, errForeign }

// Discard passes over bytes. The decoder looks for it beyond the interface.
func (b *bounded) Discard(n int) (int, error) {
	return b.BytesReader.(interface{ Discard(n int) (int, error) }).Discard(n)
}

func (b *bounded) begin(structs int32) error {
	if structs == 0 {
		return nil
	}
	if len(b.open) == maxNesting {
		return fmt.Errorf("it is nested more than %d deep", maxNesting)
	}
	b.open = append(b.open, structs)
	return nil
}

func (b *bounded) end() {
	last := len(b.open) - 1
	if last < 0 {
		return
	}
	if b.open[last]--; b.open[last] == 0 {
		b.open = b.open[:last]
	}
}
