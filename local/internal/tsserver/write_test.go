package tsserver_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"athena-timestream/local/internal/tsdb"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/timestreamquery"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite"
	"github.com/aws/aws-sdk-go-v2/service/timestreamwrite/types"
)

func TestDatabaseLife(t *testing.T) {
	t.Parallel()
	now := time.Date(2023, 9, 20, 12, 0, 0, 511e6, time.UTC)
	s := start(t, setup{db: tsdb.Options{Region: "eu-west-1", Account: "123456789012", Now: func() time.Time { return now }}})
	name := aws.String("MyDb-1.x")
	made, err := s.write.CreateDatabase(ctx, &timestreamwrite.CreateDatabaseInput{DatabaseName: name, Tags: []types.Tag{{Key: aws.String("a"), Value: aws.String("1")}}})
	if err != nil {
		t.Fatal(err)
	}
	d := made.Database
	if aws.ToString(d.Arn) != "arn:aws:timestream:eu-west-1:123456789012:database/MyDb-1.x" || !d.CreationTime.Equal(now) || d.TableCount != 0 || d.KmsKeyId == nil {
		t.Errorf("made %+v", d)
	}
	_, err = s.write.CreateDatabase(ctx, &timestreamwrite.CreateDatabaseInput{DatabaseName: name})
	if codeOf(err) != "ConflictException 409" {
		t.Errorf("made twice: %v", err)
	}
	_, err = s.write.CreateDatabase(ctx, &timestreamwrite.CreateDatabaseInput{DatabaseName: aws.String("a/b?")})
	if codeOf(err) != "ValidationException 400" || !strings.Contains(messageOf(err), "[a-zA-Z0-9_.-]+") {
		t.Errorf("bad name: %v", err)
	}
	// Names that differ in case are two.
	if _, err := s.write.CreateDatabase(ctx, &timestreamwrite.CreateDatabaseInput{DatabaseName: aws.String("mydb-1.X")}); err != nil {
		t.Error(err)
	}
	now = now.Add(time.Hour)
	changed, err := s.write.UpdateDatabase(ctx, &timestreamwrite.UpdateDatabaseInput{DatabaseName: name, KmsKeyId: aws.String("key")})
	if err != nil || aws.ToString(changed.Database.KmsKeyId) != "key" || !changed.Database.LastUpdatedTime.Equal(now) || changed.Database.CreationTime.Equal(now) {
		t.Errorf("changed %+v, %v", changed, err)
	}
	if _, err := s.write.CreateTable(ctx, &timestreamwrite.CreateTableInput{DatabaseName: name, TableName: aws.String("tab")}); err != nil {
		t.Fatal(err)
	}
	_, err = s.write.DeleteDatabase(ctx, &timestreamwrite.DeleteDatabaseInput{DatabaseName: name})
	if codeOf(err) != "ValidationException 400" {
		t.Errorf("deleted with a table: %v", err)
	}
	if _, err := s.write.DeleteTable(ctx, &timestreamwrite.DeleteTableInput{DatabaseName: name, TableName: aws.String("tab")}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.write.DeleteDatabase(ctx, &timestreamwrite.DeleteDatabaseInput{DatabaseName: name}); err != nil {
		t.Fatal(err)
	}
	_, err = s.write.DeleteDatabase(ctx, &timestreamwrite.DeleteDatabaseInput{DatabaseName: name})
	var missing *types.ResourceNotFoundException
	if !errors.As(err, &missing) {
		t.Errorf("deleted twice: %v", err)
	}
}

func TestTableLife(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	s.table("plain")
	got, err := s.write.DescribeTable(ctx, &timestreamwrite.DescribeTableInput{DatabaseName: aws.String("Data.Base"), TableName: aws.String("plain")})
	if err != nil {
		t.Fatal(err)
	}
	tab := got.Table
	if aws.ToInt64(tab.RetentionProperties.MemoryStoreRetentionPeriodInHours) != 6 || aws.ToInt64(tab.RetentionProperties.MagneticStoreRetentionPeriodInDays) != 73000 ||
		tab.TableStatus != types.TableStatusActive || len(tab.Schema.CompositePartitionKey) != 1 || tab.Schema.CompositePartitionKey[0].Type != types.PartitionKeyTypeMeasure ||
		aws.ToString(tab.Arn) != "arn:aws:timestream:us-east-1:000000000000:database/Data.Base/table/plain" {
		t.Errorf("defaults: %+v", tab)
	}
	in := &timestreamwrite.CreateTableInput{
		DatabaseName: aws.String("Data.Base"), TableName: aws.String("full"),
		RetentionProperties: &types.RetentionProperties{MemoryStoreRetentionPeriodInHours: aws.Int64(24), MagneticStoreRetentionPeriodInDays: aws.Int64(365)},
		MagneticStoreWriteProperties: &types.MagneticStoreWriteProperties{EnableMagneticStoreWrites: aws.Bool(true), MagneticStoreRejectedDataLocation: &types.MagneticStoreRejectedDataLocation{
			S3Configuration: &types.S3Configuration{BucketName: aws.String("bucket"), ObjectKeyPrefix: aws.String("prefix"), EncryptionOption: types.S3EncryptionOptionSseS3},
		}},
		Schema: &types.Schema{CompositePartitionKey: []types.PartitionKey{{Type: types.PartitionKeyTypeDimension, Name: aws.String("host"), EnforcementInRecord: types.PartitionKeyEnforcementLevelRequired}}},
	}
	made, err := s.write.CreateTable(ctx, in)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(made.Table.RetentionProperties, in.RetentionProperties) || !reflect.DeepEqual(made.Table.MagneticStoreWriteProperties, in.MagneticStoreWriteProperties) || !reflect.DeepEqual(made.Table.Schema, in.Schema) {
		t.Errorf("made %+v", made.Table)
	}
	record := single("", "cpu", "1", types.MeasureValueTypeDouble, 0)
	record.Dimensions = []types.Dimension{{Name: aws.String("rack"), Value: aws.String("1")}}
	err = s.tryPut("full", nil, record)
	if codeOf(err) != "RejectedRecordsException 419" {
		t.Errorf("a record without the required key: %v", err)
	}
	up, err := s.write.UpdateTable(ctx, &timestreamwrite.UpdateTableInput{
		DatabaseName: in.DatabaseName, TableName: in.TableName,
		RetentionProperties: &types.RetentionProperties{MemoryStoreRetentionPeriodInHours: aws.Int64(1), MagneticStoreRetentionPeriodInDays: aws.Int64(2)},
	})
	if err != nil || aws.ToInt64(up.Table.RetentionProperties.MagneticStoreRetentionPeriodInDays) != 2 || !aws.ToBool(up.Table.MagneticStoreWriteProperties.EnableMagneticStoreWrites) {
		t.Errorf("changed %+v, %v", up, err)
	}
	for name, change := range map[string]func(*timestreamwrite.CreateTableInput){
		"ConflictException 409":         func(*timestreamwrite.CreateTableInput) {},
		"ResourceNotFoundException 404": func(i *timestreamwrite.CreateTableInput) { i.DatabaseName = aws.String("nowhere") },
		"ValidationException 400": func(i *timestreamwrite.CreateTableInput) {
			i.RetentionProperties = &types.RetentionProperties{MemoryStoreRetentionPeriodInHours: aws.Int64(8767), MagneticStoreRetentionPeriodInDays: aws.Int64(1)}
		},
	} {
		bad := *in
		change(&bad)
		if _, err := s.write.CreateTable(ctx, &bad); codeOf(err) != name {
			t.Errorf("want %s, got %v", name, err)
		}
	}
}

func TestListsInPages(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	want := 0
	for _, d := range []string{"one", "two"} {
		if _, err := s.write.CreateDatabase(ctx, &timestreamwrite.CreateDatabaseInput{DatabaseName: &d}); err != nil {
			t.Fatal(err)
		}
		for i := range 25 {
			want++
			if _, err := s.write.CreateTable(ctx, &timestreamwrite.CreateTableInput{DatabaseName: &d, TableName: aws.String(fmt.Sprintf("tab%02d", i))}); err != nil {
				t.Fatal(err)
			}
		}
	}
	pages, seen := 0, map[string]bool{}
	for p := timestreamwrite.NewListTablesPaginator(s.write, &timestreamwrite.ListTablesInput{}); p.HasMorePages(); pages++ {
		page, err := p.NextPage(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range page.Tables {
			seen[*x.DatabaseName+"."+*x.TableName] = true
		}
	}
	if pages != 3 || len(seen) != want {
		t.Errorf("%d pages with %d tables", pages, len(seen))
	}
	out, err := s.write.ListTables(ctx, &timestreamwrite.ListTablesInput{DatabaseName: aws.String("two"), MaxResults: aws.Int32(7)})
	if err != nil || len(out.Tables) != 7 || out.NextToken == nil {
		t.Errorf("got %v, %v", out, err)
	}
	_, err = s.write.ListTables(ctx, &timestreamwrite.ListTablesInput{DatabaseName: aws.String("none")})
	if codeOf(err) != "ResourceNotFoundException 404" {
		t.Error(err)
	}
	_, err = s.write.ListDatabases(ctx, &timestreamwrite.ListDatabasesInput{NextToken: aws.String("%%%")})
	if codeOf(err) != "ValidationException 400" {
		t.Error(err)
	}
	dbs, err := s.write.ListDatabases(ctx, &timestreamwrite.ListDatabasesInput{MaxResults: aws.Int32(1)})
	if err != nil || len(dbs.Databases) != 1 || dbs.Databases[0].TableCount != 25 {
		t.Errorf("got %v, %v", dbs, err)
	}
}

func TestTags(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	s.table("tab")
	for _, arn := range []string{"arn:aws:timestream:us-east-1:000000000000:database/Data.Base", "arn:aws:timestream:us-east-1:000000000000:database/Data.Base/table/tab"} {
		tags := []types.Tag{{Key: aws.String("a"), Value: aws.String("1")}, {Key: aws.String("b"), Value: aws.String("")}}
		if _, err := s.write.TagResource(ctx, &timestreamwrite.TagResourceInput{ResourceARN: &arn, Tags: tags}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.write.UntagResource(ctx, &timestreamwrite.UntagResourceInput{ResourceARN: &arn, TagKeys: []string{"a", "x"}}); err != nil {
			t.Fatal(err)
		}
		// The Query API lists the same tags.
		out, err := s.query.ListTagsForResource(ctx, &timestreamquery.ListTagsForResourceInput{ResourceARN: &arn})
		if err != nil || len(out.Tags) != 1 || *out.Tags[0].Key != "b" || *out.Tags[0].Value != "" {
			t.Errorf("got %v, %v", out, err)
		}
	}
	_, err := s.write.ListTagsForResource(ctx, &timestreamwrite.ListTagsForResourceInput{ResourceARN: aws.String("arn:aws:s3:::x")})
	if codeOf(err) != "ValidationException 400" {
		t.Error(err)
	}
}

// describe gives DESCRIBE as lines.
func (s *service) describe(table string) []string {
	s.t.Helper()
	var lines []string
	for _, r := range s.rows(`DESCRIBE "Data.Base"."` + table + `"`) {
		lines = append(lines, strings.Join(r, " "))
	}
	return lines
}

func TestSchemaGrows(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	s.table("tab")
	system := []string{"measure_name varchar MEASURE_NAME", "time timestamp TIMESTAMP"}
	if got := s.describe("tab"); !reflect.DeepEqual(got, system) {
		t.Errorf("never written: %q", got)
	}
	s.put("tab", nil, single("h1", "cpu", "1.5", "", 1000))
	s.put("tab", &types.Record{Dimensions: []types.Dimension{{Name: aws.String("Host"), Value: aws.String("x")}}, Time: aws.String("2"), TimeUnit: types.TimeUnitSeconds},
		single("h2", "up", "true", types.MeasureValueTypeBoolean, 2),
		types.Record{MeasureName: aws.String("metrics"), MeasureValueType: types.MeasureValueTypeMulti, MeasureValues: []types.MeasureValue{
			{Name: aws.String("n"), Type: types.MeasureValueTypeBigint, Value: aws.String("-9223372036854775808")},
			{Name: aws.String("s"), Type: types.MeasureValueTypeVarchar, Value: aws.String("text")},
			{Name: aws.String("at"), Type: types.MeasureValueTypeTimestamp, Value: aws.String("3")},
		}})
	want := []string{
		"host varchar DIMENSION", "Host varchar DIMENSION", "measure_name varchar MEASURE_NAME", "time timestamp TIMESTAMP",
		"measure_value::double double MEASURE_VALUE", "measure_value::boolean boolean MEASURE_VALUE", "n bigint MULTI", "s varchar MULTI", "at timestamp MULTI",
	}
	if got := s.describe("tab"); !reflect.DeepEqual(got, want) {
		t.Errorf("got %q", got)
	}
	measures := s.rows(`SHOW MEASURES FROM "Data.Base"."tab"`)
	wantMeasures := [][]string{
		{"cpu", "double", "[(host, varchar)]"},
		{"metrics", "multi", "[(Host, varchar)]"},
		{"up", "boolean", "[(Host, varchar), (host, varchar)]"},
	}
	if !reflect.DeepEqual(measures, wantMeasures) {
		t.Errorf("got %q", measures)
	}
	rows := s.rows(`SELECT * FROM "Data.Base"."tab" ORDER BY measure_name`)
	wantRows := [][]string{
		{"h1", "NULL", "cpu", "1970-01-01 00:00:01.000000000", "1.5", "NULL", "NULL", "NULL", "NULL"},
		{"NULL", "x", "metrics", "1970-01-01 00:00:02.000000000", "NULL", "NULL", "-9223372036854775808", "text", "1970-01-01 00:00:03.000000000"},
		{"h2", "x", "up", "1970-01-01 00:00:02.000000000", "NULL", "true", "NULL", "NULL", "NULL"},
	}
	if !reflect.DeepEqual(rows, wantRows) {
		t.Errorf("got %q", rows)
	}
}

// rejections are the reasons by index.
func rejections(t *testing.T, err error) map[int32]string {
	t.Helper()
	var rejected *types.RejectedRecordsException
	if !errors.As(err, &rejected) {
		t.Fatalf("got %v", err)
	}
	out := map[int32]string{}
	for _, r := range rejected.RejectedRecords {
		out[r.RecordIndex] = aws.ToString(r.Reason)
		if r.ExistingVersion != nil {
			out[r.RecordIndex] += fmt.Sprintf(" (existing %d)", *r.ExistingVersion)
		}
	}
	return out
}

const (
	sameVersion  = "A record already exists with the same time, dimensions, measure name, and record version. A higher record version must be specified in order to update the measure value. Specifying record version is supported by the latest SDKs."
	lowerVersion = "The record version 2 is lower than the existing version 5. A higher version is required to update the measure value."
)

func TestVersions(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	s.table("tab")
	at := func(value string, version int64) types.Record {
		r := single("h", "cpu", value, "", 1000)
		if version > 0 {
			r.Version = &version
		}
		return r
	}
	value := func() string { return fmt.Sprint(s.rows(`SELECT measure_value::double FROM "Data.Base"."tab"`)) }
	s.put("tab", nil, at("1", 0))
	s.put("tab", nil, at("1.0", 0)) // the same again
	if got := rejections(t, s.tryPut("tab", nil, at("2", 0))); got[0] != sameVersion+" (existing 1)" || len(got) != 1 {
		t.Errorf("got %v", got)
	}
	s.put("tab", nil, at("3", 5))
	if got := value(); got != "[[3.0]]" {
		t.Errorf("after version 5: %s", got)
	}
	// Within one request: the new measure is stored although its neighbours are refused.
	err := s.tryPut("tab", nil, at("4", 2), single("h", "mem", "7", "", 1000), at("3", 2), at("8", 5), at("9", 6), at("10", 7), at("11", 7))
	want := map[int32]string{0: lowerVersion + " (existing 5)", 3: sameVersion + " (existing 5)", 6: sameVersion + " (existing 7)"}
	if got := rejections(t, err); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
	if got := s.rows(`SELECT measure_name, measure_value::double FROM "Data.Base"."tab" ORDER BY 1`); fmt.Sprint(got) != "[[cpu 10.0] [mem 7.0]]" {
		t.Errorf("got %v", got)
	}
	// The order of dimensions means nothing; another dimension makes another point.
	two := func(a, b string, v string) types.Record {
		r := single("h", "two", v, "", 1)
		r.Dimensions = []types.Dimension{{Name: &a, Value: &a}, {Name: &b, Value: &b}}
		return r
	}
	s.put("tab", nil, two("x", "y", "1"))
	if got := rejections(t, s.tryPut("tab", nil, two("y", "x", "2"), two("x", "z", "3"))); len(got) != 1 || got[0] == "" {
		t.Errorf("got %v", got)
	}
}

// The account's and the tables' quotas that are too large for the rules' requests.
func TestQuotas(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	s.table("tab")
	for i := range 499 {
		if _, err := s.db.CreateDatabase(ctx, fmt.Sprint("d", i), "", nil); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.write.CreateDatabase(ctx, &timestreamwrite.CreateDatabaseInput{DatabaseName: aws.String("more")}); codeOf(err) != "ServiceQuotaExceededException 402" {
		t.Errorf("database 501: %v", err)
	}
	names := make([]tsdb.Record, 8192)
	for i := range names {
		value := "1"
		names[i] = tsdb.Record{Dimensions: []tsdb.Dimension{{Name: "host", Value: "h"}}, Time: "1", MeasureName: fmt.Sprint("m", i), MeasureValue: &value}
	}
	if _, err := s.db.WriteRecords(ctx, tsdb.WriteRequest{Database: "Data.Base", Table: "tab", Records: names}); err != nil {
		t.Fatal(err)
	}
	if got := rejections(t, s.tryPut("tab", nil, single("h", "more", "1", "", 2), single("h", "m0", "1", "", 2))); len(got) != 1 || got[0] != "The table already has 8192 measure names." {
		t.Errorf("measure name 8193: %v", got)
	}
}

func TestTagPages(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	s.table("tab")
	arn := aws.String("arn:aws:timestream:us-east-1:000000000000:database/Data.Base/table/tab")
	tags := make([]types.Tag, 5)
	for i := range tags {
		tags[i] = types.Tag{Key: aws.String(fmt.Sprint("k", i)), Value: aws.String("v")}
	}
	if _, err := s.write.TagResource(ctx, &timestreamwrite.TagResourceInput{ResourceARN: arn, Tags: tags}); err != nil {
		t.Fatal(err)
	}
	got, pages := "", 0
	for p := timestreamquery.NewListTagsForResourcePaginator(s.query, &timestreamquery.ListTagsForResourceInput{ResourceARN: arn, MaxResults: aws.Int32(2)}); p.HasMorePages(); pages++ {
		page, err := p.NextPage(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, tag := range page.Tags {
			got += *tag.Key + " "
		}
	}
	if got != "k0 k1 k2 k3 k4 " || pages != 3 {
		t.Errorf("%d pages with %s", pages, got)
	}
	_, err := s.query.ListTagsForResource(ctx, &timestreamquery.ListTagsForResourceInput{ResourceARN: arn, MaxResults: aws.Int32(201)})
	if codeOf(err) != "ValidationException 400" {
		t.Error(err)
	}
}

func TestRetentionWindow(t *testing.T) {
	t.Parallel()
	now := time.Date(2023, 2, 20, 19, 47, 45, 51e6, time.UTC)
	s := start(t, setup{db: tsdb.Options{EnforceRetention: true, Now: func() time.Time { return now }}})
	s.table("memory")
	hour := func(h int) types.Record {
		return single("h", "cpu", "1", "", now.Add(time.Duration(h)*time.Hour).UnixMilli())
	}
	err := s.tryPut("memory", nil, hour(-7), hour(-5), hour(1))
	reason := "The record timestamp is outside the time range [2023-02-20T13:47:45.051Z, 2023-02-20T20:02:45.051Z) of the memory store."
	if got := rejections(t, err); got[0] != reason || got[2] != reason || len(got) != 2 {
		t.Errorf("got %v", got)
	}
	_, err = s.write.CreateTable(ctx, &timestreamwrite.CreateTableInput{
		DatabaseName: aws.String("Data.Base"), TableName: aws.String("both"),
		RetentionProperties:          &types.RetentionProperties{MemoryStoreRetentionPeriodInHours: aws.Int64(1), MagneticStoreRetentionPeriodInDays: aws.Int64(1)},
		MagneticStoreWriteProperties: &types.MagneticStoreWriteProperties{EnableMagneticStoreWrites: aws.Bool(true)},
	})
	if err != nil {
		t.Fatal(err)
	}
	out, err := s.write.WriteRecords(ctx, &timestreamwrite.WriteRecordsInput{DatabaseName: aws.String("Data.Base"), TableName: aws.String("both"), Records: []types.Record{hour(0), hour(-2), hour(-24)}})
	if err != nil || out.RecordsIngested.Total != 3 || out.RecordsIngested.MemoryStore != 1 || out.RecordsIngested.MagneticStore != 2 {
		t.Errorf("got %+v, %v", out, err)
	}
	if got := rejections(t, s.tryPut("both", nil, hour(-26))); !strings.HasSuffix(got[0], "of the data ingestion window.") {
		t.Errorf("got %v", got)
	}
	count := func() string { return fmt.Sprint(s.rows(`SELECT count(*) FROM "Data.Base"."both"`)) }
	if got := count(); got != "[[3]]" {
		t.Errorf("got %s", got)
	}
	now = now.Add(2 * time.Hour) // the oldest record has outlived both stores
	if got := count(); got != "[[2]]" {
		t.Errorf("got %s", got)
	}
}
