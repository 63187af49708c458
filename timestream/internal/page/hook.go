package page

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

const (
	operation      = "Query"
	deserializerID = "OperationDeserializer" // of every SDK operation; the hook takes its place and its name
)

type deserializer = middleware.DeserializeMiddleware

// hook stands in for the Query operation's deserializer during one call. It runs inside the SDK's retry loop, once
// an attempt, and there only reads the body: what fails is then the SDK's to judge and to try again.
type hook struct {
	answer  Answer
	buffers *buffers
}

// install is a functional option of one Query call. A Querier may make it an option of a client instead, whose
// endpoint discovery then passes here too: not our stack.
func (h *hook) install(o *timestreamquery.Options) {
	o.APIOptions = append(o.APIOptions, func(s *middleware.Stack) error {
		if s.ID() != operation {
			return nil
		}
		sdk, err := s.Deserialize.Swap(deserializerID, h)
		if err != nil {
			return fmt.Errorf("put the page reader in the place of the SDK's deserializer: %w", err)
		}
		h.answer.sdk = sdk
		return nil
	})
}

// ID is the name of the middleware that h replaces, so that those placed relative to it stay where they are.
func (h *hook) ID() string { return deserializerID }

// HandleDeserialize keeps the body of a good answer; all others are the SDK's to read.
func (h *hook) HandleDeserialize(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (
	middleware.DeserializeOutput, middleware.Metadata, error,
) {
	out, md, err := next.HandleDeserialize(ctx, in)
	if err != nil {
		return out, md, err
	}
	resp, ok := out.RawResponse.(*smithyhttp.Response)
	if !ok || resp.StatusCode < 200 || resp.StatusCode >= 300 {
		return h.answer.sdk.HandleDeserialize(ctx, in, answered(out, md))
	}
	if err := h.read(resp); err != nil {
		return out, md, bodyError(ctx, err)
	}
	h.answer.status, h.answer.header = resp.StatusCode, resp.Header
	out.Result = &timestreamquery.QueryOutput{}
	return out, md, nil
}

// answered hands a response that has arrived to a middleware that expects to wait for it.
func answered(out middleware.DeserializeOutput, md middleware.Metadata) middleware.DeserializeHandler {
	return middleware.DeserializeHandlerFunc(func(context.Context, middleware.DeserializeInput) (
		middleware.DeserializeOutput, middleware.Metadata, error,
	) {
		return out, md, nil
	})
}

// maxHint bounds what is reserved on the word of a Content-Length header.
const maxHint = 16 << 20

func (h *hook) read(resp *smithyhttp.Response) error {
	buf := h.answer.body // of an attempt before
	if buf == nil {
		buf = h.buffers.take()
	}
	if n := resp.ContentLength + slack + 1; resp.ContentLength > 0 && n <= maxHint && int64(cap(buf)) < n {
		buf = make([]byte, 0, n)
	}
	buf, err := readAll(resp.Body, buf[:0])
	if err == nil {
		err = truncated(buf)
	}
	h.answer.size = len(buf)
	h.answer.body = append(buf, zeros[:]...)
	return err
}

// truncated finds a document whose end is missing although the body was as long as announced. It looks closer only at
// one that does not end as documents do.
func truncated(doc []byte) error {
	if doc = bytes.TrimSpace(doc); bytes.HasSuffix(doc, []byte("}")) {
		return nil
	}
	var whole json.RawMessage
	if err := json.NewDecoder(bytes.NewReader(doc)).Decode(&whole); errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	return nil
}

// zeros end every body: no byte of JSON, so each scan stops there and none has to count.
var zeros [slack]byte

func readAll(r io.Reader, buf []byte) ([]byte, error) {
	for {
		if len(buf) == cap(buf) {
			buf = append(buf, 0)[:len(buf)]
		}
		n, err := r.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		switch err {
		case nil:
		case io.EOF:
			return buf, nil
		default:
			return buf, err
		}
	}
}

// bodyError makes the SDK's retryer see a broken body for what it is. The SDK itself reports such a body as bad JSON
// and gives up.
func bodyError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return &smithy.CanceledError{Err: err}
	}
	return &smithy.DeserializationError{Err: &brokenBody{err}}
}

type brokenBody struct{ err error }

func (e *brokenBody) Error() string         { return "read the response body: " + e.err.Error() }
func (e *brokenBody) Unwrap() error         { return e.err }
func (e *brokenBody) ConnectionError() bool { return true }

// deserialize lets the SDK read a document that came, or could have come, as the body of the answer. An error is
// dressed as the SDK's client would have returned it.
func (a *Answer) deserialize(ctx context.Context, json []byte) (*timestreamquery.QueryOutput, error) {
	resp := &smithyhttp.Response{Response: &http.Response{
		StatusCode: a.status,
		Header:     a.header,
		Body:       io.NopCloser(bytes.NewReader(json)),
	}}
	next := answered(middleware.DeserializeOutput{RawResponse: resp}, middleware.Metadata{})
	out, _, err := a.sdk.HandleDeserialize(ctx, middleware.DeserializeInput{}, next)
	if err != nil {
		return nil, a.responseError(resp, err)
	}
	result, ok := out.Result.(*timestreamquery.QueryOutput)
	if !ok {
		return nil, a.responseError(resp, fmt.Errorf("the SDK read an answer of type %T", out.Result))
	}
	return result, nil
}

func (a *Answer) responseError(resp *smithyhttp.Response, err error) error {
	return &smithy.OperationError{
		ServiceID:     timestreamquery.ServiceID,
		OperationName: operation,
		Err: &awshttp.ResponseError{
			RequestID:     a.requestID(),
			ResponseError: &smithyhttp.ResponseError{Response: resp, Err: err},
		},
	}
}
