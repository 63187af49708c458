package interop;

import com.amazonaws.athena.connector.lambda.data.Block;
import com.amazonaws.athena.connector.lambda.data.BlockUtils;
import com.amazonaws.athena.connector.lambda.domain.Split;
import com.amazonaws.athena.connector.lambda.domain.predicate.ConstraintEvaluator;
import com.amazonaws.athena.connector.lambda.domain.predicate.Constraints;
import com.amazonaws.athena.connector.lambda.domain.predicate.ValueSet;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.IntFunction;

/** Layouts with a row a partition, and several splits of each partition in several answers. */
final class Partitions
{
    private final KnownTable table;
    private final IntFunction<Athena> athena;
    private final Report report;
    private final List<String> columns;

    Partitions(KnownTable table, IntFunction<Athena> athena, Report report)
    {
        this.table = table;
        this.athena = athena;
        this.report = report;
        this.columns = List.copyOf(table.partitionColumns());
    }

    /** The layout has each partition once, and its splits, each by itself, have rows of one partition: all of them together. */
    void everySplitHasOnePartition(int version)
    {
        String what = "version " + version + ", " + table.name();
        try (Athena a = athena.apply(version)) {
            Block layout = a.layout(table.name(), table.schema(), table.partitionColumns(), Examination.unconstrained());
            List<List<Object>> partitions = tuples(layout);
            report.check(partitions.size() == table.partitions().size() && Set.copyOf(partitions.stream().map(ArrayList::new).toList()).equals(table.partitions()),
                    "%s has the partitions %s, the layout %s", what, table.partitions(), partitions);
            List<Split> splits = a.splits(table.name(), layout, table.partitionColumns(), Examination.unconstrained());
            report.check(splits.size() == partitions.size() * Corpus.SPLITS, "%s: %d splits of %d partitions", what, splits.size(), partitions.size());
            report.check(a.splitReplies == (splits.size() + Corpus.SPLITS_PER_REPLY - 1) / Corpus.SPLITS_PER_REPLY, "%s: %d splits in %d answers", what, splits.size(), a.splitReplies);
            Rows all = new Rows(table.schema());
            Set<List<Object>> seen = new HashSet<>();
            for (Split s : splits) {
                Rows part = a.read(table.name(), table.schema(), s, Examination.unconstrained(), Athena.Limits.USUAL);
                Set<List<Object>> of = new HashSet<>(part.tuples(columns));
                report.check(of.size() <= 1, "%s: a split has rows of the partitions %s", what, of);
                seen.addAll(of);
                all.addAll(part);
            }
            report.check(seen.equals(table.partitions()), "%s: the splits have rows of %d partitions", what, seen.size());
            new Comparison(report).same(what + ", split by split", table.rows(), all, table.key());
        }
    }

    /** The engine may send the partitions in batches. */
    void partitionsInBatches(int version)
    {
        try (Athena a = athena.apply(version)) {
            Block layout = a.layout(table.name(), table.schema(), table.partitionColumns(), Examination.unconstrained());
            List<Split> splits = new ArrayList<>();
            for (int from = 0; from < layout.getRowCount(); from += 5) {
                Block batch = a.allocator.createBlock(layout.getSchema());
                int n = Math.min(5, layout.getRowCount() - from);
                BlockUtils.copyRows(layout, batch, from, from + n - 1);
                batch.setRowCount(n);
                splits.addAll(a.splits(table.name(), batch, table.partitionColumns(), Examination.unconstrained()));
            }
            new Comparison(report).same("version " + version + ", partitions in batches", table.rows(),
                    a.read(table.name(), table.schema(), splits, Examination.unconstrained(), Athena.Limits.ONE_BLOCK), table.key());
        }
    }

    /** Constraints on partition columns leave the partitions that the SDK's evaluator leaves. */
    void constraintsLeaveTheirPartitions(long seed, int trials)
            throws Exception
    {
        ValueSets.Kind[] kinds = ValueSets.Kind.values();
        for (int i = 0; i < trials; i++) {
            Random random = new Random(seed * 31 + i);
            try (Athena a = athena.apply(2 + i % 5)) {
                Map<String, ValueSet> summary = new LinkedHashMap<>();
                ValueSets sets = new ValueSets(a.allocator, random);
                String first = columns.get(i % columns.size());
                summary.put(first, set(sets, first, kinds[i % kinds.length]));
                if (random.nextBoolean()) {
                    String second = columns.get(random.nextInt(columns.size()));
                    summary.putIfAbsent(second, set(sets, second, ValueSets.Kind.values()[random.nextInt(8)]));
                }
                if (kinds[i % kinds.length] == ValueSets.Kind.OPAQUE_NOT_NULL) {
                    a.changing(ValueSets::truthfulNotNull);
                }
                check(a, Examination.constraints(summary, null), summary);
            }
        }
    }

    private ValueSet set(ValueSets sets, String column, ValueSets.Kind kind)
    {
        Field f = table.schema().findField(column);
        Set<Object> values = new HashSet<>(new Samples(new Random(1)).foreign(f.getType()));
        table.rows().tuples(List.of(column)).forEach(t -> values.add(t.get(0)));
        values.remove(null);
        return sets.make(kind, f.getType(), new ArrayList<>(values));
    }

    private void check(Athena a, Constraints constraints, Map<String, ValueSet> summary)
            throws Exception
    {
        report.combinations.incrementAndGet();
        Set<List<Object>> expected = new HashSet<>();
        try (ConstraintEvaluator e = new ConstraintEvaluator(a.allocator, table.schema(), constraints)) {
            for (List<Object> p : table.partitions()) {
                if (summary.keySet().stream().allMatch(c -> e.apply(c, Cell.forEvaluator(table.schema().findField(c).getType(), p.get(columns.indexOf(c)))))) {
                    expected.add(p);
                }
            }
        }
        List<List<Object>> got = tuples(a.layout(table.name(), table.schema(), table.partitionColumns(), constraints));
        report.check(got.size() == expected.size() && expected.containsAll(got), "%s where %s: the evaluator leaves the partitions %s, the layout has %s", table.name(), summary, expected, got);
    }

    private List<List<Object>> tuples(Block layout)
    {
        Rows rows = new Rows(new Schema(layout.getSchema().getFields()));
        rows.add(layout);
        return rows.tuples(columns);
    }
}
