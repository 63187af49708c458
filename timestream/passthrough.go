package timestream

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery/types"

	"athena-timestream/federation"
	"athena-timestream/federation/message"
	"athena-timestream/federation/redact"
	"athena-timestream/timestream/internal/sqlgen"
	"athena-timestream/timestream/internal/tstype"
)

// queryArgument is the passthrough function's only argument.
const queryArgument = "QUERY"

// Passthrough is the function system.query(QUERY => '…').
func (*Connector) Passthrough() federation.PassthroughSignature {
	return federation.PassthroughSignature{Schema: "system", Name: "query", Arguments: []string{queryArgument}}
}

// passthroughQuery checks the text of a passthrough query: one statement that reads. Which words stand inside it does
// not matter, the service itself knows no statement that changes data.
func passthroughQuery(arguments map[string]string) (sqlgen.Statement, error) {
	st, err := sqlgen.Parse(arguments[queryArgument])
	if err != nil {
		return st, federation.Errorf(federation.InvalidInput, "passthrough query: %w", err)
	}
	if !st.ReadOnly() {
		return st, federation.Errorf(federation.InvalidInput, "passthrough query: a statement begins with SELECT, WITH, SHOW or DESCRIBE, not with %s", redact.Data(st.Keyword))
	}
	return st, wrap(checkLength(st.SQL, "shorten it, for example with conditions in Athena instead"), "passthrough query")
}

// PassthroughSchema finds the columns of a passthrough query. PrepareQuery tells them without running the query; where
// it is denied or refuses the kind of statement, the query is run for its first row. Within one query of Athena a text is
// asked about once.
func (c *Connector) PassthroughSchema(ctx context.Context, r *message.GetTableRequest) (*message.GetTableResponse, error) {
	st, err := passthroughQuery(r.Passthrough)
	if err != nil {
		return nil, err
	}
	columns, err := c.prepared.columns("query "+r.QueryID, st.SQL, func() ([]column, error) { return c.columnsOf(ctx, st) })
	if err != nil {
		return nil, fmt.Errorf("columns of the passthrough query: %w", err)
	}
	schema, err := columnSchema(columns, nil)
	if err != nil {
		return nil, fmt.Errorf("columns of the passthrough query: %w", err)
	}
	return &message.GetTableResponse{TableName: r.TableName, Schema: schema}, nil
}

func (c *Connector) columnsOf(ctx context.Context, st sqlgen.Statement) ([]column, error) {
	if !st.ReturnsRows() { // metadata statements cost nothing to run
		return c.statements.firstColumns(ctx, &timestreamquery.QueryInput{QueryString: &st.SQL})
	}
	columns, err := c.statements.prepare(ctx, st)
	if message.CodeOf(err) != federation.AccessDenied {
		return columns, err
	}
	c.logger.DebugContext(ctx, "PrepareQuery is denied, running the query for its columns", keyError, err.Error())
	return c.statements.firstColumns(ctx, &timestreamquery.QueryInput{QueryString: &st.SQL, MaxRows: aws.Int32(1)})
}

// prepare asks for the columns of a query without running it.
func (s statements) prepare(ctx context.Context, st sqlgen.Statement) ([]column, error) {
	out, err := s.api.PrepareQuery(ctx, &timestreamquery.PrepareQueryInput{QueryString: &st.SQL, ValidateOnly: aws.Bool(true)})
	if err != nil {
		return nil, serviceError(err, "prepare the query")
	}
	columns := make([]column, len(out.Columns))
	for i, col := range out.Columns {
		if columns[i], err = s.resultColumn(ctx, i, aws.ToString(col.Name), col.Type); err != nil {
			return nil, err
		}
	}
	return columns, nil
}

// firstColumns runs a query until it tells its columns, which the first answers may not, then cancels it. It changes in.
func (s statements) firstColumns(ctx context.Context, in *timestreamquery.QueryInput) ([]column, error) {
	r := reading{statements: s}
	out, err := s.api.Query(ctx, in)
	for n := 1; err == nil && len(out.ColumnInfo) == 0 && aws.ToString(out.NextToken) != ""; n++ {
		r.queryID, in.NextToken = aws.ToString(out.QueryId), out.NextToken
		if n == maxEmptyPages {
			err = federation.Errorf(federation.InvalidResponse, "%d pages tell no columns%s", n, r.named())
			break
		}
		out, err = s.api.Query(ctx, in)
	}
	if err != nil {
		r.cancel(ctx)
		return nil, serviceError(err, "run the query for its columns")
	}
	if aws.ToString(out.NextToken) != "" {
		r.queryID = aws.ToString(out.QueryId)
		r.cancel(ctx)
	}
	if len(out.ColumnInfo) == 0 {
		return nil, federation.Errorf(federation.InvalidResponse, "run the query for its columns: the answer has none")
	}
	columns := make([]column, len(out.ColumnInfo))
	for i, col := range out.ColumnInfo {
		if columns[i], err = s.resultColumn(ctx, i, aws.ToString(col.Name), col.Type); err != nil {
			return nil, err
		}
	}
	return columns, nil
}

// resultColumn is a column of a result. One without a name has the name that the service gives such columns. A type that is
// new to this package is shown as text.
func (s statements) resultColumn(ctx context.Context, position int, name string, t *types.Type) (column, error) {
	if name == "" {
		name = fmt.Sprintf("_col%d", position)
	}
	if t == nil {
		return column{}, federation.Errorf(federation.InvalidResponse, "column %s has no type", name)
	}
	typ, err := tstype.FromColumnInfo(*t)
	if err != nil {
		return column{}, federation.Errorf(federation.InvalidResponse, "column %s: %w", name, err)
	}
	if unheard := tstype.Unheard(*t); unheard != "" {
		s.logger.WarnContext(ctx, "column has an unknown type and is shown as text", keyColumn, name, keyType, unheard)
	}
	return typed(name, typ), nil
}
