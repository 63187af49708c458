package timestream

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite"

	"athena-timestream/federation"
	"athena-timestream/federation/message"
	"athena-timestream/timestream/internal/sqlgen"
)

// lister lists real names. SHOW is asked first: it costs nothing, its pages are as large as any, and it needs only the
// Query endpoint, while the Write API lists 20 tables a call at 5 calls a second for the whole account. Where a policy
// denies SHOW, the Write API is asked, no faster than that.
type lister struct {
	statements
	write  WriteAPI
	pace   *pace
	logger *slog.Logger
}

// pace spaces calls out evenly.
type pace struct {
	apart time.Duration
	now   func() time.Time
	sleep func(context.Context, time.Duration) error

	mu   sync.Mutex
	next time.Time
}

// listPace is that of the Write API's lists: "Quotas" of the developer guide.
func listPace() *pace { return &pace{apart: time.Second / 5, now: time.Now, sleep: sleep} }

// wait returns when the next call is due, or with the reason why the context ended.
func (p *pace) wait(ctx context.Context) error {
	p.mu.Lock()
	now := p.now()
	if p.next.Before(now) {
		p.next = now
	}
	pause := p.next.Sub(now)
	p.next = p.next.Add(p.apart)
	p.mu.Unlock()
	return p.sleep(ctx, pause)
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
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
		if err := l.pace.wait(ctx); err != nil {
			return nil, fmt.Errorf("list databases: %w", err)
		}
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
		if err := l.pace.wait(ctx); err != nil {
			return nil, fmt.Errorf("list the tables of %s, of which %d came at 5 calls a second: %w", database, len(names), err)
		}
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
