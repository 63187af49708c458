package interop;

import com.amazonaws.athena.connector.lambda.domain.TableName;
import com.amazonaws.athena.connector.lambda.metadata.GetTableResponse;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import software.amazon.awssdk.services.timestreamquery.TimestreamQueryClient;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/** Constraint combinations from a seed: every kind of value set on every column, then anything. */
final class ConstraintTrials
{
    private static final int THREADS = 3;

    /** A table as the connector names its columns, with its rows as Timestream gives them, and the values to ask about. */
    record Table(TableName name, Schema schema, Rows rows, Map<String, List<Object>> values)
    {
        List<Object> values(String column)
        {
            return values.get(column);
        }

        List<Field> constrainable()
        {
            return schema.getFields().stream().filter(f -> f.getChildren().isEmpty()).toList();
        }
    }

    private final TimestreamQueryClient query;
    private final IntFunction<Athena> athena;
    private final Report report;
    private final long seed;

    ConstraintTrials(TimestreamQueryClient query, IntFunction<Athena> athena, Report report, long seed)
    {
        this.query = query;
        this.athena = athena;
        this.report = report;
        this.seed = seed;
    }

    /** Runs that many trials, of which the first has that number: each number is a combination of its own. */
    void run(int first, int trials)
            throws Exception
    {
        String schema = Tables.DATABASE.toLowerCase();
        List<Table> tables = List.of(
                table(new TableName(schema, Tables.MULTI.toLowerCase()), Reference.table(query, Tables.DATABASE, Tables.MULTI)),
                table(new TableName(schema, Tables.SINGLE), Reference.table(query, Tables.DATABASE, Tables.SINGLE)),
                table(new TableName(schema, Tables.CALENDAR), Reference.query(query, Tables.CALENDAR_SQL)));
        ValueSets.Kind[] kinds = ValueSets.Kind.values();
        AtomicInteger returned = new AtomicInteger();
        AtomicInteger kept = new AtomicInteger();
        AtomicInteger telling = new AtomicInteger();
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < trials; i++) {
            int n = first + i;
            Table table = tables.get(i % tables.size());
            Field column = table.constrainable().get(n / kinds.length % table.constrainable().size());
            running.add(pool.submit(() -> {
                try (Athena a = athena.apply(2 + n % 5)) {
                    Trial.Outcome o = new Trial(table, a, seed * 1_000_003 + n, report).run(column, kinds[n % kinds.length]);
                    returned.addAndGet(o.returned());
                    kept.addAndGet(o.kept());
                    telling.addAndGet(o.kept() > 0 && o.kept() < table.rows().rows.size() ? 1 : 0);
                }
                return null;
            }));
        }
        for (Future<?> f : running) {
            f.get();
        }
        pool.shutdown();
        System.out.printf("       %d combinations, %d of them keep some rows but not all; %d rows came, the engine kept %d%n", trials, telling.get(), returned.get(), kept.get());
    }

    private Table table(TableName name, Rows reference)
    {
        try (Athena a = athena.apply(6)) {
            GetTableResponse t = a.table(name, Map.of());
            Rows rows = new Rows(t.getSchema());
            rows.addAll(reference);
            Map<String, List<Object>> values = new HashMap<>();
            for (int c = 0; c < t.getSchema().getFields().size(); c++) {
                Field f = t.getSchema().getFields().get(c);
                Set<Object> all = new LinkedHashSet<>(foreign(f.getType()));
                int column = c;
                rows.rows.stream().map(r -> r[column]).filter(v -> v != null).forEach(all::add);
                values.put(f.getName(), new ArrayList<>(all));
            }
            return new Table(t.getTableName(), t.getSchema(), rows, values);
        }
    }

    /** Values that no table has, or that lie just beside what tables have. */
    private static List<Object> foreign(ArrowType t)
    {
        if (t.equals(Cell.VARCHAR)) {
            List<Object> all = new ArrayList<>(List.of("", "'", "''", "A", "aa", "zzz", "\ud83d\ude00\uffff", "\u0000", "r00100", "h4", "é ", "\ufffd"));
            all.addAll(Arrays.asList((Object[]) Tables.TEXTS));
            return all;
        }
        if (t.equals(Cell.DOUBLE)) {
            return List.of(0.0, -0.0, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Math.nextUp(1.0), Math.nextDown(0.1), 1e-310, 42.0, 9007199254740992.0);
        }
        if (t.equals(Cell.BIGINT)) {
            return List.of(3L, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 53, -7L);
        }
        if (t.equals(Cell.INT)) {
            return List.of(3, Integer.MAX_VALUE, Integer.MIN_VALUE, -7);
        }
        if (t.equals(Cell.BOOLEAN)) {
            return List.of(true, false);
        }
        if (t.equals(Cell.TIMESTAMP)) {
            return List.of(0L, 1L, -1L, 1_700_000_000_000L, 1_700_000_000_122L, 1_700_000_000_125L, 9_223_372_036_854L, 9_223_372_036_855L, -62_135_596_800_000L, 253_402_300_799_999L,
                    -9_223_372_036_855L, 4_000_000_000_000L);
        }
        return List.of(0, -1, 19675, 19676, 106751, 106752, -719162, 2932896);
    }
}
