// Package client plays Athena's side of the federation protocol: it asks a
// connector whatever Athena would ask, follows pages and continuation tokens,
// and fetches, decrypts and decodes spilled blocks.
//
// It asks anything that has Invoke: a federation.Handler in the same process, or
// a deployed function behind Lambda's API. One Client stands for one query and is
// safe for concurrent use, so that splits can be read side by side.
package client

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"athena-timestream/federation/message"
	"athena-timestream/federation/spill"
)

// Invoker sends one request payload and returns the answer's. A failure of the
// function is a *message.Error or *message.FunctionError; anything else is a
// failure to reach it.
type Invoker interface {
	Invoke(ctx context.Context, payload []byte) ([]byte, error)
}

// Exchange is one request with what came of it. Response is nil if Err is set.
type Exchange struct {
	Request, Response           message.Message
	Version                     message.Version // the version of the request
	Duration                    time.Duration
	RequestBytes, ResponseBytes int
	Err                         error
}

// Client asks one connector about one query. The exported fields must not
// change after the first call.
type Client struct {
	Invoker    Invoker
	Store      spill.Store // where spilled blocks are read; nil: they are an error
	Identity   *message.Identity
	Catalog    string // the connector's name in Athena, such as "lambda:timestream"
	QueryID    string
	Limits     spill.Limits    // sent with each read; zero values: DefaultLimits
	MaxVersion message.Version // highest version to speak; 0: message.Newest
	Trace      func(Exchange)  // told of every exchange, from several goroutines; may be nil

	version atomic.Int32 // negotiated; 0 before the first Ping
}

// DefaultLimits are those that the Java SDK's validation tool sends: blocks of
// 16 MB, answers of up to 5 MiB inline.
var DefaultLimits = spill.Limits{MaxBlockSize: 16_000_000, MaxInlineSize: 5_242_880}

// Version is the version of the requests: what Ping negotiated, else the
// highest allowed.
func (c *Client) Version() message.Version {
	if v := c.version.Load(); v != 0 {
		return message.Version(v)
	}
	return c.maxVersion()
}

func (c *Client) maxVersion() message.Version {
	if c.MaxVersion != 0 {
		return c.MaxVersion
	}
	return message.Newest
}

func (c *Client) head() message.Header {
	return message.Header{Identity: c.Identity, QueryID: c.QueryID, CatalogName: c.Catalog}
}

// ask sends a request and decodes the answer, which must be of the wanted type.
func ask[R message.Message](ctx context.Context, c *Client, request message.Message) (R, error) {
	m, err := c.exchange(ctx, request)
	var none R
	if err != nil {
		return none, err
	}
	response, ok := m.(R)
	if !ok {
		return none, message.Errorf(message.InvalidResponse, "%s was answered with %s", request.Kind(), m.Kind())
	}
	return response, nil
}

func (c *Client) exchange(ctx context.Context, request message.Message) (message.Message, error) {
	x := Exchange{Request: request, Version: c.Version()}
	start := time.Now()
	x.Response, x.Err = c.send(ctx, &x)
	x.Duration = time.Since(start)
	if c.Trace != nil {
		c.Trace(x)
	}
	return x.Response, x.Err
}

func (c *Client) send(ctx context.Context, x *Exchange) (message.Message, error) {
	payload, err := message.Encode(x.Request, x.Version)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", x.Request.Kind(), err)
	}
	x.RequestBytes = len(payload)
	answer, err := c.Invoker.Invoke(ctx, payload)
	if err != nil {
		return nil, asError(x.Request.Kind(), err)
	}
	x.ResponseBytes = len(answer)
	response, _, err := message.Decode(answer)
	if err != nil {
		return nil, fmt.Errorf("decode the answer to %s: %w", x.Request.Kind(), err)
	}
	return response, nil
}
