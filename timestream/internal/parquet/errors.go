package parquet

import (
	"errors"
	"fmt"

	"github.com/parquet-go/parquet-go/encoding"
)

// UnsupportedError says that a file is what Parquet allows and this package does not read.
type UnsupportedError struct{ Reason string }

// Error is the reason.
func (e *UnsupportedError) Error() string { return "this Parquet file cannot be read: " + e.Reason }

func unsupported(format string, args ...any) error {
	return &UnsupportedError{fmt.Sprintf(format, args...)}
}

// CorruptError says that a file is not what its writer wanted it to be: cut short, changed, or no Parquet at all.
type CorruptError struct{ Reason string }

// Error is the reason.
func (e *CorruptError) Error() string { return "this Parquet file is damaged: " + e.Reason }

func corrupt(format string, args ...any) error {
	return &CorruptError{fmt.Sprintf(format, args...)}
}

// ValueError says that a value does not fit the column it was asked for.
type ValueError struct{ Column, Reason string }

// Error names the column.
func (e *ValueError) Error() string {
	return fmt.Sprintf("a value of column %q %s", e.Column, e.Reason)
}

// foreign is an error of the library about a part of the file.
func foreign(err error, part string) error {
	if errors.Is(err, encoding.ErrNotSupported) {
		return unsupported("%s: %s", part, err)
	}
	return corrupt("%s: %s", part, err)
}

// damaged makes errors of the library's panics, which it has for files that are not what they say. It is deferred.
func damaged(err *error, part string) {
	if value := recover(); value != nil {
		*err = corrupt("%s: %v", part, value)
	}
}
