package timestream

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/athena"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"athena-timestream/federation"
	"athena-timestream/federation/gluemeta"
	"athena-timestream/federation/querystatus"
	"athena-timestream/federation/spill"
	"athena-timestream/federation/spill/kmskey"
	"athena-timestream/federation/spill/s3spill"
)

// userAgent is how the connector names itself to every AWS service; the Java connector's name.
const userAgent = "aws-athena-timestream-connector"

const (
	connectTimeout    = 5 * time.Second  // a wrong security group or endpoint shows at once
	connectionTimeout = 2 * time.Second  // of the Glue connection, at start
	answerTimeout     = 90 * time.Second // a Query call may take 60 s before it answers
)

// NewHandler makes the connector with its AWS clients and the Handler that answers Athena, for Lambda and for local
// use alike. Nothing is called and no connection is opened until a request needs it. A nil logger logs nothing.
//
// Where an endpoint is configured (aws.Config.BaseEndpoint, AWS_ENDPOINT_URL or the services' own variables), endpoint
// discovery is switched off, which such an endpoint need not answer, and S3 is addressed by path.
func NewHandler(cfg aws.Config, c Config, logger *slog.Logger) (*federation.Handler, error) {
	cfg = cfg.Copy()
	cfg.APIOptions = append(cfg.APIOptions, awsmiddleware.AddUserAgentKey(userAgent))
	transport := cfg.HTTPClient
	cfg.HTTPClient = HTTPClient(transport)

	var glue TableSource
	if !c.Federation.DisableGlue {
		near := cfg.Copy()
		near.HTTPClient = patient(transport, gluemeta.ConnectTimeout)
		glue = &gluemeta.Catalog{Client: gluemeta.NewClient(near), ID: c.Federation.GlueCatalog, Tables: IsTimestreamTable}
	}
	objects := newS3(cfg)
	var keys spill.KeySource
	if c.Federation.KMSKeyID != "" {
		keys = kmskey.New(kms.NewFromConfig(cfg), c.Federation.KMSKeyID)
	}
	pace := c.Federation.Throttle
	connector := New(newQueryClient(cfg, newRetryer(cfg.Credentials, pace)), newWriteClient(cfg, newRetryer(cfg.Credentials, pace)), glue, logger)
	connector.NanosecondColumns, connector.Splits = c.NanosecondColumns, c.Splits
	connector.Unloads = &Unloads{Mode: c.ReadMode, Objects: objects, Spill: c.Federation}
	h, err := federation.NewHandler(connector, federation.Options{
		SourceType: SourceType,
		Config:     c.Federation,
		Store:      s3spill.New(objects, c.Federation.SpillPutHeaders),
		Keys:       keys,
		Buckets:    buckets(objects, c.Federation.SpillPutHeaders),
		Status:     querystatus.New(athena.NewFromConfig(cfg), logger),
		Logger:     logger,
	})
	if err != nil {
		return nil, fmt.Errorf("timestream connector: %w", err)
	}
	return h, nil
}

func newS3(cfg aws.Config) *s3.Client {
	return s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = o.BaseEndpoint != nil })
}

// buckets expects the spill bucket to be the function's own account's, or the account's that the headers of each block name.
func buckets(objects *s3.Client, headers map[string]string) *s3spill.Verifier {
	v := s3spill.NewVerifier(objects)
	v.Owner = federation.FunctionAccount
	for name, value := range headers {
		if strings.EqualFold(name, s3spill.OwnerHeader) {
			v.Owner = func(context.Context) string { return value }
		}
	}
	return v
}

// HTTPClient is the HTTP client that the connector uses for AWS, made of another one or, from nil, of the SDK's own. It
// is for other programs that speak to a local stand-in of AWS, where the SDK's own fails now and then: see plainBody.
func HTTPClient(c aws.HTTPClient) aws.HTTPClient { return patient(c, connectTimeout) }

// patient is the HTTP client for AWS: connecting is quick or fails, answers may take their time. A client that is not
// the SDK's own keeps its settings.
func patient(c aws.HTTPClient, connect time.Duration) aws.HTTPClient {
	if c == nil {
		c = awshttp.NewBuildableClient()
	}
	if b, ok := c.(*awshttp.BuildableClient); ok {
		c = b.WithDialerOptions(func(d *net.Dialer) { d.Timeout = connect }).
			WithTransportOptions(func(t *http.Transport) { t.ResponseHeaderTimeout = answerTimeout })
	}
	return plainBody{c}
}

// plainBody hides WriterTo of request bodies. With it, smithy-go's body ends in io.EOF once it is closed, which
// net/http takes for a failed write and closes the connection while the answer is being read. It happens with servers
// that answer before the client has looked at the end of its body, so mostly with local ones.
type plainBody struct{ client aws.HTTPClient }

func (p plainBody) Do(r *http.Request) (*http.Response, error) {
	if r.Body != nil && r.Body != http.NoBody {
		r.Body = struct{ io.ReadCloser }{r.Body}
	}
	return p.client.Do(r)
}
