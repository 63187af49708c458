// Package tswire holds the forms that Timestream gives to types and values outside of itself: the JSON of a column's type and
// the text of a value. Answers of Query and the files of UNLOAD share them.
//
// Texts are as documented (supported-data-types) and captured: nine fraction digits of a second, no zone since everything is
// UTC, doubles as Java prints them.
package tswire
