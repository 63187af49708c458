package interop;

import software.amazon.awssdk.services.glue.model.Column;
import software.amazon.awssdk.services.timestreamwrite.TimestreamWriteClient;
import software.amazon.awssdk.services.timestreamwrite.model.Dimension;
import software.amazon.awssdk.services.timestreamwrite.model.MeasureValue;
import software.amazon.awssdk.services.timestreamwrite.model.MeasureValueType;
import software.amazon.awssdk.services.timestreamwrite.model.Record;
import software.amazon.awssdk.services.timestreamwrite.model.TimeUnit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/** The examiner's own tables: what is written, and how it has to read. */
final class Tables
{
    static final String DATABASE = "Interop";
    static final String MULTI = "Multi.Measure-1";
    static final String SINGLE = "single_measure";
    static final String BIG = "big";
    static final String WIDE = "wide";
    static final String EMPTY = "never_written";
    static final String VIEW = "series";
    static final String FILLED = "filled";
    static final String CALENDAR = "calendar";
    static final String ENGINE_BUCKET = "engine-bucket";
    /** Never written tables, for lists in pages. */
    static final int FILLERS = 30;

    static final String ID = "id";
    private static final int ROWS = 420;
    private static final int BIG_ROWS = 6000;
    private static final int BATCH = 100;

    static final String[] TEXTS = {"a", "b", "B", "ab", "abc", "z", " ", " a", "a ", "it's", "\"quoted\"", "back\\slash", "50%", "under_score", "%", "line\nbreak\ttab",
            "é", "e\u0301", "ß", "日本語", "\ud83d\ude00", "\ud83d\ude00\ud83d\ude01", "\uffff", "\ue000", "\ud7ff", "\u007f", "NULL", "null", "true", "1", "10", "2", "-1", "NaN",
            "2024-02-29 12:34:56.789000000", "; DROP TABLE x --", "$1", "?", "@p", "\u0001", "x".repeat(300), "\u200b", "İ", "ı", "\u00a0"};
    static final double[] NUMBERS = {0.0, -0.0, 1, -1, 0.1, -0.1, 1.0 / 3, 2.5, 5, 100, 1e15, 1e16, 123456789.125, 9007199254740993.0, 1e300, -1e300, Double.MAX_VALUE, -Double.MAX_VALUE,
            Double.MIN_VALUE, -Double.MIN_VALUE, Double.MIN_NORMAL, 4.35, 2.2250738585072011e-308, 1e-5, 1.7976931348623157e308, 5e-324, 1.0000000000000002, 0.30000000000000004};
    static final long[] COUNTS = {0, 1, -1, 2, 5, 10, 100, -100, Integer.MAX_VALUE, Integer.MIN_VALUE, 1L << 31, (1L << 53) + 1, -(1L << 53) - 1, Long.MAX_VALUE, Long.MIN_VALUE,
            Long.MAX_VALUE - 1, Long.MIN_VALUE + 1, 1_000_000_007L};
    /** Nanoseconds since 1970. The last two are the ends of what can be stored. */
    static final long[] TIMES = {1_700_000_000_000_000_000L, 1_700_000_000_000_000_001L, 1_700_000_000_000_999_999L, 1_700_000_000_001_000_000L, 1_700_000_000_123_456_789L,
            1_700_000_000_123_999_999L, 1_700_000_000_124_000_000L, 1_709_209_496_789_000_000L, 1_709_209_496_789_500_000L, 951_782_400_000_000_000L, 1, 999_999, 1_000_000,
            4_102_444_800_000_000_000L, 0, Long.MAX_VALUE - 1};

    private final Services services;
    private final Map<String, Map<String, Map<String, Object>>> written = new HashMap<>();
    private final List<Record> batch = new ArrayList<>();

    Tables(Services services)
    {
        this.services = services;
    }

    /** By table, row id and column: what was written, in the form of Rows. Columns without a value are null. */
    Map<String, Map<String, Object>> written(String table)
    {
        return written.getOrDefault(table, Map.of());
    }

    /** All tables, as the connector names them. */
    Set<String> names()
    {
        Set<String> all = new TreeSet<>();
        List.of(MULTI, SINGLE, BIG, WIDE, EMPTY).forEach(t -> all.add(t.toLowerCase()));
        for (int i = 0; i < FILLERS; i++) {
            all.add(filler(i).toLowerCase());
        }
        return all;
    }

    private static String filler(int i)
    {
        return String.format("Filler_%02d", i);
    }

    void load(long seed)
    {
        TimestreamWriteClient w = services.write;
        w.createDatabase(b -> b.databaseName(DATABASE));
        for (String t : List.of(MULTI, SINGLE, BIG, WIDE, EMPTY)) {
            create(t);
        }
        for (int i = 0; i < FILLERS; i++) {
            create(filler(i));
        }
        Random random = new Random(seed);
        loadMulti(random);
        loadSingle(random);
        loadBig(random);
        loadWide(random);
        createViews();
        services.s3.createBucket(b -> b.bucket(ENGINE_BUCKET));
    }

