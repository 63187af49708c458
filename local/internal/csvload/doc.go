// Package csvload puts a CSV file into a Timestream table through the Write API, as any client of the service would:
// multi-measure records in batches of 100.
//
// The file is read twice. The first reading finds the measures' types: a column is bigint, double or boolean only if
// every value in it is one, else varchar, so no value is ever changed to fit. The second writes. An empty field is an
// absent value. A line that cannot become a record (or that the service rejects) is bad: it is reported with its line
// number and either ends the load or is left out, never dropped in silence.
package csvload
