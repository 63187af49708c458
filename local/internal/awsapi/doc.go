// Package awsapi answers, on one address, the AWS calls that surround Timestream when a connector runs: S3 (spilled
// blocks), Lambda (Invoke, and the Runtime API for a compiled function), Glue (tables that describe views), KMS, Secrets
// Manager, STS and Athena's GetQueryExecution. Every AWS SDK reaches them through AWS_ENDPOINT_URL with any credentials.
//
// It promises the wire forms that SDKs check (targets, status codes, error types) for the operations that it has. An
// operation that it lacks is answered with UnknownOperationException and its name, never with an empty success. Signatures
// are not checked, so it must listen on loopback only.
package awsapi

// Account and Region are what ARNs of the embedded services carry.
const (
	Account = "123456789012"
	Region  = "us-east-1"
)
