// Package substrait reads the query plans that Athena sends to connectors from version 6 of the protocol on: one
// substrait.Plan protobuf message (https://substrait.io) that says the same as the query.
//
// [Decode] gives the part of a plan that a connector has to obey, with field numbers resolved to the table's columns:
// the filter, which the engine does not apply again, and the order and limit, which it does. Whatever the package does
// not understand is an error, never a wider filter. It promises neither to know every function nor every relation of
// Substrait: plans are read as Athena and Isthmus write them.
package substrait
