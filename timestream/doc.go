// Package timestream connects Amazon Athena to Amazon Timestream for LiveAnalytics.
//
// A Timestream database is a schema, a table a table, and a read is one SQL statement that package sqlgen writes from
// Athena's constraints and package page turns into columns.
//
// # Names
//
// Timestream's names are case-sensitive, Athena's are lower-case. Lists show lower-case names. A name is first taken as
// it is; if the service does not know it, it is looked up without regard to case, and two names that differ in nothing
// else are an error that names both. The real table name travels in the split's properties, real column names in the
// schema's metadata, so a read asks for neither.
//
// # Tables
//
// Columns come from DESCRIBE, or from a Glue table of the same name if that has the parameter
// "timestream-metadata-flag". A Glue view's original text is Timestream SQL, which is read instead of a table; with it a
// column may be an array, a row or a time series.
//
// Timestamps have milliseconds in Athena: nanoseconds are cut off. Types that Athena has no counterpart for are shown as
// text: time, both intervals, and types this package has not heard of.
//
// # Passthrough
//
// SELECT * FROM TABLE(catalog.system.query(QUERY => '…')) runs any SELECT, WITH, SHOW or DESCRIBE as it is.
package timestream
