package interop;

import com.amazonaws.athena.connector.lambda.data.Block;
import com.amazonaws.athena.connector.lambda.data.BlockAllocatorImpl;
import com.amazonaws.athena.connector.lambda.data.BlockUtils;
import com.amazonaws.athena.connector.lambda.data.FieldResolver;
import com.amazonaws.athena.connector.lambda.data.S3BlockSpiller;
import com.amazonaws.athena.connector.lambda.data.SchemaBuilder;
import com.amazonaws.athena.connector.lambda.data.SpillConfig;
import com.amazonaws.athena.connector.lambda.data.writers.GeneratedRowWriter;
import com.amazonaws.athena.connector.lambda.data.writers.extractors.BigIntExtractor;
import com.amazonaws.athena.connector.lambda.data.writers.fieldwriters.FieldWriter;
import com.amazonaws.athena.connector.lambda.domain.predicate.ConstraintEvaluator;
import com.amazonaws.athena.connector.lambda.domain.predicate.Range;
import com.amazonaws.athena.connector.lambda.domain.predicate.SortedRangeSet;
import com.amazonaws.athena.connector.lambda.domain.spill.S3SpillLocation;
import com.amazonaws.athena.connector.lambda.domain.spill.SpillLocation;
import com.amazonaws.athena.connector.lambda.domain.spill.SpillLocationVerifier;
import com.amazonaws.athena.connector.lambda.security.EncryptionKey;
import org.apache.arrow.vector.holders.NullableBigIntHolder;
import org.apache.arrow.vector.types.pojo.Schema;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadBucketRequest;
import software.amazon.awssdk.services.s3.model.HeadBucketResponse;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** What the SDK's own spiller and row writer do wrong, or otherwise than one would expect. See {@link SdkDefects}. */
final class SpillDefects
{
    private static final S3SpillLocation SPLIT = S3SpillLocation.newBuilder().withBucket("b").withPrefix("p").withQueryId("q").withSplitId("s").withIsDirectory(true).build();

    private final Report report;
    private final BlockAllocatorImpl allocator = new BlockAllocatorImpl();

    private SpillDefects(Report report)
    {
        this.report = report;
    }

    static void show(Report report)
            throws Exception
    {
        SpillDefects d = new SpillDefects(report);
        try (d.allocator) {
            d.lastBlockThatCannotBeStoredIsForgotten();
            d.blockMayBeLargerThanItsLimit();
            d.blocksOfASplitShareKeyAndNonce();
            d.slashOfAPrefixIsDoubled();
            d.missingBucketIsRememberedAfterItWasMade();
            d.rejectedRowLeavesItsListToTheNext();
        }
    }

    /** A failed write of the last block is never looked at: the answer lacks that block, and no one learns of it. */
    void lastBlockThatCannotBeStoredIsForgotten()
            throws Exception
    {
        S3Client full = new Store()
        {
            @Override
            public PutObjectResponse putObject(PutObjectRequest r, RequestBody body)
            {
                throw new UncheckedIOException(new IOException("no space"));
            }
        };
        int blocks = spill(full, null, 1 << 20, 10).size();
        report.check(blocks == 0, "the SDK has changed: a lost block is one of %d", blocks);
    }

    /** The block is closed after the row that went over the limit, and its padding and metadata do not count. */
    void blockMayBeLargerThanItsLimit()
            throws Exception
    {
        Store s3 = new Store();
        spill(s3, null, 1000, 400);
        report.check(s3.objects.size() > 1 && s3.objects.stream().anyMatch(o -> o.length > 1000), "the SDK has changed: %d blocks of at most 1000 bytes keep to that", s3.objects.size());
    }

    /** AES-GCM with one key and nonce for all blocks: the difference of two ciphertexts is that of the clear texts. */
    void blocksOfASplitShareKeyAndNonce()
            throws Exception
    {
        Store clear = new Store();
        Store sealed = new Store();
        spill(clear, null, 1000, 400);
        spill(sealed, new EncryptionKey(new byte[32], new byte[12]), 1000, 400);
        byte[] a = clear.objects.get(0);
        byte[] b = clear.objects.get(1);
        boolean told = true;
        for (int i = 0; i < Math.min(a.length, b.length); i++) {
            told = told && (a[i] ^ b[i]) == (sealed.objects.get(0)[i] ^ sealed.objects.get(1)[i]);
        }
        report.check(told && sealed.objects.get(0).length == a.length + 16, "the SDK has changed: blocks of a split no longer share key and nonce");
    }

