// Package block holds the Arrow half of the Athena federation protocol: schemas and record batches as bytes,
// record batches under construction, and the sizes of both.
//
// A schema or a block's records are one encapsulated Arrow IPC message each. There is no stream header, no magic
// and no end-of-stream marker:
//
//	Legacy    int32 metadata length            | metadata (flatbuffer Message, V4) | zero padding | body
//	Current   FF FF FF FF, int32 metadata length | metadata (flatbuffer Message, V5) | zero padding | body
//
// All integers are little-endian. The length counts the padding, which brings prefix and metadata to a multiple of
// 8 bytes. A schema has no body. A batch of zero rows is zero bytes: it is never framed. The protocol uses Legacy
// for serde version 2 and for every spilled object, Current for versions 3 to 6; readers take both everywhere.
//
// Body buffers lie in depth-first field order, each padded to 8 bytes. A column without nulls is written without
// a validity buffer (length 0), as Arrow allows and arrow-go does; Java's own writer always adds one, but its
// reader, like arrow-go's, looks at the null count first and never at the buffer when the count is 0. Fewer bytes
// therefore mean the same to both.
//
// Bytes that come in are treated as hostile: every length, offset, depth and count is checked against the bytes
// that are there before anything is built from it, what is allocated is bounded by the size of the input, and no
// input panics.
package block
