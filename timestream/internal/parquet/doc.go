// Package parquet turns the Parquet files that UNLOAD writes into rows of block columns.
//
// A file is held whole in memory, and of it no more is decoded than one page of each column that is wanted:
//
//	"PAR1"
//	row group: column chunk: [dictionary page] data page…       a chunk for each leaf of the schema
//	…
//	footer: schema as a tree, row groups, where each chunk is   Thrift, compact protocol
//	length of the footer (4 bytes), "PAR1"
//
// A leaf's values come with two levels. The repetition level says at which list of the path a value goes on, 0 for a new
// row; the definition level says how much of the path is not null. From the two the rows are put together again, value
// by value and without anything in between, with every level checked: the leaves of one list must agree.
//
// # What is read
//
// Data pages of both versions, plain and dictionary encoding, GZIP and no compression, and every type that Timestream
// unloads: timestamps as INT96 (nanoseconds of the day, then the Julian day) or as INT64 with a unit, lists in the forms
// that writers have had over the years. Anything else is an [UnsupportedError], for which a query can be read in pages.
//
// # Why not a library
//
// Readers for everyone take a file at its word: a length of two gigabytes in a header is memory of two gigabytes, and a
// page's compressed stream is unpacked to wherever it ends. Here no size is believed that the bytes at hand cannot hold.
// They also hand out boxed values, which costs more than decoding them, and add 3 to 28 MB to the function.
package parquet
