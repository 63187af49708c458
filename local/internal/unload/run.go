package unload

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
)

// Rows is a query's result, as duck.Rows gives it.
type Rows interface {
	Next() bool
	// Values is the current row, valid until the next call, in the physical forms of translate.Type.
	Values() []any
	Err() error
}

// Result is what a finished UNLOAD tells.
type Result struct {
	Rows, Bytes        int64
	Partitions         int    // 0 without partitioned_by
	Metadata, Manifest string // s3:// addresses
}

// CheckBucket fails with an *Error when the plan's bucket is not there.
func (p *Plan) CheckBucket(ctx context.Context, store Store) error {
	ok, err := store.HasBucket(ctx, p.bucket)
	if err != nil {
		return &Error{Message: fmt.Sprintf("UNLOAD could not look for the bucket '%s': %s", p.bucket, err), Cause: err}
	}
	if !ok {
		return errorf("The bucket '%s' of the UNLOAD destination does not exist: create it first", p.bucket)
	}
	return nil
}

// Run reads all rows and writes the files, then metadata and manifest. The columns of the rows are those of the plan. Errors:
// *Error for what the statement's author can mend, the rows' own error, the context's.
func (p *Plan) Run(ctx context.Context, rows Rows, to Destination) (*Result, error) {
	r := &run{
		Plan: p, to: to, stamp: fmt.Sprintf("%010d", rand.Uint64N(1e10)), manifest: newManifest(p.format),
		folders: newFolders(p.columns[p.stored:]), open: map[string]*file{},
	}
	if err := r.write(ctx, rows); err != nil {
		return nil, errors.Join(err, r.discard())
	}
	return r.describe(ctx)
}

// run is one execution of a plan.
type run struct {
	*Plan
	to       Destination
	stamp    string
	manifest *manifest
	folders  *folders
	open     map[string]*file // by folder; nil between two files of a folder
	held     int64            // by all encoders
}

// bufferBytes bounds what all open Parquet files hold in memory: it is the size of a row group, before encoding, if there is only
// one file.
const bufferBytes = 32 * megabyte

func (r *run) write(ctx context.Context, rows Rows) error {
	for rows.Next() {
		if err := r.add(ctx, rows.Values()); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for _, folder := range slices.Sorted(maps.Keys(r.open)) {
		if err := r.finish(ctx, folder); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) add(ctx context.Context, row []any) error {
	folder, err := r.folders.of(row[r.stored:])
	if err != nil {
		return err
	}
	f := r.open[string(folder)]
	if f == nil {
		if f, err = r.begin(string(folder)); err != nil {
			return err
		}
	}
	before := f.held()
	if err := f.add(row[:r.stored]); err != nil {
		return err
	}
	f.rows++
	r.held += f.held() - before
	if f.size() >= r.maxFileSize {
		return r.finish(ctx, string(folder))
	}
	if r.held > bufferBytes {
		return r.relieve()
	}
	return nil
}

// begin opens a file in a folder.
func (r *run) begin(folder string) (*file, error) {
	if _, known := r.open[folder]; !known && len(r.open) == maxPartitions {
		return nil, errorf("UNLOAD can write at most %d partitions: use partition columns with fewer values", maxPartitions)
	}
	f, err := newFile(r.Plan)
	if err == nil {
		r.open[folder] = f
	}
	return f, err
}

// relieve empties the memory of the file that holds most.
func (r *run) relieve() error {
	var largest *file
	for _, f := range r.open {
		if f != nil && (largest == nil || f.held() > largest.held()) {
			largest = f
		}
	}
	before := largest.held()
	err := largest.flush()
	r.held += largest.held() - before
	return err
}

// finish uploads the file of a folder, if it has one.
func (r *run) finish(ctx context.Context, folder string) error {
	f := r.open[folder]
	if f == nil {
		return nil
	}
	r.open[folder] = nil
	r.held -= f.held()
	o := r.object("results/"+folder, r.suffix())
	m, err := f.finish(ctx, r.to.Store, o)
	if err == nil {
		r.manifest.add(o.URL(), m)
	}
	return err
}

// suffix: compression of Parquet is inside of the file.
func (r *run) suffix() string {
	switch {
	case r.format == parquetFormat:
		return ".parquet"
	case r.gzip:
		return ".gz"
	}
	return ".csv"
}

// object is a new object's place below the prefix.
func (r *run) object(folder, suffix string) Object {
	return Object{Bucket: r.bucket, Key: r.prefix + folder + r.to.QueryID + "_" + r.stamp + "_" + unique() + suffix, KMSKey: r.kmsKey}
}

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

func unique() string {
	name := make([]byte, 16)
	for i := range name {
		name[i] = alphabet[rand.IntN(len(alphabet))]
	}
	return string(name)
}

// describe writes metadata and manifest; the manifest comes last and says that all else is there.
func (r *run) describe(ctx context.Context) (*Result, error) {
	result := &Result{Rows: r.manifest.Query.Rows, Bytes: r.manifest.Query.Bytes}
	if len(r.partitionedBy) > 0 {
		result.Partitions = len(r.open)
	}
	for _, d := range []struct {
		content any
		suffix  string
		url     *string
	}{
		{newMetadata(r.info), "_metadata.json", &result.Metadata},
		{r.manifest, "_manifest.json", &result.Manifest},
	} {
		body, err := document(d.content)
		if err != nil {
			return nil, err
		}
		o := r.object("", d.suffix)
		if err := put(ctx, r.to.Store, o, body); err != nil {
			return nil, err
		}
		*d.url = o.URL()
	}
	return result, nil
}

// discard removes files that were not finished.
func (r *run) discard() error {
	var errs []error
	for _, f := range r.open {
		if f != nil {
			errs = append(errs, f.discard())
		}
	}
	return errors.Join(errs...)
}
