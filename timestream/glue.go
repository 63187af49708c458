package timestream

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/aws/aws-sdk-go-v2/service/glue/types"

	"athena-timestream/federation"
	"athena-timestream/federation/gluemeta"
	"athena-timestream/federation/message"
	"athena-timestream/federation/redact"
	"athena-timestream/timestream/internal/sqlgen"
	"athena-timestream/timestream/internal/tstype"
)

// metadataFlag is the table parameter, of any value, that says a Glue table describes Timestream; the Java connector's.
const metadataFlag = "timestream-metadata-flag"

// IsTimestreamTable says whether a Glue table is meant for this connector.
func IsTimestreamTable(t types.Table) bool {
	_, ok := t.Parameters[metadataFlag]
	return ok
}

// glueTable is the table as Glue describes it. Partition keys are ordinary columns: nothing here is partitioned.
func (c *Connector) glueTable(ctx context.Context, r *message.GetTableRequest) (*message.GetTableResponse, error) {
	found, err := c.glue.GetTable(ctx, r)
	if err != nil {
		if message.CodeOf(err) == federation.EntityNotFound {
			return nil, err
		}
		return nil, fmt.Errorf("%w (set disable_glue to true if no tables are described in Glue)", err)
	}
	columns := make([]column, found.Schema.NumFields())
	for i, f := range found.Schema.Fields() {
		columns[i] = glueColumn(ctx, c.logger, r.TableName, f)
	}
	c.matchColumns(ctx, r.TableName, viewOf(found.Schema), columns)
	metadata := found.Schema.Metadata()
	schema, err := columnSchema(columns, lowerComments(found.Schema, metadata.ToMap()))
	if err != nil {
		return nil, fmt.Errorf("table %s.%s in Glue: %w", r.TableName.Schema, r.TableName.Table, err)
	}
	return &message.GetTableResponse{TableName: found.TableName, Schema: schema}, nil
}

// lowerComments adds to the metadata the comments on columns of mapped names as Athena spells these.
func lowerComments(schema *arrow.Schema, metadata map[string]string) map[string]string {
	for _, f := range schema.Fields() {
		comment, ok := metadata[f.Name]
		lower := strings.ToLower(f.Name)
		if _, taken := metadata[lower]; ok && !taken {
			metadata[lower] = comment
		}
	}
	return metadata
}

// matchColumns gives columns the names that the service has for them, and marks those that are text in Glue only. Glue's
// names are lower-case, so it is the only way to a column with a capital letter. Where the service cannot tell, the
// columns stay as Glue has them, and the read says what is wrong; but no text is compared in the service then, which
// would take it for a timestamp beside a timestamp, and give other rows than Athena.
func (c *Connector) matchColumns(ctx context.Context, table message.TableName, view string, columns []column) {
	described, err := c.serviceColumns(ctx, table, view)
	if err != nil {
		c.logger.WarnContext(ctx, "columns are taken from Glue as they are, conditions on text are left to Athena; a view needs the permission timestream:PrepareQuery",
			keyTable, table.Schema+"."+table.Table, keyError, redact.Text(err))
		for i, col := range columns {
			columns[i].shown = col.shown || col.typ.ID() == arrow.STRING
		}
		return
	}
	list := make([]string, len(described))
	for i, d := range described {
		list[i] = d.name
	}
	for i := range columns {
		real, err := match(list, columns[i].name, "column")
		if err != nil {
			continue
		}
		columns[i].name = real
		d := described[slices.Index(list, real)]
		isText := d.typ.ID() == arrow.STRING && !d.shown
		columns[i].shown = columns[i].shown || columns[i].typ.ID() == arrow.STRING && !isText
	}
}

// serviceColumns are the columns of a table or, if there is one, of a view's query, which is not run.
func (c *Connector) serviceColumns(ctx context.Context, table message.TableName, view string) ([]column, error) {
	if view == "" {
		_, described, err := c.findAndDescribe(ctx, table)
		return described, err
	}
	st, err := sqlgen.Parse(view)
	if err != nil {
		return nil, fmt.Errorf("view text: %w", err)
	}
	return c.prepared.columns("view", st.SQL, func() ([]column, error) { return c.statements.prepare(ctx, st) })
}

// glueColumn fits a Glue column to what Timestream can return: small integers become integers, floats doubles. What
// has no counterpart becomes text, with a warning; a table is never lost for one column.
func glueColumn(ctx context.Context, logger *slog.Logger, table message.TableName, f arrow.Field) column {
	t := widen(f.Type)
	if _, err := tstype.FromArrow(t); err != nil {
		logger.WarnContext(ctx, "Glue column has a type that Timestream never returns and is shown as text",
			keyTable, table.Schema+"."+table.Table, keyColumn, f.Name, keyType, f.Type.String())
		return column{name: f.Name, typ: arrow.BinaryTypes.String, shown: true}
	}
	return column{name: f.Name, typ: t}
}

func widen(t arrow.DataType) arrow.DataType {
	switch t := t.(type) {
	case *arrow.Int8Type, *arrow.Int16Type:
		return arrow.PrimitiveTypes.Int32
	case *arrow.Float32Type:
		return arrow.PrimitiveTypes.Float64
	case *arrow.TimestampType:
		return arrow.FixedWidthTypes.Date64
	case *arrow.ListType:
		f := t.ElemField()
		f.Type = widen(f.Type)
		return arrow.ListOfField(f)
	case *arrow.StructType:
		fields := make([]arrow.Field, t.NumFields())
		for i, f := range t.Fields() {
			f.Type = widen(f.Type)
			fields[i] = f
		}
		return arrow.StructOf(fields...)
	default:
		return t
	}
}

// viewOf is the Timestream SQL of a Glue view, empty for a table.
func viewOf(schema *arrow.Schema) string {
	m := schema.Metadata()
	text, _ := m.GetValue(gluemeta.KeyViewTemplate)
	return text
}
