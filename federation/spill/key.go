package spill

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"

	"athena-timestream/federation/message"
)

const (
	nonceSize = 12
	tagSize   = 16
)

// KeySource makes the key of a split. A nil key without an error means that blocks are stored in the clear.
type KeySource interface {
	NewKey(ctx context.Context) (*message.EncryptionKey, error)
}

// LocalKeys makes random AES-256 keys and nonces with this process's random source.
type LocalKeys struct{}

// NewKey is a fresh key; it does not fail.
func (LocalKeys) NewKey(context.Context) (*message.EncryptionKey, error) {
	k := &message.EncryptionKey{Key: make([]byte, 32), Nonce: make([]byte, nonceSize)}
	rand.Read(k.Key) // never fails: crypto/rand ends the process instead
	rand.Read(k.Nonce)
	return k, nil
}

// NoKeys makes no keys: blocks are stored in the clear.
type NoKeys struct{}

// NewKey is nil.
func (NoKeys) NewKey(context.Context) (*message.EncryptionKey, error) { return nil, nil }

// Seal appends the stored form of plain to dst: encrypted and 16 bytes longer, or plain itself without a key. To seal
// in place, dst is plain[:0]; otherwise the two must not overlap.
func Seal(k *message.EncryptionKey, dst, plain []byte) ([]byte, error) {
	if k == nil {
		return append(dst, plain...), nil
	}
	gcm, err := newGCM(k)
	if err != nil {
		return nil, err
	}
	return gcm.Seal(dst, k.Nonce, plain, nil), nil
}

// Open appends the plain form of sealed to dst: the reverse of Seal, with the same rule for overlap.
func Open(k *message.EncryptionKey, dst, sealed []byte) ([]byte, error) {
	if k == nil {
		return append(dst, sealed...), nil
	}
	gcm, err := newGCM(k)
	if err != nil {
		return nil, err
	}
	plain, err := gcm.Open(dst, k.Nonce, sealed, nil)
	if err != nil {
		return nil, message.Errorf(message.InvalidInput,
			"decrypt block of %d bytes: wrong key or nonce, or the bytes were changed: %w", len(sealed), err)
	}
	return plain, nil
}

func newGCM(k *message.EncryptionKey) (cipher.AEAD, error) {
	if n := len(k.Key); n != 16 && n != 32 {
		return nil, message.Errorf(message.InvalidInput, "encryption key has %d bytes, 16 or 32 are needed", n)
	}
	if n := len(k.Nonce); n != nonceSize {
		return nil, message.Errorf(message.InvalidInput, "encryption nonce has %d bytes, %d are needed", n, nonceSize)
	}
	c, err := aes.NewCipher(k.Key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(c)
}
