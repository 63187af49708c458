package message_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
	"athena-timestream/internal/golden"
)

// TestBoundedAllocation: reading a request takes no more than a multiple of its bytes, whatever they are.
func TestBoundedAllocation(t *testing.T) {
	const factor = 500 // a boolean constant takes a bit of the base64 and an interface in memory
	all := seeds(t)
	for _, s := range seeds(t) {
		all = append(all, s[:len(s)/2], bytes.ReplaceAll(s, []byte("/////"), []byte("////////")), bytes.ReplaceAll(s, []byte("AAAA"), []byte("//8A")))
	}
	const open = `{"@type":"ListTablesRequest","identity":{"id":"","principal":"","account":"","arn":"","tags":{`
	for _, piece := range []string{`[`, `{"a":`, `"a":"b",`, `"`, `\u0000`, `9`, ` `, `null,`} {
		all = append(all, []byte(strings.Repeat(piece, 1<<20/len(piece))), []byte(open+strings.Repeat(piece, 1<<20/len(piece))))
	}
	for _, b := range all {
		golden.Bounded(t, clip(b), len(b), factor, func() { _, _, _ = message.Decode(b) })
		golden.Bounded(t, clip(b), len(b), factor, func() { _, _ = message.DecodeFunctionError(b) })
	}
}

func clip(b []byte) string { return string(b[:min(len(b), 120)]) }

// TestConstantsOfStructs: a struct takes no bytes of a block, so that many of them inside of one another are refused before
// each becomes memory for each row.
func TestConstantsOfStructs(t *testing.T) {
	for depth, refused := range map[int]bool{1: false, 3: false, 60: true} {
		typ, value := arrow.DataType(arrow.FixedWidthTypes.Boolean), any(true)
		for range depth {
			typ, value = arrow.StructOf(arrow.Field{Name: "f", Type: typ, Nullable: true}), []any{value}
		}
		values := make([]predicate.Value, 20_000)
		for i := range values {
			values[i] = value
		}
		where := predicate.Unconstrained()
		where.Expressions = []predicate.Expression{predicate.Constant{Type: typ, Values: values}}
		b, err := message.Encode(&message.GetTableLayoutRequest{
			Header: message.Header{Identity: &message.Identity{}}, Constraints: where, Schema: arrow.NewSchema(nil, nil),
		}, message.Newest)
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = message.Decode(b)
		if (err != nil) != refused || refused && !strings.Contains(err.Error(), "should hold") {
			t.Errorf("%d deep, %d bytes: %v", depth, len(b), err)
		}
	}
}
