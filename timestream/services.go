package timestream

import (
	"context"
	"log/slog"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/athena"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"athena-timestream/federation"
	"athena-timestream/federation/fas"
	"athena-timestream/federation/gluemeta"
	"athena-timestream/federation/message"
	"athena-timestream/federation/querystatus"
	"athena-timestream/federation/spill"
	"athena-timestream/federation/spill/kmskey"
	"athena-timestream/federation/spill/s3spill"
)

// services makes what the connector uses of AWS besides Timestream, with the credentials of cfg: the function's, or those
// of one request's caller. All share the HTTP clients and so their connections, which know no credentials.
type services struct {
	cfg      aws.Config
	near     aws.HTTPClient // for Glue, which is given up sooner
	settings federation.Config
	logger   *slog.Logger
}

func (s services) glue() TableSource {
	if s.settings.DisableGlue {
		return nil
	}
	cfg := s.cfg.Copy()
	cfg.HTTPClient = s.near
	return &gluemeta.Catalog{Client: gluemeta.NewClient(cfg), ID: s.settings.GlueCatalog, Tables: IsTimestreamTable}
}

func (s services) store(objects *s3.Client) *s3spill.Store {
	return s3spill.New(objects, s.settings.SpillPutHeaders)
}

// keys are nil without a KMS key.
func (s services) keys(client kmskey.API) spill.KeySource {
	if s.settings.KMSKeyID == "" {
		return nil
	}
	return kmskey.New(client, s.settings.KMSKeyID)
}

func (s services) status() *querystatus.Checker {
	return querystatus.New(athena.NewFromConfig(s.cfg), s.logger)
}

// buckets expects the spill bucket to be the account's that the headers of each block name, or else the owner's.
func (s services) buckets(objects *s3.Client, owner func(context.Context) string) *s3spill.Verifier {
	v := s3spill.NewVerifier(objects)
	v.Owner = owner
	for name, value := range s.settings.SpillPutHeaders {
		if strings.EqualFold(name, s3spill.OwnerHeader) {
			v.Owner = func(context.Context) string { return value }
		}
	}
	return v
}

// forCaller makes clients of a request's own, if it brings credentials: nobody else can come to use them, and they are
// gone with it. Timestream is asked by c as ever, with the function's credentials.
func (s services) forCaller(c *Connector, function *kms.Client) federation.ForCaller {
	return func(ctx context.Context, caller *message.Identity) (*federation.Surroundings, error) {
		credentials, err := fas.Credentials(ctx, function, caller)
		if err != nil || credentials == nil {
			return nil, err
		}
		theirs := s
		theirs.cfg = s.cfg.Copy()
		theirs.cfg.Credentials = credentials
		objects := newS3(theirs.cfg)
		return &federation.Surroundings{
			Connector: c.forCaller(theirs.glue()),
			Store:     theirs.store(objects),
			Keys:      theirs.keys(callersKeys{function, kms.NewFromConfig(theirs.cfg)}),
			Buckets:   theirs.buckets(objects, nil), // whose bucket it is, the caller's permissions say
			Status:    theirs.status(),
		}, nil
	}
}

// callersKeys are data keys under a key that the caller may use. Random numbers are nobody's, and the function's role has
// the permission for them.
type callersKeys struct {
	*kms.Client // the function's
	caller      *kms.Client
}

func (k callersKeys) GenerateDataKey(ctx context.Context, in *kms.GenerateDataKeyInput, o ...func(*kms.Options)) (*kms.GenerateDataKeyOutput, error) {
	return k.caller.GenerateDataKey(ctx, in, o...)
}