    private void create(String table)
    {
        services.write.createTable(b -> b.databaseName(DATABASE).tableName(table).magneticStoreWriteProperties(m -> m.enableMagneticStoreWrites(true)));
    }

    private void loadMulti(Random random)
    {
        for (int i = 0; i < ROWS; i++) {
            Map<String, Object> row = row(MULTI, i);
            List<Dimension> dimensions = dimensions(row, "id", row.get(ID), "Region", i % 7 == 0 ? null : pick(TEXTS, i, random), "we'ird näme", i % 3 == 0 ? null : "w" + i % 5);
            long time = pick(TIMES, i, random);
            List<MeasureValue> values = new ArrayList<>();
            put(values, row, "Text", MeasureValueType.VARCHAR, i % 5 == 1 ? null : pick(TEXTS, i / 2, random));
            put(values, row, "number", MeasureValueType.DOUBLE, i % 6 == 1 ? null : pick(NUMBERS, i, random));
            put(values, row, "count", MeasureValueType.BIGINT, i % 4 == 1 ? null : pick(COUNTS, i, random));
            put(values, row, "quo\"ted ü", MeasureValueType.VARCHAR, i % 4 == 2 ? null : "q" + i % 6);
            put(values, row, "Flag", MeasureValueType.BOOLEAN, i % 3 == 1 ? null : random.nextBoolean());
            put(values, row, "seen at", MeasureValueType.TIMESTAMP, i % 5 == 2 ? null : pick(TIMES, i / 3, random));
            if (values.isEmpty()) {
                put(values, row, "number", MeasureValueType.DOUBLE, 0.0);
            }
            row.put("measure_name", "m" + i % 4);
            row.put("time", time / 1_000_000);
            record(MULTI, Record.builder().dimensions(dimensions).measureName("m" + i % 4).measureValueType(MeasureValueType.MULTI).measureValues(values)
                    .time(Long.toString(time)).timeUnit(TimeUnit.NANOSECONDS).build());
        }
        flush(MULTI);
    }

    private void loadSingle(Random random)
    {
        MeasureValueType[] types = {MeasureValueType.DOUBLE, MeasureValueType.BIGINT, MeasureValueType.VARCHAR, MeasureValueType.BOOLEAN};
        for (int i = 0; i < ROWS; i++) {
            Map<String, Object> row = row(SINGLE, i);
            MeasureValueType type = types[i % types.length];
            Object value = switch (type) {
                case DOUBLE -> pick(NUMBERS, i / 4, random);
                case BIGINT -> pick(COUNTS, i / 4, random);
                case VARCHAR -> pick(TEXTS, i / 4, random);
                default -> random.nextBoolean();
            };
            String name = type.toString().toLowerCase();
            row.put("measure_value::" + name, value);
            row.put("measure_name", name);
            long millis = 1_700_000_000_000L + i / 10;
            row.put("time", millis);
            record(SINGLE, Record.builder().dimensions(dimensions(row, "id", row.get(ID), "host", "h" + i % 9)).measureName(name).measureValueType(type)
                    .measureValue(value.toString()).time(Long.toString(millis)).build());
        }
        flush(SINGLE);
    }

    /** More than a page of Timestream and several spilled blocks. */
    private void loadBig(Random random)
    {
        for (int i = 0; i < BIG_ROWS; i++) {
            Map<String, Object> row = row(BIG, i);
            long micros = 1_600_000_000_000_000L + random.nextInt(1_000_000_000);
            List<MeasureValue> values = new ArrayList<>();
            put(values, row, "payload", MeasureValueType.VARCHAR, "%016x".formatted(random.nextLong()).repeat(random.nextInt(1, 40)));
            put(values, row, "x", MeasureValueType.DOUBLE, random.nextGaussian() * Math.pow(10, random.nextInt(-20, 20)));
            put(values, row, "n", MeasureValueType.BIGINT, random.nextInt(8) == 0 ? null : random.nextLong() >> random.nextInt(63));
            row.put("measure_name", "m");
            row.put("time", micros / 1000);
            record(BIG, Record.builder().dimensions(dimensions(row, "id", row.get(ID), "host", "host-" + i % 50)).measureName("m").measureValueType(MeasureValueType.MULTI)
                    .measureValues(values).time(Long.toString(micros)).timeUnit(TimeUnit.MICROSECONDS).build());
        }
        flush(BIG);
    }

    private void loadWide(Random random)
    {
        for (int i = 0; i < 120; i++) {
            Map<String, Object> row = row(WIDE, i);
            List<MeasureValue> values = new ArrayList<>();
            for (int c = i % 10; c < 200; c += 1 + random.nextInt(4)) {
                put(values, row, "c%03d".formatted(c), c % 2 == 0 ? MeasureValueType.DOUBLE : MeasureValueType.VARCHAR, c % 2 == 0 ? (Object) (double) random.nextInt() : "v" + i * c);
            }
            row.put("measure_name", "m");
            row.put("time", 1_700_000_000_000L + i * 1000L);
            record(WIDE, Record.builder().dimensions(dimensions(row, "id", row.get(ID))).measureName("m").measureValueType(MeasureValueType.MULTI)
                    .measureValues(values).time(Long.toString(1_700_000_000L + i)).timeUnit(TimeUnit.SECONDS).build());
        }
        flush(WIDE);
    }

