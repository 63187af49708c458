package interop;

import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import software.amazon.awssdk.services.timestreamquery.TimestreamQueryClient;
import software.amazon.awssdk.services.timestreamquery.model.ColumnInfo;
import software.amazon.awssdk.services.timestreamquery.model.QueryResponse;
import software.amazon.awssdk.services.timestreamquery.model.Row;

import java.util.List;

/** What Timestream says itself, asked with AWS's client and without the connector. */
final class Reference
{
    private Reference() {}

    static Rows query(TimestreamQueryClient client, String sql)
    {
        Rows rows = null;
        List<ColumnInfo> columns = null;
        for (QueryResponse page : client.queryPaginator(q -> q.queryString(sql))) {
            if (rows == null) {
                columns = page.columnInfo();
                rows = new Rows(new Schema(columns.stream().map(Cell::field).toList()));
            }
            for (Row r : page.rows()) {
                Object[] values = new Object[columns.size()];
                for (int c = 0; c < values.length; c++) {
                    values[c] = Cell.of(columns.get(c).type(), r.data().get(c));
                }
                rows.rows.add(values);
            }
        }
        return rows;
    }

    static Rows table(TimestreamQueryClient client, String database, String table)
    {
        return query(client, "SELECT * FROM " + quote(database) + "." + quote(table));
    }

    static String quote(String name)
    {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /** Compares columns by position; names too, but for case. */
    static boolean sameColumns(Schema a, Schema b)
    {
        List<Field> x = a.getFields();
        List<Field> y = b.getFields();
        boolean same = x.size() == y.size();
        for (int i = 0; same && i < x.size(); i++) {
            same = Cell.sameType(x.get(i), y.get(i)) && x.get(i).getName().equalsIgnoreCase(y.get(i).getName());
        }
        return same;
    }
}
