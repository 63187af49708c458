package message_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/block"
	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
	"athena-timestream/internal/golden"
	"athena-timestream/internal/golden/neutral"
)

const header = `"identity":null,"queryId":"q","catalogName":"c"`

// What the sender may leave out or write in another way, and what comes of it.
func TestDecodeLeniency(t *testing.T) {
	tests := map[string]struct {
		payload string
		want    string // the message, encoded at the newest version
		version message.Version
	}{
		"no paging":                   {`{"@type":"ListTablesRequest",` + header + `,"schemaName":"s"}`, `{"@type":"ListTablesRequest",` + header + `,"schemaName":"s","nextToken":null,"pageSize":-1}`, 6},
		"no paging but a later field": {`{"@type":"ListTablesRequest",` + header + `,"schemaName":"s","new":[{}]}`, `{"@type":"ListTablesRequest",` + header + `,"schemaName":"s","nextToken":null,"pageSize":-1}`, 6},
		"no token":                    {`{"@type":"ListTablesResponse","tables":[],"catalogName":"c"}`, `{"@type":"ListTablesResponse","tables":[],"catalogName":"c","nextToken":null}`, 6},
		"no version":                  {`{"@type":"PingResponse","catalogName":"c","queryId":"q","sourceType":null,"capabilities":1}`, `{"@type":"PingResponse","catalogName":"c","queryId":"q","sourceType":null,"capabilities":1,"serDeVersion":1}`, 6},
		"version 0":                   {`{"@type":"PingResponse","catalogName":"c","queryId":"q","sourceType":null,"capabilities":1,"serDeVersion":0}`, `{"@type":"PingResponse","catalogName":"c","queryId":"q","sourceType":null,"capabilities":1,"serDeVersion":1}`, 6},
		"scalars as strings": {
			`{"@type":"PingResponse","catalogName":12.50,"queryId":true,"sourceType":1e2,"capabilities":" 24","serDeVersion":"6"}`,
			`{"@type":"PingResponse","catalogName":"12.50","queryId":"true","sourceType":"1e2","capabilities":24,"serDeVersion":6}`, 6,
		},
		"null query id":           {`{"@type":"ListSchemasRequest","identity":null,"queryId":null,"catalogName":"c"}`, `{"@type":"ListSchemasRequest","identity":null,"queryId":null,"catalogName":"c"}`, 6},
		"empty query id":          {`{"@type":"ListSchemasRequest","identity":null,"queryId":"","catalogName":"c"}`, `{"@type":"ListSchemasRequest","identity":null,"queryId":"","catalogName":"c"}`, 6},
		"null and unknown header": {`{"@type":"ListTablesRequest","identity":{"id":null,"principal":1,"account":null,"arn":"","tags":{"b":"1","a":null},"groups":["x",1],"configOptions":{"z":true,"k":"v"}},"queryId":"q","catalogName":"c","schemaName":null}`, `{"@type":"ListTablesRequest","identity":{"id":"UNKNOWN","principal":"UNKNOWN","account":null,"arn":"","tags":{"b":"1"},"groups":["x","1"],"configOptions":{"k":"v","z":"true"}},"queryId":"q","catalogName":"c","schemaName":null,"nextToken":null,"pageSize":-1}`, 6},
		"passthrough later":       {`{"@type":"GetTableRequest",` + header + `,"tableName":{"schemaName":"s","tableName":"t"},"new":1,"queryPassthroughArguments":{"a":"b"}}`, `{"@type":"GetTableRequest",` + header + `,"tableName":{"schemaName":"s","tableName":"t"},"queryPassthroughArguments":{}}`, 4},
		"spill nowhere":           {`{"@type":"GetSplitsResponse","catalogName":"c","splits":[{"spillLocation":{"@type":"S3SpillLocation","bucket":null,"key":"","directory":"true"},"encryptionKey":null,"properties":{}}],"continuationToken":null}`, `{"@type":"GetSplitsResponse","catalogName":"c","splits":[{"spillLocation":{"@type":"S3SpillLocation","bucket":null,"key":"","directory":true},"encryptionKey":null,"properties":{}}],"continuationToken":null}`, 6},
		"escapes":                 {`{"@type":"ListSchemasResponse","catalogName":"<&>\u2028é\u00e9\"\\\/\b\u0001","schemas":["\ud83d\ude00"]}`, "{\"@type\":\"ListSchemasResponse\",\"catalogName\":\"<&>\u2028éé\\\"\\\\/\\u0008\\u0001\",\"schemas\":[\"😀\"]}", 6},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			m, version, err := message.Decode([]byte(test.payload))
			if err != nil {
				t.Fatal(err)
			}
			if version != test.version {
				t.Errorf("version %d, want %d", version, test.version)
			}
			got, err := message.Encode(m, message.Newest)
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestDecodeErrors(t *testing.T) {
	const layout = `{"@type":"GetTableLayoutRequest",` + header + `,"tableName":{"schemaName":"s","tableName":"t"},"constraints":{"summary":`
	tests := map[string]struct{ payload, want string }{
		"nothing":               {``, "not valid JSON"},
		"null":                  {`null`, `expected "{", found null`},
		"list":                  {`[]`, `expected "{", found "["`},
		"cut off":               {`{"@type":"PingRequest","identity":nul`, "not valid JSON"},
		"cut off at the end":    {`{"@type":"ListSchemasRequest",` + header, "not valid JSON"},
		"two messages":          {`{"@type":"ListSchemasRequest",` + header + `}{}`, "more data after the message"},
		"field missing":         {`{"@type":"ListSchemasRequest","identity":null,"queryId":"q"}`, `expected field "catalogName", found "}"`},
		"number as object":      {`{"@type":"ListTablesRequest",` + header + `,"schemaName":"s","nextToken":null,"pageSize":{}}`, `pageSize: expected a string, found "{"`},
		"number as text":        {`{"@type":"ListTablesRequest",` + header + `,"schemaName":"s","nextToken":null,"pageSize":"ten"}`, `pageSize: "ten" is not a whole number`},
		"too large a number":    {`{"@type":"ListTablesRequest",` + header + `,"schemaName":"s","nextToken":null,"pageSize":9223372036854775808}`, `is not a whole number of 64 bits`},
		"null list element":     {`{"@type":"ListSchemasResponse","catalogName":"c","schemas":["a",null]}`, "schemas[1]: must not be null"},
		"null table name":       {`{"@type":"GetTableRequest",` + header + `,"tableName":null}`, "tableName: must not be null"},
		"null schema name":      {`{"@type":"GetTableRequest",` + header + `,"tableName":{"schemaName":null,"tableName":"t"}}`, "tableName.schemaName: must not be null"},
		"null block":            {`{"@type":"ReadRecordsResponse","catalogName":"c","records":null}`, "records: must not be null"},
		"bad base64":            {`{"@type":"ReadRecordsResponse","catalogName":"c","records":{"aId":"a","schema":"!","records":""}}`, "records.schema: not valid base64"},
		"bad schema":            {`{"@type":"ReadRecordsResponse","catalogName":"c","records":{"aId":"a","schema":"AAAA","records":""}}`, "records.schema: decode schema"},
		"column twice":          {layout + `{"x":` + anything + `,"x":` + anything + `}}}`, `constraints.summary: "x" comes twice`},
		"unknown field deep":    {layout + `{},"expression":[],"future":1}}`, `constraints: expected field "orderByClause", found "future"`},
		"direction":             {layout + `{},"expression":[],"orderByClause":[{"columnName":"c","direction":"UP"}]}}`, `constraints.orderByClause[0]: unknown sort direction "UP"`},
		"variable without name": {layout + `{},"expression":[{"@type":"VariableExpression","columnName":"","type":{"@type":"Bool"}}]}}`, "expression[0]: the column name of a variable is empty"},
		"null argument":         {layout + `{},"expression":[{"@type":"FunctionCallExpression","type":{"@type":"Bool"},"functionName":{"functionName":"$not"},"arguments":[null]}]}}`, "expression[0].arguments[0]: must not be null"},
		"unknown expression":    {layout + `{},"expression":[{"@type":"Lambda"}]}}`, "no serde configured for expression Lambda"},
		"odd width":             {layout + `{"x":{"@type":"AllOrNoneValueSet","type":{"@type":"Int","bitWidth":7,"isSigned":true},"all":true,"nullAllowed":true}}}}`, "summary.x.type: there are no integers of 7 bits"},
		"no boolean":            {layout + `{"x":{"@type":"AllOrNoneValueSet","type":{"@type":"Bool"},"all":"maybe","nullAllowed":true}}}}`, `summary.x.all: expected true or false, found a string`},
		"too deep":              {layout + `{},"expression":[` + strings.Repeat(`{"@type":"FunctionCallExpression","type":{"@type":"Bool"},"functionName":{"functionName":"$not"},"arguments":[`, 300), "nested deeper than 500 levels"},
		"function type":         {strings.Replace(string(golden.Read(t, "v6", "UserDefinedFunctionRequest.rich.json")), "SCALAR", "TABLE", 1), `functionType: unknown function type "TABLE"`},
		"other store":           {`{"@type":"GetSplitsResponse","catalogName":"c","splits":[{"spillLocation":{"@type":"GCSSpillLocation"}}]}`, "splits[0].spillLocation: no serde configured for GCSSpillLocation"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, _, err := message.Decode([]byte(test.payload))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("error %v, want %q in it", err, test.want)
			}
			if code := message.CodeOf(err); code != message.InvalidInput {
				t.Errorf("code %s", code)
			}
		})
	}
}

