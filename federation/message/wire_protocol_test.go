package message_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"athena-timestream/federation/message"
	"athena-timestream/internal/golden"
)

// TestNulls: which fields of a request's head, and of what it holds, may be null.
func TestNulls(t *testing.T) {
	const name = `"tableName":{"schemaName":"s","tableName":"t"}`
	read := string(golden.Read(t, "v6", "ReadRecordsRequest.minimal.json"))
	tests := map[string]struct {
		payload string
		want    string // of the error; empty: accepted
	}{
		"identity":                {`{"@type":"GetTableRequest","identity":null,"queryId":"q","catalogName":"c",` + name + `}`, ""},
		"query":                   {`{"@type":"GetTableRequest","identity":null,"queryId":null,"catalogName":"c",` + name + `}`, ""},
		"catalog":                 {`{"@type":"GetTableRequest","identity":null,"queryId":"q","catalogName":null,` + name + `}`, "catalogName: must not be null"},
		"query of a ping":         {`{"@type":"PingRequest","identity":null,"catalogName":"c","queryId":null}`, "queryId: must not be null"},
		"catalog of a ping":       {`{"@type":"PingRequest","identity":null,"catalogName":null,"queryId":"q"}`, "catalogName: must not be null"},
		"schema of a list":        {`{"@type":"ListTablesRequest","identity":null,"queryId":"q","catalogName":"c","schemaName":null}`, ""},
		"schema of a table":       {`{"@type":"GetTableRequest","identity":null,"queryId":"q","catalogName":"c","tableName":{"schemaName":null,"tableName":"t"}}`, "schemaName: must not be null"},
		"table":                   {`{"@type":"GetTableRequest","identity":null,"queryId":"q","catalogName":"c","tableName":{"schemaName":"s","tableName":null}}`, "tableName: must not be null"},
		"query of a read":         {replaceMember(t, read, "queryId"), "queryId: must not be null"},
		"catalog of a read":       {replaceMember(t, read, "catalogName"), "catalogName: must not be null"},
		"schema of a read":        {replaceMember(t, read, "schema"), "schema: must not be null"},
		"split of a read":         {replaceMember(t, read, "split"), "split: must not be null"},
		"constraints of a read":   {replaceMember(t, read, "constraints"), "constraints: must not be null"},
		"block of splits' layout": {replaceMember(t, string(golden.Read(t, "v6", "GetSplitsRequest.minimal.json")), "partitions"), "partitions: must not be null"},
	}
	for what, test := range tests {
		t.Run(what, func(t *testing.T) {
			_, _, err := message.Decode([]byte(test.payload))
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
}

// replaceMember sets a member of the outer object to null.
func replaceMember(t *testing.T, payload, name string) string {
	t.Helper()
	n := parse(t, []byte(payload))
	for i, member := range n.names {
		if member == name {
			n.values[i] = node{}
			return string(n.json(nil))
		}
	}
	t.Fatalf("no %s in %s", name, payload)
	return ""
}

// TestBlocksNeedAllMembers: an allocator id has to be there, whatever it is.
func TestBlocksNeedAllMembers(t *testing.T) {
	payload := string(golden.Read(t, "v6", "GetTableLayoutResponse.default.json"))
	for old, change := range map[string]struct{ with, want string }{
		`"aId":"golden-allocator"`:     {`"aId":"any text"`, ""},
		`"aId":"golden-allocator",`:    {``, `expected field "aId"`},
		`"records":"/////`:             {`"records":"!////`, "not valid base64"},
		`golden-allocator","schema":"`: {`golden-allocator","schema":"-`, "not valid base64"}, // another alphabet
		`AAAA=="}}`:                    {`AAAA"}}`, "not valid base64"},                       // no padding
	} {
		changed := strings.Replace(payload, old, change.with, 1)
		if changed == payload {
			t.Fatalf("%s is not in the vector", old)
		}
		_, _, err := message.Decode([]byte(changed))
		if (err == nil) != (change.want == "") || err != nil && !strings.Contains(err.Error(), change.want) {
			t.Errorf("%s for %s: error %v, want %q", change.with, old, err, change.want)
		}
	}
}

// TestTypesInJSON: the JSON form of each Arrow type is read and written again.
func TestTypesInJSON(t *testing.T) {
	const set = `{"@type":"AllOrNoneValueSet","type":%s,"all":true,"nullAllowed":true}`
	for _, text := range []string{
		`{"@type":"Null"}`, `{"@type":"Struct"}`, `{"@type":"List"}`, `{"@type":"Utf8"}`, `{"@type":"Binary"}`, `{"@type":"Bool"}`, `{"@type":"Map"}`,
		`{"@type":"Int","bitWidth":8,"isSigned":true}`, `{"@type":"Int","bitWidth":16,"isSigned":true}`, `{"@type":"Int","bitWidth":32,"isSigned":true}`,
		`{"@type":"Int","bitWidth":64,"isSigned":true}`, `{"@type":"Int","bitWidth":64,"isSigned":false}`,
		`{"@type":"FloatingPoint","precision":"HALF"}`, `{"@type":"FloatingPoint","precision":"SINGLE"}`, `{"@type":"FloatingPoint","precision":"DOUBLE"}`,
		`{"@type":"Decimal","precision":38,"scale":9}`, `{"@type":"Date","unit":"DAY"}`, `{"@type":"Date","unit":"MILLISECOND"}`,
		`{"@type":"Time","unit":"MILLISECOND","bitWidth":32}`, `{"@type":"Timestamp","unit":"SECOND","timezone":null}`,
		`{"@type":"Timestamp","unit":"MILLISECOND","timezone":"UTC"}`, `{"@type":"Timestamp","unit":"MICROSECOND","timezone":"Asia/Kolkata"}`,
		`{"@type":"Timestamp","unit":"NANOSECOND","timezone":null}`, `{"@type":"Interval","unit":"YEAR_MONTH"}`,
		`{"@type":"FixedSizeList","listSize":3}`, `{"@type":"FixedSizeBinary","byteWidth":16}`,
	} {
		payload := withSummary(fmt.Appendf(nil, set, text))
		m, _, err := message.Decode(payload)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		again, err := message.Encode(m, message.Newest)
		if err != nil || !bytes.Contains(again, []byte(text)) {
			t.Errorf("%s is written as %s (%v)", text, again, err)
		}
	}
	for _, text := range []string{`{"@type":"LargeUtf8"}`, `{"@type":"Duration","unit":"SECOND"}`, `{"@type":"Union","mode":"Sparse","typeIds":[]}`} {
		if _, _, err := message.Decode(withSummary(fmt.Appendf(nil, set, text))); err == nil || !strings.Contains(err.Error(), "no serde configured for type") {
			t.Errorf("%s: error %v", text, err)
		}
	}
}

// TestCodes: the codes' texts, which hosts that embed a connector may see.
func TestCodes(t *testing.T) {
	for code, want := range map[message.Code]string{
		message.AccessDenied: "AccessDenied", message.EntityNotFound: "EntityNotFound", message.InvalidCredentials: "InvalidCredentials",
		message.InvalidInput: "InvalidInput", message.InvalidResponse: "InvalidResponse", message.OperationTimeout: "OperationTimeout",
		message.OperationNotSupported: "OperationNotSupported", message.InternalService: "InternalService",
		message.PartialFailure: "PartialFailure", message.Throttling: "Throttling",
	} {
		if string(code) != want+"Exception" {
			t.Errorf("%s, want %sException", code, want)
		}
		payload := message.ToFunctionError(message.Errorf(code, "text")).Encode()
		if want != "Throttling" && bytes.Contains(payload, []byte(want)) {
			t.Errorf("the code %s crosses the wire: %s", code, payload)
		}
	}
}

// TestOldConstraints: what a version's constraints lack reads as nothing asked for.
func TestOldConstraints(t *testing.T) {
	for v := message.Oldest; v <= message.Newest; v++ {
		m, err := message.DecodeAs(golden.Read(t, fmt.Sprintf("v%d", v), "ReadRecordsRequest.rich.json"), v)
		if err != nil {
			t.Fatal(err)
		}
		c := m.(*message.ReadRecordsRequest).Constraints
		if has := v.HasExpressions(); c.HasLimit() != has || (len(c.Expressions) > 0) != has || (len(c.OrderBy) > 0) != has {
			t.Errorf("version %d: limit %d, %d expressions, %d sort keys", v, c.Limit, len(c.Expressions), len(c.OrderBy))
		}
		if (len(c.Passthrough) > 0) != v.HasPassthrough() || (c.Plan != nil) != v.HasQueryPlan() || len(c.Summary) == 0 {
			t.Errorf("version %d: %d passthrough arguments, plan %v, %d columns", v, len(c.Passthrough), c.Plan != nil, len(c.Summary))
		}
	}
}

// TestPlanVectors: facts of the encoding of plans, in protobuf's JSON form of the vectors.
func TestPlanVectors(t *testing.T) {
	for name, facts := range map[string]struct{ has, lacks []string }{
		"scan-all":                  {[]string{`"project":{`, `"outputMapping":[9,10,11,12,13,14,15,16,17]`, `"names":["time","region","host","measure_name","cpu","requests","ok","day","note"]}}],"version"`}, nil},
		"engine-scan-all":           {[]string{`"input":{"read":`, `"namedTable":{"names":["metrics","host_metrics"]`}, []string{`"project"`, `"version"`}},
		"engine-project-some":       {[]string{`"outputMapping":[2,4]`}, nil},
		"project-some":              {[]string{`"outputMapping":[9,10]`}, nil},
		"engine-and-two":            {[]string{`{"extensionUriReference":1,"name":"and:bool"}`, `{"value":{"literal":{"boolean":true,"nullable":true}}}]`}, nil},
		"engine-boolean-bare":       {[]string{`"structField":{"field":6}`}, []string{`"equal:any_any"`}},
		"in-nineteen":               {[]string{`"name":"or:bool"`}, []string{"inPredicate"}},
		"in-twenty":                 {[]string{`"inPredicate"`, `"virtualTable"`}, []string{`"or:bool"`}},
		"bigint-decimal-literal":    {[]string{`"cast":{"type":{"decimal":{"scale":1,"precision":20`, `"value":"GQAAAAAAAAAAAAAAAAAAAA=="`}, nil}, // 25, little endian
		"engine-limit-zero":         {[]string{`"offset":"0","count":"0"`}, nil},
		"offset":                    {[]string{`"count":"-1"`}, nil},
		"engine-order-limit-offset": {[]string{`"fetch":{"common":{"direct":{}},"input":{"sort":`, "SORT_DIRECTION_DESC_NULLS_FIRST"}, nil},
		"timestamp-9-digits":        {[]string{`"timestamp":"`, `"precisionTimestamp":{"precision":`}, nil},
		"date-eq":                   {[]string{`"equal:any_any"`, `"date":`}, nil},
		"date-range":                {[]string{`:date_date"`}, nil},
	} {
		var vector struct{ PlanJSON json.RawMessage }
		golden.ReadJSON(t, &vector, "substrait", name+".json")
		var plan bytes.Buffer
		if err := json.Compact(&plan, vector.PlanJSON); err != nil {
			t.Fatal(err)
		}
		for _, want := range facts.has {
			if !strings.Contains(plan.String(), want) {
				t.Errorf("%s lacks %s: %s", name, want, &plan)
			}
		}
		for _, unwanted := range facts.lacks {
			if strings.Contains(plan.String(), unwanted) {
				t.Errorf("%s has %s: %s", name, unwanted, &plan)
			}
		}
	}
}

// TestNullHeads: every request may come without an identity, and none without a catalog.
func TestNullHeads(t *testing.T) {
	for _, name := range messageVectors(t, message.Newest) {
		payload := string(golden.Read(t, "v6", name+".json"))
		if !strings.Contains(name, "Request.") {
			continue
		}
		m, _, err := message.Decode([]byte(replaceMember(t, payload, "identity")))
		if err != nil || m.(message.Request).Head().Identity != nil {
			t.Errorf("%s without identity: %v", name, err)
		}
		if strings.HasPrefix(name, "UserDefinedFunction") {
			continue // has no catalog
		}
		if _, _, err := message.Decode([]byte(replaceMember(t, payload, "catalogName"))); err == nil {
			t.Errorf("%s was read without a catalog", name)
		}
	}
}
