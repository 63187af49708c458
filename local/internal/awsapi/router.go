package awsapi

import (
	"net/http"
	"strings"
)

// Options says what stands behind the address.
type Options struct {
	// Timestream answers the targets Timestream_20181101.*.
	Timestream http.Handler
	// Functions are the Lambda functions by name.
	Functions map[string]Invoker
	// Dir keeps S3 objects and Glue tables; empty keeps them in memory.
	Dir string
	// QueryState tells the state of an Athena query (RUNNING, CANCELLED, …); nil, or false, means unknown.
	QueryState func(queryID string) (state string, known bool)
}

// New returns the handler for everything below one address.
func New(o Options) (http.Handler, error) {
	s3, err := newS3(o.Dir)
	if err != nil {
		return nil, err
	}
	glue, err := openGlue(o.Dir)
	if err != nil {
		return nil, err
	}
	keys, err := newKMS()
	if err != nil {
		return nil, err
	}
	r := &router{
		timestream: o.Timestream,
		targets: map[string]operations{
			"AWSGlue":        glue.operations(),
			"TrentService":   keys.operations(),
			"secretsmanager": newSecrets().operations(),
			"AmazonAthena":   athena{state: o.QueryState}.operations(),
		},
		lambda: lambda{functions: o.Functions},
		s3:     s3,
	}
	return r, nil
}

type router struct {
	timestream http.Handler
	targets    map[string]operations
	lambda     lambda
	s3         http.Handler
}

// ServeHTTP picks the service by what its protocol alone has: a target header (JSON), a form body (STS), Lambda's
// versioned paths; whatever is left is S3.
func (r *router) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	switch target := req.Header.Get("X-Amz-Target"); {
	case strings.HasPrefix(target, "Timestream_20181101."):
		r.timestream.ServeHTTP(w, req)
	case target != "":
		service, operation, _ := strings.Cut(target, ".")
		r.targets[service].serve(w, req, operation)
	case strings.HasPrefix(req.URL.Path, lambdaPath):
		r.lambda.ServeHTTP(w, req)
	case req.Method == http.MethodPost && req.URL.Path == "/" && isForm(req):
		serveSTS(w, req)
	default:
		r.s3.ServeHTTP(w, req)
	}
}

func isForm(req *http.Request) bool {
	return strings.HasPrefix(req.Header.Get("Content-Type"), "application/x-www-form-urlencoded")
}
