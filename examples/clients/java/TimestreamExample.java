import java.io.ByteArrayInputStream;
import java.net.URI;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;

import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketAlreadyOwnedByYouException;
import software.amazon.awssdk.services.timestreamquery.TimestreamQueryClient;
import software.amazon.awssdk.services.timestreamquery.model.Datum;
import software.amazon.awssdk.services.timestreamquery.model.QueryRequest;
import software.amazon.awssdk.services.timestreamquery.model.QueryResponse;
import software.amazon.awssdk.services.timestreamquery.model.Row;
import software.amazon.awssdk.services.timestreamquery.model.TimeSeriesDataPoint;
import software.amazon.awssdk.services.timestreamwrite.TimestreamWriteClient;
import software.amazon.awssdk.services.timestreamwrite.model.Dimension;
import software.amazon.awssdk.services.timestreamwrite.model.MeasureValue;
import software.amazon.awssdk.services.timestreamwrite.model.MeasureValueType;
import software.amazon.awssdk.services.timestreamwrite.model.Record;
import software.amazon.awssdk.services.timestreamwrite.model.RejectedRecordsException;
import software.amazon.awssdk.services.timestreamwrite.model.ResourceNotFoundException;
import software.amazon.awssdk.services.timestreamwrite.model.Table;
import software.amazon.awssdk.services.timestreamwrite.model.TableStatus;
import software.amazon.awssdk.services.timestreamwrite.model.Tag;
import software.amazon.awssdk.services.timestreamwrite.model.TimeUnit;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Amazon Timestream for LiveAnalytics from Java with the AWS SDK, version 2: the ordinary things, once each.
 *
 * <p>It talks to the service that the SDK's ordinary settings name. With AWS_ENDPOINT_URL pointing at {@code athena-local serve}
 * that is the embedded Timestream. It makes a database of its own and removes it at the end; each line that it prints is a
 * thing that worked, and it exits with 1 at the first that did not.
 *
 * <p>Needs timestreamwrite, timestreamquery and s3 of software.amazon.awssdk; with their jars,
 * {@code java -cp JARS TimestreamExample.java} runs it.
 */
public final class TimestreamExample
{
    private static final String DATABASE = "example_java";
    private static final String TABLE = "readings";
    private static final String BUCKET = "example-java"; // at AWS, a bucket of yours
    private static final String FROM = " FROM \"" + DATABASE + "\".\"" + TABLE + "\" ";

    private final TimestreamWriteClient write = TimestreamWriteClient.create();
    private final TimestreamQueryClient query = TimestreamQueryClient.create();
    private final S3Client s3 = S3Client.create();
    private final Instant start = Instant.now().truncatedTo(ChronoUnit.MINUTES).minus(1, ChronoUnit.HOURS);

    public static void main(String[] args)
    {
        TimestreamExample example = new TimestreamExample();
        example.removeIfThere();
        example.create();
        example.writeSingle();
        example.writeMulti();
        example.writeAgain();
        example.describe();
        example.read();
        example.readSeries();
        example.cancel();
        example.unload();
        example.removeIfThere();
        refused("delete table and database", ResourceNotFoundException.class, () -> example.write.describeDatabase(b -> b.databaseName(DATABASE)), e -> {});
        System.exit(0);
    }

    private static void check(String statement, boolean holds, Object seen)
    {
        if (!holds) {
            System.err.println("FAILED: " + statement + "; seen: " + seen);
            System.exit(1);
        }
        System.out.println("ok " + statement);
    }

    private static <E extends Exception> void refused(String statement, Class<E> wanted, Runnable call, Consumer<E> look)
    {
        try {
            call.run();
        }
        catch (RuntimeException e) {
            check(statement, wanted.isInstance(e), e);
            look.accept(wanted.cast(e));
            return;
        }
        check(statement, false, "no error");
    }

    private void create()
    {
        write.createDatabase(b -> b.databaseName(DATABASE).tags(Tag.builder().key("purpose").value("example").build()));
        Table made = write.createTable(b -> b.databaseName(DATABASE).tableName(TABLE)
                .retentionProperties(r -> r.memoryStoreRetentionPeriodInHours(24L).magneticStoreRetentionPeriodInDays(365L))
                .magneticStoreWriteProperties(m -> m.enableMagneticStoreWrites(true))).table();
        check("create a database and a table", made.tableStatus() == TableStatus.ACTIVE, made);
        refused("a second table of that name is refused", software.amazon.awssdk.services.timestreamwrite.model.ConflictException.class,
                () -> write.createTable(b -> b.databaseName(DATABASE).tableName(TABLE)), e -> {});
    }

