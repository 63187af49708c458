// Package federationtest examines connectors: [Run] plays Athena's whole
// conversation with one, at every serde version, and compares what it answers
// with what it answered before.
//
// The suite needs no knowledge of the source. Its yardstick is the connector's
// own unfiltered read of a table: whatever the version, the projection, the size
// limits or the constraints, no row of that may be lost, changed or invented,
// once the engine has filtered again, as Athena does. A connector may return more
// rows than asked for, never fewer.
//
// It follows that rows which no read returns are not missed, nor values that are
// wrong in every read: a connector's own tests compare a table with what its source
// holds.
//
// The package also holds the fakes of the SDK's tests: one struct of functions
// for each interface of package federation ([Connector], [Splitter] and so on),
// to be embedded together; [Memory], a whole connector over rows in memory; and
// [Corpus], a table with every type that Athena can read.
package federationtest
