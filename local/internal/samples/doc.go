// Package samples holds no code: its tests ask the embedded Timestream, over HTTP and through AWS's own client, the queries that
// AWS's documentation shows, and compare columns, types and value texts with answers that were worked out by hand.
//
// testdata/data holds the tables, one a file, named database.table.csv. A column is a dimension unless it says otherwise:
// measure_name and time are themselves, name:type is a measure of a multi-measure record, measure_value::type the value of a
// single-measure record. An empty cell is no value. Times are UTC; for the server it is always 2024-05-01 12:07:30.5, a Wednesday.
//
// testdata/*.txt hold the queries, in blocks with an empty line between them:
//
//	# How the answer follows from the data; as many lines as it takes.
//	sample-queries.basic-scenarios: the oldest points of a measure
//	SELECT truck, measure_value::double FROM "fleetDB".Trucks ORDER BY time LIMIT 1
//	----
//	truck varchar | measure_value::double double
//	T-1           | 62.5
//
// The line above the query names the page of the developer guide, or the path in the repository amazon-timestream-tools, that has
// a query of this shape or lists the functions in it; names and numbers are ours. "---- any order" is for queries that promise
// none, "---- refused" for those that fail: the answer is then the error. NULL is null, (…) a row, […] an array or a time series
// of time=value.
//
// The answers are arguments, not recordings: nothing rewrites them. Where one differs, either the arithmetic in the comment is
// wrong or the server is.
package samples
