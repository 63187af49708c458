package interop;

import com.amazonaws.athena.connector.lambda.domain.TableName;
import com.amazonaws.athena.connector.lambda.domain.predicate.Constraints;
import com.amazonaws.athena.connector.lambda.domain.predicate.QueryPlan;
import com.amazonaws.athena.connector.lambda.domain.predicate.ValueSet;
import com.amazonaws.athena.connector.lambda.metadata.GetTableResponse;
import com.amazonaws.athena.connector.lambda.request.PingResponse;
import com.amazonaws.athena.connector.lambda.security.FederatedIdentity;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Everything that is examined of the connector behind one server. */
final class Examination
{
    private static final int OLDEST = 2;
    private static final int NEWEST = 6;

    private final Mode mode;
    private final Services services;
    private final Report report;
    private final Comparison compare;
    private final Tables tables;
    private final long seed;
    /** What Timestream says of each table, which no longer changes. */
    private final Map<String, Rows> references = new HashMap<>();

    Examination(Mode mode, Services services, Report report, long seed)
    {
        this.mode = mode;
        this.services = services;
        this.report = report;
        this.compare = new Comparison(report);
        this.tables = new Tables(services);
        this.seed = seed;
    }

    void run(int combinations)
            throws Exception
    {
        step("tables written", () -> tables.load(seed));
        step("Timestream's own answers", this::storage);
        for (int v = OLDEST; v <= NEWEST; v++) {
            int version = v;
            step("version " + v + ", metadata", () -> metadata(version));
            step("version " + v + ", tables", () -> read(version));
            step("version " + v + ", errors", () -> new Refusals(this::athena, report).run(version));
        }
        step("query plans", () -> new Plans(this::athena, report).applied(known(new TableName(Tables.DATABASE.toLowerCase(), Tables.SINGLE), reference(Tables.SINGLE)), services.query));
        for (int v = 5; v <= NEWEST; v++) {
            int version = v;
            step("version " + v + ", passthrough", () -> passthrough(version));
        }
        step("constraints", () -> new ConstraintTrials(constrained(), this::athena, report, seed).run((int) (seed % 1000) * 7 + mode.ordinal() * combinations, combinations));
        if (!services.others.equals(services.url)) {
            step("a query that has ended", this::ended);
            step("a bucket that is not there", this::noBucket);
        }
        step("clients of Timestream", () -> new TimestreamClients(services.url, report).run());
    }

    private void step(String name, Report.Step s)
            throws Exception
    {
        report.step(mode.toString(), name, s);
    }

    Athena athena(int version)
    {
        return new Athena(services, mode, report, version);
    }

    /** What was written has to come back from Timestream, before anything is said of the connector. */
    private void storage()
    {
        for (String t : List.of(Tables.MULTI, Tables.SINGLE, Tables.BIG, Tables.WIDE)) {
            compare.written("Timestream's " + t, tables.written(t), reference(t));
        }
    }

    private List<KnownTable> constrained()
    {
        String schema = Tables.DATABASE.toLowerCase();
        return List.of(known(new TableName(schema, Tables.MULTI.toLowerCase()), reference(Tables.MULTI)),
                known(new TableName(schema, Tables.SINGLE), reference(Tables.SINGLE)),
                known(new TableName(schema, Tables.CALENDAR), Reference.query(services.query, Tables.CALENDAR_SQL)));
    }

    /** A table as the connector names it and its columns, with the rows that Timestream gives. */
    private KnownTable known(TableName name, Rows reference)
    {
        try (Athena a = athena(NEWEST)) {
            GetTableResponse t = a.table(name, Map.of());
            Rows rows = new Rows(t.getSchema());
            rows.addAll(reference);
            return new KnownTable(t.getTableName(), t.getSchema(), Set.of(), rows, Tables.ID);
        }
    }

    private Rows reference(String table)
    {
        return references.computeIfAbsent(table, t -> Reference.table(services.query, Tables.DATABASE, t));
    }

    private void metadata(int version)
    {
        try (Athena a = athena(version)) {
            PingResponse ping = a.ping();
            report.check(ping.getSerDeVersion() == NEWEST && "timestream".equals(ping.getSourceType()), "ping answers %s", ping);
            if (version >= 4) {
                Set<String> offered = a.capabilities().getCapabilities().keySet();
                report.check(offered.contains("SYSTEM.QUERY"), "the capabilities are %s", offered);
            }
            List<String> schemas = a.schemas();
            report.check(schemas.contains(Tables.DATABASE.toLowerCase()) && schemas.contains("demo"), "the schemas are %s", schemas);
            a.checkTables(Tables.DATABASE.toLowerCase(), tables.names());
        }
    }

