package translate

import (
	"errors"
	"regexp"
)

// messages turn what DuckDB says while it runs translated SQL into what the services say; $1 and $2 are groups.
var messages = []struct {
	pattern *regexp.Regexp
	text    string
}{
	{regexp.MustCompile(`(?s)ts!(.*?)!(' to [A-Z]|")`), "$1"},
	{regexp.MustCompile(`More than one row returned by a subquery`), "Scalar sub-query has returned multiple rows"},
	{regexp.MustCompile(`Overflow in (\w+) of INT64 \((.*?)\)`), "bigint $1 overflow: $2"},
	{regexp.MustCompile(`Overflow in (\w+) of INT32 \((.*?)\)`), "integer $1 overflow: $2"},
	{regexp.MustCompile(`Overflow in division of (\S+ / \S+)`), "bigint division overflow: $1"},
	{regexp.MustCompile(`out of range for the destination type UINT64`), "Negative time values are not supported"},
	{regexp.MustCompile(`Overflow on abs\((\S+)\)`), "Value $1 is out of range for abs(bigint)"},
	{regexp.MustCompile(`Timestamp microseconds out of range|Timestamp\(US\) to Timestamp\(NS\)|Could not convert DATE|Could not convert Date`), "Timestamp is out of range"},
	{regexp.MustCompile(`Type INT32 with value (\d+-\d+-\d+) can't be cast`), "Value cannot be cast to timestamp: $1"},
	{regexp.MustCompile(`n value (?:must be > 0|cannot be NULL)`), "n must be a positive number"},
	{regexp.MustCompile(`n value must be < (\d+)`), "n must be less than $1"},
	{regexp.MustCompile(`(\w+) is out of range!`), "$1 is out of range"},
	{regexp.MustCompile(`Argument for ntile must be greater than zero`), "Buckets must be greater than 0"},
	{regexp.MustCompile(`frame starting from following row cannot have preceding rows`), "Window frame starting from FOLLOWING cannot end with PRECEDING"},
	{regexp.MustCompile(`Insufficient padding in [LR]PAD`), "Padding string must not be empty"},
	{regexp.MustCompile(`Invalid escape string`), "Escape string must be a single character"},
	{regexp.MustCompile(`(?s)Could not decode string "(.*?)" as base64`), "Invalid base64: $1"},
	{regexp.MustCompile(`Invalid Input Error: ((?:missing|unexpected|invalid|bad|trailing) .*)`), "Invalid regular expression: $1"}, // RE2's
	{regexp.MustCompile(`Could not convert string '([+-]?\d+)' to INT64`), "Cannot cast '$1' to BIGINT"},
	{regexp.MustCompile(`Could not convert string '([+-]?\d+)' to INT32`), "Cannot cast '$1' to INT"},
	{regexp.MustCompile(`(?s)Could not convert string '(.*?)' to (DOUBLE|FLOAT)`), "Cannot cast '$1' to $2"},
	{regexp.MustCompile(`(?s)Could not convert string '(.*?)' to INT64`), "Value cannot be cast to timestamp: $1"}, // TIMESTAMP_NS
	{regexp.MustCompile(`Type \w+ with value (\S+) can't be cast because the value is out of range for the destination type INT64`), "Out of range for bigint: $1"},
	{regexp.MustCompile(`Type \w+ with value (\S+) can't be cast because the value is out of range for the destination type INT32`), "Out of range for integer: $1"},
	{regexp.MustCompile(`(?s)Could not parse string "(.*?)" according to format`), `Invalid format: "$1"`},
	{regexp.MustCompile(`Invalid UTF8 Codepoint (\S+)`), "Not a valid Unicode code point: $1"},
	{regexp.MustCompile(`invalid timestamp field format: "(.*?)"`), "Value cannot be cast to timestamp: $1"},
	{regexp.MustCompile(`(?:invalid date field format|date field value out of range): "(.*?)"`), "Value cannot be cast to date: $1"},
}

// Message is the service's text for an error that DuckDB returned while it ran translated SQL: Division by zero, Cannot cast
// 'x' to BIGINT, …. ok is false for errors that only DuckDB knows.
func Message(err error) (text string, ok bool) {
	if err == nil {
		return "", false
	}
	var own *Error
	if errors.As(err, &own) {
		return own.Error(), true
	}
	for _, m := range messages {
		if at := m.pattern.FindStringSubmatchIndex(err.Error()); at != nil {
			return string(m.pattern.ExpandString(nil, m.text, err.Error(), at)), true
		}
	}
	return "", false
}
