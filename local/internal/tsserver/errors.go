package tsserver

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"athena-timestream/local/internal/tsdb"
)

// fault is an error with its form on the wire.
type fault struct {
	status    int
	namespace string
	name      string
	message   string
}

func (f *fault) Error() string { return f.name + ": " + f.message }

// The namespaces of the service's error types.
const (
	serviceSpace  = "com.amazonaws.timestream.v20181101#"
	validateSpace = "com.amazon.coral.validate#"
	coralSpace    = "com.amazon.coral.service#"
)

func newFault(status int, name, format string, args ...any) *fault {
	return &fault{status, serviceSpace, name, fmt.Sprintf(format, args...)}
}

func invalid(format string, args ...any) *fault {
	return newFault(http.StatusBadRequest, "ValidationException", format, args...)
}

func conflict(format string, args ...any) *fault {
	return newFault(http.StatusConflict, "ConflictException", format, args...)
}

func throttled() *fault {
	return newFault(http.StatusTooManyRequests, "ThrottlingException", "Rate exceeded")
}

func internal(err error) *fault {
	return newFault(http.StatusInternalServerError, "InternalServerException", "The embedded Timestream met an unexpected error: %s", err)
}

var badToken = invalid("Invalid pagination token.")

// exceptions gives names and statuses (README of amazon-timestream-connector-prometheus) to the database's codes.
var exceptions = map[tsdb.Code]struct {
	status int
	name   string
}{
	tsdb.Validation: {http.StatusBadRequest, "ValidationException"},
	tsdb.NotFound:   {http.StatusNotFound, "ResourceNotFoundException"},
	tsdb.Conflict:   {http.StatusConflict, "ConflictException"},
	tsdb.Quota:      {http.StatusPaymentRequired, "ServiceQuotaExceededException"},
	tsdb.Execution:  {http.StatusBadRequest, "QueryExecutionException"},
}

// faultOf gives any error its form on the wire.
func faultOf(err error) *fault {
	var f *fault
	if errors.As(err, &f) {
		return f
	}
	var e *tsdb.Error
	if errors.As(err, &e) {
		x := exceptions[e.Code]
		return newFault(x.status, x.name, "%s", e.Message)
	}
	return internal(err)
}

// rejectedStatus has no name in net/http.
const rejectedStatus = 419

type errorBody struct {
	Type     string           `json:"__type"`
	Message  string           `json:"Message,omitempty"`
	Rejected []rejectedRecord `json:"RejectedRecords,omitempty"`
}

type rejectedRecord struct {
	RecordIndex     int
	Reason          string
	ExistingVersion *int64 `json:",omitempty"`
}

// writeError answers with an error.
func writeError(w http.ResponseWriter, err error) {
	var rejected *tsdb.RejectedError
	body, status := errorBody{}, 0
	if errors.As(err, &rejected) {
		status = rejectedStatus
		body.Type, body.Message = serviceSpace+"RejectedRecordsException", rejected.Error()
		for _, r := range rejected.Records {
			body.Rejected = append(body.Rejected, rejectedRecord{r.Index, r.Reason, r.ExistingVersion})
		}
	} else {
		f := faultOf(err)
		status = f.status
		body.Type, body.Message = f.namespace+f.name, f.message
	}
	text, err := json.Marshal(body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.WriteHeader(status)
	_, _ = w.Write(text) // a client that is gone cannot be told
}
