package federation_test

import (
	"context"
	"testing"

	"athena-timestream/federation"
	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
	"athena-timestream/federation/spill"
)

func unconstrained() *predicate.Constraints { return predicate.Unconstrained() }

func newHandler(t testing.TB, c federation.Connector, o federation.Options) *federation.Handler {
	t.Helper()
	if o.Store == nil {
		o.Store = spill.NewMem()
	}
	h, err := federation.NewHandler(c, o)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// ask sends a request at the newest version and decodes the answer.
func ask[R message.Message](ctx context.Context, t testing.TB, h *federation.Handler, r message.Message) (R, error) {
	t.Helper()
	var none R
	payload, err := message.Encode(r, message.Newest)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := h.Invoke(ctx, payload)
	if err != nil {
		return none, err
	}
	m, _, err := message.Decode(answer)
	if err != nil {
		t.Fatal(err)
	}
	response, ok := m.(R)
	if !ok {
		t.Fatalf("answered with %s", m.Kind())
	}
	return response, nil
}

func header() message.Header {
	return message.Header{Identity: &message.Identity{}, QueryID: "q", CatalogName: "c"}
}
