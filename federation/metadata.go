package federation

import (
	"context"

	"athena-timestream/federation/message"
	"athena-timestream/federation/panics"
	"athena-timestream/federation/redact"
)

// ping always answers: what the connector's Ping meets is only logged.
func (h *Handler) ping(ctx context.Context, r *message.PingRequest) *message.PingResponse {
	if p, ok := h.connector.(Pinger); ok {
		if err := safePing(ctx, p, r); err != nil {
			h.logPanic(ctx, err)
			h.options.Logger.WarnContext(ctx, "ping failed", keyOperation, r.Kind(), keyError, redact.Text(err))
		}
	}
	response := &message.PingResponse{
		CatalogName: r.CatalogName, QueryID: r.QueryID,
		Capabilities: capabilitiesLevel, SerDeVersion: int(message.Newest),
	}
	if h.options.SourceType != "" {
		response.SourceType = &h.options.SourceType
	}
	return response
}

func safePing(ctx context.Context, p Pinger, r *message.PingRequest) (err error) {
	defer panics.Recover(&err, r.Kind())
	return p.Ping(ctx, r)
}

func (h *Handler) listSchemas(ctx context.Context, r *message.ListSchemasRequest) (message.Message, error) {
	response, err := h.connector.ListSchemas(ctx, r)
	if err != nil {
		return nil, err
	}
	if response == nil {
		return nil, noAnswer(r)
	}
	answer := *response
	answer.CatalogName = orDefault(answer.CatalogName, r.CatalogName)
	return &answer, nil
}

func (h *Handler) listTables(ctx context.Context, r *message.ListTablesRequest) (message.Message, error) {
	response, err := h.connector.ListTables(ctx, r)
	if err != nil {
		return nil, err
	}
	if response == nil {
		return nil, noAnswer(r)
	}
	answer := *response
	answer.CatalogName = orDefault(answer.CatalogName, r.CatalogName)
	return &answer, nil
}

// getTable asks the connector, or its passthrough half if the request carries a
// query, and refuses columns Athena cannot read.
func (h *Handler) getTable(ctx context.Context, r *message.GetTableRequest) (message.Message, error) {
	response, err := h.describe(ctx, r)
	if err != nil {
		return nil, err
	}
	if response == nil || response.Schema == nil {
		return nil, noAnswer(r)
	}
	if err := CheckSchema(response.Schema); err != nil {
		return nil, err
	}
	answer := *response
	answer.CatalogName = orDefault(answer.CatalogName, r.CatalogName)
	if answer.TableName == (message.TableName{}) {
		answer.TableName = r.TableName
	}
	if _, ok := h.connector.(Partitioner); !ok {
		answer.PartitionColumns = nil
	}
	return &answer, nil
}

func (h *Handler) describe(ctx context.Context, r *message.GetTableRequest) (*message.GetTableResponse, error) {
	if len(r.Passthrough) == 0 {
		return h.connector.GetTable(ctx, r)
	}
	p, err := h.passthrough(r.Passthrough)
	if err != nil {
		return nil, err
	}
	return p.PassthroughSchema(ctx, r)
}

func (h *Handler) capabilities(ctx context.Context, r *message.GetDataSourceCapabilitiesRequest) (message.Message, error) {
	response := &message.GetDataSourceCapabilitiesResponse{CatalogName: r.CatalogName}
	if c, ok := h.connector.(CapabilityReporter); ok {
		declared, err := c.Capabilities(ctx, r)
		if err != nil {
			return nil, err
		}
		response.Capabilities = declared
	}
	if p, ok := h.connector.(PassthroughSchemer); ok && h.options.Config.Passthrough {
		response.Capabilities = append(response.Capabilities[:len(response.Capabilities):len(response.Capabilities)], p.Passthrough().Capability())
	}
	return response, nil
}

// callFunction checks the shape of the answer: the input's rows in one column.
func (h *Handler) callFunction(ctx context.Context, r *message.UserDefinedFunctionRequest) (message.Message, error) {
	f, ok := h.connector.(FunctionCaller)
	if !ok {
		return nil, Errorf(OperationNotSupported, "this connector has no user-defined functions: %s cannot be called", r.MethodName)
	}
	response, err := f.CallFunction(ctx, r)
	if err != nil {
		return nil, err
	}
	if response == nil || response.Records == nil {
		return nil, noAnswer(r)
	}
	if n, want := response.Records.NumRows(), r.InputRecords.NumRows(); n != want {
		return nil, Errorf(InvalidResponse, "function %s returned %d rows for %d", r.MethodName, n, want)
	}
	if n := response.Records.Schema.NumFields(); n != 1 {
		return nil, Errorf(InvalidResponse, "function %s returned %d columns where one is due", r.MethodName, n)
	}
	answer := *response
	answer.MethodName = orDefault(answer.MethodName, r.MethodName)
	return &answer, nil
}

func noAnswer(r message.Request) error {
	return Errorf(InvalidResponse, "the connector has no answer to %s", r.Kind())
}

func orDefault(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
