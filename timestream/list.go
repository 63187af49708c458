package timestream

import (
	"context"
	"log/slog"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite"

	"athena-timestream/federation"
	"athena-timestream/federation/message"
	"athena-timestream/timestream/internal/sqlgen"
)

// lister lists real names. SHOW is asked first: it costs nothing, its pages are as large as any, and it needs only the
// Query endpoint, while the Write API lists 20 tables a call at 5 calls a second for the whole account. Where a policy
// denies SHOW, the Write API is asked.
type lister struct {
	statements
	write  WriteAPI
	logger *slog.Logger
}

func (l lister) databases(ctx context.Context) ([]string, error) {
	names, err := l.show(ctx, "SHOW DATABASES", "Database")
	if message.CodeOf(err) != federation.AccessDenied || l.write == nil {
		return names, wrap(err, "list databases")
	}
	l.logger.DebugContext(ctx, "SHOW DATABASES is denied, asking ListDatabases", keyError, err.Error())
	names = nil
	in := &timestreamwrite.ListDatabasesInput{MaxResults: aws.Int32(maxResults)}
	for {
		out, err := l.write.ListDatabases(ctx, in)
		if err != nil {
			return nil, serviceError(err, "list databases")
		}
		for _, d := range out.Databases {
			names = append(names, aws.ToString(d.DatabaseName))
		}
		if in.NextToken = out.NextToken; aws.ToString(in.NextToken) == "" {
			return names, nil
		}
	}
}

func (l lister) tables(ctx context.Context, database string) ([]string, error) {
	names, err := l.show(ctx, "SHOW TABLES FROM "+sqlgen.Identifier(database).String(), "Table")
	if message.CodeOf(err) != federation.AccessDenied || l.write == nil {
		return names, wrap(err, "list the tables of "+database)
	}
	l.logger.DebugContext(ctx, "SHOW TABLES is denied, asking ListTables", keyError, err.Error())
	names = nil
	in := &timestreamwrite.ListTablesInput{DatabaseName: &database, MaxResults: aws.Int32(maxResults)}
	for {
		out, err := l.write.ListTables(ctx, in)
		if err != nil {
			return nil, serviceError(err, "list the tables of %s", database)
		}
		for _, t := range out.Tables {
			names = append(names, aws.ToString(t.TableName))
		}
		if in.NextToken = out.NextToken; aws.ToString(in.NextToken) == "" {
			return names, nil
		}
	}
}

// maxResults is the most that the Write API's list calls return at once.
const maxResults = 20

func (l lister) show(ctx context.Context, sql, column string) ([]string, error) {
	columns, err := l.texts(ctx, sql, column)
	if err != nil {
		return nil, err
	}
	return columns[0], nil
}
