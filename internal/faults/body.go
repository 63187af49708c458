package faults

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
)

// Cut breaks the connection after a share of the answer's body, 0 to 1.
func Cut(share float64) Fault {
	return Fault{fmt.Sprintf("cut %.2f", share), func(_ *Front, w http.ResponseWriter, r *http.Request, next http.Handler) {
		a := record(next, r)
		a.header.Set("Content-Length", strconv.Itoa(len(a.body)))
		a.body = a.body[:part(a.body, share)]
		a.write(w)
		if flusher, ok := w.(http.Flusher); ok {
			flusher.Flush()
		}
		panic(http.ErrAbortHandler)
	}}
}

// Truncated gives a share of the answer's body, 0 to 1, as if it were the whole.
func Truncated(share float64) Fault {
	return edited(fmt.Sprintf("truncated %.2f", share), func(b []byte) []byte { return b[:part(b, share)] })
}

// Garbled puts a control character, which JSON and XML do not allow, in the place of a character of the answer's body, at
// a share of its length, 0 to 1.
func Garbled(share float64) Fault {
	return edited(fmt.Sprintf("garbled %.2f", share), func(b []byte) []byte {
		if len(b) > 0 {
			b[min(part(b, share), len(b)-1)] = 1
		}
		return b
	})
}

// Rewritten changes the members of a JSON answer that is no error.
func Rewritten(name string, edit func(members map[string]json.RawMessage)) Fault {
	return Fault{name, func(_ *Front, w http.ResponseWriter, r *http.Request, next http.Handler) {
		a := record(next, r)
		if a.status == http.StatusOK {
			a.edit(edit)
		}
		a.write(w)
	}}
}

// EmptyPage takes the rows out of a page of Timestream's and gives it a token of the Front's own, with which the page
// comes as it would have come. A token may be used again, as the service's may.
var EmptyPage = Fault{"empty page", func(f *Front, w http.ResponseWriter, r *http.Request, next http.Handler) {
	a := record(next, r)
	if a.status == http.StatusOK {
		token := f.withhold(a)
		a.edit(func(members map[string]json.RawMessage) {
			members["Rows"] = json.RawMessage(`[]`)
			members["NextToken"] = json.RawMessage(strconv.Quote(token))
		})
	}
	a.write(w)
}}

// withhold keeps an answer for the token that it returns.
func (f *Front) withhold(a answer) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	token := fmt.Sprintf("withheld-%d", len(f.withheld)+1)
	a.body = bytes.Clone(a.body)
	a.header = a.header.Clone()
	f.withheld[token] = a
	return token
}

// resumed is what answers a call: a page that was withheld, or the service.
func (f *Front) resumed(body []byte) http.Handler {
	var in struct{ NextToken string }
	if json.Unmarshal(body, &in) != nil || in.NextToken == "" {
		return f.next
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if a, ok := f.withheld[in.NextToken]; ok {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { a.write(w) })
	}
	return f.next
}

func edited(name string, edit func([]byte) []byte) Fault {
	return Fault{name, func(_ *Front, w http.ResponseWriter, r *http.Request, next http.Handler) {
		a := record(next, r)
		a.body = edit(bytes.Clone(a.body))
		a.write(w)
	}}
}

func part(b []byte, share float64) int { return int(float64(len(b)) * min(max(share, 0), 1)) }

// edit changes the members of the JSON object that the body is.
func (a *answer) edit(edit func(map[string]json.RawMessage)) {
	members := map[string]json.RawMessage{}
	if err := json.Unmarshal(a.body, &members); err != nil {
		panic(fmt.Sprintf("the answer to be edited is no JSON object: %v", err))
	}
	edit(members)
	body, err := json.Marshal(members)
	if err != nil {
		panic(fmt.Sprintf("the edited answer is no JSON: %v", err))
	}
	a.body = body
}
