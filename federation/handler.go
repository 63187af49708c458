package federation

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"

	"athena-timestream/federation/message"
	"athena-timestream/federation/panics"
	"athena-timestream/federation/redact"
	"athena-timestream/federation/spill"
)

// MaxPayload is Lambda's limit of a synchronous answer, in bytes.
const MaxPayload = spill.MaxAnswer

// capabilitiesLevel is the number that SDKs of serde version 6 state in a
// PingResponse (FederationCapabilities of the Java SDK).
const capabilitiesLevel = 24

// BucketVerifier says whether a bucket may be spilled to. It is asked before each
// GetSplits and should remember a yes. Its error is what the user sees.
type BucketVerifier interface {
	VerifyBucket(ctx context.Context, bucket string) error
}

// StatusChecker watches Athena's query while its splits are made and its rows are
// read.
type StatusChecker interface {
	// Watch returns a context that is cancelled, with a cause that is
	// [ErrQueryEnded], when the query has ended. It must not fail: as long as
	// the state is unknown the query counts as running. The function releases
	// what watching takes and waits for it.
	Watch(ctx context.Context, queryID string) (context.Context, context.CancelFunc)
}

// Options are a Handler's surroundings. Store is required.
type Options struct {
	SourceType string          // what a ping calls the source, such as "timestream"
	Config     Config          // checked by NewHandler
	Store      spill.Store     // where blocks go that are too big for the answer
	Keys       spill.KeySource // a key for each split; nil: local keys. Not used if Config disables encryption
	Buckets    BucketVerifier  // asked before splits are made; nil: not checked
	Status     StatusChecker   // nil: work goes on when the query has ended
	Logger     *slog.Logger    // nil: nothing is logged
	NewID      func() string   // ids of splits, unique; nil: random UUIDs
	ForCaller  ForCaller       // nil: everybody is served with the above
}

// Handler answers Athena's requests for one connector.
type Handler struct {
	connector Connector
	options   Options
	memory    *spill.Memory // of reads that have ended, for the next
	forCaller bool          // made for one request: see servedFor
}

// NewHandler checks the options, all of them at once, and logs the warnings of
// their Config.
func NewHandler(c Connector, o Options) (*Handler, error) {
	faults := []error{o.Config.Validate()}
	if c == nil {
		faults = append(faults, errors.New("no connector"))
	}
	if o.Store == nil {
		faults = append(faults, errors.New("no block store: set Options.Store, for example to spill.NewMem()"))
	}
	if o.Config.KMSKeyID != "" && !o.Config.DisableSpillEncryption && o.Keys == nil {
		faults = append(faults, fmt.Errorf("a KMS key is configured (%s) but no key source: set Options.Keys", o.Config.KMSKeyID))
	}
	if err := errors.Join(faults...); err != nil {
		return nil, fmt.Errorf("new federation handler: %w", err)
	}
	o = withDefaults(o)
	for _, warning := range o.Config.Warnings {
		o.Logger.Warn("setting is not used as it stands", keyReason, warning)
	}
	return &Handler{connector: c, options: o, memory: &spill.Memory{}}, nil
}

func withDefaults(o Options) Options {
	if o.Config.SpillPrefix == "" {
		o.Config.SpillPrefix = DefaultSpillPrefix
	}
	if o.Keys == nil {
		o.Keys = spill.LocalKeys{}
	}
	if o.Config.DisableSpillEncryption {
		o.Keys = spill.NoKeys{}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.NewID == nil {
		o.NewID = newUUID
	}
	return o
}

// Invoke answers one request. The answer has the version at which the request
// parsed. Every error is an [*Error]; [message.ToFunctionError] gives it the
// form that Lambda returns. If ctx has a deadline, the work ends a little before
// it, so that the error is ours and not a bare timeout.
func (h *Handler) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	l := h.newRequestLog(len(payload))
	answer, err := h.invoke(context.WithValue(ctx, requestLogKey{}, l), payload, l)
	h.logPanic(ctx, err)
	err = withoutSignature(err)
	l.finish(ctx, len(answer), err)
	if err != nil {
		return nil, err
	}
	return answer, nil
}

// invoke turns panics into errors.
func (h *Handler) invoke(ctx context.Context, payload []byte, l *requestLog) (out []byte, err error) {
	doing := "reading the request"
	defer func() {
		if p := recover(); p != nil {
			out, err = nil, withCode(ctx, panics.New(p, doing))
		}
	}()
	m, version, err := message.Decode(payload)
	if err != nil {
		return nil, withCode(ctx, err)
	}
	request, ok := m.(message.Request)
	if !ok {
		return nil, Errorf(InvalidInput, "%s is not a request", m.Kind())
	}
	doing = request.Kind()
	l.received(request, version)
	ctx, cancel := beforeDeadline(ctx)
	defer cancel()
	server, err := h.servedFor(ctx, request, l)
	if err != nil {
		return nil, withCode(ctx, err)
	}
	response, err := server.answer(ctx, request, l)
	if err != nil {
		return nil, withCode(ctx, err)
	}
	if out, err = message.Encode(response, version); err != nil {
		return nil, withCode(ctx, fmt.Errorf("encode %s: %w", response.Kind(), err))
	}
	if len(out) > MaxPayload {
		return nil, tooLarge(response, len(out))
	}
	return out, nil
}

// logPanic tells where the panic was that an error tells of, in the Handler's goroutine or in another.
func (h *Handler) logPanic(ctx context.Context, err error) {
	if p, ok := errors.AsType[*panics.Error](err); ok {
		h.options.Logger.ErrorContext(ctx, "panic", keyError, redact.Text(p), keyStack, p.Stack())
	}
}

// answer calls the connector.
func (h *Handler) answer(ctx context.Context, r message.Request, l *requestLog) (message.Message, error) {
	switch r := r.(type) {
	case *message.PingRequest:
		return h.ping(ctx, r), nil
	case *message.ListSchemasRequest:
		return h.listSchemas(ctx, r)
	case *message.ListTablesRequest:
		return h.listTables(ctx, r)
	case *message.GetTableRequest:
		return h.getTable(ctx, r)
	case *message.GetTableLayoutRequest:
		return h.getTableLayout(ctx, r, l)
	case *message.GetSplitsRequest:
		return h.getSplits(ctx, r, l)
	case *message.GetDataSourceCapabilitiesRequest:
		return h.capabilities(ctx, r)
	case *message.ReadRecordsRequest:
		return h.readRecords(ctx, r, l)
	case *message.UserDefinedFunctionRequest:
		return h.callFunction(ctx, r)
	}
	return nil, Errorf(InvalidInput, "unknown request %s", r.Kind())
}

// newUUID is a random (version 4) UUID.
func newUUID() string {
	var b [16]byte
	rand.Read(b[:]) //nolint:errcheck // never fails, by its documentation
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
