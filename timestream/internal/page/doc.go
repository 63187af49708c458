// Package page turns the answers of Timestream's Query API into rows of block columns.
//
// One answer is a page, a JSON object of at most about 1 MB whose members come in any order:
//
//	{"QueryId":"AE…","NextToken":"…",
//	 "ColumnInfo":[{"Name":"host","Type":{"ScalarType":"VARCHAR"}},…],
//	 "Rows":[{"Data":[{"ScalarValue":"a"},{"NullValue":true},{"ArrayValue":[…]},
//	                  {"RowValue":{"Data":[…]}},{"TimeSeriesValue":[{"Time":"…","Value":{…}}]}]}],
//	 "QueryStatus":{"ProgressPercentage":100,"CumulativeBytesScanned":0,"CumulativeBytesMetered":0}}
//
// A page is read in one pass over its bytes, straight into the columns, with nothing allocated per row: the SDK's own
// way (a map for each object, a struct for each cell, a string for each value) is some forty to sixty times slower.
// Two promises make that safe:
//
//   - The SDK is asked whenever the pass meets something it does not expect. Its deserializer then reads the same bytes
//     and the rest of the rows is taken from its structs. The results are the same by test, the errors are the SDK's.
//   - A page's rows are appended once. The body is read whole inside the SDK's retry loop and decoded after it, so an
//     attempt that breaks half-way has appended nothing.
//
// Values that do not parse as their type end the query with a [ValueError]; no row is ever left out.
package page
