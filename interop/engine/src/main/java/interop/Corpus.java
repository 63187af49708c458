package interop;

import com.amazonaws.athena.connector.lambda.domain.TableName;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Made-up tables with every type that Athena reads, at every depth, for a connector that serves whatever it is told to. */
final class Corpus
{
    static final String SCHEMA = "corpus";
    static final String OTHER_SCHEMA = "Other Sché🎉ma";
    static final int SPLITS = 3;
    static final int SPLITS_PER_REPLY = 4;
    static final String ID = "id";
    private static final int ROWS = 240;
    private static final int FILLERS = 12;

    /** A type by the name that Athena's documentation has for it. */
    static final Map<String, ArrowType> SCALARS = scalars();

    private static Map<String, ArrowType> scalars()
    {
        Map<String, ArrowType> all = new LinkedHashMap<>();
        all.put("boolean", ArrowType.Bool.INSTANCE);
        all.put("tinyint", new ArrowType.Int(8, true));
        all.put("smallint", new ArrowType.Int(16, true));
        all.put("integer", new ArrowType.Int(32, true));
        all.put("bigint", new ArrowType.Int(64, true));
        all.put("real", new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE));
        all.put("double", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE));
        all.put("decimal(38,0)", new ArrowType.Decimal(38, 0, 128));
        all.put("decimal(10,2)", new ArrowType.Decimal(10, 2, 128));
        all.put("decimal(38,38)", new ArrowType.Decimal(38, 38, 128));
        all.put("varchar", ArrowType.Utf8.INSTANCE);
        all.put("varbinary", ArrowType.Binary.INSTANCE);
        all.put("date", new ArrowType.Date(DateUnit.DAY));
        all.put("timestamp", new ArrowType.Date(DateUnit.MILLISECOND));
        all.put("timestamp UTC", new ArrowType.Timestamp(TimeUnit.MILLISECOND, "UTC"));
        all.put("timestamp New York", new ArrowType.Timestamp(TimeUnit.MILLISECOND, "America/New_York"));
        all.put("timestamp µs", new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC"));
        return all;
    }

    final List<KnownTable> tables = new ArrayList<>();
    final KnownTable partitioned;
    /** A small table with everything that can be changed behind the examiner's back: see {@link SelfTest}. */
    final KnownTable small;
    /** A table with a column that Athena cannot read: nothing but an error may come of it. */
    final KnownTable unsigned;
    private final Random random;
    private final Samples samples;

    Corpus(long seed)
    {
        random = new Random(seed);
        samples = new Samples(random);
        List<Field> scalars = new ArrayList<>();
        List<Field> lists = new ArrayList<>();
        List<Field> maps = new ArrayList<>();
        SCALARS.forEach((name, t) -> {
            scalars.add(field(name, t));
            lists.add(field("list of " + name, ArrowType.List.INSTANCE, field(random.nextBoolean() ? "" : "item", t)));
            maps.add(map("map to " + name, field("value", t)));
        });
        add("scalars", ROWS * 2, scalars);
        add("lists", ROWS, lists);
        add("Maps ä漢😀", ROWS, maps);
        add("nested", ROWS, nested(scalars));
        add("empty", 0, scalars);
        large();
        partitioned = partitioned("partitioned", ROWS * 2);
        tables.add(partitioned);
        tables.add(partitioned("no_partitions", 0));
        for (int i = 0; i < FILLERS; i++) {
            add("filler_" + i, 0, List.of(field("c", Cell.VARCHAR)));
        }
        tables.add(table(new TableName(OTHER_SCHEMA, "it's \"here\""), 20, withId(List.of(field("A b", Cell.VARCHAR), field("a b", Cell.INT))), List.of()));
        small = small();
        tables.add(small);
        unsigned = table(new TableName("unsigned", "t"), 0, List.of(field("u", new ArrowType.Int(32, false))), List.of());
    }

    private List<Field> nested(List<Field> scalars)
    {
        List<Field> all = new ArrayList<>();
        Field struct = field("every scalar", ArrowType.Struct.INSTANCE, scalars.toArray(Field[]::new));
        Field pair = field("item", ArrowType.Struct.INSTANCE, field("n", Cell.BIGINT), field("é", Cell.VARCHAR));
        all.add(struct);
        all.add(field("list of structs", ArrowType.List.INSTANCE, pair));
        all.add(field("list of lists of lists", ArrowType.List.INSTANCE, field("", ArrowType.List.INSTANCE, field("", ArrowType.List.INSTANCE, field("", Cell.INT)))));
        all.add(field("struct in struct in struct", ArrowType.Struct.INSTANCE, field("a", ArrowType.Struct.INSTANCE, field("b", ArrowType.Struct.INSTANCE, field("c", Cell.DOUBLE)), field("d", Cell.BOOLEAN))));
        all.add(field("list of maps", ArrowType.List.INSTANCE, map("m", field("value", Cell.BIGINT))));
        all.add(map("map to list of structs", field("value", ArrowType.List.INSTANCE, pair)));
        all.add(map("map to map", map("value", field("value", ArrowType.Binary.INSTANCE))));
        all.add(field("struct of map and list", ArrowType.Struct.INSTANCE, map("m", pair("value")), field("l", ArrowType.List.INSTANCE, field("x", SCALARS.get("decimal(10,2)")))));
        return all;
    }

    private static Field pair(String name)
    {
        return field(name, ArrowType.Struct.INSTANCE, field("t", Cell.TIMESTAMP), field("v", Cell.DOUBLE));
    }

    private void add(String name, int rows, List<Field> fields)
    {
        tables.add(table(new TableName(SCHEMA, name), rows, withId(fields), List.of()));
    }

    private static List<Field> withId(List<Field> fields)
    {
        List<Field> all = new ArrayList<>(fields);
        all.add(all.size() / 2, field(ID, Cell.BIGINT));
        return all;
    }

    private KnownTable table(TableName name, int rows, List<Field> fields, List<String> partitionColumns)
    {
        Rows r = new Rows(new Schema(fields, Map.of("comment", "ü " + name.getTableName(), "number", "1")));
        for (int i = 0; i < rows; i++) {
            int n = i;
            r.rows.add(fields.stream().map(f -> f.getName().equals(ID) ? (Object) (long) n : samples.next(f)).toArray());
        }
        return new KnownTable(name, r.schema, new LinkedHashSet<>(partitionColumns), r, ID);
    }

    /** Partition columns of four types, which lie among the others, are not in their order, and can be null. */
    private KnownTable partitioned(String name, int rows)
    {
        KnownTable t = table(new TableName(SCHEMA, name), rows,
                withId(List.of(field("day", Cell.DATE), field("x", Cell.DOUBLE), field("region", Cell.VARCHAR), field("text", Cell.VARCHAR), field("shard", Cell.INT), field("at", SCALARS.get("timestamp UTC")))),
                List.of("region", "shard", "day"));
        Object[] days = {19_000, null};
        Object[] regions = {"", "é\ud83d\ude00=/%", null};
        for (int i = 0; i < rows; i++) {
            Object[] row = t.rows().rows.get(i);
            row[t.rows().column("day")] = days[random.nextInt(days.length)];
            row[t.rows().column("region")] = regions[random.nextInt(regions.length)];
            row[t.rows().column("shard")] = random.nextInt(2);
        }
        return t;
    }

    private KnownTable small()
    {
        KnownTable t = table(new TableName(SCHEMA, "small"), 40, withId(List.of(field("n", Cell.BIGINT), field("text", Cell.VARCHAR), field("list", ArrowType.List.INSTANCE, field("", Cell.INT)), field("shard", Cell.INT))), List.of("shard"));
        for (Object[] row : t.rows().rows) {
            row[t.rows().column("shard")] = random.nextInt(2);
        }
        return t;
    }

    /** Values so large that a block has few. */
    private void large()
    {
        KnownTable t = table(new TableName(SCHEMA, "large"), 60, withId(List.of(field("text", Cell.VARCHAR), field("bytes", ArrowType.Binary.INSTANCE), field("list", ArrowType.List.INSTANCE, field("", Cell.BIGINT)))), List.of());
        for (Object[] row : t.rows().rows) {
            row[t.rows().column("text")] = "ä😀".repeat(random.nextInt(6_000));
            List<Object> list = new ArrayList<>();
            random.longs(random.nextInt(2_000)).forEach(list::add);
            row[t.rows().column("list")] = list;
        }
        tables.add(t);
    }

    static Field field(String name, ArrowType t, Field... children)
    {
        Map<String, String> metadata = name.length() % 3 == 1 ? Map.of("comment", "of " + name) : null;
        return new Field(name, new FieldType(true, t, null, metadata), List.of(children));
    }

    private static Field map(String name, Field value)
    {
        Field key = new Field("key", FieldType.notNullable(Cell.VARCHAR), List.of());
        return field(name, new ArrowType.Map(false), new Field("entries", FieldType.notNullable(ArrowType.Struct.INSTANCE), List.of(key, value)));
    }

    /** Writes the tables for the connector, in the neutral form of the vectors. */
    void write(Path file)
            throws IOException
    {
        ObjectMapper json = new ObjectMapper();
        ObjectNode all = json.createObjectNode();
        all.put("splits", SPLITS).put("splitsPerReply", SPLITS_PER_REPLY);
        ArrayNode list = all.putArray("tables");
        List<KnownTable> everything = new ArrayList<>(tables);
        everything.add(unsigned);
        everything.forEach(t -> list.add(Neutral.table(t)));
        json.writeValue(file.toFile(), all);
    }
}
