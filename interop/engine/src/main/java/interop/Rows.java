package interop;

import com.amazonaws.athena.connector.lambda.data.Block;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rows as Java values, whoever they came from: String, Double, Long (bigint; milliseconds for timestamps), Integer (int;
 * days for dates), Boolean, a List for lists and structs, null.
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
