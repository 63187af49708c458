package interop;

import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Examines a connector: each argument is MODE=URL, where the server at the URL runs the connector with that way of
 * protecting what it spills, or MODE=URL,URL, where the second has S3, Glue and KMS. The last line of the output is the verdict; the exit status is 1 if anything differed.
 */
final class Main
{
    private Main() {}

    public static void main(String[] args)
            throws Exception
    {
        long seed = Long.getLong("seed", System.nanoTime() & 0xFFFFFF);
        int combinations = Integer.getInteger("combinations", 600);
        System.out.println("seed " + seed);
        Report report = new Report();
        List<String> modes = new ArrayList<>();
        for (String arg : args) {
            String[] part = arg.split("=", 2);
            Mode mode = Mode.valueOf(part[0].toUpperCase());
            modes.add(part[0]);
            try {
                URI[] urls = Arrays.stream(part[1].split(",")).map(URI::create).toArray(URI[]::new);
                Services services = new Services(urls[0], urls[urls.length - 1]);
                if (urls.length > 1) {
                    services.prepareOthers();
                }
                new Examination(mode, services, report, seed).run(combinations / args.length + 1);
            }
            catch (Exception | LinkageError | AssertionError e) {
                e.printStackTrace(System.out);
                report.differ("%s: the examination broke off: %s", mode, e);
            }
        }
        System.out.println(report.line("spill " + String.join("/", modes)));
        System.exit(report.differing() == 0 ? 0 : 1);
    }
}
