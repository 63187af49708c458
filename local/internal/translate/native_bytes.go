package translate

import (
	"encoding/binary"

	"github.com/cespare/xxhash/v2"
)

var byteNatives = []Native{
	{"ts_xxhash64", []string{"BLOB"}, "BLOB", func(args []any) (any, error) {
		return binary.BigEndian.AppendUint64(nil, xxhash.Sum64(args[0].([]byte))), nil
	}},
	{"ts_from_big_endian", []string{"BLOB"}, "BIGINT", func(args []any) (any, error) {
		b := args[0].([]byte)
		if len(b) != 8 {
			return nil, refuse("expected 8-byte input, but got instead: %d", len(b))
		}
		return int64(binary.BigEndian.Uint64(b)), nil
	}},
	{"ts_to_big_endian", []string{"BIGINT"}, "BLOB", func(args []any) (any, error) {
		return binary.BigEndian.AppendUint64(nil, uint64(args[0].(int64))), nil
	}},
}
