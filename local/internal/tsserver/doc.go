// Package tsserver speaks Timestream's Query and Write APIs over HTTP for a tsdb.DB, so that every AWS SDK pointed at it
// meets the service's own behaviour: JSON shapes, error names and statuses, paging tokens, value texts.
//
// The protocol is AWS JSON 1.0: POST, the operation in X-Amz-Target (Timestream_20181101.Query), both APIs on one address.
// Signatures are not checked. DescribeEndpoints answers the address the caller has used: any other host could send a
// client's signed requests to the real service.
//
// # Paging
//
// A page holds at most a megabyte of JSON. A query's cursor stays open between pages and the result is never held whole;
// of each query the latest page is kept, because its token may be repeated. A token is good for five calls and one hour,
// dies when its successor is used, and is bound to the query's text and to the caller's access key (unless the key is a
// temporary one, which may change under a client). Beyond the service's rules a query that nobody asks for is dropped
// after Options.IdleTimeout, and at most Options.MaxCursors are open.
//
// With MaxRows a result that does not fit one page begins with an empty page, as the service does it.
//
// # What differs from the service
//
// CumulativeBytesScanned counts the bytes of the result so far, or of the files of an UNLOAD, since DuckDB does not tell what it
// read. PrepareQuery of an UNLOAD describes the columns of its SELECT; the guide does not say which it means. Batch load and
// scheduled queries are refused, request rates are not limited, and tables are ready at once.
package tsserver
