package timestream

import (
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"athena-timestream/federation"
	"athena-timestream/federation/gluemeta"
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
//
// A request that brings its caller's credentials (package fas) is served with those, but for Timestream.
func NewHandler(cfg aws.Config, c Config, logger *slog.Logger) (*federation.Handler, error) {
	cfg = cfg.Copy()
	cfg.APIOptions = append(cfg.APIOptions, awsmiddleware.AddUserAgentKey(userAgent))
	transport := cfg.HTTPClient
	cfg.HTTPClient = HTTPClient(transport)
	services := services{cfg: cfg, near: patient(transport, gluemeta.ConnectTimeout), settings: c.Federation, logger: logger}
	objects, keys := newS3(cfg), kms.NewFromConfig(cfg)
	pace := c.Federation.Throttle
	connector := New(newQueryClient(cfg, newRetryer(cfg.Credentials, pace)), newWriteClient(cfg, newRetryer(cfg.Credentials, pace)), services.glue(), logger)
	connector.NanosecondColumns, connector.Splits = c.NanosecondColumns, c.Splits
	connector.Unloads = &Unloads{Mode: c.ReadMode, Objects: objects, Spill: c.Federation}
	h, err := federation.NewHandler(connector, federation.Options{
		SourceType: SourceType,
		Config:     c.Federation,
		Store:      services.store(objects),
		Keys:       services.keys(keys),
		Buckets:    services.buckets(objects, federation.FunctionAccount),
		Status:     services.status(),
		Logger:     logger,
		ForCaller:  services.forCaller(connector, keys),
	})
	if err != nil {
		return nil, fmt.Errorf("timestream connector: %w", err)
	}
	return h, nil
}

func newS3(cfg aws.Config) *s3.Client {
	return s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = o.BaseEndpoint != nil })
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
