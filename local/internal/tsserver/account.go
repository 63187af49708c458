package tsserver

import "strings"

type endpoint struct {
	Address              string
	CachePeriodInMinutes int64
}

// describeEndpoints answers the address that the caller has used: host and port, as the service does. An SDK that is
// pointed at us by AWS_ENDPOINT_URL then stays with the scheme it has; botocore alone would go over to https, but keeps a
// scheme that the address has (botocore/discovery.py), so boto3 and the AWS CLI are given one.
func (s *Server) describeEndpoints(c *call) (any, error) {
	address := c.host
	if agent := strings.ToLower(c.userAgent); strings.Contains(agent, "botocore") || strings.HasPrefix(agent, "aws-cli") {
		address = "http://" + address
	}
	return struct{ Endpoints []endpoint }{[]endpoint{{address, 1440}}}, nil
}

// describeAccountSettings answers the settings of a new account.
func (s *Server) describeAccountSettings(*call) (any, error) {
	type compute struct{ ComputeMode string }
	return struct {
		MaxQueryTCU       int
		QueryPricingModel string
		QueryCompute      compute
	}{200, "COMPUTE_UNITS", compute{"ON_DEMAND"}}, nil
}
