package interop;

import com.amazonaws.athena.connector.lambda.data.Block;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Rows as Java values, whoever they came from: String; Double and Float; Long (bigint; milliseconds for timestamps; a
 * zoned timestamp as it is packed), Integer (int; days for dates), Short, Byte; BigDecimal; Boolean; a ByteBuffer for
 * bytes; a List for lists, for structs, and for maps, whose entries are lists of key and value; null.
 */
final class Rows
{
    final Schema schema;
    final List<Object[]> rows = new ArrayList<>();

    Rows(Schema schema)
    {
        this.schema = schema;
    }

    void add(Block block)
    {
        int n = block.getRowCount();
        List<Field> fields = schema.getFields();
        Object[][] added = new Object[n][fields.size()];
        for (int c = 0; c < fields.size(); c++) {
            FieldVector v = block.getFieldVector(fields.get(c).getName());
            for (int i = 0; i < n; i++) {
                added[i][c] = Cell.of(v, i);
            }
        }
        rows.addAll(Arrays.asList(added));
    }

    void addAll(Rows other)
    {
        rows.addAll(other.rows);
    }

    int column(String name)
    {
        List<Field> fields = schema.getFields();
        for (int i = 0; i < fields.size(); i++) {
            if (fields.get(i).getName().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    /** The values of some columns, row by row. */
    List<List<Object>> tuples(Collection<String> columns)
    {
        int[] from = columns.stream().mapToInt(this::column).toArray();
        return rows.stream().map(r -> Arrays.stream(from).mapToObj(c -> r[c]).collect(Collectors.toCollection(ArrayList<Object>::new))).map(t -> (List<Object>) t).toList();
    }

    /** The same rows with the named columns of s only, in its order. */
    Rows project(Schema s)
    {
        int[] from = s.getFields().stream().mapToInt(f -> column(f.getName())).toArray();
        Rows out = new Rows(s);
        for (Object[] r : rows) {
            out.rows.add(Arrays.stream(from).mapToObj(c -> r[c]).toArray());
        }
        return out;
    }
}
