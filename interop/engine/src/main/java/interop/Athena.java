package interop;

import com.amazonaws.athena.connector.lambda.data.Block;
import com.amazonaws.athena.connector.lambda.data.BlockAllocatorImpl;
import com.amazonaws.athena.connector.lambda.data.S3BlockSpillReader;
import com.amazonaws.athena.connector.lambda.domain.Split;
import com.amazonaws.athena.connector.lambda.domain.TableName;
import com.amazonaws.athena.connector.lambda.domain.predicate.Constraints;
import com.amazonaws.athena.connector.lambda.domain.spill.S3SpillLocation;
import com.amazonaws.athena.connector.lambda.domain.spill.SpillLocation;
import com.amazonaws.athena.connector.lambda.metadata.GetDataSourceCapabilitiesRequest;
import com.amazonaws.athena.connector.lambda.metadata.GetDataSourceCapabilitiesResponse;
import com.amazonaws.athena.connector.lambda.metadata.GetSplitsRequest;
import com.amazonaws.athena.connector.lambda.metadata.GetSplitsResponse;
import com.amazonaws.athena.connector.lambda.metadata.GetTableLayoutRequest;
import com.amazonaws.athena.connector.lambda.metadata.GetTableLayoutResponse;
import com.amazonaws.athena.connector.lambda.metadata.GetTableRequest;
import com.amazonaws.athena.connector.lambda.metadata.GetTableResponse;
import com.amazonaws.athena.connector.lambda.metadata.ListSchemasRequest;
import com.amazonaws.athena.connector.lambda.metadata.ListSchemasResponse;
import com.amazonaws.athena.connector.lambda.metadata.ListTablesRequest;
import com.amazonaws.athena.connector.lambda.metadata.ListTablesResponse;
import com.amazonaws.athena.connector.lambda.records.ReadRecordsRequest;
import com.amazonaws.athena.connector.lambda.records.ReadRecordsResponse;
import com.amazonaws.athena.connector.lambda.records.RemoteReadRecordsResponse;
import com.amazonaws.athena.connector.lambda.request.FederationResponse;
import com.amazonaws.athena.connector.lambda.request.PingRequest;
import com.amazonaws.athena.connector.lambda.request.PingResponse;
import com.amazonaws.athena.connector.lambda.security.EncryptionKey;
import com.amazonaws.athena.connector.lambda.security.FederatedIdentity;
import org.apache.arrow.vector.types.pojo.Schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;

