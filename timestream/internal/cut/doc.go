// Package cut decides where a read is cut into slices. It asks nobody: what the query says of time, how much there is of
// it and how many slices are allowed come from outside, and a slice is what package sqlgen writes.
//
// Times are milliseconds since 1970, as Athena sees them; a cut is the first millisecond behind it. The first slice has no
// lower end and the last no upper one, so that a guess of where a table begins and ends may be wrong without loss.
package cut
