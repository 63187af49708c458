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
//
// A panic is an internal error. In a goroutine that the connector starts it would
// end the process: defer panics.Recover there, of the package beside this one.
type Connector interface {
	// ListSchemas names all schemas.
	ListSchemas(context.Context, *message.ListSchemasRequest) (*message.ListSchemasResponse, error)

	// ListTables names the tables of a schema, all of them if PageSize is -1.
	// [PageTables] does the paging of a source that cannot.
	ListTables(context.Context, *message.ListTablesRequest) (*message.ListTablesResponse, error)

	// GetTable returns columns, custom metadata and partition columns of a
	// table, an EntityNotFound error if there is none; [CheckSchema] lists the
	// types. The schema comes back in later calls as it was returned here,
	// metadata included. Partition columns name columns of the schema, and count
	// only if the connector is a [Partitioner]. An empty TableName in the answer
	// is the request's; another one is the source's own spelling.
	GetTable(context.Context, *message.GetTableRequest) (*message.GetTableResponse, error)

	// ReadRecords appends the rows of one split to w, whose columns are those
	// of the request's schema, in its order: some of the table's columns, or
	// none, partition columns like all others. For each row it appends one value
	// to each column of w.Builder (block.AppendValue says which Go values) and
	// calls w.EndRow. It may return more rows than the constraints allow, never
	// fewer: Athena filters again. Constraints may be on columns that are not
	// wanted. The connector does not call Finish or Abort. When ctx ends it
	// returns context.Cause(ctx).
	//
	// Constraints.Plan is nil unless the connector is a [PlanApplier].
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
	// back in GetSplits only: give them names that no column has, since the
	// constraints of a column drop partitions by that name. Without any field
	// the table is one partition and WritePartitions is not called. Tables
	// without partition columns and passthrough queries come here too.
	PartitionSchema(ctx context.Context, r *message.GetTableLayoutRequest, partitionColumns *arrow.Schema) (*arrow.Schema, error)

	// WritePartitions appends one row a partition: one value to each column of
	// b, whose fields are those of PartitionSchema, and no more (there is no
	// EndRow here). The Handler drops rows that the constraints on partition
	// columns exclude. No row: nothing to read.
	WritePartitions(ctx context.Context, r *message.GetTableLayoutRequest, b *block.Builder) error
}

// SplitSpec is one split: the part of a read that one ReadRecords call does.
// Properties are opaque to Athena and come back in ReadRecordsRequest.Split. They
// are all that a read learns of its partition.
type SplitSpec struct {
	Properties map[string]string
}

// Splitter cuts partitions into splits. Without it a request is answered with
// one split without properties.
type Splitter interface {
	// GetSplits returns some splits and, if there are more, the token with
	// which Athena asks again (r.ContinuationToken, nil at first); it must differ
	// each time. The rows of r.Partitions are those of WritePartitions, read
	// with block.ValueAt; for a table that is one partition they say nothing.
	// Together the splits hold each row of the partitions once. Answers must
	// stay below Lambda's 6 MB; a split takes some 400 bytes plus its
	// properties. [PageSplits] does the paging of a list that is at hand.
	GetSplits(context.Context, *message.GetSplitsRequest) (splits []SplitSpec, continuation *string, err error)
}

// CapabilityReporter declares what the connector can do with constraints:
// [FilterPushdown], [ExpressionPushdown], [LimitPushdown], [TopNPushdown]. The
// Handler adds query passthrough by itself. A declaration brings constraints
// and takes nothing away: any of them may be ignored, because Athena applies them
// again (all but a plan: see [PlanApplier]).
//
// A limit counts the rows that are left by everything else. So a read that did not
// apply all of Summary, Expressions, OrderBy and Plan must not end at Limit. A
// limit holds for each split by itself, and a limit of 0 is one (use HasLimit).
type CapabilityReporter interface {
	Capabilities(context.Context, *message.GetDataSourceCapabilitiesRequest) ([]message.Capability, error)
}

// ReadFinisher is told of each read whose rows have all been handed over: every
// block is stored, or the answer holds them. It is the time to remove what the
// split was read from. The read has succeeded whatever it does, and Athena waits
// for it, so it should be quick and log what fails. A read that failed may be
// asked for again; nobody is told of it.
type ReadFinisher interface {
	FinishRead(ctx context.Context, r *message.ReadRecordsRequest)
}

// PlanApplier is for connectors that obey Constraints.Plan in ReadRecords: they apply its filter
// exactly or fail (package substrait reads plans). For all others the Handler
// refuses a read with a plan, since the engine behind it does not filter again.
type PlanApplier interface {
	// AppliesPlans is never called; a connector that has it is one.
	AppliesPlans()
}

// PassthroughSchemer runs queries in the source's own language, if
// [Config].Passthrough allows it. PassthroughSchema takes the place of GetTable;
// then the [Partitioner], the [Splitter] and ReadRecords are called as for a table
// and have to look at Constraints.Passthrough, which is empty for tables and holds
// verified arguments here. Their TableName is the one that PassthroughSchema
// answered, or else the request's: it names no table.
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
