package s3spill

import (
	"context"
	"fmt"
	"net/http"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"athena-timestream/federation/message"
)

// Verifier checks with HeadBucket that a spill bucket is there and may be used, before splits are handed out.
// docs/protocol.md, chapter 10. It is safe for concurrent use.
type Verifier struct {
	// Owner is the account that the bucket has to belong to, empty if it is not known; nil: never known. A bucket that was
	// deleted, and made again by somebody else, is not spilled to.
	Owner func(context.Context) string

	client *s3.Client
	usable sync.Map // bucket name → struct{}
}

// NewVerifier is a Verifier that asks with client.
func NewVerifier(client *s3.Client) *Verifier { return &Verifier{client: client} }

// VerifyBucket is nil when the bucket may be used. A bucket that is not there or not ours (404, 403) is InvalidInput;
// any other failure is AccessDenied. Texts and codes are the Java SDK's, which asks for no owner. A yes is kept for the Verifier's life; a no,
// which the Java SDK keeps too, is not, so that a mended bucket works without a new instance.
func (v *Verifier) VerifyBucket(ctx context.Context, bucket string) error {
	if _, ok := v.usable.Load(bucket); ok {
		return nil
	}
	in := &s3.HeadBucketInput{Bucket: &bucket}
	if owner := v.owner(ctx); owner != "" {
		in.ExpectedBucketOwner = &owner
	}
	_, err := v.client.HeadBucket(ctx, in)
	switch {
	case err == nil:
		v.usable.Store(bucket, struct{}{})
		return nil
	case notOurs(err):
		return message.Errorf(message.InvalidInput, "spill_bucket: \"%s\" not found under your account. "+
			"Please make sure you have access to the bucket and spill_bucket input has no trailing '/'%s", bucket, ownerHint(in.ExpectedBucketOwner))
	case ctx.Err() != nil:
		return context.Cause(ctx)
	}
	return message.Errorf(message.AccessDenied, "Error while checking bucket ownership for %s: %w", bucket, explain(err, bucket))
}

func notOurs(err error) bool {
	code := status(err)
	return code == http.StatusForbidden || code == http.StatusNotFound
}

func (v *Verifier) owner(ctx context.Context) string {
	if v.Owner == nil {
		return ""
	}
	return v.Owner(ctx)
}

// OwnerHeader is the header by which S3 is told whose a bucket should be. Among the headers of New it holds for every block.
const OwnerHeader = "x-amz-expected-bucket-owner"

func ownerHint(owner *string) string {
	if owner == nil {
		return ""
	}
	return fmt.Sprintf(` (it should belong to account %s; for a bucket of another account put {"%s":"ACCOUNT"} into spill_put_request_headers)`, *owner, OwnerHeader)
}
