package interop;

import com.amazonaws.athena.connector.lambda.domain.TableName;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
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

    /** A table with the values to ask about, by column, in the form of Rows. */
    record Table(KnownTable known, Map<String, List<Object>> values)
    {
        TableName name()
        {
            return known.name();
        }

        Schema schema()
        {
            return known.schema();
        }

        Rows rows()
        {
            return known.rows();
        }

        String key()
        {
            return known.key();
        }

        List<Object> values(String column)
        {
            return values.get(column);
        }

        /** The columns that a set of values can be made for. */
        List<Field> constrainable()
        {
            return schema().getFields().stream().filter(f -> !opaque(f)).toList();
        }

        /** The columns that can only be required to be null or not. */
        List<Field> nested()
        {
            return schema().getFields().stream().filter(f -> !f.getChildren().isEmpty()).toList();
        }
    }

    private static final Set<ValueSets.Kind> OPAQUE = EnumSet.of(ValueSets.Kind.OPAQUE_ALL, ValueSets.Kind.OPAQUE_NONE, ValueSets.Kind.OPAQUE_ONLY_NULL, ValueSets.Kind.OPAQUE_NOT_NULL);

    private final List<KnownTable> tables;
    private final IntFunction<Athena> athena;
    private final Report report;
    private final long seed;

    ConstraintTrials(List<KnownTable> tables, IntFunction<Athena> athena, Report report, long seed)
    {
        this.tables = tables;
        this.athena = athena;
        this.report = report;
        this.seed = seed;
    }

    /** Columns whose values the SDK's evaluator cannot compare: see {@link SdkDefects}. */
    static boolean opaque(Field f)
    {
        return !f.getChildren().isEmpty() || f.getType() instanceof ArrowType.Timestamp t && t.getUnit() != TimeUnit.MILLISECOND;
    }

    /** Runs that many trials, of which the first has that number: each number is a combination of its own. */
    void run(int first, int trials)
            throws Exception
    {
        List<Table> tables = this.tables.stream().map(this::withValues).toList();
        ValueSets.Kind[] kinds = ValueSets.Kind.values();
        AtomicInteger returned = new AtomicInteger();
        AtomicInteger kept = new AtomicInteger();
        AtomicInteger telling = new AtomicInteger();
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < trials; i++) {
            int n = first + i;
            Table table = tables.get(i % tables.size());
            List<Field> columns = OPAQUE.contains(kinds[n % kinds.length]) ? table.schema().getFields() : table.constrainable();
            Field column = columns.get(n / kinds.length % columns.size());
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
        report.say("       %d combinations, %d of them keep some rows but not all; %d rows came, the engine kept %d", trials, telling.get(), returned.get(), kept.get());
    }

    private Table withValues(KnownTable known)
    {
        Map<String, List<Object>> values = new HashMap<>();
        Samples samples = new Samples(new Random(seed));
        for (Field f : known.schema().getFields()) {
            if (opaque(f)) {
                continue;
            }
            Set<Object> all = new LinkedHashSet<>(foreign(samples, f.getType()));
            int column = known.rows().column(f.getName());
            known.rows().rows.stream().map(r -> r[column]).filter(Objects::nonNull).forEach(all::add);
            values.put(f.getName(), new ArrayList<>(all));
        }
        return new Table(known, values);
    }

    /** Values that no table has, or that lie just beside what tables have. */
    private static List<Object> foreign(Samples samples, ArrowType t)
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
        if (!t.equals(Cell.DATE)) {
            return samples.foreign(t);
        }
        return List.of(0, -1, 19675, 19676, 106751, 106752, -719162, 2932896);
    }
}
