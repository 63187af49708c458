package federation_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"athena-timestream/federation"
	"athena-timestream/federation/block"
	"athena-timestream/federation/federationtest"
	"athena-timestream/federation/message"
	"athena-timestream/federation/spill"
)

func sprint(v any) string { return fmt.Sprint(v) }

func readRequest() *message.ReadRecordsRequest {
	return &message.ReadRecordsRequest{
		Header: header(), TableName: message.TableName{Schema: "s", Table: "t"}, Schema: oneColumn, Constraints: unconstrained(),
		Split:        message.Split{SpillLocation: &message.SpillLocation{Bucket: "b", Key: "k", Directory: true}},
		MaxBlockSize: 1e6, MaxInlineBlockSize: 1e6,
	}
}

// numbers writes n rows.
func numbers(n int) func(context.Context, *message.ReadRecordsRequest, *spill.Writer) error {
	return func(_ context.Context, _ *message.ReadRecordsRequest, w *spill.Writer) error {
		for i := range n {
			if err := block.AppendValue(w.Builder().Column(0), int64(i)); err != nil {
				return err
			}
			if err := w.EndRow(); err != nil {
				return err
			}
		}
		return nil
	}
}

// TestBlockSizeOverride: the function's MAX_BLOCK_SIZE_BYTES cuts blocks that
// the request would not.
func TestBlockSizeOverride(t *testing.T) {
	c := federationtest.Connector{ReadRecordsFunc: numbers(1000)}
	h := newHandler(t, c, federation.Options{Config: federation.Config{MaxBlockSize: 2000}})
	got, err := ask[*message.RemoteReadRecordsResponse](t.Context(), t, h, readRequest())
	if err != nil {
		t.Fatal(err)
	}
	if n := len(got.RemoteBlocks); n < 4 || n > 6 {
		t.Errorf("8000 bytes of rows made %d blocks of at most 2000", n)
	}
}

// TestNoBucket: without a bucket small answers work, and large ones say what to
// do.
func TestNoBucket(t *testing.T) {
	h := newHandler(t, federationtest.Connector{ReadRecordsFunc: numbers(100)}, federation.Options{})
	r := readRequest()
	r.Split.SpillLocation.Bucket = ""
	if got, err := ask[*message.ReadRecordsResponse](t.Context(), t, h, r); err != nil || got.Records.NumRows() != 100 {
		t.Errorf("got %+v, %v", got, err)
	}
	r.MaxInlineBlockSize = 10
	_, err := ask[message.Message](t.Context(), t, h, r)
	wantCode(t, err, federation.InvalidInput, "configure spill_bucket")
}

// failingStore fails at the block with the number; others take their time, so
// that the failure is not the last to be known.
type failingStore struct {
	spill.Store
	key string
}

func (s failingStore) Put(ctx context.Context, loc message.SpillLocation, body []byte) error {
	if loc.Key == s.key {
		return errors.New("disk full")
	}
	return s.Store.Put(ctx, loc, body)
}

// TestFailedBlockFailsTheRead, the last one too: the Java SDK's release loses it
// in silence.
func TestFailedBlockFailsTheRead(t *testing.T) {
	c := federationtest.Connector{ReadRecordsFunc: numbers(100)}
	for _, key := range []string{"k.0", "k.1", "k.2"} {
		h := newHandler(t, c, federation.Options{Store: failingStore{spill.NewMem(), key}, Config: federation.Config{MaxBlockSize: 500}})
		r := readRequest()
		r.MaxInlineBlockSize = 1
		_, err := ask[message.Message](t.Context(), t, h, r)
		wantCode(t, err, federation.InternalService, "disk full")
	}
}

