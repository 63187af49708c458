package stack

import (
	"context"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"athena-timestream/local/internal/unload"
)

// objects is the embedded S3 as UNLOAD sees it.
type objects struct{ s3 *s3.Client }

// HasBucket looks through the list: the embedded S3 makes a bucket for whoever asks after that one alone.
func (o objects) HasBucket(ctx context.Context, bucket string) (bool, error) {
	buckets, err := o.s3.ListBuckets(ctx, &s3.ListBucketsInput{})
	if err != nil {
		return false, fmt.Errorf("listing the buckets: %w", err)
	}
	for _, b := range buckets.Buckets {
		if aws.ToString(b.Name) == bucket {
			return true, nil
		}
	}
	return false, nil
}

// Put writes in one call, which the embedded S3 takes at any size and without keeping the body in memory; it would keep the
// parts of a multipart upload.
func (o objects) Put(ctx context.Context, at unload.Object, body io.ReadSeeker) error {
	in := &s3.PutObjectInput{Bucket: aws.String(at.Bucket), Key: aws.String(at.Key), Body: body, ServerSideEncryption: types.ServerSideEncryptionAes256}
	if at.KMSKey != "" {
		in.ServerSideEncryption, in.SSEKMSKeyId = types.ServerSideEncryptionAwsKms, aws.String(at.KMSKey)
	}
	_, err := o.s3.PutObject(ctx, in)
	return err
}
