package client

import (
	"context"

	"athena-timestream/federation/block"
	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
)

// PageSize is how many tables ListTables asks for at a time.
const PageSize = 1000

// Ping asks what the connector is, and settles the version of all later
// requests: the lower of the connector's and ours. A connector that states none
// speaks version 1, which nothing here can: that is an error.
func (c *Client) Ping(ctx context.Context) (*message.PingResponse, error) {
	response, err := ask[*message.PingResponse](ctx, c, &message.PingRequest{Header: c.head()})
	if err != nil {
		return nil, err
	}
	version := min(message.Version(response.SerDeVersion), c.maxVersion())
	if !version.Valid() {
		return nil, message.Errorf(message.InvalidResponse, "the connector speaks serde version %d, the oldest understood here is %d", response.SerDeVersion, message.Oldest)
	}
	c.version.Store(int32(version))
	return response, nil
}

// Capabilities asks what the connector can push down. Connectors before version
// 4 cannot be asked and have none.
func (c *Client) Capabilities(ctx context.Context) ([]message.Capability, error) {
	if !c.Version().HasCapabilities() {
		return nil, nil
	}
	response, err := ask[*message.GetDataSourceCapabilitiesResponse](ctx, c, &message.GetDataSourceCapabilitiesRequest{Header: c.head()})
	if err != nil {
		return nil, err
	}
	return response.Capabilities, nil
}

// ListSchemas returns all schema names in the connector's order.
func (c *Client) ListSchemas(ctx context.Context) ([]string, error) {
	response, err := ask[*message.ListSchemasResponse](ctx, c, &message.ListSchemasRequest{Header: c.head()})
	if err != nil {
		return nil, err
	}
	return response.Schemas, nil
}

// ListTables returns all tables of a schema, page by page.
func (c *Client) ListTables(ctx context.Context, schema string) ([]message.TableName, error) {
	var tables []message.TableName
	err := follow(func(token *string) (*string, error) {
		page, next, err := c.ListTablesPage(ctx, schema, token, PageSize)
		tables = append(tables, page...)
		return next, err
	})
	if err != nil {
		return nil, err
	}
	return tables, nil
}

// ListTablesPage returns one page and the token of the next, nil at the end.
// A pageSize of -1 asks for all tables.
func (c *Client) ListTablesPage(ctx context.Context, schema string, token *string, pageSize int) ([]message.TableName, *string, error) {
	response, err := ask[*message.ListTablesResponse](ctx, c, &message.ListTablesRequest{Header: c.head(), SchemaName: schema, NextToken: token, PageSize: pageSize})
	if err != nil {
		return nil, nil, err
	}
	return response.Tables, response.NextToken, nil
}

// GetTable returns a table's columns; with passthrough arguments, those of the
// query in them, which needs version 5.
func (c *Client) GetTable(ctx context.Context, table message.TableName, passthrough map[string]string) (*message.GetTableResponse, error) {
	return ask[*message.GetTableResponse](ctx, c, &message.GetTableRequest{Header: c.head(), TableName: table, Passthrough: passthrough})
}

// GetTableLayout returns one row a partition.
func (c *Client) GetTableLayout(ctx context.Context, table *message.GetTableResponse, where *predicate.Constraints) (*block.Block, error) {
	response, err := ask[*message.GetTableLayoutResponse](ctx, c, &message.GetTableLayoutRequest{
		Header: c.head(), TableName: table.TableName, Constraints: orNone(where), Schema: table.Schema, PartitionColumns: table.PartitionColumns,
	})
	if err != nil {
		return nil, err
	}
	return response.Partitions, nil
}

// GetSplits returns all splits of the partitions. No partition, no request.
func (c *Client) GetSplits(ctx context.Context, table *message.GetTableResponse, layout *block.Block, where *predicate.Constraints) ([]message.Split, error) {
	if layout.NumRows() == 0 {
		return nil, nil
	}
	var splits []message.Split
	err := follow(func(token *string) (*string, error) {
		response, err := ask[*message.GetSplitsResponse](ctx, c, &message.GetSplitsRequest{
			Header: c.head(), TableName: table.TableName, Partitions: layout, PartitionColumns: table.PartitionColumns,
			Constraints: orNone(where), ContinuationToken: token,
		})
		if err != nil {
			return nil, err
		}
		splits = append(splits, response.Splits...)
		return response.ContinuationToken, nil
	})
	if err != nil {
		return nil, err
	}
	return splits, nil
}

// follow calls next with each token until there is none. A token that comes
// back unchanged would go on for ever and is an error.
func follow(next func(token *string) (*string, error)) error {
	var token *string
	for {
		following, err := next(token)
		if err != nil || following == nil {
			return err
		}
		if token != nil && *token == *following {
			return message.Errorf(message.InvalidResponse, "the connector answered with the token it was sent: %q", *token)
		}
		token = following
	}
}

func orNone(c *predicate.Constraints) *predicate.Constraints {
	if c == nil {
		return predicate.Unconstrained()
	}
	return c
}