const anything = `{"@type":"AllOrNoneValueSet","type":{"@type":"Bool"},"all":true,"nullAllowed":true}`

// A known version is insisted on.
func TestDecodeAs(t *testing.T) {
	v6 := golden.Read(t, "v6", "ReadRecordsRequest.rich.json")
	if _, err := message.DecodeAs(v6, 5); err == nil || !strings.Contains(err.Error(), `constraints: expected "}", found "queryPlan"`) {
		t.Errorf("version 6 read as 5: %v", err)
	}
	if _, err := message.DecodeAs(golden.Read(t, "v5", "ReadRecordsRequest.rich.json"), 6); err == nil || !strings.Contains(err.Error(), `expected field "queryPlan"`) {
		t.Errorf("version 5 read as 6: %v", err)
	}
	if _, err := message.DecodeAs(golden.Read(t, "v4", "GetDataSourceCapabilitiesRequest.rich.json"), 3); err == nil || !strings.Contains(err.Error(), "version 3 does not have this message") {
		t.Errorf("capabilities read as version 3: %v", err)
	}
	for _, v := range []message.Version{1, 7} {
		if _, err := message.DecodeAs(v6, v); err == nil || !strings.Contains(err.Error(), "is not supported") {
			t.Errorf("version %d: %v", v, err)
		}
	}
}

