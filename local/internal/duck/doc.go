// Package duck is the only place that talks to DuckDB. It opens a database, runs statements, streams results, appends
// rows and moves Arrow record batches in and out.
//
// Every database is closed to the outside: external access, extension installing and later changes of the settings are
// off, so SQL that reaches [DB.Query] can read and write nothing but the tables of the database itself.
//
// Results are streamed. DuckDB computes a result while it is read and holds about a megabyte of it, so an abandoned
// result must be closed and a long one costs no memory. duckdb-go's database/sql driver materialises every result, so
// this package stands on the driver's own lower layer (duckdb-go/v2/mapping, and duckdb-go-bindings for the one call
// that mapping leaves out) and reads and writes DuckDB's vectors itself.
//
// Nothing here needs a build tag. DuckDB's Arrow interface hides behind one, so record batches are copied into vectors
// column by column, and rows that are appended take the same way through Arrow builders.
package duck
