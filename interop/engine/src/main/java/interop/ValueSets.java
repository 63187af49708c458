package interop;

import com.amazonaws.athena.connector.lambda.data.BlockAllocator;
import com.amazonaws.athena.connector.lambda.domain.predicate.AllOrNoneValueSet;
import com.amazonaws.athena.connector.lambda.domain.predicate.EquatableValueSet;
import com.amazonaws.athena.connector.lambda.domain.predicate.Range;
import com.amazonaws.athena.connector.lambda.domain.predicate.SortedRangeSet;
import com.amazonaws.athena.connector.lambda.domain.predicate.ValueSet;
import com.amazonaws.athena.connector.lambda.exceptions.AthenaConnectorException;
import org.apache.arrow.vector.types.pojo.ArrowType;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random value sets of every kind, over values that a column has and values that it lacks. */
final class ValueSets
{
    enum Kind
    {
        POINT, POINTS, MANY_POINTS, RANGE, HALF_RANGE, RANGES, ALL_BUT_POINTS, RANGES_OR_NULL,
        ONLY_NULL, NOT_NULL, NONE, ALL,
        WHITE_LIST, WHITE_LIST_OR_NULL, LONG_WHITE_LIST, BLACK_LIST, BLACK_LIST_OR_NULL, EMPTY_WHITE_LIST, EMPTY_BLACK_LIST,
        OPAQUE_ALL, OPAQUE_NONE, OPAQUE_ONLY_NULL, OPAQUE_NOT_NULL
    }

    private final BlockAllocator allocator;
    private final Random random;

    ValueSets(BlockAllocator allocator, Random random)
    {
        this.allocator = allocator;
        this.random = random;
    }

    /** Values has to hold at least two different ones. */
    ValueSet make(Kind kind, ArrowType t, List<Object> values)
    {
        return switch (kind) {
            case POINT -> SortedRangeSet.of(point(t, values));
            case POINTS -> set(false, points(t, values, 2 + random.nextInt(4)));
            case MANY_POINTS -> set(random.nextBoolean(), points(t, values, 30 + random.nextInt(30)));
            case RANGE -> SortedRangeSet.of(random.nextInt(4) == 0, range(t, values));
            case HALF_RANGE -> SortedRangeSet.of(random.nextInt(4) == 0, halfRange(t, values));
            case RANGES -> set(false, mixed(t, values));
            case RANGES_OR_NULL -> set(true, mixed(t, values));
            case ALL_BUT_POINTS -> set(random.nextBoolean(), points(t, values, 1 + random.nextInt(3))).complement(allocator);
            case ONLY_NULL -> SortedRangeSet.onlyNull(t);
            case NOT_NULL -> SortedRangeSet.notNull(allocator, t);
            case NONE -> SortedRangeSet.none(t);
            case ALL -> SortedRangeSet.all(allocator, t);
            case WHITE_LIST -> list(t, values, true, false);
            case WHITE_LIST_OR_NULL -> list(t, values, true, true);
            case LONG_WHITE_LIST -> longList(t, values);
            case BLACK_LIST -> list(t, values, false, false);
            case BLACK_LIST_OR_NULL -> list(t, values, false, true);
            case EMPTY_WHITE_LIST -> list(t, List.of(), true, random.nextBoolean());
            case EMPTY_BLACK_LIST -> list(t, List.of(), false, random.nextBoolean());
            case OPAQUE_ALL -> new AllOrNoneValueSet(t, true, true);
            case OPAQUE_NONE -> new AllOrNoneValueSet(t, false, false);
            case OPAQUE_ONLY_NULL -> new AllOrNoneValueSet(t, false, true);
            case OPAQUE_NOT_NULL -> new AllOrNoneValueSet(t, true, false);
        };
    }

    /**
     * The SDK writes the set "everything but null" as "nothing" (it sends all AND nullAllowed); this puts the truth back.
     * Not for requests that have a set of kind OPAQUE_NONE too.
     */
    static String truthfulNotNull(String json)
    {
        return json.replace("\"all\":false,\"nullAllowed\":false", "\"all\":true,\"nullAllowed\":false");
    }

    private Object any(List<Object> values)
    {
        return values.get(random.nextInt(values.size()));
    }

    private Range point(ArrowType t, List<Object> values)
    {
        return Range.equal(allocator, t, any(values));
    }

    private List<Range> points(ArrowType t, List<Object> values, int n)
    {
        List<Range> all = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            all.add(point(t, values));
        }
        return all;
    }

    private Range range(ArrowType t, List<Object> values)
    {
        while (true) {
            try {
                return Range.range(allocator, t, any(values), random.nextBoolean(), any(values), random.nextBoolean());
            }
            catch (AthenaConnectorException | IllegalArgumentException e) {
                // the ends are in the wrong order, or leave nothing between them
            }
        }
    }

    private Range halfRange(ArrowType t, List<Object> values)
    {
        Object v = any(values);
        return switch (random.nextInt(4)) {
            case 0 -> Range.lessThan(allocator, t, v);
            case 1 -> Range.lessThanOrEqual(allocator, t, v);
            case 2 -> Range.greaterThan(allocator, t, v);
            default -> Range.greaterThanOrEqual(allocator, t, v);
        };
    }

    private List<Range> mixed(ArrowType t, List<Object> values)
    {
        List<Range> all = new ArrayList<>();
        for (int i = 2 + random.nextInt(5); i > 0; i--) {
            int what = random.nextInt(6);
            all.add(what < 3 ? point(t, values) : what < 5 ? range(t, values) : halfRange(t, values));
        }
        return all;
    }

    private static SortedRangeSet set(boolean nullAllowed, List<Range> ranges)
    {
        return SortedRangeSet.of(nullAllowed, ranges.get(0), ranges.subList(1, ranges.size()));
    }

    /** For text, now and then, more than a statement of Timestream may hold: 256 KiB. */
    private ValueSet longList(ArrowType t, List<Object> values)
    {
        boolean tooLong = t.equals(Cell.VARCHAR) && random.nextInt(4) == 0;
        EquatableValueSet.Builder b = EquatableValueSet.newBuilder(allocator, t, true, random.nextBoolean());
        for (int i = 0; i < 60; i++) {
            b.add(any(values));
        }
        for (int i = 0; tooLong && i < 2000; i++) {
            b.add("%08x'".formatted(i).repeat(15));
        }
        return b.build();
    }

    private ValueSet list(ArrowType t, List<Object> values, boolean white, boolean nullAllowed)
    {
        EquatableValueSet.Builder b = EquatableValueSet.newBuilder(allocator, t, white, nullAllowed);
        for (int i = values.isEmpty() ? 0 : 1 + random.nextInt(5); i > 0; i--) {
            b.add(any(values));
        }
        return b.build();
    }
}
