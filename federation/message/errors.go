package message

import (
	"context"
	"errors"
	"strings"

	"athena-timestream/federation/redact"
)

// Code is one of Athena's error codes. It stays inside the function: over Lambda only an error's class name and its
// message cross the wire (see [ToFunctionError]).
type Code string

// The codes of the Java SDK (software.amazon.awssdk.services.glue.model.FederationSourceErrorCode).
const (
	AccessDenied          Code = "AccessDeniedException"
	EntityNotFound        Code = "EntityNotFoundException"
	InvalidCredentials    Code = "InvalidCredentialsException"
	InvalidInput          Code = "InvalidInputException"
	InvalidResponse       Code = "InvalidResponseException"
	OperationTimeout      Code = "OperationTimeoutException"
	OperationNotSupported Code = "OperationNotSupportedException"
	InternalService       Code = "InternalServiceException"
	PartialFailure        Code = "PartialFailureException"
	Throttling            Code = "ThrottlingException"
)

// Error is a failure with a code. Its text reaches the person who wrote the query.
type Error struct {
	Code    Code
	Message string
	Cause   error // may be nil
}

// Errorf makes an error with a code; the operand of %w becomes its cause. What is quoted from rows, constants or SQL is to
// be [redact.Data], which logs leave out.
func Errorf(code Code, format string, args ...any) *Error {
	err := redact.Errorf(format, args...)
	e := &Error{Code: code, Message: err.Error(), Cause: errors.Unwrap(err)}
	switch err.(type) { //nolint:errorlint // its own shape is asked for
	case interface{ Unwrap() []error }, redact.Redactor:
		e.Cause = err
	}
	return e
}

// Error is the message, followed by the cause's text unless the message has it already.
func (e *Error) Error() string {
	switch {
	case e.Cause == nil:
		return e.Message
	case e.Message == "":
		return e.Cause.Error()
	}
	if cause := e.Cause.Error(); !strings.Contains(e.Message, cause) {
		return e.Message + ": " + cause
	}
	return e.Message
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Silent keeps an error as a cause, for errors.Is and errors.As, and gives it no text: for an [Error] whose Message has
// the part of the cause that matters.
func Silent(cause error) error { return silent{cause} }

type silent struct{ error }

func (silent) Error() string   { return "" }
func (s silent) Unwrap() error { return s.error }

// CodeOf is the code of the first [Error] in err's chain. Without one it is OperationTimeout for a context past its
// deadline, else InternalService.
func CodeOf(err error) Code {
	var e *Error
	switch {
	case errors.As(err, &e):
		return e.Code
	case errors.Is(err, context.DeadlineExceeded):
		return OperationTimeout
	}
	return InternalService
}
