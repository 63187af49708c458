package unload

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

// encoder writes rows in a file's format.
type encoder interface {
	// add writes a row; it keeps nothing of the slice.
	add(row []any) error
	// size is how large the file is so far, with what is still in memory.
	size() int64
	// held is how much of it is in memory and would leave it with flush.
	held() int64
	flush() error
	// close writes the format's end. The file below stays open.
	close() error
}

// file is one result file on its way: it grows on disk and is uploaded when it is complete.
type file struct {
	encoder
	spool *os.File
	rows  int64
}

func newFile(p *Plan) (*file, error) {
	spool, err := os.CreateTemp("", "athena-local-unload-*")
	if err != nil {
		return nil, fmt.Errorf("making a temporary file for UNLOAD: %w", err)
	}
	f := &file{spool: spool}
	if p.format == parquetFormat {
		f.encoder = newParquetEncoder(spool, p)
		return f, nil
	}
	if f.encoder, err = newCSVEncoder(spool, p); err != nil {
		return nil, errors.Join(err, f.discard())
	}
	return f, nil
}

// finish uploads the file and discards it.
func (f *file) finish(ctx context.Context, store Store, o Object) (fileMetadata, error) {
	size, err := f.upload(ctx, store, o)
	return fileMetadata{Bytes: size, Rows: f.rows}, errors.Join(err, f.discard())
}

func (f *file) upload(ctx context.Context, store Store, o Object) (int64, error) {
	if err := f.close(); err != nil {
		return 0, fmt.Errorf("writing %s: %w", o.URL(), err)
	}
	size, err := f.spool.Seek(0, io.SeekEnd)
	if err != nil {
		return 0, err
	}
	if _, err := f.spool.Seek(0, io.SeekStart); err != nil {
		return 0, err
	}
	return size, put(ctx, store, o, f.spool)
}

// put gives a failed upload its message.
func put(ctx context.Context, store Store, o Object, body io.ReadSeeker) error {
	if err := store.Put(ctx, o, body); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return &Error{Message: fmt.Sprintf("UNLOAD could not write %s: %s", o.URL(), err), Cause: err}
	}
	return nil
}

// discard removes the file from the disk.
func (f *file) discard() error {
	return errors.Join(f.spool.Close(), os.Remove(f.spool.Name()))
}
