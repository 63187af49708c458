package e2e_test

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// inTheCloud brings requests to AWS's own hosts to a stand-in, which sees the hosts' names.
type inTheCloud struct {
	aws.HTTPClient
	at string
}

func (c inTheCloud) Do(r *http.Request) (*http.Response, error) {
	at, err := url.Parse(c.at)
	if err != nil {
		return nil, err
	}
	r = r.Clone(r.Context())
	if b, _, ok := strings.Cut(r.URL.Host, ".s3."); ok {
		r.URL.Path = "/" + b + r.URL.Path
		if r.URL.RawPath != "" {
			r.URL.RawPath = "/" + b + r.URL.RawPath
		}
	}
	r.Host = r.URL.Host
	r.URL.Scheme, r.URL.Host = at.Scheme, at.Host
	return c.HTTPClient.Do(r)
}
