package unload

import (
	"context"
	"io"
)

// Store is where the files go: S3.
type Store interface {
	// HasBucket tells whether a bucket exists.
	HasBucket(ctx context.Context, bucket string) (bool, error)
	// Put writes an object from the body's beginning to its end. It does not keep the body.
	Put(ctx context.Context, o Object, body io.ReadSeeker) error
}

// Object is an object's place and how S3 is asked to encrypt it.
type Object struct {
	Bucket, Key string
	KMSKey      string // SSE-KMS with this key; empty: SSE-S3
}

// URL is the object's s3:// address.
func (o Object) URL() string { return "s3://" + o.Bucket + "/" + o.Key }

// Destination is where an UNLOAD writes to, and the id of the query, by which its files are called.
type Destination struct {
	Store   Store
	QueryID string
}
