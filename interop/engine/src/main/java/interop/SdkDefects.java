package interop;

import com.amazonaws.athena.connector.lambda.data.Block;
import com.amazonaws.athena.connector.lambda.data.BlockAllocator;
import com.amazonaws.athena.connector.lambda.data.BlockAllocatorImpl;
import com.amazonaws.athena.connector.lambda.data.BlockUtils;
import com.amazonaws.athena.connector.lambda.data.SchemaBuilder;
import com.amazonaws.athena.connector.lambda.data.TimeZoneKey;
import com.amazonaws.athena.connector.lambda.domain.TableName;
import com.amazonaws.athena.connector.lambda.domain.predicate.AllOrNoneValueSet;
import com.amazonaws.athena.connector.lambda.domain.predicate.ConstraintEvaluator;
import com.amazonaws.athena.connector.lambda.domain.predicate.Constraints;
import com.amazonaws.athena.connector.lambda.domain.predicate.EquatableValueSet;
import com.amazonaws.athena.connector.lambda.domain.predicate.Marker;
import com.amazonaws.athena.connector.lambda.domain.predicate.Range;
import com.amazonaws.athena.connector.lambda.domain.predicate.SortedRangeSet;
import com.amazonaws.athena.connector.lambda.domain.predicate.ValueSet;
import com.amazonaws.athena.connector.lambda.metadata.GetTableLayoutRequest;
import com.amazonaws.athena.connector.lambda.metadata.ListTablesRequest;
import com.amazonaws.athena.connector.lambda.metadata.ListTablesResponse;
import com.amazonaws.athena.connector.lambda.metadata.glue.GlueFieldLexer;
import com.amazonaws.athena.connector.lambda.records.ReadRecordsResponse;
import com.amazonaws.athena.connector.lambda.request.FederationRequest;
import com.amazonaws.athena.connector.lambda.request.FederationResponse;
import com.amazonaws.athena.connector.lambda.security.FederatedIdentity;
import com.amazonaws.athena.connector.lambda.serde.VersionedObjectMapperFactory;
import com.amazonaws.athena.connector.util.PaginationHelper;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Schema;

import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where AWS's SDK itself is wrong, or not what one would expect, shown by running it: each method is one such place, and
 * fails once the SDK has changed. An engine that is built on the SDK behaves like this; the connector must live with it.
 * {@link SpillDefects} has those of spilling.
 */
final class SdkDefects
{
    private static final int NEWEST = 6;
    private static final FederatedIdentity IDENTITY = new FederatedIdentity("arn:aws:iam::123456789012:user/a", "123456789012", Map.of("team", "blue"), List.of("readers"), Map.of());
    private static final TableName TABLE = new TableName("s", "t");

    private final Report report;
    private final BlockAllocatorImpl allocator = new BlockAllocatorImpl();

    private SdkDefects(Report report)
    {
        this.report = report;
    }

    static void show(Report report)
            throws Exception
    {
        SdkDefects d = new SdkDefects(report);
        try (d.allocator) {
            d.rowsWithoutColumnsCannotBeRead();
            d.notNullIsWrittenAsNothing();
            d.onlyNullAsAListMeansEverything();
            d.nullPassesABlackListThatForbidsIt();
            d.isNoneAndIsAllForgetNull();
            d.zeroIsNotMinusZero();
            d.sameInstantInTwoZonesDiffers();
            d.timesInMicrosecondsCannotBeCompared();
            d.nestedValuesCannotBeEvaluated();
            d.nullDateCannotBePrinted();
            d.zoneNamesOfThreeLettersAreUnknown();
            d.unionTypeCannotBeReadBack();
            d.sortedMapAndWideDecimalLoseThat();
            d.garbageIsReadAsZero();
            d.pageSizeOfZeroNeverEnds();
            d.unknownNestedMemberSelectsVersionOneWhichLosesTags();
            d.metadataOfOneNameTwiceBreaksTheSchema();
            d.lengthsOfGlueTypesAreNotUnderstood();
        }
    }

