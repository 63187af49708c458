// Package kmskey makes the keys of spilled blocks with AWS KMS.
package kmskey

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"

	"athena-timestream/federation/message"
	"athena-timestream/federation/spill"
)

const nonceSize = 12 // bytes, of AES-GCM

// API is what a Source asks of KMS; *kms.Client has it.
type API interface {
	GenerateDataKey(context.Context, *kms.GenerateDataKeyInput, ...func(*kms.Options)) (*kms.GenerateDataKeyOutput, error)
	GenerateRandom(context.Context, *kms.GenerateRandomInput, ...func(*kms.Options)) (*kms.GenerateRandomOutput, error)
}

// Source makes an AES-128 data key under a KMS key, and the nonce from KMS's random numbers: docs/protocol.md,
// chapter 10.
type Source struct {
	client API
	keyID  string
}

var _ spill.KeySource = (*Source)(nil)

// New is a Source of data keys under a KMS key: an id, ARN or alias.
func New(client API, keyID string) *Source { return &Source{client, keyID} }

// NewKey asks KMS for a data key and a nonce. A key that KMS does not know is EntityNotFound.
func (s *Source) NewKey(ctx context.Context) (*message.EncryptionKey, error) {
	key, err := s.client.GenerateDataKey(ctx, &kms.GenerateDataKeyInput{KeyId: &s.keyID, KeySpec: types.DataKeySpecAes128})
	if _, ok := errors.AsType[*types.NotFoundException](err); ok {
		return nil, message.Errorf(message.EntityNotFound, "make a data key: KMS key %s is not there: %w", s.keyID, err)
	}
	if err != nil {
		return nil, fmt.Errorf("make a data key under KMS key %s: %w", s.keyID, err)
	}
	nonce, err := s.client.GenerateRandom(ctx, &kms.GenerateRandomInput{NumberOfBytes: aws.Int32(nonceSize)})
	if err != nil {
		return nil, fmt.Errorf("make a nonce with KMS: %w", err)
	}
	return &message.EncryptionKey{Key: key.Plaintext, Nonce: nonce.Plaintext}, nil
}
