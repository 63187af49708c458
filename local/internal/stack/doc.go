// Package stack starts everything that runs behind athena-local's one address, in the order in which one needs the other:
// the embedded Timestream, the AWS services around it, the connector (in this process, or a compiled Lambda function), the
// demo database. The connector reaches Timestream and S3 through that address, as it would reach AWS.
//
// A data folder belongs to one process at a time. A process that serves one leaves its address in the folder, so that
// others use that server instead of failing. Close keeps everything that was acknowledged.
package stack
