package console

import (
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// tokenHeader carries the page's token. A form or an image of another site cannot set it, and its scripts may not.
const tokenHeader = "X-Console-Token"

// policy lets the page load its own files and ask its own address; text cannot become HTML or script.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

func harden(h http.Header) {
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
}

// fromHere refuses what a name other than loopback's led here, as a site does that rebinds its own name (DNS rebinding),
// and what another origin's page asks.
func fromHere(req *http.Request) error {
	if !loopback(req.Host) {
		return fmt.Errorf("the console answers on loopback only: open it as http://127.0.0.1 or http://localhost with its port, not as %q", req.Host)
	}
	if origin := req.Header.Get("Origin"); origin != "" && origin != "http://"+req.Host {
		return fmt.Errorf("the console answers its own page only, not %q", origin)
	}
	return nil
}

// ForeignPage tells whether a browser sends the request for a page that is not of this machine. The services next to the
// console have no password, and S3's answers may be read by any page that asks. To a name that was led here (DNS rebinding)
// a browser sends a GET without an origin; it never leaves out the languages, which no AWS SDK sends.
func ForeignPage(req *http.Request) bool {
	origin := req.Header.Get("Origin")
	if origin == "" {
		_, browser := req.Header["Accept-Language"]
		return browser && !loopback(req.Host)
	}
	u, err := url.Parse(origin)
	return err != nil || !loopback(u.Host)
}

// loopback tells whether a Host header names this machine.
func loopback(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}

// refusal is an answer with a status and one sentence.
type refusal struct {
	status  int
	message string
	query   int64 // what is remembered of the query that failed, 0 if nothing is
}

func (r refusal) Error() string { return r.message }

func refusef(status int, format string, args ...any) error {
	return refusal{status: status, message: fmt.Sprintf(format, args...)}
}

// guarded is a handler of the API: it wants the page's token, JSON if there is a body, and no other site behind it. Errors
// are answered as {"error": sentence, "query": id}.
func (c *Console) guarded(h func(http.ResponseWriter, *http.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		err := c.admit(req)
		if err == nil {
			err = h(w, req)
		}
		if err == nil {
			return
		}
		status := http.StatusInternalServerError
		var refused refusal
		if errors.As(err, &refused) {
			status = refused.status
		}
		text, _ := json.Marshal(map[string]any{"error": err.Error(), "query": refused.query}) // texts and numbers marshal
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = w.Write(text)
	})
}

func (c *Console) admit(req *http.Request) error {
	if site := req.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" {
		return refusef(http.StatusForbidden, "the console's API answers its own page only")
	}
	if subtle.ConstantTimeCompare([]byte(req.Header.Get(tokenHeader)), []byte(c.token)) != 1 {
		return refusef(http.StatusForbidden, "this page is of an earlier start of the server: reload it")
	}
	if kind, _, err := mime.ParseMediaType(req.Header.Get("Content-Type")); req.Method == http.MethodPost && (err != nil || kind != "application/json") {
		return refusef(http.StatusUnsupportedMediaType, "the request must be application/json")
	}
	return nil
}