    /** A block of rows without columns cannot be read, not even the SDK's own: no engine in Java can ask for no columns. */
    void rowsWithoutColumnsCannotBeRead()
    {
        Block rows = allocator.createBlock(new Schema(List.of()));
        rows.setRowCount(3);
        fails(NullPointerException.class, "body", () -> mapper(NEWEST).readValue(mapper(NEWEST).writeValueAsString(new ReadRecordsResponse("c", rows)), FederationResponse.class));
    }

    /** The opaque set "everything but null" is sent as "nothing": all is written as all AND nullAllowed. */
    void notNullIsWrittenAsNothing()
            throws Exception
    {
        JsonNode set = written(new AllOrNoneValueSet(Cell.BIGINT, true, false));
        holds(!set.get("all").asBoolean() && !set.get("nullAllowed").asBoolean(), "the set of everything but null is written as %s", set);
        String truth = ValueSets.truthfulNotNull(request(new AllOrNoneValueSet(Cell.BIGINT, true, false)));
        ValueSet read = ((GetTableLayoutRequest) mapper(NEWEST).readValue(truth, FederationRequest.class)).getConstraints().getSummary().get("c");
        holds(read.containsValue((Object) 1L) && !read.containsValue((Object) null), "the set of everything but null, written truthfully, is read as %s", read);
    }

    /** The list for IS NULL is the empty black list with null: everything. */
    void onlyNullAsAListMeansEverything()
            throws Exception
    {
        var factory = EquatableValueSet.class.getDeclaredMethod("onlyNull", BlockAllocator.class, ArrowType.class);
        factory.setAccessible(true);
        EquatableValueSet set = (EquatableValueSet) factory.invoke(null, allocator, Cell.BIGINT);
        holds(set.isAll() && set.containsValue(Marker.exactly(allocator, Cell.BIGINT, 1L)), "the list for only null is %s", set);
    }

    /** The check that Java connectors filter rows with lets null through; the evaluator's does not. */
    void nullPassesABlackListThatForbidsIt()
    {
        EquatableValueSet notOne = EquatableValueSet.newBuilder(allocator, Cell.BIGINT, false, false).add(1L).build();
        holds(notOne.containsValue((Object) null) && !notOne.containsValue(Marker.nullMarker(allocator, Cell.BIGINT)), "null and NOT IN (1) without null: the two checks agree");
    }

    /** A set that holds null alone is "none", and one that holds all but null is "all". */
    void isNoneAndIsAllForgetNull()
    {
        ValueSet onlyNull = SortedRangeSet.onlyNull(Cell.BIGINT);
        ValueSet notNull = SortedRangeSet.notNull(allocator, Cell.BIGINT);
        holds(onlyNull.isNone() && onlyNull.containsValue(Marker.nullMarker(allocator, Cell.BIGINT)), "only null is none: %s", onlyNull.isNone());
        holds(notNull.isAll() && !notNull.containsValue(Marker.nullMarker(allocator, Cell.BIGINT)), "not null is all: %s", notNull.isAll());
    }

    /** In SQL -0 = 0; to the SDK's order -0 is less, and NaN, greater than infinity, equals itself. */
    void zeroIsNotMinusZero()
            throws Exception
    {
        holds(!passes(SortedRangeSet.of(equal(Cell.DOUBLE, 0.0)), Cell.DOUBLE, -0.0), "-0 passes = 0");
        holds(passes(SortedRangeSet.of(Range.lessThan(allocator, Cell.DOUBLE, 0.0)), Cell.DOUBLE, -0.0), "-0 does not pass < 0");
        holds(passes(SortedRangeSet.of(equal(Cell.DOUBLE, Double.NaN)), Cell.DOUBLE, Double.NaN), "NaN does not pass = NaN");
        holds(passes(SortedRangeSet.of(Range.greaterThan(allocator, Cell.DOUBLE, Double.POSITIVE_INFINITY)), Cell.DOUBLE, Double.NaN), "NaN does not pass > infinity");
    }

