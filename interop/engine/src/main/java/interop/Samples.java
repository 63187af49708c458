package interop;

import com.amazonaws.athena.connector.lambda.data.TimeZoneKey;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/** Values of every type in the form of Rows, from a seed: extreme and awkward ones as often as ordinary ones, and nulls. */
final class Samples
{
    private static final long[] MILLIS = {0, 1, -1, 1_709_209_496_789L, 951_782_400_000L, -62_135_596_800_000L, 253_402_300_799_999L, 1_700_000_000_000L};
    private static final int[] DAYS = {0, 1, -1, 19_782, 11_016, -719_162, 2_932_896, Integer.MAX_VALUE, Integer.MIN_VALUE};
    private static final long[] LONGS = {0, 1, -1, 2, 127, -128, 32767, -32768, Integer.MAX_VALUE, Integer.MIN_VALUE, (1L << 53) + 1, Long.MAX_VALUE, Long.MIN_VALUE};
    private static final float[] FLOATS = {0, -0f, 1, -1, 0.1f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.MAX_VALUE, -Float.MAX_VALUE, Float.MIN_VALUE, Float.MIN_NORMAL, 16_777_217f};
    private static final double[] DOUBLES = {0, -0.0, 1, -1, 0.1, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.MAX_VALUE, -Double.MAX_VALUE, Double.MIN_VALUE, Double.MIN_NORMAL, 1e16};
    private static final byte[][] BYTES = {{}, {0}, {0, 0}, {(byte) 0xff}, {(byte) 0xff, 0}, {0x7f}, {(byte) 0x80}, "é\ud83d\ude00".getBytes(java.nio.charset.StandardCharsets.UTF_8)};
    private static final List<TimeZoneKey> ZONES = TimeZoneKey.getTimeZoneKeys().stream().sorted((a, b) -> a.getKey() - b.getKey()).toList();

    private final Random random;

    Samples(Random random)
    {
        this.random = random;
    }

    /** A value for the column, null now and then if it may be. */
    Object next(Field f)
    {
        if (f.isNullable() && random.nextInt(6) == 0) {
            return null;
        }
        return switch (f.getType().getTypeID()) {
            case List -> elements(f.getChildren().get(0));
            case Struct -> f.getChildren().stream().map(this::next).collect(ArrayList::new, ArrayList::add, ArrayList::addAll);
            case Map -> entries(f.getChildren().get(0).getChildren());
            default -> scalar(f.getType());
        };
    }

    private List<Object> elements(Field element)
    {
        List<Object> all = new ArrayList<>();
        for (int n = random.nextInt(4); n > 0; n--) {
            all.add(next(element));
        }
        return all;
    }

    private List<Object> entries(List<Field> keyAndValue)
    {
        Map<Object, Object> all = new LinkedHashMap<>();
        for (int n = random.nextInt(4); n > 0; n--) {
            all.put(next(keyAndValue.get(0)), next(keyAndValue.get(1)));
        }
        List<Object> list = new ArrayList<>();
        all.forEach((k, v) -> list.add(Arrays.asList(k, v)));
        return list;
    }

    /** Never null. */
    Object scalar(ArrowType t)
    {
        boolean chosen = random.nextBoolean();
        return switch (t.getTypeID()) {
            case Bool -> random.nextBoolean();
            case Int -> integer(((ArrowType.Int) t).getBitWidth(), chosen ? LONGS[random.nextInt(LONGS.length)] : random.nextLong() >> random.nextInt(63));
            case FloatingPoint -> t.equals(Cell.DOUBLE)
                    ? (Object) (chosen ? DOUBLES[random.nextInt(DOUBLES.length)] : random.nextGaussian() * Math.pow(10, random.nextInt(-20, 20)))
                    : (Object) (chosen ? FLOATS[random.nextInt(FLOATS.length)] : (float) random.nextGaussian());
            case Decimal -> decimal((ArrowType.Decimal) t, chosen);
            case Utf8 -> chosen ? Tables.TEXTS[random.nextInt(Tables.TEXTS.length)] : text();
            case Binary -> ByteBuffer.wrap(chosen ? BYTES[random.nextInt(BYTES.length)] : bytes());
            case Date -> t.equals(Cell.DATE) ? (Object) (chosen ? DAYS[random.nextInt(DAYS.length)] : random.nextInt(-50_000, 50_000)) : (Object) millis(chosen);
            case Timestamp -> ((ArrowType.Timestamp) t).getUnit() == TimeUnit.MICROSECOND ? (Object) (chosen ? LONGS[random.nextInt(LONGS.length)] : random.nextLong()) : (Object) packed(millis(chosen));
            default -> throw new IllegalArgumentException("no samples of " + t);
        };
    }

    private static Object integer(int bits, long v)
    {
        return switch (bits) {
            case 8 -> (Object) (byte) v;
            case 16 -> (short) v;
            case 32 -> (int) v;
            default -> v;
        };
    }

    /** As many digits as the type has, at most. */
    private BigDecimal decimal(ArrowType.Decimal t, boolean chosen)
    {
        BigInteger limit = BigInteger.TEN.pow(t.getPrecision());
        BigInteger v = new BigInteger(random.nextInt(1, limit.bitLength() + 1), random).mod(limit);
        if (chosen) {
            BigInteger[] ends = {BigInteger.ZERO, BigInteger.ONE, limit.subtract(BigInteger.ONE), BigInteger.TEN};
            v = ends[random.nextInt(ends.length)].mod(limit);
        }
        return new BigDecimal(random.nextBoolean() ? v : v.negate(), t.getScale());
    }

    /** Text of any characters there are but half of surrogate pairs. */
    private String text()
    {
        int n = random.nextInt(12);
        return random.ints(0, Character.MAX_CODE_POINT + 1).filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE).limit(n)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
    }

    private byte[] bytes()
    {
        byte[] b = new byte[random.nextInt(20)];
        random.nextBytes(b);
        return b;
    }

    private long millis(boolean chosen)
    {
        return chosen ? MILLIS[random.nextInt(MILLIS.length)] : random.nextLong(-10_000_000_000_000L, 10_000_000_000_000L);
    }

    /** Athena's form of a zoned timestamp: milliseconds since 1970, and below them the key of the zone. */
    private long packed(long millis)
    {
        return millis << 12 | ZONES.get(random.nextInt(3) == 0 ? random.nextInt(ZONES.size()) : random.nextInt(3)).getKey();
    }

    /** Values of the type to ask about that no table need have. */
    List<Object> foreign(ArrowType t)
    {
        return Stream.generate(() -> scalar(t)).limit(30).distinct().toList();
    }
}
