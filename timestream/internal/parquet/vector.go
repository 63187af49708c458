package parquet

import (
	"unicode/utf8"

	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/encoding"
)

// vector is values, those of one kind. All but booleans lie in memory that is the library's.
type vector struct {
	booleans []byte // one each
	int32s   []int32
	int64s   []int64
	int96s   []deprecated.Int96
	doubles  []float64
	text     []byte
	offsets  []uint32 // where texts begin, and where the last one ends
}

// set takes a page's values, and checks that there are enough of them.
func (v *vector) set(data encoding.Values, count int, name string) error {
	n := 0
	switch data.Kind() {
	case encoding.Boolean:
		n = v.setBits(data.Boolean())
	case encoding.Int32:
		v.int32s = data.Int32()
		n = len(v.int32s)
	case encoding.Int64:
		v.int64s = data.Int64()
		n = len(v.int64s)
	case encoding.Int96:
		v.int96s = data.Int96()
		n = len(v.int96s)
	case encoding.Double:
		v.doubles = data.Double()
		n = len(v.doubles)
	case encoding.ByteArray:
		v.text, v.offsets = data.ByteArray()
		n = len(v.offsets) - 1
	}
	if n < count {
		return corrupt("a page of column %q has %d values, and should have %d", name, n, count)
	}
	if data.Kind() == encoding.ByteArray {
		return v.checkTexts(count, name)
	}
	return nil
}

func (v *vector) checkTexts(count int, name string) error {
	for i := range count {
		from, to := v.offsets[i], v.offsets[i+1]
		if from > to || uint64(to) > uint64(len(v.text)) {
			return corrupt("a page of column %q ends within a text", name)
		}
		if !utf8.Valid(v.text[from:to]) {
			return corrupt("a text in column %q is not UTF-8", name)
		}
	}
	return nil
}

func (v *vector) setBits(bits []byte) int {
	v.booleans = v.booleans[:0]
	for _, b := range bits {
		for i := range 8 {
			v.booleans = append(v.booleans, b>>i&1)
		}
	}
	return len(v.booleans)
}