    /** In SQL one instant is one instant; the SDK compares local time and zone too. */
    void sameInstantInTwoZonesDiffers()
            throws Exception
    {
        ArrowType zoned = new ArrowType.Timestamp(TimeUnit.MILLISECOND, "UTC");
        ZonedDateTime utc = ZonedDateTime.of(2024, 2, 29, 12, 0, 0, 0, ZoneId.of("UTC"));
        ValueSet set = SortedRangeSet.of(equal(zoned, utc));
        holds(passes(set, zoned, utc), "an instant does not pass = itself");
        holds(!passes(set, zoned, utc.withZoneSameInstant(ZoneId.of("Asia/Tokyo"))), "an instant passes = itself in another zone");
    }

    /** Zoned timestamps in microseconds may be in a block, but not in a constraint. */
    void timesInMicrosecondsCannotBeCompared()
    {
        ArrowType micros = new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC");
        fails(RuntimeException.class, "", () -> passes(SortedRangeSet.of(equal(micros, 1L)), micros, 1L));
    }

    /** A constraint on a list, even one that only says "not null", cannot be applied to a value. */
    void nestedValuesCannotBeEvaluated()
    {
        Schema schema = SchemaBuilder.newBuilder().addListField("c", Cell.BIGINT).build();
        fails(RuntimeException.class, "", () -> {
            Constraints c = Examination.constraints(Map.of("c", new AllOrNoneValueSet(ArrowType.List.INSTANCE, true, false)), null);
            try (ConstraintEvaluator e = new ConstraintEvaluator(allocator, schema, c)) {
                return e.apply("c", List.of(1L));
            }
        });
    }

    /** The text of a block, which the SDK logs with each request, fails for a null date; other nulls have one. */
    void nullDateCannotBePrinted()
    {
        holds(BlockUtils.newBlock(allocator, "c", Cell.BIGINT, new Object[] {null}).toString().contains("null"), "a null bigint has no text");
        fails(NullPointerException.class, "", () -> BlockUtils.newBlock(allocator, "c", Cell.DATE, new Object[] {null}).toString());
    }

    /** The packed form of a zoned timestamp has no key for EST and its like. */
    void zoneNamesOfThreeLettersAreUnknown()
    {
        fails(RuntimeException.class, "not supported", () -> TimeZoneKey.getTimeZoneKey("EST"));
    }

    /** The type of a union is written as text that the SDK cannot read. */
    void unionTypeCannotBeReadBack()
    {
        ArrowType union = new ArrowType.Union(UnionMode.Sparse, new int[] {1, 2});
        fails(Exception.class, "", () -> mapper(NEWEST).readValue(request(new AllOrNoneValueSet(union, true, true)), FederationRequest.class));
    }

    /** The type of a value set keeps neither "keys are sorted" of a map nor the 256 bits of a decimal. */
    void sortedMapAndWideDecimalLoseThat()
            throws Exception
    {
        holds(new ArrowType.Map(false).equals(readBack(new ArrowType.Map(true))), "a map with sorted keys keeps them");
        holds(new ArrowType.Decimal(40, 2, 128).equals(readBack(new ArrowType.Decimal(40, 2, 256))), "a decimal of 256 bits keeps them");
    }

    /** A number that is none reads as 0, which is a limit of no rows or a page of no tables. */
    void garbageIsReadAsZero()
            throws Exception
    {
        String json = mapper(NEWEST).writeValueAsString(new ListTablesRequest(IDENTITY, "q", "c", "s", null, 77)).replace("\"pageSize\":77", "\"pageSize\":\"many\"");
        int size = ((ListTablesRequest) mapper(NEWEST).readValue(json, FederationRequest.class)).getPageSize();
        holds(size == 0, "the page size \"many\" is read as %d", size);
    }