// Each version writes its own fields, and its own Arrow framing; nothing that an answer depends on is lost in silence.
func TestEncodeVersions(t *testing.T) {
	m, err := message.DecodeAs(golden.Read(t, "v6", "GetTableLayoutRequest.rich.json"), 6)
	if err != nil {
		t.Fatal(err)
	}
	request := m.(*message.GetTableLayoutRequest)
	if _, err := message.Encode(request, 4); err == nil || !strings.Contains(err.Error(), "version 4 cannot carry the arguments of a query passthrough") {
		t.Errorf("passthrough at version 4: %v", err)
	}
	request.Constraints.Passthrough = nil
	for v := message.Oldest; v <= message.Newest; v++ {
		b, err := message.Encode(request, v)
		if err != nil {
			t.Fatal(err)
		}
		for field, has := range map[string]bool{
			`"expression":[`: v.HasExpressions(), `"orderByClause":[`: v.HasExpressions(), `"limit":`: v.HasExpressions(),
			`"queryPassthroughArguments":{}`: v.HasPassthrough(), `"queryPlan":{`: v.HasQueryPlan(), `"schema":"/////`: v.Framing() == block.Current,
		} {
			if bytes.Contains(b, []byte(field)) != has {
				t.Errorf("version %d: %s there: %t", v, field, !has)
			}
		}
		if _, found, err := message.Decode(b); err != nil || found != max(v, 3) {
			t.Errorf("version %d is read as %d (%v)", v, found, err)
		}
	}
	if _, err := message.Encode(&message.GetDataSourceCapabilitiesResponse{}, 3); err == nil {
		t.Error("capabilities go out at version 3")
	}
	if _, err := message.Encode(request, 1); err == nil {
		t.Error("a message goes out at version 1")
	}
}

