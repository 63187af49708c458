package interop;

import com.amazonaws.athena.connector.lambda.data.BlockAllocator;
import com.amazonaws.athena.connector.lambda.data.BlockUtils;
import com.amazonaws.athena.connector.lambda.domain.predicate.expression.ConstantExpression;
import com.amazonaws.athena.connector.lambda.domain.predicate.expression.FederationExpression;
import com.amazonaws.athena.connector.lambda.domain.predicate.expression.FunctionCallExpression;
import com.amazonaws.athena.connector.lambda.domain.predicate.expression.VariableExpression;
import com.amazonaws.athena.connector.lambda.domain.predicate.functions.StandardFunctions;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Random boolean expressions as an engine sends them since version 4, each with what SQL says of it for a row: true, false
 * or null. The SDK has the form of expressions only; nothing in it evaluates one.
 */
final class Expressions
{
    /** What is true of a row, given by column name. */
    interface Truth
    {
        Boolean of(Function<String, Object> row);
    }

    record Condition(String text, FederationExpression sent, Truth truth)
    {
        @Override
        public String toString()
        {
            return text;
        }
    }

    private static final StandardFunctions[] COMPARISONS = {
            StandardFunctions.EQUAL_OPERATOR_FUNCTION_NAME, StandardFunctions.NOT_EQUAL_OPERATOR_FUNCTION_NAME,
            StandardFunctions.LESS_THAN_OPERATOR_FUNCTION_NAME, StandardFunctions.LESS_THAN_OR_EQUAL_OPERATOR_FUNCTION_NAME,
            StandardFunctions.GREATER_THAN_OPERATOR_FUNCTION_NAME, StandardFunctions.GREATER_THAN_OR_EQUAL_OPERATOR_FUNCTION_NAME};

    private static final String[] SYMBOLS = {"=", "<>", "<", "<=", ">", ">="};

    private final BlockAllocator allocator;
    private final Random random;
    private final List<Field> columns;
    private final Map<String, List<Object>> values;

    /** Values are those to ask about, in the form of Rows, by column. */
    Expressions(BlockAllocator allocator, Random random, List<Field> columns, Map<String, List<Object>> values)
    {
        this.allocator = allocator;
        this.random = random;
        this.columns = columns;
        this.values = values;
    }

    Condition make(int depth)
    {
        Field f = columns.get(random.nextInt(columns.size()));
        return switch (random.nextInt(depth > 0 ? 10 : 7)) {
            case 0 -> isNull(f);
            case 1 -> in(f);
            case 2 -> distinct(f);
            case 3 -> f.getType().equals(Cell.VARCHAR) ? like(f) : comparison(f);
            case 4, 5, 6 -> comparison(f);
            case 7 -> not(make(depth - 1));
            case 8 -> all(StandardFunctions.AND_FUNCTION_NAME, false, depth);
            default -> all(StandardFunctions.OR_FUNCTION_NAME, true, depth);
        };
    }

    private Condition isNull(Field f)
    {
        return new Condition(f.getName() + " IS NULL", call(StandardFunctions.IS_NULL_FUNCTION_NAME, column(f)), row -> row.apply(f.getName()) == null);
    }

    private Condition comparison(Field f)
    {
        int n = random.nextInt(f.getType().equals(Cell.BOOLEAN) ? 2 : COMPARISONS.length);
        Object v = value(f);
        return new Condition(f.getName() + " " + SYMBOLS[n] + " " + Comparison.show(v), call(COMPARISONS[n], column(f), constant(f, v)), row -> compare(n, f, row.apply(f.getName()), v));
    }

    private Condition distinct(Field f)
    {
        Object v = random.nextInt(4) == 0 ? null : value(f);
        if (v instanceof Number n && Double.isNaN(n.doubleValue())) {
            return isNull(f); // whether NaN is distinct from NaN depends on whom one asks
        }
        return new Condition(f.getName() + " IS DISTINCT FROM " + Comparison.show(v), call(StandardFunctions.IS_DISTINCT_FROM_OPERATOR_FUNCTION_NAME, column(f), constant(f, v)), row -> {
            Object x = row.apply(f.getName());
            return x == null || v == null ? x != v : compare(1, f, x, v);
        });
    }

    /** The list is an array of constants, or one constant with several values. */
    private Condition in(Field f)
    {
        List<Object> list = new ArrayList<>();
        for (int n = 1 + random.nextInt(5); n > 0; n--) {
            list.add(value(f));
        }
        FederationExpression sent = random.nextBoolean()
                ? call(StandardFunctions.ARRAY_CONSTRUCTOR_FUNCTION_NAME, ArrowType.List.INSTANCE, list.stream().map(v -> constant(f, v)).toArray(FederationExpression[]::new))
                : constant(f, list.toArray());
        return new Condition(f.getName() + " IN " + list.stream().map(Comparison::show).toList(), call(StandardFunctions.IN_PREDICATE_FUNCTION_NAME, column(f), sent), row -> {
            Object x = row.apply(f.getName());
            return x == null ? null : list.stream().anyMatch(v -> compare(0, f, x, v));
        });
    }

