package unload

import (
	"fmt"

	"athena-timestream/local/internal/sqlparse"
)

// Error says, to the author of a statement, why an UNLOAD is refused or has failed.
type Error struct {
	Message string
	Cause   error // nil, or what the object store said
}

func (e *Error) Error() string { return e.Message }
func (e *Error) Unwrap() error { return e.Cause }

func errorf(format string, args ...any) *Error {
	return &Error{Message: fmt.Sprintf(format, args...)}
}

// refuse names the place in the statement.
func refuse(at sqlparse.Pos, format string, args ...any) *Error {
	return errorf("%s: %s", at, fmt.Sprintf(format, args...))
}