// foreign is a message of nobody.
type foreign struct{}

func (foreign) Kind() string { return "Foreign" }

func TestEncodeErrors(t *testing.T) {
	schema := arrow.NewSchema(nil, nil)
	layout := func(change func(*predicate.Constraints)) message.Message {
		c := predicate.Unconstrained()
		change(c)
		return &message.GetTableLayoutRequest{Constraints: c, Schema: schema}
	}
	tests := map[string]struct {
		m    message.Message
		want string
	}{
		"foreign":        {foreign{}, "it is no message of the protocol"},
		"no schema":      {&message.GetTableResponse{}, "schema: must not be null"},
		"no block":       {&message.ReadRecordsResponse{}, "records: must not be null"},
		"no constraints": {&message.GetTableLayoutRequest{}, "constraints: must not be null"},
		"column twice": {layout(func(c *predicate.Constraints) {
			s := predicate.All(arrow.BinaryTypes.String)
			c.Summary = []predicate.Column{{Name: "x", Set: s}, {Name: "x", Set: s}}
		}), `"x" comes twice`},
		"no set":             {layout(func(c *predicate.Constraints) { c.Summary = []predicate.Column{{Name: "x"}} }), "summary.x: must not be null"},
		"pointer expression": {layout(func(c *predicate.Constraints) { c.Expressions = []predicate.Expression{&predicate.Variable{}} }), "unknown kind of expression"},
		"constant of another type": {layout(func(c *predicate.Constraints) {
			c.Expressions = []predicate.Expression{predicate.Constant{Type: arrow.PrimitiveTypes.Int64, Values: []predicate.Value{"x"}}}
		}), "expression[0]: append value"},
		"direction": {layout(func(c *predicate.Constraints) { c.OrderBy = []predicate.OrderBy{{Direction: 9}} }), "unknown sort direction"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if b, err := message.Encode(test.m, message.Newest); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%s, error %v, want %q in it", b, err, test.want)
			}
		})
	}
}

// A plan crosses the wire unchanged.
func TestSubstraitVectors(t *testing.T) {
	plans := 0
	for _, name := range golden.Names(t, "substrait") {
		var vector struct{ SubstraitVersion, SubstraitPlan string }
		if name == "refused-by-isthmus" {
			continue // SQL without plans
		}
		golden.ReadJSON(t, &vector, "substrait", name+".json")
		plan, err := base64.StdEncoding.DecodeString(vector.SubstraitPlan)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		plans++
		c := predicate.Unconstrained()
		c.Plan = &predicate.QueryPlan{Version: vector.SubstraitVersion, Plan: plan}
		b, err := message.Encode(&message.GetTableLayoutRequest{Constraints: c, Schema: arrow.NewSchema(nil, nil)}, message.Newest)
		if err != nil {
			t.Fatal(err)
		}
		want := fmt.Sprintf(`"queryPlan":{"substraitVersion":%q,"substraitPlan":%q}`, vector.SubstraitVersion, vector.SubstraitPlan)
		if !bytes.Contains(b, []byte(want)) {
			t.Errorf("%s: %s", name, b)
		}
		m, _, err := message.Decode(b)
		if err != nil {
			t.Fatal(err)
		}
		if got := m.(*message.GetTableLayoutRequest).Constraints.Plan; got.Version != vector.SubstraitVersion || !bytes.Equal(got.Plan, plan) {
			t.Errorf("%s comes back changed", name)
		}
	}
	if plans < 100 {
		t.Errorf("only %d plans", plans)
	}
}

