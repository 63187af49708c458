package block

import (
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
)

// DataSize is the size of a batch as the Java SDK accounts it for its own spill decisions: used buffer bytes
// without padding or metadata (docs/protocol.md, chapter 10). Types that cannot be exchanged count as 0.
func DataSize(r arrow.RecordBatch) int64 {
	if r == nil {
		return 0
	}
	size := int64(0)
	for _, col := range r.Columns() {
		size += arraySize(col)
	}
	return size
}

func arraySize(a arrow.Array) int64 {
	n := int64(a.Len())
	if n == 0 {
		return 0
	}
	valid := (n + 7) / 8
	switch a := a.(type) {
	case *array.Boolean:
		return 2 * valid
	case *array.String:
		return valid + 4*(n+1) + int64(len(a.ValueBytes()))
	case *array.Binary:
		return valid + 4*(n+1) + int64(len(a.ValueBytes()))
	case *array.Struct:
		size := valid
		for i := range a.NumField() {
			size += arraySize(a.Field(i))
		}
		return size
	case array.ListLike: // Map too
		start, _ := a.ValueOffsets(0)
		_, end := a.ValueOffsets(a.Len() - 1)
		elems := array.NewSlice(a.ListValues(), start, end)
		defer elems.Release()
		return valid + 4*(n+1) + arraySize(elems)
	}
	if t, ok := a.DataType().(arrow.FixedWidthDataType); ok {
		return valid + n*int64(t.BitWidth()/8)
	}
	return 0
}
