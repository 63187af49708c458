package timestream

import (
	"context"

	"athena-timestream/federation"
	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
)

// GetSplits makes the splits of a read: one, or the slices that it is cut into, or the files that an UNLOAD has written. What
// they carry spares the read to look anything up. A passthrough query is one split and needs no name.
func (c *Connector) GetSplits(ctx context.Context, r *message.GetSplitsRequest) ([]federation.SplitSpec, *string, error) {
	if isPassthrough(r.Constraints) {
		return []federation.SplitSpec{{}}, nil, nil
	}
	t, err := readLayout(r.Partitions)
	if err != nil {
		return nil, nil, err
	}
	read, err := c.newCutting(t, r.Constraints)
	if err != nil {
		return nil, nil, err
	}
	bound, err := read.guard()
	if err != nil {
		return nil, nil, err
	}
	if splits, token, ok, err := c.unloaded(ctx, r, t, bound); ok || err != nil {
		return splits, token, err
	}
	slices := read.slices(ctx, bound)
	splits := make([]federation.SplitSpec, len(slices))
	for i, s := range slices {
		if splits[i].Properties, err = splitProperties(t, s); err != nil {
			return nil, nil, err
		}
	}
	return splits, nil, nil
}

func isPassthrough(c *predicate.Constraints) bool { return c != nil && len(c.Passthrough) > 0 }
