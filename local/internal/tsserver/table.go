package tsserver

import (
	"athena-timestream/local/internal/tsdb"
)

type retentionShape struct {
	MemoryStoreRetentionPeriodInHours  *int64
	MagneticStoreRetentionPeriodInDays *int64
}

type magneticShape struct {
	EnableMagneticStoreWrites         *bool
	MagneticStoreRejectedDataLocation *rejectedShape `json:",omitempty"`
}

type rejectedShape struct {
	S3Configuration *s3Shape `json:",omitempty"`
}

type s3Shape struct {
	BucketName       *string `json:",omitempty"`
	ObjectKeyPrefix  *string `json:",omitempty"`
	EncryptionOption *string `json:",omitempty"`
	KmsKeyId         *string `json:",omitempty"` //nolint:revive // the wire's spelling
}

type schemaShape struct{ CompositePartitionKey []keyShape }

type keyShape struct {
	Type                *string
	Name                *string `json:",omitempty"`
	EnforcementInRecord *string `json:",omitempty"`
}

type tableShape struct {
	Arn                          string
	DatabaseName                 string
	TableName                    string
	TableStatus                  string
	RetentionProperties          retentionShape
	MagneticStoreWriteProperties magneticShape
	Schema                       schemaShape
	CreationTime                 float64
	LastUpdatedTime              float64
}

func showTable(t *tsdb.Table) tableShape {
	shape := tableShape{
		Arn: t.ARN, DatabaseName: t.Database, TableName: t.Name, TableStatus: "ACTIVE",
		RetentionProperties:          retentionShape{&t.Retention.MemoryHours, &t.Retention.MagneticDays},
		MagneticStoreWriteProperties: magneticShape{EnableMagneticStoreWrites: &t.MagneticWrites.Enabled},
		CreationTime:                 epoch(t.Created), LastUpdatedTime: epoch(t.Updated),
	}
	if r := t.MagneticWrites.Rejected; r != nil {
		shape.MagneticStoreWriteProperties.MagneticStoreRejectedDataLocation = &rejectedShape{
			&s3Shape{optionalText(r.Bucket), optionalText(r.Prefix), optionalText(r.Encryption), optionalText(r.KMSKeyID)},
		}
	}
	for _, k := range t.PartitionKey {
		shape.Schema.CompositePartitionKey = append(shape.Schema.CompositePartitionKey,
			keyShape{optionalText(k.Type), optionalText(k.Name), optionalText(k.Enforcement)})
	}
	return shape
}

