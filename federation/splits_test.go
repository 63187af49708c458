package federation_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"athena-timestream/federation"
	"athena-timestream/federation/federationtest"
	"athena-timestream/federation/message"
	"athena-timestream/federation/spill"
)

func splitsRequest(t *testing.T) *message.GetSplitsRequest {
	t.Helper()
	return &message.GetSplitsRequest{Header: header(), Partitions: oneRow(t), Constraints: unconstrained()}
}

func TestDefaultSplit(t *testing.T) {
	h := newHandler(t, federationtest.Connector{}, federation.Options{Config: federation.Config{SpillBucket: "b"}})
	got, err := ask[*message.GetSplitsResponse](t.Context(), t, h, splitsRequest(t))
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Splits) != 1 || got.ContinuationToken != nil || len(got.Splits[0].Properties) != 0 {
		t.Fatalf("got %+v", got)
	}
	s := got.Splits[0]
	if len(s.EncryptionKey.Key) != 32 || len(s.EncryptionKey.Nonce) != 12 {
		t.Errorf("key of %d and nonce of %d bytes", len(s.EncryptionKey.Key), len(s.EncryptionKey.Nonce))
	}
	if id, ok := strings.CutPrefix(s.SpillLocation.Key, "athena-federation-spill/q/"); !ok || len(id) != 36 || id[14] != '4' || strings.Count(id, "-") != 4 {
		t.Errorf("spill location %+v, want a random UUID at its end", s.SpillLocation)
	}
}

// TestSplitsShareNothing: blocks of one split share key and nonce, so two splits
// must not.
func TestSplitsShareNothing(t *testing.T) {
	c := struct {
		federationtest.Connector
		federationtest.Splitter
	}{Splitter: federationtest.Splitter{GetSplitsFunc: func(context.Context, *message.GetSplitsRequest) ([]federation.SplitSpec, *string, error) {
		return make([]federation.SplitSpec, 50), nil, nil
	}}}
	got, err := ask[*message.GetSplitsResponse](t.Context(), t, newHandler(t, c, federation.Options{}), splitsRequest(t))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, s := range got.Splits {
		for _, secret := range []string{s.SpillLocation.Key, string(s.EncryptionKey.Key), string(s.EncryptionKey.Nonce)} {
			if seen[secret] {
				t.Fatalf("%q occurs twice", secret)
			}
			seen[secret] = true
		}
	}
	if len(seen) != 150 {
		t.Errorf("%d values of 50 splits", len(seen))
	}
}

// TestQueryEndsWhileSplitting: a source may be at work for its splits as long as for rows.
func TestQueryEndsWhileSplitting(t *testing.T) {
	federationtest.NoLeaks(t)
	w := &watcher{ended: make(chan struct{})}
	c := struct {
		federationtest.Connector
		federationtest.Splitter
	}{Splitter: federationtest.Splitter{GetSplitsFunc: func(ctx context.Context, _ *message.GetSplitsRequest) ([]federation.SplitSpec, *string, error) {
		close(w.ended)
		<-ctx.Done()
		return nil, nil, fmt.Errorf("prepare: %w", ctx.Err())
	}}}
	_, err := ask[message.Message](t.Context(), t, newHandler(t, c, federation.Options{Status: w}), splitsRequest(t))
	wantCode(t, err, federation.OperationTimeout, "query q is CANCELLED")
	if !w.stopped {
		t.Error("the query is still watched")
	}
}

func TestEncryptionOff(t *testing.T) {
	h := newHandler(t, federationtest.Connector{}, federation.Options{Config: federation.Config{DisableSpillEncryption: true}, Keys: spill.LocalKeys{}})
	got, err := ask[*message.GetSplitsResponse](t.Context(), t, h, splitsRequest(t))
	if err != nil || got.Splits[0].EncryptionKey != nil {
		t.Errorf("got %+v, %v; want no key", got, err)
	}
}

// failingKeys fails as an AWS service does.
type failingKeys struct{ err error }

func (k failingKeys) NewKey(context.Context) (*message.EncryptionKey, error) { return nil, k.err }

func TestKeyErrors(t *testing.T) {
	for _, test := range []struct {
		err  error
		code federation.Code
	}{
		{awsError{"NotFoundException", 400}, federation.EntityNotFound},
		{awsError{"ThrottlingException", 400}, federation.Throttling},
		{awsError{"AccessDeniedException", 400}, federation.InvalidInput},
		{awsError{"DisabledException", 400}, federation.InvalidInput},
		{federation.Errorf(federation.OperationTimeout, "late"), federation.OperationTimeout},
		{errors.New("no entropy"), federation.InternalService},
	} {
		h := newHandler(t, federationtest.Connector{}, federation.Options{Keys: failingKeys{test.err}})
		_, err := ask[*message.GetSplitsResponse](t.Context(), t, h, splitsRequest(t))
		wantCode(t, err, test.code, "create a data key: "+test.err.Error())
	}
}

// buckets counts how often it is asked.
type buckets struct {
	asked int
	err   error
}

func (b *buckets) VerifyBucket(_ context.Context, bucket string) error {
	b.asked++
	if b.err != nil {
		return fmt.Errorf("bucket %s: %w", bucket, b.err)
	}
	return nil
}

func TestBucketIsVerified(t *testing.T) {
	b := &buckets{err: federation.Errorf(federation.InvalidInput, "not yours")}
	h := newHandler(t, federationtest.Connector{}, federation.Options{Config: federation.Config{SpillBucket: "spill"}, Buckets: b})
	_, err := ask[*message.GetSplitsResponse](t.Context(), t, h, splitsRequest(t))
	wantCode(t, err, federation.InvalidInput, "bucket spill: not yours")
	b.err = nil
	if _, err := ask[*message.GetSplitsResponse](t.Context(), t, h, splitsRequest(t)); err != nil || b.asked != 2 {
		t.Errorf("got %v after %d questions: a mended bucket must work at once", err, b.asked)
	}
	unset := newHandler(t, federationtest.Connector{}, federation.Options{Buckets: b})
	if _, err := ask[*message.GetSplitsResponse](t.Context(), t, unset, splitsRequest(t)); err != nil || b.asked != 2 {
		t.Errorf("without a bucket: %v, asked %d times", err, b.asked)
	}
}