    private static Dimension dimension(String name, String value)
    {
        return Dimension.builder().name(name).value(value).build();
    }

    /** What the records of one pump have in common. */
    private static Record.Builder common()
    {
        return Record.builder().dimensions(dimension("plant", "north"), dimension("pump", "p1")).timeUnit(TimeUnit.SECONDS);
    }

    private String seconds(int minute)
    {
        return Long.toString(start.getEpochSecond() + 60L * minute);
    }

    /** Writes at most a hundred records and returns how many were stored. */
    private int put(Record common, List<Record> records)
    {
        return write.writeRecords(b -> b.databaseName(DATABASE).tableName(TABLE).commonAttributes(common).records(records)).recordsIngested().total();
    }

    /** One value a record: an hour of temperature, a value a minute. */
    private void writeSingle()
    {
        List<Record> records = IntStream.range(0, 60).mapToObj(m -> Record.builder().time(seconds(m)).measureName("temperature").measureValue(20 + m + ".5").build()).toList();
        int n = put(common().measureValueType(MeasureValueType.DOUBLE).build(), records);
        check("write single-measure records with common attributes", n == 60, n);
    }

    /** Several values of one time in a record. */
    private void writeMulti()
    {
        List<Record> records = IntStream.range(0, 60).mapToObj(m -> {
            List<MeasureValue> values = new ArrayList<>(List.of(
                    value("pressure", MeasureValueType.DOUBLE, 3 + m % 4 + ".25"), value("strokes", MeasureValueType.BIGINT, Integer.toString(1000 * m)),
                    value("running", MeasureValueType.BOOLEAN, Boolean.toString(m % 10 > 0)), value("serviced", MeasureValueType.TIMESTAMP, seconds(0))));
            if (m % 10 == 0) {
                values.add(value("note", MeasureValueType.VARCHAR, "idle – 停止"));
            }
            return Record.builder().time(seconds(m)).measureValues(values).build();
        }).toList();
        int n = put(common().measureName("state").measureValueType(MeasureValueType.MULTI).build(), records);
        check("write multi-measure records", n == 60, n);
    }

    private static MeasureValue value(String name, MeasureValueType type, String text)
    {
        return MeasureValue.builder().name(name).type(type).value(text).build();
    }

    /** A point is what has the same dimensions, measure name and time; its value changes with a higher version only. */
    private void writeAgain()
    {
        Record changed = common().time(seconds(0)).measureName("temperature").measureValue("99").build();
        Record other = changed.toBuilder().measureName("humidity").build();
        refused("another value with the same version is rejected", RejectedRecordsException.class, () -> put(Record.builder().build(), List.of(other, changed)),
                e -> check("with its place and the version that is there",
                        e.rejectedRecords().size() == 1 && e.rejectedRecords().get(0).recordIndex() == 1 && e.rejectedRecords().get(0).existingVersion() == 1, e.rejectedRecords()));
        int n = put(Record.builder().version(2L).build(), List.of(changed));
        check("a higher version replaces it", n == 1, n);
    }

    private void describe()
    {
        List<String> databases = write.listDatabasesPaginator(b -> b.maxResults(1)).stream().flatMap(page -> page.databases().stream()).map(d -> d.databaseName()).toList();
        check("list databases, page by page", databases.contains(DATABASE), databases);
        List<String> tables = write.listTables(b -> b.databaseName(DATABASE)).tables().stream().map(Table::tableName).toList();
        check("list tables", tables.equals(List.of(TABLE)), tables);
        Table table = write.describeTable(b -> b.databaseName(DATABASE).tableName(TABLE)).table();
        check("describe a table", table.retentionProperties().memoryStoreRetentionPeriodInHours() == 24, table);
    }

    /** All rows; a page may be empty although more follow. */
    private List<Row> rows(String sql)
    {
        return query.queryPaginator(b -> b.queryString(sql)).stream().flatMap(page -> page.rows().stream()).toList();
    }

