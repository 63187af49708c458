package interop;

import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.util.VersionInfo;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.services.timestreamquery.TimestreamQueryClient;
import software.amazon.awssdk.services.timestreamquery.model.QueryRequest;
import software.amazon.awssdk.services.timestreamquery.model.QueryResponse;
import software.amazon.awssdk.services.timestreamquery.model.TimestreamQueryException;
import software.amazon.awssdk.services.timestreamwrite.TimestreamWriteClient;
import software.amazon.awssdk.services.timestreamwrite.model.ConflictException;
import software.amazon.awssdk.services.timestreamwrite.model.Database;
import software.amazon.awssdk.services.timestreamwrite.model.Dimension;
import software.amazon.awssdk.services.timestreamwrite.model.MeasureValue;
import software.amazon.awssdk.services.timestreamwrite.model.MeasureValueType;
import software.amazon.awssdk.services.timestreamwrite.model.Record;
import software.amazon.awssdk.services.timestreamwrite.model.RecordsIngested;
import software.amazon.awssdk.services.timestreamwrite.model.RejectedRecordsException;
import software.amazon.awssdk.services.timestreamwrite.model.ResourceNotFoundException;
import software.amazon.awssdk.services.timestreamwrite.model.Table;
import software.amazon.awssdk.services.timestreamwrite.model.TableStatus;
import software.amazon.awssdk.services.timestreamwrite.model.Tag;
import software.amazon.awssdk.services.timestreamwrite.model.TimeUnit;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

import static java.nio.charset.StandardCharsets.UTF_8;

/** The AWS SDK for Java as a client of the embedded Timestream, with endpoint discovery and without it. */
final class TimestreamClients
{
    private static final String TABLE = "t";

