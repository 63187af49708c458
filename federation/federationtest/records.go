package federationtest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"

	"athena-timestream/federation"
	"athena-timestream/federation/block"
	"athena-timestream/federation/client"
	"athena-timestream/federation/message"
	"athena-timestream/federation/predicate"
	"athena-timestream/federation/spill"
)

// checkVersions holds the whole conversation at every version.
func checkVersions(ctx context.Context, s *session) error {
	for v := message.Oldest; v <= message.Newest; v++ {
		c := s.client()
		c.MaxVersion = v
		if _, err := c.Ping(ctx); err != nil {
			return fmt.Errorf("version %d: ping: %w", v, err)
		}
		if c.Version() != v {
			return fmt.Errorf("version %d was not accepted: %d was", v, c.Version())
		}
		if err := s.each(func(t *table) error { return s.readAgain(ctx, c, t) }); err != nil {
			return fmt.Errorf("version %d: %w", v, err)
		}
	}
	return nil
}

// readAgain gets and reads a table anew and compares schema and rows.
func (s *session) readAgain(ctx context.Context, c *client.Client, t *table) error {
	response, err := c.GetTable(ctx, t.TableName, nil)
	if err != nil {
		return err
	}
	if !response.Schema.Equal(t.Schema) {
		return fmt.Errorf("the schema was %v and is now %v", t.Schema, response.Schema)
	}
	rows, err := s.read(ctx, c, t, t.Schema, nil)
	if err != nil {
		return err
	}
	return same(rows, t.rows)
}

// checkProjection reads each column by itself, and all of them backwards.
func checkProjection(ctx context.Context, s *session) error {
	return s.each(func(t *table) error {
		var backwards []int
		for i, f := range t.Schema.Fields() {
			backwards = append([]int{i}, backwards...)
			if err := s.readColumns(ctx, t, []int{i}); err != nil {
				return fmt.Errorf("column %q alone: %w", f.Name, err)
			}
		}
		if err := s.readColumns(ctx, t, backwards); err != nil {
			return fmt.Errorf("columns in reverse order: %w", err)
		}
		return nil
	})
}

func (s *session) readColumns(ctx context.Context, t *table, columns []int) error {
	rows, err := s.read(ctx, s.client(), t, subset(t.Schema, columns), nil)
	if err != nil {
		return err
	}
	return same(rows, project(t.rows, columns))
}

// subset keeps columns and metadata, as Athena sends a schema.
func subset(s *arrow.Schema, columns []int) *arrow.Schema {
	fields := make([]arrow.Field, len(columns))
	for i, from := range columns {
		fields[i] = s.Field(from)
	}
	metadata := s.Metadata()
	return arrow.NewSchema(fields, &metadata)
}

// checkSpilling reads with limits so small that blocks must be spilled: first
// all rows in one, then in several.
func checkSpilling(ctx context.Context, s *session) error {
	return s.each(func(t *table) error {
		whole, largest, err := encodedSizes(t)
		if err != nil {
			return err
		}
		for _, limits := range []spill.Limits{
			{MaxBlockSize: 2*whole + 1024, MaxInlineSize: 1},
			{MaxBlockSize: max(largest, whole/4), MaxInlineSize: 1},
		} {
			c := s.client()
			c.Limits = limits
			inline := false
			c.Trace = func(x client.Exchange) {
				if r, ok := x.Response.(*message.ReadRecordsResponse); ok && r.Records.NumRows() > 0 {
					inline = true
				}
			}
			rows, err := s.read(ctx, c, t, t.Schema, nil)
			if err != nil {
				return fmt.Errorf("blocks of at most %d bytes: %w", limits.MaxBlockSize, err)
			}
			if inline {
				return errors.New("rows came inline although the limit was 1 byte")
			}
			if err := same(rows, t.rows); err != nil {
				return fmt.Errorf("spilled in blocks of at most %d bytes: %w", limits.MaxBlockSize, err)
			}
		}
		return nil
	})
}

// encodedSizes are the size of all rows in one block, and that of the largest row
// in a block of its own.
func encodedSizes(t *table) (whole, largest int64, err error) {
	all, err := block.NewBuilder(t.Schema)
	if err != nil {
		return 0, 0, err
	}
	one, err := block.NewBuilder(t.Schema)
	if err != nil {
		return 0, 0, err
	}
	for _, r := range t.rows {
		one.Reset()
		for i, v := range r {
			if err := errors.Join(block.AppendValue(all.Column(i), v), block.AppendValue(one.Column(i), v)); err != nil {
				return 0, 0, fmt.Errorf("column %q: %w", t.Schema.Field(i).Name, err)
			}
		}
		largest = max(largest, one.EncodedSize(block.Legacy))
	}
	return all.EncodedSize(block.Legacy), max(largest, 1), nil
}

