package awsapi

// athena answers GetQueryExecution, which connectors ask to learn whether a query is still worth answering.
type athena struct {
	state func(queryID string) (string, bool)
}

func (a athena) operations() operations {
	return operations{"GetQueryExecution": operation(a.getQueryExecution)}
}

func (a athena) getQueryExecution(in struct{ QueryExecutionId string }) (any, error) {
	if a.state != nil {
		if state, known := a.state(in.QueryExecutionId); known {
			return map[string]any{"QueryExecution": map[string]any{
				"QueryExecutionId": in.QueryExecutionId,
				"Status":           map[string]any{"State": state},
			}}, nil
		}
	}
	return nil, badRequest("InvalidRequestException", "QueryExecution %s was not found", in.QueryExecutionId)
}