// optionalText is an optional member, absent when empty.
func optionalText(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

type tableInput struct {
	DatabaseName                 *string
	TableName                    *string
	RetentionProperties          *retentionShape
	MagneticStoreWriteProperties *magneticShape
	Schema                       *schemaShape
	Tags                         []tag
	MaxResults                   *int64
	NextToken                    *string
}

func (c *call) tableInput(create bool) (*tableInput, error) {
	in := &tableInput{}
	if err := c.decode(in); err != nil {
		return nil, err
	}
	var check constraints
	check.required("databaseName", in.DatabaseName)
	if create {
		check.newName("tableName", in.TableName)
		checkTags(&check, in.Tags)
	} else {
		check.required("tableName", in.TableName)
	}
	in.checkProperties(&check)
	return in, check.err()
}

func (in *tableInput) checkProperties(check *constraints) {
	if r := in.RetentionProperties; r != nil {
		check.in("retentionProperties", -1)
		present(check, "memoryStoreRetentionPeriodInHours", r.MemoryStoreRetentionPeriodInHours)
		check.between("memoryStoreRetentionPeriodInHours", r.MemoryStoreRetentionPeriodInHours, 1, 8766)
		present(check, "magneticStoreRetentionPeriodInDays", r.MagneticStoreRetentionPeriodInDays)
		check.between("magneticStoreRetentionPeriodInDays", r.MagneticStoreRetentionPeriodInDays, 1, 73000)
		check.out()
	}
	if m := in.MagneticStoreWriteProperties; m != nil {
		check.in("magneticStoreWriteProperties", -1)
		present(check, "enableMagneticStoreWrites", m.EnableMagneticStoreWrites)
		if l := m.MagneticStoreRejectedDataLocation; l != nil && l.S3Configuration != nil {
			check.in("magneticStoreRejectedDataLocation.s3Configuration", -1)
			l.S3Configuration.check(check)
			check.out()
		}
		check.out()
	}
	if in.Schema != nil && in.Schema.CompositePartitionKey != nil {
		in.Schema.check(check)
	}
}

var (
	bucketPattern = newPattern(`[a-z0-9][\.\-a-z0-9]{1,61}[a-z0-9]`)
	prefixPattern = newPattern(`[a-zA-Z0-9|!\-_*'\(\)]([a-zA-Z0-9]|[!\-_*'\(\)\/.])+`)
)

func (l *s3Shape) check(c *constraints) {
	c.length("bucketName", l.BucketName, 3, 63)
	c.matches("bucketName", l.BucketName, bucketPattern)
	c.length("objectKeyPrefix", l.ObjectKeyPrefix, 1, 928)
	c.matches("objectKeyPrefix", l.ObjectKeyPrefix, prefixPattern)
	c.oneOf("encryptionOption", l.EncryptionOption, "SSE_S3", "SSE_KMS")
	c.length("kmsKeyId", l.KmsKeyId, 1, 2048)
}

func (s *schemaShape) check(c *constraints) {
	c.in("schema", -1)
	defer c.out()
	if len(s.CompositePartitionKey) == 0 {
		c.fail("compositePartitionKey", "'[]'", "have length greater than or equal to 1")
	}
	for i, k := range s.CompositePartitionKey {
		c.in("compositePartitionKey", i)
		c.required("type", k.Type)
		c.oneOf("type", k.Type, "DIMENSION", "MEASURE")
		c.length("name", k.Name, 1, 0)
		c.oneOf("enforcementInRecord", k.EnforcementInRecord, "REQUIRED", "OPTIONAL")
		c.out()
	}
}

func (in *tableInput) retention() *tsdb.Retention {
	r := in.RetentionProperties
	if r == nil {
		return nil
	}
	return &tsdb.Retention{MemoryHours: *r.MemoryStoreRetentionPeriodInHours, MagneticDays: *r.MagneticStoreRetentionPeriodInDays}
}

func (in *tableInput) magnetic() *tsdb.MagneticWrites {
	m := in.MagneticStoreWriteProperties
	if m == nil {
		return nil
	}
	out := &tsdb.MagneticWrites{Enabled: *m.EnableMagneticStoreWrites}
	if l := m.MagneticStoreRejectedDataLocation; l != nil && l.S3Configuration != nil {
		c := l.S3Configuration
		out.Rejected = &tsdb.RejectedLocation{Bucket: text(c.BucketName), Prefix: text(c.ObjectKeyPrefix), Encryption: text(c.EncryptionOption), KMSKeyID: text(c.KmsKeyId)}
	}
	return out
}

// partitionKey checks what the model cannot say: one key, named and enforced if it is a dimension.
func (in *tableInput) partitionKey() ([]tsdb.PartitionKey, error) {
	if in.Schema == nil || len(in.Schema.CompositePartitionKey) == 0 {
		return nil, nil
	}
	if n := len(in.Schema.CompositePartitionKey); n > 1 {
		return nil, invalid("A composite partition key of %d keys is not supported: specify one.", n)
	}
	k := in.Schema.CompositePartitionKey[0]
	key := tsdb.PartitionKey{Type: text(k.Type), Name: text(k.Name), Enforcement: text(k.EnforcementInRecord)}
	switch {
	case key.Type == "DIMENSION" && len(key.Name) > 60:
		return nil, invalid("The dimension name %s of the partition key is longer than 60 bytes.", key.Name)
	case key.Type == "DIMENSION" && key.Name == "":
		return nil, invalid("A partition key of type DIMENSION requires a name.")
	case key.Type == "DIMENSION" && key.Enforcement == "":
		key.Enforcement = "OPTIONAL"
	case key.Type == "MEASURE" && (key.Name != "" || key.Enforcement != ""):
		return nil, invalid("A partition key of type MEASURE takes neither a name nor an enforcement.")
	}
	return []tsdb.PartitionKey{key}, nil
}

func tableAnswer(t *tsdb.Table, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return struct{ Table tableShape }{showTable(t)}, nil
}

func (s *Server) createTable(c *call) (any, error) {
	in, err := c.tableInput(true)
	if err != nil {
		return nil, err
	}
	t := tsdb.Table{Database: *in.DatabaseName, Name: *in.TableName}
	if t.PartitionKey, err = in.partitionKey(); err != nil {
		return nil, err
	}
	if r := in.retention(); r != nil {
		t.Retention = *r
	}
	if m := in.magnetic(); m != nil {
		t.MagneticWrites = *m
	}
	return tableAnswer(s.db.CreateTable(c.ctx, t, tagMap(in.Tags)))
}

func (s *Server) describeTable(c *call) (any, error) {
	in, err := c.tableInput(false)
	if err != nil {
		return nil, err
	}
	return tableAnswer(s.db.DescribeTable(*in.DatabaseName, *in.TableName))
}

func (s *Server) updateTable(c *call) (any, error) {
	in, err := c.tableInput(false)
	if err != nil {
		return nil, err
	}
	key, err := in.partitionKey()
	if err != nil {
		return nil, err
	}
	return tableAnswer(s.db.UpdateTable(c.ctx, *in.DatabaseName, *in.TableName, in.retention(), in.magnetic(), key))
}

func (s *Server) deleteTable(c *call) (any, error) {
	in, err := c.tableInput(false)
	if err != nil {
		return nil, err
	}
	return struct{}{}, s.db.DeleteTable(c.ctx, *in.DatabaseName, *in.TableName)
}

func (s *Server) listTables(c *call) (any, error) {
	var in tableInput
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	tables, err := s.db.Tables(text(in.DatabaseName))
	if err != nil {
		return nil, err
	}
	part, next, err := pageOf(tables, listing{in.MaxResults, in.NextToken, maxListed}, func(t tsdb.Table) string { return t.Database + "\x00" + t.Name })
	if err != nil {
		return nil, err
	}
	out := struct {
		Tables    []tableShape
		NextToken string `json:",omitempty"`
	}{Tables: []tableShape{}, NextToken: next}
	for _, t := range part {
		out.Tables = append(out.Tables, showTable(&t))
	}
	return out, nil
}
