package federation

import (
	"context"
	"log/slog"

	"athena-timestream/federation/message"
	"athena-timestream/federation/spill"
)

// Surroundings are what serves one request with the permissions of its caller in
// the place of the Handler's own. All have to be set, but for Keys if there is no
// KMS key.
type Surroundings struct {
	Connector Connector // with the optional interfaces of the Handler's
	Store     spill.Store
	Keys      spill.KeySource // nil: the Handler's
	Buckets   BucketVerifier
	Status    StatusChecker
}

// ForCaller makes the surroundings of a request whose caller brings permissions;
// nil if this one does not. It is asked once a request, and its error is the
// answer: nothing is done with the Handler's own permissions then. What it
// returns is dropped with the request.
type ForCaller func(context.Context, *message.Identity) (*Surroundings, error)

// servedFor is the Handler that serves the request: h, or one of the caller's. A ping
// touches nothing and is answered whoever asks.
func (h *Handler) servedFor(ctx context.Context, r message.Request, l *requestLog) (*Handler, error) {
	_, isPing := r.(*message.PingRequest)
	head := r.Head()
	if h.options.ForCaller == nil || isPing || head == nil || head.Identity == nil {
		return h, nil
	}
	s, err := h.options.ForCaller(ctx, head.Identity)
	if err != nil || s == nil {
		return h, err
	}
	l.add(slog.Bool(keyForCaller, true))
	theirs := *h
	theirs.forCaller = true
	theirs.connector = s.Connector
	theirs.options.Store, theirs.options.Buckets, theirs.options.Status = s.Store, s.Buckets, s.Status
	if s.Keys != nil && !h.options.Config.DisableSpillEncryption {
		theirs.options.Keys = s.Keys
	}
	return &theirs, nil
}
