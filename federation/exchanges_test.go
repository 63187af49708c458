package federation_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation"
	"athena-timestream/federation/block"
	"athena-timestream/federation/federationtest"
	"athena-timestream/federation/message"
	"athena-timestream/federation/spill"
)

// demo is the connector of the vectors' generator
// (vectors/generator/src/main/java/vectors/Handlers.java), answer by answer.
type demo struct {
	federationtest.Connector
	federationtest.Partitioner
	federationtest.Splitter
}

var demoTable = arrow.NewSchema([]arrow.Field{
	{Name: "id", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
	{Name: "name", Type: arrow.BinaryTypes.String, Nullable: true},
	{Name: "year", Type: arrow.PrimitiveTypes.Int32, Nullable: true},
}, metadata("k", "v"))

func metadata(key, value string) *arrow.Metadata {
	m := arrow.NewMetadata([]string{key}, []string{value})
	return &m
}

func newDemo() demo {
	var d demo
	d.ListSchemasFunc = func(context.Context, *message.ListSchemasRequest) (*message.ListSchemasResponse, error) {
		return &message.ListSchemasResponse{Schemas: []string{"s1", "s2"}}, nil
	}
	d.ListTablesFunc = func(_ context.Context, r *message.ListTablesRequest) (*message.ListTablesResponse, error) {
		response := &message.ListTablesResponse{Tables: []message.TableName{{Schema: r.SchemaName, Table: "t1"}}}
		if r.PageSize != -1 {
			more := "more"
			response.NextToken = &more
		}
		return response, nil
	}
	d.GetTableFunc = func(_ context.Context, r *message.GetTableRequest) (*message.GetTableResponse, error) {
		switch r.TableName.Table {
		case "missing":
			return nil, errors.New("no such table")
		case "unsupported":
			return &message.GetTableResponse{Schema: arrow.NewSchema([]arrow.Field{{Name: "u", Type: arrow.PrimitiveTypes.Uint8}}, nil)}, nil
		}
		return &message.GetTableResponse{Schema: demoTable}, nil
	}
	d.WritePartitionsFunc = func(_ context.Context, _ *message.GetTableLayoutRequest, b *block.Builder) error {
		for year := 2020; year < 2025; year++ {
			if err := block.AppendValue(b.Column(0), int64(year)); err != nil {
				return err
			}
		}
		return nil
	}
	d.GetSplitsFunc = func(_ context.Context, r *message.GetSplitsRequest) ([]federation.SplitSpec, *string, error) {
		var more *string
		if r.ContinuationToken == nil {
			one := "1"
			more = &one
		}
		return []federation.SplitSpec{{Properties: map[string]string{"rows": fmt.Sprint(r.Partitions.NumRows())}}}, more, nil
	}
	d.ReadRecordsFunc = readDemo
	return d
}

func readDemo(_ context.Context, r *message.ReadRecordsRequest, w *spill.Writer) error {
	if n := r.Schema.NumFields(); n != 2 {
		return federation.Errorf(federation.InvalidInput, "%d columns are asked for, the table has 2", n)
	}
	for id := range int64(6) {
		row := []any{id, nil}
		if id%2 == 0 {
			row[1] = fmt.Sprintf("n%d", id)
		}
		if !federationtest.Allows(r.Constraints, r.Schema, row) {
			continue
		}
		for i, v := range row {
			if err := block.AppendValue(w.Builder().Column(i), v); err != nil {
				return err
			}
		}
		if err := w.EndRow(); err != nil {
			return err
		}
	}
	return nil
}

// fixedKey is the generator's key.
type fixedKey struct{}

func (fixedKey) NewKey(context.Context) (*message.EncryptionKey, error) {
	key := &message.EncryptionKey{}
	for i := range byte(32) {
		key.Key = append(key.Key, i)
	}
	for i := range byte(12) {
		key.Nonce = append(key.Nonce, 0xa0+i)
	}
	return key, nil
}

// exchange is one entry of the handler vectors.
type exchange struct {
	Name            string
	Request         string
	ParsedAtVersion int
	Response        string
	SpilledObjects  map[string]string
	ErrorClass      string
	ErrorMessage    string
}

func demoHandler(t testing.TB, store spill.Store, config federation.Config) *federation.Handler {
	t.Helper()
	config.SpillBucket, config.Passthrough = "b", true
	h, err := federation.NewHandler(newDemo(), federation.Options{
		SourceType: "demo", Config: config, Store: store, Keys: fixedKey{}, NewID: func() string { return "id" },
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// splitLocation is where the two sides differ on purpose: the generator's
// connector puts its splits at "fixed", here the Handler names each split's own
// location.
var splitLocation = regexp.MustCompile(`key: "(fixed|athena-federation-spill/11111111-2222-4333-8444-555555555555/id)"`)

func TestExchanges(t *testing.T) {
	for _, x := range readVectors[exchange](t, "handler/exchanges.json") {
		t.Run(x.Name, func(t *testing.T) { x.check(t, federation.Config{}) })
	}
}

// check sends the request and compares answer, version and spilled objects.
func (x exchange) check(t *testing.T, config federation.Config) {
	t.Helper()
	_, version, err := message.Decode([]byte(x.Request))
	if err != nil {
		t.Fatal(err)
	}
	if int(version) != x.ParsedAtVersion {
		t.Errorf("parsed at version %d, want %d", version, x.ParsedAtVersion)
	}
	store := spill.NewMem()
	answer, err := demoHandler(t, store, config).Invoke(t.Context(), []byte(x.Request))
	if err != nil {
		t.Fatal(err)
	}
	got := splitLocation.ReplaceAllString(canonical(t, answer), "key: <location>")
	want := splitLocation.ReplaceAllString(canonical(t, []byte(x.Response)), "key: <location>")
	if got != want {
		t.Errorf("answer\n%s\nwant\n%s", got, want)
	}
	x.checkSpilled(t, answer, store)
}

// checkSpilled reads our objects and the Java SDK's with our reader: the rows
// must be equal.
func (x exchange) checkSpilled(t *testing.T, answer []byte, ours spill.Store) {
	t.Helper()
	m, _, err := message.Decode(answer)
	if err != nil {
		t.Fatal(err)
	}
	r, spilled := m.(*message.RemoteReadRecordsResponse)
	if spilled != (len(x.SpilledObjects) > 0) {
		t.Fatalf("spilled %v, want objects %v", spilled, x.SpilledObjects)
	}
	if !spilled {
		return
	}
	theirs := spill.NewMem()
	for key, body := range x.SpilledObjects {
		bucket, key, _ := strings.Cut(strings.TrimPrefix(key, "s3://"), "/")
		if err := theirs.Put(t.Context(), message.SpillLocation{Bucket: bucket, Key: key}, unbase64(t, body)); err != nil {
			t.Fatal(err)
		}
	}
	for _, loc := range r.RemoteBlocks {
		got, err := spill.ReadBlock(t.Context(), ours, loc, r.EncryptionKey, r.Schema)
		if err != nil {
			t.Fatal(err)
		}
		want, err := spill.ReadBlock(t.Context(), theirs, loc, r.EncryptionKey, r.Schema)
		if err != nil {
			t.Fatal(err)
		}
		if rowsText(got) != rowsText(want) {
			t.Errorf("%s holds\n%swant\n%s", loc.Key, rowsText(got), rowsText(want))
		}
	}
}

const connectorException = "com.amazonaws.athena.connector.lambda.exceptions.AthenaConnectorException"

// oddDeviations are the odd inputs to which we do not answer as the Java SDK.
// With says it is an error of ours, with class connectorException; without, the
// vector's response is due, or where there is none, any answer.
var oddDeviations = map[string]struct{ says, reason string }{
	"type not first":              {"serde version 1 is not supported", "Java takes it for version 1, where identity loses tags and groups in silence"},
	"unknown identity field":      {"serde version 1 is not supported", "Java takes it for version 1, where identity loses tags and groups in silence"},
	"fields in another order":     {"serde version 1 is not supported", "Java takes it for version 1"},
	"no type at all":              {"", "Java's text is Jackson's; ours names what is missing"},
	"empty object":                {"", "Java's text is Jackson's; ours names what is missing"},
	"not json":                    {"", "Java's text is Jackson's"},
	"unknown type":                {"no serde configured for NopeRequest", "the same, in lower case"},
	"null catalog name":           {"catalogName", "Java throws a NullPointerException"},
	"connector throws":            {"no such table", "a Go error has no Java class: it gets the SDK's own"},
	"unsupported column type":     {`column "u" has type uint8, which Athena cannot read`, "Java's text is garbled (an unclosed bracket)"},
	"passthrough not implemented": {"this connector does not pass queries through", `Java says "Not implemented"`},
	"udf without udf handler":     {"this connector has no user-defined functions", "Java names a class"},
	"read with spill location that is not a directory": {"is not a directory", "Java answers without the rows: a defect of its release"},
	"MAX_BLOCK_SIZE_BYTES override":                    {"more than the maximum block size of 20", "encoded bytes count here, and no row fits into 20 of them"},
	"read with null identity":                          {answered, "Java fails on the missing options; without identity there are none"},
}

// answered marks a deviation that is no error.
const answered = "answered"

func TestOddInputs(t *testing.T) {
	met := 0
	for _, x := range readVectors[exchange](t, "handler/odd-inputs.json") {
		t.Run(x.Name, func(t *testing.T) {
			config := federation.Config{}
			if x.Name == "MAX_BLOCK_SIZE_BYTES override" {
				config.MaxBlockSize = 20
			}
			d, deviates := oddDeviations[x.Name]
			if !deviates {
				x.check(t, config)
				return
			}
			met++
			answer, err := demoHandler(t, spill.NewMem(), config).Invoke(t.Context(), []byte(x.Request))
			if d.says == answered {
				if err != nil || len(answer) == 0 {
					t.Errorf("got %s, %v; want an answer: %s", answer, err, d.reason)
				}
				return
			}
			f := message.ToFunctionError(err)
			if f == nil || f.Type != connectorException || !strings.Contains(f.Message, d.says) {
				t.Errorf("got %s, %+v; want an error saying %q: %s", answer, f, d.says, d.reason)
			}
		})
	}
	if met != len(oddDeviations) {
		t.Errorf("%d of %d deviations met a vector", met, len(oddDeviations))
	}
}

func TestSpillLocations(t *testing.T) {
	type vector struct {
		FunctionOptions       map[string]string
		IdentityConfigOptions map[string]string
		QueryID               string `json:"queryId"`
		Bucket                string // null reads as ""
		Key                   string
		Directory             bool
	}
	for i, v := range readVectors[vector](t, "handler/spill-locations.json") {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			config, err := federation.ConfigFromEnv(func(name string) string { return v.FunctionOptions[name] })
			if err != nil {
				t.Fatal(err)
			}
			h, err := federation.NewHandler(newDemo(), federation.Options{Config: config, Store: spill.NewMem(), NewID: func() string { return "<split-uuid>" }})
			if err != nil {
				t.Fatal(err)
			}
			request, err := message.Encode(&message.GetSplitsRequest{
				Header: message.Header{
					Identity: &message.Identity{ConfigOptions: v.IdentityConfigOptions}, QueryID: v.QueryID, CatalogName: "c",
				},
				Partitions:  &block.Block{Schema: demoTable},
				Constraints: unconstrained(),
			}, message.Newest)
			if err != nil {
				t.Fatal(err)
			}
			answer, err := h.Invoke(t.Context(), request)
			if err != nil {
				t.Fatal(err)
			}
			m, _, err := message.Decode(answer)
			if err != nil {
				t.Fatal(err)
			}
			got := m.(*message.GetSplitsResponse).Splits[0].SpillLocation
			if got.Bucket != v.Bucket || got.Key != v.Key || got.Directory != v.Directory {
				t.Errorf("got %+v, want %s %s", got, v.Bucket, v.Key)
			}
		})
	}
}