    private void read(int version)
    {
        for (String t : List.of(Tables.MULTI, Tables.SINGLE, Tables.BIG, Tables.WIDE, Tables.EMPTY)) {
            Rows expected = t.equals(Tables.EMPTY) ? new Rows(null) : reference(t);
            for (Athena.Limits limits : List.of(Athena.Limits.USUAL, Athena.Limits.ONE_BLOCK, t.equals(Tables.WIDE) ? Athena.Limits.MANY_WIDE_BLOCKS : Athena.Limits.MANY_BLOCKS)) {
                read(version, new TableName(Tables.DATABASE.toLowerCase(), t.toLowerCase()), expected, limits);
            }
        }
        read(version, new TableName(Tables.DATABASE, Tables.MULTI), reference(Tables.MULTI), Athena.Limits.USUAL);
        for (Athena.Limits limits : List.of(Athena.Limits.USUAL, Athena.Limits.ONE_BLOCK)) {
            read(version, new TableName(Tables.DATABASE.toLowerCase(), Tables.VIEW), Reference.query(services.query, Tables.VIEW_SQL), limits);
            read(version, new TableName(Tables.DATABASE.toLowerCase(), Tables.FILLED), Reference.query(services.query, Tables.FILLED_SQL), limits);
            read(version, new TableName(Tables.DATABASE.toLowerCase(), Tables.CALENDAR), Reference.query(services.query, Tables.CALENDAR_SQL), limits);
        }
        engineLocation(version);
    }

    private void read(int version, TableName name, Rows expected, Athena.Limits limits)
    {
        String what = "version " + version + ", " + name + ", " + limits.name();
        try (Athena a = athena(version)) {
            GetTableResponse table = a.table(name, Map.of());
            report.check(table.getPartitionColumns().isEmpty(), "%s: partition columns %s", what, table.getPartitionColumns());
            if (expected.schema != null) {
                report.check(Reference.sameColumns(expected.schema, table.getSchema()), "%s: Timestream has columns %s, the connector says %s", what, expected.schema, table.getSchema());
            }
            long before = report.blocks.get();
            Rows got = a.read(table.getTableName(), table.getSchema(), unconstrained(), limits);
            if (expected.schema == null) {
                report.check(got.rows.isEmpty(), "%s: a table that was never written has rows", what);
                return;
            }
            report.check(!limits.many() || report.blocks.get() > before + 1 || expected.rows.size() < 10, "%s: one block only", what);
            String key = List.of(Tables.VIEW, Tables.FILLED).contains(name.getTableName()) ? "host" : Tables.ID;
            compare.same(what, expected, got, key);
            if (limits == Athena.Limits.USUAL) {
                Rows named = new Rows(table.getSchema());
                named.addAll(expected);
                columns(a, what, table, unconstrained(), limits, named, key);
            }
        }
    }

    /** The engine asks for the columns that it needs, in its own order. */
    private void columns(Athena a, String what, GetTableResponse table, Constraints c, Athena.Limits limits, Rows expected, String key)
    {
        List<Field> fields = new ArrayList<>(table.getSchema().getFields());
        Collections.reverse(fields);
        if (fields.size() > 2) {
            fields.removeIf(f -> fields.indexOf(f) % 3 == 1 && !f.getName().equals(key));
        }
        Schema asked = new Schema(fields, table.getSchema().getCustomMetadata());
        compare.same(what + ", other columns", expected.project(asked), a.read(table.getTableName(), asked, c, limits), key);
    }

    /** The engine may name the place to spill to, with the query's id in it. */
    private void engineLocation(int version)
    {
        try (Athena a = athena(version)) {
            a.identity = new FederatedIdentity(a.identity.getArn(), a.identity.getAccount(), Map.of(), List.of(),
                    Map.of("spill_bucket", Tables.ENGINE_BUCKET, "spill_prefix", "athena/" + a.queryId));
            TableName name = new TableName(Tables.DATABASE, Tables.SINGLE);
            Schema schema = a.table(name, Map.of()).getSchema();
            compare.same("version " + version + ", the engine's spill location", reference(Tables.SINGLE),
                    a.read(name, schema, unconstrained(), Athena.Limits.ONE_BLOCK), Tables.ID);
            long objects = services.s3.listObjectsV2(b -> b.bucket(Tables.ENGINE_BUCKET).prefix("athena/" + a.queryId + "/")).contents().size();
            report.check(objects == 1, "version %d: %d blocks where the engine wants them", version, objects);
        }
    }