    void slashOfAPrefixIsDoubled()
    {
        String key = S3SpillLocation.newBuilder().withBucket("b").withPrefix("p/").withQueryId("q").withSplitId("s").withIsDirectory(true).build().getKey();
        report.check(key.equals("p//q/s"), "the SDK has changed: the prefix p/ makes %s", key);
    }

    /** The verdict on a bucket is kept for the life of the function, so mending the bucket does not help. */
    void missingBucketIsRememberedAfterItWasMade()
    {
        boolean[] there = new boolean[1];
        SpillLocationVerifier verifier = new SpillLocationVerifier(new Store()
        {
            @Override
            public HeadBucketResponse headBucket(HeadBucketRequest r)
            {
                if (!there[0]) {
                    throw NoSuchBucketException.builder().statusCode(404).message("not there").build();
                }
                return HeadBucketResponse.builder().build();
            }
        });
        for (int i = 0; i < 2; i++) {
            try {
                verifier.checkBucketAuthZ("b");
                report.differ("the SDK has changed: bucket that is there (%s) is accepted", there[0]);
            }
            catch (RuntimeException e) {
                report.check(e.getMessage().contains("not found under your account"), "the SDK has changed: the missing bucket is %s", e);
            }
            there[0] = true;
        }
    }

    /** A rejected row's list stays in its place, and the next row, whose list is null, has it: values of another row. */
    void rejectedRowLeavesItsListToTheNext()
            throws Exception
    {
        Schema schema = SchemaBuilder.newBuilder().addBigIntField("k").addListField("l", Cell.BIGINT).build();
        Object[][] rows = {{1L, List.of(7L, 8L)}, {9L, null}};
        GeneratedRowWriter writer = GeneratedRowWriter.newBuilder(Examination.constraints(Map.of("k", SortedRangeSet.of(Range.greaterThan(allocator, Cell.BIGINT, 5L))), null))
                .withExtractor("k", (BigIntExtractor) (Object row, NullableBigIntHolder h) -> {
                    h.isSet = 1;
                    h.value = (Long) ((Object[]) row)[0];
                })
                .withFieldWriterFactory("l", (vector, extractor, constraint) -> (FieldWriter) (Object row, int at) -> {
                    if (((Object[]) row)[1] != null) {
                        BlockUtils.setComplexValue(vector, at, FieldResolver.DEFAULT, ((Object[]) row)[1]);
                    }
                    return true;
                }).build();
        Block block = allocator.createBlock(schema);
        int n = 0;
        for (Object[] row : rows) {
            n += writer.writeRow(block, n, row) ? 1 : 0;
        }
        block.setRowCount(n);
        Rows got = new Rows(schema);
        got.add(block);
        report.check(n == 1 && Arrays.deepEquals(got.rows.get(0), new Object[] {9L, List.of(7L, 8L)}), "the SDK has changed: after a rejected row comes %s", Arrays.deepToString(got.rows.toArray()));
    }

    /** The blocks of the answer that a connector gives whose rows, of one bigint, go through the SDK's spiller. */
    private List<SpillLocation> spill(S3Client s3, EncryptionKey key, long blockSize, int rows)
    {
        Schema schema = SchemaBuilder.newBuilder().addBigIntField("n").build();
        SpillConfig config = SpillConfig.newBuilder().withSpillLocation(SPLIT).withRequestId("q").withNumSpillThreads(1).withEncryptionKey(key)
                .withMaxBlockBytes(blockSize).withMaxInlineBlockBytes(1).build();
        try (S3BlockSpiller spiller = new S3BlockSpiller(s3, config, allocator, schema, ConstraintEvaluator.emptyEvaluator(), Map.of())) {
            for (long i = 0; i < rows; i++) {
                long value = i;
                spiller.writeRows((block, row) -> block.setValue("n", row, value) ? 1 : 0);
            }
            report.check(spiller.spilled(), "the SDK has changed: %d rows are not spilled", rows);
            return List.copyOf(spiller.getSpillLocations());
        }
    }

    /** A bucket in memory; whatever else is asked of it is an error. */
    private static class Store
            implements S3Client
    {
        final List<byte[]> objects = new CopyOnWriteArrayList<>();

        @Override
        public PutObjectResponse putObject(PutObjectRequest r, RequestBody body)
        {
            try (var in = body.contentStreamProvider().newStream()) {
                objects.add(in.readAllBytes());
            }
            catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return PutObjectResponse.builder().build();
        }

        @Override
        public String serviceName()
        {
            return "s3";
        }

        @Override
        public void close() {}
    }
}
