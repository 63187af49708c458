package interop;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Examines connectors. Each argument is KIND=URL, where the server at the URL runs a connector as a Lambda function: the
 * Timestream connector for plain, aes and kms, its ways of protecting what it spills; the CSV connector for csv; a connector
 * over the examiner's own tables for corpus. KIND=URL,URL has S3, Glue, KMS and Athena at the second. The last line of the output is the
 * verdict; the exit status is 1 if anything differed.
 */
final class Main
{
    private final Report report = new Report();
    private final long seed = Long.getLong("seed", System.nanoTime() & 0xFFFFFF);
    /** For the Timestream connector, spread over its modes; the others get a third of them each. */
    private final int combinations = Integer.getInteger("combinations", 600);
    private int modes;

    private Main() {}

    public static void main(String[] args)
            throws Exception
    {
        Main m = new Main();
        System.out.println("seed " + m.seed);
        m.report.step("SDK", "its own defects", () -> SdkDefects.show(m.report));
        m.report.step("SDK", "its own defects, spilling", () -> SpillDefects.show(m.report));
        m.modes = (int) Arrays.stream(args).filter(a -> a.matches("(plain|aes|kms)=.*")).count();
        List<String> examined = new ArrayList<>();
        for (String arg : args) {
            String[] part = arg.split("=", 2);
            examined.add(part[0]);
            try {
                URI[] urls = Arrays.stream(part[1].split(",")).map(URI::create).toArray(URI[]::new);
                m.examine(part[0], new Services(urls[0], urls[urls.length - 1]));
            }
            catch (Exception | LinkageError | AssertionError e) {
                e.printStackTrace(System.out);
                m.report.differ("%s: the examination broke off: %s", part[0], e);
            }
        }
        System.out.println(m.report.line(String.join("/", examined)));
        System.exit(m.report.differing() == 0 ? 0 : 1);
    }

    private void examine(String kind, Services services)
            throws Exception
    {
        switch (kind) {
            case "csv" -> csv(services, Path.of(System.getProperty("csv")));
            case "corpus" -> corpus(services, Path.of(System.getProperty("corpus")));
            default -> {
                if (!services.others.equals(services.url)) {
                    services.prepareOthers();
                }
                new Examination(Mode.valueOf(kind.toUpperCase()), services, report, seed).run(combinations / modes + 1);
            }
        }
    }

    /** The example connector, over its own test data and awkward files. */
    private void csv(Services services, Path folder)
            throws Exception
    {
        CsvTables.write(folder, seed);
        List<KnownTable> tables = CsvTables.read(folder);
        KnownTable orders = tables.stream().filter(t -> t.name().getTableName().equals("orders")).findFirst().orElseThrow();
        KnownExamination e = new KnownExamination("csv", Mode.PLAIN, services, report, tables);
        e.step("planted faults", () -> new SelfTest("csv", Mode.PLAIN, services, report, tables, orders).run());
        e.run(seed, combinations / 3);
        e.step("query plans", () -> new Plans(e::athena, report).refused(orders));
    }

    /** A connector with partitions, several splits, and every type there is. */
    private void corpus(Services services, Path file)
            throws Exception
    {
        Corpus corpus = new Corpus(seed);
        corpus.write(file);
        KnownExamination e = new KnownExamination("interop", Mode.AES, services, report, corpus.tables);
        e.step("planted faults", () -> new SelfTest("interop", Mode.AES, services, report, corpus.tables, corpus.small).run());
        e.run(seed, combinations / 3);
        Partitions partitions = new Partitions(corpus.partitioned, e::athena, report);
        for (int v = 2; v <= 6; v++) {
            int version = v;
            e.step("version " + v + ", splits of partitions", () -> {
                partitions.everySplitHasOnePartition(version);
                partitions.partitionsInBatches(version);
                Refusals.refused(e::athena, report, version, "a column that Athena cannot read", "\"u\"", a -> a.table(corpus.unsigned.name(), java.util.Map.of()));
            });
        }
        e.step("constraints on partition columns", () -> partitions.constraintsLeaveTheirPartitions(seed, combinations / 5));
        e.step("query plans", () -> new Plans(e::athena, report).refused(corpus.partitioned));
    }
}
