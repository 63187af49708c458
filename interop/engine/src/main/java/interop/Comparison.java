package interop;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Compares rows from two parties, which may come in any order, value by value. */
final class Comparison
{
    private final Report report;

    Comparison(Report report)
    {
        this.report = report;
    }

    /** Pairs rows by the values of one column, or by position if there is no such column. Columns are taken by position. */
    void same(String what, Rows expected, Rows got, String key)
    {
        int k = expected.column(key);
        if (!report.check(expected.rows.size() == got.rows.size(), "%s: %d rows expected, %d returned", what, expected.rows.size(), got.rows.size())) {
            return;
        }
        Map<Object, Object[]> byKey = new HashMap<>();
        for (int i = 0; i < got.rows.size(); i++) {
            byKey.put(k < 0 ? (Object) i : got.rows.get(i)[k], got.rows.get(i));
        }
        report.check(byKey.size() == got.rows.size(), "%s: some rows were returned twice", what);
        for (int i = 0; i < expected.rows.size(); i++) {
            Object[] e = expected.rows.get(i);
            Object id = k < 0 ? (Object) i : e[k];
            Object[] g = byKey.get(id);
            if (report.check(g != null, "%s: row %s is missing", what, id)) {
                row(what + ", row " + id, expected, e, g);
            }
        }
    }

    private void row(String what, Rows expected, Object[] e, Object[] g)
    {
        report.values.addAndGet(e.length);
        if (Arrays.deepEquals(e, g)) {
            return;
        }
        for (int c = 0; c < e.length; c++) {
            if (!Objects.equals(e[c], g[c])) {
                report.differ("%s, column %s: %s expected, %s returned", what, expected.schema.getFields().get(c).getName(), show(e[c]), show(g[c]));
            }
        }
    }

    /** Compares rows with what was written, by the name of each column. */
    void written(String what, Map<String, Map<String, Object>> written, Rows got)
    {
        int id = got.column(Tables.ID);
        report.check(written.size() == got.rows.size(), "%s: %d rows written, %d read", what, written.size(), got.rows.size());
        List<String> names = got.schema.getFields().stream().map(f -> f.getName()).toList();
        for (Object[] g : got.rows) {
            Map<String, Object> row = written.get(g[id]);
            if (!report.check(row != null, "%s: row %s was never written", what, g[id])) {
                continue;
            }
            report.values.addAndGet(g.length);
            for (int c = 0; c < g.length; c++) {
                if (!Objects.equals(row.get(names.get(c)), g[c])) {
                    report.differ("%s, row %s, column %s: %s written, %s read", what, g[id], names.get(c), show(row.get(names.get(c))), show(g[c]));
                }
            }
            report.check(names.containsAll(row.keySet()), "%s, row %s: columns %s are missing", what, g[id], row.keySet());
        }
    }

    static String show(Object v)
    {
        if (v instanceof ByteBuffer b) {
            return "bytes " + HexFormat.of().formatHex(b.array());
        }
        return v == null ? "null" : v.getClass().getSimpleName() + " " + v;
    }
}
