// Package panics makes errors of panics. One in the goroutine that answers a request becomes its error response; one in a
// goroutine that somebody starts would end the process, and with it every request that the process serves. Whoever starts
// a goroutine for a request defers [Recover] in it and hands on the error.
package panics

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"athena-timestream/federation/redact"
)

// Error is a panic. It has no cause: whatever the value was, it is no error that somebody meant to return.
type Error struct {
	doing string
	value any
	stack []byte
}

// New is the error for a value that recover gave, while doing something: "storing a block". It is called where recover is.
func New(value any, doing string) *Error {
	return &Error{doing: doing, value: value, stack: debug.Stack()}
}

// Recover sets *err if its caller panics. It is deferred as it is:
//
//	go func() {
//		defer close(done)
//		defer panics.Recover(&err, "storing a block")
//		err = store()
//	}()
func Recover(err *error, doing string) {
	if value := recover(); value != nil {
		*err = New(value, doing)
	}
}

// Error tells what was being done, and the panic's value.
func (e *Error) Error() string { return fmt.Sprintf("panic in %s: %v", e.doing, e.value) }

// Redacted implements [redact.Redactor]: only the runtime's own values are known to hold no data.
func (e *Error) Redacted() string {
	if fault, ok := e.value.(runtime.Error); ok {
		return fmt.Sprintf("panic in %s: %v", e.doing, fault)
	}
	return redact.Text(redact.Errorf("panic in %s: %v", e.doing, redact.Data(e.value)))
}

// Stack is where it happened, for logs: it names functions and lines, and no values.
func (e *Error) Stack() string { return string(e.stack) }

var _ redact.Redactor = (*Error)(nil)
