package translate

import (
	"fmt"
	"slices"
)

// Native is a function in Go that translated SQL calls where DuckDB has no equal. Types are DuckDB's; values are int64, float64,
// string, bool, []byte, and []any of them for lists, in which nil is null. A null argument makes the result null and Call is not
// asked. Call is safe for concurrent use.
type Native struct {
	Name   string
	Params []string
	Result string
	Call   func(args []any) (any, error)
}

// Natives are the functions that a database must know, beside Macros, before it runs translated SQL. They are not stored in it.
func Natives() []Native {
	return slices.Concat(seriesNatives, textNatives, byteNatives, timeNatives(), regexpNatives())
}

// refuse is an error in the form in which Message finds the service's text again.
func refuse(format string, args ...any) error {
	return fmt.Errorf("ts!%s!\"", fmt.Sprintf(format, args...))
}
