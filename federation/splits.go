package federation

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"athena-timestream/federation/message"
	"athena-timestream/federation/spill"
)

// Options that Athena sends with the caller's identity and that win over the
// function's own configuration, if not blank.
const (
	optionSpillBucket = "spill_bucket"
	optionSpillPrefix = "spill_prefix"
)

func (h *Handler) getSplits(ctx context.Context, r *message.GetSplitsRequest, l *requestLog) (message.Message, error) {
	if err := h.checkConstraints(r.Constraints); err != nil {
		return nil, err
	}
	if err := h.verifyBucket(ctx, r.Head()); err != nil {
		return nil, err
	}
	ctx, stop := h.watch(ctx, r.QueryID) // a source may be at work for as long as a read
	defer stop()
	specs, continuation := []SplitSpec{{}}, (*string)(nil)
	if s, ok := h.connector.(Splitter); ok {
		var err error
		if specs, continuation, err = s.GetSplits(ctx, r); err != nil {
			return nil, withCode(ctx, err)
		}
	}
	splits := make([]message.Split, len(specs))
	for i, spec := range specs {
		var err error
		if splits[i], err = h.split(ctx, r.Head(), spec); err != nil {
			return nil, err
		}
	}
	l.add(slog.Int(keySplits, len(splits)))
	return &message.GetSplitsResponse{CatalogName: r.CatalogName, Splits: splits, ContinuationToken: continuation}, nil
}

// split gives a split a key and a spill location that no other has: blocks of
// one split share key and nonce, blocks of two must not.
func (h *Handler) split(ctx context.Context, head *message.Header, spec SplitSpec) (message.Split, error) {
	key, err := h.options.Keys.NewKey(ctx)
	if err != nil {
		return message.Split{}, dataKeyError(ctx, err)
	}
	location := h.spillLocation(head)
	return message.Split{SpillLocation: &location, EncryptionKey: key, Properties: spec.Properties}, nil
}

// dataKeyError tells the user what the key service says. An error that comes
// without a code is bad input unless its name tells better: the key is the user's
// to name and to grant.
func dataKeyError(ctx context.Context, err error) error {
	coded := withCode(ctx, fmt.Errorf("create a data key: %w", err))
	if _, own := errors.AsType[*Error](err); own {
		return coded
	}
	if _, ok := asAPIError(err); ok && coded.Code != EntityNotFound && coded.Code != Throttling {
		coded.Code = InvalidInput
	}
	return coded
}

// spillLocation is a new directory for one split's blocks.
func (h *Handler) spillLocation(head *message.Header) message.SpillLocation {
	bucket, prefix := h.options.Config.SpillBase(head)
	return spill.Location(bucket, prefix, head.QueryID, h.options.NewID())
}

// SpillBase is the bucket and the key prefix for what belongs to a request: the
// configured ones, unless the request's identity names others.
func (c Config) SpillBase(head *message.Header) (bucket, prefix string) {
	bucket, prefix = c.SpillBucket, notBlank(c.SpillPrefix, DefaultSpillPrefix)
	if head.Identity != nil {
		bucket = notBlank(head.Identity.ConfigOptions[optionSpillBucket], bucket)
		prefix = notBlank(head.Identity.ConfigOptions[optionSpillPrefix], prefix)
	}
	return bucket, prefix
}

func notBlank(s, otherwise string) string {
	if strings.TrimSpace(s) == "" {
		return otherwise
	}
	return s
}

// verifyBucket asks about the configured bucket, not the one that the request
// names: that one is the caller's. With the caller's permissions it asks only if
// blocks go there, since the caller need not know a bucket that is not used.
func (h *Handler) verifyBucket(ctx context.Context, head *message.Header) error {
	bucket := h.options.Config.SpillBucket
	if h.options.Buckets == nil || bucket == "" {
		return nil
	}
	if h.forCaller && notBlank(head.Identity.ConfigOptions[optionSpillBucket], bucket) != bucket {
		return nil
	}
	return h.options.Buckets.VerifyBucket(ctx, bucket)
}
