package tsserver

import (
	"fmt"

	"athena-timestream/local/internal/tsdb"
)

type recordShape struct {
	Dimensions       []dimensionShape
	MeasureName      *string
	MeasureValue     *string
	MeasureValueType *string
	MeasureValues    []measureShape
	Time             *string
	TimeUnit         *string
	Version          *int64
}

type dimensionShape struct{ Name, Value, DimensionValueType *string }

type measureShape struct{ Name, Value, Type *string }

// maxRecords is the most records in one WriteRecords.
const maxRecords = 100

func (s *Server) writeRecords(c *call) (any, error) {
	var in struct {
		DatabaseName     *string
		TableName        *string
		CommonAttributes *recordShape
		Records          []recordShape
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	var check constraints
	check.required("databaseName", in.DatabaseName)
	check.required("tableName", in.TableName)
	check.count("records", len(in.Records), 1, maxRecords)
	if in.CommonAttributes != nil {
		in.CommonAttributes.check(&check, "commonAttributes.")
	}
	for i := range in.Records {
		in.Records[i].check(&check, fmt.Sprintf("records.%d.member.", i+1))
	}
	if err := check.err(); err != nil {
		return nil, err
	}
	request := tsdb.WriteRequest{Database: *in.DatabaseName, Table: *in.TableName, Records: make([]tsdb.Record, len(in.Records))}
	if in.CommonAttributes != nil {
		common := in.CommonAttributes.record()
		request.Common = &common
	}
	for i := range in.Records {
		request.Records[i] = in.Records[i].record()
	}
	n, err := s.db.WriteRecords(c.ctx, request)
	if err != nil {
		return nil, err
	}
	type ingested struct{ Total, MemoryStore, MagneticStore int }
	return struct{ RecordsIngested ingested }{ingested{n.Total, n.Memory, n.Magnetic}}, nil
}

func (r *recordShape) check(c *constraints, path string) {
	c.count(path+"dimensions", len(r.Dimensions), 0, 128)
	for i, d := range r.Dimensions {
		at := fmt.Sprintf("%sdimensions.%d.member.", path, i+1)
		c.required(at+"name", d.Name)
		c.length(at+"name", d.Name, 1, 0)
		c.required(at+"value", d.Value)
		c.oneOf(at+"dimensionValueType", d.DimensionValueType, "VARCHAR")
	}
	for i, m := range r.MeasureValues {
		at := fmt.Sprintf("%smeasureValues.%d.member.", path, i+1)
		c.required(at+"name", m.Name)
		c.length(at+"name", m.Name, 1, 0)
		c.required(at+"value", m.Value)
		c.length(at+"value", m.Value, 1, 2048)
		c.required(at+"type", m.Type)
		c.oneOf(at+"type", m.Type, "DOUBLE", "BIGINT", "VARCHAR", "BOOLEAN", "TIMESTAMP", "MULTI")
	}
	c.length(path+"measureName", r.MeasureName, 1, 256)
	c.length(path+"measureValue", r.MeasureValue, 1, 2048)
	c.oneOf(path+"measureValueType", r.MeasureValueType, "DOUBLE", "BIGINT", "VARCHAR", "BOOLEAN", "TIMESTAMP", "MULTI")
	c.length(path+"time", r.Time, 1, 256)
	c.oneOf(path+"timeUnit", r.TimeUnit, "MILLISECONDS", "SECONDS", "MICROSECONDS", "NANOSECONDS")
}

func (r *recordShape) record() tsdb.Record {
	out := tsdb.Record{
		Time: text(r.Time), TimeUnit: text(r.TimeUnit), MeasureName: text(r.MeasureName),
		MeasureValue: r.MeasureValue, MeasureType: text(r.MeasureValueType), Version: r.Version,
	}
	for _, d := range r.Dimensions {
		out.Dimensions = append(out.Dimensions, tsdb.Dimension{Name: text(d.Name), Value: text(d.Value)})
	}
	for _, m := range r.MeasureValues {
		out.MeasureValues = append(out.MeasureValues, tsdb.MeasureValue{Name: text(m.Name), Value: text(m.Value), Type: text(m.Type)})
	}
	return out
}
