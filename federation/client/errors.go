package client

import (
	"errors"
	"fmt"

	"athena-timestream/federation/message"
)

// Error is a request that the connector answered with a failure.
type Error struct {
	Operation string // kind of the request, such as "GetTableRequest"
	Class     string // errorType on the wire: a Java class name, for most connectors
	Message   string // errorMessage on the wire, as Athena shows it
	Cause     error  // *message.Error if the connector ran in this process, else *message.FunctionError
}

// Error is the connector's message: the operation is the engine's business.
func (e *Error) Error() string { return e.Message }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// asError tells a failure of the connector from a failure to reach it.
func asError(operation string, err error) error {
	if f, ok := errors.AsType[*message.FunctionError](err); ok {
		return &Error{Operation: operation, Class: f.Type, Message: f.Message, Cause: err}
	}
	if coded, ok := errors.AsType[*message.Error](err); ok {
		f := message.ToFunctionError(coded)
		return &Error{Operation: operation, Class: f.Type, Message: f.Message, Cause: err}
	}
	return fmt.Errorf("invoke the connector for %s: %w", operation, err)
}
