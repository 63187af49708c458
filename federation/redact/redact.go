// Package redact keeps data out of logs. An error that quotes a value of a row, a constant of a query or a piece of SQL
// is of use to the person who wrote the query, and they alone should read it. Such an error is made with [Errorf], the
// quoted value marked as [Data]: its Error is the whole text, and [Text] is the same with "…" for what was marked.
package redact

import (
	"fmt"
	"slices"
	"strings"
)

// mark stands for what is left out.
const mark = "…"

// Data marks an argument of [Errorf] as taken from rows, from constants or from somebody's SQL. It prints as v does.
func Data(v any) fmt.Formatter { return data{v} }

type data struct{ v any }

// Format prints the value with the verb and the flags that were asked for.
func (d data) Format(f fmt.State, verb rune) { fmt.Fprintf(f, fmt.FormatString(f, verb), d.v) }

// Errorf is fmt.Errorf, for arguments of which some are [Data].
func Errorf(format string, args ...any) error {
	err := fmt.Errorf(format, args...)
	if !slices.ContainsFunc(args, func(a any) bool { _, is := a.(data); return is }) {
		return err
	}
	less := make([]any, len(args))
	for i, a := range args {
		switch a := a.(type) {
		case data:
			less[i] = hidden{}
		case error:
			less[i] = textOf{a}
		default:
			less[i] = a
		}
	}
	return &quoting{err: err, text: fmt.Errorf(format, less...).Error()}
}

// hidden prints as the mark, whatever the verb.
type hidden struct{}

func (hidden) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(mark)) }

// textOf is an error without its data.
type textOf struct{ error }

func (t textOf) Error() string { return Text(t.error) }

// quoting is an error with a second text.
type quoting struct {
	err  error
	text string
}

func (q *quoting) Error() string    { return q.err.Error() }
func (q *quoting) Redacted() string { return q.text }
func (q *quoting) Unwrap() error    { return q.err }

// Redactor is an error that has a text for logs by itself.
type Redactor interface {
	error
	// Redacted is Error without anything that was taken from data.
	Redacted() string
}

// api is the shape of an AWS service's error (smithy.APIError).
type api interface {
	error
	ErrorCode() string
	ErrorMessage() string
}

// Text is an error's text for logs: without [Data], and without the messages of AWS services about a query, which quote it
// and its rows; the service's name for the error stands in their place.
func Text(err error) string {
	if err == nil {
		return ""
	}
	switch e := err.(type) { //nolint:errorlint // each error of the chain is looked at by itself
	case Redactor:
		return e.Redacted()
	case api:
		return withoutMessage(e)
	}
	text := err.Error()
	for _, cause := range causes(err) {
		if whole, less := cause.Error(), Text(cause); whole != less {
			text = strings.ReplaceAll(text, whole, less)
		}
	}
	return text
}

func causes(err error) []error {
	switch e := err.(type) { //nolint:errorlint // its own shape is asked for
	case interface{ Unwrap() error }:
		if cause := e.Unwrap(); cause != nil {
			return []error{cause}
		}
	case interface{ Unwrap() []error }:
		return e.Unwrap()
	}
	return nil
}

// aboutAccess are the beginnings of the names of errors that speak of permissions, limits and the service's own state,
// never of what was asked.
var aboutAccess = []string{"AccessDenied", "Throttl", "TooManyRequests", "ServiceQuota", "ExpiredToken", "Unrecognized", "InvalidClientTokenId", "Internal", "ServiceUnavailable", "SlowDown", "NoSuchBucket"}

func withoutMessage(e api) string {
	about := func(prefix string) bool { return strings.HasPrefix(e.ErrorCode(), prefix) }
	if e.ErrorMessage() == "" || slices.ContainsFunc(aboutAccess, about) {
		return e.Error()
	}
	return e.ErrorCode() + ": " + mark
}
