package spill

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"sync"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation/block"
	"athena-timestream/federation/message"
)

// Store keeps spilled objects. Its methods are called from several goroutines.
type Store interface {
	// Put writes or replaces an object. It does not keep body after it returns.
	Put(ctx context.Context, loc message.SpillLocation, body []byte) error
	// Get is the whole object, in memory that the caller may change.
	Get(ctx context.Context, loc message.SpillLocation) ([]byte, error)
}

// ReadBlock gets one spilled block: stored bytes, decrypted if there is a key, as rows of schema.
func ReadBlock(ctx context.Context, store Store, loc message.SpillLocation, key *message.EncryptionKey, schema *arrow.Schema) (arrow.RecordBatch, error) {
	body, err := store.Get(ctx, loc)
	if err != nil {
		return nil, fmt.Errorf("read spilled block %s: %w", name(loc), err)
	}
	plain, err := Open(key, body[:0], body)
	if err != nil {
		return nil, fmt.Errorf("read spilled block %s: %w", name(loc), err)
	}
	r, err := block.DecodeRecords(schema, plain)
	if err != nil {
		return nil, message.Errorf(message.InvalidResponse, "read spilled block %s: %w", name(loc), err)
	}
	if r == nil {
		return nil, message.Errorf(message.InvalidResponse, "read spilled block %s: the object is empty", name(loc))
	}
	return r, nil
}

func name(loc message.SpillLocation) string { return loc.Bucket + "/" + loc.Key }

func notFound(loc message.SpillLocation) error {
	return message.Errorf(message.EntityNotFound, "no spilled object %s", name(loc))
}

// Mem is a Store in memory, for tests and local use.
type Mem struct {
	mu      sync.RWMutex
	objects map[message.SpillLocation][]byte
}

// NewMem is an empty Mem.
func NewMem() *Mem { return &Mem{objects: map[message.SpillLocation][]byte{}} }

// Put keeps a copy of body.
func (m *Mem) Put(_ context.Context, loc message.SpillLocation, body []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.objects[loc] = slices.Clone(body)
	return nil
}

// Get is a copy of an object.
func (m *Mem) Get(_ context.Context, loc message.SpillLocation) ([]byte, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	body, ok := m.objects[loc]
	if !ok {
		return nil, notFound(loc)
	}
	return slices.Clone(body), nil
}

// Len is the number of objects.
func (m *Mem) Len() int {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return len(m.objects)
}

// Dir is a Store in a directory: bucket and key are a path below it. Names that would lead out of the directory are
// errors.
type Dir struct{ path string }

// NewDir is a Store in the directory path, which Put makes when it is not there.
func NewDir(path string) *Dir { return &Dir{path} }

// Put writes an object as a file; another reader sees the old file or the whole new one.
func (d *Dir) Put(_ context.Context, loc message.SpillLocation, body []byte) error {
	file, err := localName(loc)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(d.path, 0o700); err != nil {
		return err
	}
	root, err := os.OpenRoot(d.path)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	if err := root.MkdirAll(path.Dir(file), 0o700); err != nil {
		return err
	}
	partial := file + ".partial"
	if err := root.WriteFile(partial, body, 0o600); err != nil {
		return err
	}
	return root.Rename(partial, file)
}

// Get reads an object's file.
func (d *Dir) Get(_ context.Context, loc message.SpillLocation) ([]byte, error) {
	file, err := localName(loc)
	if err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(d.path)
	if os.IsNotExist(err) {
		return nil, notFound(loc)
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }()
	body, err := fs.ReadFile(root.FS(), file)
	if os.IsNotExist(err) {
		return nil, notFound(loc)
	}
	return body, err
}

func localName(loc message.SpillLocation) (string, error) {
	file := path.Join(loc.Bucket, loc.Key)
	if loc.Bucket == "" || loc.Key == "" || !filepath.IsLocal(loc.Bucket) || !filepath.IsLocal(file) {
		return "", message.Errorf(message.InvalidInput, "bucket %q and key %q are no path below a directory", loc.Bucket, loc.Key)
	}
	return file, nil
}