    /**
     * Stands for AWS's host names, ports and TLS: a client whose endpoint is overridden never asks for another, so the
     * discovering clients have none, and their requests are turned to the server here. The SDK cannot use a discovered
     * address with a port, so the port is hidden from it.
     */
    private final class Network
            implements ExecutionInterceptor
    {
        final AtomicInteger questions = new AtomicInteger();
        final AtomicInteger toDiscovered = new AtomicInteger();
        final AtomicInteger elsewhere = new AtomicInteger();

        @Override
        public SdkHttpRequest modifyHttpRequest(Context.ModifyHttpRequest context, ExecutionAttributes attributes)
        {
            SdkHttpRequest r = context.httpRequest();
            boolean question = r.firstMatchingHeader("X-Amz-Target").orElse("").endsWith(".DescribeEndpoints");
            boolean discovered = r.host().equals(url.getHost());
            (question ? questions : discovered ? toDiscovered : elsewhere).incrementAndGet();
            return r.toBuilder().protocol(url.getScheme()).host(url.getHost()).port(url.getPort()).build();
        }

        @Override
        public Optional<InputStream> modifyHttpResponseContent(Context.ModifyHttpResponse context, ExecutionAttributes attributes)
        {
            Optional<InputStream> body = context.responseBody();
            if (!context.httpRequest().firstMatchingHeader("X-Amz-Target").orElse("").endsWith(".DescribeEndpoints")) {
                return body;
            }
            return body.map(b -> {
                try {
                    return new ByteArrayInputStream(new String(b.readAllBytes(), UTF_8).replace(":" + url.getPort(), "").getBytes(UTF_8));
                }
                catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    private final URI url;
    private final Report report;

    TimestreamClients(URI url, Report report)
    {
        this.url = url;
        this.report = report;
    }

    void run()
    {
        for (boolean discovery : new boolean[] {false, true}) {
            String database = "java_" + (discovery ? "discovering" : "direct");
            long checked = report.checks.get();
            int differed = report.differing();
            Network network = new Network();
            TimestreamWriteClient w = client(TimestreamWriteClient.builder(), discovery, network).endpointDiscoveryEnabled(discovery).build();
            TimestreamQueryClient q = client(TimestreamQueryClient.builder(), discovery, network).endpointDiscoveryEnabled(discovery).build();
            report.check(w.describeEndpoints(b -> {}).endpoints().get(0).address().equals(url.getHost()), "DescribeEndpoints names another address");
            metadata(w, database);
            write(w, database);
            query(q, database);
            cancel(q);
            remove(w, database);
            report.check(network.elsewhere.get() == 0 && network.toDiscovered.get() > 50, "discovery %s: %s requests to the server's address, %s elsewhere", discovery, network.toDiscovered, network.elsewhere);
            report.check((network.questions.get() > 1) == discovery, "discovery %s: DescribeEndpoints was called %s times", discovery, network.questions);
            System.out.printf("%-36s %4d checks, %d differences%n", "AWS SDK for Java " + VersionInfo.SDK_VERSION + (discovery ? ", discovering" : ", told where"),
                    report.checks.get() - checked, report.differing() - differed);
        }
    }

    private <B extends AwsClientBuilder<B, ?>> B client(B builder, boolean discovery, Network network)
    {
        return (discovery ? Services.identified(builder) : Services.at(url, builder)).overrideConfiguration(c -> c.addExecutionInterceptor(network));
    }

    private void metadata(TimestreamWriteClient w, String database)
    {
        Database d = w.createDatabase(b -> b.databaseName(database).tags(Tag.builder().key("k").value("v").build())).database();
        report.check(d.databaseName().equals(database) && d.arn().endsWith("database/" + database) && d.creationTime() != null && d.tableCount() == 0, "CreateDatabase answers %s", d);
        report.check(w.listTagsForResource(b -> b.resourceARN(d.arn())).tags().size() == 1, "the database's tag is lost");
        try {
            w.createDatabase(b -> b.databaseName(database));
            report.differ("a database was made twice");
        }
        catch (ConflictException e) {
            report.check(e.statusCode() == 409, "a second CreateDatabase answers %s", e.statusCode());
        }
        for (int i = 0; i < 45; i++) {
            String name = i == 0 ? TABLE : "t%02d".formatted(i);
            Table t = w.createTable(b -> b.databaseName(database).tableName(name).retentionProperties(r -> r.memoryStoreRetentionPeriodInHours(24L).magneticStoreRetentionPeriodInDays(365L))
                    .magneticStoreWriteProperties(m -> m.enableMagneticStoreWrites(true))).table();
            report.check(t.tableStatus() == TableStatus.ACTIVE && t.retentionProperties().memoryStoreRetentionPeriodInHours() == 24, "CreateTable answers %s", t);
        }
        List<String> names = new ArrayList<>();
        w.listTablesPaginator(b -> b.databaseName(database).maxResults(20)).forEach(page -> page.tables().forEach(t -> names.add(t.tableName())));
        report.check(names.size() == 45 && names.stream().distinct().count() == 45, "ListTables in pages of 20 names %s", names);
        List<String> databases = new ArrayList<>();
        w.listDatabasesPaginator(b -> b.maxResults(1)).forEach(page -> page.databases().forEach(x -> databases.add(x.databaseName())));
        report.check(databases.contains(database), "ListDatabases in pages of 1 names %s", databases);
        report.check(w.describeDatabase(b -> b.databaseName(database)).database().tableCount() == 45, "DescribeDatabase counts tables wrongly");
        w.updateTable(b -> b.databaseName(database).tableName(TABLE).retentionProperties(r -> r.memoryStoreRetentionPeriodInHours(48L).magneticStoreRetentionPeriodInDays(7L)));
        report.check(w.describeTable(b -> b.databaseName(database).tableName(TABLE)).table().retentionProperties().magneticStoreRetentionPeriodInDays() == 7, "UpdateTable is lost");
        try {
            w.describeTable(b -> b.databaseName(database).tableName("nowhere"));
            report.differ("a missing table was described");
        }
        catch (ResourceNotFoundException e) {
            report.check(e.statusCode() == 404 && e.getMessage().contains("does not exist"), "a missing table: %s", e.getMessage());
        }
    }

    private void write(TimestreamWriteClient w, String database)
    {
        long now = System.currentTimeMillis();
        List<Record> records = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            String host = "h" + i;
            records.add(Record.builder().dimensions(Dimension.builder().name("host").value(host).build()).measureName("cpu").measureValue(i + ".5").measureValueType(MeasureValueType.DOUBLE).build());
            records.add(Record.builder().dimensions(Dimension.builder().name("host").value(host).build()).measureName("all").measureValueType(MeasureValueType.MULTI).measureValues(
                    MeasureValue.builder().name("n").type(MeasureValueType.BIGINT).value("" + i).build(),
                    MeasureValue.builder().name("at").type(MeasureValueType.TIMESTAMP).value("" + now).build()).build());
        }
        Record common = Record.builder().dimensions(Dimension.builder().name("region").value("eu").build()).time("" + now).timeUnit(TimeUnit.MILLISECONDS).version(5L).build();
        RecordsIngested in = w.writeRecords(b -> b.databaseName(database).tableName(TABLE).commonAttributes(common).records(records)).recordsIngested();
        report.check(in.total() == 100, "WriteRecords ingested %s", in);
        try {
            w.writeRecords(b -> b.databaseName(database).tableName(TABLE).commonAttributes(common.toBuilder().version(1L).build()).records(
                    records.get(0).toBuilder().measureValue("99").build(),
                    records.get(0).toBuilder().measureName("new").build(),
                    records.get(0).toBuilder().measureName("cpu").measureValueType(MeasureValueType.VARCHAR).measureValue("text").build()));
            report.differ("an older version was not rejected");
        }
        catch (RejectedRecordsException e) {
            report.check(e.statusCode() == 419 && e.rejectedRecords().stream().map(r -> r.recordIndex()).toList().equals(List.of(0, 2)), "rejected were %s", e.rejectedRecords());
            report.check(Long.valueOf(5).equals(e.rejectedRecords().get(0).existingVersion()), "the existing version is %s", e.rejectedRecords().get(0).existingVersion());
        }
    }

    private void query(TimestreamQueryClient q, String database)
    {
        String sql = "SELECT host, n FROM \"" + database + "\".\"" + TABLE + "\" WHERE measure_name = 'all' AND region = 'eu' ORDER BY n";
        List<String> hosts = new ArrayList<>();
        int pages = 0;
        for (QueryResponse r : q.queryPaginator(QueryRequest.builder().queryString(sql).maxRows(7).build())) {
            pages++;
            report.check(r.rows().size() <= 7, "a page of 7 rows has %d", r.rows().size());
            r.rows().forEach(row -> hosts.add(row.data().get(0).scalarValue()));
        }
        report.check(pages >= 8 && hosts.size() == 50 && hosts.get(49).equals("h49"), "50 rows in pages of 7 came in %d pages: %s", pages, hosts);
        Rows rejectedNot = Reference.query(q, "SELECT count(*) AS n FROM \"" + database + "\".\"" + TABLE + "\" WHERE measure_name = 'new'");
        report.check(rejectedNot.rows.get(0)[0].equals(1L), "the valid record of a partly rejected write is not stored");
        report.check(q.prepareQuery(b -> b.queryString("SELECT host, n FROM \"" + database + "\".\"" + TABLE + "\" WHERE host = @h").validateOnly(true)).parameters().size() == 1,
                "PrepareQuery finds no parameter");
        try {
            q.query(b -> b.queryString("SELECT nowhere FROM \"" + database + "\".\"" + TABLE + "\""));
            report.differ("a missing column was not refused");
        }
        catch (software.amazon.awssdk.services.timestreamquery.model.ValidationException e) {
            report.check(e.getMessage().contains("Column 'nowhere' does not exist"), "a missing column: %s", e.getMessage());
        }
    }

    private void cancel(TimestreamQueryClient q)
    {
        String sql = "SELECT id, payload FROM \"" + Tables.DATABASE + "\".\"" + Tables.BIG + "\"";
        QueryResponse first = q.query(b -> b.queryString(sql));
        report.check(first.nextToken() != null, "a result of several pages came in one");
        q.cancelQuery(b -> b.queryId(first.queryId()));
        report.check(q.cancelQuery(b -> b.queryId(first.queryId())).cancellationMessage() != null, "a second cancel says nothing");
        try {
            q.query(b -> b.queryString(sql).nextToken(first.nextToken()));
            report.differ("a cancelled query went on");
        }
        catch (TimestreamQueryException e) {
            report.check(e.awsErrorDetails().errorCode().equals("ConflictException"), "the next page of a cancelled query: %s", e.getMessage());
        }
    }

    private void remove(TimestreamWriteClient w, String database)
    {
        try {
            w.deleteDatabase(b -> b.databaseName(database));
            report.differ("a database with tables was deleted");
        }
        catch (software.amazon.awssdk.services.timestreamwrite.model.ValidationException e) {
            report.check(e.statusCode() == 400, "deleting a database with tables answers %d", e.statusCode());
        }
        List<String> names = new ArrayList<>();
        w.listTablesPaginator(b -> b.databaseName(database)).forEach(page -> page.tables().forEach(t -> names.add(t.tableName())));
        names.forEach(n -> w.deleteTable(b -> b.databaseName(database).tableName(n)));
        w.deleteDatabase(b -> b.databaseName(database));
    }
}
