package interop;

import com.amazonaws.athena.connector.lambda.data.Block;
import com.amazonaws.athena.connector.lambda.data.BlockAllocatorImpl;
import com.amazonaws.athena.connector.lambda.metadata.GetTableLayoutResponse;
import com.amazonaws.athena.connector.lambda.records.ReadRecordsResponse;
import com.amazonaws.athena.connector.lambda.request.FederationResponse;
import com.amazonaws.athena.connector.lambda.serde.VersionedObjectMapperFactory;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.ListVector;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Proof that the examiner can fail: between it and the connector something is changed, one thing at a time, and each time
 * it has to report a difference. Unchanged, the same reads have to pass.
 */
final class SelfTest
{
    private static final int VERSION = 6;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Changes an answer; false if there was nothing to change in it. */
    private interface Mutation
    {
        boolean apply(ObjectNode answer)
                throws IOException;
    }

    private interface BlockMutation
    {
        boolean apply(Block rows);
    }

    /** What is changed in an answer of some type. */
    private record Fault(String type, Mutation change)
    {
        /** Whether lists and pings have to be asked for it to be met. */
        boolean ofMetadata()
        {
            return type.equals("PingResponse") || type.equals("ListTablesResponse");
        }

        boolean plant(ObjectNode answer)
                throws IOException
        {
            return answer.path("@type").asText().equals(type) && change.apply(answer);
        }
    }

    private final Map<String, Fault> faults = new LinkedHashMap<>();
    private final String source;
    private final Mode mode;
    private final Services services;
    private final Report report;
    private final List<KnownTable> tables;
    private final KnownTable read;
    private final BlockAllocatorImpl allocator = new BlockAllocatorImpl();

    SelfTest(String source, Mode mode, Services services, Report report, List<KnownTable> tables, KnownTable read)
    {
        this.source = source;
        this.mode = mode;
        this.services = services;
        this.report = report;
        this.tables = tables;
        this.read = read;
        rows("a number is one more", b -> number(b, 0, 1));
        rows("a number is 0 where there was null", SelfTest::zeroForNull);
        rows("a value is null", SelfTest::nullForValue);
        rows("a letter has changed", SelfTest::letter);
        rows("a list has an element less", SelfTest::element);
        rows("the last row is missing", b -> {
            b.setRowCount(Math.max(0, b.getRowCount() - 1));
            return true;
        });
        rows("a row comes twice, another one not", b -> {
            b.getFieldVectors().forEach(v -> v.copyFrom(0, 1, v));
            return b.getRowCount() > 1;
        });
        rows("two rows have exchanged a value", SelfTest::exchange);
        member("ListTablesResponse", "a table is missing", a -> remove(a, "tables"));
        member("GetSplitsResponse", "a split is missing", a -> remove(a, "splits"));
        member("GetSplitsResponse", "a split comes twice", a -> {
            ArrayNode all = (ArrayNode) a.get("splits");
            all.add(all.get(0).deepCopy());
            return true;
        });
        member("GetSplitsResponse", "no splits follow", a -> !a.get("continuationToken").isNull() && a.putNull("continuationToken") != null);
        member("GetSplitsResponse", "a split has another key", a -> {
            a.get("splits").forEach(s -> ((ObjectNode) s).set("encryptionKey", mode == Mode.PLAIN ? JSON.createObjectNode().put("key", "AAAAAAAAAAAAAAAAAAAAAA==").put("nonce", "AAAAAAAAAAAAAAAA") : JSON.nullNode()));
            return true;
        });
        member("GetTableLayoutResponse", "a partition is missing", a -> inBlock(a, "partitions", b -> {
            b.setRowCount(b.getRowCount() - 1);
            return true;
        }));
        member("RemoteReadRecordsResponse", "a block is missing", a -> remove(a, "remoteBlocks"));
        member("RemoteReadRecordsResponse", "a block comes twice", a -> {
            ArrayNode all = (ArrayNode) a.get("remoteBlocks");
            all.add(all.get(0).deepCopy());
            return true;
        });
        member("GetTableResponse", "members are in another order", a -> {
            a.set("catalogName", a.remove("catalogName"));
            return true;
        });
        member("GetTableResponse", "a member is too many", a -> !a.put("extra", 1).isEmpty());
        member("PingResponse", "another source answers", a -> !a.put("sourceType", "other").isEmpty());
        member("PingResponse", "the version is an old one", a -> !a.put("serDeVersion", 5).isEmpty());
    }

    private void rows(String name, BlockMutation m)
    {
        member("ReadRecordsResponse", name, a -> inBlock(a, "records", m));
    }

    private void member(String type, String name, Mutation m)
    {
        faults.put(name, new Fault(type, m));
    }

    void run()
            throws Exception
    {
        try (Proxy proxy = new Proxy(services.url); allocator) {
            Services through = new Services(proxy.url(), proxy.url());
            int before = examine(through, true);
            report.check(before == 0, "the examiner finds %d differences where nothing was changed", before);
            for (Map.Entry<String, Fault> m : faults.entrySet()) {
                AtomicInteger changed = new AtomicInteger();
                proxy.changing((path, answer) -> path.contains("/functions/") ? change(answer, m.getValue(), changed) : answer);
                int found = examine(through, m.getValue().ofMetadata());
                report.check(changed.get() > 0 || read.partitionColumns().isEmpty(), "there is nothing to change so that %s", m.getKey());
                report.check(changed.get() == 0 || found > 0, "the examiner does not see that %s", m.getKey());
                report.mutations.addAndGet(changed.get() > 0 ? 1 : 0);
            }
            constraints(proxy, through);
            if (mode != Mode.PLAIN) {
                AtomicInteger changed = new AtomicInteger();
                proxy.changing((path, answer) -> path.contains("/functions/") || answer.length < 200 ? answer : flipped(answer, changed));
                report.check(examine(through, false) > 0 && changed.get() > 0, "the examiner does not see that a stored block has changed");
                report.mutations.incrementAndGet();
            }
        }
    }