    /** A view over the single-measure table, for a nested column at versions without passthrough. */
    static final String VIEW_SQL = "SELECT host, CREATE_TIME_SERIES(time, measure_value::bigint) AS points, ARRAY_AGG(id ORDER BY id) AS ids FROM \"" + DATABASE + "\".\"" + SINGLE
            + "\" WHERE measure_name = 'bigint' AND id < 'r00120' GROUP BY host";

    /** A view of interpolated time series: a point each millisecond, of which those before the first measured one are null. */
    static final String FILLED_SQL = "SELECT host, INTERPOLATE_LOCF(CREATE_TIME_SERIES(time, measure_value::bigint), SEQUENCE(min(time) - 2ms, max(time), 1ms)) AS points FROM \"" + DATABASE + "\".\""
            + SINGLE + "\" WHERE measure_name = 'bigint' AND id < 'r00120' GROUP BY host";

    /** A view with the types that no table has: date and int. */
    static final String CALENDAR_SQL = "SELECT id, date(time) AS day, \"seen at\" AS seen, date(\"seen at\") AS seen_on, CAST(\"count\" % 100 AS int) AS small, number, \"Flag\" AS flag FROM \""
            + DATABASE + "\".\"" + MULTI + "\"";

    private void createViews()
    {
        String database = DATABASE.toLowerCase();
        services.glue.createDatabase(b -> b.databaseInput(d -> d.name(database)));
        services.glue.createTable(b -> b.databaseName(database).tableInput(t -> t.name(VIEW).tableType("EXTERNAL_TABLE")
                .parameters(Map.of("timestream-metadata-flag", "yes")).viewOriginalText(VIEW_SQL).storageDescriptor(s -> s.columns(
                        column("host", "string"), column("points", "array<struct<time:timestamp,value:bigint>>"), column("ids", "array<string>")))));
        services.glue.createTable(b -> b.databaseName(database).tableInput(t -> t.name(FILLED).tableType("EXTERNAL_TABLE")
                .parameters(Map.of("timestream-metadata-flag", "yes")).viewOriginalText(FILLED_SQL).storageDescriptor(s -> s.columns(
                        column("host", "string"), column("points", "array<struct<time:timestamp,value:bigint>>")))));
        services.glue.createTable(b -> b.databaseName(database).tableInput(t -> t.name(CALENDAR).tableType("EXTERNAL_TABLE")
                .parameters(Map.of("timestream-metadata-flag", "yes")).viewOriginalText(CALENDAR_SQL).storageDescriptor(s -> s.columns(
                        column("id", "string"), column("day", "date"), column("seen", "timestamp"), column("seen_on", "date"), column("small", "int"),
                        column("number", "double"), column("flag", "boolean")))));
    }

    private static Column column(String name, String type)
    {
        return Column.builder().name(name).type(type).build();
    }

    // ---- records ----

    private Map<String, Object> row(String table, int i)
    {
        Map<String, Object> row = new HashMap<>();
        row.put(ID, "r%05d".formatted(i));
        written.computeIfAbsent(table, t -> new HashMap<>()).put((String) row.get(ID), row);
        return row;
    }

    private static List<Dimension> dimensions(Map<String, Object> row, Object... namesAndValues)
    {
        List<Dimension> all = new ArrayList<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            String value = (String) namesAndValues[i + 1];
            if (value != null) {
                row.put((String) namesAndValues[i], value);
                all.add(Dimension.builder().name((String) namesAndValues[i]).value(value).build());
            }
        }
        return all;
    }

    private static void put(List<MeasureValue> values, Map<String, Object> row, String name, MeasureValueType type, Object value)
    {
        if (value != null) {
            row.put(name, type == MeasureValueType.TIMESTAMP ? (Object) ((Long) value / 1_000_000) : value);
            values.add(MeasureValue.builder().name(name).type(type).value(value.toString()).build());
        }
    }

    private void record(String table, Record r)
    {
        batch.add(r);
        if (batch.size() == BATCH) {
            flush(table);
        }
    }

    private void flush(String table)
    {
        if (!batch.isEmpty()) {
            List<Record> records = List.copyOf(batch);
            services.write.writeRecords(b -> b.databaseName(DATABASE).tableName(table).records(records));
            batch.clear();
        }
    }

    /** Every element once, in order, then at random. */
    private static String pick(String[] from, int i, Random random)
    {
        return from[i < from.length ? i : random.nextInt(from.length)];
    }

    private static Double pick(double[] from, int i, Random random)
    {
        return from[i < from.length ? i : random.nextInt(from.length)];
    }

    private static Long pick(long[] from, int i, Random random)
    {
        return from[i < from.length ? i : random.nextInt(from.length)];
    }
}
