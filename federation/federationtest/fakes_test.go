package federationtest_test

import (
	"testing"

	"athena-timestream/federation"
	"athena-timestream/federation/federationtest"
	"athena-timestream/federation/message"
)

// TestFakes: an empty fake refuses everything, and none of it panics.
func TestFakes(t *testing.T) {
	c := struct {
		federationtest.Connector
		federationtest.Pinger
		federationtest.Partitioner
		federationtest.Splitter
		federationtest.CapabilityReporter
		federationtest.PassthroughSchemer
		federationtest.FunctionCaller
	}{}
	ctx := t.Context()
	errs := map[string]error{"ping": c.Ping(ctx, nil), "read": c.ReadRecords(ctx, nil, nil), "partitions": c.WritePartitions(ctx, nil, nil)}
	_, errs["schemas"] = c.ListSchemas(ctx, nil)
	_, errs["tables"] = c.ListTables(ctx, nil)
	_, errs["table"] = c.GetTable(ctx, nil)
	_, _, errs["splits"] = c.GetSplits(ctx, nil)
	_, errs["capabilities"] = c.Capabilities(ctx, nil)
	_, errs["passthrough"] = c.PassthroughSchema(ctx, nil)
	_, errs["function"] = c.CallFunction(ctx, nil)
	for name, err := range errs {
		if message.CodeOf(err) != federation.OperationNotSupported {
			t.Errorf("%s: %v", name, err)
		}
	}
}
