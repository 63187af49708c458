package interop;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;

/** What was examined, and what differed. Safe for use from several threads. */
final class Report
{
    /** More differences than this are counted but not printed. */
    private static final int SHOWN = 60;

    final AtomicLong exchanges = new AtomicLong();
    final AtomicLong values = new AtomicLong();
    final AtomicLong combinations = new AtomicLong();
    final AtomicLong blocks = new AtomicLong();
    final AtomicLong checks = new AtomicLong();
    /** Things that were changed behind the examiner's back, and that it saw. */
    final AtomicLong mutations = new AtomicLong();
    private final int shown;
    private final Set<Integer> versions = new TreeSet<>();
    private final List<String> differences = new ArrayList<>();

    Report()
    {
        this(SHOWN);
    }

    private Report(int shown)
    {
        this.shown = shown;
    }

    /** A report that counts and prints nothing. */
    static Report silent()
    {
        return new Report(0);
    }

    interface Step
    {
        void run() throws Exception;
    }

    /** Runs a part of an examination and prints how long it took. */
    void step(String where, String name, Step s)
            throws Exception
    {
        long start = System.nanoTime();
        int before = differing();
        s.run();
        System.out.printf("%-7s %-40s %6.1f s%s%n", where, name, (System.nanoTime() - start) / 1e9, differing() == before ? "" : "  " + (differing() - before) + " DIFFERENCES");
    }

    /** Prints something that is worth knowing, unless the report is silent. */
    void say(String text, Object... args)
    {
        if (shown > 0) {
            System.out.println(String.format(text, args));
        }
    }

    synchronized void version(int v)
    {
        versions.add(v);
    }

    /** Counts a statement that has to hold, and reports it as a difference if it does not. */
    boolean check(boolean holds, String statement, Object... args)
    {
        checks.incrementAndGet();
        if (!holds) {
            differ(statement, args);
        }
        return holds;
    }

    synchronized void differ(String text, Object... args)
    {
        differences.add(args.length == 0 ? text : String.format(text, args));
        if (differences.size() <= shown) {
            System.out.println("DIFFERENCE: " + differences.get(differences.size() - 1));
        }
    }

    synchronized int differing()
    {
        return differences.size();
    }

    synchronized String line(String examined)
    {
        return String.format("interop: %,d exchanges at versions %s, %s, %,d blocks read, %,d values compared, %,d constraint combinations, %,d other checks, %,d planted faults found, %d differences",
                exchanges.get(), versions, examined, blocks.get(), values.get(), combinations.get(), checks.get(), mutations.get(), differences.size());
    }
}
