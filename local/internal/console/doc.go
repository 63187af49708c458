// Package console is what a browser is shown by athena-local serve: the databases and tables of the embedded Timestream, a
// box for SQL with its result as a table and a line chart, and the last queries with the whole conversation that an engine
// had with the connector about each.
//
// Conversations are observed where they pass, at the embedded Lambda (Recorder.Invoker), so those of any engine are here:
// the console's own, athena-local query's, AWS's Java SDK's. A trace id that AWS's SDKs carry along says which statements
// and spilled blocks each request led to. What is remembered has a limit, in number and in bytes.
//
// # Who is answered
//
// The page is for the person at this machine. The Host header must name loopback, so that no other site's name can lead
// here; the API wants a token that only the page has, and refuses requests that another site caused. The page may load
// nothing from elsewhere and may make no HTML out of text (Content-Security-Policy). SQL is only read with: UNLOAD is
// refused.
package console