    /** Constraint trials have to see that a connector leaves out a row that matches. */
    private void constraints(Proxy proxy, Services through)
            throws Exception
    {
        proxy.changing((path, answer) -> path.contains("/functions/") ? change(answer, faults.get("the last row is missing"), new AtomicInteger()) : answer);
        Report own = Report.silent();
        new ConstraintTrials(List.of(read), v -> new Athena(through, mode, own, v), own, 1).run(0, ValueSets.Kind.values().length);
        report.check(own.differing() > 0, "constraint trials do not see that rows are missing");
        report.mutations.incrementAndGet();
    }

    /** A short examination of the same kind as the long one: how many differences it reports. */
    private int examine(Services through, boolean metadata)
    {
        Report own = Report.silent();
        KnownExamination e = new KnownExamination(source, mode, through, own, tables);
        try {
            if (metadata) {
                e.metadata(VERSION);
            }
            e.read(VERSION, read);
        }
        catch (RuntimeException broken) {
            own.differ("%s", broken);
        }
        return own.differing();
    }

    /** The first answer in which something can be changed is changed, and no other. */
    private byte[] change(byte[] answer, Fault f, AtomicInteger changed)
            throws IOException
    {
        JsonNode n = JSON.readTree(answer);
        synchronized (this) {
            if (changed.get() > 0 || !(n instanceof ObjectNode o) || !f.plant(o)) {
                return answer;
            }
            changed.incrementAndGet();
            return JSON.writeValueAsBytes(o);
        }
    }

    private static byte[] flipped(byte[] answer, AtomicInteger changed)
    {
        if (changed.getAndIncrement() > 0) {
            return answer;
        }
        byte[] other = answer.clone();
        other[other.length / 2] ^= 1;
        return other;
    }

    private static boolean remove(ObjectNode answer, String list)
    {
        ArrayNode all = (ArrayNode) answer.get(list);
        return all.size() > 0 && all.remove(all.size() - 1) != null;
    }

    /** Decodes the block of an answer, changes it and writes it back, with the SDK. */
    private boolean inBlock(ObjectNode answer, String member, BlockMutation m)
            throws IOException
    {
        ObjectMapper mapper = VersionedObjectMapperFactory.create(allocator, VERSION);
        FederationResponse r = mapper.readValue(answer.toString(), FederationResponse.class);
        Block block = r instanceof ReadRecordsResponse read ? read.getRecords() : ((GetTableLayoutResponse) r).getPartitions();
        if (block.getRowCount() == 0 || !m.apply(block)) {
            return false;
        }
        answer.set(member, mapper.readTree(mapper.writeValueAsString(r)).get(member));
        return true;
    }

    private static boolean number(Block b, int row, long more)
    {
        for (FieldVector v : b.getFieldVectors()) {
            if (v instanceof BigIntVector x && !x.isNull(row)) {
                x.set(row, x.get(row) + more);
                return true;
            }
        }
        return false;
    }

    private static boolean nullForValue(Block b)
    {
        for (FieldVector v : b.getFieldVectors()) {
            if (!v.isNull(b.getRowCount() - 1)) {
                v.setNull(b.getRowCount() - 1);
                return true;
            }
        }
        return false;
    }

    private static boolean zeroForNull(Block b)
    {
        for (FieldVector v : b.getFieldVectors()) {
            for (int i = 0; v instanceof BigIntVector x && i < b.getRowCount(); i++) {
                if (x.isNull(i)) {
                    x.set(i, 0);
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean letter(Block b)
    {
        for (FieldVector v : b.getFieldVectors()) {
            for (int i = 0; v instanceof VarCharVector x && i < b.getRowCount(); i++) {
                if (!x.isNull(i) && x.get(i).length > 0) {
                    x.setSafe(i, (new String(x.get(i), StandardCharsets.UTF_8) + "~").substring(1).getBytes(StandardCharsets.UTF_8));
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean element(Block b)
    {
        for (FieldVector v : b.getFieldVectors()) {
            int last = b.getRowCount() - 1;
            if (v instanceof ListVector x && !x.isNull(last) && x.getElementEndIndex(last) > x.getElementStartIndex(last)) {
                x.getOffsetBuffer().setInt((last + 1) * 4L, x.getElementEndIndex(last) - 1);
                return true;
            }
        }
        return false;
    }

    private static boolean exchange(Block b)
    {
        for (FieldVector v : b.getFieldVectors()) {
            if (v instanceof BigIntVector x && b.getRowCount() > 1 && !x.isNull(0) && !x.isNull(1) && x.get(0) != x.get(1)) {
                long first = x.get(0);
                x.set(0, x.get(1));
                x.set(1, first);
                return true;
            }
        }
        return false;
    }
}
