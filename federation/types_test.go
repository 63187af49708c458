package federation_test

import (
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation"
	"athena-timestream/federation/federationtest"
)

func TestCheckSchema(t *testing.T) {
	if err := federation.CheckSchema(federationtest.Corpus().Schema); err != nil {
		t.Error(err)
	}
	uint8s := arrow.PrimitiveTypes.Uint8
	for says, bad := range map[string]arrow.DataType{
		"uint8":         uint8s,
		"timestamp[ms]": &arrow.TimestampType{Unit: arrow.Millisecond}, // without a zone
		"timestamp[ns,": &arrow.TimestampType{Unit: arrow.Nanosecond, TimeZone: "UTC"},
		"decimal256":    &arrow.Decimal256Type{Precision: 50, Scale: 2},
		"large_utf8":    arrow.BinaryTypes.LargeString,
		"float16":       arrow.FixedWidthTypes.Float16,
		"null":          arrow.Null,
		"time64[ns]":    arrow.FixedWidthTypes.Time64ns,
	} {
		for _, nested := range []arrow.DataType{
			bad, arrow.ListOf(bad), arrow.StructOf(arrow.Field{Name: "ok", Type: arrow.BinaryTypes.String}, arrow.Field{Name: "x", Type: bad}),
			arrow.MapOf(arrow.BinaryTypes.String, bad), arrow.MapOf(bad, arrow.BinaryTypes.String), arrow.ListOf(arrow.ListOf(bad)),
		} {
			err := federation.CheckSchema(arrow.NewSchema([]arrow.Field{{Name: "c", Type: nested}}, nil))
			wantCode(t, err, federation.OperationNotSupported, `column "c" has type `+says)
		}
	}
}

// FuzzInvoke: whatever the bytes, there is an answer that can be decoded or an
// error with a code, and never a panic.
func FuzzInvoke(f *testing.F) {
	for _, file := range []string{"handler/exchanges.json", "handler/odd-inputs.json"} {
		for _, x := range readVectors[exchange](f, file) {
			f.Add([]byte(x.Request))
		}
	}
	h := newHandler(f, newDemo(), federation.Options{Keys: fixedKey{}})
	f.Fuzz(func(t *testing.T, payload []byte) {
		answer, err := h.Invoke(t.Context(), payload)
		if err == nil {
			canonical(t, answer)
			return
		}
		if _, ok := err.(*federation.Error); !ok || strings.HasPrefix(err.Error(), "panic in ") { //nolint:errorlint // Invoke's promise is this very type
			t.Errorf("%s: %#v", payload, err)
		}
	})
}
