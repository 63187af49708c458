package timestream

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation"
	"athena-timestream/federation/block"
	"athena-timestream/federation/message"
	"athena-timestream/federation/redact"
	"athena-timestream/federation/spill"
	"athena-timestream/timestream/internal/page"
	"athena-timestream/timestream/internal/parquet"
	"athena-timestream/timestream/internal/sqlgen"
	"athena-timestream/timestream/internal/unload"
)

// inPages says why a read is not unloaded.
type inPages struct{ reason error }

func (p inPages) Error() string { return p.reason.Error() }
func (p inPages) Unwrap() error { return p.reason }

// unloaded makes the splits of a read out of files, if it is to be read so. It runs one UNLOAD for all of it within the bound, follows it
// and hands out what its manifest lists. While the UNLOAD runs and time is up, the answer is a split that holds nothing and
// a token to go on with. That there is a split at all is for engines that take no splits for no rows.
//
// Whatever keeps a read from being unloaded leaves it to pages: ok is false then. An error is the end of the context.
func (c *Connector) unloaded(ctx context.Context, r *message.GetSplitsRequest, t *tableLayout, bound sqlgen.Span) (splits []federation.SplitSpec, token *string, ok bool, err error) {
	if c.Unloads == nil {
		return nil, nil, false, nil
	}
	mode, err := c.Unloads.modeOf(t.schema)
	if err != nil {
		c.logger.WarnContext(ctx, "table is read in pages", keyTable, r.TableName.String(), keyError, redact.Text(err))
	}
	if mode == ReadPages {
		return nil, nil, false, nil
	}
	splits, token, err = c.unload(ctx, r, t, bound, mode)
	switch {
	case err == nil:
		return splits, token, true, nil
	case ctx.Err() != nil:
		return nil, nil, false, fmt.Errorf("unload %s: %w", r.TableName, context.Cause(ctx))
	}
	if small, plain := errors.AsType[inPages](err); plain {
		c.logger.InfoContext(ctx, "table is read in pages", keyTable, r.TableName.String(), keyReason, redact.Text(small))
	} else {
		c.logger.WarnContext(ctx, "UNLOAD failed, table is read in pages", keyTable, r.TableName.String(), keyError, redact.Text(err))
	}
	return nil, nil, false, nil
}

// unload is unloaded, its errors being reasons to read in pages.
func (c *Connector) unload(ctx context.Context, r *message.GetSplitsRequest, t *tableLayout, bound sqlgen.Span, mode ReadMode) ([]federation.SplitSpec, *string, error) {
	read, err := c.wholeRead(ctx, r, t, bound)
	if err != nil {
		return nil, nil, inPages{err}
	}
	var job *unloading
	if r.ContinuationToken != nil {
		job, err = c.resumed(ctx, r, read.sql)
	} else {
		if mode == ReadAuto {
			if err := c.expectMuch(ctx, r, t, read.sql); err != nil {
				return nil, nil, err
			}
		}
		job, err = c.newUnloading(r, read.sql)
	}
	if err != nil {
		return nil, nil, err
	}
	done, err := job.follow(ctx)
	if err != nil {
		job.clear(ctx)
		return nil, nil, err
	}
	if !done {
		token, err := job.token()
		empty := filesProperties(unloadedFiles{})
		return []federation.SplitSpec{{Properties: empty}}, &token, err
	}
	files, err := job.files(ctx, t.schema, read.column)
	if err != nil {
		job.clear(ctx)
		return nil, nil, err
	}
	written := unloadedFiles{Query: job.QueryID, Bucket: job.Place.Bucket, Prefix: job.Place.Prefix, Plan: planDigest(r.Constraints)}
	for _, c := range read.wider {
		written.Wider = append(written.Wider, c.Name)
	}
	return fileSplits(files, written), nil, nil
}

// wholeRead is the statement for all of a table's columns and no slice but the bound. It fails for what pages are better at.
func (c *Connector) wholeRead(ctx context.Context, r *message.GetSplitsRequest, t *tableLayout, bound sqlgen.Span) (read, error) {
	properties, err := splitProperties(t, sqlgen.Slice{Span: bound})
	if err != nil {
		return read{}, err
	}
	whole, err := c.plan(ctx, &message.ReadRecordsRequest{
		Header: r.Header, TableName: r.TableName, Schema: t.schema, Constraints: r.Constraints, Split: message.Split{Properties: properties},
	})
	switch {
	case err != nil:
		return whole, err
	case whole.sql == "":
		return whole, errors.New("the constraints let no row pass")
	case whole.filter != nil:
		return whole, errors.New("a part of the query plan's filter is evaluated on the rows")
	case whole.limited:
		return whole, errors.New("it stops at a limit")
	case t.schema.NumFields() == 0:
		return whole, errors.New("it has no columns")
	}
	for _, f := range t.schema.Fields() {
		if whole.column(f.Name).Shown {
			return whole, fmt.Errorf("column %s is shown as text", f.Name)
		}
	}
	return whole, nil
}

