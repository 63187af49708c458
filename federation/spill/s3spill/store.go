// Package s3spill keeps spilled blocks in Amazon S3 and checks the bucket that they go to.
package s3spill

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"athena-timestream/federation/message"
	"athena-timestream/federation/spill"
)

// Store keeps objects in S3. It is safe for concurrent use.
type Store struct {
	client *s3.Client
	put    []func(*s3.Options)
}

var _ spill.Store = (*Store)(nil)

// New is a Store that uses client. The headers are added to every PutObject request before it is signed (option
// spill_put_request_headers of the protocol, for example x-amz-server-side-encryption: aws:kms); a header that the
// client would set itself is replaced. Integrity checksums are the client's: clients made with s3.NewFromConfig send
// a CRC32, as the service asks for.
func New(client *s3.Client, headers map[string]string) *Store {
	s := &Store{client: client}
	for name, value := range headers {
		s.put = append(s.put, s3.WithAPIOptions(smithyhttp.SetHeaderValue(name, value)))
	}
	return s
}

// Put stores body as one object. An error has a code and says what to do next.
func (s *Store) Put(ctx context.Context, loc message.SpillLocation, body []byte) error {
	_, err := s.client.PutObject(ctx, &s3.PutObjectInput{
		Bucket:        &loc.Bucket,
		Key:           &loc.Key,
		Body:          bytes.NewReader(body),
		ContentLength: aws.Int64(int64(len(body))),
	}, s.put...)
	if err != nil {
		return explain(err, loc.Bucket)
	}
	return nil
}

// Get is a whole object.
func (s *Store) Get(ctx context.Context, loc message.SpillLocation) ([]byte, error) {
	out, err := s.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &loc.Bucket, Key: &loc.Key})
	if _, ok := errors.AsType[*types.NoSuchKey](err); ok {
		return nil, message.Errorf(message.EntityNotFound, "no spilled object %s/%s: %w", loc.Bucket, loc.Key, err)
	}
	if err != nil {
		return nil, err
	}
	defer out.Body.Close()
	body, err := io.ReadAll(out.Body)
	if err != nil {
		return nil, fmt.Errorf("get s3://%s/%s: %w", loc.Bucket, loc.Key, err)
	}
	return body, nil
}
