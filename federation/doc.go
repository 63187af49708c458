// Package federation is an SDK for Amazon Athena federated query connectors: a
// connector says which schemas, tables and columns a source has and appends
// rows to a writer; the [Handler] does the rest of the protocol.
//
// One invocation carries one JSON request and yields one JSON answer
// ([Handler.Invoke]), at serde versions 2 to 6. The Handler
//
//   - decodes the request, calls the connector, and encodes the answer at the
//     version at which the request parsed, which is the rule of the Java SDK;
//   - supplies whatever the connector has no opinion on: one partition, one
//     split, no capabilities;
//   - gives each split a spill location and an encryption key of its own, and
//     answers a read inline or with the locations of spilled blocks;
//   - refuses column types that Athena cannot read, and passthrough queries
//     that are switched off or incomplete;
//   - ends a read when Athena's query has ended or when the time left for the
//     invocation runs out;
//   - turns every failure, panics included, into an [Error] with one of
//     Athena's codes.
//
// Four calls are required of a [Connector]. Everything else is an optional
// interface beside it, found by type assertion: [Pinger], [Partitioner],
// [Splitter], [CapabilityReporter], [PassthroughSchemer], [FunctionCaller].
//
// The package knows no AWS service. What a deployed function needs of them is
// handed in through [Options]: a block store, a key source, a bucket verifier
// and a query status checker. Package lambdahandler serves a Handler in AWS
// Lambda, package client asks one as Athena would, and package federationtest
// examines a connector.
//
// To write a connector, begin with the example of [NewHandler] and examples/csv,
// and pass federationtest.Run before anything else is added. Then these questions
// come up:
//
//   - Which Go value goes into which column? block.AppendValue, and for many rows
//     the columns' own Append; the example of block.Builder shows both.
//   - Which rows may be left out? Those that a set in r.Constraints.Summary
//     excludes (predicate.ValueSet.Contains). Everything in Constraints but
//     Passthrough may be ignored, since Athena applies it again; a request with a
//     query plan never arrives, but at a [PlanApplier]. See [CapabilityReporter]
//     for limits.
//   - How does a read know its partition? [Splitter] writes what it needs into
//     the split's Properties.
//   - Which errors? [Errorf] with a code, for whatever the person who wrote the
//     query can mend; anything else is an internal error.
//   - Where do blocks go at home? spill.NewMem and spill.NewDir are stores.
//
// What is promised: a Handler is safe for concurrent use, keeps no state between
// requests, and starts nothing that outlives an invocation.
package federation