    private Condition like(Field f)
    {
        String text = (String) value(f);
        int[] points = text.codePoints().limit(40).toArray();
        StringBuilder pattern = new StringBuilder(random.nextBoolean() ? "%" : "");
        for (int i = random.nextInt(points.length + 1); i < points.length; i++) {
            pattern.appendCodePoint(random.nextInt(4) == 0 ? '_' : points[i]);
        }
        pattern.append(random.nextBoolean() ? "%" : "");
        StringBuilder regex = new StringBuilder();
        pattern.codePoints().forEach(c -> regex.append(c == '%' ? ".*" : c == '_' ? "." : Pattern.quote(Character.toString(c))));
        Pattern p = Pattern.compile(regex.toString(), Pattern.DOTALL);
        return new Condition(f.getName() + " LIKE " + pattern, call(StandardFunctions.LIKE_PATTERN_FUNCTION_NAME, column(f), constant(f, pattern.toString())), row -> {
            Object x = row.apply(f.getName());
            return x == null ? null : p.matcher((String) x).matches();
        });
    }

    private Condition not(Condition c)
    {
        return new Condition("NOT (" + c + ")", call(StandardFunctions.NOT_FUNCTION_NAME, c.sent()), row -> {
            Boolean x = c.truth().of(row);
            return x == null ? null : !x;
        });
    }

    /** AND and OR: one part that is decisive decides; else a null part makes it null. */
    private Condition all(StandardFunctions function, boolean decisive, int depth)
    {
        List<Condition> parts = new ArrayList<>();
        for (int n = 2 + random.nextInt(2); n > 0; n--) {
            parts.add(make(depth - 1));
        }
        return new Condition((decisive ? "any of " : "all of ") + parts, call(function, parts.stream().map(Condition::sent).toArray(FederationExpression[]::new)), row -> {
            List<Boolean> truths = parts.stream().map(c -> c.truth().of(row)).toList();
            if (truths.stream().anyMatch(t -> Objects.equals(t, decisive))) {
                return decisive;
            }
            return truths.stream().anyMatch(Objects::isNull) ? null : (Boolean) !decisive;
        });
    }

    private Object value(Field f)
    {
        List<Object> from = values.get(f.getName());
        return from.get(random.nextInt(from.size()));
    }

    private static FederationExpression column(Field f)
    {
        return new VariableExpression(f.getName(), f.getType());
    }

    private FederationExpression constant(Field f, Object... of)
    {
        Object[] converted = Arrays.stream(of == null ? new Object[] {null} : of).map(v -> Cell.forEvaluator(f.getType(), v)).toArray();
        return new ConstantExpression(BlockUtils.newBlock(allocator, "col1", f.getType(), converted), f.getType());
    }

    private static FederationExpression call(StandardFunctions f, FederationExpression... arguments)
    {
        return call(f, ArrowType.Bool.INSTANCE, arguments);
    }

    private static FederationExpression call(StandardFunctions f, ArrowType result, FederationExpression... arguments)
    {
        return new FunctionCallExpression(result, f.getFunctionName(), List.of(arguments));
    }

    /** A comparison by its place in COMPARISONS, in SQL's order: text by its bytes, -0 equal to 0, NaN equal to nothing. */
    private static Boolean compare(int comparison, Field f, Object x, Object y)
    {
        if (x == null || y == null) {
            return null;
        }
        if (f.getType() instanceof ArrowType.FloatingPoint) {
            double a = ((Number) x).doubleValue();
            double b = ((Number) y).doubleValue();
            return switch (comparison) {
                case 0 -> a == b;
                case 1 -> a != b;
                case 2 -> a < b;
                case 3 -> a <= b;
                case 4 -> a > b;
                default -> a >= b;
            };
        }
        int order = order(f, x, y);
        return switch (comparison) {
            case 0 -> order == 0;
            case 1 -> order != 0;
            case 2 -> order < 0;
            case 3 -> order <= 0;
            case 4 -> order > 0;
            default -> order >= 0;
        };
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    static int order(Field f, Object x, Object y)
    {
        if (x instanceof String a) {
            return Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), ((String) y).getBytes(StandardCharsets.UTF_8));
        }
        if (x instanceof ByteBuffer a) {
            return Arrays.compareUnsigned(a.array(), ((ByteBuffer) y).array());
        }
        if (f.getType() instanceof ArrowType.Timestamp) {
            return Long.compare((Long) x >> 12, (Long) y >> 12);
        }
        return ((Comparable) x).compareTo(y);
    }
}
