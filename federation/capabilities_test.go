package federation_test

import (
	"os"
	"reflect"
	"testing"

	"athena-timestream/federation"
	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
)

// TestPushdownNames: what is declared is spelled as AWS's SDK spells it.
func TestPushdownNames(t *testing.T) {
	payload, err := os.ReadFile("../vectors/v6/GetDataSourceCapabilitiesResponse.rich.json")
	if err != nil {
		t.Fatal(err)
	}
	decoded, _, err := message.Decode(payload)
	if err != nil {
		t.Fatal(err)
	}
	written := map[string][]message.CapabilityEntry{}
	for _, c := range decoded.(*message.GetDataSourceCapabilitiesResponse).Capabilities {
		for _, e := range c.Entries {
			if len(e.Properties) == 0 {
				e.Properties = nil
			}
			written[c.Name] = append(written[c.Name], e)
		}
	}
	for _, c := range []message.Capability{
		federation.LimitPushdown(), federation.TopNPushdown(), federation.FilterPushdown(),
		federation.ExpressionPushdown(predicate.And, predicate.Or, predicate.LikePattern),
		federation.PassthroughSignature{Schema: "system", Name: "query", Arguments: []string{"QUERY"}}.Capability(),
	} {
		if !reflect.DeepEqual(c.Entries, written[c.Name]) {
			t.Errorf("%s: got %v, want %v", c.Name, c.Entries, written[c.Name])
		}
	}
}