// checkLimit: a limit may cut rows only where enough are left, and never changes
// one.
func checkLimit(ctx context.Context, s *session) error {
	return s.each(func(t *table) error {
		for _, limit := range []int64{0, 1, 2, int64(len(t.rows)), int64(len(t.rows)) + 1} {
			where := predicate.Unconstrained()
			where.Limit = limit
			rows, err := s.read(ctx, s.client(), t, t.Schema, where)
			if err != nil {
				return fmt.Errorf("limit %d: %w", limit, err)
			}
			if int64(len(rows)) < min(limit, int64(len(t.rows))) {
				return fmt.Errorf("limit %d returned %d of %d rows", limit, len(rows), len(t.rows))
			}
			if extra := difference(rows, t.rows); len(extra) > 0 {
				return fmt.Errorf("limit %d returned a row that is not there: %s", limit, extra[0])
			}
		}
		return nil
	})
}

// cancelWait is how long a connector may go on after its context has ended.
const cancelWait = 5 * time.Second

// checkCancelled: after the end of its context a read ends soon, in an error or
// with all rows.
func checkCancelled(ctx context.Context, s *session) error {
	return s.each(func(t *table) error {
		c := s.client()
		layout, err := c.GetTableLayout(ctx, t.GetTableResponse, nil)
		if err != nil {
			return err
		}
		splits, err := c.GetSplits(ctx, t.GetTableResponse, layout, nil)
		if err != nil || len(splits) == 0 {
			return err
		}
		ended, cancel := context.WithCancel(ctx)
		cancel()
		start := time.Now()
		_, err = c.ReadRecords(ended, t.TableName, t.Schema, splits[0], nil, func(arrow.RecordBatch) error { return nil })
		if took := time.Since(start); took > cancelWait {
			return fmt.Errorf("the read went on for %v", took.Round(time.Second))
		}
		if failure, ok := errors.AsType[*client.Error](err); ok && strings.HasPrefix(failure.Message, "panic in ") {
			return fmt.Errorf("the connector panicked: %s", failure.Message)
		}
		return nil
	})
}

// checkPassthrough: bad arguments are refused everywhere; good ones, if given,
// return rows of the schema they announce.
func checkPassthrough(ctx context.Context, s *session) error {
	function, err := s.passthroughFunction(ctx)
	if err != nil {
		return err
	}
	for _, bad := range []map[string]string{
		{"QUERY": "select 1"},
		{federation.PassthroughFunction: "NO.SUCH", "QUERY": "select 1"},
		{federation.PassthroughFunction: function},
	} {
		_, err := s.client().GetTable(ctx, s.tables[0].TableName, bad)
		if err := properError(err); err != nil {
			return fmt.Errorf("arguments %v: %w", bad, err)
		}
	}
	if s.options.Passthrough == nil {
		return nil
	}
	if function == "" {
		return errors.New("there is a query to pass through and no function declared for it")
	}
	return s.passQuery(ctx, function)
}

// passthroughFunction is the declared function's name, "" if there is none.
func (s *session) passthroughFunction(ctx context.Context) (string, error) {
	all, err := s.client().Capabilities(ctx)
	if err != nil {
		return "", err
	}
	for _, c := range all {
		for _, e := range c.Entries {
			if e.SubType == "query_passthrough_name" {
				return c.Name, nil
			}
		}
	}
	return "", nil
}

func (s *session) passQuery(ctx context.Context, function string) error {
	arguments := map[string]string{federation.PassthroughFunction: function}
	for k, v := range s.options.Passthrough {
		arguments[k] = v
	}
	c := s.client()
	response, err := c.GetTable(ctx, message.TableName{Schema: "system", Table: "query"}, arguments)
	if err != nil {
		return fmt.Errorf("columns of the query: %w", err)
	}
	where := predicate.Unconstrained()
	where.Passthrough = arguments
	rows, err := s.read(ctx, c, &table{GetTableResponse: response}, response.Schema, where)
	if err != nil {
		return fmt.Errorf("run the query: %w", err)
	}
	if len(rows) == 0 {
		return errors.New("the query returned no rows")
	}
	return nil
}
