package interop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Tables in the neutral form of vectors/README.md: values in the form of Rows become JSON without any Arrow. */
final class Neutral
{
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private Neutral() {}

    static ObjectNode table(KnownTable t)
    {
        ObjectNode o = JSON.objectNode();
        o.put("schema", t.name().getSchemaName()).put("table", t.name().getTableName());
        o.set("metadata", strings(t.schema().getCustomMetadata()));
        t.partitionColumns().forEach(o.putArray("partitionColumns")::add);
        List<Field> fields = t.schema().getFields();
        fields.forEach(new Fields(o.putArray("fields"))::add);
        ArrayNode rows = o.putArray("rows");
        for (Object[] r : t.rows().rows) {
            ArrayNode row = rows.addArray();
            for (int c = 0; c < r.length; c++) {
                row.add(value(fields.get(c), r[c]));
            }
        }
        return o;
    }

    private record Fields(ArrayNode to)
    {
        void add(Field f)
        {
            ObjectNode o = to.addObject();
            o.put("name", f.getName()).put("nullable", f.isNullable());
            o.set("type", type(f.getType()));
            o.set("metadata", strings(f.getMetadata()));
            f.getChildren().forEach(new Fields(o.putArray("children"))::add);
        }
    }

    private static ObjectNode strings(Map<String, String> m)
    {
        ObjectNode o = JSON.objectNode();
        m.forEach(o::put);
        return o;
    }

    private static ObjectNode type(ArrowType t)
    {
        ObjectNode o = JSON.objectNode().put("@type", t.getTypeID().name());
        if (t instanceof ArrowType.Int x) {
            o.put("bitWidth", x.getBitWidth()).put("isSigned", x.getIsSigned());
        }
        else if (t instanceof ArrowType.FloatingPoint x) {
            o.put("precision", x.getPrecision().name());
        }
        else if (t instanceof ArrowType.Decimal x) {
            o.put("precision", x.getPrecision()).put("scale", x.getScale());
        }
        else if (t instanceof ArrowType.Date x) {
            o.put("unit", x.getUnit().name());
        }
        else if (t instanceof ArrowType.Timestamp x) {
            o.put("unit", x.getUnit().name()).put("timezone", x.getTimezone());
        }
        return o;
    }

    private static JsonNode value(Field f, Object v)
    {
        if (v == null) {
            return JSON.nullNode();
        }
        ArrowType t = f.getType();
        if (t instanceof ArrowType.Date d) {
            return d.getUnit() == DateUnit.DAY ? JSON.objectNode().put("days", (Integer) v) : JSON.objectNode().put("millis", v.toString());
        }
        if (t instanceof ArrowType.Timestamp s) {
            return JSON.objectNode().put(s.getUnit() == TimeUnit.MILLISECOND ? "packed" : "raw", v.toString());
        }
        if (v instanceof Boolean b) {
            return JSON.booleanNode(b);
        }
        if (v instanceof Float x) {
            return JSON.objectNode().put("bits", "%08x".formatted(Float.floatToRawIntBits(x)));
        }
        if (v instanceof Double x) {
            return JSON.objectNode().put("bits", "%016x".formatted(Double.doubleToRawLongBits(x)));
        }
        if (v instanceof BigDecimal x) {
            return JSON.textNode(x.toPlainString());
        }
        if (v instanceof ByteBuffer x) {
            return JSON.objectNode().put("hex", HexFormat.of().formatHex(x.array()));
        }
        if (v instanceof List<?> parts) {
            return nested(f, parts);
        }
        return v instanceof Long || v instanceof String ? JSON.textNode(v.toString()) : JSON.numberNode(((Number) v).intValue());
    }

    private static JsonNode nested(Field f, List<?> parts)
    {
        List<Field> children = f.getChildren();
        if (f.getType() instanceof ArrowType.Struct) {
            ObjectNode o = JSON.objectNode();
            for (int i = 0; i < parts.size(); i++) {
                o.set(children.get(i).getName(), value(children.get(i), parts.get(i)));
            }
            return o;
        }
        ArrayNode all = JSON.arrayNode();
        for (Object part : parts) {
            if (f.getType() instanceof ArrowType.Map) {
                List<Field> entry = children.get(0).getChildren();
                List<?> pair = (List<?>) part;
                all.add(JSON.arrayNode().add(value(entry.get(0), pair.get(0))).add(value(entry.get(1), pair.get(1))));
            }
            else {
                all.add(value(children.get(0), part));
            }
        }
        return all;
    }
}