// TestLeftovers: blocks that are in the store when a read fails are named in its
// line, once, and only those.
func TestLeftovers(t *testing.T) {
	fails := func(context.Context, *message.ReadRecordsRequest, *spill.Writer) error {
		return errors.New("source is gone")
	}
	panics := func(context.Context, *message.ReadRecordsRequest, *spill.Writer) error { panic("oh") }
	for name, test := range map[string]struct {
		store spill.Store
		then  func(context.Context, *message.ReadRecordsRequest, *spill.Writer) error // after 100 rows
		want  string
	}{
		"the connector fails":  {spill.NewMem(), fails, "rows=100 blocks=2 bytes=992 left_behind=b/k left_behind_blocks=2 "},
		"the connector panics": {spill.NewMem(), panics, "left_behind=b/k left_behind_blocks=2 "},
		"the last block fails": {failingStore{spill.NewMem(), "k.2"}, nil, "blocks=3 bytes=1232 left_behind=b/k left_behind_blocks=2 "},
		"every block fails":    {failingStore{spill.NewMem(), "k.0"}, fails, ""},
		"nothing fails":        {spill.NewMem(), nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := federationtest.Connector{ReadRecordsFunc: func(ctx context.Context, r *message.ReadRecordsRequest, w *spill.Writer) error {
				if err := numbers(100)(ctx, r, w); err != nil || test.then == nil {
					return err
				}
				for w.Stats().Stored < 2 && test.want != "" { // uploads run beside this
					time.Sleep(time.Millisecond)
				}
				return test.then(ctx, r, w)
			}}
			var log bytes.Buffer
			h := newHandler(t, c, federation.Options{
				Store: test.store, Config: federation.Config{MaxBlockSize: 500, SpillUploads: 1},
				Logger: slog.New(slog.NewTextHandler(&log, nil)),
			})
			r := readRequest()
			r.MaxInlineBlockSize = 1
			_, _ = ask[message.Message](t.Context(), t, h, r) //nolint:errcheck // the log is what is looked at
			if n := strings.Count(log.String(), "left_behind="); n > 1 || (n == 1) != (test.want != "") || !strings.Contains(log.String(), test.want) {
				t.Errorf("logged %s", &log)
			}
		})
	}
}

// watcher ends the query when told to.
type watcher struct {
	ended   chan struct{}
	stopped bool
	query   string
}

func (w *watcher) Watch(ctx context.Context, queryID string) (context.Context, context.CancelFunc) {
	w.query = queryID
	ctx, cancel := context.WithCancelCause(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		select {
		case <-w.ended:
			cancel(fmt.Errorf("query %s is CANCELLED: %w", queryID, federation.ErrQueryEnded))
		case <-ctx.Done():
		}
	}()
	return ctx, func() { cancel(nil); <-done; w.stopped = true }
}

func TestQueryEnds(t *testing.T) {
	federationtest.NoLeaks(t)
	tests := map[string]func(ctx context.Context) error{
		"the connector reports it":     func(ctx context.Context) error { return fmt.Errorf("next page: %w", ctx.Err()) },
		"the connector overlooks it":   func(context.Context) error { return nil },
		"the connector gives its name": func(ctx context.Context) error { return context.Cause(ctx) },
	}
	for name, react := range tests {
		t.Run(name, func(t *testing.T) {
			w := &watcher{ended: make(chan struct{})}
			c := federationtest.Connector{ReadRecordsFunc: func(ctx context.Context, _ *message.ReadRecordsRequest, _ *spill.Writer) error {
				close(w.ended)
				select {
				case <-ctx.Done():
				case <-time.After(10 * time.Second):
					return errors.New("not cancelled")
				}
				return react(ctx)
			}}
			_, err := ask[message.Message](t.Context(), t, newHandler(t, c, federation.Options{Status: w}), readRequest())
			wantCode(t, err, federation.OperationTimeout, "query q is CANCELLED")
			if !w.stopped || w.query != "q" {
				t.Errorf("watching %q was stopped: %v", w.query, w.stopped)
			}
		})
	}
}

func TestQueryGoesOn(t *testing.T) {
	federationtest.NoLeaks(t)
	w := &watcher{ended: make(chan struct{})}
	h := newHandler(t, federationtest.Connector{ReadRecordsFunc: numbers(3)}, federation.Options{Status: w})
	got, err := ask[*message.ReadRecordsResponse](t.Context(), t, h, readRequest())
	if err != nil || got.Records.NumRows() != 3 || !w.stopped {
		t.Errorf("got %+v, %v; stopped: %v", got, err, w.stopped)
	}
}
