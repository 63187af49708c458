// Package parquet turns the Parquet files that UNLOAD writes into rows of block columns.
//
// parquet-go knows the format: the footer, pages of both versions, encodings, compression. It hands out a page's levels and
// its values as they lie in memory, and here the rows are put together again from them, value by value and without anything
// in between: the repetition level says at which list of the path a value goes on, 0 for a new row; the definition level
// says how much of the path is not null. Every level is checked: the leaves of one list must agree.
//
// # What is read
//
// Pages of both versions in all encodings; no compression, GZIP, Snappy and Zstandard; and every type that Timestream
// unloads: timestamps as INT96 (nanoseconds of the day, then the Julian day) or as INT64 with a unit, lists in the forms that
// writers have had over the years. Anything else is an [UnsupportedError], for which a query can be read in pages: the
// library's LZ4 (v0.32.0) makes other values of dictionaries, and asks for ever more memory for a damaged page.
//
// # What is believed
//
// The files are written by Timestream into the operator's own bucket, and a damaged one must be an error: not fewer rows,
// and not the end of the process. So before anything is unpacked it is looked at whether footer and page headers can be
// true: no list is longer than the footer, and nothing nested deeper than Parquet has it; no chunk or page lies outside the
// file; a chunk's pages have as many values as the footer says, and without lists as many as there are rows; no page
// claims more than 64 MB or 16 million values. After that, levels, offsets and places in dictionaries are checked before
// they are used. Panics of the library end here.
//
// What a page holds is believed until it is unpacked. The library unpacks GZIP to its end, which can be two thousand times
// what a page was said to have, and a run of equal levels can claim gigabytes. So memory is bounded for files that writers
// make and for those damaged on the way, of which GZIP's checksums tell, but not for files made to do harm.
package parquet
