package interop;

import com.amazonaws.athena.connector.lambda.domain.TableName;
import com.amazonaws.athena.connector.lambda.domain.predicate.Constraints;
import com.amazonaws.athena.connector.lambda.domain.predicate.QueryPlan;
import io.substrait.isthmus.SqlToSubstrait;
import io.substrait.isthmus.SubstraitTypeSystem;
import io.substrait.isthmus.calcite.SubstraitSchema;
import io.substrait.plan.PlanProtoConverter;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.calcite.config.CalciteConnectionConfig;
import org.apache.calcite.config.CalciteConnectionProperty;
import org.apache.calcite.jdbc.CalciteSchema;
import org.apache.calcite.jdbc.JavaTypeFactoryImpl;
import org.apache.calcite.prepare.CalciteCatalogReader;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.schema.impl.AbstractTable;
import org.apache.calcite.sql.parser.SqlParseException;
import org.apache.calcite.sql.type.SqlTypeName;
import software.amazon.awssdk.services.timestreamquery.TimestreamQueryClient;

import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Queries as Substrait plans, which version 6 can carry, made from SQL by Isthmus. Each has its SQL beside it, so that
 * the answer to a plan can be compared with the answer to the query.
 */
final class Plans
{
    private static final int VERSION = 6;

    /** A query: its condition, and what follows it, with the limit in that; %s is the key column. The SQL is Timestream's and Calcite's. */
    private record Query(String where, String tail, int limit) {}

    /** Over any table with a key. */
    private static final List<Query> GENERAL = List.of(
            new Query("", "", -1),
            new Query("%s IS NOT NULL", "", -1),
            new Query("", "LIMIT 5", 5),
            new Query("", "ORDER BY %s DESC LIMIT 7", 7));

    /** Over the table of single measures. */
    private static final List<Query> TIMESTREAM = List.of(
            new Query("\"host\" = 'h1'", "", -1),
            new Query("\"host\" IN ('h1', 'h2', 'nowhere') AND \"measure_value::bigint\" > 5", "", -1),
            new Query("NOT (\"measure_value::double\" < 0) OR \"host\" = 'h3'", "", -1),
            new Query("\"measure_value::bigint\" IS NULL AND \"id\" >= 'r00100'", "", -1),
            new Query("\"measure_value::bigint\" IN (9223372036854775807, -1, 0) OR \"measure_value::double\" = 0.1e0", "", -1),
            new Query("\"measure_value::varchar\" LIKE '%%a%%' AND \"measure_value::varchar\" <> 'abc'", "", -1),
            new Query("\"time\" BETWEEN TIMESTAMP '2023-11-14 22:13:20.005' AND TIMESTAMP '2023-11-14 22:13:20.020'", "", -1),
            new Query("\"time\" < TIMESTAMP '2023-11-14 22:13:20.010' OR \"measure_value::boolean\" = true", "", -1),
            new Query("\"host\" = 'h1' AND \"host\" = 'h2'", "", -1),
            new Query("\"host\" = 'h2'", "LIMIT 3", 3),
            new Query("\"host\" <> 'h2'", "ORDER BY \"id\" LIMIT 10", 10),
            new Query("\"measure_name\" = 'bigint'", "ORDER BY \"measure_value::bigint\" DESC, \"id\" LIMIT 12", 12));

    /** What no connector over one table can answer row by row, by what has to be in the error. */
    private static final Map<String, String> REFUSED = Map.of(
            "Aggregate", "SELECT \"host\", COUNT(*) FROM %1$s GROUP BY \"host\"",
            "Join", "SELECT a.\"id\" FROM %1$s a JOIN %1$s b ON a.\"id\" = b.\"id\"",
            "Set", "SELECT \"id\" FROM %1$s UNION ALL SELECT \"host\" FROM %1$s");

    private final IntFunction<Athena> athena;
    private final Report report;

    Plans(IntFunction<Athena> athena, Report report)
    {
        this.athena = athena;
        this.report = report;
    }

