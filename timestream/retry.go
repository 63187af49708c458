package timestream

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"

	"athena-timestream/federation"
)

// attempts of one call: a page's token is good for five uses.
const attempts = 4

// retryer says which calls of Timestream are made again, and when: those that the SDK's standard retryer repeats, refusals
// that it does not know for what they are, and calls whose credentials have expired, for which it fetches new ones.
//
// A call's own pauses double and are drawn at random; they are the SDK's. Besides, all calls of a client share a pace that
// each refusal slows and each success quickens. Neither slows much: AWS advises to go on at the same rate, so that
// Timestream scales. The SDK's adaptive mode does slow: after one refusal it never stops counting, and a function that has
// rested for a minute begins each read with one call in two seconds.
type retryer struct {
	aws.RetryerV2
	pace        *federation.Throttle
	credentials aws.CredentialsProvider
}

func newRetryer(credentials aws.CredentialsProvider, pace federation.ThrottleConfig) *retryer {
	if pace == (federation.ThrottleConfig{}) {
		pace = federation.DefaultThrottle()
	}
	r := &retryer{pace: &federation.Throttle{Config: pace, Refused: throttled}, credentials: credentials}
	r.RetryerV2 = retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = attempts
		o.Retryables = append(o.Retryables, retry.IsErrorRetryableFunc(func(err error) aws.Ternary {
			if throttled(err) || expired(err) && r.renewable() != nil {
				return aws.TrueTernary
			}
			return aws.UnknownTernary
		}))
	})
	return r
}

// renewable forgets the credentials that it has, if they can be fetched anew; nil otherwise.
func (r *retryer) renewable() interface{ Invalidate() } {
	cache, _ := r.credentials.(interface{ Invalidate() })
	return cache
}

// GetAttemptToken makes the pause that all calls share, and learns the outcome of this one.
func (r *retryer) GetAttemptToken(ctx context.Context) (func(error) error, error) {
	if r.pace.Wait(ctx) != nil {
		return nil, &aws.RequestCanceledError{Err: ctx.Err()}
	}
	release, err := r.RetryerV2.GetAttemptToken(ctx)
	if err != nil {
		return nil, err
	}
	return func(err error) error {
		r.pace.Note(err)
		return release(err)
	}, nil
}

// GetRetryToken asks whether there have been too many failures of late, and prepares the next attempt.
func (r *retryer) GetRetryToken(ctx context.Context, err error) (func(error) error, error) {
	if cache := r.renewable(); cache != nil && expired(err) {
		cache.Invalidate()
	}
	return r.RetryerV2.GetRetryToken(ctx, err)
}

// within is the retryer of one call, which makes no pause that would outlast the call's context.
func (r *retryer) within(ctx context.Context) aws.Retryer {
	deadline, ok := ctx.Deadline()
	if !ok {
		return r
	}
	return hurried{r, r.pace, deadline}
}

type hurried struct {
	aws.RetryerV2
	pace     *federation.Throttle
	deadline time.Time
}

// RetryDelay is the pause before the next attempt, or the error of the last one if there is no time for another.
func (h hurried) RetryDelay(attempt int, err error) (time.Duration, error) {
	pause, failed := h.RetryerV2.RetryDelay(attempt, err)
	if failed == nil && time.Now().Add(pause+h.pace.Delay()).After(h.deadline) {
		return 0, &noTimeError{err}
	}
	return pause, failed
}

// noTimeError is the error of an attempt after which there was no time for another.
type noTimeError struct{ err error }

func (e *noTimeError) Error() string { return e.err.Error() }
func (e *noTimeError) Unwrap() error { return e.err }

// throttled says that the service refuses a call for coming too often, under whatever name.
func throttled(err error) bool {
	api, ok := errors.AsType[smithy.APIError](err)
	return ok && fault(api.ErrorCode(), api.ErrorMessage()).code == federation.Throttling
}

// expired says that a call's credentials were good once.
func expired(err error) bool {
	api, ok := errors.AsType[smithy.APIError](err)
	return ok && strings.HasPrefix(api.ErrorCode(), "ExpiredToken")
}

// endpointDied says that what was discovered is no endpoint, or none of ours, any more.
func endpointDied(err error) bool {
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		return api.ErrorCode() == "InvalidEndpointException" || api.ErrorCode() == "UnknownOperationException"
	}
	_, unknown := errors.AsType[*net.DNSError](err)
	lost, ok := errors.AsType[*net.OpError](err)
	return unknown || ok && lost.Op == "dial"
}

// passing says that the same query, run again, may well succeed: its pages are lost, broken or cannot be had now. Not so
// when the service asks to slow down: another query would not.
func passing(err error) bool {
	if _, late := errors.AsType[*noTimeError](err); late {
		return false
	}
	if api, ok := errors.AsType[smithy.APIError](err); ok && fault(api.ErrorCode(), api.ErrorMessage()).passing {
		return true
	}
	return status(err) >= http.StatusInternalServerError || brokenOff(err) || malformed(err)
}

// status is the HTTP status of the answer that the error is, or 0.
func status(err error) int {
	if answer, ok := errors.AsType[interface {
		error
		HTTPStatusCode() int
	}](err); ok {
		return answer.HTTPStatusCode()
	}
	return 0
}

// brokenOff says that there was no answer, or not the whole of it.
func brokenOff(err error) bool {
	broken, ok := errors.AsType[interface {
		error
		ConnectionError() bool
	}](err)
	return ok && broken.ConnectionError()
}

// malformed says that a whole answer was not what the API's documentation promises.
func malformed(err error) bool {
	_, ok := errors.AsType[*smithy.DeserializationError](err)
	return ok && !brokenOff(err)
}
