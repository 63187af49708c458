// Package gluemeta takes schemas out of AWS Glue for sources that have none of
// their own, or whose own is to be corrected by hand.
//
// A Glue database is a schema, a Glue table a table. A connector names the
// databases and tables that are meant for it by a filter, usually a table
// parameter. A table's columns are its storage columns and then its partition
// keys, renamed by the parameter
//
//	columnMapping = glueName=sourceName,glueName=sourceName
//
// with the types of the grammar at [ParseType]. The schema's metadata is the
// table's parameters, plus
//
//	<column>                                   the column's comment, if it has one
//	sourceTable                                x of a storage location arn:aws:…:table/x
//	datetimeFormatMappingNormalized            parameter datetimeFormatMapping, columns renamed
//	_view_template                             the view's text, if the table is a view
//	glueTableContainsPreviouslyUnsupportedType true if a decimal, a map or a set occurs
//
// A parameter wins over any of these of the same name (the Java SDK fails there).
//
// Errors keep apart what Glue says: a table that is not there is EntityNotFound,
// so that a connector can go on to the source's own schema; denied, throttled
// and malformed are AccessDenied, Throttling and InvalidInput, which it must not
// take for "not there".
//
// [ConnectionSettings] reads a connector's settings out of a Glue connection.
package gluemeta
