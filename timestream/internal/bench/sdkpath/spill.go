package sdkpath

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"fmt"
	"io"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// Bucket is where batches are put: keys Prefix.0, Prefix.1 and so on.
type Bucket struct {
	Client *s3.Client
	Name   string
	Prefix string
	Key    []byte // of AES
	n      int
}

// Put stores one batch.
func (b *Bucket) Put(ctx context.Context, r arrow.RecordBatch) error {
	var plain bytes.Buffer
	w := ipc.NewWriter(&plain, ipc.WithSchema(r.Schema()))
	if err := w.Write(r); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	gcm, err := b.cipher()
	if err != nil {
		return err
	}
	key := b.key(b.n)
	sealed := gcm.Seal(nil, nonce(gcm, b.n), plain.Bytes(), nil)
	_, err = b.Client.PutObject(ctx, &s3.PutObjectInput{Bucket: &b.Name, Key: &key, Body: bytes.NewReader(sealed)})
	b.n++
	return err
}

// Each reads back what was put.
func (b *Bucket) Each(ctx context.Context, f func(arrow.RecordBatch) error) error {
	gcm, err := b.cipher()
	if err != nil {
		return err
	}
	for n := range b.n {
		key := b.key(n)
		out, err := b.Client.GetObject(ctx, &s3.GetObjectInput{Bucket: &b.Name, Key: &key})
		if err != nil {
			return err
		}
		sealed, err := io.ReadAll(out.Body)
		out.Body.Close()
		if err != nil {
			return err
		}
		plain, err := gcm.Open(nil, nonce(gcm, n), sealed, nil)
		if err != nil {
			return err
		}
		if err := eachBatch(plain, f); err != nil {
			return err
		}
	}
	return nil
}

func eachBatch(stream []byte, f func(arrow.RecordBatch) error) error {
	r, err := ipc.NewReader(bytes.NewReader(stream))
	if err != nil {
		return err
	}
	defer r.Release()
	for r.Next() {
		if err := f(r.RecordBatch()); err != nil {
			return err
		}
	}
	return r.Err()
}

func (b *Bucket) key(n int) string { return fmt.Sprintf("%s.%d", b.Prefix, n) }

func (b *Bucket) cipher() (cipher.AEAD, error) {
	block, err := aes.NewCipher(b.Key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// nonce is another one for each batch of a key.
func nonce(gcm cipher.AEAD, n int) []byte {
	return fmt.Appendf(nil, "%0*d", gcm.NonceSize(), n)
}
