package timestream

import (
	"context"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite"
)

// renewing is a client of an API whose endpoint is discovered. The SDK believes in a discovered endpoint for as long as
// the service said, mostly a day, even when it has died; only a new client asks for a new one.
type renewing[C any] struct {
	fresh   func() *C
	current atomic.Pointer[C]
	fixed   bool // the endpoint is configured, not discovered
}

// call makes a call, and makes it once more with a new endpoint if the old one is none any more.
func call[C, O any](ctx context.Context, r *renewing[C], do func(*C) (O, error)) (O, error) {
	client := r.current.Load()
	out, err := do(client)
	if r.fixed || err == nil || ctx.Err() != nil || !endpointDied(err) {
		return out, err
	}
	r.current.CompareAndSwap(client, r.fresh()) // or another call has been faster
	return do(r.current.Load())
}

// queryClient is the Query API with its retries.
type queryClient struct {
	renewing[timestreamquery.Client]
	retries *retryer
}

var _ QueryAPI = (*queryClient)(nil)

func newQueryClient(cfg aws.Config, retries *retryer) *queryClient {
	c := &queryClient{retries: retries}
	c.fresh = func() *timestreamquery.Client {
		return timestreamquery.NewFromConfig(cfg, func(o *timestreamquery.Options) {
			o.Retryer, o.RetryMaxAttempts = retries, 0
			if o.BaseEndpoint != nil {
				o.EndpointDiscovery.EnableEndpointDiscovery = aws.EndpointDiscoveryDisabled
			}
		})
	}
	first := c.fresh()
	c.current.Store(first)
	c.fixed = first.Options().EndpointDiscovery.EnableEndpointDiscovery == aws.EndpointDiscoveryDisabled
	return c
}

type queryOption = func(*timestreamquery.Options)

func (c *queryClient) within(ctx context.Context, options []queryOption) []queryOption {
	return append([]queryOption{func(o *timestreamquery.Options) { o.Retryer = c.retries.within(ctx) }}, options...)
}

// Query runs a statement or asks for a further page.
func (c *queryClient) Query(ctx context.Context, in *timestreamquery.QueryInput, options ...queryOption) (*timestreamquery.QueryOutput, error) {
	return call(ctx, &c.renewing, func(client *timestreamquery.Client) (*timestreamquery.QueryOutput, error) {
		return client.Query(ctx, in, c.within(ctx, options)...)
	})
}

// PrepareQuery checks a statement.
func (c *queryClient) PrepareQuery(ctx context.Context, in *timestreamquery.PrepareQueryInput, options ...queryOption) (*timestreamquery.PrepareQueryOutput, error) {
	return call(ctx, &c.renewing, func(client *timestreamquery.Client) (*timestreamquery.PrepareQueryOutput, error) {
		return client.PrepareQuery(ctx, in, c.within(ctx, options)...)
	})
}

// CancelQuery ends a query.
func (c *queryClient) CancelQuery(ctx context.Context, in *timestreamquery.CancelQueryInput, options ...queryOption) (*timestreamquery.CancelQueryOutput, error) {
	return call(ctx, &c.renewing, func(client *timestreamquery.Client) (*timestreamquery.CancelQueryOutput, error) {
		return client.CancelQuery(ctx, in, c.within(ctx, options)...)
	})
}

// DescribeAccountSettings tells the account's limits.
func (c *queryClient) DescribeAccountSettings(ctx context.Context, in *timestreamquery.DescribeAccountSettingsInput, options ...queryOption) (*timestreamquery.DescribeAccountSettingsOutput, error) {
	return call(ctx, &c.renewing, func(client *timestreamquery.Client) (*timestreamquery.DescribeAccountSettingsOutput, error) {
		return client.DescribeAccountSettings(ctx, in, c.within(ctx, options)...)
	})
}

// writeClient is the Write API with its retries.
type writeClient struct {
	renewing[timestreamwrite.Client]
	retries *retryer
}

var _ WriteAPI = (*writeClient)(nil)

func newWriteClient(cfg aws.Config, retries *retryer) *writeClient {
	c := &writeClient{retries: retries}
	c.fresh = func() *timestreamwrite.Client {
		return timestreamwrite.NewFromConfig(cfg, func(o *timestreamwrite.Options) {
			o.Retryer, o.RetryMaxAttempts = retries, 0
			if o.BaseEndpoint != nil {
				o.EndpointDiscovery.EnableEndpointDiscovery = aws.EndpointDiscoveryDisabled
			}
		})
	}
	first := c.fresh()
	c.current.Store(first)
	c.fixed = first.Options().EndpointDiscovery.EnableEndpointDiscovery == aws.EndpointDiscoveryDisabled
	return c
}

type writeOption = func(*timestreamwrite.Options)

func (c *writeClient) within(ctx context.Context, options []writeOption) []writeOption {
	return append([]writeOption{func(o *timestreamwrite.Options) { o.Retryer = c.retries.within(ctx) }}, options...)
}

// ListDatabases lists databases.
func (c *writeClient) ListDatabases(ctx context.Context, in *timestreamwrite.ListDatabasesInput, options ...writeOption) (*timestreamwrite.ListDatabasesOutput, error) {
	return call(ctx, &c.renewing, func(client *timestreamwrite.Client) (*timestreamwrite.ListDatabasesOutput, error) {
		return client.ListDatabases(ctx, in, c.within(ctx, options)...)
	})
}

// ListTables lists the tables of a database.
func (c *writeClient) ListTables(ctx context.Context, in *timestreamwrite.ListTablesInput, options ...writeOption) (*timestreamwrite.ListTablesOutput, error) {
	return call(ctx, &c.renewing, func(client *timestreamwrite.Client) (*timestreamwrite.ListTablesOutput, error) {
		return client.ListTables(ctx, in, c.within(ctx, options)...)
	})
}

// DescribeTable tells a table's retention and partition key.
func (c *writeClient) DescribeTable(ctx context.Context, in *timestreamwrite.DescribeTableInput, options ...writeOption) (*timestreamwrite.DescribeTableOutput, error) {
	return call(ctx, &c.renewing, func(client *timestreamwrite.Client) (*timestreamwrite.DescribeTableOutput, error) {
		return client.DescribeTable(ctx, in, c.within(ctx, options)...)
	})
}
