package federation_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"

	"athena-timestream/federation"
	"athena-timestream/federation/federationtest"
	"athena-timestream/federation/message"
	"athena-timestream/federation/spill"
)

// TestForCaller serves callers who bring permissions with their own surroundings, and all others with the Handler's.
func TestForCaller(t *testing.T) {
	named := func(name string) federationtest.Connector {
		return federationtest.Connector{ListSchemasFunc: func(context.Context, *message.ListSchemasRequest) (*message.ListSchemasResponse, error) {
			return &message.ListSchemasResponse{Schemas: []string{name}}, nil
		}}
	}
	theirs := &buckets{}
	config := federation.Config{SpillBucket: "spill"}
	for name, test := range map[string]struct {
		options    map[string]string
		disable    bool
		schema     string
		asked      int // questions about the bucket with the caller's permissions
		key        string
		noLogEntry bool
	}{
		"nothing":                 {nil, false, "ours", 0, "ours", true},
		"permissions":             {map[string]string{"may": "yes"}, false, "theirs", 1, "theirs", false},
		"permissions for another": {map[string]string{"may": "yes", "spill_bucket": "other"}, false, "theirs", 0, "theirs", false},
		"for the same":            {map[string]string{"may": "yes", "spill_bucket": "spill"}, false, "theirs", 1, "theirs", false},
		"without encryption":      {map[string]string{"may": "yes"}, true, "theirs", 1, "", false},
		"without a KMS key":       {map[string]string{"may": "no key"}, false, "theirs", 1, "ours", false},
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			theirs.asked = 0
			c := config
			c.DisableSpillEncryption = test.disable
			h := newHandler(t, named("ours"), federation.Options{
				Config: c, Keys: namedKey("ours"), Buckets: &buckets{}, Logger: slog.New(slog.NewTextHandler(&log, nil)),
				ForCaller: func(_ context.Context, who *message.Identity) (*federation.Surroundings, error) {
					if who.ConfigOptions["may"] == "" {
						return nil, nil
					}
					s := &federation.Surroundings{Connector: named("theirs"), Store: spill.NewMem(), Buckets: theirs, Keys: namedKey("theirs")}
					if who.ConfigOptions["may"] == "no key" {
						s.Keys = nil
					}
					return s, nil
				},
			})
			head := header()
			head.Identity.ConfigOptions = test.options
			schemas, err := ask[*message.ListSchemasResponse](t.Context(), t, h, &message.ListSchemasRequest{Header: head})
			if err != nil || schemas.Schemas[0] != test.schema {
				t.Errorf("%v, %v", schemas, err)
			}
			request := splitsRequest(t)
			request.Identity = head.Identity
			splits, err := ask[*message.GetSplitsResponse](t.Context(), t, h, request)
			if err != nil || theirs.asked != test.asked {
				t.Fatalf("%v, asked %d times about the bucket", err, theirs.asked)
			}
			key := ""
			if k := splits.Splits[0].EncryptionKey; k != nil {
				key = string(k.Key)
			}
			if strings.TrimRight(key, " ") != test.key {
				t.Errorf("the key is %q", key)
			}
			if strings.Contains(log.String(), "for_caller=true") == test.noLogEntry {
				t.Errorf("log: %s", &log)
			}
		})
	}
}

// namedKey makes keys that say whose they are.
type namedKey string

func (k namedKey) NewKey(context.Context) (*message.EncryptionKey, error) {
	return &message.EncryptionKey{Key: []byte(string(k) + strings.Repeat(" ", 16-len(k))), Nonce: make([]byte, 12)}, nil
}

// Permissions that cannot be had end every request but a ping, which says only what is there.
func TestForCallerFails(t *testing.T) {
	h := newHandler(t, federationtest.Connector{}, federation.Options{
		ForCaller: func(context.Context, *message.Identity) (*federation.Surroundings, error) {
			return nil, federation.Errorf(federation.InvalidCredentials, "not yours")
		},
	})
	for name, r := range map[string]message.Message{
		"ListSchemas": &message.ListSchemasRequest{Header: header()}, "GetSplits": splitsRequest(t),
	} {
		_, err := ask[message.Message](t.Context(), t, h, r)
		t.Log(name)
		wantCode(t, err, federation.InvalidCredentials, "not yours")
	}
	if _, err := ask[*message.PingResponse](t.Context(), t, h, &message.PingRequest{Header: header()}); err != nil {
		t.Error(err)
	}
}