    /** Statements whose results have types that no table can hold. */
    private static final List<String> STATEMENTS = List.of(
            "SELECT 1 AS i, BIGINT '2' AS b, 1.5E0 AS d, true AS t, 'x' AS s, DATE '2024-02-29' AS day, TIME '01:02:03.456789012' AS clock, TIMESTAMP '2024-02-29 12:34:56.789123456' AS at",
            "SELECT INTERVAL '2' DAY + INTERVAL '3' HOUR AS span, 8month AS months, NULL AS nothing, CAST(NULL AS bigint) AS none, 42ms AS ms",
            "SELECT nan() AS nan, infinity() AS inf, -infinity() AS ninf, -0E0 AS zero",
            "SELECT ARRAY[1, NULL, 3] AS ints, ARRAY['a', 'é', ''] AS texts, ARRAY[ARRAY[1.5E0], ARRAY[], NULL] AS nested, ARRAY[TIMESTAMP '1969-12-31 23:59:59.999999999', now() - now() + TIMESTAMP '2024-01-01 00:00:00'] AS times",
            "SELECT ROW(1, 'a', ARRAY[true, false]) AS r, ARRAY[ROW(1, NULL), ROW(NULL, 'z')] AS rows_in_array, ROW(ROW(DATE '1970-01-01')) AS deep",
            "SELECT * FROM (VALUES (1, ARRAY['a'], ROW(1, 'x')), (2, NULL, NULL), (3, ARRAY[], ROW(NULL, NULL))) AS v (n, l, r) ORDER BY n",
            "SELECT host, CREATE_TIME_SERIES(time, measure_value::double) AS doubles FROM \"Interop\".\"single_measure\" WHERE measure_name = 'double' GROUP BY host ORDER BY host",
            "SELECT host, CREATE_TIME_SERIES(time, measure_value::varchar) AS texts FROM \"Interop\".\"single_measure\" WHERE measure_name = 'varchar' GROUP BY host ORDER BY host",
            "SELECT host, CREATE_TIME_SERIES(time, measure_value::boolean) AS flags FROM \"Interop\".\"single_measure\" WHERE measure_name = 'boolean' GROUP BY host ORDER BY host",
            "WITH t AS (SELECT host, count(*) AS n FROM \"Interop\".\"big\" GROUP BY host) SELECT host AS \"Host Name\", n FROM t ORDER BY n DESC, host",
            "SELECT id, payload, x FROM \"Interop\".\"big\" ORDER BY id",
            "SELECT id, payload AS a, payload AS b, payload AS c FROM \"Interop\".\"big\" WHERE id < 'r05000' ORDER BY id", // fits the inline limit, but not Lambda's answer
            "SELECT host FROM \"Interop\".\"big\" WHERE 1 = 0");

    private void passthrough(int version)
    {
        for (String sql : STATEMENTS) {
            Map<String, String> arguments = Map.of("schemaFunctionName", "SYSTEM.QUERY", "QUERY", sql);
            String what = "version " + version + ", " + sql;
            Rows expected = Reference.query(services.query, sql);
            for (Athena.Limits limits : version < NEWEST ? List.of(Athena.Limits.USUAL) : List.of(Athena.Limits.USUAL, Athena.Limits.MANY_BLOCKS)) {
                try (Athena a = athena(version)) {
                    GetTableResponse table = a.table(new TableName("system", "query"), arguments);
                    report.check(Reference.sameColumns(expected.schema, table.getSchema()), "%s: Timestream has columns %s, the connector says %s", what, expected.schema, table.getSchema());
                    Constraints c = new Constraints(Map.of(), List.of(), List.of(), -1, arguments, null);
                    compare.same(what, expected, a.read(table.getTableName(), table.getSchema(), c, limits), "");
                    Rows named = new Rows(table.getSchema());
                    named.addAll(expected);
                    columns(a, what, table, c, limits, named, "");
                }
                catch (Lambda.FunctionError e) {
                    report.differ("%s: %s", what, e.text);
                }
            }
        }
    }

    /** The last block of an answer that cannot be stored has to be an error, which the Java SDK forgets. */
    private void noBucket()
    {
        try (Athena a = athena(NEWEST)) {
            a.identity = new FederatedIdentity(a.identity.getArn(), a.identity.getAccount(), Map.of(), List.of(), Map.of("spill_bucket", "no-such-bucket"));
            TableName name = new TableName(Tables.DATABASE, Tables.SINGLE);
            a.read(name, a.table(name, Map.of()).getSchema(), unconstrained(), Athena.Limits.ONE_BLOCK);
            report.differ("a block that could not be stored is no error");
        }
        catch (Lambda.FunctionError e) {
            report.check(e.text.contains("no-such-bucket"), "the error for a missing bucket is %s", e.text);
        }
    }

    /** Athena, played by somebody else, says that the query has ended: the connector has to stop reading. */
    private void ended()
    {
        String sql = "SELECT count(*) FROM \"Interop\".\"big\" a CROSS JOIN \"Interop\".\"big\" b CROSS JOIN \"Interop\".\"big\" c WHERE length(a.payload) + length(b.payload) > length(c.payload)";
        Map<String, String> arguments = Map.of("schemaFunctionName", "SYSTEM.QUERY", "QUERY", sql);
        long start = System.nanoTime();
        try (Athena a = athena(NEWEST)) {
            a.queryId = services.endedQuery();
            GetTableResponse table = a.table(new TableName("system", "query"), arguments);
            a.read(table.getTableName(), table.getSchema(), new Constraints(Map.of(), List.of(), List.of(), -1, arguments, null), Athena.Limits.USUAL);
            report.differ("the read of a query that has ended went on to its end");
        }
        catch (Lambda.FunctionError e) {
            long seconds = (System.nanoTime() - start) / 1_000_000_000;
            report.check(e.text.contains("ended") && seconds < 10, "the read of a query that has ended stopped after %d s with %s", seconds, e.text);
        }
    }

    static Constraints unconstrained()
    {
        return constraints(Map.of(), null);
    }

    static Constraints constraints(Map<String, ValueSet> summary, QueryPlan plan)
    {
        return new Constraints(summary, new ArrayList<>(), new ArrayList<>(), -1, Map.of(), plan);
    }
}
