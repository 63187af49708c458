package athena

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"athena-timestream/federation/client"
	"athena-timestream/federation/message"
)

// session is the conversation with the connector about one statement.
type session struct {
	engine *Engine
	client *client.Client
	start  time.Time
	now    time.Time
	log    *slog.Logger

	greeted      bool
	capabilities []message.Capability
	tables       map[message.TableName]*message.GetTableResponse

	mu       sync.Mutex // guards what follows, and the engine's callbacks
	progress Progress
	stats    Stats
}

func (e *Engine) session() *session {
	s := &session{engine: e, start: time.Now(), tables: map[message.TableName]*message.GetTableResponse{}}
	s.now = s.start
	if e.Now != nil {
		s.now = e.Now()
	}
	s.log = e.Log
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	identity := e.Identity
	if identity == nil {
		identity = &message.Identity{Account: "123456789012", ARN: "arn:aws:iam::123456789012:user/local"}
	}
	limits := e.Limits
	if limits.MaxBlockSize == 0 {
		limits.MaxBlockSize = DefaultLimits.MaxBlockSize
	}
	if limits.MaxInlineSize == 0 {
		limits.MaxInlineSize = DefaultLimits.MaxInlineSize
	}
	s.client = &client.Client{
		Invoker: e.Invoker, Store: e.Store, Identity: identity, Catalog: e.catalog(), QueryID: uuid.NewString(),
		Limits: limits, MaxVersion: e.Version, Trace: func(x client.Exchange) { s.trace(Explain(x)) },
	}
	s.log = s.log.With("queryId", s.client.QueryID)
	return s
}

func (e *Engine) catalog() string {
	if e.Catalog == "" {
		return DefaultCatalog
	}
	return strings.ToLower(e.Catalog)
}

func (s *session) trace(step Step) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log.Debug(step.Title, "details", step.Details)
	if s.engine.Trace != nil {
		s.engine.Trace(step)
	}
}

// advance changes the progress and tells of it.
func (s *session) advance(change func(*Progress)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.progress)
	if s.engine.Progress != nil {
		s.engine.Progress(s.progress)
	}
}

// greet opens the conversation, once a statement.
func (s *session) greet(ctx context.Context) error {
	if s.greeted {
		return nil
	}
	if _, err := s.client.Ping(ctx); err != nil {
		return s.failed("reach the connector", err)
	}
	capabilities, err := s.client.Capabilities(ctx)
	if err != nil {
		return s.failed("ask the connector what it can do", err)
	}
	s.greeted, s.capabilities = true, capabilities
	return nil
}

// failed says what could not be done, unless the connector does in the same words; its message stays as it is.
func (s *session) failed(doing string, err error) error {
	if strings.HasPrefix(err.Error(), doing+": ") {
		return err
	}
	return fmt.Errorf("%s: %w", doing, err)
}
