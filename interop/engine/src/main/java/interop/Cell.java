package interop;

import com.amazonaws.athena.connector.lambda.data.DateTimeFormatterUtil;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TimeStampMicroTZVector;
import org.apache.arrow.vector.TimeStampMilliTZVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import software.amazon.awssdk.services.timestreamquery.model.ColumnInfo;
import software.amazon.awssdk.services.timestreamquery.model.Datum;
import software.amazon.awssdk.services.timestreamquery.model.TimeSeriesDataPoint;
import software.amazon.awssdk.services.timestreamquery.model.Type;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** One value, out of an Arrow vector or out of Timestream's JSON, in the form that Rows names. */
final class Cell
{
    static final ArrowType VARCHAR = ArrowType.Utf8.INSTANCE;
    static final ArrowType DOUBLE = new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
    static final ArrowType BIGINT = new ArrowType.Int(64, true);
    static final ArrowType INT = new ArrowType.Int(32, true);
    static final ArrowType BOOLEAN = ArrowType.Bool.INSTANCE;
    static final ArrowType TIMESTAMP = new ArrowType.Date(DateUnit.MILLISECOND);
    static final ArrowType DATE = new ArrowType.Date(DateUnit.DAY);

    private Cell() {}

    static Object of(ValueVector v, int i)
    {
        if (v.isNull(i)) {
            return null;
        }
        if (v instanceof VarCharVector x) {
            return new String(x.get(i), StandardCharsets.UTF_8);
        }
        if (v instanceof Float8Vector x) {
            return x.get(i);
        }
        if (v instanceof BigIntVector x) {
            return x.get(i);
        }
        if (v instanceof IntVector x) {
            return x.get(i);
        }
        if (v instanceof BitVector x) {
            return x.get(i) != 0;
        }
        if (v instanceof DateMilliVector x) {
            return x.get(i);
        }
        if (v instanceof DateDayVector x) {
            return x.get(i);
        }
        Object other = otherScalar(v, i);
        if (other != null) {
            return other;
        }
        List<Object> parts = new ArrayList<>();
        if (v instanceof ListVector x) { // a map too
            for (int j = x.getElementStartIndex(i); j < x.getElementEndIndex(i); j++) {
                parts.add(of(x.getDataVector(), j));
            }
            return parts;
        }
        if (v instanceof StructVector x) {
            for (FieldVector child : x.getChildrenFromFields()) {
                parts.add(of(child, i));
            }
            return parts;
        }
        throw new IllegalStateException("the connector returned a " + v.getField());
    }

    /** The types that Timestream does not have. */
    private static Object otherScalar(ValueVector v, int i)
    {
        if (v instanceof TinyIntVector x) {
            return x.get(i);
        }
        if (v instanceof SmallIntVector x) {
            return x.get(i);
        }
        if (v instanceof Float4Vector x) {
            return x.get(i);
        }
        if (v instanceof DecimalVector x) {
            return x.getObject(i);
        }
        if (v instanceof VarBinaryVector x) {
            return ByteBuffer.wrap(x.get(i));
        }
        if (v instanceof TimeStampMilliTZVector x) {
            return x.get(i);
        }
        return v instanceof TimeStampMicroTZVector x ? x.get(i) : null;
    }

    /** A value of a column in the form that the SDK's evaluator takes. */
    static Object forEvaluator(ArrowType t, Object v)
    {
        if (v instanceof ByteBuffer b) {
            return b.array();
        }
        return v != null && t instanceof ArrowType.Timestamp zoned ? DateTimeFormatterUtil.constructZonedDateTime((Long) v, zoned) : v;
    }

    static Object of(Type type, Datum d)
    {
        if (Boolean.TRUE.equals(d.nullValue())) {
            return null;
        }
        List<Object> parts = new ArrayList<>();
        if (type.arrayColumnInfo() != null) {
            d.arrayValue().forEach(e -> parts.add(of(type.arrayColumnInfo().type(), e)));
            return parts;
        }
        if (type.hasRowColumnInfo()) {
            for (int i = 0; i < type.rowColumnInfo().size(); i++) {
                parts.add(of(type.rowColumnInfo().get(i).type(), d.rowValue().data().get(i)));
            }
            return parts;
        }
        if (type.timeSeriesMeasureValueColumnInfo() != null) {
            for (TimeSeriesDataPoint p : d.timeSeriesValue()) {
                List<Object> point = new ArrayList<>();
                point.add(millis(p.time()));
                point.add(of(type.timeSeriesMeasureValueColumnInfo().type(), p.value()));
                parts.add(point);
            }
            return parts;
        }
        String s = d.scalarValue();
        return switch (type.scalarType()) {
            case DOUBLE -> Double.valueOf(s);
            case BIGINT -> Long.valueOf(s);
            case INTEGER -> Integer.valueOf(s);
            case BOOLEAN -> Boolean.valueOf(s);
            case TIMESTAMP -> millis(s);
            case DATE -> (int) LocalDate.parse(s).toEpochDay();
            default -> s;
        };
    }

    /** A timestamp of Timestream with what Athena does not see cut off. */
    static Long millis(String s)
    {
        return LocalDateTime.parse(s.replace(' ', 'T')).toInstant(ZoneOffset.UTC).toEpochMilli();
    }

    /** The column that a connector has to make of a column of Timestream. Names inside of nested types are free. */
    static Field field(ColumnInfo c)
    {
        return field(c.name(), c.type());
    }

    private static Field field(String name, Type t)
    {
        if (t.arrayColumnInfo() != null) {
            return nullable(name, ArrowType.List.INSTANCE, List.of(field("item", t.arrayColumnInfo().type())));
        }
        if (t.hasRowColumnInfo()) {
            return nullable(name, ArrowType.Struct.INSTANCE, t.rowColumnInfo().stream().map(Cell::field).toList());
        }
        if (t.timeSeriesMeasureValueColumnInfo() != null) {
            return nullable(name, ArrowType.List.INSTANCE, List.of(nullable("item", ArrowType.Struct.INSTANCE,
                    List.of(nullable("time", TIMESTAMP, List.of()), field("value", t.timeSeriesMeasureValueColumnInfo().type())))));
        }
        ArrowType a = switch (t.scalarType()) {
            case DOUBLE -> DOUBLE;
            case BIGINT -> BIGINT;
            case INTEGER -> INT;
            case BOOLEAN -> BOOLEAN;
            case TIMESTAMP -> TIMESTAMP;
            case DATE -> DATE;
            default -> VARCHAR;
        };
        return nullable(name, a, Collections.emptyList());
    }

    private static Field nullable(String name, ArrowType t, List<Field> children)
    {
        return new Field(name, FieldType.nullable(t), children);
    }

    /** Whether two columns hold the same values, whatever is called what inside of them. */
    static boolean sameType(Field a, Field b)
    {
        if (!a.getType().equals(b.getType()) || a.getChildren().size() != b.getChildren().size()) {
            return false;
        }
        for (int i = 0; i < a.getChildren().size(); i++) {
            if (!sameType(a.getChildren().get(i), b.getChildren().get(i))) {
                return false;
            }
        }
        return true;
    }
}