// Constants of every supported type, nested ones too, survive the wire.
func TestNestedConstants(t *testing.T) {
	text, number := arrow.BinaryTypes.String, arrow.PrimitiveTypes.Int64
	list := arrow.ListOf(number)
	record := arrow.StructOf(arrow.Field{Name: "x", Type: number, Nullable: true}, arrow.Field{Name: "y", Type: list, Nullable: true})
	point, err := predicate.NewSortedRangeSet(list, false, predicate.Point([]predicate.Value{int64(1), nil}))
	if err != nil {
		t.Fatal(err)
	}
	white, err := predicate.NewEquatableValueSet(record, true, true, []predicate.Value{nil, []predicate.Value{int64(2)}})
	if err != nil {
		t.Fatal(err)
	}
	c := predicate.Unconstrained()
	c.Summary = []predicate.Column{
		{Name: "l", Set: point},
		{Name: "r", Set: white},
		{Name: "n", Set: predicate.NotNull(list)},
		{Name: "m", Set: predicate.OnlyNull(arrow.MapOf(text, number))},
	}
	c.Expressions = []predicate.Expression{
		predicate.Constant{Type: arrow.MapOf(text, number), Values: []predicate.Value{[]predicate.MapEntry{{Key: "a", Value: nil}}, nil}},
		predicate.Constant{Type: number, NullBlock: true},
	}
	request := &message.GetTableLayoutRequest{Constraints: c, Schema: arrow.NewSchema(nil, nil)}
	b, err := message.Encode(request, message.Newest)
	if err != nil {
		t.Fatal(err)
	}
	m, _, err := message.Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	got := m.(*message.GetTableLayoutRequest).Constraints
	golden.Equal(t, neutral.Constraints(c), neutral.Constraints(got))
	if s, _ := got.Set("l"); !arrow.TypeEqual(s.DataType(), list) || !s.Contains([]predicate.Value{int64(1), nil}) || s.Contains([]predicate.Value{int64(1)}) {
		t.Errorf("the list constraint came back as %v", s)
	}
	if !got.Expressions[1].(predicate.Constant).NullBlock || got.Expressions[0].(predicate.Constant).NullBlock {
		t.Error("a null block is not kept apart from a block")
	}
}

// Keys and tokens do not reach logs.
func TestSecretsStayOut(t *testing.T) {
	key := &message.EncryptionKey{Key: []byte("secretsecretsecr"), Nonce: []byte("noncenonceno")}
	split := message.Split{SpillLocation: &message.SpillLocation{Bucket: "b", Key: "k"}, EncryptionKey: key, Properties: map[string]string{"p": "secret"}}
	identity := message.Identity{Account: "1", ConfigOptions: map[string]string{"fas_token": "secret"}}
	var out bytes.Buffer
	for _, h := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		slog.New(h).Info("x", "key", key, "value", *key, "split", split, "identity", identity, "pointer", &identity, "request", &message.PingRequest{Header: message.Header{Identity: &identity}})
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%q", "%d"} {
		fmt.Fprintf(&out, verb, key)
		fmt.Fprintf(&out, verb, *key)
		fmt.Fprintf(&out, verb, struct{ K message.EncryptionKey }{*key})
	}
	b, err := json.Marshal(key)
	if err != nil {
		t.Fatal(err)
	}
	out.Write(b)
	for _, secret := range []string{"secret", "c2VjcmV0", "736563726574", "nonce", "115 101", "0x73"} {
		if strings.Contains(out.String(), secret) {
			t.Errorf("%q is in %s", secret, out.String())
		}
	}
	if !strings.Contains(out.String(), "s3://b/k") {
		t.Error("the split's place is not logged")
	}
}

// TestEncodeOnlyReads encodes each vector's message from several goroutines, as parallel reads of one query do with their
// constraints. The race detector tells if one writes.
func TestEncodeOnlyReads(t *testing.T) {
	files, err := filepath.Glob("../../vectors/v6/*.rich.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no vectors", err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		m, v, err := message.Decode(b)
		if err != nil {
			t.Fatal(file, err)
		}
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				if _, err := message.Encode(m, v); err != nil {
					t.Error(file, err)
				}
			})
		}
		wg.Wait()
	}
}
