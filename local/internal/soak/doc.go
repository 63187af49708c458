// Package soak holds no code: its test keeps one instance of what "athena-local serve" runs busy for as long as it is told,
// and looks at what that leaves behind.
//
// Readers, 64 at a time, ask the connector through Lambda's API for tables whose rows they know, while a share of the
// connector's own calls to Timestream and S3 goes wrong and some readers leave in the middle. A read gives exactly the rows
// that were written, or an error. Between rounds all is quiet, and memory and goroutines are counted: after the first
// rounds they no longer grow.
//
//	go test ./internal/soak -v -timeout 0 -for 30m -seed 7
package soak
