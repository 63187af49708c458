package interop;

import com.amazonaws.athena.connector.lambda.domain.predicate.AllOrNoneValueSet;
import com.amazonaws.athena.connector.lambda.domain.predicate.ConstraintEvaluator;
import com.amazonaws.athena.connector.lambda.domain.predicate.Constraints;
import com.amazonaws.athena.connector.lambda.domain.predicate.OrderByField;
import com.amazonaws.athena.connector.lambda.domain.predicate.ValueSet;
import com.amazonaws.athena.connector.lambda.domain.predicate.expression.FederationExpression;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/** One combination of constraints, asked of the connector and applied by the SDK's evaluator to the whole table. */
final class Trial
{
    private final ConstraintTrials.Table table;
    private final Athena athena;
    private final Random random;
    private final Report report;
    private final Map<String, ValueSet> summary = new LinkedHashMap<>();
    private final Map<String, ValueSets.Kind> kinds = new LinkedHashMap<>();
    private final List<Expressions.Condition> conditions = new ArrayList<>();
    private Schema asked;
    private boolean hidden;
    private Constraints constraints;

    Trial(ConstraintTrials.Table table, Athena athena, long seed, Report report)
    {
        this.table = table;
        this.athena = athena;
        this.random = new Random(seed);
        this.report = report;
    }

    /** How many rows came, and how many of them the engine keeps. */
    record Outcome(int returned, int kept) {}

    Outcome run(Field first, ValueSets.Kind kind)
            throws Exception
    {
        chooseSets(first, kind);
        chooseColumns();
        chooseRest();
        if (kinds.containsValue(ValueSets.Kind.OPAQUE_NOT_NULL)) {
            athena.changing(ValueSets::truthfulNotNull);
        }
        List<Athena.Limits> limits = List.of(Athena.Limits.USUAL, Athena.Limits.ONE_BLOCK, table.known().severalBlocks());
        String what = this.toString();
        try {
            Rows got = athena.read(table.name(), table.schema(), table.known().partitionColumns(), asked, constraints, limits.get(random.nextInt(limits.size())));
            return judge(what, got);
        }
        catch (Lambda.FunctionError e) {
            report.differ("%s: %s", what, e.text);
            return new Outcome(0, 0);
        }
    }

    private void chooseSets(Field first, ValueSets.Kind kind)
    {
        ValueSets sets = new ValueSets(athena.allocator, random);
        add(sets, first, kind);
        ValueSets.Kind[] all = ValueSets.Kind.values();
        for (int more = random.nextInt(3); more > 0; more--) {
            Field f = table.constrainable().get(random.nextInt(table.constrainable().size()));
            if (!summary.containsKey(f.getName())) {
                add(sets, f, all[random.nextInt(all.length)]);
            }
        }
    }

    private void add(ValueSets sets, Field f, ValueSets.Kind kind)
    {
        if (kind == ValueSets.Kind.OPAQUE_NONE && kinds.containsValue(ValueSets.Kind.OPAQUE_NOT_NULL)
                || kind == ValueSets.Kind.OPAQUE_NOT_NULL && kinds.containsValue(ValueSets.Kind.OPAQUE_NONE)) {
            kind = ValueSets.Kind.POINT;
        }
        kinds.put(f.getName(), kind);
        summary.put(f.getName(), sets.make(kind, f.getType(), ConstraintTrials.opaque(f) ? List.of() : table.values(f.getName()).stream().map(v -> Cell.forEvaluator(f.getType(), v)).toList()));
    }

    /** The id, the constrained columns but sometimes one, and any others, in any order. */
    private void chooseColumns()
    {
        hidden = random.nextInt(12) == 0 && !summary.containsKey(table.key());
        Set<String> chosen = new HashSet<>(summary.keySet());
        if (hidden) {
            chosen.remove(summary.keySet().iterator().next());
        }
        List<Field> fields = new ArrayList<>();
        for (Field f : table.schema().getFields()) {
            boolean wanted = !summary.containsKey(f.getName()) && random.nextInt(3) == 0;
            if (f.getName().equals(table.key()) || chosen.contains(f.getName()) || wanted) {
                fields.add(f);
            }
        }
        Collections.shuffle(fields, random);
        asked = new Schema(fields, table.schema().getCustomMetadata());
    }

    /** A limit, an order, expressions: since version 4. */
    private void chooseRest()
    {
        long limit = -1;
        List<OrderByField> order = new ArrayList<>();
        if (athena.version >= 4 && !hidden) {
            if (random.nextInt(3) == 0) {
                limit = random.nextInt(4) == 0 ? random.nextInt(1000) : random.nextInt(20);
            }
            if (random.nextInt(6) == 0) {
                order.add(new OrderByField(table.key(), OrderByField.Direction.values()[random.nextInt(4)]));
            }
            chooseConditions();
        }
        List<FederationExpression> expressions = conditions.stream().map(Expressions.Condition::sent).toList();
        constraints = new Constraints(summary, expressions, order, limit, Map.of(), null);
    }

