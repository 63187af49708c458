package timestream

import (
	"context"
	"fmt"

	"athena-timestream/federation"
	"athena-timestream/federation/message"
	"athena-timestream/timestream/internal/sqlgen"
	"athena-timestream/timestream/internal/tstype"
)

// ListSchemas names the databases, in lower case.
func (c *Connector) ListSchemas(ctx context.Context, _ *message.ListSchemasRequest) (*message.ListSchemasResponse, error) {
	databases, err := c.names.databases(ctx)
	if err != nil {
		return nil, err
	}
	return &message.ListSchemasResponse{Schemas: databases}, nil
}

// ListTables names the tables of a database, in lower case and sorted, a page at a time if Athena asks for pages. The
// schema comes back as it was asked for. Later pages are cut from the list that the first one fetched. Where a policy
// denies the list of databases, the name is taken as it is.
func (c *Connector) ListTables(ctx context.Context, r *message.ListTablesRequest) (*message.ListTablesResponse, error) {
	database, err := c.names.database(ctx, r.SchemaName)
	if message.CodeOf(err) == federation.AccessDenied {
		database, err = r.SchemaName, nil
	}
	if err != nil {
		return nil, err
	}
	tables, err := c.names.tables(ctx, database, r.NextToken == nil)
	if err != nil {
		return nil, err
	}
	all := make([]message.TableName, len(tables))
	for i, t := range tables {
		all[i] = message.TableName{Schema: r.SchemaName, Table: t}
	}
	return federation.PageTables(r, all)
}

// GetTable takes a table's columns from Glue, if Glue has them, else from DESCRIBE. The table keeps the name it was asked
// for, which is the one that lists show.
func (c *Connector) GetTable(ctx context.Context, r *message.GetTableRequest) (*message.GetTableResponse, error) {
	if c.glue != nil {
		response, err := c.glueTable(ctx, r)
		if message.CodeOf(err) != federation.EntityNotFound {
			return response, err
		}
		c.logger.DebugContext(ctx, "table is not in Glue", keyTable, r.TableName.Schema+"."+r.TableName.Table)
	}
	table, columns, err := c.findAndDescribe(ctx, r.TableName)
	if err != nil {
		return nil, err
	}
	if c.NanosecondColumns {
		columns = withNanos(columns)
	}
	schema, err := columnSchema(columns, nil)
	if err != nil {
		return nil, fmt.Errorf("table %s.%s: %w", table.Schema, table.Table, err)
	}
	return &message.GetTableResponse{TableName: r.TableName, Schema: schema}, nil
}

// findAndDescribe describes the table of that very name or, if the service does not know it, of the only name that
// differs in nothing but case.
func (c *Connector) findAndDescribe(ctx context.Context, asked message.TableName) (message.TableName, []column, error) {
	first := c.names.likely(asked)
	columns, err := c.describe(ctx, first)
	if err == nil {
		c.names.known.keep(asked, first)
		return first, columns, nil
	}
	if !notThere(err) {
		return first, nil, err
	}
	c.names.known.forget(asked)
	real, lookup := c.names.table(ctx, asked)
	switch {
	case message.CodeOf(lookup) == federation.AccessDenied: // lists are denied too: the first answer says more
		return first, nil, err
	case lookup != nil:
		return first, nil, lookup
	case real == first:
		return first, nil, err
	}
	columns, err = c.describe(ctx, real)
	return real, columns, err
}

// describe asks for the columns of a table given by its real name. A type that is new to this package is shown as text.
// A table that was never written has at least the columns that its first record will bring.
func (c *Connector) describe(ctx context.Context, t message.TableName) ([]column, error) {
	sql := "DESCRIBE " + sqlgen.Identifier(t.Schema).String() + "." + sqlgen.Identifier(t.Table).String()
	answer, err := c.statements.texts(ctx, sql, "Column", "Type")
	if err != nil {
		return nil, fmt.Errorf("describe %s.%s: %w", t.Schema, t.Table, err)
	}
	if len(answer[0]) == 0 {
		return []column{typed("measure_name", tstype.Type{Kind: tstype.Varchar}), typed("time", tstype.Type{Kind: tstype.Timestamp})}, nil
	}
	columns := make([]column, len(answer[0]))
	for i, name := range answer[0] {
		typ, ok := tstype.Parse(answer[1][i])
		if !ok {
			c.logger.WarnContext(ctx, "column has an unknown type and is shown as text",
				keyTable, t.Schema+"."+t.Table, keyColumn, name, keyType, answer[1][i])
		}
		columns[i] = typed(name, typ)
		columns[i].shown = columns[i].shown || !ok
	}
	return columns, nil
}
