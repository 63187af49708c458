// Package kmskey makes the keys of spilled blocks with AWS KMS.
package kmskey

import (
	"context"

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

// NewKey asks KMS for a data key and a nonce. An error has a code and says what to do next.
func (s *Source) NewKey(ctx context.Context) (*message.EncryptionKey, error) {
	key, err := s.client.GenerateDataKey(ctx, &kms.GenerateDataKeyInput{KeyId: &s.keyID, KeySpec: types.DataKeySpecAes128})
	if err != nil {
		return nil, s.explain(err, "GenerateDataKey", "kms:GenerateDataKey for KMS key "+s.keyID+", and the key's policy must allow it")
	}
	nonce, err := s.client.GenerateRandom(ctx, &kms.GenerateRandomInput{NumberOfBytes: aws.Int32(nonceSize)})
	if err != nil {
		return nil, s.explain(err, "GenerateRandom", "kms:GenerateRandom, on resource *")
	}
	return &message.EncryptionKey{Key: key.Plaintext, Nonce: nonce.Plaintext}, nil
}
