package federationtest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"athena-timestream/federation"
	"athena-timestream/federation/client"
	"athena-timestream/federation/message"
)

func checkPing(ctx context.Context, s *session) error {
	p, err := s.client().Ping(ctx)
	if err != nil {
		return err
	}
	if p.CatalogName != catalog || p.QueryID != queryID {
		return fmt.Errorf("answered for catalog %q and query %q, asked for %q and %q", p.CatalogName, p.QueryID, catalog, queryID)
	}
	return nil
}

func checkCapabilities(ctx context.Context, s *session) error {
	all, err := s.client().Capabilities(ctx)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, c := range all {
		if seen[c.Name] || c.Name == "" {
			return fmt.Errorf("capability %q is declared twice or has no name", c.Name)
		}
		seen[c.Name] = true
	}
	return nil
}

// checkListing: every table can be found by listing.
func checkListing(ctx context.Context, s *session) error {
	c := s.client()
	schemas, err := c.ListSchemas(ctx)
	if err != nil {
		return err
	}
	return s.each(func(t *table) error {
		if !slices.Contains(schemas, t.TableName.Schema) {
			return fmt.Errorf("its schema is not among %q", schemas)
		}
		tables, err := c.ListTables(ctx, t.TableName.Schema)
		if err != nil {
			return err
		}
		if !slices.Contains(tables, t.TableName) {
			return fmt.Errorf("it is not among the %d tables of its schema", len(tables))
		}
		return nil
	})
}

// checkPaging: whatever the page size, all tables come, each once.
func checkPaging(ctx context.Context, s *session) error {
	schemas, err := s.client().ListSchemas(ctx)
	if err != nil {
		return err
	}
	for _, schema := range schemas {
		all, next, err := s.client().ListTablesPage(ctx, schema, nil, -1)
		if err != nil {
			return err
		}
		if next != nil {
			return fmt.Errorf("schema %s: page size -1 asks for all tables, the answer has a token for more", schema)
		}
		for _, size := range []int{1, 2, 1000} {
			paged, err := pages(ctx, s.client(), schema, size, len(all))
			if err != nil {
				return fmt.Errorf("schema %s in pages of %d: %w", schema, size, err)
			}
			if !equalSets(paged, all) {
				return fmt.Errorf("schema %s in pages of %d has tables %v, at once %v", schema, size, paged, all)
			}
		}
	}
	return nil
}

func pages(ctx context.Context, c *client.Client, schema string, size, most int) ([]message.TableName, error) {
	var all []message.TableName
	var token *string
	for n := 0; ; n++ {
		page, next, err := c.ListTablesPage(ctx, schema, token, size)
		if err != nil {
			return nil, err
		}
		all = append(all, page...)
		if next == nil {
			return all, nil
		}
		if n > 2*most+10 {
			return nil, fmt.Errorf("after %d pages there is still a token", n)
		}
		token = next
	}
}

func equalSets(a, b []message.TableName) bool {
	order := func(x, y message.TableName) int { return strings.Compare(x.String(), y.String()) }
	return slices.Equal(slices.SortedFunc(slices.Values(a), order), slices.SortedFunc(slices.Values(b), order))
}

func checkSchemas(_ context.Context, s *session) error {
	return s.each(func(t *table) error {
		if t.Schema.NumFields() == 0 {
			return errors.New("it has no columns")
		}
		for _, f := range t.Schema.Fields() {
			if n := len(t.Schema.FieldIndices(f.Name)); n != 1 || f.Name == "" {
				return fmt.Errorf("column %q occurs %d times", f.Name, n)
			}
		}
		for _, p := range t.PartitionColumns {
			if !t.Schema.HasField(p) {
				return fmt.Errorf("partition column %q is not a column", p)
			}
		}
		return federation.CheckSchema(t.Schema)
	})
}

// checkLayout: partition rows have the partition columns; splits do not share
// spill locations or keys.
func checkLayout(ctx context.Context, s *session) error {
	return s.each(func(t *table) error {
		c := s.client()
		layout, err := c.GetTableLayout(ctx, t.GetTableResponse, nil)
		if err != nil {
			return err
		}
		if layout.NumRows() == 0 && len(t.rows) > 0 {
			return errors.New("the layout has no partition, so nothing would be read")
		}
		for _, p := range t.PartitionColumns {
			if !layout.Schema.HasField(p) {
				return fmt.Errorf("the layout lacks partition column %q", p)
			}
		}
		splits, err := c.GetSplits(ctx, t.GetTableResponse, layout, nil)
		if err != nil {
			return err
		}
		return distinctSplits(splits)
	})
}

func distinctSplits(splits []message.Split) error {
	locations, keys := map[message.SpillLocation]bool{}, map[string]bool{}
	for _, split := range splits {
		if l := split.SpillLocation; l != nil {
			if !l.Directory || locations[*l] {
				return fmt.Errorf("spill location %s is no directory, or belongs to two splits", l.Key)
			}
			locations[*l] = true
		}
		if k := split.EncryptionKey; k != nil {
			id := string(k.Key) + string(k.Nonce)
			if keys[id] {
				return errors.New("two splits share key and nonce: AES-GCM is broken then")
			}
			keys[id] = true
		}
	}
	return nil
}

// checkUnknownNames: what is not there is an error with a text, not rows and not
// a panic.
func checkUnknownNames(ctx context.Context, s *session) error {
	known := s.tables[0].TableName
	for _, name := range []message.TableName{
		{Schema: known.Schema, Table: "no_such_table_ä"}, {Schema: "no_such_schema", Table: known.Table}, {Schema: "no_such_schema", Table: `"; --`},
	} {
		_, err := s.client().GetTable(ctx, name, nil)
		if err := properError(err); err != nil {
			return fmt.Errorf("get table %s: %w", name, err)
		}
	}
	tables, err := s.client().ListTables(ctx, "no_such_schema")
	if err == nil && len(tables) > 0 {
		return fmt.Errorf("a schema that is not there has tables: %v", tables)
	}
	if err != nil {
		return properError(err)
	}
	return nil
}

// properError demands a failure that the connector meant.
func properError(err error) error {
	failure, ok := errors.AsType[*client.Error](err)
	switch {
	case err == nil:
		return errors.New("there is no error")
	case !ok:
		return fmt.Errorf("the connector did not answer: %w", err)
	case failure.Class == "" || failure.Message == "":
		return fmt.Errorf("the error has no class (%q) or no text (%q)", failure.Class, failure.Message)
	case strings.HasPrefix(failure.Message, "panic in "):
		return fmt.Errorf("the connector panicked: %s", failure.Message)
	}
	return nil
}

// checkMalformed: bytes that are no request are an error.
func checkMalformed(ctx context.Context, s *session) error {
	for _, payload := range []string{
		"", "null", "hello", "{}", `{"@type":"NopeRequest"}`, `{"@type":"PingRequest","identity":null}`, `{"@type":"PingResponse"}`, `[`,
	} {
		if answer, err := s.invoker.Invoke(ctx, []byte(payload)); err == nil {
			return fmt.Errorf("%q was answered: %s", payload, answer)
		}
	}
	return nil
}
