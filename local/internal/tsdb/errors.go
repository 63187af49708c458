package tsdb

import "fmt"

// Code says which of the service's exceptions an error is.
type Code uint8

// The codes; the wire names are the server's business.
const (
	Validation Code = iota + 1 // the request is wrong
	NotFound                   // a named database, table or resource does not exist
	Conflict                   // it exists already
	Quota                      // a limit of the account is reached
	Execution                  // the query failed while it ran
)

// Error is an error with the service's own wording in Message.
type Error struct {
	Code    Code
	Message string
	Cause   error // nil, or what DuckDB said
}

func (e *Error) Error() string { return e.Message }
func (e *Error) Unwrap() error { return e.Cause }

func errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

func noDatabase(name string) *Error { return errorf(NotFound, "The database %s does not exist.", name) }

func noTable(name string) *Error { return errorf(NotFound, "The table %s does not exist.", name) }

// RejectedError lists the records that were not stored; all others of the request were.
type RejectedError struct {
	Records  []Rejected
	Ingested Ingested
}

func (e *RejectedError) Error() string {
	return "One or more records have been rejected. See RejectedRecords for details."
}

// Rejected is one refused record.
type Rejected struct {
	Index           int // in the request, from zero
	Reason          string
	ExistingVersion *int64 // the stored record's version when that is the reason
}
