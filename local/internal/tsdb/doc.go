// Package tsdb is the embedded Timestream: databases, tables, records with dimensions and measures, and queries in
// Timestream's SQL, kept in DuckDB.
//
// # Storage
//
// A data folder holds one file, timestream.duckdb, and DuckDB's log beside it. The schema "meta" holds one JSON document
// for each database and table and one for the account's settings; the documents are small and live in memory while the database is open. Each Timestream
// table is one DuckDB table "t<number>", because DuckDB's names ignore case and Timestream's do not:
//
//	series   UBIGINT       hash of dimensions and measure_name, to find the row that a write repeats
//	version  BIGINT        the record's version
//	m        VARCHAR       measure_name
//	t        TIMESTAMP_NS  time
//	c0, c1…  VARCHAR, DOUBLE, BIGINT, BOOLEAN or TIMESTAMP_NS: dimensions and values in order of first appearance
//
// A write is in one transaction: schema growth, replaced rows and new rows together. Writes that wait for the one before
// share the next transaction, with the outcome that they would have had one after the other. When WriteRecords has
// returned, its records are in the log, flushed to the disk, and survive the process being killed.
//
// Whether a write repeats a row is known from the times at which each series has rows, in memory; only points that lie
// between them are looked for in the table.
//
// # Retention
//
// Real Timestream refuses records outside of the memory store's window (and of the magnetic store's, when magnetic
// writes are on) and forgets those that have outlived both. Here that is off unless Options.EnforceRetention is set:
// who tries the project out loads historic samples first, and would meet nothing but rejections.
package tsdb
