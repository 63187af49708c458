package duck

import (
	"encoding/hex"
	"math/big"
	"unsafe"

	"github.com/apache/arrow-go/v18/arrow/decimal128"
	duckdb "github.com/duckdb/duckdb-go/v2/mapping"
)

// reader gives the value of one row of a vector; it is valid as long as the vector's chunk.
type reader func(row int) any

// newReader binds a reader to a flat vector. The memory layouts are those of DuckDB's C header (duckdb.h): a validity
// mask of 64-bit words where 1 means valid, fixed-width data, duckdb_string_t, duckdb_list_entry.
func newReader(v duckdb.Vector, t *Type) reader {
	read := newValueReader(v, t)
	mask := duckdb.VectorGetValidity(v)
	if mask == nil {
		return read
	}
	return func(row int) any {
		word := *(*uint64)(unsafe.Add(mask, row/64*8))
		if word&(1<<(row%64)) == 0 {
			return nil
		}
		return read(row)
	}
}

func newValueReader(v duckdb.Vector, t *Type) reader {
	data := duckdb.VectorGetData(v)
	switch t.Kind {
	case Boolean:
		return func(row int) any { return *at[bool](data, row) }
	case TinyInt:
		return func(row int) any { return int64(*at[int8](data, row)) }
	case SmallInt:
		return func(row int) any { return int64(*at[int16](data, row)) }
	case Integer, Date:
		return func(row int) any { return int64(*at[int32](data, row)) }
	case BigInt, Time, TimeNS, TimestampS, TimestampMS, Timestamp, TimestampNS, TimestampTZ:
		return func(row int) any { return *at[int64](data, row) }
	case UTinyInt:
		return func(row int) any { return uint64(*at[uint8](data, row)) }
	case USmallInt:
		return func(row int) any { return uint64(*at[uint16](data, row)) }
	case UInteger:
		return func(row int) any { return uint64(*at[uint32](data, row)) }
	case UBigInt:
		return func(row int) any { return *at[uint64](data, row) }
	case Float:
		return func(row int) any { return *at[float32](data, row) }
	case Double:
		return func(row int) any { return *at[float64](data, row) }
	case Varchar:
		return func(row int) any { return string(bytesAt(data, row)) }
	case Blob:
		return func(row int) any { return append([]byte{}, bytesAt(data, row)...) }
	case Interval:
		return func(row int) any { return *at[IntervalValue](data, row) }
	case HugeInt:
		return func(row int) any { return at[huge](data, row).num().BigInt() }
	case UHugeInt:
		return func(row int) any { return at[huge](data, row).unsigned() }
	case UUID:
		return func(row int) any { return at[huge](data, row).uuid() }
	case Decimal:
		return decimalReader(data, t)
	}
	return newNestedReader(v, data, t)
}

func newNestedReader(v duckdb.Vector, data unsafe.Pointer, t *Type) reader {
	switch t.Kind {
	case List:
		if t.size > 0 {
			elem := newReader(duckdb.ArrayVectorGetChild(v), t.Elem)
			return func(row int) any { return readRange(elem, row*t.size, t.size) }
		}
		elem := newReader(duckdb.ListVectorGetChild(v), t.Elem)
		return func(row int) any {
			e := at[listEntry](data, row)
			return readRange(elem, int(e.offset), int(e.length))
		}
	case Struct:
		fields := make([]reader, len(t.Fields))
		for i, f := range t.Fields {
			fields[i] = newReader(duckdb.StructVectorGetChild(v, duckdb.IdxT(i)), f.Type)
		}
		return func(row int) any {
			values := make([]any, len(fields))
			for i, read := range fields {
				values[i] = read(row)
			}
			return values
		}
	case Map:
		entries := duckdb.ListVectorGetChild(v)
		key := newReader(duckdb.StructVectorGetChild(entries, 0), t.Key)
		value := newReader(duckdb.StructVectorGetChild(entries, 1), t.Elem)
		return func(row int) any {
			e := at[listEntry](data, row)
			out := make([]MapEntry, e.length)
			for i := range out {
				out[i] = MapEntry{Key: key(int(e.offset) + i), Value: value(int(e.offset) + i)}
			}
			return out
		}
	}
	return func(int) any { return nil } // Null
}

func readRange(elem reader, offset, length int) []any {
	out := make([]any, length)
	for i := range out {
		out[i] = elem(offset + i)
	}
	return out
}

func decimalReader(data unsafe.Pointer, t *Type) reader {
	switch t.phys {
	case duckdb.TypeSmallInt:
		return func(row int) any { return decimal128.FromI64(int64(*at[int16](data, row))) }
	case duckdb.TypeInteger:
		return func(row int) any { return decimal128.FromI64(int64(*at[int32](data, row))) }
	case duckdb.TypeBigInt:
		return func(row int) any { return decimal128.FromI64(*at[int64](data, row)) }
	}
	return func(row int) any { return at[huge](data, row).num() }
}

type listEntry struct{ offset, length uint64 }

// huge is duckdb_hugeint and its kin.
type huge struct {
	low  uint64
	high int64
}

func (h *huge) num() decimal128.Num { return decimal128.New(h.high, h.low) }

func (h *huge) unsigned() *big.Int {
	n := new(big.Int).SetUint64(uint64(h.high))
	return n.Lsh(n, 64).Or(n, new(big.Int).SetUint64(h.low))
}

// uuid: DuckDB flips the top bit so that signed order is text order.
func (h *huge) uuid() string {
	var b [16]byte
	high := uint64(h.high) ^ (1 << 63)
	for i := range 8 {
		b[i] = byte(high >> (56 - 8*i))
		b[8+i] = byte(h.low >> (56 - 8*i))
	}
	x := hex.EncodeToString(b[:])
	return x[:8] + "-" + x[8:12] + "-" + x[12:16] + "-" + x[16:20] + "-" + x[20:]
}

func at[T any](data unsafe.Pointer, row int) *T {
	var zero T
	return (*T)(unsafe.Add(data, row*int(unsafe.Sizeof(zero))))
}

// bytesAt reads a duckdb_string_t: the length, then up to 12 bytes inline, or 4 bytes of prefix and a pointer. The bytes
// belong to the chunk.
func bytesAt(data unsafe.Pointer, row int) []byte {
	s := unsafe.Add(data, row*16)
	n := *(*uint32)(s)
	if n <= 12 {
		return unsafe.Slice((*byte)(unsafe.Add(s, 4)), n)
	}
	return unsafe.Slice(*(**byte)(unsafe.Add(s, 8)), n)
}