    /** The values of a row as the service writes them. */
    private static List<String> texts(Row row)
    {
        return row.data().stream().map(d -> Boolean.TRUE.equals(d.nullValue()) ? "-" : d.scalarValue()).toList();
    }

    private void read()
    {
        String sql = "SELECT measure_value::double" + FROM + "WHERE measure_name = 'temperature' ORDER BY time";
        List<Integer> sizes = query.queryPaginator(QueryRequest.builder().queryString(sql).maxRows(25).build()).stream().map(page -> page.rows().size()).toList();
        check("query in pages of 25 rows", sizes.stream().mapToInt(n -> n).sum() == 60 && sizes.stream().allMatch(n -> n <= 25), sizes);
        String at = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.000000000").format(start.atOffset(ZoneOffset.UTC));
        List<Row> states = rows("SELECT time, pressure, strokes, running, note, serviced" + FROM + "WHERE measure_name = 'state' ORDER BY time LIMIT 2");
        check("values of all types", texts(states.get(0)).equals(List.of(at, "3.25", "0", "false", "idle – 停止", at)), states);
        check("a measure that a record lacks is null", texts(states.get(1)).get(4).equals("-"), states);
        List<Row> top = rows("SELECT pump, count(*), max(measure_value::double)" + FROM + "WHERE measure_name = 'temperature' AND time > ago(2h) GROUP BY pump");
        check("a maximum, with the value that was replaced", texts(top.get(0)).equals(List.of("p1", "60", "99.0")), top);
        refused("a column that is not there is refused by name", software.amazon.awssdk.services.timestreamquery.model.ValidationException.class,
                () -> rows("SELECT nothing" + FROM), e -> check("it is named", e.getMessage().contains("'nothing'"), e));
    }

    private void readSeries()
    {
        Datum series = rows("SELECT CREATE_TIME_SERIES(time, measure_value::double)" + FROM + "WHERE measure_name = 'temperature'").get(0).data().get(0);
        List<TimeSeriesDataPoint> points = series.timeSeriesValue();
        check("a time series", points.size() == 60 && points.get(59).value().scalarValue().equals("79.5"), points);
    }

    /** A query that nobody reads on goes on, and is charged, until it is cancelled. */
    private void cancel()
    {
        QueryRequest asked = QueryRequest.builder().queryString("SELECT *" + FROM + "ORDER BY time").maxRows(10).build();
        QueryResponse first = query.query(asked);
        query.cancelQuery(b -> b.queryId(first.queryId()));
        refused("a cancelled query has no next page", software.amazon.awssdk.services.timestreamquery.model.ConflictException.class,
                () -> query.query(asked.toBuilder().nextToken(first.nextToken()).build()), e -> {});
    }

    /** UNLOAD writes a result to S3; its manifest names the files. */
    private void unload()
    {
        try {
            s3.createBucket(b -> b.bucket(BUCKET));
        }
        catch (BucketAlreadyOwnedByYouException e) {
            // from an earlier run
        }
        List<String> answer = texts(rows("UNLOAD (SELECT time, strokes" + FROM + "WHERE measure_name = 'state') TO 's3://" + BUCKET + "/states' WITH (format = 'CSV', compression = 'GZIP')").get(0));
        check("UNLOAD to S3", answer.get(0).equals("60"), answer);
        List<String> files = Pattern.compile("s3://[^\"]+\\.gz").matcher(new String(fetch(answer.get(2)), UTF_8)).results().map(MatchResult::group).toList();
        long lines = files.stream().mapToLong(file -> unzipped(fetch(file)).lines().count()).sum();
        check("read what it wrote", lines == 60, files);
    }

    private byte[] fetch(String address)
    {
        URI at = URI.create(address);
        return s3.getObjectAsBytes(b -> b.bucket(at.getHost()).key(at.getPath().substring(1))).asByteArray();
    }

    private static String unzipped(byte[] bytes)
    {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            return new String(in.readAllBytes(), UTF_8);
        }
        catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void removeIfThere()
    {
        try {
            write.listTablesPaginator(b -> b.databaseName(DATABASE)).stream().flatMap(page -> page.tables().stream())
                    .forEach(t -> write.deleteTable(b -> b.databaseName(DATABASE).tableName(t.tableName())));
            write.deleteDatabase(b -> b.databaseName(DATABASE));
        }
        catch (ResourceNotFoundException e) {
            // nothing is left
        }
    }
}
