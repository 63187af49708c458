package faults

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"syscall"
)

// answer is a whole response, and the ResponseWriter that gathers it.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// record lets h answer.
func record(h http.Handler, r *http.Request) answer {
	a := answer{header: http.Header{}}
	h.ServeHTTP(&a, r)
	a.WriteHeader(http.StatusOK)
	a.header.Del("Content-Length")
	return a
}

// Header is what goes before the body.
func (a *answer) Header() http.Header { return a.header }

// WriteHeader sets the status if none is set.
func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
}

// Write adds to the body.
func (a *answer) Write(b []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	a.body = append(a.body, b...)
	return len(b), nil
}

// write gives the answer to a caller.
func (a *answer) write(w http.ResponseWriter) {
	for name, values := range a.header {
		w.Header()[name] = values
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body) // a caller that has gone
}

// RoundTrip answers in process, on the caller's goroutine. The end of the request's context ends a call as far as the
// handlers look at it.
func (f *Front) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		defer func() { _ = r.Body.Close() }()
	}
	a := answer{header: http.Header{}}
	broken := f.serve(&a, asReceived(r))
	if r.Context().Err() != nil {
		return nil, context.Cause(r.Context())
	}
	if broken && a.status == 0 {
		return nil, &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}
	}
	a.WriteHeader(http.StatusOK)
	resp := &http.Response{
		Status: strconv.Itoa(a.status) + " " + http.StatusText(a.status), StatusCode: a.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: a.header, Body: io.NopCloser(bytes.NewReader(a.body)), ContentLength: int64(len(a.body)), Request: r,
	}
	if broken {
		resp.Body = io.NopCloser(io.MultiReader(bytes.NewReader(a.body), brokenOff{}))
		if n, err := strconv.ParseInt(a.header.Get("Content-Length"), 10, 64); err == nil {
			resp.ContentLength = n
		}
	}
	return resp, nil
}

// serve says whether the handler broke the connection.
func (f *Front) serve(w http.ResponseWriter, r *http.Request) (broken bool) {
	defer func() {
		if p := recover(); p != nil {
			err, ok := p.(error)
			if !ok || !errors.Is(err, http.ErrAbortHandler) {
				panic(p)
			}
			broken = true
		}
	}()
	f.ServeHTTP(w, r)
	return false
}

// asReceived is a client's request as a server sees it.
func asReceived(r *http.Request) *http.Request {
	in := r.Clone(r.Context())
	in.RequestURI = r.URL.RequestURI()
	in.RemoteAddr = "127.0.0.1:1"
	if in.Host == "" {
		in.Host = r.URL.Host
	}
	if in.Body == nil {
		in.Body = http.NoBody
	}
	return in
}

// brokenOff is the rest of a body whose connection broke.
type brokenOff struct{}

func (brokenOff) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
