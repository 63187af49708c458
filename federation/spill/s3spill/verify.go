package s3spill

import (
	"context"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"athena-timestream/federation/message"
)

// Verifier checks with HeadBucket that a spill bucket is there and may be used, before splits are handed out.
// docs/protocol.md, chapter 10. It is safe for concurrent use.
type Verifier struct {
	client *s3.Client
	usable sync.Map // bucket name → struct{}
}

// NewVerifier is a Verifier that asks with client.
func NewVerifier(client *s3.Client) *Verifier { return &Verifier{client: client} }

// VerifyBucket is nil when the bucket may be used. A bucket that is not there or not ours (404, 403) is InvalidInput;
// any other failure is AccessDenied. Texts and codes are the Java SDK's. A yes is kept for the Verifier's life; a no,
// which the Java SDK keeps too, is not, so that a mended bucket works without a new instance.
func (v *Verifier) VerifyBucket(ctx context.Context, bucket string) error {
	if _, ok := v.usable.Load(bucket); ok {
		return nil
	}
	_, err := v.client.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &bucket})
	switch {
	case err == nil:
		v.usable.Store(bucket, struct{}{})
		return nil
	case notOurs(err):
		return message.Errorf(message.InvalidInput, "spill_bucket: \"%s\" not found under your account. "+
			"Please make sure you have access to the bucket and spill_bucket input has no trailing '/'", bucket)
	case ctx.Err() != nil:
		return context.Cause(ctx)
	}
	return message.Errorf(message.AccessDenied, "Error while checking bucket ownership for %s: %w", bucket, err)
}
