// Package message holds every request and response of the Athena federation protocol, serde versions 2 to 6, as one
// struct each, and turns them into JSON and back.
//
// A message is one JSON object, which is a Lambda payload as it is. Its first member, "@type", names it; the others
// follow in a fixed order, all of them, nested objects likewise. After the last one a message (but no nested object) may
// have members of the future, which are skipped. Maps from column or option names are in any order.
//
// No message tells its version. The members that are there do, in as far as it matters: an answer goes out at the
// highest version whose members are those of the request ([Decode]). Old versions lack a few members; see version.go. Version
// 1, a looser format that the Java SDK falls back to when nothing else fits, is refused with an error that says what
// did not fit. Schemas, rows and constants are Arrow IPC bytes in base64 (package block).
//
// Odd parts, all the protocol's own: PingRequest has catalogName before queryId and all others after it; ListTablesResponse
// starts with its tables; the sizes of ReadRecordsRequest are numbers in strings; an identity has two members that are
// always "UNKNOWN".
//
// Where the wire can say null and a Go string cannot, the struct remembers it: what was decoded encodes to the same. Where
// the Java SDK reads garbage as zero or false, this package reports an error, since a limit of 0 is a wrong answer.
package message
