package interop;

import com.amazonaws.athena.connector.lambda.domain.TableName;
import com.amazonaws.athena.connector.lambda.metadata.GetTableResponse;
import com.amazonaws.athena.connector.lambda.request.PingResponse;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What is examined of a connector over tables that are known beforehand: the whole conversation, at every version. */
final class KnownExamination
{
    private static final int OLDEST = 2;
    private static final int NEWEST = 6;
    private final String source;
    private final Mode mode;
    private final Services services;
    private final Report report;
    private final List<KnownTable> tables;

    KnownExamination(String source, Mode mode, Services services, Report report, List<KnownTable> tables)
    {
        this.source = source;
        this.mode = mode;
        this.services = services;
        this.report = report;
        this.tables = tables;
    }

    void run(long seed, int combinations)
            throws Exception
    {
        for (int v = OLDEST; v <= NEWEST; v++) {
            int version = v;
            step("version " + v + ", metadata", () -> metadata(version));
            step("version " + v + ", tables", () -> tables.forEach(t -> read(version, t)));
            step("version " + v + ", errors", () -> errors(version));
        }
        List<KnownTable> constrained = tables.stream().filter(t -> t.rows().rows.size() >= 10 && t.rows().rows.size() <= 500).toList();
        step("constraints", () -> new ConstraintTrials(constrained, this::athena, report, seed).run((int) (seed % 1000) * 7, combinations));
    }

    void step(String name, Report.Step s)
            throws Exception
    {
        report.step(source, name, s);
    }

    Athena athena(int version)
    {
        return new Athena(services, mode, report, version);
    }

    void metadata(int version)
    {
        Map<String, Set<String>> expected = new TreeMap<>();
        tables.forEach(t -> expected.computeIfAbsent(t.name().getSchemaName(), s -> new TreeSet<>()).add(t.name().getTableName()));
        try (Athena a = athena(version)) {
            PingResponse ping = a.ping();
            report.check(ping.getSerDeVersion() == NEWEST && source.equals(ping.getSourceType()), "ping answers %s", ping);
            if (version >= 4) {
                report.check(!a.capabilities().getCapabilities().containsKey("SYSTEM.QUERY"), "%s offers to pass queries through", source);
            }
            report.check(a.schemas().containsAll(expected.keySet()), "the schemas lack some of %s", expected.keySet());
            expected.forEach(a::checkTables);
        }
    }

    void read(int version, KnownTable t)
    {
        String what = "version " + version + ", " + t.name();
        try (Athena a = athena(version)) {
            GetTableResponse described = a.table(t.name(), Map.of());
            report.check(described.getTableName().equals(t.name()), "%s is described as %s", what, described.getTableName());
            report.check(described.getSchema().equals(t.schema()), "%s has the schema %s, the connector says %s", what, t.schema(), described.getSchema());
            report.check(described.getPartitionColumns().equals(t.partitionColumns()), "%s has the partition columns %s, the connector says %s", what, t.partitionColumns(), described.getPartitionColumns());
        }
        for (Athena.Limits limits : List.of(Athena.Limits.USUAL, Athena.Limits.ONE_BLOCK, t.severalBlocks())) {
            if (t.rows().rows.isEmpty() && limits != Athena.Limits.USUAL) {
                continue;
            }
            try (Athena a = athena(version)) {
                new Comparison(report).same(what + ", " + limits.name(), t.rows(), read(a, t, t.schema(), limits), t.key());
            }
        }
        otherColumns(version, t);
    }

    private static Rows read(Athena a, KnownTable t, Schema asked, Athena.Limits limits)
    {
        return a.read(t.name(), t.schema(), t.partitionColumns(), asked, Examination.unconstrained(), limits);
    }

    /** Every second column, backwards, and the key. */
    private void otherColumns(int version, KnownTable t)
    {
        List<Field> fields = new ArrayList<>();
        for (Field f : t.schema().getFields()) {
            if (f.getName().equals(t.key()) || fields.size() % 2 == 0) {
                fields.add(f);
            }
        }
        Collections.reverse(fields);
        Schema asked = new Schema(fields, t.schema().getCustomMetadata());
        try (Athena a = athena(version)) {
            new Comparison(report).same("version " + version + ", some columns of " + t.name(), t.rows().project(asked), read(a, t, asked, Athena.Limits.USUAL), t.key());
        }
    }

    private void errors(int version)
    {
        String schema = tables.get(0).name().getSchemaName();
        Refusals.refused(this::athena, report, version, "a missing table", "no_such_table", a -> a.table(new TableName(schema, "no_such_table"), Map.of()));
        Refusals.refused(this::athena, report, version, "a missing schema", "no_such_schema", a -> a.table(new TableName("no_such_schema", "t"), Map.of()));
        Refusals.refused(this::athena, report, version, "a negative page size", "page size", a -> a.tables(schema, -7));
        if (version >= 5) {
            Refusals.refused(this::athena, report, version, "a query to pass through", "", a -> a.table(tables.get(0).name(), Map.of("schemaFunctionName", "SYSTEM.QUERY", "QUERY", "SELECT 1")));
        }
    }
}
