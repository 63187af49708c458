package federation_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation"
	"athena-timestream/federation/block"
	"athena-timestream/federation/federationtest"
	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
	"athena-timestream/federation/spill"
)

var oneColumn = arrow.NewSchema([]arrow.Field{{Name: "n", Type: arrow.PrimitiveTypes.Int64, Nullable: true}}, nil)

func wantCode(t *testing.T, err error, code federation.Code, says string) {
	t.Helper()
	coded, ok := errors.AsType[*federation.Error](err)
	if !ok || coded.Code != code || !strings.Contains(err.Error(), says) {
		t.Errorf("got %#v (%v), want %s saying %q", err, err, code, says)
	}
}

func TestNewHandlerNamesEveryFault(t *testing.T) {
	_, err := federation.NewHandler(nil, federation.Options{Config: federation.Config{KMSKeyID: "alias/k", MaxBlockSize: -1}})
	for _, says := range []string{"no connector", "no block store", "no key source", "-1 is negative"} {
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v does not say %q", err, says)
		}
	}
}

func TestPingAlwaysAnswers(t *testing.T) {
	pingers := map[string]func(context.Context, *message.PingRequest) error{
		"well":   func(context.Context, *message.PingRequest) error { return nil },
		"fails":  func(context.Context, *message.PingRequest) error { return errors.New("source is down") },
		"panics": func(context.Context, *message.PingRequest) error { panic("boom") },
	}
	for name, ping := range pingers {
		t.Run(name, func(t *testing.T) {
			c := struct {
				federationtest.Connector
				federationtest.Pinger
			}{Pinger: federationtest.Pinger{PingFunc: ping}}
			got, err := ask[*message.PingResponse](t.Context(), t, newHandler(t, c, federation.Options{SourceType: "demo"}), &message.PingRequest{Header: header()})
			if err != nil {
				t.Fatal(err)
			}
			if got.CatalogName != "c" || got.QueryID != "q" || *got.SourceType != "demo" || got.Capabilities != 24 || got.SerDeVersion != 6 {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestConnectorFailures(t *testing.T) {
	tests := map[string]struct {
		answer func() (*message.ListSchemasResponse, error)
		code   federation.Code
		says   string
	}{
		"plain error": {func() (*message.ListSchemasResponse, error) { return nil, errors.New("disk on fire") }, federation.InternalService, "disk on fire"},
		"coded error": {func() (*message.ListSchemasResponse, error) {
			return nil, federation.Errorf(federation.AccessDenied, "no")
		}, federation.AccessDenied, "no"},
		"wrapped error": {func() (*message.ListSchemasResponse, error) {
			return nil, fmt.Errorf("list: %w", federation.Errorf(federation.Throttling, "slow down"))
		}, federation.Throttling, "list: slow down"},
		"panic":     {func() (*message.ListSchemasResponse, error) { panic("boom") }, federation.InternalService, "panic in ListSchemasRequest: boom"},
		"no answer": {func() (*message.ListSchemasResponse, error) { return nil, nil }, federation.InvalidResponse, "no answer to ListSchemasRequest"},
		"AWS throttles": {func() (*message.ListSchemasResponse, error) {
			return nil, fmt.Errorf("query: %w", awsError{"ThrottlingException", 400})
		}, federation.Throttling, "query: "},
		"AWS denies":    {func() (*message.ListSchemasResponse, error) { return nil, awsError{"AccessDeniedException", 400} }, federation.AccessDenied, "AccessDenied"},
		"AWS by status": {func() (*message.ListSchemasResponse, error) { return nil, awsError{"SomethingElse", 503} }, federation.InternalService, ""},
		"AWS's answer":  {func() (*message.ListSchemasResponse, error) { return nil, awsError{"unexpected EOF", 200} }, federation.InternalService, "EOF"},
		"AWS bad token": {func() (*message.ListSchemasResponse, error) { return nil, awsError{"ExpiredTokenException", 403} }, federation.InvalidCredentials, ""},
		"deadline": {func() (*message.ListSchemasResponse, error) {
			return nil, fmt.Errorf("call: %w", context.DeadlineExceeded)
		}, federation.OperationTimeout, "call: "},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := federationtest.Connector{ListSchemasFunc: func(context.Context, *message.ListSchemasRequest) (*message.ListSchemasResponse, error) {
				return test.answer()
			}}
			_, err := ask[*message.ListSchemasResponse](t.Context(), t, newHandler(t, c, federation.Options{}), &message.ListSchemasRequest{Header: header()})
			wantCode(t, err, test.code, test.says)
		})
	}
}

// awsError has the shape of smithy's API and HTTP response errors.
type awsError struct {
	name   string
	status int
}

func (e awsError) Error() string        { return e.name }
func (e awsError) ErrorCode() string    { return e.name }
func (e awsError) ErrorMessage() string { return e.name }
func (e awsError) HTTPStatusCode() int  { return e.status }

// TestAnswersAreNotChanged: a connector may keep an answer and give it again, to
// requests of other catalogs too.
func TestAnswersAreNotChanged(t *testing.T) {
	schemas := &message.ListSchemasResponse{Schemas: []string{"s"}}
	tables := &message.ListTablesResponse{}
	table := &message.GetTableResponse{Schema: demoTable, PartitionColumns: []string{"year"}}
	h := newHandler(t, federationtest.Connector{
		ListSchemasFunc: func(context.Context, *message.ListSchemasRequest) (*message.ListSchemasResponse, error) {
			return schemas, nil
		},
		ListTablesFunc: func(context.Context, *message.ListTablesRequest) (*message.ListTablesResponse, error) {
			return tables, nil
		},
		GetTableFunc: func(context.Context, *message.GetTableRequest) (*message.GetTableResponse, error) { return table, nil },
	}, federation.Options{})
	for _, catalog := range []string{"one", "two"} {
		head := message.Header{CatalogName: catalog}
		gotSchemas, err := ask[*message.ListSchemasResponse](t.Context(), t, h, &message.ListSchemasRequest{Header: head})
		if err != nil || gotSchemas.CatalogName != catalog {
			t.Errorf("schemas of %s: %+v, %v", catalog, gotSchemas, err)
		}
		gotTables, err := ask[*message.ListTablesResponse](t.Context(), t, h, &message.ListTablesRequest{Header: head})
		if err != nil || gotTables.CatalogName != catalog {
			t.Errorf("tables of %s: %+v, %v", catalog, gotTables, err)
		}
		name := message.TableName{Schema: catalog, Table: "t"}
		gotTable, err := ask[*message.GetTableResponse](t.Context(), t, h, &message.GetTableRequest{Header: head, TableName: name})
		if err != nil || gotTable.CatalogName != catalog || gotTable.TableName != name || len(gotTable.PartitionColumns) != 0 {
			t.Errorf("table of %s: %+v, %v", catalog, gotTable, err)
		}
	}
	if len(table.PartitionColumns) != 1 {
		t.Error("the connector's own answer was changed")
	}
}

func TestInvokeRefusesAnswers(t *testing.T) {
	payload, err := message.Encode(&message.ListSchemasResponse{CatalogName: "c"}, message.Newest)
	if err != nil {
		t.Fatal(err)
	}
	_, err = newHandler(t, federationtest.Connector{}, federation.Options{}).Invoke(t.Context(), payload)
	wantCode(t, err, federation.InvalidInput, "ListSchemasResponse is not a request")
}

// TestLog reads the one line of a request: fixed keys, and none of the secrets
// that went through.
func TestLog(t *testing.T) {
	var out bytes.Buffer
	h := newHandler(t, newDemo(), federation.Options{
		Logger: slog.New(slog.NewJSONHandler(&out, nil)), Config: federation.Config{SpillBucket: "b"}, Keys: fixedKey{},
	})
	request := &message.GetSplitsRequest{
		Header:    message.Header{Identity: &message.Identity{ConfigOptions: map[string]string{"fas_token": "secret-token"}}, QueryID: "q-1", CatalogName: "c"},
		TableName: message.TableName{Schema: "s", Table: "t"}, Partitions: &block.Block{Schema: oneColumn}, Constraints: unconstrained(),
	}
	if _, err := ask[*message.GetSplitsResponse](t.Context(), t, h, request); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(out.String(), "\n"); n != 1 {
		t.Fatalf("%d lines: %s", n, &out)
	}
	var line map[string]any
	if err := json.Unmarshal(out.Bytes(), &line); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]any{
		"msg": "request", "level": "INFO", "operation": "GetSplitsRequest", "query_id": "q-1", "catalog": "c", "schema": "s", "table": "t", "splits": 1.0, "serde_version": 6.0,
	} {
		if line[key] != want {
			t.Errorf("%s is %v, want %v", key, line[key], want)
		}
	}
	for _, key := range []string{"request_bytes", "response_bytes", "duration_ms"} {
		if _, ok := line[key].(float64); !ok {
			t.Errorf("no %s in %s", key, &out)
		}
	}
	for _, secret := range []string{"secret-token", "AAECAwQF"} {
		if strings.Contains(out.String(), secret) {
			t.Errorf("the line holds %s: %s", secret, &out)
		}
	}
}

// TestAddToLog: what a connector adds is on the request's line, also of one that fails, and on no other.
func TestAddToLog(t *testing.T) {
	for name, failure := range map[string]error{"answered": nil, "failed": errors.New("no")} {
		var out bytes.Buffer
		c := federationtest.Connector{ListSchemasFunc: func(ctx context.Context, _ *message.ListSchemasRequest) (*message.ListSchemasResponse, error) {
			federation.AddToLog(ctx, slog.Int("pages", 3))
			return &message.ListSchemasResponse{}, failure
		}}
		h := newHandler(t, c, federation.Options{Logger: slog.New(slog.NewTextHandler(&out, nil))})
		_, _ = ask[*message.ListSchemasResponse](t.Context(), t, h, &message.ListSchemasRequest{Header: header()}) //nolint:errcheck // the log is what is looked at
		if strings.Count(out.String(), "\n") != 1 || strings.Count(out.String(), " pages=3 ") != 1 {
			t.Errorf("%s: logged %s", name, &out)
		}
	}
	federation.AddToLog(t.Context(), slog.Int("pages", 3)) // nobody's request
}

func TestUserDefinedFunction(t *testing.T) {
	input := oneRow(t)
	two := arrow.NewSchema(append(oneColumn.Fields(), oneColumn.Field(0)), nil)
	tests := map[string]struct {
		answer *message.UserDefinedFunctionResponse
		says   string
	}{
		"well":          {&message.UserDefinedFunctionResponse{Records: input}, ""},
		"no rows":       {&message.UserDefinedFunctionResponse{Records: &block.Block{Schema: oneColumn}}, "0 rows for 1"},
		"no columns":    {&message.UserDefinedFunctionResponse{Records: &block.Block{Schema: two, Records: input.Records}}, "2 columns"},
		"nothing":       {nil, "no answer"},
		"nothing in it": {&message.UserDefinedFunctionResponse{}, "no answer"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			c := struct {
				federationtest.Connector
				federationtest.FunctionCaller
			}{FunctionCaller: federationtest.FunctionCaller{CallFunctionFunc: func(context.Context, *message.UserDefinedFunctionRequest) (*message.UserDefinedFunctionResponse, error) {
				return test.answer, nil
			}}}
			got, err := ask[*message.UserDefinedFunctionResponse](t.Context(), t, newHandler(t, c, federation.Options{}), &message.UserDefinedFunctionRequest{
				Header: message.Header{Identity: &message.Identity{}}, InputRecords: input, OutputSchema: oneColumn, MethodName: "twice", FunctionType: "SCALAR",
			})
			if test.says != "" {
				wantCode(t, err, federation.InvalidResponse, test.says)
			} else if err != nil || got.MethodName != "twice" || got.Records.NumRows() != 1 {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

func oneRow(t *testing.T) *block.Block {
	t.Helper()
	b, err := block.NewBuilder(oneColumn)
	if err != nil {
		t.Fatal(err)
	}
	if err := block.AppendValue(b.Column(0), int64(7)); err != nil {
		t.Fatal(err)
	}
	rows, err := b.Record()
	if err != nil {
		t.Fatal(err)
	}
	return &block.Block{Schema: oneColumn, Records: rows}
}

var system = federation.PassthroughSignature{Schema: "system", Name: "query", Arguments: []string{"QUERY"}}

type passing struct {
	federationtest.Connector
	federationtest.PassthroughSchemer
	federationtest.CapabilityReporter
}

func newPassing() passing {
	return passing{
		Connector: federationtest.Connector{
			ReadRecordsFunc: func(context.Context, *message.ReadRecordsRequest, *spill.Writer) error { return nil },
		},
		PassthroughSchemer: federationtest.PassthroughSchemer{Signature: system, PassthroughSchemaFunc: func(context.Context, *message.GetTableRequest) (*message.GetTableResponse, error) {
			return &message.GetTableResponse{Schema: oneColumn}, nil
		}},
		CapabilityReporter: federationtest.CapabilityReporter{CapabilitiesFunc: func(context.Context, *message.GetDataSourceCapabilitiesRequest) ([]message.Capability, error) {
			return []message.Capability{{Name: "supports_limit_pushdown", Entries: []message.CapabilityEntry{{SubType: "integer_constant"}}}}, nil
		}},
	}
}

func TestPassthroughVectors(t *testing.T) {
	type vector struct {
		Arguments  map[string]string
		OK         bool
		ErrorClass string
		Message    string
	}
	for i, v := range readVectors[vector](t, "misc/passthrough-verification.json") {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			err := system.Verify(v.Arguments)
			if v.OK {
				if err != nil {
					t.Error(err)
				}
				return
			}
			wantCode(t, err, federation.InvalidInput, "")
			if f := message.ToFunctionError(err); f.Message != v.Message || f.Type != v.ErrorClass {
				t.Errorf("got %+v, want %s: %s", f, v.ErrorClass, v.Message)
			}
		})
	}
}

func TestPassthrough(t *testing.T) {
	good := map[string]string{"schemaFunctionName": "SYSTEM.QUERY", "QUERY": "select 1"}
	bad := map[string]string{"schemaFunctionName": "SYSTEM.QUERY"}
	plain := federationtest.Connector{}
	tests := map[string]struct {
		c    federation.Connector
		on   bool
		args map[string]string
		code federation.Code
		says string
	}{
		"well":        {newPassing(), true, good, "", ""},
		"incomplete":  {newPassing(), true, bad, federation.InvalidInput, "Missing Query Passthrough Argument: QUERY"},
		"off":         {newPassing(), false, good, federation.OperationNotSupported, "switched off"},
		"not offered": {plain, true, good, federation.OperationNotSupported, "does not pass queries through"},
	}
	for name, test := range tests {
		where := &predicate.Constraints{Limit: predicate.NoLimit, Passthrough: test.args}
		requests := []message.Request{
			&message.GetTableRequest{Header: header(), Passthrough: test.args},
			&message.GetTableLayoutRequest{Header: header(), Schema: oneColumn, Constraints: where},
			&message.GetSplitsRequest{Header: header(), Partitions: oneRow(t), Constraints: where},
			&message.ReadRecordsRequest{Header: header(), Schema: oneColumn, Constraints: where, MaxBlockSize: 1e6, MaxInlineBlockSize: 1e6},
		}
		h := newHandler(t, test.c, federation.Options{Config: federation.Config{Passthrough: test.on}})
		for _, r := range requests {
			t.Run(name+"/"+r.Kind(), func(t *testing.T) {
				_, err := ask[message.Message](t.Context(), t, h, r)
				if test.code != "" {
					wantCode(t, err, test.code, test.says)
				} else if err != nil {
					t.Error(err)
				}
			})
		}
	}
}

func TestCapabilities(t *testing.T) {
	for on, want := range map[bool][]string{true: {"supports_limit_pushdown", "SYSTEM.QUERY"}, false: {"supports_limit_pushdown"}} {
		h := newHandler(t, newPassing(), federation.Options{Config: federation.Config{Passthrough: on}})
		got, err := ask[*message.GetDataSourceCapabilitiesResponse](t.Context(), t, h, &message.GetDataSourceCapabilitiesRequest{Header: header()})
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, c := range got.Capabilities {
			names = append(names, c.Name)
		}
		if !slices.Equal(names, want) {
			t.Errorf("passthrough %v: declared %v, want %v", on, names, want)
		}
	}
}
