package gluemeta

import (
	"context"
	"errors"
	"net"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/glue"
	"github.com/aws/aws-sdk-go-v2/service/glue/types"
	"github.com/aws/smithy-go"

	"athena-timestream/federation"
	"athena-timestream/federation/message"
)

// ConnectTimeout is short because Glue is often not reachable from a VPC, and
// every GetTable would wait for it. The Java SDK has the same.
const ConnectTimeout = 250 * time.Millisecond

// maxPage is the most tables GetTables returns at once.
const maxPage = 100

// Client is the calls that are made; *glue.Client has them.
type Client interface {
	GetDatabases(context.Context, *glue.GetDatabasesInput, ...func(*glue.Options)) (*glue.GetDatabasesOutput, error)
	GetTables(context.Context, *glue.GetTablesInput, ...func(*glue.Options)) (*glue.GetTablesOutput, error)
	GetTable(context.Context, *glue.GetTableInput, ...func(*glue.Options)) (*glue.GetTableOutput, error)
}

// NewClient is a Glue client that gives up connecting after 250 ms.
func NewClient(cfg aws.Config) *glue.Client {
	return glue.NewFromConfig(cfg, func(o *glue.Options) {
		if o.HTTPClient == nil {
			o.HTTPClient = awshttp.NewBuildableClient()
		}
		if b, ok := o.HTTPClient.(*awshttp.BuildableClient); ok {
			o.HTTPClient = b.WithDialerOptions(func(d *net.Dialer) { d.Timeout = ConnectTimeout })
		}
	})
}

// Catalog reads one Glue catalog. The fields must not change after the first
// call; then it is safe for concurrent use.
type Catalog struct {
	Client    Client
	ID        string                    // catalog id; empty: see CatalogID
	Databases func(types.Database) bool // which databases count; nil: all
	Tables    func(types.Table) bool    // which tables count; nil: all
}

var functionARN = regexp.MustCompile(`^arn:aws[a-z-]*:lambda:[^:]+:(\d{12}):function:[^:]+$`)

// CatalogID is the catalog to read: option if set, else the account in the
// function's ARN (federation.FunctionARN; not if a version or an alias follows
// the name), else the caller's account. nil leaves it to Glue.
func CatalogID(ctx context.Context, option string, caller *message.Identity) *string {
	if option != "" {
		return &option
	}
	if m := functionARN.FindStringSubmatch(federation.FunctionARN(ctx)); m != nil {
		return &m[1]
	}
	if caller != nil && caller.Account != "" {
		return &caller.Account
	}
	return nil
}

// ListSchemas names the databases that count.
func (c *Catalog) ListSchemas(ctx context.Context, r *message.ListSchemasRequest) (*message.ListSchemasResponse, error) {
	response := &message.ListSchemasResponse{CatalogName: r.CatalogName}
	in := &glue.GetDatabasesInput{CatalogId: CatalogID(ctx, c.ID, r.Identity)}
	for {
		out, err := c.Client.GetDatabases(ctx, in)
		if err != nil {
			return nil, glueError(err, "list Glue databases")
		}
		for _, d := range out.DatabaseList {
			if c.Databases == nil || c.Databases(d) {
				response.Schemas = append(response.Schemas, aws.ToString(d.Name))
			}
		}
		if in.NextToken = token(out.NextToken); in.NextToken == nil {
			return response, nil
		}
	}
}

// ListTables names the tables that count, at most PageSize of them, with Glue's
// own token for the rest.
func (c *Catalog) ListTables(ctx context.Context, r *message.ListTablesRequest) (*message.ListTablesResponse, error) {
	if r.PageSize < -1 || r.PageSize == 0 {
		return nil, federation.Errorf(federation.InvalidInput, "page size %d: use a positive number, or -1 for all tables", r.PageSize)
	}
	response := &message.ListTablesResponse{CatalogName: r.CatalogName, NextToken: token(r.NextToken)}
	in := &glue.GetTablesInput{CatalogId: CatalogID(ctx, c.ID, r.Identity), DatabaseName: &r.SchemaName}
	for left := r.PageSize; left != 0; {
		in.NextToken, in.MaxResults = response.NextToken, aws.Int32(int32(pageSize(left)))
		out, err := c.Client.GetTables(ctx, in)
		if err != nil {
			return nil, glueError(err, "list the tables of Glue database %s", r.SchemaName)
		}
		for _, t := range out.TableList {
			if c.Tables == nil || c.Tables(t) {
				response.Tables = append(response.Tables, message.TableName{Schema: r.SchemaName, Table: aws.ToString(t.Name)})
			}
		}
		if response.NextToken = token(out.NextToken); response.NextToken == nil {
			break
		}
		if left > 0 {
			left = max(0, r.PageSize-len(response.Tables))
		}
	}
	return response, nil
}

func pageSize(left int) int {
	if left < 0 {
		return maxPage
	}
	return min(left, maxPage)
}

// GetTable returns a table's columns. No such table, or one that does not
// count, is EntityNotFound.
func (c *Catalog) GetTable(ctx context.Context, r *message.GetTableRequest) (*message.GetTableResponse, error) {
	out, err := c.Client.GetTable(ctx, &glue.GetTableInput{
		CatalogId: CatalogID(ctx, c.ID, r.Identity), DatabaseName: &r.TableName.Schema, Name: &r.TableName.Table,
	})
	if err != nil {
		return nil, glueError(err, "look up %s.%s in Glue", r.TableName.Schema, r.TableName.Table)
	}
	if out.Table == nil || c.Tables != nil && !c.Tables(*out.Table) {
		return nil, federation.Errorf(federation.EntityNotFound, "no matching table found in Glue for %s.%s", r.TableName.Schema, r.TableName.Table)
	}
	schema, partitionColumns, err := Schema(out.Table)
	if err != nil {
		return nil, federation.Errorf(federation.InvalidInput, "table %s.%s in Glue: %w", r.TableName.Schema, r.TableName.Table, err)
	}
	return &message.GetTableResponse{CatalogName: r.CatalogName, TableName: r.TableName, Schema: schema, PartitionColumns: partitionColumns}, nil
}

// token makes "no more" of an empty token, which some AWS services send.
func token(t *string) *string {
	if aws.ToString(t) == "" {
		return nil
	}
	return t
}

// glueError gives Glue's errors their codes.
func glueError(err error, doing string, args ...any) error {
	return federation.Errorf(codeOf(err), doing+": %w", append(args, err)...)
}

func codeOf(err error) federation.Code {
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		switch code := api.ErrorCode(); {
		case code == "EntityNotFoundException":
			return federation.EntityNotFound
		case strings.HasPrefix(code, "AccessDenied"):
			return federation.AccessDenied
		case strings.HasPrefix(code, "Throttling"):
			return federation.Throttling
		case code == "OperationTimeoutException":
			return federation.OperationTimeout
		}
	}
	if status, ok := errors.AsType[*awshttp.ResponseError](err); ok && status.HTTPStatusCode() != http.StatusOK {
		return federation.CodeOfStatus(status.HTTPStatusCode())
	}
	return federation.InternalService
}
