package main

import (
	"context"
	"io"
	"strings"
	"testing"

	"athena-timestream/federation"
	"athena-timestream/federation/message"
)

func TestMain_Run(t *testing.T) {
	t.Setenv("AWS_REGION", "eu-west-1")
	env := map[string]string{"spill_bucket": "b"}
	served := false
	m := Main{
		Getenv: func(name string) string { return env[name] }, Log: io.Discard,
		Serve: func(h *federation.Handler) {
			served = true
			answer, err := h.Invoke(context.Background(), ping(t))
			if err != nil || !strings.Contains(string(answer), `"sourceType":"timestream"`) {
				t.Errorf("%s, %v", answer, err)
			}
		},
	}
	if err := m.Run(context.Background()); err != nil || !served {
		t.Errorf("served %t, %v", served, err)
	}
}

func TestMain_RunTellsAllFaults(t *testing.T) {
	env := map[string]string{"MAX_BLOCK_SIZE_BYTES": "x", "SPILL_QUEUE_CAPACITY": "y"}
	m := Main{
		Getenv: func(name string) string { return env[name] }, Log: io.Discard,
		Serve: func(*federation.Handler) { t.Error("served") },
	}
	err := m.Run(context.Background())
	for name := range env {
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%v says nothing of %s", err, name)
		}
	}
}

func ping(t testing.TB) []byte {
	t.Helper()
	b, err := message.Encode(&message.PingRequest{Header: message.Header{
		Identity: &message.Identity{Account: "123456789012", ARN: "arn"}, QueryID: "q", CatalogName: "c",
	}}, message.Newest)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
