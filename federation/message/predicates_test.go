package message_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
	"athena-timestream/internal/golden"
	"athena-timestream/internal/golden/neutral"
)

// otherVectors are the files of vectors/predicates that are not of one value set and its cases.
var otherVectors = []string{"algebra_bigint", "invalid", "all_or_none_java_output"}

// withSummary is a message with the JSON of a value set as the constraint of the column "col".
func withSummary(set []byte) []byte {
	var compact bytes.Buffer
	if err := json.Compact(&compact, set); err != nil {
		panic(err)
	}
	return fmt.Appendf(nil, `{"@type":"GetTableLayoutRequest","identity":null,"queryId":"q","catalogName":"c",`+
		`"tableName":{"schemaName":"s","tableName":"t"},"constraints":{"summary":{"col":%s},"expression":[],"orderByClause":[],`+
		`"limit":-1,"queryPassthroughArguments":{},"queryPlan":null},"schema":%q,"partitionColumns":[]}`, compact.Bytes(), emptySchema)
}

// emptySchema is a schema without columns, as the Java SDK writes it (vectors/blocks/no_columns.json).
const emptySchema = "/////0AAAAAQAAAAAAAKAA4ABgANAAgACgAAAAAABAAQAAAAAAEKAAwAAAAIAAQACgAAAAgAAAAIAAAAAAAAAAAAAAAAAAAA"

func decodeSet(t *testing.T, set []byte) (predicate.ValueSet, error) {
	t.Helper()
	m, err := message.DecodeAs(withSummary(set), message.Newest)
	if err != nil {
		return nil, err
	}
	found, ok := m.(*message.GetTableLayoutRequest).Constraints.Set("col")
	if !ok {
		t.Fatal("the constraint is lost")
	}
	return found, nil
}

// Each value set decodes to what Java decodes, and encodes to the same JSON. What it contains is tested in package
// predicate.
func TestPredicateVectors(t *testing.T) {
	for _, name := range golden.Names(t, "predicates") {
		if slices.Contains(otherVectors, name) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var vector struct {
				ValueSet json.RawMessage
				Decoded  any
			}
			golden.ReadJSON(t, &vector, "predicates", name+".json")
			set, err := decodeSet(t, vector.ValueSet)
			if err != nil {
				t.Fatal(err)
			}
			golden.Equal(t, vector.Decoded, neutral.ValueSet(set))
			payload := withSummary(vector.ValueSet)
			m, _, err := message.Decode(payload)
			if err != nil {
				t.Fatal(err)
			}
			encoded, err := message.Encode(m, message.Newest)
			if err != nil {
				t.Fatal(err)
			}
			sameJSON(t, payload, encoded)
		})
	}
}

// What the Java SDK refuses is refused, with the code for bad input and the place of the fault. Only what is structural
// there, and would make it try other versions, mentions versions.
func TestInvalidValueSets(t *testing.T) {
	says := map[string]string{
		"low greater than high":               "low end of a range must be less than or equal to its high end",
		"low bound BELOW":                     "low bound of a range must be EXACTLY or ABOVE",
		"high bound ABOVE":                    "high bound of a range must be EXACTLY or BELOW",
		"unknown bound":                       `constraints.summary.col.ranges[0].high: unknown bound "NEAR"`,
		"set type differs from range type":    "constants are of type int64, not int32",
		"unknown value set kind":              "no serde configured for value set OtherValueSet",
		"unknown arrow type":                  "no serde configured for type LargeUtf8",
		"null value set":                      "constraints.summary.col: must not be null",
		"unknown trailing field in value set": `constraints.summary.col: expected "}", found "future"`,
		"marker column not named col1":        `a block of constants must have one column, "col1", not ["other"]`,
	}
	var cases []struct {
		Case       string
		ValueSet   json.RawMessage
		Accepted   bool
		Structural bool
	}
	golden.ReadJSON(t, &cases, "predicates", "invalid.json")
	for _, c := range cases {
		t.Run(c.Case, func(t *testing.T) {
			_, err := decodeSet(t, c.ValueSet)
			if err == nil || c.Accepted {
				t.Fatalf("error %v, accepted by Java: %t", err, c.Accepted)
			}
			if want, ok := says[c.Case]; !ok || !strings.Contains(err.Error(), want) {
				t.Errorf("error %q, want %q in it", err, want)
			}
			if got := strings.Contains(err.Error(), "serde version 1 is not supported"); got != c.Structural {
				t.Errorf("error %q blames the version: %t, want %t", err, got, c.Structural)
			}
			if code := message.CodeOf(err); code != message.InvalidInput {
				t.Errorf("code %s", code)
			}
		})
	}
	if len(cases) != len(says) {
		t.Errorf("%d vectors, %d expectations", len(cases), len(says))
	}
}

// The Java SDK writes "all" as (all and null allowed), so that its "not null" reads as "nothing". What it wrote is read
// as it stands; what we write is the truth.
func TestAllOrNoneJavaDefect(t *testing.T) {
	var written map[string]json.RawMessage
	golden.ReadJSON(t, &written, "predicates", "all_or_none_java_output.json")
	for _, all := range []bool{true, false} {
		for _, nullAllowed := range []bool{true, false} {
			name := fmt.Sprintf("javaWrites_all=%t_nullAllowed=%t", all, nullAllowed)
			set, err := decodeSet(t, written[name])
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if got := set.(*predicate.AllOrNoneValueSet).AllValues(); got != (all && nullAllowed) {
				t.Errorf("%s reads as all=%t", name, got)
			}
			var intended struct{ ValueSet json.RawMessage }
			golden.ReadJSON(t, &intended, "predicates", fmt.Sprintf("all_or_none_%t_%t.json", all, nullAllowed))
			m, err := message.DecodeAs(withSummary(intended.ValueSet), message.Newest)
			if err != nil {
				t.Fatal(err)
			}
			own := m.(*message.GetTableLayoutRequest)
			own.Constraints.Summary[0].Set = predicate.NewAllOrNoneValueSet(set.DataType(), all, nullAllowed)
			encoded, err := message.Encode(own, message.Newest)
			if err != nil {
				t.Fatal(err)
			}
			if want := fmt.Sprintf(`"all":%t,"nullAllowed":%t}`, all, nullAllowed); !bytes.Contains(encoded, []byte(want)) {
				t.Errorf("%s: %q not in %s", name, want, encoded)
			}
		}
	}
	if len(written) != 4+1 { // and a note
		t.Errorf("%d entries in the vector", len(written))
	}
}
