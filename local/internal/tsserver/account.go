package tsserver

import (
	"net/url"
	"strings"
)

type endpoint struct {
	Address              string
	CachePeriodInMinutes int64
}

// describeEndpoints answers the address that the caller has used: host and port, as the service does. An SDK that is
// pointed at us by AWS_ENDPOINT_URL then stays with the scheme it has. Two need it in another form:
//   - botocore alone would go over to https, but keeps a scheme that the address has (botocore/discovery.py), so boto3 and
//     the AWS CLI are given one;
//   - the SDK for JavaScript, version 3, replaces only the host of its request and looks the whole address up as a name
//     (@aws-sdk/middleware-endpoint-discovery), so it is given the host alone.
func (s *Server) describeEndpoints(c *call) (any, error) {
	address := c.host
	switch agent := strings.ToLower(c.userAgent); {
	case strings.Contains(agent, "botocore"), strings.HasPrefix(agent, "aws-cli"):
		address = "http://" + address
	case strings.HasPrefix(agent, "aws-sdk-js"):
		address = strings.TrimSuffix(address, ":"+(&url.URL{Host: address}).Port())
	}
	return struct{ Endpoints []endpoint }{[]endpoint{{address, 1440}}}, nil
}
