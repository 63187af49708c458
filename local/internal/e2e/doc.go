// Package e2e holds no code: its tests put a SQL statement through everything there is, athena.Engine, the connector's
// Handler, HTTP, the embedded Timestream, and compare the rows with those that were written.
//
// Three parties must agree on every statement: the engine that pushes conditions down, the engine that reads whole
// tables, and a judgement in Go over the written values that shares no code with either. What is random is drawn from
// -seed, which each failure prints; -rounds draws more of it:
//
//	go test ./internal/e2e -rounds 20 -seed 7
package e2e
