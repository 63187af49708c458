package faults

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// Fault is what happens to one call. The zero Fault is none.
type Fault struct {
	Name string
	Do   func(f *Front, w http.ResponseWriter, r *http.Request, next http.Handler)
}

// Faults that are answers, each in the service's own form and with its own name.
var (
	// Throttled is ThrottlingException, or SlowDown of S3.
	Throttled = refusal("throttled",
		failure{http.StatusTooManyRequests, "ThrottlingException", "Rate exceeded"},
		failure{http.StatusServiceUnavailable, "SlowDown", "Please reduce your request rate."})
	// Internal is InternalServerException, or InternalError of S3.
	Internal = refusal("internal",
		failure{http.StatusInternalServerError, "InternalServerException", "The server met an internal error."},
		failure{http.StatusInternalServerError, "InternalError", "We encountered an internal error. Please try again."})
	// Expired says that the credentials of the call have expired.
	Expired = refusal("expired",
		failure{http.StatusForbidden, "ExpiredTokenException", "The security token included in the request is expired"},
		failure{http.StatusBadRequest, "ExpiredToken", "The provided token has expired."})
	// DeadToken is Timestream's answer to a pagination token that is no longer good.
	DeadToken = Error(http.StatusBadRequest, "ValidationException", "Invalid pagination token.")
	// WrongEndpoint is Timestream's answer at an endpoint that is not the account's, as a discovered one may become.
	WrongEndpoint = Error(http.StatusMisdirectedRequest, "InvalidEndpointException", "The requested endpoint was not valid.")
	// Unavailable is an answer that the service did not write, as of a load balancer.
	Unavailable = Fault{"unavailable", func(_ *Front, w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusServiceUnavailable)
		fmt.Fprint(w, "<html><body>503 Service Temporarily Unavailable</body></html>") //nolint:errcheck // a caller that has gone
	}}
)

// Faults of the connection.
var (
	// Refused closes the connection before the service sees the call.
	Refused = Fault{"refused", func(*Front, http.ResponseWriter, *http.Request, http.Handler) { panic(http.ErrAbortHandler) }}
	// Lost closes the connection after the service has done its work, before a byte of the answer.
	Lost = Fault{"lost", func(_ *Front, _ http.ResponseWriter, r *http.Request, next http.Handler) {
		record(next, r)
		panic(http.ErrAbortHandler)
	}}
	// Hang answers nothing until the caller goes.
	Hang = Fault{"hang", func(_ *Front, _ http.ResponseWriter, r *http.Request, _ http.Handler) {
		<-r.Context().Done()
		panic(http.ErrAbortHandler)
	}}
)

// Slow makes the service wait before it looks at the call, or before further faults of the same call. A caller that goes
// ends the wait.
func Slow(d time.Duration, then ...Fault) Fault {
	f := Fault{Name: "slow " + d.String()}
	for _, t := range then {
		f.Name += ", " + t.Name
	}
	f.Do = func(front *Front, w http.ResponseWriter, r *http.Request, next http.Handler) {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-r.Context().Done():
			panic(http.ErrAbortHandler)
		}
		for _, t := range slices.Backward(then) {
			after := next
			next = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { t.Do(front, w, r, after) })
		}
		next.ServeHTTP(w, r)
	}
	return f
}

// Error answers with an error of the service: an HTTP status, the error's name and its message.
func Error(status int, name, message string) Fault {
	f := failure{status, name, message}
	return refusal(name, f, f)
}

type failure struct {
	status        int
	name, message string
}

// refusal is an answer that does not reach the service, in the form of AWS JSON or of S3.
func refusal(name string, inJSON, inXML failure) Fault {
	return Fault{name, func(_ *Front, w http.ResponseWriter, r *http.Request, _ http.Handler) {
		if r.Header.Get("X-Amz-Target") == "" {
			inXML.writeXML(w)
			return
		}
		inJSON.writeJSON(w, r.Header.Get("Content-Type"))
	}}
}

func (f failure) writeJSON(w http.ResponseWriter, contentType string) {
	body, err := json.Marshal(map[string]string{"__type": f.name, "message": f.message})
	if err != nil {
		panic(err) // two strings
	}
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("X-Amzn-RequestId", "faulty-request")
	w.WriteHeader(f.status)
	_, _ = w.Write(body) // a caller that has gone
}

func (f failure) writeXML(w http.ResponseWriter) {
	body, err := xml.Marshal(struct {
		XMLName       xml.Name `xml:"Error"`
		Code, Message string
	}{Code: f.name, Message: f.message})
	if err != nil {
		panic(err) // two strings
	}
	w.Header().Set("Content-Type", "application/xml")
	w.Header().Set("X-Amz-Request-Id", "faulty-request")
	w.WriteHeader(f.status)
	_, _ = w.Write(body) // a caller that has gone
}
