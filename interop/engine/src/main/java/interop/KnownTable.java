package interop;

import com.amazonaws.athena.connector.lambda.domain.TableName;
import org.apache.arrow.vector.types.pojo.Schema;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A table whose columns and rows the examiner knows without the connector. Key is a column without two equal values or
 * nulls, or "" if the rows have to come in order.
 */
record KnownTable(TableName name, Schema schema, Set<String> partitionColumns, Rows rows, String key)
{
    /** The combinations of values in the partition columns, in the order of these columns. */
    Set<List<Object>> partitions()
    {
        Set<List<Object>> all = new LinkedHashSet<>();
        rows.tuples(partitionColumns).forEach(all::add);
        return all;
    }

    /** Limits that the rows need several blocks for, and that each row keeps to: a column costs about 100 bytes, however short. */
    Athena.Limits severalBlocks()
    {
        long largest = rows.rows.stream().mapToLong(KnownTable::bytes).max().orElse(0) + schema.getFields().size() * 400L;
        return new Athena.Limits("several spilled blocks", Math.max(20_000, 2 * largest), 1);
    }

    private static long bytes(Object v)
    {
        if (v instanceof Object[] row) {
            return Arrays.stream(row).mapToLong(KnownTable::bytes).sum();
        }
        if (v instanceof List<?> parts) {
            return 8 + parts.stream().mapToLong(KnownTable::bytes).sum();
        }
        return v instanceof String s ? 3L * s.length() : v instanceof ByteBuffer b ? b.capacity() : 16;
    }
}
