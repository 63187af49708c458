package federation_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"athena-timestream/federation"
	"athena-timestream/federation/block"
	"athena-timestream/federation/federationtest"
	"athena-timestream/federation/message"
	"athena-timestream/federation/spill"
)

// finisher is a connector of one row, that fails or is told that the row has been handed over.
type finisher struct {
	federationtest.Connector
	told []string
}

func (f *finisher) FinishRead(_ context.Context, r *message.ReadRecordsRequest) {
	f.told = append(f.told, r.Split.Properties["part"])
}

// TestReadFinisher: a connector is told of reads whose rows are all handed over, and of no others.
func TestReadFinisher(t *testing.T) {
	t.Parallel()
	f := &finisher{}
	f.ReadRecordsFunc = func(_ context.Context, r *message.ReadRecordsRequest, w *spill.Writer) error {
		if err := block.AppendValue(w.Builder().Column(0), int64(1)); err != nil {
			return err
		}
		if r.Split.Properties["part"] == "bad" {
			return errors.New("no")
		}
		return w.EndRow()
	}
	h := newHandler(t, f, federation.Options{})
	for _, part := range []string{"1", "bad", "2"} {
		_, err := ask[*message.ReadRecordsResponse](t.Context(), t, h, &message.ReadRecordsRequest{
			Header: header(), Schema: oneColumn, Split: message.Split{Properties: map[string]string{"part": part}},
			Constraints: unconstrained(), MaxBlockSize: 1 << 20, MaxInlineBlockSize: 1 << 20,
		})
		if (err != nil) != (part == "bad") {
			t.Errorf("part %s: %v", part, err)
		}
	}
	if want := []string{"1", "2"}; !slices.Equal(f.told, want) {
		t.Errorf("told of %q, not of %q", f.told, want)
	}
}
