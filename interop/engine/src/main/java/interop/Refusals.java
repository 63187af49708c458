package interop;

import com.amazonaws.athena.connector.lambda.domain.TableName;

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
    }

    private void passthrough(int version, String sql, String named)
    {
        refused(version, "passthrough of " + sql, named, a -> a.table(TABLE, Map.of("schemaFunctionName", "SYSTEM.QUERY", "QUERY", sql)));
    }

    interface Conversation
    {
        void hold(Athena a);
    }

    private void refused(int version, String what, String named, Conversation c)
    {
        refused(athena, report, version, what, named, c);
    }

    /** The conversation has to end in the connector's own error, which names something. */
    static void refused(IntFunction<Athena> athena, Report report, int version, String what, String named, Conversation c)
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
}
