package message

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Class names that Athena meets from connectors built on the Java SDK.
const (
	connectorException = "com.amazonaws.athena.connector.lambda.exceptions.AthenaConnectorException"
	// throttleException asks the engine to slow down. The Java SDK of today puts the throttling code into an
	// AthenaConnectorException instead, where Lambda drops it; only a class name crosses the wire.
	throttleException = "com.amazonaws.athena.connector.lambda.exceptions.FederationThrottleException"
)

// FunctionError is the payload of a Lambda function that failed. An empty Type or Message was not sent.
type FunctionError struct {
	Type       string   // class name
	Message    string   //
	StackTrace []string // one line a frame, innermost first
	Cause      *FunctionError
}

// ToFunctionError turns an error of this process into what Athena meets when a Java connector fails. It gives back a
// FunctionError that is in err's chain. Nil stays nil.
func ToFunctionError(err error) *FunctionError {
	if err == nil {
		return nil
	}
	var f *FunctionError
	if errors.As(err, &f) {
		return f
	}
	class := connectorException
	if CodeOf(err) == Throttling {
		class = throttleException
	}
	return &FunctionError{Type: class, Message: err.Error()}
}

// Error is the failed function's message, or its class if it sent none.
func (e *FunctionError) Error() string {
	switch {
	case e.Message != "":
		return e.Message
	case e.Type != "":
		return e.Type
	}
	return "the function failed without a message"
}

// Detail is the text that the Java SDK's engine-side reader builds: message, stack trace and class.
func (e *FunctionError) Detail() string {
	frames := make([]string, len(e.StackTrace))
	for i, f := range e.StackTrace {
		frames[i] = "[" + f + "]"
	}
	return fmt.Sprintf("%s. Stack trace: [%s]\nErrorType: %s", orNull(e.Message), strings.Join(frames, ", "), orNull(e.Type))
}

func orNull(s string) string {
	if s == "" {
		return "null"
	}
	return s
}

// Encode is the payload for Lambda: errorMessage, errorType, stackTrace, and cause if there is one.
func (e *FunctionError) Encode() []byte {
	w := &writer{}
	e.encode(w)
	return w.buf
}

func (e *FunctionError) encode(w *writer) {
	w.open('{')
	w.name("errorMessage")
	w.text(e.Message)
	w.name("errorType")
	w.text(e.Type)
	w.name("stackTrace")
	w.open('[')
	for _, f := range e.StackTrace {
		w.text(f)
	}
	w.close(']')
	if e.Cause != nil {
		w.name("cause")
		e.Cause.encode(w)
	}
	w.close('}')
}

// DecodeFunctionError reads what Lambda returns when X-Amz-Function-Error is set, whatever the function's runtime: any
// member may be missing, and a frame of the stack trace may be a string, an array or an object. Only a payload that is
// no JSON object is an error.
func DecodeFunctionError(b []byte) (*FunctionError, error) {
	var raw rawFunctionError
	if err := json.Unmarshal(b, &raw); err != nil {
		return nil, Errorf(InvalidResponse, "read function error: %w", err)
	}
	return raw.build(), nil
}

// rawFunctionError leaves all members as they come, so that none can spoil the others.
type rawFunctionError struct {
	Type       json.RawMessage `json:"errorType"`
	Message    json.RawMessage `json:"errorMessage"`
	StackTrace json.RawMessage `json:"stackTrace"`
	Cause      json.RawMessage `json:"cause"`
}

func (r rawFunctionError) build() *FunctionError {
	e := &FunctionError{Type: plain(r.Type), Message: plain(r.Message)}
	var frames []json.RawMessage
	if json.Unmarshal(r.StackTrace, &frames) == nil {
		for _, f := range frames {
			e.StackTrace = append(e.StackTrace, frame(f))
		}
	}
	var cause *rawFunctionError
	if json.Unmarshal(r.Cause, &cause) == nil && cause != nil {
		e.Cause = cause.build()
	}
	return e
}

// frame is one element of a stack trace on one line.
func frame(b json.RawMessage) string {
	var parts []json.RawMessage
	if json.Unmarshal(b, &parts) != nil {
		return plain(b)
	}
	text := make([]string, len(parts))
	for i, p := range parts {
		text[i] = plain(p)
	}
	return strings.Join(text, ", ")
}

// plain is a JSON string's text; other values stay JSON, null and nothing are empty.
func plain(b json.RawMessage) string {
	var s *string
	switch {
	case len(b) == 0:
		return ""
	case json.Unmarshal(b, &s) != nil:
		return string(b)
	case s == nil:
		return ""
	}
	return *s
}
