package timestream

import (
	"context"

	"athena-timestream/federation"
	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
	"athena-timestream/timestream/internal/sqlgen"
)

// GetSplits makes the splits of a read: one, or the slices that it is cut into, or the files that an UNLOAD has written. Each carries the table's real name, so that
// nothing is looked up again. A passthrough query is one split and needs no name.
func (c *Connector) GetSplits(ctx context.Context, r *message.GetSplitsRequest) ([]federation.SplitSpec, *string, error) {
	if isPassthrough(r.Constraints) {
		return []federation.SplitSpec{{}}, nil, nil
	}
	t, err := readLayout(r.Partitions)
	if err != nil {
		return nil, nil, err
	}
	if splits, token, ok, err := c.unloaded(ctx, r, t); ok || err != nil {
		return splits, token, err
	}
	slices, err := c.slices(ctx, t, r.Constraints)
	if err != nil {
		return nil, nil, err
	}
	splits := make([]federation.SplitSpec, len(slices))
	for i, s := range slices {
		if splits[i].Properties, err = splitProperties(t, s); err != nil {
			return nil, nil, err
		}
	}
	return splits, nil, nil
}

func isPassthrough(c *predicate.Constraints) bool { return c != nil && len(c.Passthrough) > 0 }

// slices are the parts that a read is cut into.
func (*Connector) slices(context.Context, *tableLayout, *predicate.Constraints) ([]sqlgen.Slice, error) {
	return []sqlgen.Slice{{}}, nil
}
