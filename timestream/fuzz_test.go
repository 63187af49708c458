package timestream_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite"

	"athena-timestream/federation"
	"athena-timestream/federation/message"
	"athena-timestream/federation/spill"
	"athena-timestream/internal/golden"
	"athena-timestream/timestream"
)

// nothing is a Timestream whose answers are empty.
type nothing struct{}

func (nothing) Query(context.Context, *timestreamquery.QueryInput, ...func(*timestreamquery.Options)) (*timestreamquery.QueryOutput, error) {
	return &timestreamquery.QueryOutput{QueryId: aws.String("Q")}, nil
}

func (nothing) PrepareQuery(context.Context, *timestreamquery.PrepareQueryInput, ...func(*timestreamquery.Options)) (*timestreamquery.PrepareQueryOutput, error) {
	return &timestreamquery.PrepareQueryOutput{}, nil
}

func (nothing) CancelQuery(context.Context, *timestreamquery.CancelQueryInput, ...func(*timestreamquery.Options)) (*timestreamquery.CancelQueryOutput, error) {
	return &timestreamquery.CancelQueryOutput{}, nil
}

func (nothing) DescribeAccountSettings(context.Context, *timestreamquery.DescribeAccountSettingsInput, ...func(*timestreamquery.Options)) (*timestreamquery.DescribeAccountSettingsOutput, error) {
	return &timestreamquery.DescribeAccountSettingsOutput{}, nil
}

func (nothing) DescribeTable(context.Context, *timestreamwrite.DescribeTableInput, ...func(*timestreamwrite.Options)) (*timestreamwrite.DescribeTableOutput, error) {
	return &timestreamwrite.DescribeTableOutput{}, nil
}

func (nothing) ListDatabases(context.Context, *timestreamwrite.ListDatabasesInput, ...func(*timestreamwrite.Options)) (*timestreamwrite.ListDatabasesOutput, error) {
	return &timestreamwrite.ListDatabasesOutput{}, nil
}

func (nothing) ListTables(context.Context, *timestreamwrite.ListTablesInput, ...func(*timestreamwrite.Options)) (*timestreamwrite.ListTablesOutput, error) {
	return &timestreamwrite.ListTablesOutput{}, nil
}

// FuzzInvoke: a request of any bytes is answered or refused with a code, whatever its schema's metadata, its layout and its
// split's properties say; the connector does not panic.
func FuzzInvoke(f *testing.F) {
	for v := message.Oldest; v <= message.Newest; v++ {
		for _, name := range golden.Names(f, fmt.Sprintf("v%d", v)) {
			f.Add(golden.Read(f, fmt.Sprintf("v%d", v), name+".json"))
		}
	}
	for _, split := range []map[string]string{
		{"database": "d", "table": "t"},
		{"time_column": "time", "time_from": "2024-01-01T00:00:00.000Z", "time_to": "2024-01-02T00:00:00.000Z", "time_null": "true"},
		{"column": "host", "values": `["a","b"]`, "value_null": "true"},
	} {
		text, err := json.Marshal(split)
		if err != nil {
			f.Fatal(err)
		}
		for _, name := range golden.Names(f, "v6") {
			if b := string(golden.Read(f, "v6", name+".json")); strings.Contains(b, "ReadRecordsRequest") {
				f.Add([]byte(strings.ReplaceAll(b, `"properties":{}`, `"properties":`+string(text))))
			}
		}
	}
	c := timestream.New(nothing{}, nothing{}, nil, nil)
	c.Splits = timestream.SplitConfig{Most: 8, LookBack: time.Hour, Count: true}
	h, err := federation.NewHandler(c, federation.Options{
		Config: federation.Config{SpillBucket: "b", Passthrough: true}, Store: spill.NewMem(),
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		if _, err := h.Invoke(t.Context(), payload); err != nil && strings.HasPrefix(err.Error(), "panic in ") {
			t.Error(err)
		}
	})
}
