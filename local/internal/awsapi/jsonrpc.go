package awsapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

// maxRequest bounds what one JSON request may hold; Glue tables are the largest.
const maxRequest = 4 << 20

// apiError is an error with the name and status that AWS SDKs turn into a typed error.
type apiError struct {
	name    string
	status  int
	message string
}

func (e *apiError) Error() string { return e.name + ": " + e.message }

func badRequest(name, format string, args ...any) error {
	return &apiError{name: name, status: http.StatusBadRequest, message: fmt.Sprintf(format, args...)}
}

// operations are the calls of one service of the AWS JSON protocol, by name.
type operations map[string]func(body []byte) (any, error)

func (ops operations) serve(w http.ResponseWriter, req *http.Request, operation string) {
	call, ok := ops[operation]
	if !ok {
		writeError(w, badRequest("UnknownOperationException", "%s is not answered by the embedded services", req.Header.Get("X-Amz-Target")))
		return
	}
	var body json.RawMessage
	if err := json.NewDecoder(http.MaxBytesReader(w, req.Body, maxRequest)).Decode(&body); err != nil {
		writeError(w, badRequest("SerializationException", "reading the request of %s: %v", operation, err))
		return
	}
	out, err := call(body)
	if err != nil {
		writeError(w, err)
		return
	}
	writeJSON(w, http.StatusOK, out)
}

// operation makes one entry of operations out of a function of typed input and output.
func operation[In any](f func(In) (any, error)) func([]byte) (any, error) {
	return func(body []byte) (any, error) {
		var in In
		if err := json.Unmarshal(body, &in); err != nil {
			return nil, badRequest("SerializationException", "reading the request: %v", err)
		}
		return f(in)
	}
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	w.WriteHeader(status)
	_, _ = w.Write(b) // the client has gone when this fails
}

func writeError(w http.ResponseWriter, err error) {
	e := &apiError{name: "InternalServiceException", status: http.StatusInternalServerError, message: err.Error()}
	_ = errors.As(err, &e)
	w.Header().Set("X-Amzn-ErrorType", e.name)
	writeJSON(w, e.status, map[string]string{"__type": e.name, "message": e.message, "Message": e.message})
}
