package message_test

import (
	"strings"
	"testing"

	"athena-timestream/federation/message"
	"athena-timestream/internal/golden"
	"athena-timestream/internal/golden/neutral"
)

// exchange is one entry of the vectors of the Java SDK's composite handler.
type exchange struct {
	Name, Request   string
	ParsedAtVersion message.Version
	Response        string
	ResponseDecoded any
	ErrorMessage    string
}

// Requests resolve to the version at which the Java handler reads them, and its answers decode and encode at that version.
func TestExchangeVectors(t *testing.T) {
	var exchanges []exchange
	golden.ReadJSON(t, &exchanges, "handler", "exchanges.json")
	for _, e := range exchanges {
		t.Run(e.Name, func(t *testing.T) { checkExchange(t, e) })
	}
	if len(exchanges) < 50 {
		t.Errorf("only %d exchanges", len(exchanges))
	}
}

func checkExchange(t *testing.T, e exchange) {
	t.Helper()
	m, version, err := message.Decode([]byte(e.Request))
	if err != nil {
		t.Fatal(err)
	}
	if version != e.ParsedAtVersion {
		t.Errorf("version %d, Java reads it at %d", version, e.ParsedAtVersion)
	}
	if _, ok := m.(message.Request); !ok {
		t.Errorf("%T is no request", m)
	}
	if e.Response == "" {
		return
	}
	answer, err := message.DecodeAs([]byte(e.Response), version)
	if err != nil {
		t.Fatal(err)
	}
	golden.Equal(t, e.ResponseDecoded, neutral.Message(answer))
	encoded, err := message.Encode(answer, version)
	if err != nil {
		t.Fatal(err)
	}
	sameJSON(t, []byte(e.Response), encoded)
}

// Odd requests are read if the Java handler reads them at one of our versions. What it reads as version 1 or not at all
// is refused with a reason.
func TestOddInputVectors(t *testing.T) {
	refused := map[string]string{
		"unknown type":            "no serde configured for NopeRequest",
		"type not first":          `expected field "@type", found "identity"`,
		"no type at all":          `expected field "@type", found "catalogName"`,
		"not json":                "not valid JSON",
		"empty object":            `expected field "@type", found "}"`,
		"unknown identity field":  `decode PingRequest: identity: expected "}", found "future"`,
		"fields in another order": `expected field "catalogName", found "queryId"`,
		"null catalog name":       "catalogName: must not be null",
	}
	var inputs []exchange
	golden.ReadJSON(t, &inputs, "handler", "odd-inputs.json")
	for _, e := range inputs {
		t.Run(e.Name, func(t *testing.T) {
			want, ok := refused[e.Name]
			if !ok {
				checkExchange(t, e)
				return
			}
			_, _, err := message.Decode([]byte(e.Request))
			if err == nil || !strings.Contains(err.Error(), want) || message.CodeOf(err) != message.InvalidInput {
				t.Fatalf("error %v (%s), want %q in it", err, message.CodeOf(err), want)
			}
			if e.ParsedAtVersion == 1 && !strings.Contains(err.Error(), "serde version 1 is not supported") {
				t.Errorf("error %q does not speak of version 1", err)
			}
			delete(refused, e.Name)
		})
	}
	if len(refused) > 0 {
		t.Errorf("no vectors for %v", refused)
	}
}
