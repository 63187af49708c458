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
    private final Set<Integer> versions = new TreeSet<>();
    private final List<String> differences = new ArrayList<>();

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
        if (differences.size() <= SHOWN) {
            System.out.println("DIFFERENCE: " + differences.get(differences.size() - 1));
        }
    }

    synchronized int differing()
    {
        return differences.size();
    }

    synchronized String line(String modes)
    {
        return String.format("interop: %,d exchanges at versions %s, %s, %,d blocks read, %,d values compared, %,d constraint combinations, %,d other checks, %d differences",
                exchanges.get(), versions, modes, blocks.get(), values.get(), combinations.get(), checks.get(), differences.size());
    }
}
