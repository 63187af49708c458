package parquet

import (
	"errors"
	"fmt"
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

var errShort = errors.New("its metadata end too early")

// ValueError says that a value does not fit the column it was asked for.
type ValueError struct{ Column, Reason string }

// Error names the column.
func (e *ValueError) Error() string {
	return fmt.Sprintf("a value of column %q %s", e.Column, e.Reason)
}
