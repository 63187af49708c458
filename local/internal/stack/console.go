package stack

import (
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery"

	"athena-timestream/local/internal/athena"
	"athena-timestream/local/internal/console"
	"athena-timestream/local/internal/tsdb"
)

// browse answers browsers before the services, and lets the recorder see what passes to these.
func (s *Stack) browse(services http.Handler, db *tsdb.DB, r *console.Recorder) (http.Handler, error) {
	page, err := console.New(console.Options{
		Tables: db, Timestream: s.queryClient(), Recorder: r,
		Athena: athena.Engine{Invoker: s.Invoker, Store: s.Store, Catalog: FunctionName},
	})
	if err != nil {
		return nil, err
	}
	services = r.Watch(services)
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		switch {
		case page.Answers(req):
			page.ServeHTTP(w, req)
		case console.ForeignPage(req):
			http.Error(w, "pages of other sites are not answered", http.StatusForbidden)
		default:
			services.ServeHTTP(w, req)
		}
	}), nil
}

// queryClient is a client of the embedded Timestream's Query API.
func (s *Stack) queryClient() *timestreamquery.Client {
	return timestreamquery.NewFromConfig(s.config(), func(o *timestreamquery.Options) {
		o.EndpointDiscovery.EnableEndpointDiscovery = aws.EndpointDiscoveryDisabled
	})
}
