package awsapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"

	"athena-timestream/federation"
	"athena-timestream/federation/message"
)

const lambdaPath = "/2015-03-31/functions/"

// MaxPayload is Lambda's limit on a synchronous request and on its answer, in bytes.
const MaxPayload = federation.MaxPayload

// Invoker is a function as Lambda sees it: bytes in, bytes out. An error is a function error.
type Invoker interface {
	Invoke(ctx context.Context, payload []byte) ([]byte, error)
}

// lambda answers Invoke for the functions that it knows.
type lambda struct {
	functions map[string]Invoker
}

func (l lambda) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	name, rest, _ := strings.Cut(strings.TrimPrefix(req.URL.Path, lambdaPath), "/")
	if rest != "invocations" || req.Method != http.MethodPost {
		writeError(w, badRequest("UnknownOperationException", "%s %s is not answered by the embedded Lambda", req.Method, req.URL.Path))
		return
	}
	f, ok := l.functions[functionName(name)]
	if !ok {
		writeError(w, &apiError{name: "ResourceNotFoundException", status: http.StatusNotFound, message: "Function not found: " + FunctionARN(functionName(name))})
		return
	}
	payload, err := io.ReadAll(http.MaxBytesReader(w, req.Body, MaxPayload))
	if err != nil {
		writeError(w, requestError(err))
		return
	}
	switch req.Header.Get("X-Amz-Invocation-Type") {
	case "DryRun":
		w.WriteHeader(http.StatusNoContent)
	case "Event":
		go logAsync(name, f, payload)
		w.WriteHeader(http.StatusAccepted)
	default:
		invoke(req.Context(), w, f, payload)
	}
}

func requestError(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return &apiError{
			name: "RequestTooLargeException", status: http.StatusRequestEntityTooLarge,
			message: fmt.Sprintf("Request must be smaller than %d bytes for the InvokeFunction operation", MaxPayload),
		}
	}
	return badRequest("InvalidRequestContentException", "reading the payload: %v", err)
}

func invoke(ctx context.Context, w http.ResponseWriter, f Invoker, payload []byte) {
	out, err := f.Invoke(ctx, payload)
	if err == nil && len(out) > MaxPayload {
		err = &message.FunctionError{
			Type:    "Function.ResponseSizeTooLarge",
			Message: fmt.Sprintf("Response payload size exceeded maximum allowed payload size (%d bytes).", MaxPayload),
		}
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Amz-Executed-Version", "$LATEST")
	if err != nil {
		w.Header().Set("X-Amz-Function-Error", "Unhandled")
		out = message.ToFunctionError(err).Encode()
	}
	_, _ = w.Write(out) // the caller has gone when this fails
}

// logAsync runs an asynchronous invocation, whose answer nobody waits for.
func logAsync(name string, f Invoker, payload []byte) {
	if _, err := f.Invoke(context.Background(), payload); err != nil {
		slog.Error("asynchronous invocation ended in an error", "function", name, "error", err)
	}
}

// functionName takes the name out of a name, an ARN, or either with a version or alias behind it.
func functionName(s string) string {
	if _, name, isARN := strings.Cut(s, ":function:"); isARN {
		s = name
	}
	name, _, _ := strings.Cut(s, ":")
	return name
}

// FunctionARN is the ARN of a function of the embedded Lambda.
func FunctionARN(name string) string {
	return "arn:aws:lambda:" + Region + ":" + Account + ":function:" + name
}