    /** Plans are answered with the rows that Timestream itself has for their SQL; what cannot be answered is refused. */
    void applied(KnownTable known, TimestreamQueryClient timestream)
            throws Exception
    {
        String table = Reference.quote(Tables.DATABASE) + "." + Reference.quote(known.name().getTableName());
        for (Query q : Stream.concat(GENERAL.stream(), TIMESTREAM.stream()).toList()) {
            String what = "the plan of " + sql(q, known, "t");
            Rows matching = new Rows(known.schema());
            matching.addAll(Reference.query(timestream, sql(new Query(q.where(), "", -1), known, table)));
            Rows got = read(known, sql(q, known, Reference.quote(known.name().getTableName())));
            if (q.limit() < 0) {
                new Comparison(report).same(what, matching, got, known.key());
                continue;
            }
            Rows chosen = new Rows(known.schema());
            chosen.addAll(Reference.query(timestream, sql(q, known, table)));
            report.check(keys(matching).containsAll(keys(got)), "%s: rows came that do not match", what);
            report.check(got.rows.size() >= Math.min(q.limit(), matching.rows.size()), "%s: %d rows match, %d came", what, matching.rows.size(), got.rows.size());
            report.check(!q.tail().startsWith("ORDER") || keys(got).containsAll(keys(chosen)), "%s: %s came, the first rows are %s", what, keys(got), keys(chosen));
        }
        for (Map.Entry<String, String> q : REFUSED.entrySet()) {
            String sql = q.getValue().formatted(Reference.quote(known.name().getTableName()));
            Refusals.refused(athena, report, VERSION, "the plan of " + sql, q.getKey(), a -> read(a, known, sql));
        }
    }

    /** A connector that does not apply plans has to say so: its rows would be taken for the plan's. */
    void refused(KnownTable known)
    {
        for (Query q : GENERAL) {
            String sql = sql(q, known, Reference.quote(known.name().getTableName()));
            Refusals.refused(athena, report, VERSION, "the plan of " + sql, "query plan", a -> read(a, known, sql));
        }
    }

    private Rows read(KnownTable known, String sql)
    {
        try (Athena a = athena.apply(VERSION)) {
            return read(a, known, sql);
        }
    }

    private static Rows read(Athena a, KnownTable known, String sql)
    {
        Constraints c = Examination.constraints(Map.of(), plan(sql, known.name(), known.schema()));
        return a.read(known.name(), known.schema(), known.partitionColumns(), known.schema(), c, Athena.Limits.USUAL);
    }

    private static Set<Object> keys(Rows rows)
    {
        int key = rows.column(Tables.ID);
        return rows.rows.stream().map(r -> r[key]).collect(Collectors.toSet());
    }

    private static String sql(Query q, KnownTable known, String table)
    {
        String key = Reference.quote(known.key());
        return "SELECT * FROM " + table + (q.where().isEmpty() ? "" : " WHERE " + q.where().formatted(key)) + (q.tail().isEmpty() ? "" : " " + q.tail().formatted(key));
    }

    private static QueryPlan plan(String sql, TableName name, Schema schema)
    {
        CalciteSchema root = CalciteSchema.createRootSchema(false);
        root.add("interop", new SubstraitSchema(Map.of(name.getTableName(), new AbstractTable()
        {
            @Override
            public RelDataType getRowType(RelDataTypeFactory f)
            {
                RelDataTypeFactory.Builder b = f.builder();
                schema.getFields().forEach(c -> b.add(c.getName(), columnType(f, c)));
                return b.build();
            }
        })));
        CalciteCatalogReader catalog = new CalciteCatalogReader(root, List.of("interop"), new JavaTypeFactoryImpl(SubstraitTypeSystem.TYPE_SYSTEM),
                CalciteConnectionConfig.DEFAULT.set(CalciteConnectionProperty.CASE_SENSITIVE, "false"));
        try {
            byte[] plan = new PlanProtoConverter().toProto(new SqlToSubstrait().convert(sql, catalog)).toByteArray();
            return new QueryPlan("0.65.0", Base64.getEncoder().encodeToString(plan));
        }
        catch (SqlParseException e) {
            throw new IllegalStateException("the plan of " + sql, e);
        }
    }

    private static RelDataType columnType(RelDataTypeFactory f, Field c)
    {
        RelDataType t = switch (c.getType().getTypeID()) {
            case Bool -> f.createSqlType(SqlTypeName.BOOLEAN);
            case Int -> f.createSqlType(SqlTypeName.BIGINT);
            case FloatingPoint -> f.createSqlType(SqlTypeName.DOUBLE);
            case Date -> c.getType().equals(Cell.DATE) ? f.createSqlType(SqlTypeName.DATE) : f.createSqlType(SqlTypeName.TIMESTAMP, 3);
            case Timestamp -> f.createSqlType(SqlTypeName.TIMESTAMP_WITH_LOCAL_TIME_ZONE, 3);
            case Utf8 -> f.createSqlType(SqlTypeName.VARCHAR);
            default -> throw new IllegalArgumentException("no plan can be made for column " + c);
        };
        return f.createTypeWithNullability(t, c.isNullable());
    }
}
