package stack

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"athena-timestream/federation/message"
	"athena-timestream/federation/spill"
)

// readOnce is a store of spilled blocks that removes what was read: nobody reads a block of a finished query again, and no
// lifecycle rule removes it here.
type readOnce struct {
	spill.Store
	s3 *s3.Client
}

// Get reads a block and removes it.
func (r readOnce) Get(ctx context.Context, at message.SpillLocation) ([]byte, error) {
	body, err := r.Store.Get(ctx, at)
	if err != nil {
		return nil, err
	}
	if _, err := r.s3.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: aws.String(at.Bucket), Key: aws.String(at.Key)}); err != nil {
		return nil, fmt.Errorf("removing the block %s that was read: %w", at.Key, err)
	}
	return body, nil
}