    /** A page of no tables comes with the token it was asked for with. */
    void pageSizeOfZeroNeverEnds()
    {
        ListTablesResponse page = PaginationHelper.manualPagination(List.of(TABLE), null, 0, "c");
        holds(page.getTables().isEmpty() && "0".equals(page.getNextToken()), "pages of no tables: %s", page);
    }

    /** One member too many in a nested object, and the request is read as version 1, where tags and groups have other names. */
    void unknownNestedMemberSelectsVersionOneWhichLosesTags()
            throws Exception
    {
        String json = mapper(NEWEST).writeValueAsString(new ListTablesRequest(IDENTITY, "q", "c", "s", null, -1)).replace("\"configOptions\":{}", "\"configOptions\":{},\"future\":1");
        for (int v = 2; v <= NEWEST; v++) {
            int version = v;
            fails(Exception.class, "", () -> mapper(version).readValue(json, FederationRequest.class));
        }
        FederatedIdentity read = mapper(1).readValue(json, FederationRequest.class).getIdentity();
        holds(read.getPrincipalTags() == null || read.getPrincipalTags().isEmpty(), "version 1 reads the tags %s", read.getPrincipalTags());
    }

    /** Table parameters and column comments share the schema's metadata, where a name may be once. */
    void metadataOfOneNameTwiceBreaksTheSchema()
    {
        fails(IllegalArgumentException.class, "", () -> SchemaBuilder.newBuilder().addMetadata("host", "parameter").addMetadata("host", "comment").build());
    }

    /** Types that Hive writes with a length, or Presto with another name, are not known, or break the parser. */
    void lengthsOfGlueTypesAreNotUnderstood()
    {
        for (String type : List.of("varchar(10)", "char(3)", "integer", "long", "real")) {
            var field = GlueFieldLexer.lex("c", type);
            holds(field == null, "the Glue type %s is %s", type, field);
        }
        fails(IndexOutOfBoundsException.class, "", () -> GlueFieldLexer.lex("c", "decimal(10)"));
    }

    // ---- how it is shown ----

    private void holds(boolean defect, String healed, Object... args)
    {
        report.check(defect, "the SDK has changed: " + healed, args);
    }

    private interface Attempt
    {
        Object run() throws Exception;
    }

    private void fails(Class<? extends Exception> kind, String text, Attempt attempt)
    {
        try {
            report.differ("the SDK has changed: %s where it used to fail with %s %s", attempt.run(), kind.getSimpleName(), text);
        }
        catch (Exception e) {
            holds(kind.isInstance(e) && String.valueOf(e.getMessage()).contains(text), "it fails with %s", e);
        }
    }

    private Range equal(ArrowType t, Object v)
    {
        return Range.equal(allocator, t, v);
    }

    private boolean passes(ValueSet set, ArrowType t, Object value)
            throws Exception
    {
        Schema schema = SchemaBuilder.newBuilder().addField("c", t).build();
        try (ConstraintEvaluator e = new ConstraintEvaluator(allocator, schema, Examination.constraints(Map.of("c", set), null))) {
            return e.apply("c", value);
        }
    }

    private ObjectMapper mapper(int version)
    {
        return VersionedObjectMapperFactory.create(allocator, version);
    }

    private String request(ValueSet set)
            throws Exception
    {
        Constraints c = Examination.constraints(Map.of("c", set), null);
        return mapper(NEWEST).writeValueAsString(new GetTableLayoutRequest(IDENTITY, "q", "c", TABLE, c, new Schema(List.of()), Set.of()));
    }

    private JsonNode written(ValueSet set)
            throws Exception
    {
        return new ObjectMapper().readTree(request(set)).get("constraints").get("summary").get("c");
    }

    private ArrowType readBack(ArrowType t)
            throws Exception
    {
        return ((GetTableLayoutRequest) mapper(NEWEST).readValue(request(new AllOrNoneValueSet(t, true, true)), FederationRequest.class)).getConstraints().getSummary().get("c").getType();
    }
}
