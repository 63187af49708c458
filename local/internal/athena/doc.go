// Package athena plays Amazon Athena against a connector: it takes one SQL
// statement in Athena's dialect (Trino's), plans what each connector table has
// to deliver, holds the federation conversation (Ping, capabilities, GetTable,
// GetTableLayout, GetSplits, ReadRecords), loads what comes back into an
// in-memory DuckDB and lets DuckDB run the statement over it.
//
// Promise: a connector may be asked for less than the whole table, never for
// less than the statement needs. What is sent as constraints is either exactly
// what the statement says about one column or wider; every filter, join,
// ordering and limit of the statement is applied again afterwards. A push-down
// that is missing is slow; it never changes the result.
//
// What is pushed down, for each mention of a connector table (a table mentioned
// twice is read twice):
//
//   - the columns that the statement mentions, or the narrowest single column
//     when it mentions none (count(*)), because connectors refuse an empty list;
//   - conjuncts of WHERE and ON of the same query level that compare one column
//     with constants, as value sets (comparisons, BETWEEN, IN, IS NULL, AND, OR
//     and NOT of these); constants are evaluated once, by DuckDB;
//   - the same conjuncts as expressions, where they are no value sets and the
//     connector declares the functions;
//   - LIMIT, and ORDER BY with LIMIT, for a plain SELECT over one table whose
//     whole WHERE went into the constraints, if the connector declares it.
//
// Aggregates, DISTINCT, windows, OFFSET and set operations are never pushed.
package athena
