package interop;

import com.amazonaws.athena.connector.lambda.domain.TableName;
import com.amazonaws.athena.connector.lambda.domain.predicate.Constraints;
import com.amazonaws.athena.connector.lambda.domain.predicate.QueryPlan;
import com.amazonaws.athena.connector.lambda.metadata.GetTableResponse;
import io.substrait.isthmus.SqlToSubstrait;
import io.substrait.isthmus.SubstraitTypeSystem;
import io.substrait.isthmus.calcite.SubstraitSchema;
import io.substrait.plan.PlanProtoConverter;
import org.apache.calcite.config.CalciteConnectionConfig;
import org.apache.calcite.jdbc.CalciteSchema;
import org.apache.calcite.jdbc.JavaTypeFactoryImpl;
import org.apache.calcite.prepare.CalciteCatalogReader;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.schema.impl.AbstractTable;
import org.apache.calcite.sql.type.SqlTypeName;

import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** Requests that have to end in an error that Athena can show. */
final class Refusals
{
    /** What the class of an error has to be for the engine to treat it as the connector's own word. */
    private static final String CONNECTOR_EXCEPTION = "com.amazonaws.athena.connector.lambda.exceptions.AthenaConnectorException";
    private static final TableName TABLE = new TableName(Tables.DATABASE, Tables.SINGLE);

    private final IntFunction<Athena> athena;
    private final Report report;

    Refusals(IntFunction<Athena> athena, Report report)
    {
        this.athena = athena;
        this.report = report;
    }

    void run(int version)
            throws Exception
    {
        refused(version, "a missing table", "no_such_table", a -> a.table(new TableName(Tables.DATABASE, "no_such_table"), Map.of()));
        refused(version, "a missing database", "no_such_db", a -> a.table(new TableName("no_such_db", "t"), Map.of()));
        refused(version, "tables of a missing database", "no_such_db", a -> a.tables("no_such_db", -1));
        if (version >= 5) {
            passthrough(version, "DROP TABLE x", "SELECT");
            passthrough(version, "SELECT * FROM \"Interop\".\"nowhere\"", "nowhere");
            passthrough(version, "SELECT FROM", "line 1:");
            refused(version, "a passthrough without a query", "QUERY", a -> a.table(TABLE, Map.of("schemaFunctionName", "SYSTEM.QUERY")));
            refused(version, "another passthrough function", "Signature", a -> a.table(TABLE, Map.of("schemaFunctionName", "OTHER.QUERY", "QUERY", "SELECT 1")));
        }
        if (version >= 6) {
            QueryPlan plan = plan("SELECT id FROM single_measure WHERE host = 'h1'");
            Constraints c = Examination.constraints(Map.of(), plan);
            refused(version, "a Substrait plan", "Substrait", a -> {
                GetTableResponse t = a.table(TABLE, Map.of());
                a.read(t.getTableName(), t.getSchema(), c, Athena.Limits.USUAL);
            });
        }
    }

    private void passthrough(int version, String sql, String named)
    {
        refused(version, "passthrough of " + sql, named, a -> a.table(TABLE, Map.of("schemaFunctionName", "SYSTEM.QUERY", "QUERY", sql)));
    }

    private interface Conversation
    {
        void hold(Athena a);
    }

    private void refused(int version, String what, String named, Conversation c)
    {
        try (Athena a = athena.apply(version)) {
            c.hold(a);
            report.differ("version %d: %s was not refused", version, what);
        }
        catch (Lambda.FunctionError e) {
            report.check(e.type.equals(CONNECTOR_EXCEPTION), "version %d: the error for %s is a %s", version, what, e.type);
            report.check(e.text.contains(named), "version %d: the error for %s does not name %s: %s", version, what, named, e.text);
        }
    }

    private static QueryPlan plan(String sql)
            throws Exception
    {
        CalciteSchema root = CalciteSchema.createRootSchema(false);
        root.add("interop", new SubstraitSchema(Map.of(Tables.SINGLE, new AbstractTable()
        {
            @Override
            public RelDataType getRowType(RelDataTypeFactory f)
            {
                return f.builder().add("id", SqlTypeName.VARCHAR).add("host", SqlTypeName.VARCHAR).add("time", SqlTypeName.TIMESTAMP, 3).build();
            }
        })));
        CalciteCatalogReader catalog = new CalciteCatalogReader(root, List.of("interop"), new JavaTypeFactoryImpl(SubstraitTypeSystem.TYPE_SYSTEM),
                CalciteConnectionConfig.DEFAULT.set(org.apache.calcite.config.CalciteConnectionProperty.CASE_SENSITIVE, "false"));
        byte[] plan = new PlanProtoConverter().toProto(new SqlToSubstrait().convert(sql, catalog)).toByteArray();
        return new QueryPlan("0.65.0", Base64.getEncoder().encodeToString(plan));
    }
}
