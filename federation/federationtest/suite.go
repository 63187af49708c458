package federationtest

import (
	"context"
	"fmt"
	"log/slog"
	"testing"

	"athena-timestream/federation"
	"athena-timestream/federation/client"
	"athena-timestream/federation/message"
	"athena-timestream/federation/spill"
)

// Options say what to examine.
type Options struct {
	Config federation.Config   // of the Handler that Run makes; its SpillBucket defaults to one
	Tables []message.TableName // tables to read, many times and whole: small ones, with nulls; nil: all there are
	// Passthrough are the arguments of a passthrough query that returns rows,
	// without the function's name; Config.Passthrough has to allow it. Nil: only
	// that bad ones are refused is checked.
	Passthrough map[string]string
	// Skip names checks that this connector cannot pass, as the subtests name
	// them, with spaces ("limit of chosen rows"), and gives the reason.
	Skip map[string]string
}

// A check looks at one promise; its error says which one was broken, and by what.
type check struct {
	name string
	run  func(context.Context, *session) error
}

var checks = []check{
	{"ping", checkPing},
	{"capabilities", checkCapabilities},
	{"schemas and tables", checkListing},
	{"paging", checkPaging},
	{"table schema", checkSchemas},
	{"layout and splits", checkLayout},
	{"versions", checkVersions},
	{"projection", checkProjection},
	{"spilling", checkSpilling},
	{"constraints", checkConstraints},
	{"constraints on two columns", checkConjunction},
	{"limit", checkLimit},
	{"limit of chosen rows", checkChosenLimit},
	{"unknown names", checkUnknownNames},
	{"malformed requests", checkMalformed},
	{"cancelled read", checkCancelled},
	{"passthrough", checkPassthrough},
}

// Run examines a connector as a test, one subtest a check.
func Run(t *testing.T, c federation.Connector, o Options) {
	t.Helper()
	NoLeaks(t)
	if o.Config.SpillBucket == "" {
		o.Config.SpillBucket = "federationtest"
	}
	store := spill.NewMem()
	h, err := federation.NewHandler(c, federation.Options{
		SourceType: "federationtest", Config: o.Config, Store: store, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	RunInvoker(t, h, store, o)
}

// RunInvoker examines whatever answers Invoke, such as a deployed function. Its
// spilled blocks are read from store.
func RunInvoker(t *testing.T, i client.Invoker, store spill.Store, o Options) {
	t.Helper()
	s, err := newSession(t.Context(), i, store, o)
	if err != nil {
		t.Fatalf("read the tables without constraints: %v", err)
	}
	for _, c := range checks {
		t.Run(c.name, func(t *testing.T) {
			if reason, skip := o.Skip[c.name]; skip {
				t.Skip(reason)
			}
			if err := c.run(t.Context(), s); err != nil {
				t.Error(err)
			}
		})
	}
}

// Examine is RunInvoker outside of a test: the failures by the name of the check.
// Its error means that the tables could not be read at all.
func Examine(ctx context.Context, i client.Invoker, store spill.Store, o Options) (map[string]error, error) {
	s, err := newSession(ctx, i, store, o)
	if err != nil {
		return nil, fmt.Errorf("read the tables without constraints: %w", err)
	}
	failures := map[string]error{}
	for _, c := range checks {
		if _, skip := o.Skip[c.name]; skip {
			continue
		}
		if err := c.run(ctx, s); err != nil {
			failures[c.name] = err
		}
	}
	return failures, nil
}