// newUnloading names a new place, below which nothing else is.
func (c *Connector) newUnloading(r *message.GetSplitsRequest, query string) (*unloading, error) {
	at := c.place(r, strings.ToLower(rand.Text()))
	if at.Bucket == "" {
		return nil, errors.New("there is no spill bucket: set spill_bucket")
	}
	if strings.HasPrefix(at.Bucket, "arn:") {
		return nil, errors.New("UNLOAD takes a bucket's name or an access point's alias, and spill_bucket is an ARN")
	}
	job := &unloading{connector: c, Client: rand.Text() + rand.Text(), Place: at}
	return job, job.write(query)
}

// place is that of a query's UNLOAD.
func (c *Connector) place(r *message.GetSplitsRequest, id string) unload.Place {
	bucket, prefix := c.Unloads.Spill.SpillBase(r.Head())
	return unload.Place{Bucket: bucket, Prefix: spill.Location(bucket, prefix, r.QueryID, id).Key + "/"}
}

// files are what the UNLOAD has written, once it was looked at whether they can be read. Manifest and metadata file are
// removed.
func (u *unloading) files(ctx context.Context, schema *arrow.Schema, column func(string) sqlgen.Column) ([]unload.File, error) {
	api, bucket := u.connector.Unloads.Objects, u.Place.Bucket
	documents := [2][]byte{}
	keys := [2]string{}
	for i, address := range []string{u.manifest, u.metadata} {
		var err error
		if keys[i], err = u.Place.Key(address); err != nil {
			return nil, err
		}
		if documents[i], err = unload.ReadDocument(ctx, api, bucket, keys[i]); err != nil {
			return nil, err
		}
	}
	files, err := unload.Files(documents[0], u.Place, u.rows)
	if err != nil {
		return nil, err
	}
	if len(files) > maxFiles {
		return nil, fmt.Errorf("UNLOAD wrote %d files, more than the %d that splits are made of", len(files), maxFiles)
	}
	cols, err := wantedColumns(schema, column)
	if err != nil {
		return nil, err
	}
	if err := unload.CheckColumns(documents[1], cols); err != nil {
		return nil, err
	}
	if err := u.tryFile(ctx, files, cols); err != nil {
		return nil, err
	}
	if err := unload.Delete(ctx, api, bucket, keys[:]...); err != nil {
		u.connector.logger.WarnContext(ctx, "an UNLOAD's manifest stays in the spill bucket", keyError, redact.Text(err))
	}
	return files, nil
}

// tryFile looks at the smallest file: what this package cannot read shows before anything is handed out.
func (u *unloading) tryFile(ctx context.Context, files []unload.File, cols []page.Binding) error {
	if len(files) == 0 {
		return nil
	}
	least := files[0]
	for _, f := range files {
		if f.Bytes < least.Bytes {
			least = f
		}
	}
	data, err := unload.Read(ctx, u.connector.Unloads.Objects, u.Place.Bucket, least.Key, least.Bytes, nil)
	if err != nil {
		return err
	}
	return parquet.NewReader(cols).Check(data)
}

// wantedColumns are the bindings of a schema to columns that nobody reads.
func wantedColumns(schema *arrow.Schema, column func(string) sqlgen.Column) ([]page.Binding, error) {
	b, err := block.NewBuilder(schema)
	if err != nil {
		return nil, err
	}
	return bindSchema(schema, column, b)
}

// resumed is an UNLOAD that an earlier answer's token tells of. The service goes on with a query only for its very text. What
// lies at the UNLOAD's place may come to be removed, so the place has to be one of this query's.
func (c *Connector) resumed(ctx context.Context, r *message.GetSplitsRequest, query string) (*unloading, error) {
	u := &unloading{connector: c}
	if err := json.Unmarshal([]byte(*r.ContinuationToken), u); err != nil || u.Client == "" || u.Place != c.place(r, path.Base(u.Place.Prefix)) {
		return nil, errors.New("the continuation token is not one of this query's")
	}
	digest := u.Digest
	if err := u.write(query); err != nil {
		return nil, err
	}
	if u.Digest != digest {
		u.clear(ctx)
		return nil, errors.New("the statement is not that of the UNLOAD under way")
	}
	return u, nil
}