    private void chooseConditions()
    {
        List<Field> columns = asked.getFields().stream().filter(f -> !ConstraintTrials.opaque(f)).toList();
        Expressions make = new Expressions(athena.allocator, random, columns, table.values());
        for (int n = Math.max(0, random.nextInt(5) - 2); n > 0; n--) {
            conditions.add(make.make(2));
        }
    }

    private Outcome judge(String what, Rows got)
            throws Exception
    {
        report.combinations.incrementAndGet();
        Map<Object, Object[]> whole = new HashMap<>();
        int id = table.rows().column(table.key());
        table.rows().rows.forEach(r -> whole.put(r[id], r));
        Set<Object> matching = filter(table.rows(), summary);
        Rows expected = new Rows(table.schema());
        for (Object[] r : got.rows) {
            Object[] full = whole.get(r[got.column(table.key())]);
            if (report.check(full != null, "%s: row %s is not in the table", what, r[got.column(table.key())])) {
                expected.rows.add(full);
            }
        }
        new Comparison(report).same(what, expected.project(asked), got, table.key());
        Map<String, ValueSet> seen = new LinkedHashMap<>(summary);
        seen.keySet().removeIf(c -> got.column(c) < 0);
        Set<Object> kept = filter(got, seen);
        if (hidden) {
            report.check(kept.containsAll(matching), "%s: of the %d rows that match, %d came", what, matching.size(), kept.size());
        }
        else if (constraints.hasLimit()) {
            report.check(matching.containsAll(kept), "%s: rows came that do not match", what);
            report.check(kept.size() >= Math.min(constraints.getLimit(), matching.size()), "%s: %d rows match, %d came", what, matching.size(), kept.size());
            Set<Object> first = constraints.getOrderByClause().isEmpty() ? Set.of() : first(matching);
            report.check(kept.containsAll(first), "%s: %s are among the first rows and did not come", what, missing(first, kept));
        }
        else {
            report.check(kept.equals(matching), "%s: %d rows match, after the engine's filter %d of %d remain; missing %s", what, matching.size(), kept.size(), got.rows.size(), missing(matching, kept));
        }
        return new Outcome(got.rows.size(), kept.size());
    }

    /** The rows that the order and the limit choose; the order is that of the key. */
    private Set<Object> first(Set<Object> matching)
    {
        Field key = table.schema().findField(table.key());
        Comparator<Object> order = (a, b) -> Expressions.order(key, a, b);
        boolean ascending = constraints.getOrderByClause().get(0).getDirection().name().startsWith("ASC");
        return matching.stream().sorted(ascending ? order : order.reversed()).limit(constraints.getLimit()).collect(Collectors.toSet());
    }

    private static List<Object> missing(Set<Object> matching, Set<Object> kept)
    {
        return matching.stream().filter(m -> !kept.contains(m)).limit(5).toList();
    }

    /** The ids of the rows that the SDK's evaluator lets pass, and for which the expressions are true. */
    private Set<Object> filter(Rows rows, Map<String, ValueSet> sets)
            throws Exception
    {
        Set<Object> ids = new HashSet<>();
        Map<String, Map<Object, Boolean>> known = new HashMap<>();
        try (ConstraintEvaluator e = new ConstraintEvaluator(athena.allocator, rows.schema, new Constraints(sets, List.of(), List.of(), -1, Map.of(), null))) {
            Map<String, Field> fields = new HashMap<>();
            sets.keySet().forEach(c -> fields.put(c, rows.schema.findField(c)));
            for (Object[] r : rows.rows) {
                boolean pass = true;
                for (String c : sets.keySet()) {
                    pass = pass && known.computeIfAbsent(c, k -> new HashMap<>()).computeIfAbsent(r[rows.column(c)], v -> passes(e, fields.get(c), sets.get(c), v));
                }
                if (pass && conditions.stream().allMatch(c -> Boolean.TRUE.equals(c.truth().of(name -> r[rows.column(name)])))) {
                    ids.add(r[rows.column(table.key())]);
                }
            }
        }
        return ids;
    }

    /** The evaluator's word, where it has one. Of other columns only null is known to be in the set, or anything else. */
    private static boolean passes(ConstraintEvaluator e, Field f, ValueSet set, Object v)
    {
        if (!ConstraintTrials.opaque(f)) {
            return e.apply(f.getName(), Cell.forEvaluator(f.getType(), v));
        }
        return v == null ? set.isNullAllowed() : ((AllOrNoneValueSet) set).containsValue(new Object());
    }

    @Override
    public String toString()
    {
        StringBuilder s = new StringBuilder("version " + athena.version + ", " + table.name().getTableName() + ", ");
        summary.forEach((c, set) -> s.append(c).append(' ').append(kinds.get(c)).append(' ').append(set).append(", "));
        if (constraints != null && (constraints.hasLimit() || !constraints.getOrderByClause().isEmpty() || !constraints.getExpression().isEmpty())) {
            s.append("limit ").append(constraints.getLimit()).append(", order ").append(constraints.getOrderByClause()).append(", where ").append(conditions);
        }
        return s.append(hidden ? " (one column is not read)" : "").toString();
    }
}
