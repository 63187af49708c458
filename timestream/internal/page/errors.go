package page

import (
	"errors"
	"fmt"
)

// ValueError tells which value of a page could not be read. The rows before it are in the columns.
type ValueError struct {
	// Column is the name in the answer's ColumnInfo and Type its type there.
	Column, Type string
	// Row counts from 1 on the page.
	Row int
	// Err says what is wrong with the value.
	Err error
}

// Error names the value and what is wrong with it.
func (e *ValueError) Error() string {
	return fmt.Sprintf("column %q (%s), row %d of the page: %s", e.Column, e.Type, e.Row, e.Err)
}

// Unwrap is Err.
func (e *ValueError) Unwrap() error { return e.Err }

// ColumnsError says that the columns of an answer are not those that the decoder was made for.
type ColumnsError struct{ Reason string }

// Error is the reason.
func (e *ColumnsError) Error() string { return "the answer's columns are not the query's: " + e.Reason }

// atRow puts the number of the row into an error that arose in it.
func atRow(err error, row int) error {
	var v *ValueError
	if errors.As(err, &v) {
		v.Row = row
		return v
	}
	return fmt.Errorf("row %d of the page: %w", row, err)
}
