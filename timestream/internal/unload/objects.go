package unload

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// API is what this package calls of S3; *s3.Client has it.
type API interface {
	GetObject(context.Context, *s3.GetObjectInput, ...func(*s3.Options)) (*s3.GetObjectOutput, error)
	DeleteObjects(context.Context, *s3.DeleteObjectsInput, ...func(*s3.Options)) (*s3.DeleteObjectsOutput, error)
	ListObjectsV2(context.Context, *s3.ListObjectsV2Input, ...func(*s3.Options)) (*s3.ListObjectsV2Output, error)
}

// ErrGone says that an object is not there any more.
var ErrGone = errors.New("the file is not there any more")

// ErrSize says that a file does not have what the manifest says.
var ErrSize = errors.New("the file is not what the manifest says")

// readAttempts is how often a file is asked for whose bytes break off. The SDK repeats a call only until its answer begins.
const readAttempts = 3

// Read gets a whole object of known size into memory, which is used if it is large enough.
func Read(ctx context.Context, api API, bucket, key string, size int64, memory []byte) ([]byte, error) {
	if int64(cap(memory)) < size {
		memory = make([]byte, size)
	}
	memory = memory[:size]
	var err error
	for range readAttempts {
		var broken bool
		if broken, err = readOnce(ctx, api, bucket, key, memory); !broken || ctx.Err() != nil {
			break
		}
	}
	if err != nil {
		return nil, fmt.Errorf("read s3://%s/%s: %w", bucket, key, err)
	}
	return memory, nil
}

// readOnce fills memory. broken says that the answer had begun well.
func readOnce(ctx context.Context, api API, bucket, key string, memory []byte) (broken bool, err error) {
	out, err := get(ctx, api, bucket, key)
	if err != nil {
		return false, err
	}
	defer out.Body.Close()
	if n := aws.ToInt64(out.ContentLength); n != int64(len(memory)) {
		return false, fmt.Errorf("%w: %d bytes, and the manifest says %d", ErrSize, n, len(memory))
	}
	_, err = io.ReadFull(out.Body, memory)
	return err != nil, err
}

// maxDocument bounds manifest and metadata file; five thousand files take a megabyte.
const maxDocument = 16 << 20

// ReadDocument gets a manifest or a metadata file.
func ReadDocument(ctx context.Context, api API, bucket, key string) ([]byte, error) {
	out, err := get(ctx, api, bucket, key)
	if err != nil {
		return nil, fmt.Errorf("read s3://%s/%s: %w", bucket, key, err)
	}
	defer out.Body.Close()
	text, err := io.ReadAll(io.LimitReader(out.Body, maxDocument+1))
	if err == nil && len(text) > maxDocument {
		err = fmt.Errorf("it has more than %d bytes", maxDocument)
	}
	if err != nil {
		return nil, fmt.Errorf("read s3://%s/%s: %w", bucket, key, err)
	}
	return text, nil
}

func get(ctx context.Context, api API, bucket, key string) (*s3.GetObjectOutput, error) {
	out, err := api.GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: &key})
	if _, gone := errors.AsType[*types.NoSuchKey](err); gone {
		return nil, fmt.Errorf("%w (%w)", ErrGone, err)
	}
	return out, err
}

// maxDeletes is how many objects S3 deletes at once.
const maxDeletes = 1000

// Delete removes objects. Those that are not there are no error.
func Delete(ctx context.Context, api API, bucket string, keys ...string) error {
	for len(keys) > 0 {
		n := min(len(keys), maxDeletes)
		ids := make([]types.ObjectIdentifier, n)
		for i := range ids {
			ids[i].Key = &keys[i]
		}
		out, err := api.DeleteObjects(ctx, &s3.DeleteObjectsInput{Bucket: &bucket, Delete: &types.Delete{Objects: ids, Quiet: aws.Bool(true)}})
		if err != nil {
			return fmt.Errorf("delete s3://%s/%s and %d more: %w", bucket, keys[0], len(keys)-1, err)
		}
		if len(out.Errors) > 0 {
			e := out.Errors[0]
			return fmt.Errorf("delete s3://%s/%s and %d more: %s: %s", bucket, aws.ToString(e.Key), len(out.Errors)-1, aws.ToString(e.Code), aws.ToString(e.Message))
		}
		keys = keys[n:]
	}
	return nil
}

// DeleteAll removes every object at a place: what an UNLOAD leaves that has failed, which has no manifest.
func DeleteAll(ctx context.Context, api API, at Place) error {
	in := &s3.ListObjectsV2Input{Bucket: &at.Bucket, Prefix: &at.Prefix}
	for {
		out, err := api.ListObjectsV2(ctx, in)
		if err != nil {
			return fmt.Errorf("list s3://%s/%s: %w", at.Bucket, at.Prefix, err)
		}
		keys := make([]string, len(out.Contents))
		for i, o := range out.Contents {
			keys[i] = aws.ToString(o.Key)
		}
		if err := Delete(ctx, api, at.Bucket, keys...); err != nil {
			return err
		}
		if !aws.ToBool(out.IsTruncated) {
			return nil
		}
		in.ContinuationToken = out.NextContinuationToken
	}
}
