package federation

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"athena-timestream/federation/message"
)

// Error is a failure with one of Athena's codes; see [message.Error].
type Error = message.Error

// Code is one of Athena's error codes; see [message.Code].
type Code = message.Code

// Athena's error codes.
const (
	AccessDenied          = message.AccessDenied
	EntityNotFound        = message.EntityNotFound
	InvalidCredentials    = message.InvalidCredentials
	InvalidInput          = message.InvalidInput
	InvalidResponse       = message.InvalidResponse
	OperationTimeout      = message.OperationTimeout
	OperationNotSupported = message.OperationNotSupported
	InternalService       = message.InternalService
	PartialFailure        = message.PartialFailure
	Throttling            = message.Throttling
)

// ErrQueryEnded is the cause with which a [StatusChecker] cancels a read.
var ErrQueryEnded = errors.New("the Athena query has ended")

// Errorf makes an error with a code; %w sets its cause.
func Errorf(code Code, format string, args ...any) *Error {
	return message.Errorf(code, format, args...)
}

// CodeOfStatus is the code for an HTTP status that a source answered with, as
// the Java SDK assigns it. Unknown statuses are InvalidInput, as there.
func CodeOfStatus(status int) Code {
	switch status {
	case http.StatusUnauthorized:
		return InvalidCredentials
	case http.StatusForbidden:
		return AccessDenied
	case http.StatusNotFound:
		return EntityNotFound
	case http.StatusRequestTimeout, http.StatusGatewayTimeout:
		return OperationTimeout
	case http.StatusTooManyRequests:
		return Throttling
	case http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable:
		return InternalService
	case http.StatusNotImplemented:
		return OperationNotSupported
	}
	return InvalidInput
}

// apiError is the shape of an AWS service's error (smithy.APIError), stated
// here so that this package needs no AWS module.
type apiError interface {
	error
	ErrorCode() string
	ErrorMessage() string
}

// codeOfAPI is the code for an AWS service error by its name. The second
// result is false if the name says nothing.
func codeOfAPI(name string) (Code, bool) {
	switch {
	case strings.HasPrefix(name, "AccessDenied"), name == "UnauthorizedOperation":
		return AccessDenied, true
	case strings.HasPrefix(name, "Throttl"), strings.HasPrefix(name, "TooManyRequests"), name == "SlowDown",
		name == "RequestLimitExceeded", name == "ProvisionedThroughputExceededException":
		return Throttling, true
	case strings.HasPrefix(name, "ExpiredToken"), strings.HasPrefix(name, "InvalidClientTokenId"),
		strings.HasPrefix(name, "UnrecognizedClient"), strings.Contains(name, "Signature"):
		return InvalidCredentials, true
	case name == "NotFoundException", name == "EntityNotFoundException", name == "ResourceNotFoundException":
		return EntityNotFound, true
	}
	return "", false
}

// withCode gives err a code. An error that has one is kept as it is; the end of
// ctx is told by its cause; AWS service errors are judged by name, then by HTTP
// status; the rest is internal. The result has err as its cause.
func withCode(ctx context.Context, err error) *Error {
	if coded, ok := errors.AsType[*Error](err); ok {
		if error(coded) == err { //nolint:errorlint // is it this very error, unwrapped?
			return coded
		}
		return &Error{Code: coded.Code, Message: err.Error(), Cause: err}
	}
	if cause := context.Cause(ctx); cause != nil && isContextError(err) {
		return endOfContext(cause, err)
	}
	return &Error{Code: codeOfSource(err), Message: err.Error(), Cause: err}
}

func codeOfSource(err error) Code {
	if api, ok := asAPIError(err); ok {
		if code, known := codeOfAPI(api.ErrorCode()); known {
			return code
		}
	}
	if status, ok := errors.AsType[interface {
		error
		HTTPStatusCode() int
	}](err); ok && status.HTTPStatusCode() >= http.StatusMultipleChoices { // below, it is the answer's body that is at fault
		return CodeOfStatus(status.HTTPStatusCode())
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return OperationTimeout
	}
	return InternalService
}

func asAPIError(err error) (apiError, bool) { return errors.AsType[apiError](err) }

// withoutSignature leaves out what an AWS service says of a signature that it refuses: it spells out the request that
// should have been signed, session token included.
func withoutSignature(err error) error {
	api, ok := asAPIError(err)
	if !ok || !strings.Contains(api.ErrorCode(), "Signature") || api.ErrorMessage() == "" {
		return err
	}
	text := strings.ReplaceAll(err.Error(), api.ErrorMessage(), "the service refuses the request's signature: check the function's credentials and clock")
	return &Error{Code: message.CodeOf(err), Message: text}
}

func isContextError(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, ErrQueryEnded)
}

func endOfContext(cause, err error) *Error {
	if coded, ok := errors.AsType[*Error](cause); ok {
		return coded
	}
	if errors.Is(err, cause) {
		return &Error{Code: OperationTimeout, Message: "stopped: " + err.Error(), Cause: err}
	}
	return &Error{Code: OperationTimeout, Message: fmt.Sprintf("stopped: %v", cause), Cause: err}
}
