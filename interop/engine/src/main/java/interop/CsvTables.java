package interop;

import com.amazonaws.athena.connector.lambda.domain.TableName;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.CSVRecord;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/** The folder of the CSV connector, read by somebody else's parser. What the files mean is said in examples/csv/main.go. */
final class CsvTables
{
    private static final Map<String, ArrowType> TYPES = Map.of("", Cell.VARCHAR, "bigint", Cell.BIGINT, "double", Cell.DOUBLE);
    private static final CSVFormat FORMAT = CSVFormat.RFC4180.builder().setRecordSeparator('\n').setIgnoreEmptyLines(true).get();

    private CsvTables() {}

    /** Adds files with everything that CSV can say, from a seed. */
    static void write(Path folder, long seed)
            throws IOException
    {
        Random random = new Random(seed);
        Path made = Files.createDirectories(folder.resolve("made ü"));
        try (CSVPrinter out = new CSVPrinter(Files.newBufferedWriter(made.resolve("Awkward.values.csv")), FORMAT)) {
            out.printRecord("id:bigint", "text", "a \"quoted\", named\ncolumn", "number:double", "count:bigint");
            for (int i = 0; i < 300; i++) {
                out.printRecord(i, pick(random, Tables.TEXTS), pick(random, Tables.TEXTS),
                        random.nextInt(5) == 0 ? "" : random.nextInt(9) == 0 ? pick(random, "NaN", "Infinity", "-Infinity", "-0", "1e5", "0x1p-3", "+7") : Tables.NUMBERS[random.nextInt(Tables.NUMBERS.length)],
                        random.nextInt(5) == 0 ? "" : Tables.COUNTS[random.nextInt(Tables.COUNTS.length)]);
            }
        }
        try (CSVPrinter out = new CSVPrinter(Files.newBufferedWriter(made.resolve("long.csv")), FORMAT)) {
            out.printRecord("key", "payload", "n:bigint");
            for (int i = 0; i < 4000; i++) {
                out.printRecord("k" + i, "%016x".formatted(random.nextLong()).repeat(random.nextInt(1, 12)), random.nextLong());
            }
        }
    }

    private static String pick(Random random, String... from)
    {
        return from[random.nextInt(from.length)];
    }

    static List<KnownTable> read(Path folder)
            throws IOException
    {
        List<KnownTable> all = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".csv")).sorted().toList()) {
                all.add(table(file));
            }
        }
        return all;
    }

    private static KnownTable table(Path file)
            throws IOException
    {
        String name = file.getFileName().toString();
        try (CSVParser parser = CSVParser.parse(file, java.nio.charset.StandardCharsets.UTF_8, FORMAT)) {
            Iterator<CSVRecord> records = parser.iterator();
            Rows rows = new Rows(new Schema(records.next().stream().map(CsvTables::column).toList()));
            records.forEachRemaining(r -> rows.rows.add(row(rows.schema, r)));
            return new KnownTable(new TableName(file.getParent().getFileName().toString(), name.substring(0, name.length() - ".csv".length())), rows.schema, Set.of(), rows, rows.schema.getFields().get(0).getName());
        }
    }

    private static Field column(String header)
    {
        int colon = header.indexOf(':');
        String name = colon < 0 ? header : header.substring(0, colon);
        return new Field(name, FieldType.nullable(TYPES.get(colon < 0 ? "" : header.substring(colon + 1))), List.of());
    }

    private static Object[] row(Schema schema, CSVRecord r)
    {
        Object[] values = new Object[r.size()];
        for (int i = 0; i < values.length; i++) {
            ArrowType t = schema.getFields().get(i).getType();
            String text = r.get(i);
            values[i] = text.isEmpty() ? null : t.equals(Cell.BIGINT) ? (Object) Long.valueOf(text) : t.equals(Cell.DOUBLE) ? (Object) Double.valueOf(text) : text;
        }
        return values;
    }
}