/** One query's conversation with the connector, at one version. Close it to free its Arrow memory. */
final class Athena
        implements AutoCloseable
{
    /** The sizes that the engine states with each read. */
    record Limits(String name, long block, long inline)
    {
        /** The public validation tool's. */
        static final Limits USUAL = new Limits("inline", 16_000_000, 5_242_880);
        static final Limits ONE_BLOCK = new Limits("one spilled block", 16_000_000, 1);
        static final Limits MANY_BLOCKS = new Limits("many spilled blocks", 20_000, 1);
        /** For tables whose rows alone may take more than a small block: a column costs about 100 bytes, however short. */
        static final Limits MANY_WIDE_BLOCKS = new Limits("many spilled blocks", 100_000, 1);

        boolean many()
        {
            return this == MANY_BLOCKS || this == MANY_WIDE_BLOCKS;
        }
    }

    /**
     * How much of a block's size, as the SDK counts it after reading, may be bits that say "not null" of every value: they
     * need not be sent, so the connector need not count them.
     */
    private static final double VALIDITY = 0.02;

    private static final Executor SPLITS = Executors.newCachedThreadPool(r -> {
        Thread t = new Thread(r);
        t.setDaemon(true);
        return t;
    });

    final int version;
    final BlockAllocatorImpl allocator = new BlockAllocatorImpl();
    String queryId = UUID.randomUUID().toString();
    final String catalog = "lambda:timestream";
    FederatedIdentity identity = new FederatedIdentity("arn:aws:iam::123456789012:role/Analyst", "123456789012",
            Map.of("team", "blé \ud83d\ude00"), List.of("readers", "writers"), Map.of());
    private final Services services;
    private final Report report;
    private final Mode mode;
    private final Lambda lambda;
    /** Changes the JSON of GetTableLayout, GetSplits and ReadRecords before they are sent. */
    private UnaryOperator<String> change = UnaryOperator.identity();
    /** How many answers the splits of the last table came in. */
    int splitReplies;

    Athena(Services services, Mode mode, Report report, int version)
    {
        this.services = services;
        this.mode = mode;
        this.report = report;
        this.version = version;
        this.lambda = new Lambda(services.lambda, report, version, allocator);
    }

    Athena changing(UnaryOperator<String> change)
    {
        this.change = change;
        return this;
    }

    /** The same query with Arrow memory of its own, for another thread. */
    private Athena beside()
    {
        Athena a = new Athena(services, mode, report, version).changing(change);
        a.queryId = queryId;
        a.identity = identity;
        return a;
    }

    PingResponse ping()
    {
        PingResponse r = lambda.ask(new PingRequest(identity, catalog, queryId), PingResponse.class);
        report.check(r.getCatalogName().equals(catalog) && r.getQueryId().equals(queryId), "ping answers %s", r);
        return r;
    }

    GetDataSourceCapabilitiesResponse capabilities()
    {
        return lambda.ask(new GetDataSourceCapabilitiesRequest(identity, queryId, catalog), GetDataSourceCapabilitiesResponse.class);
    }

    List<String> schemas()
    {
        return new ArrayList<>(lambda.ask(new ListSchemasRequest(identity, queryId, catalog), ListSchemasResponse.class).getSchemas());
    }

    /** All pages of the list. */
    List<String> tables(String schema, int pageSize)
    {
        List<String> names = new ArrayList<>();
        String token = null;
        do {
            ListTablesResponse r = lambda.ask(new ListTablesRequest(identity, queryId, catalog, schema, token, pageSize), ListTablesResponse.class);
            report.check(pageSize < 0 || r.getTables().size() <= pageSize, "a page of %d tables has %d", pageSize, r.getTables().size());
            report.check(pageSize > 0 || r.getNextToken() == null, "an unlimited list of tables has a token");
            for (TableName t : r.getTables()) {
                report.check(t.getSchemaName().equals(schema), "the table list of %s names %s", schema, t);
                names.add(t.getTableName());
            }
            token = r.getNextToken();
        }
        while (token != null);
        return names;
    }

    /** Whatever the page size, all tables of the schema come, each once. */
    void checkTables(String schema, Set<String> expected)
    {
        for (int size : new int[] {-1, 1, 7, 10, expected.size(), expected.size() + 1, 1000}) {
            List<String> paged = tables(schema, size);
            report.check(paged.size() == expected.size() && Set.copyOf(paged).equals(expected), "the tables of %s in pages of %d are %s", schema, size, paged);
        }
    }

    GetTableResponse table(TableName name, Map<String, String> passthrough)
    {
        return lambda.ask(new GetTableRequest(identity, queryId, catalog, name, passthrough), GetTableResponse.class);
    }

    Block layout(TableName name, Schema schema, Set<String> partitionColumns, Constraints constraints)
    {
        FederationResponse r = lambda.ask(new GetTableLayoutRequest(identity, queryId, catalog, name, constraints, schema, partitionColumns), change);
        return ((GetTableLayoutResponse) r).getPartitions();
    }

    /** The splits of all replies, each with the key and place that this query's mode asks for. */
    List<Split> splits(TableName name, Block partitions, Set<String> partitionColumns, Constraints constraints)
    {
        List<Split> all = new ArrayList<>();
        String token = null;
        splitReplies = 0;
        do {
            splitReplies++;
            GetSplitsResponse r = (GetSplitsResponse) lambda.ask(new GetSplitsRequest(identity, queryId, catalog, name, partitions,
                    new ArrayList<>(partitionColumns), constraints, token), change);
            all.addAll(r.getSplits());
            token = r.getContinuationToken();
        }
        while (token != null);
        for (Split s : all) {
            mode.checkKey(report, s.getEncryptionKey());
            S3SpillLocation at = (S3SpillLocation) s.getSpillLocation();
            report.check(at.isDirectory() && at.getKey().contains(queryId), "the split's spill location is %s", at);
        }
        report.check(all.stream().map(Split::getSpillLocation).distinct().count() == all.size(), "splits of %s share a place to spill to", name);
        report.check(all.get(0).getEncryptionKey() == null || all.stream().map(Split::getEncryptionKey).distinct().count() == all.size(), "splits of %s share a key", name);
        return all;
    }

    /** All rows of a table without partition columns, all columns of which are asked for. */
    Rows read(TableName name, Schema schema, Constraints constraints, Limits limits)
    {
        return read(name, schema, Set.of(), schema, constraints, limits);
    }

    /** Some columns of all rows of a table: layout, splits, and a read of each split, all splits at once. */
    Rows read(TableName name, Schema schema, Set<String> partitionColumns, Schema asked, Constraints constraints, Limits limits)
    {
        Block partitions = layout(name, schema, partitionColumns, constraints);
        report.check(partitions.getRowCount() > 0 || !partitionColumns.isEmpty(), "the layout of %s has no partitions", name);
        if (partitions.getRowCount() == 0) {
            return new Rows(asked);
        }
        return read(name, asked, splits(name, partitions, partitionColumns, constraints), constraints, limits);
    }

    /** The rows of all splits, which are read at once. */
    Rows read(TableName name, Schema schema, List<Split> splits, Constraints constraints, Limits limits)
    {
        if (splits.size() == 1) {
            return read(name, schema, splits.get(0), constraints, limits);
        }
        List<CompletableFuture<Rows>> reads = new ArrayList<>();
        for (Split s : splits) {
            reads.add(CompletableFuture.supplyAsync(() -> {
                try (Athena part = beside()) {
                    return part.read(name, schema, s, constraints, limits);
                }
            }, SPLITS));
        }
        Rows all = new Rows(schema);
        for (CompletableFuture<Rows> r : reads) {
            try {
                all.addAll(r.join());
            }
            catch (java.util.concurrent.CompletionException e) {
                throw e.getCause() instanceof RuntimeException cause ? cause : e;
            }
        }
        return all;
    }

    Rows read(TableName name, Schema schema, Split split, Constraints constraints, Limits limits)
    {
        FederationResponse r = lambda.ask(new ReadRecordsRequest(identity, catalog, queryId, name, schema, split, constraints, limits.block(), limits.inline()), change);
        Rows rows = new Rows(schema);
        if (r instanceof ReadRecordsResponse inline) {
            checkSchema(schema, inline.getRecords().getSchema());
            report.check(limits.inline() > inline.getRecords().getSize() * (1 - VALIDITY), "an inline block has %d bytes, %d were allowed", inline.getRecords().getSize(), limits.inline());
            report.blocks.incrementAndGet();
            rows.add(inline.getRecords());
            return rows;
        }
        RemoteReadRecordsResponse remote = (RemoteReadRecordsResponse) r;
        checkSchema(schema, remote.getSchema());
        report.check(Objects.equals(remote.getEncryptionKey(), split.getEncryptionKey()), "the answer's key is not the split's");
        report.check(remote.getNumberBlocks() == remote.getRemoteBlocks().size(), "the answer counts its blocks wrongly");
        for (SpillLocation l : remote.getRemoteBlocks()) {
            rows.add(fetch((S3SpillLocation) l, (S3SpillLocation) split.getSpillLocation(), remote.getEncryptionKey(), remote.getSchema(), limits));
        }
        remote.getRemoteBlocks().stream().findFirst().ifPresent(l -> checkStored((S3SpillLocation) l, remote.getEncryptionKey(), limits));
        return rows;
    }

    private Block fetch(S3SpillLocation at, S3SpillLocation split, EncryptionKey key, Schema schema, Limits limits)
    {
        report.check(!at.isDirectory() && at.getBucket().equals(split.getBucket()) && at.getKey().matches("\\Q" + split.getKey() + "\\E\\.\\d+"),
                "block %s is not of split %s", at, split);
        Block b = new S3BlockSpillReader(services.s3, allocator).read(at, key, schema);
        report.check(b.getRowCount() > 0, "block %s is empty", at);
        report.check(b.getRowCount() == 1 || b.getSize() * (1 - VALIDITY) <= limits.block(), "block %s has %d bytes, %d were allowed", at, b.getSize(), limits.block());
        report.blocks.incrementAndGet();
        return b;
    }

    /** The object has to be one legacy message, with the tag behind it if it is encrypted, and nothing else. */
    private void checkStored(S3SpillLocation at, EncryptionKey key, Limits limits)
    {
        byte[] clear = new S3BlockSpillReader(services.s3, allocator).read(at, key);
        long stored = services.s3.headObject(q -> q.bucket(at.getBucket()).key(at.getKey())).contentLength();
        report.check(stored == clear.length + (key == null ? 0 : 16), "block %s: %d bytes stored, %d in the clear", at, stored, clear.length);
        report.check(clear.length <= limits.block(), "block %s has %d bytes in the clear, %d were allowed", at, clear.length, limits.block());
        report.check(clear[0] != (byte) 0xFF, "block %s does not have the framing of spilled blocks", at);
    }

    private void checkSchema(Schema asked, Schema got)
    {
        report.check(asked.getFields().equals(got.getFields()), "asked for columns %s, got %s", asked.getFields(), got.getFields());
    }

    @Override
    public void close()
    {
        allocator.close();
    }
}
