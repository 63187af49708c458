package timestream

import (
	"context"

	"athena-timestream/federation"
	"athena-timestream/federation/message"
)

// Properties of a split.
const (
	splitDatabase = "database"
	splitTable    = "table"
)

// GetSplits makes one split, which carries the table's real name. A table that the service does not know is left to
// the read: it may be a view, and only a read's schema tells. A passthrough query needs no name.
func (c *Connector) GetSplits(ctx context.Context, r *message.GetSplitsRequest) ([]federation.SplitSpec, *string, error) {
	if r.Constraints != nil && len(r.Constraints.Passthrough) > 0 {
		return []federation.SplitSpec{{}}, nil, nil
	}
	table, err := c.names.table(ctx, r.TableName)
	switch message.CodeOf(err) {
	case federation.EntityNotFound, federation.AccessDenied:
		return []federation.SplitSpec{{}}, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	return []federation.SplitSpec{{Properties: map[string]string{splitDatabase: table.Schema, splitTable: table.Table}}}, nil, nil
}

// tableOf is the real name of a split's table, the requested name if the split has none.
func tableOf(r *message.ReadRecordsRequest) message.TableName {
	t := r.TableName
	if database, ok := r.Split.Properties[splitDatabase]; ok {
		t.Schema = database
	}
	if table, ok := r.Split.Properties[splitTable]; ok {
		t.Table = table
	}
	return t
}
