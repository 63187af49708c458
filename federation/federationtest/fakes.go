package federationtest

import (
	"context"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation"
	"athena-timestream/federation/block"
	"athena-timestream/federation/message"
	"athena-timestream/federation/spill"
)

// Each fake fulfils one interface by the functions in its fields. A nil function
// is an OperationNotSupported error. A connector with optional interfaces embeds
// several: struct{ federationtest.Connector; federationtest.Splitter }.
var (
	_ federation.Connector          = Connector{}
	_ federation.Pinger             = Pinger{}
	_ federation.Partitioner        = Partitioner{}
	_ federation.Splitter           = Splitter{}
	_ federation.CapabilityReporter = CapabilityReporter{}
	_ federation.PassthroughSchemer = PassthroughSchemer{}
	_ federation.FunctionCaller     = FunctionCaller{}
)

// Connector is a federation.Connector of functions.
type Connector struct {
	ListSchemasFunc func(context.Context, *message.ListSchemasRequest) (*message.ListSchemasResponse, error)
	ListTablesFunc  func(context.Context, *message.ListTablesRequest) (*message.ListTablesResponse, error)
	GetTableFunc    func(context.Context, *message.GetTableRequest) (*message.GetTableResponse, error)
	ReadRecordsFunc func(context.Context, *message.ReadRecordsRequest, *spill.Writer) error
}

func missing(what string) error {
	return federation.Errorf(federation.OperationNotSupported, "the fake has no %s", what)
}

// ListSchemas calls ListSchemasFunc.
func (c Connector) ListSchemas(ctx context.Context, r *message.ListSchemasRequest) (*message.ListSchemasResponse, error) {
	if c.ListSchemasFunc == nil {
		return nil, missing("ListSchemasFunc")
	}
	return c.ListSchemasFunc(ctx, r)
}

// ListTables calls ListTablesFunc.
func (c Connector) ListTables(ctx context.Context, r *message.ListTablesRequest) (*message.ListTablesResponse, error) {
	if c.ListTablesFunc == nil {
		return nil, missing("ListTablesFunc")
	}
	return c.ListTablesFunc(ctx, r)
}

// GetTable calls GetTableFunc.
func (c Connector) GetTable(ctx context.Context, r *message.GetTableRequest) (*message.GetTableResponse, error) {
	if c.GetTableFunc == nil {
		return nil, missing("GetTableFunc")
	}
	return c.GetTableFunc(ctx, r)
}

// ReadRecords calls ReadRecordsFunc.
func (c Connector) ReadRecords(ctx context.Context, r *message.ReadRecordsRequest, w *spill.Writer) error {
	if c.ReadRecordsFunc == nil {
		return missing("ReadRecordsFunc")
	}
	return c.ReadRecordsFunc(ctx, r, w)
}

// Pinger is a federation.Pinger of a function.
type Pinger struct {
	PingFunc func(context.Context, *message.PingRequest) error
}

// Ping calls PingFunc.
func (p Pinger) Ping(ctx context.Context, r *message.PingRequest) error {
	if p.PingFunc == nil {
		return missing("PingFunc")
	}
	return p.PingFunc(ctx, r)
}

// Partitioner is a federation.Partitioner of functions. A nil
// PartitionSchemaFunc adds nothing.
type Partitioner struct {
	PartitionSchemaFunc func(context.Context, *message.GetTableLayoutRequest, *arrow.Schema) (*arrow.Schema, error)
	WritePartitionsFunc func(context.Context, *message.GetTableLayoutRequest, *block.Builder) error
}

// PartitionSchema calls PartitionSchemaFunc.
func (p Partitioner) PartitionSchema(ctx context.Context, r *message.GetTableLayoutRequest, s *arrow.Schema) (*arrow.Schema, error) {
	if p.PartitionSchemaFunc == nil {
		return s, nil
	}
	return p.PartitionSchemaFunc(ctx, r, s)
}

// WritePartitions calls WritePartitionsFunc.
func (p Partitioner) WritePartitions(ctx context.Context, r *message.GetTableLayoutRequest, b *block.Builder) error {
	if p.WritePartitionsFunc == nil {
		return missing("WritePartitionsFunc")
	}
	return p.WritePartitionsFunc(ctx, r, b)
}

// Splitter is a federation.Splitter of a function.
type Splitter struct {
	GetSplitsFunc func(context.Context, *message.GetSplitsRequest) ([]federation.SplitSpec, *string, error)
}

// GetSplits calls GetSplitsFunc.
func (s Splitter) GetSplits(ctx context.Context, r *message.GetSplitsRequest) ([]federation.SplitSpec, *string, error) {
	if s.GetSplitsFunc == nil {
		return nil, nil, missing("GetSplitsFunc")
	}
	return s.GetSplitsFunc(ctx, r)
}

// CapabilityReporter is a federation.CapabilityReporter of a function.
type CapabilityReporter struct {
	CapabilitiesFunc func(context.Context, *message.GetDataSourceCapabilitiesRequest) ([]message.Capability, error)
}

// Capabilities calls CapabilitiesFunc.
func (c CapabilityReporter) Capabilities(ctx context.Context, r *message.GetDataSourceCapabilitiesRequest) ([]message.Capability, error) {
	if c.CapabilitiesFunc == nil {
		return nil, missing("CapabilitiesFunc")
	}
	return c.CapabilitiesFunc(ctx, r)
}

// PassthroughSchemer is a federation.PassthroughSchemer of a signature and a
// function.
type PassthroughSchemer struct {
	Signature             federation.PassthroughSignature
	PassthroughSchemaFunc func(context.Context, *message.GetTableRequest) (*message.GetTableResponse, error)
}

// Passthrough returns Signature.
func (p PassthroughSchemer) Passthrough() federation.PassthroughSignature { return p.Signature }

// PassthroughSchema calls PassthroughSchemaFunc.
func (p PassthroughSchemer) PassthroughSchema(ctx context.Context, r *message.GetTableRequest) (*message.GetTableResponse, error) {
	if p.PassthroughSchemaFunc == nil {
		return nil, missing("PassthroughSchemaFunc")
	}
	return p.PassthroughSchemaFunc(ctx, r)
}

// FunctionCaller is a federation.FunctionCaller of a function.
type FunctionCaller struct {
	CallFunctionFunc func(context.Context, *message.UserDefinedFunctionRequest) (*message.UserDefinedFunctionResponse, error)
}

// CallFunction calls CallFunctionFunc.
func (f FunctionCaller) CallFunction(ctx context.Context, r *message.UserDefinedFunctionRequest) (*message.UserDefinedFunctionResponse, error) {
	if f.CallFunctionFunc == nil {
		return nil, missing("CallFunctionFunc")
	}
	return f.CallFunctionFunc(ctx, r)
}
