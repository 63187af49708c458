package federation

import (
	"context"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/block"
	"athena-timestream/federation/message"
	"athena-timestream/federation/spill"
)

// Connector is what every source must be able to do. Its methods are called
// concurrently. Errors that carry a code ([Errorf]) reach Athena with the class
// that belongs to the code; others are internal errors. Answers may leave
// CatalogName empty: the Handler fills it from the request, in a copy, so that
// one answer may be kept and given many times.
type Connector interface {
	// ListSchemas names all schemas.
	ListSchemas(context.Context, *message.ListSchemasRequest) (*message.ListSchemasResponse, error)

	// ListTables names the tables of a schema, all of them if PageSize is -1.
	// [PageTables] does the paging of a source that cannot.
	ListTables(context.Context, *message.ListTablesRequest) (*message.ListTablesResponse, error)

	// GetTable returns columns, custom metadata and partition columns of a
	// table, an EntityNotFound error if there is none. The schema comes back
	// in later calls as it was returned here, metadata included. Partition
	// columns count only if the connector is a [Partitioner].
	GetTable(context.Context, *message.GetTableRequest) (*message.GetTableResponse, error)

	// ReadRecords appends the rows of one split to w, whose columns are those
	// of the request's schema, in its order. It may return more rows than the
	// constraints allow, never fewer: Athena filters again. The connector does
	// not call Finish or Abort.
	ReadRecords(ctx context.Context, r *message.ReadRecordsRequest, w *spill.Writer) error
}

// Pinger is told of each ping. Whatever it returns is logged; the ping is
// answered all the same.
type Pinger interface {
	Ping(context.Context, *message.PingRequest) error
}

// Partitioner cuts a table into partitions. Without it a table is one
// partition, and the partition columns of GetTable are reported as ordinary
// columns: a table never turns out empty because nobody wrote its partitions.
type Partitioner interface {
	// PartitionSchema may add fields and metadata to the columns of a
	// partition row, given as the table's partition columns. Added fields come
	// back in GetSplits. Without any field or metadata the table is one
	// partition and WritePartitions is not called.
	PartitionSchema(ctx context.Context, r *message.GetTableLayoutRequest, partitionColumns *arrow.Schema) (*arrow.Schema, error)

	// WritePartitions appends one row a partition. The Handler drops rows that
	// the constraints on partition columns exclude. No row: nothing to read.
	WritePartitions(ctx context.Context, r *message.GetTableLayoutRequest, b *block.Builder) error
}

// SplitSpec is one split: the part of a read that one ReadRecords call does.
// Properties are opaque to Athena and come back with the split.
type SplitSpec struct {
	Properties map[string]string
}

// Splitter cuts partitions into splits. Without it a request is answered with
// one split without properties.
type Splitter interface {
	// GetSplits returns some splits and, if there are more, the token with
	// which Athena asks again. Answers must stay below Lambda's 6 MB; a split
	// takes some 400 bytes plus its properties.
	GetSplits(context.Context, *message.GetSplitsRequest) (splits []SplitSpec, continuation *string, err error)
}

// CapabilityReporter declares what the connector can do with constraints. The
// Handler adds query passthrough by itself.
type CapabilityReporter interface {
	Capabilities(context.Context, *message.GetDataSourceCapabilitiesRequest) ([]message.Capability, error)
}

// PassthroughSchemer runs queries in the source's own language. Its requests
// carry verified arguments in Passthrough (GetTable) and Constraints.Passthrough
// (all later calls).
type PassthroughSchemer interface {
	// Passthrough is the table function's signature; it must not change.
	Passthrough() PassthroughSignature
	// PassthroughSchema returns the columns of the query in r.Passthrough.
	PassthroughSchema(ctx context.Context, r *message.GetTableRequest) (*message.GetTableResponse, error)
}

// FunctionCaller runs user-defined functions: as many rows out as went in, in
// one column.
type FunctionCaller interface {
	CallFunction(context.Context, *message.UserDefinedFunctionRequest) (*message.UserDefinedFunctionResponse, error)
}
